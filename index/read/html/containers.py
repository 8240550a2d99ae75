"""Which element of a page holds the body: selectors by CMS family, each with the number of matches it expects."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from lxml import etree

from data.strict import read_records
from data.tables import TABLES
from index.read.html.marks import Marks

CONTAINERS = TABLES / "reading" / "containers.yml"

SHARE_OF_LONGEST = 0.5
"""The first container in the table's order wins, unless one with twice its text is there."""

MOST_MATCHES = 50
SHORTEST = 12
"""Characters under which a container without a link or picture is a stub, and the next one is tried."""

_SELECTOR = re.compile(r"(?P<tag>[a-z0-9]+)?(?P<id>#[\w-]+)?(?P<classes>(?:\.[\w-]+)*)")
_LENGTH = etree.XPath("string-length(normalize-space())")
_FILLED = etree.XPath("boolean(descendant::*[(self::a and @href) or self::img or self::iframe or self::embed])")


@dataclass(frozen=True, slots=True)
class Container:
    """One selector. matches: elements with text that it finds on a page. families: of `data.sources.FAMILIES`."""

    name: str
    selector: str
    matches: int
    families: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The body's elements, in order; several only where a page cuts its body into pieces. problems: for people."""

    elements: tuple[etree._Element, ...]
    problems: tuple[str, ...] = ()


def find(marks: Marks, family: str | None = None) -> Found | None:
    """Return the body container of a page, or None if no known one is there.

    The containers of `family` are tried before the others. Hidden ones count only where nothing else is found.
    """
    ordered = sorted(read_containers(), key=lambda container: family not in container.families)
    tried = ((container, list(islice(_matches(container, marks), MOST_MATCHES))) for container in ordered)
    matches = [(container, found) for container, found in tried if found]
    shown = [(container, [element for element in found if not marks.is_aside(element)]) for container, found in matches]
    chosen = _choose(shown)
    if chosen:
        return chosen
    hidden = _choose(matches)
    return Found(hidden.elements, (*hidden.problems, "正文所在的部分在页面上是隐藏的")) if hidden else None


@cache
def read_containers() -> tuple[Container, ...]:
    """Return the table of containers, in its order."""
    return tuple(read_records(CONTAINERS, Container, key="name"))


def _matches(container: Container, marks: Marks) -> Iterator[etree._Element]:
    tag, keys = _parts(container.selector)
    for element in marks.find(keys[0] if keys else str(tag)):
        if (tag is None or element.tag == tag) and all(element in marks.find(key) for key in keys[1:]):
            yield element


@cache
def _parts(selector: str) -> tuple[str | None, tuple[str, ...]]:
    match = _SELECTOR.fullmatch(selector)
    if match is None:
        raise ValueError(f"{CONTAINERS.name}: selector {selector!r} is none of tag, #id, .class or these joined")
    classes = [f".{name}" for name in match["classes"].split(".") if name]
    return match["tag"], tuple(key.lower() for key in (match["id"], *classes) if key)


def _choose(matches: Iterable[tuple[Container, Sequence[etree._Element]]]) -> Found | None:
    filled = [(container, _outermost(list(filter(_is_filled, found)))) for container, found in matches]
    filled = [(container, found) for container, found in filled if found]
    if not filled:
        return None
    lengths = [max(map(_length, found)) for _, found in filled]
    container, found = next(
        entry for entry, length in zip(filled, lengths, strict=True) if length >= SHARE_OF_LONGEST * max(lengths)
    )
    return _counted(container, found)


def _counted(container: Container, found: Sequence[etree._Element]) -> Found:
    """Hold the number of matches against what the table expects; copies of one text are one."""
    if len(found) == container.matches:
        return Found(tuple(found))
    distinct = list({"".join("".join(element.itertext()).split()): element for element in reversed(found)}.values())[
        ::-1
    ]
    problem = f"正文容器 {container.selector} 应有 {container.matches} 处，页面上有 {len(found)} 处"
    return Found(tuple(distinct), (problem,))


def _outermost(elements: list[etree._Element]) -> list[etree._Element]:
    known = set(elements)
    return [element for element in elements if known.isdisjoint(element.iterancestors())]


def _is_filled(element: etree._Element) -> bool:
    length = _length(element)
    return length >= SHORTEST or bool(length and _FILLED(element)) or bool(_FILLED(element) and not length)


def _length(element: etree._Element) -> float:
    length: float = _LENGTH(element)
    return length
