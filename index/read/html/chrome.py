"""What a site puts around and into its articles: share bars, print links, breadcrumbs, lists of other articles."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from lxml import etree

from data.strict import read_record
from data.tables import TABLES
from index.read.line_kinds import brief, one_of

CHROME = TABLES / "reading" / "chrome.yml"

LONGEST = 160
"""A longer line is text, whatever it begins with."""

_HIDDEN_STYLE = re.compile(r"y(?:(?<=display)|(?<=visibility))\s*:\s*(?:none|hidden)")


@dataclass(frozen=True, slots=True)
class ChromeLine:
    """One kind of line that is not the article's. pattern: of the whole line, folded and without blanks."""

    name: str
    pattern: str
    example: str


@dataclass(frozen=True, slots=True)
class Chrome:
    """The table `chrome.yml`. Names of classes and ids are compared in small letters."""

    classes: tuple[str, ...]
    ids: tuple[str, ...]
    hidden_classes: tuple[str, ...]
    attachment_boxes: tuple[str, ...]
    navigation: tuple[str, ...]
    published: tuple[str, ...]
    lines: tuple[ChromeLine, ...]
    cut_after: tuple[ChromeLine, ...]


def hides(style: str) -> bool:
    """Say whether a style attribute makes its element disappear."""
    told = style.lower()
    return ("none" in told or "hidden" in told) and _HIDDEN_STYLE.search(told) is not None


def is_hidden(element: etree._Element) -> bool:
    """Say whether the element itself is not shown, by its attributes."""
    if element.get("hidden") is not None or hides(element.get("style") or ""):
        return True
    names = element.get("class")
    return names is not None and not names_of("hidden_classes").isdisjoint(names.lower().split())


def named(element: etree._Element, group: str) -> bool:
    """Say whether a class or the id of the element is in a group of names of `chrome.yml`."""
    found = f"{element.get('class') or ''} {element.get('id') or ''}".lower().split()
    return not names_of(group).isdisjoint(found)


def remove(element: etree._Element) -> None:
    """Take an element out of its tree; the text behind it stays."""
    parent = element.getparent()
    if parent is None:
        return
    tail, before = element.tail or "", element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    element.tail = None
    parent.remove(element)


def without_chrome(lines: Iterable[str]) -> list[str]:
    """Return the lines of an article without those that are the site's."""
    known = list(lines)
    briefs = [brief(line) if len(line) <= LONGEST else "" for line in known]
    end = next((place for place in range(len(known) // 2, len(known)) if _cuts(briefs, place)), len(known))
    chrome = _pattern("lines")
    return [line for line, short in zip(known[:end], briefs, strict=False) if not (short and chrome.fullmatch(short))]


def _cuts(briefs: list[str], place: int) -> bool:
    """Say whether a line heads other articles, with nothing but short lines behind it."""
    return (
        place > 0
        and _pattern("cut_after").fullmatch(briefs[place]) is not None
        and all(line and not line.endswith("。") for line in briefs[place:])
    )


@cache
def _table() -> Chrome:
    return read_record(CHROME, Chrome)


@cache
def names_of(group: str) -> frozenset[str]:
    """Return a group of names of `chrome.yml`, in small letters: `chrome`, `navigation` and so on."""
    table = _table()
    groups = {
        "chrome": (*table.classes, *table.ids),
        "hidden_classes": table.hidden_classes,
        "attachment_boxes": table.attachment_boxes,
        "navigation": table.navigation,
        "published": table.published,
    }
    return frozenset(name.lower() for name in groups[group])


@cache
def keys_of(group: str) -> frozenset[str]:
    """Return the same names as keys of `Marks`: `.class` and `#id`."""
    return frozenset(sign + name for name in names_of(group) for sign in ".#")


@cache
def _pattern(group: str) -> re.Pattern[str]:
    rules = _table().lines if group == "lines" else _table().cut_after
    return one_of((rule.name, rule.pattern) for rule in rules)
