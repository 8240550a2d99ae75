"""What is to be handed in: the items of 申报材料, short, each with the heading it stands under."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from index.read.windows.outline import Line
from index.read.windows.words import pattern, words

_MOST = 30
_LONGEST = 40
_ITEM_MARK = re.compile(r"(?:^|(?<=[；。，：]))\s*(?:（?[一二三四五六七八九十\d]{1,2}[）、．]|\d{1,2}\.(?!\d)|[①-⑳]) *")
_ASIDE = re.compile(r"（[^（）]*）")
_HANDED_IN = re.compile(r"(?:包括|如下|清单|以下|材料|资料)[^：]{0,8}：(?P<rest>.+)")


@dataclass(frozen=True, slots=True)
class Materials:
    """One list. numbers: of the headings above it, as in `Line`."""

    numbers: tuple[int, ...]
    items: tuple[str, ...]


def read_materials(lines: Sequence[Line]) -> list[Materials]:
    """Return the lists of a notice in order."""
    found = []
    for index, line in enumerate(lines):
        if _heads_list(line):
            items = _inline(line.text) or list(_below(lines, index))
            if items:
                above = line.numbers if line.level is None else line.numbers[:-1]
                found.append(Materials(above, tuple(dict.fromkeys(items))[:_MOST]))
    return found


def _heads_list(line: Line) -> bool:
    head = line.text[len(line.mark) :].partition("：")[0].partition("。")[0]
    opens = line.level is not None or "：" in line.text
    return opens and len(head) <= 50 and bool(_heads().search(head)) and not _not_heads().search(head)


def _inline(text: str) -> list[str]:
    rest = _HANDED_IN.search(text)
    if not rest:
        return []
    parts = _ITEM_MARK.split(rest["rest"])
    if len(parts) == 1:
        parts = re.split("；" if "；" in rest["rest"] else "、", _ASIDE.sub("", rest["rest"].partition("。")[0]))
    return [item for part in parts if (item := _short(part))]


def _below(lines: Sequence[Line], index: int) -> Iterator[str]:
    head = lines[index]
    own = (
        head.numbers
        if head.level is not None and head.level < 5
        else head.numbers[: None if head.level is None else -1]
    )
    level: int | None = None
    for number, line in enumerate(lines[index + 1 :]):
        if line.numbers[: len(own)] != own or (line.level is not None and line.level < 2 and head.level != 0):
            return
        if number == 0:
            level = line.level
        if line.level is not None and level is not None and line.level < level:
            return
        if line.level is None and level in (0, 1, 2, 3, 4):
            continue
        if (line.level == level or level is None) and (item := _short(line.text[len(line.mark) :])):
            yield item


def _short(words_: str) -> str | None:
    item = re.split("[。；：，\t]", _ASIDE.sub("", words_).strip(" ；。，、"))[0].strip()
    return item if 2 <= len(item) <= _LONGEST else None


@cache
def _heads() -> re.Pattern[str]:
    return re.compile(pattern(words().materials))


@cache
def _not_heads() -> re.Pattern[str]:
    return re.compile(pattern(words().not_materials))
