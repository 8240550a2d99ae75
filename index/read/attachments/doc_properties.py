"""What a DOC file says of its paragraphs: their style, their place in a list, whether they are in a table."""

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

PAGE = 512
"""Bytes of a page of properties in the main stream."""

_NO_STYLE = 0xFFF
_PARAGRAPH_STYLE = 1
_LEVEL, _LIST, _IN_TABLE, _ROW_END = 0x260A, 0x460B, 0x2416, 0x2417
_DELETED = 0x0800
_OPERAND_SIZES = (1, 1, 2, 4, 2, 2, -1, 3)
_LONG_TABLE = {0xD606, 0xD608}


@dataclass(frozen=True, slots=True)
class Properties:
    """Of one paragraph. style: index in the style sheet. number_list: from 1, 0 for none, `None` as its style says."""

    style: int = 0
    number_list: int | None = None
    level: int | None = None
    in_table: bool = False
    row_end: bool = False


@dataclass(frozen=True, slots=True)
class PropertyRuns:
    """Properties by place in the main stream: each holds from its start to the next one's."""

    starts: tuple[int, ...]
    found: tuple[Properties, ...]

    def at(self, place: int) -> Properties:
        """Return the properties of the paragraph whose mark is at `place`."""
        number = bisect_right(self.starts, place) - 1
        return self.found[number] if number >= 0 else Properties()


@dataclass(frozen=True, slots=True)
class Styles:
    """Paragraph styles: what each says itself, and the number of the one that it takes the rest from."""

    own: tuple[Properties | None, ...]
    parents: tuple[int, ...]

    @classmethod
    def read(cls, sheet: bytes) -> Self:
        """Read the style sheet (STSH); an empty one has no styles."""
        if len(sheet) < 6:
            return cls((), ())
        size, count, base = struct.unpack_from("<HHH", sheet, 0)
        own: list[Properties | None] = []
        parents: list[int] = []
        at = 2 + size
        for _ in range(count):
            if at + 2 > len(sheet):
                break
            length = struct.unpack_from("<H", sheet, at)[0]
            properties, parent = _style(sheet[at + 2 : at + 2 + length], base)
            own.append(properties)
            parents.append(parent)
            at += 2 + length + length % 2
        return cls(tuple(own), tuple(parents))

    def full(self, properties: Properties) -> Properties:
        """Return the properties with the list and level that the styles give."""
        style, seen = properties.style, set[int]()
        while properties.number_list is None and style < len(self.own) and style not in seen:
            seen.add(style)
            given = self.own[style]
            if given is not None:
                level = given.level if properties.level is None else properties.level
                properties = replace(properties, number_list=given.number_list, level=level)
            style = self.parents[style]
        return properties


def read_properties(main: bytes, table: bytes) -> PropertyRuns:
    """Read all pages of paragraph properties that `table` (PlcBtePapx) names."""
    count = max((len(table) - 4) // 8, 0)
    runs: dict[int, Properties] = {}
    for number in range(count):
        page = struct.unpack_from("<I", table, 4 * (count + 1) + 4 * number)[0] & 0x3FFFFF
        runs.update(_page(main[PAGE * page : PAGE * (page + 1)]))
    starts = tuple(sorted(runs))
    return PropertyRuns(starts, tuple(runs[start] for start in starts))


def deleted_places(main: bytes, table: bytes) -> Iterator[tuple[int, int]]:
    """Yield (start, end) in the main stream of what a revision deleted; `table` (PlcBteChpx) names the pages."""
    count = max((len(table) - 4) // 8, 0)
    for number in range(count):
        at = PAGE * (struct.unpack_from("<I", table, 4 * (count + 1) + 4 * number)[0] & 0x3FFFFF)
        page = main[at : at + PAGE]
        if len(page) < PAGE:
            continue
        runs = page[-1]
        starts = struct.unpack_from(f"<{runs + 1}I", page, 0)
        for run in range(runs):
            offset = 2 * page[4 * (runs + 1) + run]
            modifiers = page[offset + 1 : offset + 1 + page[offset]] if offset else b""
            if any(code == _DELETED and operand[0] for code, operand in _modifiers(modifiers)):
                yield starts[run], starts[run + 1]


def _page(page: bytes) -> Iterator[tuple[int, Properties]]:
    if len(page) < PAGE:
        return
    count = page[-1]
    starts = struct.unpack_from(f"<{count + 1}I", page, 0)
    for number in range(count):
        offset = 2 * page[4 * (count + 1) + 13 * number]
        yield starts[number], _papx(page, offset) if offset else Properties()


def _papx(page: bytes, offset: int) -> Properties:
    size = 2 * page[offset] - 1
    start = offset + 1
    if page[offset] == 0:
        size = 2 * page[offset + 1]
        start = offset + 2
    content = page[start : start + size]
    if len(content) < 2:
        return Properties()
    return _apply(Properties(style=struct.unpack_from("<H", content)[0]), content[2:])


def _apply(properties: Properties, modifiers: bytes) -> Properties:
    for code, operand in _modifiers(modifiers):
        if code == _LIST:
            properties = replace(properties, number_list=struct.unpack("<h", operand[:2])[0])
        elif code == _LEVEL:
            properties = replace(properties, level=operand[0])
        elif code == _IN_TABLE:
            properties = replace(properties, in_table=bool(operand[0]))
        elif code == _ROW_END:
            properties = replace(properties, row_end=bool(operand[0]))
    return properties


def _modifiers(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (code, operand) of each property modifier (sprm); stop at one that is cut."""
    at = 0
    while at + 2 < len(content):
        code = struct.unpack_from("<H", content, at)[0]
        at += 2
        size = _OPERAND_SIZES[code >> 13]
        if size < 0:
            head = 2 if code in _LONG_TABLE else 1
            if at + head > len(content):
                return
            size = int.from_bytes(content[at : at + head], "little") - (head - 1) + head
        if at + size > len(content):
            return
        yield code, content[at : at + size]
        at += size


def _style(std: bytes, base: int) -> tuple[Properties | None, int]:
    """Return what a style says of lists, and its parent; `None` for character styles and empty places."""
    if len(std) < base + 2 or base < 10:
        return None, _NO_STYLE
    kind = struct.unpack_from("<H", std, 2)[0]
    if kind & 0xF != _PARAGRAPH_STYLE:
        return None, _NO_STYLE
    at = base + 2 + 2 * struct.unpack_from("<H", std, base)[0] + 2  # its name, with a length and a zero
    if at + 2 > len(std):
        return Properties(), kind >> 4
    size = struct.unpack_from("<H", std, at)[0]
    modifiers = std[at + 2 : at + 2 + size]
    return _apply(Properties(), modifiers[2:]), kind >> 4
