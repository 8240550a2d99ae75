"""The lists of a DOC file: how each level is numbered, and the counting."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

from index.read.attachments.doc_properties import Properties
from index.read.attachments.numbering import Counter, Level

LEVELS = 9
_LSTF, _LVLF, _LFO = 28, 28, 16
_SIMPLE = 0x01
_LEGAL = 0x04
_STARTS_ANEW, _FORMATTED = 0x10, 0x20
_NOTHING_AFTER = 2

# Number formats by their code in [MS-OSHARED] (MSONFC), by the names that DOCX has for them.
_STYLES = {
    0: "decimal", 1: "upperRoman", 2: "lowerRoman", 3: "upperLetter", 4: "lowerLetter", 10: "ideographDigital",
    11: "japaneseCounting", 16: "ideographLegalTraditional", 18: "decimalEnclosedCircle", 22: "decimalZero",
    23: "bullet", 26: "decimalEnclosedFullstop", 27: "decimalEnclosedParen", 28: "decimalEnclosedCircleChinese",
    29: "ideographEnclosedCircle", 30: "ideographTraditional", 31: "ideographZodiac", 33: "taiwaneseCounting",
    34: "ideographLegalTraditional", 35: "taiwaneseCountingThousand", 37: "chineseCounting",
    38: "chineseLegalSimplified", 39: "chineseCountingThousand", 255: "none",
}  # fmt: skip


@dataclass(slots=True)
class DocLists:
    """Counters by the number that paragraphs name their list by, from 1."""

    counters: list[Counter]

    @classmethod
    def read(cls, table: bytes, lists: tuple[int, int], overrides: bytes) -> Self:
        """Read the lists (PlfLst, whose levels stand behind it in the table stream) and their uses (PlfLfo)."""
        levels = dict(_lists(table, *lists))
        shared: dict[int, Counter] = {}
        return cls([_counter(list_id, own, levels, shared) for list_id, own in _overrides(overrides)])

    def label(self, properties: Properties) -> str:
        """Count the paragraph if it is in a list and return its number, else ""."""
        number = properties.number_list or 0
        if not 0 < number <= len(self.counters) or properties.row_end:
            return ""
        return self.counters[number - 1].next(properties.level or 0)


def _counter(
    list_id: int, own: dict[int, Level | int], levels: dict[int, dict[int, Level]], shared: dict[int, Counter]
) -> Counter:
    """Return the counter that a use of a list has in common with its other uses, or its own if it starts anew."""
    of_list = levels.get(list_id, {})
    if not own:
        return shared.setdefault(list_id, Counter(of_list))
    changed = dict(of_list)
    for depth, change in own.items():
        if isinstance(change, Level):
            changed[depth] = change
        elif depth in changed:
            changed[depth] = replace(changed[depth], start=change)
    return Counter(changed)


def _lists(table: bytes, offset: int, size: int) -> Iterator[tuple[int, dict[int, Level]]]:
    if size < 2:
        return
    count = max(struct.unpack_from("<h", table, offset)[0], 0)
    at = offset + 2 + _LSTF * count
    for number in range(count):
        start = offset + 2 + _LSTF * number
        list_id = struct.unpack_from("<i", table, start)[0]
        levels: dict[int, Level] = {}
        for depth in range(1 if table[start + 26] & _SIMPLE else LEVELS):
            levels[depth], at = _level(table, at)
        yield list_id, levels


def _level(table: bytes, at: int) -> tuple[Level, int]:
    """Read one level (LVL) and return it with the place behind it."""
    start, style, flags = struct.unpack_from("<iBB", table, at)
    follow = table[at + 15]
    characters_size, paragraph_size = table[at + 24], table[at + 25]
    at += _LVLF + characters_size + paragraph_size
    length = struct.unpack_from("<H", table, at)[0]
    text = table[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")
    template = "".join(f"%{ord(sign) + 1}" if ord(sign) < LEVELS else sign for sign in text)
    level = Level(
        _STYLES.get(style, "decimal"), template, start, spaced=follow != _NOTHING_AFTER, plain=bool(flags & _LEGAL)
    )
    return level, at + 2 + 2 * length


def _overrides(content: bytes) -> Iterator[tuple[int, dict[int, Level | int]]]:
    """Yield for each use of a list its id, and what it changes: a level, or the number that a level starts with."""
    if len(content) < 4:
        return
    count = min(struct.unpack_from("<I", content, 0)[0], len(content) // _LFO)
    at = 4 + _LFO * count
    for number in range(count):
        start = 4 + _LFO * number
        list_id = struct.unpack_from("<i", content, start)[0]
        own: dict[int, Level | int] = {}
        at += 4  # a place that nothing uses
        for _ in range(content[start + 12]):
            first, flags = struct.unpack_from("<iI", content, at)
            at += 8
            if flags & _FORMATTED:
                own[flags & 0xF], at = _level(content, at)
            elif flags & _STARTS_ANEW:
                own[flags & 0xF] = first
        yield list_id, own
