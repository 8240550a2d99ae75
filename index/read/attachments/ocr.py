"""Text from images of pages, by rapidocr. The models are in its wheel; nothing is fetched."""

import io
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy
from PIL import Image, ImageSequence

from index.read.attachments.limits import Limits
from index.read.attachments.lines import Line, PageLines, in_reading_order, paragraphs, without_spacing
from index.read.attachments.result import UnreadableError
from index.read.attachments.worker import report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

DPI = 200
LONGEST_SIDE = 4000
"""Pixels: a larger image is made smaller first; at 200 dpi an A4 page has 2339."""

SURE, LEGIBLE = 0.8, 0.5
"""Confidence under which a line is said to be unsure, and under which it is taken for a picture or a stamp."""


def page_lines(image: "Image.Image") -> PageLines:
    """Recognise one page. Lines come from top to bottom; an empty page has none."""
    page = image.convert("RGB")
    page.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    found = _engine()(numpy.asarray(page), use_cls=False)
    if found.boxes is None:
        return PageLines((), page.height)
    legible = [line for line in zip(found.txts, found.boxes, found.scores, strict=True) if line[2] >= LEGIBLE]
    lines = in_reading_order(_piece(text, box) for text, box, _ in legible)
    return PageLines(tuple(lines), page.height, sum(sure < SURE for *_, sure in legible))


def doubts(pages: "Mapping[int, PageLines]") -> "Iterator[str]":
    """Yield what a person has to check on the recognised pages, which are given by their number."""
    for number, page in sorted(pages.items()):
        if page.unsure:
            yield f"第 {number} 页有 {page.unsure} 行图像识别把握不大，请核对原件"


def read_image(body: bytes, limits: Limits) -> tuple[str, str | None]:
    """Return (text, problem) of an image file, which may hold several pages (TIFF). Raises `UnreadableError`."""
    pages: dict[int, PageLines] = {}
    problems: list[str] = []
    for number, frame in enumerate(frames(body), 1):
        if number > limits.ocr_pages:
            problems.append(f"图片超过 {limits.ocr_pages} 页，只识别前 {limits.ocr_pages} 页")
            break
        report(f"图像识别：第 {number} 页")
        pages[number] = page_lines(frame)
    problems.extend(doubts(pages))
    return "\n".join(paragraphs(list(pages.values()))), "；".join(problems) or None


def frames(body: bytes) -> "Iterator[Image.Image]":
    """Yield the pages of an image file. Raises `UnreadableError` for one that is damaged or too large."""
    Image.MAX_IMAGE_PIXELS = 100_000_000
    try:
        with Image.open(io.BytesIO(body)) as image:
            for frame in ImageSequence.Iterator(image):
                yield frame.copy()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnreadableError("图片损坏或过大，无法读取") from error


def _piece(text: str, box: "Sequence[Sequence[float]]") -> Line:
    across = [float(point[0]) for point in box]
    down = [float(point[1]) for point in box]
    return Line(without_spacing(text), min(across), max(across), min(down), max(down))


@cache
def _engine() -> Any:  # noqa: ANN401 - rapidocr has no types; it takes seconds to load and is kept
    from rapidocr import RapidOCR

    return RapidOCR(
        params={"Global.log_level": "error", "Global.max_side_len": LONGEST_SIDE, "Global.text_score": LEGIBLE}
    )
