"""PDF: the text layer with its tables where it is sound, OCR of the page's image where it is not or there is none."""

import io
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pdfplumber
import pypdfium2
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from index.read.attachments.limits import Limits
from index.read.attachments.lines import Line, PageLines, in_reading_order, is_page_number, paragraphs, without_spacing
from index.read.attachments.result import Read, UnreadableError
from index.read.attachments.worker import report
from index.read.integrity import Verdict, is_han, judge, unify

if TYPE_CHECKING:
    from pdfplumber.page import Page
    from pdfplumber.table import Table

LARGEST_SIDE = 4000
"""Pixels of a rendered page, whatever size the page says it has."""

KEPT_OF_LAYER = 0.8
"""Share of the Chinese characters on the image that a doubtful layer must have to be kept."""

_TABLES = {"vertical_strategy": "lines", "horizontal_strategy": "lines"}


MOST_EDGES = 5000
"""Ruled lines on a page above which it is a drawing, in which no tables are looked for."""

SHORT = 100
"""Chinese characters up to which the text on a scanned page may be a scanner's mark or a page number."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """A page's text layer and what it is worth. drawn: something on the page is no text, and may show some."""

    number: int
    lines: PageLines
    verdict: Verdict
    drawn: bool = True

    @property
    def to_recognise(self) -> bool:
        """Whether the page's image has to be looked at."""
        return self.verdict in {Verdict.DAMAGED, Verdict.DOUBTFUL} or (self.verdict is Verdict.EMPTY and self.drawn)


def read_pdf(body: bytes, limits: Limits) -> Read:
    """Read a PDF page by page. Raises `UnreadableError` for one that is damaged or encrypted."""
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    layers, problems = _layers(body, limits)
    checked = _recognise(body, [layer for layer in layers if layer.to_recognise], limits)
    recognised = {number: page for number, page in checked.items() if page is not None}
    pages = [recognised.get(layer.number) or _own_text(layer, checked) for layer in layers]
    problems += [*_unread(layers, checked, limits), *_doubts(recognised)]
    kept = [page for page in pages if page is not None]
    text = "\n".join(paragraphs(kept))
    return Read(text or None, _method(kept, list(recognised.values())), "；".join(problems) or None)


def _layers(body: bytes, limits: Limits) -> tuple[list[_Layer], list[str]]:
    try:
        with pdfplumber.open(io.BytesIO(body), unicode_norm="NFC") as pdf:
            pages = pdf.pages
            problems = [f"PDF 共 {len(pages)} 页，只读前 {limits.pages} 页"] if len(pages) > limits.pages else []
            return [_layer(page, len(pages)) for page in pages[: limits.pages]], problems
    except PdfminerException as error:
        if isinstance(error.args[0] if error.args else None, PDFPasswordIncorrect):
            raise UnreadableError("文件加密，无法读取") from error
        raise UnreadableError("PDF 损坏，无法读取") from error


def _layer(page: "Page", pages: int) -> _Layer:
    report(f"读取第 {page.page_number} 页，共 {pages} 页")
    try:
        lines = PageLines(tuple(_lines(page)), float(page.height))
        drawn, scanned = bool(page.images or page.curves), _is_scanned(page)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - pdfminer raises anything on a damaged page, whose image may yet be read
        return _Layer(page.page_number, PageLines((), 1), Verdict.DAMAGED)
    finally:
        page.close()
    verdict = judge("\n".join(line.text for line in lines.lines if not is_page_number(line.text))).verdict
    if verdict is Verdict.SOUND and scanned and _han(lines) < SHORT:
        verdict = Verdict.DOUBTFUL
    return _Layer(page.page_number, lines, verdict, drawn)


def _is_scanned(page: "Page") -> bool:
    """Whether an image covers most of the page."""
    sizes = (float(image["width"]) * float(image["height"]) for image in page.images)
    return max(sizes, default=0) > 0.5 * float(page.width) * float(page.height)


def _lines(page: "Page") -> Iterator[Line]:
    """Yield the lines and the rows of tables from top to bottom."""
    tables = page.find_tables(_TABLES) if 0 < len(page.edges) <= MOST_EDGES else []
    tables = [table for table in tables if len(table.cells) > 1]
    found = [line for table in tables for line in _rows(table)]
    rest = page.filter(lambda thing: not any(_inside(thing, table.bbox) for table in tables)) if tables else page
    found.extend(_text_lines(rest))
    yield from sorted(found, key=lambda line: (line.top, line.left))


def _text_lines(page: "Page") -> Iterator[Line]:
    words = page.dedupe_chars().extract_words(x_tolerance_ratio=0.25, keep_blank_chars=True)
    yield from in_reading_order(
        Line(without_spacing(unify(word["text"])), word["x0"], word["x1"], word["top"], word["bottom"])
        for word in words
        if word["text"].strip()
    )


def _rows(table: "Table") -> Iterator[Line]:
    texts = table.extract(x_tolerance_ratio=0.25)
    for row, cells in zip(table.rows, texts, strict=True):
        left, top, right, bottom = row.bbox
        text = "\t".join(without_spacing(unify("".join(_cell(cell)))) for cell in cells)
        if text.strip():
            yield Line(text, left, right, top, bottom, row=True)


def _cell(text: str | None) -> Iterator[str]:
    """Yield the lines of a cell, with a blank between Latin words only."""
    before = ""
    for line in (text or "").split("\n"):
        latin = before[-1:].isascii() and before[-1:].isalpha() and line[:1].isascii() and line[:1].isalpha()
        yield f" {line}" if latin else line
        before = line


def _inside(thing: dict[str, Any], box: Sequence[float]) -> bool:
    across, down = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
    return thing.get("object_type") == "char" and box[0] <= across <= box[2] and box[1] <= down <= box[3]


def _recognise(body: bytes, layers: Sequence[_Layer], limits: Limits) -> dict[int, PageLines | None]:
    """Return by page number what OCR read; `None` where the layer holds as much as the image and stands."""
    if not layers:
        return {}
    from index.read.attachments.ocr import DPI, page_lines  # its models cost seconds, and most files need none

    found: dict[int, PageLines | None] = {}
    pdf = pypdfium2.PdfDocument(body)
    try:
        for count, layer in enumerate(layers[: limits.ocr_pages], 1):
            report(f"图像识别：第 {layer.number} 页（{count}/{min(len(layers), limits.ocr_pages)}）")
            page = pdf[layer.number - 1]
            scale = min(DPI / 72, LARGEST_SIDE / max(*page.get_size(), 1))
            image = page.render(scale=scale).to_pil()
            page.close()
            lines = page_lines(image)
            stands = layer.verdict is Verdict.DOUBTFUL and not _is_better(lines, layer.lines)
            found[layer.number] = None if stands else lines
    except pypdfium2.PdfiumError as error:
        report(f"页面无法显示：{error}")
    finally:
        pdf.close()
    return found


def _doubts(recognised: dict[int, PageLines]) -> Iterator[str]:
    if recognised:
        from index.read.attachments.ocr import doubts

        yield from doubts(recognised)


def _is_better(image: PageLines, layer: PageLines) -> bool:
    return _han(layer) < KEPT_OF_LAYER * _han(image)


def _han(page: PageLines) -> int:
    return sum(is_han(character) for line in page.lines for character in line.text)


def _own_text(layer: _Layer, checked: dict[int, PageLines | None]) -> PageLines | None:
    """Return the layer's text where it may stand: a damaged one never does, a doubtful one not unchecked."""
    if layer.verdict is Verdict.DAMAGED or (layer.verdict is Verdict.DOUBTFUL and layer.number not in checked):
        return None
    return layer.lines


def _unread(layers: Sequence[_Layer], checked: dict[int, PageLines | None], limits: Limits) -> Iterator[str]:
    wanted = [layer for layer in layers if layer.to_recognise]
    if len(wanted) > limits.ocr_pages:
        first = limits.ocr_pages
        yield f"扫描件超过 {first} 页，只识别前 {first} 页"
    lost = [layer.number for layer in wanted[: limits.ocr_pages] if _is_lost(layer, checked)]
    if lost:
        yield f"第 {'、'.join(map(str, lost))} 页无法识别"


def _is_lost(layer: _Layer, checked: dict[int, PageLines | None]) -> bool:
    """Whether the page shows something, and neither its layer nor OCR says what."""
    if layer.number not in checked:
        return True
    page = checked[layer.number]
    return page is not None and not page.lines and layer.verdict is Verdict.DAMAGED


def _method(kept: Sequence[PageLines], recognised: Sequence[PageLines]) -> str | None:
    own = any(page.lines and not any(page is other for other in recognised) for page in kept)
    seen = any(page.lines for page in recognised)
    return "+".join(method for method, used in (("pdf", own), ("ocr", seen)) if used) or None
