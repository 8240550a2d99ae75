"""DOCX: paragraphs with their automatic numbers, tables, text boxes; what was deleted in a revision is left out."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from index.read.attachments.archive import Package
from index.read.attachments.limits import Limits
from index.read.attachments.numbering import Counter, Level

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_W = f"{{{WORD}}}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_LEFT_OUT = {f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText", f"{_W}rPr", f"{_W}pPr", _FALLBACK}

_NumPr = tuple[str | None, int | None]


@dataclass(slots=True)
class _Style:
    """A paragraph style: its number in a list, and the style that it takes the rest from."""

    num: _NumPr
    parent: str | None


@dataclass(slots=True)
class _Lists:
    """What numbers the document's paragraphs: lists by their id, the styles, and the counts so far."""

    counters: dict[str, Counter] = field(default_factory=dict)
    styles: dict[str, _Style] = field(default_factory=dict)
    levels_of_styles: dict[tuple[str, str], int] = field(default_factory=dict)
    default_style: str | None = None

    def label(self, paragraph: etree._Element) -> str:
        """Count the paragraph if it is in a list and return its number, else ""."""
        properties = paragraph.find(f"{_W}pPr")
        style = _value(properties, "pStyle") or self.default_style
        num, depth = self._num(properties, style)
        if num is None or num == "0" or num not in self.counters:
            return ""
        if depth is None:
            depth = self.levels_of_styles.get((num, style or ""), 0)
        return self.counters[num].next(depth)

    def _num(self, properties: etree._Element | None, style: str | None) -> _NumPr:
        num, depth = _num_of(properties)
        seen: set[str] = set()
        while num is None and style in self.styles and style not in seen:
            seen.add(style)
            num, of_style = self.styles[style].num
            depth = of_style if depth is None else depth
            style = self.styles[style].parent
        return num, depth


def read_docx(body: bytes, limits: Limits) -> str:
    """Return the text of a DOCX. Raises `UnreadableError` for a damaged package, lxml's errors for damaged XML."""
    package = Package(body, limits)
    package.check()
    lists = _read_lists(package)
    root = _parse(package.read("word/document.xml"))
    lines = list(_blocks(root, lists))
    for notes in ("word/footnotes.xml", "word/endnotes.xml"):
        if notes in package:
            lines.extend(f"注：{line}" for line in _blocks(_parse(package.read(notes)), lists) if line.strip())
    return "\n".join(lines)


def parse_xml(content: bytes) -> etree._Element:
    """Parse XML that fetches nothing, expands nothing and is bounded in depth."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


def _parse(content: bytes) -> etree._Element:
    return parse_xml(content.replace(_STRICT.encode(), WORD.encode()))


def _blocks(element: etree._Element, lists: _Lists) -> Iterator[str]:
    """Yield the lines of all paragraphs and tables below `element`."""
    for child in element:
        if child.tag == f"{_W}p":
            label = lists.label(child)
            yield from (label + _text(child)).split("\n")
            for box in _boxes(child):
                yield from _blocks(box, lists)
        elif child.tag == f"{_W}tbl":
            yield from _rows(child, lists)
        elif child.tag not in _LEFT_OUT and isinstance(child.tag, str):
            yield from _blocks(child, lists)


def _rows(table: etree._Element, lists: _Lists) -> Iterator[str]:
    for row in _near(table, "tr"):
        cells = [" ".join(filter(None, map(_flat, _blocks(cell, lists)))) for cell in _near(row, "tc")]
        if any(cells):
            yield "\t".join(cells)


def _near(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the rows or cells of this table, also within content controls, but not those of a table in it."""
    for child in element:
        if child.tag == f"{_W}{name}":
            yield child
        elif child.tag not in _LEFT_OUT and child.tag not in {f"{_W}tbl", f"{_W}tc", f"{_W}p"}:
            yield from _near(child, name)


def _flat(line: str) -> str:
    return " ".join(line.split())


def _text(element: etree._Element) -> str:
    """Return the text of a paragraph's runs, without that of the text boxes anchored in it."""
    parts: list[str] = []
    for child in element:
        if child.tag == f"{_W}t":
            parts.append(child.text or "")
        elif child.tag in {f"{_W}br", f"{_W}cr"}:
            parts.append("\n")
        elif child.tag in {f"{_W}tab", f"{_W}ptab"}:
            parts.append(" ")
        elif child.tag == f"{_W}noBreakHyphen":
            parts.append("-")
        elif child.tag not in _LEFT_OUT and child.tag != f"{_W}txbxContent":
            parts.append(_text(child))
    return "".join(parts)


def _boxes(element: etree._Element) -> Iterator[etree._Element]:
    for child in element:
        if child.tag == f"{_W}txbxContent":
            yield child
        elif child.tag not in _LEFT_OUT:
            yield from _boxes(child)


def _read_lists(package: Package) -> _Lists:
    lists = _Lists()
    if "word/styles.xml" in package:
        for style in _parse(package.read("word/styles.xml")).iterfind(f"{_W}style[@{_W}type='paragraph']"):
            name = style.get(f"{_W}styleId", "")
            lists.styles[name] = _Style(_num_of(style.find(f"{_W}pPr")), _value(style, "basedOn"))
            if style.get(f"{_W}default") in {"1", "true"}:
                lists.default_style = name
    if "word/numbering.xml" in package:
        _read_numbering(_parse(package.read("word/numbering.xml")), lists)
    return lists


def _read_numbering(root: etree._Element, lists: _Lists) -> None:
    abstracts = {one.get(f"{_W}abstractNumId"): one for one in root.iterfind(f"{_W}abstractNum")}
    by_style = {_value(one, "styleLink"): one for one in abstracts.values() if _value(one, "styleLink")}
    shared: dict[str | None, Counter] = {}
    for num in root.iterfind(f"{_W}num"):
        number, abstract_id = num.get(f"{_W}numId", ""), _value(num, "abstractNumId")
        abstract = abstracts.get(abstract_id)
        if abstract is None:
            continue
        abstract = by_style.get(_value(abstract, "numStyleLink"), abstract)
        levels, overridden = _levels(abstract, num)
        # Lists of one definition count on from each other, unless one of them starts anew.
        counter = Counter(levels) if overridden else shared.setdefault(abstract_id, Counter(levels))
        lists.counters[number] = counter
        for level in abstract.iterfind(f"{_W}lvl"):
            if style := _value(level, "pStyle"):
                lists.levels_of_styles[number, style] = int(level.get(f"{_W}ilvl", "0"))


def _levels(abstract: etree._Element, num: etree._Element) -> tuple[dict[int, Level], bool]:
    """Return the levels by depth, and whether the list has some of its own."""
    levels = {int(level.get(f"{_W}ilvl", "0")): _level(level, None) for level in abstract.iterfind(f"{_W}lvl")}
    overrides = num.findall(f"{_W}lvlOverride")
    for override in overrides:
        depth = int(override.get(f"{_W}ilvl", "0"))
        own = override.find(f"{_W}lvl")
        if own is None:
            own = abstract.find(f"{_W}lvl[@{_W}ilvl='{depth}']")
        if own is not None:
            levels[depth] = _level(own, _value(override, "startOverride"))
    return levels, bool(overrides)


def _level(level: etree._Element, start: str | None) -> Level:
    legal = level.find(f"{_W}isLgl")
    return Level(
        style=_value(level, "numFmt") or "decimal",
        template=_value(level, "lvlText") or "",
        start=int(start or _value(level, "start") or 1),
        spaced=(_value(level, "suff") or "tab") != "nothing",
        plain=legal is not None and legal.get(f"{_W}val", "1") not in {"0", "false"},
    )


def _num_of(properties: etree._Element | None) -> _NumPr:
    numbered = None if properties is None else properties.find(f"{_W}numPr")
    depth = _value(numbered, "ilvl")
    return _value(numbered, "numId"), None if depth is None else int(depth)


def _value(element: etree._Element | None, name: str) -> str | None:
    child = None if element is None else element.find(f"{_W}{name}")
    return None if child is None else child.get(f"{_W}val")
