"""The lists of `data/tables/query_words.yml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from data.strict import TableError, TableProblem, read_record
from data.tables import TABLES
from index.tokens import normalise

PATH = TABLES / "query_words.yml"


@dataclass(frozen=True, slots=True)
class HalfNamed:
    """Words that are a kind of incentive once it is said of what.

    meant_by: words right before them, by code of the kind. unless_named: the kind if none stands there; None: ask.
    """

    words: tuple[str, ...]
    meant_by: Mapping[str, tuple[str, ...]]
    unless_named: str | None = None


@dataclass(frozen=True, slots=True)
class QueryWords:
    """All lists by the name that they have in the table, where each is explained."""

    questions: tuple[str, ...]
    particles: tuple[str, ...]
    at_least_before: tuple[str, ...]
    at_least_after: tuple[str, ...]
    at_most_before: tuple[str, ...]
    at_most_after: tuple[str, ...]
    range_marks: tuple[str, ...]
    amounts_of_others_before: tuple[str, ...]
    amounts_of_others_after: tuple[str, ...]
    draft_words: tuple[str, ...]
    not_a_year_before: tuple[str, ...]
    number_endings: tuple[str, ...]
    number_leads: tuple[str, ...]
    standard_prefixes: tuple[str, ...]
    title_endings: tuple[str, ...]
    title_marks: tuple[str, ...]
    ordinary_words: tuple[str, ...]
    generic_places: tuple[str, ...]
    always_ask: tuple[str, ...]
    still_a_region_before: tuple[str, ...]
    not_a_region_before: tuple[str, ...]
    topics: tuple[str, ...]
    half_named_kinds: tuple[HalfNamed, ...]
    kind_tails: tuple[str, ...]
    document_kinds: Mapping[str, tuple[str, ...]]


@cache
def query_words(path: Path = PATH) -> QueryWords:
    """Read the lists. Raises `TableError` for what is missing, unknown, empty or said twice."""
    words = read_record(path, QueryWords)
    problems = [
        TableProblem(path.name, "-", name, f"{word!r} stands twice")
        for name in QueryWords.__slots__
        for word in _repeated(getattr(words, name))
    ]
    if problems:
        raise TableError(problems)
    return words


@cache
def longest_first(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return `words` as the folded text writes them, so that the longest is tried first."""
    return tuple(sorted({normalise(word) for word in words}, key=lambda word: (-len(word), word)))


def _repeated(words: object) -> list[str]:
    if not isinstance(words, tuple):
        return []
    seen = [word for word in words if isinstance(word, str)]
    return [word for place, word in enumerate(seen) if word in seen[:place]]
