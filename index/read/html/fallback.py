"""The body of a page whose container is not known, as trafilatura sees it."""

import logging
import re
from copy import deepcopy

from lxml import etree

from index.read.html.visible import lines_of

MAX_CHARACTERS = 2_000_000
MAX_ELEMENTS = 30_000
"""Larger pages are not given to trafilatura, whose time has no bound (on real pages 2.7 times that of parsing)."""

SHARE = 0.7
SHORTEST = 60
"""Share of the text that an element must hold, and characters under which a page is a shell without an article."""

_ALL = etree.XPath("string-length(normalize-space())")
_ROW = re.compile(r"\|(.*)\|")
_RULE = re.compile(r"[-|: ]+")


def generic_lines(root: etree._Element) -> list[str]:
    """Return the lines of what is probably the article of a page; none if there is nothing like one."""
    elements = sum(1 for _ in root.iter())
    if elements > MAX_ELEMENTS or len("".join(root.itertext())) > MAX_CHARACTERS:
        return []
    import trafilatura  # takes half a second, and most pages do without it

    # It reports pages without an article as errors; that is an answer here, which the caller puts into words.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    text = trafilatura.extract(
        deepcopy(root), include_comments=False, include_tables=True, include_formatting=False, favor_recall=True
    )
    lines = [_plain(line.strip()) for line in (text or "").split("\n")]
    return [line for line in lines if line] or lines_of(deepcopy(_densest(root)))


def _densest(root: etree._Element) -> etree._Element:
    """Return the innermost element that holds most of a page's text outside links.

    For texts that are too short for trafilatura.
    """
    element, found = root, True
    while found:
        least = SHARE * _own_length(element)
        found = False
        for child in element:
            if least >= SHORTEST and _own_length(child) >= least:
                element, found = child, True
                break
    return element if _own_length(element) >= SHORTEST else etree.Element("div")


def _own_length(element: etree._Element) -> float:
    length: float = _ALL(element) - sum(_ALL(link) for link in element.iter("a"))
    return length


def _plain(line: str) -> str:
    """Rows that are written with bars get tabs."""
    row = _ROW.fullmatch(line)
    if row is None:
        return line
    return "" if _RULE.fullmatch(line) else "\t".join(cell.strip() for cell in row[1].split("|"))
