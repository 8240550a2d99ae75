"""What kind of line it is: tables of patterns that match whole lines, by part of the document."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from data.strict import read_records
from data.tables import TABLES
from index.read.characters import fold, half_width_in_figures

BOUNDS = TABLES / "reading" / "bounds.yml"

LONGEST = {"head": 240, "contents": 4, "tail": 400, "signature": 70, "date": 14, "form": 90}
"""Longer lines are of no kind: they are text, and patterns need not run over them."""

_ADDITION = re.compile(r"(?:（[^（）]*）)+$")
_CLAUSE = re.compile(
    r"第[一二三四五六七八九十百零〇\d]{1,6}[章节条编]|[一二三四五六七八九十]{1,3}[、．.]|（[一二三四五六七八九十\d]{1,3}）|\d{1,2}[.、．](?!\d)"
)


@dataclass(frozen=True, slots=True)
class LineRule:
    """One kind of line. pattern: of the whole line as `brief` gives it. example: a line it knows, for readers."""

    name: str
    part: str
    pattern: str
    example: str


class _Briefs(dict[int, str]):
    """What becomes of each character, kept: that is nine times as fast as folding each anew."""

    def __missing__(self, code: int) -> str:
        folded = "" if chr(code).isspace() else fold(chr(code))
        self[code] = folded
        return folded


_BRIEFS = _Briefs()


@lru_cache(maxsize=10_000)
def brief(line: str) -> str:
    """Return `line` folded and without blanks: what patterns are compared with."""
    return half_width_in_figures(line.translate(_BRIEFS))


def one_of(rules: Iterable[tuple[str, str]]) -> re.Pattern[str]:
    """Return a pattern that matches if one of (name, pattern) does; `lastgroup` of its match is the rule's name."""
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in rules))


@lru_cache(maxsize=10_000)
def kind(line: str, part: str) -> str | None:
    """Return the name of the rule of `part` that the whole of `line` (as `brief` gives it) matches, or None."""
    if len(line) > LONGEST[part]:
        return None
    match = _patterns()[part].fullmatch(line)
    return match.lastgroup if match else None


def form(name: str) -> str | None:
    """Return the rule by which an annex of this name is a form to fill in, or None."""
    match = _patterns()["form"].search(_ADDITION.sub("", name))
    return match.lastgroup if match else None


def is_clause(line: str) -> bool:
    """Say whether `line` begins with the number of a clause: 第一条, 一、, （一）, 1."""
    return _CLAUSE.match(line) is not None


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    rules = read_records(BOUNDS, LineRule, key="name")
    parts = dict.fromkeys(rule.part for rule in rules)
    return {part: one_of((rule.name, rule.pattern) for rule in rules if rule.part == part) for part in parts}
