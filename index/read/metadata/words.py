"""The tables that metadata is read with: names of labels, and words of titles, numbers, offices and validity."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from data.strict import TableError, TableProblem, read_record, read_records
from data.tables import TABLES

LABELS = TABLES / "reading" / "metadata_labels.yml"
WORDS = TABLES / "reading" / "metadata_words.yml"

LABEL_FIELDS = frozenset(
    {"index_number", "doc_number", "title", "issuers", "publisher", "written", "printed", "published", "effective"}
    | {"expires", "validity", "draft_period", "column", "ignored"}
)
"""What a label can mean. `validity` holds a period, `publisher` who put it on the site, `column` the site's column."""


@dataclass(frozen=True, slots=True)
class LabelNames:
    """All names under which pages show one field."""

    field: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanPeriod:
    """A named plan (十四五) and its last year."""

    name: str
    until: int


@dataclass(frozen=True, slots=True)
class MetadataWords:
    """The lists of `metadata_words.yml`; the comments there say what each is for."""

    organ_endings: tuple[str, ...]
    not_organ_starts: tuple[str, ...]
    not_organ_words: tuple[str, ...]
    title_endings: tuple[str, ...]
    title_suffixes: tuple[str, ...]
    letterheads: tuple[str, ...]
    repost_marks: tuple[str, ...]
    number_stops: tuple[str, ...]
    not_numbers: tuple[str, ...]
    effective_verbs: tuple[str, ...]
    validity_terms: tuple[str, ...]
    own_nouns: tuple[str, ...]
    draft_marks: tuple[str, ...]
    not_draft_titles: tuple[str, ...]
    draft_actions: tuple[str, ...]
    plan_periods: tuple[PlanPeriod, ...]


@cache
def words() -> MetadataWords:
    """Return the words, read once a process. Raises `TableError`."""
    return read_record(WORDS, MetadataWords)


@cache
def label_fields() -> Mapping[str, str]:
    """Return the field of every known label name. Raises `TableError`, also for a name that stands twice."""
    fields: dict[str, str] = {}
    problems: list[TableProblem] = []
    for entry in read_records(LABELS, LabelNames, key="field"):
        if entry.field not in LABEL_FIELDS:
            problems.append(TableProblem(LABELS.name, entry.field, "field", "is no field of metadata"))
        for name in entry.names:
            if name in fields:
                problems.append(TableProblem(LABELS.name, entry.field, "names", f"{name} stands twice"))
            fields[name] = entry.field
    if problems:
        raise TableError(problems)
    return fields


def any_of(choices: Iterable[str]) -> str:
    """Return a group that matches any of `choices`, the longest first."""
    return "(?:" + "|".join(re.escape(choice) for choice in sorted(choices, key=len, reverse=True)) + ")"
