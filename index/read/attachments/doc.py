"""DOC and WPS (the same format): text by the piece table, paragraphs with their automatic numbers, tables.

The layout is that of [MS-DOC]: the stream `WordDocument` starts with the file information block (FIB), which says where
in the table stream the other structures are. olefile takes the streams apart.
"""

import io
import re
import struct
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import olefile

from index.read.attachments.doc_lists import DocLists
from index.read.attachments.doc_properties import Styles, deleted_places, read_properties
from index.read.attachments.result import UnreadableError

WORD_97 = 0x00C1
_MAGIC = 0xA5EC
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_FIRST_PAIR = 0x9A
_STYLES, _CHARACTERS, _PARAGRAPHS, _PIECES, _LISTS, _OVERRIDES = 1, 12, 13, 33, 73, 74

_FIELD = re.compile(r"\x13[^\x13\x14\x15]*(?:\x14([^\x13\x14\x15]*))?\x15")
_DROPPED = re.compile(r"[\x00-\x06\x08\x0e-\x1d\x1f]")
_END = re.compile(r"[\r\x07\x0c]")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of text: its first character, its place in the stream, and whether it has one byte a character."""

    first: int
    place: int
    narrow: bool

    def place_of(self, character: int) -> int:
        """Return where in the stream a character of the text is."""
        return self.place + (character - self.first) * (1 if self.narrow else 2)


@dataclass(frozen=True, slots=True)
class _Fib:
    """What the FIB tells: length of the body in characters, and (offset, size) of structures by their number."""

    characters: int
    table: str
    pairs: bytes

    def pair(self, number: int) -> tuple[int, int]:
        """Return where a structure is in the table stream; (0, 0) for one that is not there."""
        if 8 * number + 8 > len(self.pairs):
            return 0, 0
        offset, size = struct.unpack_from("<II", self.pairs, 8 * number)
        return offset, size


def read_doc(body: bytes) -> str:
    """Return the text of a Word 97–2003 or WPS file. Raises `UnreadableError` for damaged, encrypted or older ones."""
    try:
        with olefile.OleFileIO(io.BytesIO(body)) as ole:
            main = ole.openstream("WordDocument").read()
            fib = _read_fib(main)
            table = ole.openstream(fib.table).read()
        return "\n".join(_lines(main, table, fib))
    except (OSError, struct.error, IndexError, UnicodeDecodeError) as error:
        raise UnreadableError("DOC 文件损坏，无法读取") from error


def _read_fib(main: bytes) -> _Fib:
    magic, version = struct.unpack_from("<HH", main, 0)
    flags = struct.unpack_from("<H", main, 0x0A)[0]
    if magic != _MAGIC or version < WORD_97:
        raise UnreadableError("Word 95 或更早的文件，无法读取")
    if flags & _ENCRYPTED:
        raise UnreadableError("文件加密，无法读取")
    count = struct.unpack_from("<H", main, 0x98)[0]
    characters = struct.unpack_from("<i", main, 0x4C)[0]
    pairs = main[_FIRST_PAIR : _FIRST_PAIR + 8 * count]
    return _Fib(characters, "1Table" if flags & _SECOND_TABLE else "0Table", pairs)


def _lines(main: bytes, table: bytes, fib: _Fib) -> Iterator[str]:
    text, pieces = _text(main, table, fib)
    styles = Styles.read(_part(table, fib, _STYLES))
    lists = DocLists.read(table, fib.pair(_LISTS), _part(table, fib, _OVERRIDES))
    properties = read_properties(main, _part(table, fib, _PARAGRAPHS))
    row: list[str] = []
    cell: list[str] = []
    for first, last in _paragraphs(text):
        own = styles.full(properties.at(_place(pieces, last)))
        content = lists.label(own) + _clean(text[first:last])
        if not own.in_table:
            yield from content.split("\n")
        elif own.row_end:
            yield "\t".join(row)
            row, cell = [], []
        else:
            cell.append(" ".join(content.split()))
            if text[last] == "\x07":
                row.append(" ".join(filter(None, cell)))
                cell = []


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of each paragraph, where `last` is its mark; a last one without mark is left with its end."""
    first = 0
    for mark in _END.finditer(text):
        yield first, mark.start()
        first = mark.end()
    if first < len(text) - 1:
        yield first, len(text) - 1


def _clean(text: str) -> str:
    """Return the text as printed: results of fields without their instructions, line breaks, no anchors of pictures."""
    previous = None
    while previous != text:
        previous, text = text, _FIELD.sub(lambda match: match[1] or "", text)
    return _DROPPED.sub("", text.replace("\x0b", "\n").replace("\x1e", "-").replace("\t", " "))


def _text(main: bytes, table: bytes, fib: _Fib) -> tuple[str, list[_Piece]]:
    """Return the body's text, without notes and heads, and its pieces."""
    parts: list[str] = []
    pieces: list[_Piece] = []
    deleted = list(deleted_places(main, _part(table, fib, _CHARACTERS)))
    for piece, length in _pieces(_part(table, fib, _PIECES)):
        size = length if piece.narrow else 2 * length
        raw = main[piece.place : piece.place + size]
        text = raw.decode("cp1252" if piece.narrow else "utf-16-le", "replace").ljust(length)
        parts.append(_without(text, piece, deleted))
        pieces.append(piece)
    if not pieces:
        raise UnreadableError("DOC 文件损坏，找不到文字")
    return "".join(parts)[: max(fib.characters, 0)], pieces


def _without(text: str, piece: _Piece, deleted: Sequence[tuple[int, int]]) -> str:
    """Put zeros, which are not printed, for the characters of a piece that a revision deleted."""
    wide = 1 if piece.narrow else 2
    for start, end in deleted:
        first = max((start - piece.place) // wide, 0)
        last = min((end - piece.place) // wide, len(text))
        if first < last:
            text = text[:first] + "\0" * (last - first) + text[last:]
    return text


def _pieces(clx: bytes) -> Iterator[tuple[_Piece, int]]:
    """Yield the pieces in the order of the text, with their lengths in characters."""
    at = 0
    while at < len(clx) and clx[at] == 1:  # property modifiers stand before the piece table
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if at >= len(clx) or clx[at] != 2:
        return
    size = struct.unpack_from("<I", clx, at + 1)[0]
    plc = clx[at + 5 : at + 5 + size]
    count = (len(plc) - 4) // 12
    firsts = struct.unpack_from(f"<{count + 1}I", plc, 0)
    for number in range(count):
        place = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * number + 2)[0]
        narrow = bool(place & 0x40000000)
        place &= 0x3FFFFFFF
        length = min(max(firsts[number + 1] - firsts[number], 0), 10_000_000)
        yield _Piece(firsts[number], place // 2 if narrow else place, narrow), length


def _place(pieces: list[_Piece], character: int) -> int:
    found = bisect_right(pieces, character, key=lambda piece: piece.first) - 1
    return pieces[max(found, 0)].place_of(character)


def _part(table: bytes, fib: _Fib, number: int) -> bytes:
    offset, size = fib.pair(number)
    return table[offset : offset + size]
