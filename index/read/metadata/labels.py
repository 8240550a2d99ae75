"""Labelled values: the rows of a 公开 table and meta tags, as the page reader cut them or as lines of a text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from data.model import Origin
from index.read.metadata.words import label_fields
from index.read.parts import Label

_NAME = r"[一-龥](?: *[一-龥]){1,11}"
_GENERIC = re.compile(
    rf"(?:^|(?<=[ \t〕]))(?:〔 *(?P<boxed>{_NAME}) *(?:[:：] *)?〕 *[:：]*|(?:〔|(?<!  )) *(?P<name>{_NAME}) *[:：]+)"
)
_LINE_NAME = re.compile(r"〔? *(?P<name>[一-龥](?:[ ]*[一-龥]){1,11}) *〕?")
_DAY_LAST = re.compile(
    r"(?:^(?:发布于|发表于)?|(?<! ) |[\t〕]) *(?P<day>\d{4} *[-年/.] *\d{1,2} *[-月/.] *\d{1,2} *日?)"
    r"(?: +\d{1,2}:\d\d(?::\d\d)?)?$"
)
_EMPTY = re.compile(r"(?:无|暂无|空|[-—–/]+|\.+|…+|null|None|undefined)?")


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels found in a text, and the text without the lines' parts that they stood in (same number of lines)."""

    labels: tuple[Label, ...]
    rest: str


def field_of(name: str) -> str | None:
    """Return the field that a label's name means, `None` for a name that is not in the table."""
    return label_fields().get(re.sub(r"[\s:：]", "", name))


def value_of(text: str) -> str | None:
    """Return a label's value, `None` where it is a word or a stroke for nothing."""
    value = text.strip(" \t\n:：")
    return None if _EMPTY.fullmatch(value) else value


def find_labels(text: str) -> Labels:
    """Read `name：value`, `name<tab>value` and a name above its value, in folded text."""
    lines = text.split("\n")
    labels: list[Label] = []
    rest: list[str] = []
    at = 0
    while at < len(lines):
        found, used = _line(lines, at)
        labels += [*_page_day(lines[at], found), *found]
        rest += (
            ["" if _page_day(lines[at], found) else _before_labels(lines[at]), *[""] * (used - 1)]
            if found
            else lines[at : at + used]
        )
        at += used
    return Labels(tuple(labels), "\n".join(rest))


def _page_day(line: str, found: Sequence[Label]) -> list[Label]:
    """Return the day right before labels (2025年6月30日 来源：…) or behind 来源 as that of publication."""
    before = [_before_labels(line).strip()] if found else []
    before += [label.value for label in found if field_of(label.name) == "ignored"]
    days = (match["day"] for text in before if (match := _DAY_LAST.search(text)))
    return [_label("发布日期", day) for day in days][:1]


def _before_labels(line: str) -> str:
    first = _GENERIC.search(line)
    return line[: first.start()] if first else ""


def _line(lines: Sequence[str], at: int) -> tuple[list[Label], int]:
    """Return the labels that begin in line `at` and the number of lines they take (1 if there is none)."""
    line = lines[at]
    name = _LINE_NAME.fullmatch(line.strip())
    if name and field_of(name["name"]):
        return _with_next(name["name"], lines, at)
    cells = line.split("\t")
    if len(cells) > 1 and field_of(cells[0]):
        return list(_cells(cells)), 1
    found = [(name, value) for name, value in _marked(line) if field_of(name)]
    if found and value_of(found[-1][1]) is None and line.rstrip().endswith(("：", ":", "〕")):
        last, used = _with_next(found[-1][0], lines, at)
        return [*(_label(*pair) for pair in found[:-1]), *last], used
    return [_label(*pair) for pair in found], 1


def _with_next(name: str, lines: Sequence[str], at: int) -> tuple[list[Label], int]:
    """Take the value from the next line, unless that is a label itself or blank."""
    if at + 1 < len(lines) and (following := lines[at + 1].strip()) and not _begins_label(following):
        return [_label(name, following)], 2
    return [_label(name, "")], 1


def _begins_label(line: str) -> bool:
    alone = _LINE_NAME.fullmatch(line)
    marked = _GENERIC.match(line)
    return bool((alone and field_of(alone["name"])) or (marked and field_of(_name(marked))))


def _cells(cells: Sequence[str]) -> Iterator[Label]:
    for name, value in zip(cells[::2], cells[1::2], strict=False):
        if field_of(name):
            yield _label(name, value)


def _marked(line: str) -> Iterator[tuple[str, str]]:
    """Yield the names before colons or in boxes, known or not, each with what follows it."""
    marks = list(_GENERIC.finditer(line))
    ends = [*(mark.start() for mark in marks[1:]), len(line)]
    for mark, end in zip(marks, ends if marks else [], strict=True):
        yield _name(mark), line[mark.end() : end].strip(" 〔")


def _name(mark: re.Match[str]) -> str:
    return mark["boxed"] or mark["name"]


def _label(name: str, value: str) -> Label:
    return Label(re.sub(r"[\s:：]", "", name), value.strip(), Origin.TABLE)
