"""The reader's tables in `data/tables/reading`: cue words, and rules for roles, kinds and units.

Patterns are pieces of regular expressions over clean text (half-width digits, Simplified script, no blanks). A table
that cannot be read, or a piece that is no expression, raises `data.strict.TableError`.
"""

import re
from dataclasses import dataclass
from functools import cache

from data.model import Per
from data.strict import TableError, TableProblem, read_records
from data.tables import TABLES

READING = TABLES / "reading"


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that tell one thing. name: how rules call them. about: what they tell."""

    name: str
    about: str
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KindRule:
    """Texts with one of `patterns` and none of `unless` pay for `kind`.

    weak: only where nothing else tells the kind.
    """

    name: str
    kind: str
    patterns: tuple[str, ...]
    unless: tuple[str, ...] = ()
    weak: bool = False


@dataclass(frozen=True, slots=True)
class RoleRule:
    """An amount plays `role` if all that is given is found.

    left: in the words before it, back to the amount before or the segment's start. right: in the words behind it.
    segment: in its part of the sentence between commas. sentence: in the whole sentence. unless: in none of them.
    """

    name: str
    role: str
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    segment: tuple[str, ...] = ()
    sentence: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitRule:
    """Words before an amount (or behind it, as in 5万元/项) that name its unit."""

    name: str
    per: Per
    patterns: tuple[str, ...]


@cache
def cue(name: str) -> re.Pattern[str]:
    """Return the pattern of the cue called `name`. Raises KeyError for a name that the table does not have."""
    record = {record.name: record for record in _cues()}[name]
    return compiled("incentives_cues.yml", record.name, record.patterns)


def has(name: str, text: str) -> bool:
    """Tell whether `text` holds the cue called `name`."""
    return cue(name).search(text) is not None


@cache
def kind_rules() -> tuple[KindRule, ...]:
    """Return the rules for kinds; the first that fits holds."""
    return tuple(read_records(READING / "incentives_kinds.yml", KindRule, key="name"))


@cache
def role_rules() -> tuple[RoleRule, ...]:
    """Return the rules for what an amount is; the first that fits holds."""
    return tuple(read_records(READING / "incentives_roles.yml", RoleRule, key="name"))


@cache
def unit_rules() -> tuple[UnitRule, ...]:
    """Return the rules for units; the first that fits holds."""
    return tuple(read_records(READING / "incentives_units.yml", UnitRule, key="name"))


@cache
def compiled(table: str, name: str, patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Return one pattern for all `patterns` of record `name`. Raises TableError for a piece that is no expression."""
    try:
        return re.compile("|".join(patterns) if patterns else r"(?!)")
    except re.error as error:
        raise TableError([TableProblem(table, name, "patterns", f"is no regular expression: {error}")]) from error


@cache
def _cues() -> tuple[Cue, ...]:
    return tuple(read_records(READING / "incentives_cues.yml", Cue, key="name"))
