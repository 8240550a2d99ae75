"""Cut the text of a document into its numbered parts.

Each part begins with a number at the start of a paragraph and ends where the next one begins, so parts never overlap:
what a clause says before its own list is a clause, and so is each point of the list. What numbers look like stands in
`data/tables/reading/clauses.yml`; which one lies in which is seen from the document, because 一、 stands above 第一条
in some and below it in others.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from data.model import Clause, Span
from data.strict import read_records
from data.tables import TABLES
from index.read.characters import fold

MOST_IN_HEADING = 40
MOST_IN_LINE_HEADING = 60
ENDS = "。；：，！？"

_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0}


@dataclass(frozen=True, slots=True)
class Numbering:
    """One way to number parts. rank: fixed place above others, `None` where the document decides."""

    name: str
    pattern: str
    rank: int | None = None
    never: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Mark:
    numbering: Numbering
    words: str
    number: int | None
    start: int
    after: int


@cache
def numberings() -> tuple[tuple[Numbering, re.Pattern[str]], ...]:
    """Return the ways to number, as the table orders them."""
    found = read_records(TABLES / "reading" / "clauses.yml", Numbering, key="name")
    return tuple((numbering, re.compile(numbering.pattern)) for numbering in found)


def read_clauses(body: str) -> tuple[Clause, ...]:
    """Return the parts of `body` in their order; what stands before the first number has an empty path."""
    marks = list(_marks(body, fold(body)))
    if not body.strip():
        return ()
    first = marks[0].start if marks else len(body)
    clauses = [] if not body[:first].strip() else [_clause(body, (), 0, 0, first)]
    stack: list[_Mark] = []
    ends = [*(mark.start for mark in marks[1:]), len(body)]
    for mark, end in zip(marks, ends, strict=False):
        stack = [*_above(stack, mark), mark]
        path = tuple(above.words for above in stack)
        clauses.append(_clause(body, path, mark.start, mark.after, end))
    return tuple(clauses)


def _marks(body: str, folded: str) -> Iterator[_Mark]:
    last_article = 0
    for line in re.finditer(r"[^\n]+", folded):
        start = line.start() + len(line[0]) - len(line[0].lstrip())
        mark = _mark(body, folded, start, line.end())
        if mark is None:
            continue
        if mark.numbering.name == "article":
            if mark.number is None or not (mark.number == 1 or 0 < mark.number - last_article <= 3):
                continue  # 第五条 at the start of a line of 第三条: a reference
            last_article = mark.number
        yield mark


def _mark(body: str, folded: str, start: int, end: int) -> _Mark | None:
    for numbering, pattern in numberings():
        found = pattern.match(folded, start, end)
        if found and not folded.startswith(numbering.never or ("\0",), found.end()):
            words = re.sub(r"\s", "", body[start : found.end()]).rstrip("、.．")
            return _Mark(numbering, words, number_of(found["number"]), start, found.end())
    return None


def number_of(words: str) -> int | None:
    """Return the number that `words` (十二, 12, ⑫) say; `None` if they are none."""
    if words.isdecimal():
        return int(words)
    if len(words) == 1 and "①" <= words <= "⑳":
        return ord(words) - ord("①") + 1
    total, digit = 0, 0
    for character in words:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in "十百":
            total, digit = total + (digit or 1) * (10 if character == "十" else 100), 0
        else:
            return None
    return total + digit if words else None


def _above(stack: list[_Mark], mark: _Mark) -> list[_Mark]:
    """Return the marks that `mark` lies in."""
    for depth, above in enumerate(stack):
        if above.numbering.name == mark.numbering.name:
            return stack[:depth]
    if mark.numbering.rank is None:
        return stack
    return [above for above in stack if above.numbering.rank is not None and above.numbering.rank < mark.numbering.rank]


def _clause(body: str, path: tuple[str, ...], start: int, after: int, end: int) -> Clause:
    end = start + len(body[start:end].rstrip())
    heading = _heading(body[after:end]) if path else None
    return Clause(path, heading, body[start:end], Span(start, end))


def _heading(rest: str) -> str | None:
    """Return what names the part: its first line if that is no sentence, or a short first sentence before others."""
    line, _, below = rest.partition("\n")
    line = line.strip()
    if not line:
        return None
    if bracketed := re.match(r"[【〔\[]([^】〕\]]{1,40})[】〕\]]", line):
        return bracketed[1]
    if len(line) <= MOST_IN_LINE_HEADING and not set(line) & set(ENDS):
        return line
    sentence, stop, more = line.partition("。")
    short = stop and len(sentence) <= MOST_IN_HEADING and not set(sentence) & set("，；：")
    return sentence if short and (more or below) else None
