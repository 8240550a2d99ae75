"""OFD (GB/T 33190): a ZIP of XML whose text objects have places on the page, as lines of a PDF do."""

import posixpath
import re
from collections.abc import Iterator, Mapping

from lxml import etree

from index.read.attachments.archive import Package
from index.read.attachments.docx import parse_xml
from index.read.attachments.limits import Limits
from index.read.attachments.lines import Line, PageLines, in_reading_order, paragraphs
from index.read.attachments.result import Read, UnreadableError
from index.read.attachments.worker import report

A4_HEIGHT = 297.0
"""Millimetres, for pages that do not say."""


def read_ofd(body: bytes, limits: Limits) -> Read:
    """Read the pages; those that are images only by OCR.

    Raises `UnreadableError` for a damaged package, lxml's errors for damaged XML.
    """
    package = Package(body, limits)
    package.check()
    roots = [(root.text or "").strip().lstrip("/") for root in _found(parse_xml(package.read("OFD.xml")), "DocRoot")]
    pages = [page for root in roots for page in _pages(package, root)]
    problems = [f"OFD 共 {len(pages)} 页，只读前 {limits.pages} 页"] if len(pages) > limits.pages else []
    lines = [_page(package, path) for path, _ in pages[: limits.pages]]
    scans = {number: pages[number][1] for number, page in enumerate(lines) if not page.lines}
    recognised = _recognise(package, scans, limits) if scans else {}
    blank = [str(number + 1) for number in scans if number not in recognised]
    if blank:
        problems.append(f"OFD 第 {'、'.join(blank)} 页没有文字，也没有可识别的图片")
    text = "\n".join(paragraphs([recognised.get(number, page) for number, page in enumerate(lines)]))
    own = len(recognised) < len(lines)
    method = "+".join(name for name, used in (("ofd", own), ("ocr", bool(recognised))) if used)
    return Read(text, method or None, "；".join(problems) or None)


def _pages(package: Package, root: str) -> list[tuple[str, dict[str, str]]]:
    """Return the path of each page, with the document's images: paths by their id."""
    folder = posixpath.dirname(root)
    document = parse_xml(package.read(root))
    paths = [_path(folder, page.get("BaseLoc", "")) for page in _found(document, "Page")]
    images: dict[str, str] = {}
    for name in ("PublicRes", "DocumentRes"):
        for element in _found(document, name):
            images |= _images(package, _path(folder, (element.text or "").strip()))
    return [(path, images | {"page": path}) for path in paths]


def _images(package: Package, path: str) -> dict[str, str]:
    if path not in package:
        return {}
    resources = parse_xml(package.read(path))
    folder = _path(posixpath.dirname(path), resources.get("BaseLoc", ""))
    media = [one for one in _found(resources, "MultiMedia") if one.get("Type") == "Image"]
    files = {one.get("ID", ""): next((file.text or "" for file in _found(one, "MediaFile")), "") for one in media}
    return {media_id: _path(folder, file.strip()) for media_id, file in files.items()}


def _recognise(package: Package, scans: Mapping[int, Mapping[str, str]], limits: Limits) -> dict[int, PageLines]:
    """Return the lines by page number of the pages that show a single image which could be recognised."""
    from index.read.attachments.ocr import frames, page_lines  # its models cost seconds, and most files need none

    found: dict[int, PageLines] = {}
    for number, images in list(scans.items())[: limits.ocr_pages]:
        page = parse_xml(package.read(images["page"]))
        shown = [images.get(image.get("ResourceID", ""), "") for image in _found(page, "ImageObject")]
        if len(shown) == 1 and shown[0] in package:
            report(f"图像识别：第 {number + 1} 页")
            image = next(frames(package.read(shown[0])), None)
            if image is not None:
                found[number] = page_lines(image)
    return found


def _path(folder: str, location: str) -> str:
    return location.lstrip("/") if location.startswith("/") else posixpath.normpath(posixpath.join(folder, location))


def _page(package: Package, path: str) -> PageLines:
    report(f"读取 {path}")
    page = parse_xml(package.read(path))
    box = next((_numbers(box.text) for box in _found(page, "PhysicalBox")), [])
    pieces = [piece for text in _found(page, "TextObject") for piece in _pieces(text)]
    return PageLines(tuple(in_reading_order(pieces)), box[3] if len(box) == 4 else A4_HEIGHT)


def _pieces(text: etree._Element) -> Iterator[Line]:
    """Yield the runs of a text object; each may stand on a line of its own."""
    boundary = _numbers(text.get("Boundary"))
    if len(boundary) != 4:
        raise UnreadableError("OFD 文字没有位置，无法读取")
    size = next(iter(_numbers(text.get("Size"))), boundary[3])
    scale = _numbers(text.get("CTM"))
    across, down = (abs(scale[0]) or 1, abs(scale[3]) or 1) if len(scale) == 6 else (1, 1)
    last_x, last_y = 0.0, 0.0
    for code in _found(text, "TextCode"):
        last_x, last_y = _number(code.get("X"), last_x), _number(code.get("Y"), last_y)
        content = code.text or ""
        if not content.strip():
            continue
        left, base = boundary[0] + last_x * across, boundary[1] + last_y * down
        width = sum(_advances(code.get("DeltaX"))) + size
        yield Line(content, left, left + width * across, base - size * down, base)


def _advances(deltas: str | None) -> list[float]:
    """Return the distances between characters; `g 3 5` stands for three times 5."""
    words = (deltas or "").split()
    found: list[float] = []
    while words:
        if words[0] == "g" and len(words) >= 3:
            found.extend([_number(words[2], 0)] * min(int(_number(words[1], 0)), 10_000))
            words = words[3:]
        else:
            found.append(_number(words.pop(0), 0))
    return found


def _found(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield elements by local name: old files have another namespace, some have none."""
    yield from element.iter(f"{{*}}{name}")


def _numbers(text: str | None) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text or "")]


def _number(text: str | None, otherwise: float) -> float:
    return next(iter(_numbers(text)), otherwise)
