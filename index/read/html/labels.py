"""Labelled values of a page: its 公开 table, the bar below its title, its meta tags."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from lxml import etree
from opencc import OpenCC

from data.model import Origin
from data.strict import read_record
from data.tables import TABLES
from index.read.html.marks import Marks
from index.read.line_kinds import brief
from index.read.parts import Label

LABELS = TABLES / "reading" / "labels.yml"

LONGEST_VALUE = 600
LONGEST_BAR = 160
"""Longer lines at the head of a text are sentences, though they may hold a colon."""
MOST_LABELS = 200

_META = etree.XPath("//meta[@name and @content]")
_CELLS = etree.XPath("//*[self::td or self::th or self::dt]")
_COLONS = etree.XPath("//text()[(contains(., '：') or contains(., ':')) and string-length(.) < 400]/..")
_DATE = re.compile(r"\d{4}(?:-|\.|/|年)\d{1,2}(?:-|\.|/|月)\d{1,2}日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?")
_SIGNS = str.maketrans(":〖【[", "：〔〔〔")
_BLOCKS = frozenset(("td", "th", "li", "dt", "dd", "p", "div", "tr", "ul", "h1", "h2", "h3", "h4", "section"))


@dataclass(frozen=True, slots=True)
class LabelNames:
    """The table `labels.yml`.

    ignored: they end the value before them, and are no labels. detail: fields of a gkmlpt page's script, by the label
    they stand for.
    """

    table: tuple[str, ...]
    meta: tuple[str, ...]
    ignored: tuple[str, ...]
    detail: dict[str, str]


@cache
def label_names() -> LabelNames:
    """Return the names of labels that are known."""
    return read_record(LABELS, LabelNames)


def meta_labels(root: etree._Element) -> Iterator[Label]:
    """Yield the known meta tags of a page, empty ones left out."""
    known = {name.lower(): name for name in label_names().meta}
    for tag in _META(root):
        name = known.get(tag.get("name").strip().lower())
        value = _joined(tag.get("content"))
        if name and value:
            yield Label(name, value[:LONGEST_VALUE], Origin.META)


def table_labels(root: etree._Element, marks: Marks) -> Iterator[Label]:
    """Yield labelled values of a page from which the body has been taken out, in the page's order."""
    seen: set[etree._Element] = set()
    for element in (*_cells_without_colon(root), *_COLONS(root)):
        block = _block(element)
        if block in seen or marks.is_aside(block):
            continue
        seen.add(block)
        yield from _of_block(block)


def bar_labels(marks: Marks) -> Iterator[Label]:
    """Yield the date below the title where it stands without a label: as 发布时间, if there is only one."""
    texts = ("".join(element.itertext())[:80] for element in marks.named("published") if not marks.is_aside(element))
    dates = {match[0].strip() for text in texts if (match := _DATE.match(text.strip()))}
    if len(dates) == 1:
        yield Label("发布时间", _joined(dates.pop()), Origin.TABLE)


def labels_of_lines(lines: Iterable[str]) -> Iterator[Label]:
    """Yield labelled values of lines at the head of a text, where a cell may be a label's value."""
    for line in lines:
        if "\t" not in line and (len(line) > LONGEST_BAR or not ("：" in line or ":" in line)):
            continue
        cells = [_joined(cell) for cell in line.split("\t")]
        pending = None
        for cell in cells:
            if pending is not None and cell and not _is_name(cell):
                yield _label(pending, cell)
                pending = None
            elif _is_name(cell):
                pending = cell
            else:
                yield from _split(cell)


def unique(labels: Iterable[Label]) -> tuple[Label, ...]:
    """Return the labels without those that say the same twice (the bar is often there twice)."""
    return tuple(dict.fromkeys(labels))[:MOST_LABELS]


def detail_labels(detail: Mapping[str, object]) -> Iterator[Label]:
    """Yield what the script of a gkmlpt page says of its document, under the names of the table that it draws."""
    inner = detail.get("gkml_data")
    fields = {**detail, **(inner if isinstance(inner, dict) else {})}
    for field, name in label_names().detail.items():
        value = fields.get(field)
        if isinstance(value, str) and _joined(value):
            yield Label(name, _joined(value)[:LONGEST_VALUE], Origin.TABLE)


def _cells_without_colon(root: etree._Element) -> Iterator[etree._Element]:
    return (cell for cell in _CELLS(root) if _is_name(_joined("".join(cell.itertext())[:80])))


def _block(element: etree._Element) -> etree._Element:
    block = element
    while block.tag not in _BLOCKS and block.getparent() is not None and block.getparent().tag not in ("body", "html"):
        block = block.getparent()
    return block


def _of_block(block: etree._Element) -> Iterator[Label]:
    text = _joined(_own_text(block))
    if _is_name(text):
        value = _neighbour(block)
        if value and not _is_name(value):
            yield _label(text, value)
    elif len(text) <= LONGEST_VALUE:
        yield from _split(text)


def _own_text(block: etree._Element) -> str:
    """Text of a block without that of blocks in it."""
    parts = [block.text or ""]
    for child in block:
        parts.append("" if child.tag in _BLOCKS else "".join(child.itertext()))
        parts.append(child.tail or "")
    return " ".join(parts)


def _neighbour(block: etree._Element) -> str:
    """Text of the element behind a label that is alone in its own."""
    behind = block.getnext()
    return "" if behind is None else _joined("".join(behind.itertext()))[:LONGEST_VALUE]


def _split(text: str) -> Iterator[Label]:
    """Cut `来源：甲 时间：乙` into its labels; a text that begins with something else has none."""
    folded = text.translate(_SIGNS)
    found = list(_labels().finditer(folded))
    before = folded[: found[0].start()].strip(" 〔（|") if found else ""
    if not found or (before and not _DATE.fullmatch(before)):
        return
    for match, end in zip(found, [*(match.start() for match in found[1:]), len(text)], strict=True):
        value = text[match.end() : end].strip(" |　")
        if value and _plain(match[1]) not in label_names().ignored:
            yield _label(match[1], value)


def _label(name: str, value: str) -> Label:
    return Label(_known()[_plain(name)], _joined(value), Origin.TABLE)


def _is_name(text: str) -> bool:
    return len(text) < 24 and _plain(text) in _known()


def _plain(name: str) -> str:
    return brief(name).strip("：〔〕")


@cache
def _known() -> dict[str, str]:
    """Names of labels, in either script, by which they are called in the table."""
    converter = OpenCC("s2t")
    names = (*label_names().table, *label_names().ignored)
    return {name: name for name in names} | {converter.convert(name): name for name in names}


@cache
def _labels() -> re.Pattern[str]:
    spaced = (r"\s*".join(map(re.escape, name)) for name in sorted(_known(), key=len, reverse=True))
    return re.compile(rf"(?<![\w/])〔?\s*({'|'.join(spaced)})\s*〕?\s*：")


def _joined(text: str | None) -> str:
    return " ".join((text or "").split())
