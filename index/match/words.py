"""The words of `data/tables/match.yml`: what asks what of the form."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from data.strict import TableError, TableProblem, read_record
from data.tables import TABLES
from index.read.characters import fold

PATH = TABLES / "match.yml"
Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """Words that ask for one field of the form."""

    field: str
    words: Words


@dataclass(frozen=True, slots=True)
class Sector:
    """A line of business: its code in addresses, its name on screen, what it is called in documents."""

    code: str
    name: str
    words: Words


@dataclass(frozen=True, slots=True)
class MatchWords:
    """The table, section by section; its comments say what each is for."""

    asks: tuple[Ask, ...]
    sectors: tuple[Sector, ...]
    neutral: Words
    manual: Words
    last_year: Words
    this_year: Words
    thresholds: tuple[Ask, ...]
    at_least: Words
    at_least_after: Words
    at_most: Words
    at_most_after: Words
    needs: Mapping[str, str]
    spending: Words
    rnd_base: Words
    other_bases: Words
    limits: Words
    further: Words
    exclusive: Words
    additive: Words
    not_additive: Words
    across_levels: Words
    hedges: Words
    plain_notes: Words

    def fields(self) -> Mapping[str, str]:
        """Return what each recognised word means: a field, `sector:<code>`, a time, `manual` or `neutral`."""
        meant = {fold(word): "neutral" for word in (*self.neutral, *self.further)}
        meant |= {fold(word): f"sector:{sector.code}" for sector in self.sectors for word in sector.words}
        meant |= {fold(word): ask.field for ask in self.asks for word in ask.words}
        meant |= {fold(word): "last_year" for word in self.last_year}
        meant |= {fold(word): "this_year" for word in self.this_year}
        return meant | {fold(word): "manual" for word in self.manual}


@cache
def match_words() -> MatchWords:
    """Return the table. Raises `TableError`, also for a word that is said to ask two things."""
    table = read_record(PATH, MatchWords)
    asked = [word for ask in table.asks for word in ask.words]
    asked += [word for sector in table.sectors for word in sector.words]
    asked += [*table.manual, *table.last_year, *table.this_year, *table.neutral]
    twice = sorted({word for word in asked if asked.count(word) > 1})
    if twice:
        raise TableError([TableProblem(PATH.name, word, "words", "stands twice") for word in twice])
    return table


def any_of(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, the longest first."""
    return "(?:" + "|".join(re.escape(fold(word)) for word in sorted(words, key=len, reverse=True)) + ")"


@cache
def _compiled(words: Words) -> re.Pattern[str]:
    return re.compile(any_of(words))


def says(words: Words, text: str | None) -> str | None:
    """Return the first of `words` that `text` holds, `None` if it holds none."""
    found = _compiled(words).search(fold(text)) if text else None
    return found[0] if found else None
