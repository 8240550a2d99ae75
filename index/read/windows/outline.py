"""The lines of a notice with the headings above each: 三、申报时间 → （一）网上申报 → the line itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MARKS = (
    re.compile(r"第[〇零一二三四五六七八九十百]{1,4}[章部编]分?"),
    re.compile(r"[一二三四五六七八九十]{1,3} *[、.．，]"),
    re.compile(r"（[一二三四五六七八九十]{1,3}）"),
    re.compile(r"\d{1,2} *(?:[、．]|\.(?! ?\d))"),
    re.compile(r"（\d{1,2}）|\d{1,2}）|[①-⑳]"),
)
_LABEL = 5
"""Level of an unnumbered heading: a short line that ends in a colon or in no sign at all."""

_HEADING = re.compile(r"[^。：；\n\t]*")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the folded text, blanks around it cut off. start: its place in the text.

    level: 0 to 4 by its number, 5 for an unnumbered heading, `None` for plain text. mark: the number itself.
    path: the headings above it and its own, from the outside in, without numbers. numbers: which of its level each is.
    """

    start: int
    text: str
    level: int | None
    mark: str
    path: tuple[str, ...]
    numbers: tuple[int, ...]


def outline(text: str) -> Iterator[Line]:
    """Yield the lines of a folded text that are not empty."""
    stack: list[tuple[int, str, int]] = []
    at = 0
    for number, raw in enumerate(text.split("\n")):
        line = raw.strip()
        if line:
            level, mark = _level(line)
            if level is not None:
                stack = [entry for entry in stack if entry[0] < level]
                stack.append((level, _heading(line[len(mark) :]), number))
            path = tuple(heading for _, heading, _ in stack)
            start = at + len(raw) - len(raw.lstrip())
            yield Line(start, line, level, mark, path, tuple(count for _, _, count in stack))
        at += len(raw) + 1


def _level(line: str) -> tuple[int | None, str]:
    for level, mark in enumerate(_MARKS):
        if found := mark.match(line):
            return level, found[0]
    if (line.endswith("：") and len(line) <= 30) or (
        len(line) <= 16 and line[-1] not in "。；，、" and "\t" not in line
    ):
        return _LABEL, ""
    return None, ""


def _heading(text: str) -> str:
    found = _HEADING.match(text.strip())
    return found[0].strip()[:60] if found else ""
