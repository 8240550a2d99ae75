"""The text of an element as one sees it: blocks are lines, cells of a table row part by a tab.

The tree is changed on the way: marks are put where lines end, then all text is written out at once, because walking
over every span in Python takes longer than parsing did.
"""

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

BLOCKS = (
    "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "center",
    "blockquote", "address", "form", "fieldset", "header", "footer", "table", "tr", "caption", "hr", "pre", "figure",
    "figcaption", "main", "aside", "nav", "td", "th", "body",
)  # fmt: skip

LINE, CELL = "\u2028", "\u2029"
MOST_COLUMNS = 40
MOST_ROWS = 500
LONGEST_CELL = 3000
"""A cell with more text than this lays out the page; it is no cell of a table of data."""

_SPACES = re.compile(r"[\t\r]+ *[ \t\r]*| [ \t\r]+")
_WRAP = re.compile(r"\n\s*")
_BLANKS = re.compile(r"[^\S\u2028\u2029]+")
_UNPRINTED = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\ufffc]")
_TALL = etree.XPath("descendant::tr/*[(self::td or self::th) and @rowspan > 1]")


def lines_of(element: etree._Element) -> list[str]:
    """Return the lines of `element`, blanks joined, empty ones left out. The element is used up."""
    for block in list(element.iter("br", *BLOCKS)):
        _mark(block)
    covered = _covered(element)
    for row in reversed(list(element.iter("tr"))):
        _write_row(row, covered.get(row, frozenset()))
    written: str = etree.tostring(element, method="text", encoding="unicode", with_tail=False)
    return list(_clean(written))


def _mark(block: etree._Element) -> None:
    block.tail = LINE + (block.tail or "")
    if block.tag == "pre":
        for part in block.iter():
            part.text = (part.text or "").replace("\n", LINE)
            part.tail = (part.tail or "").replace("\n", LINE)
    if block.tag != "br":
        block.text = LINE + (block.text or "")


def _write_row(row: etree._Element, covered: frozenset[int]) -> None:
    """Put the cells of a row on one line, if it is a row of data."""
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    if len(cells) < 2 or any(cell.find(".//table") is not None for cell in cells):
        return
    texts = [_joined(cell) for cell in cells]
    if any(len(text) > LONGEST_CELL for text in texts):
        return
    columns = list(_columns(cells, texts, covered))
    tail = row.tail
    row.clear()
    row.text, row.tail = LINE + CELL.join(columns) + LINE, tail


def _joined(cell: etree._Element) -> str:
    written: str = etree.tostring(cell, method="text", encoding="unicode", with_tail=False)
    return " ".join(_UNPRINTED.sub("", _unwrap(written)).split())


def _columns(cells: list[etree._Element], texts: list[str], covered: frozenset[int]) -> Iterator[str]:
    """Yield the texts of a row's columns; what a cell above or to the left covers is empty."""
    column = 0
    for cell, text in zip(cells, texts, strict=True):
        while column in covered:
            yield ""
            column += 1
        width = _span(cell, "colspan", MOST_COLUMNS)
        yield text
        yield from [""] * (width - 1)
        column += width


def _covered(element: etree._Element) -> dict[etree._Element, frozenset[int]]:
    """Return for each row the columns that cells of rows above reach into."""
    covered: dict[etree._Element, frozenset[int]] = {}
    for cell in _TALL(element)[:MOST_ROWS]:
        row = cell.getparent()
        columns = _places(cell, covered.get(row, frozenset()))
        below = islice(row.itersiblings("tr"), _span(cell, "rowspan", MOST_ROWS) - 1)
        covered.update((other, covered.get(other, frozenset()) | columns) for other in list(below))
    return covered


def _places(cell: etree._Element, covered: frozenset[int]) -> frozenset[int]:
    column = 0
    for before in [*reversed(list(cell.itersiblings("td", "th", preceding=True))), cell]:
        while column in covered:
            column += 1
        width = _span(before, "colspan", MOST_COLUMNS)
        if before is cell:
            return frozenset(range(column, column + width))
        column += width
    return frozenset()


def _span(cell: etree._Element, name: str, most: int) -> int:
    value = (cell.get(name) or "").strip()
    return min(max(int(value), 1), most) if value.isascii() and value.isdecimal() and len(value) < 8 else 1


def _clean(written: str) -> Iterator[str]:
    text = _BLANKS.sub(" ", _UNPRINTED.sub("", _unwrap(written)))
    for line in text.split(LINE):
        cells = [cell.strip() for cell in line.split(CELL)]
        whole = "\t".join(cells).rstrip("\t") if len(cells) > 1 else cells[0]
        if whole.strip():
            yield whole


def _unwrap(written: str) -> str:
    """Join the lines of the source. Blanks go first: a pattern that begins with them takes time with their square."""
    return _WRAP.sub(_unwrapped, _SPACES.sub(" ", written).replace(" \n", "\n"))


def _unwrapped(wrap: re.Match[str]) -> str:
    """Return what stands for a line break of the source: nothing between Chinese characters, else a blank.

    Marks of ours that the blanks around it took along stay.
    """
    marks = "".join(mark for mark in wrap[0] if mark in (LINE, CELL))
    before, behind = wrap.string[wrap.start() - 1 : wrap.start()], wrap.string[wrap.end() : wrap.end() + 1]
    return marks or ("" if before > "\u2e80" and behind > "\u2e80" else " ")
