"""From printed lines to paragraphs: page numbers and running heads removed, lines of one paragraph joined.

PDF, OCR and OFD give lines with places. In Chinese typesetting a paragraph starts with an indent and its lines, but the
last, reach the right edge: both together tell where a line goes on.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.read.characters import fold

MARGIN = 0.12
"""Share of the page's height at its top and its foot where page numbers and running heads stand."""

REPEATS = 3
"""Pages on which a line stands at the same edge to be a running head."""

BLANK, COLUMN = 0.35, 2.5
"""Gaps between pieces of a line, in heights of a character, that are a blank, and that part columns. Justified lines
and figures among Chinese characters have gaps of about 0.25 that mean nothing."""

_SPACING = re.compile(r"(?<=[\u4e00-\u9fff]) (?=\d)|(?<=\d) (?=[\u4e00-\u9fff])")
_PAGE_NUMBER = re.compile(
    r"[-—–―－·\s]*\d{1,4}[-—–―－·\s]*|第?\s*\d{1,4}\s*页(?:\s*[,，/]?\s*共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4}"
)
_STARTS = re.compile(
    r"第[\d〇零一二三四五六七八九十百]+[章节条款编]|[一二三四五六七八九十]+、|（[一二三四五六七八九十\d]+）|\d+[.、．]\D|[①-⑳]|附件[\d：]"
)
_LATIN_END = re.compile(r"[A-Za-z0-9,.;)]$")
_LATIN_START = re.compile(r"[A-Za-z(]")


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line, or a row of a table. Places in any unit, from the left and the top of the page.

    row: a table's row, which is joined with nothing.
    """

    text: str
    left: float
    right: float
    top: float
    bottom: float
    row: bool = False

    @property
    def size(self) -> float:
        """Its height, about the size of its characters."""
        return max(self.bottom - self.top, 0.1)


@dataclass(frozen=True, slots=True)
class PageLines:
    """The lines of a page from top to bottom, and the page's height in the same unit.

    unsure: lines that OCR may have read wrongly.
    """

    lines: tuple[Line, ...]
    height: float
    unsure: int = 0


def paragraphs(pages: Sequence[PageLines]) -> list[str]:
    """Return the paragraphs of all pages in order; a paragraph may go on over the end of a page."""
    heads = _running_heads(pages)
    joined: list[str] = []
    last: Line | None = None
    for page in pages:
        kept = [line for line in page.lines if line.text.strip() and not _is_furniture(line, page, heads)]
        edges = _edges(kept)
        for line in kept:
            if last is not None and _goes_on(last, line, edges):
                joined[-1] = join(joined[-1], line.text.strip())
            else:
                joined.append(line.text.strip("\n ") if line.row else line.text.strip())
            last = line
    return joined


def join(first: str, second: str) -> str:
    """Put two lines of a paragraph together, with a blank between Latin words only."""
    if _LATIN_END.search(first) and _LATIN_START.match(second):
        return f"{first} {second}"
    return first + second


def in_reading_order(pieces: Iterable[Line]) -> list[Line]:
    """Put pieces of text that stand side by side into one line each, from the top to the foot of the page.

    Pieces that a gap of `COLUMN` parts are cells of a row, or columns, and are parted by a tab.
    """
    groups: list[list[Line]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.top + piece.bottom) / 2):
        middle = (piece.top + piece.bottom) / 2
        if groups and groups[-1][0].top <= middle <= groups[-1][0].bottom:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [_merge(sorted(group, key=lambda piece: piece.left)) for group in groups]


def without_spacing(text: str) -> str:
    """Return a piece of a line without the typesetter's blanks between figures and Chinese characters."""
    return _SPACING.sub("", " ".join(text.split()))


def is_page_number(text: str) -> bool:
    """Whether a line holds the number of its page and nothing else."""
    return _PAGE_NUMBER.fullmatch(fold(text.strip())) is not None


def _starts(line: Line) -> bool:
    return _STARTS.match(fold(line.text.strip())) is not None


def _merge(pieces: Sequence[Line]) -> Line:
    text = pieces[0].text
    apart = False
    for before, piece in pairwise(pieces):
        gap = (piece.left - before.right) / min(before.size, piece.size)
        apart |= gap > COLUMN
        text += _between(text, piece.text, gap) + piece.text
    top, bottom = min(piece.top for piece in pieces), max(piece.bottom for piece in pieces)
    return Line(text, pieces[0].left, max(piece.right for piece in pieces), top, bottom, row=apart)


def _between(first: str, second: str, gap: float) -> str:
    """Return what parts two pieces of a line: a tab, a blank, or nothing. Words and figures in Latin always part."""
    if gap > COLUMN:
        return "\t"
    latin = first[-1:].isascii() and first[-1:].isalnum() and second[:1].isascii() and second[:1].isalnum()
    return " " if gap > BLANK or latin else ""


def _edges(lines: Sequence[Line]) -> tuple[float, float]:
    plain = [line for line in lines if not line.row] or list(lines)
    if not plain:
        return 0, 0
    return min(line.left for line in plain), max(line.right for line in plain)


def _goes_on(last: Line, line: Line, edges: tuple[float, float]) -> bool:
    """Whether `line` is the same paragraph as the line before it: that one is full, and this one not indented."""
    left, right = edges
    if last.row or line.row or _starts(line):
        return False
    size = min(last.size, line.size)
    if max(last.size, line.size) > 1.35 * size or line.top - last.bottom > 2.5 * size:
        return False
    return last.right >= right - 2 * size and line.left <= left + 1.2 * size


def _is_furniture(line: Line, page: PageLines, heads: set[str]) -> bool:
    if line.row or not _at_edge(line, page):
        return False
    return is_page_number(line.text) or _without_numbers(line.text) in heads


def _running_heads(pages: Sequence[PageLines]) -> set[str]:
    """Return the lines, numbers put aside, that stand at the edge of many pages; 附件1, 附件2 … are headings."""
    found: Counter[str] = Counter()
    for page in pages:
        found.update({_without_numbers(line.text) for line in _edge_lines(page) if not _starts(line)})
    return {text for text, times in found.items() if times >= REPEATS and times > len(pages) / 3}


def _edge_lines(page: PageLines) -> Iterator[Line]:
    return (line for line in page.lines if not line.row and _at_edge(line, page))


def _at_edge(line: Line, page: PageLines) -> bool:
    return line.bottom < MARGIN * page.height or line.top > (1 - MARGIN) * page.height


def _without_numbers(text: str) -> str:
    return re.sub(r"\d+", "0", text.strip())
