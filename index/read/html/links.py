"""Files that belong to an article: links in its body, in attachment boxes beside it, files shown in frames."""

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

from lxml import etree

from index.read.html.chrome import is_hidden, named
from index.read.html.marks import Marks
from index.read.parts import Link

MOST_LINKS = 200
LONGEST_URL = 2000

_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar|7z|pptx?|txt|csv|ceb|tiff?)$", re.I)
_DOWNLOAD = re.compile(
    r"/attachment/|downfile|download\w*\.(?:jsp|do|action|aspx)|/module/download/|filedown|getfile", re.I
)
_EMPTY_NAME = re.compile(
    r"(?:点击|点此|请|单击|查看|本)*(?:下载|附件|查看|浏览|打开|此处|这里|全文|原文|预览|文件)*[\d一二三四五]*[：:。.]?"
)
_SOURCES = etree.XPath(
    "descendant-or-self::*[(self::a and @href) or ((self::iframe or self::embed) and @src) or (self::object and @data)]"
)
_IMAGES = etree.XPath(
    "count(descendant::img[@src and not(contains(@src, 'icon')) and not(contains(@src, 'sysimage'))])"
)


def file_links(element: etree._Element, base: str) -> Iterator[Link]:
    """Yield the files to which `element` links. base: the page's address."""
    for source in _SOURCES(element):
        url = _file_url(source, base)
        if url is not None:
            yield Link(_name(source, url), url)


def box_links(marks: Marks, base: str) -> Iterator[Link]:
    """Yield the files in the attachment boxes of a page."""
    for box in marks.named("attachment_boxes"):
        if not marks.is_hidden(box):
            yield from file_links(box, base)


def beside_links(container: etree._Element, base: str) -> Iterator[Link]:
    """Yield the files behind a body, in the element that holds the body."""
    for behind in container.itersiblings():
        if isinstance(behind.tag, str) and not (is_hidden(behind) or named(behind, "navigation")):
            yield from file_links(behind, base)


def detail_links(detail: Mapping[str, object], base: str) -> Iterator[Link]:
    """Yield the files that the script of a gkmlpt page lists."""
    files = detail.get("attachment")
    for file in files if isinstance(files, list) else ():
        if isinstance(file, dict) and isinstance(file.get("url"), str):
            url = _absolute(file["url"], base)
            if url is not None:
                yield Link(_text(str(file.get("name") or "")) or _file_name(url), url)


def unique(links: Iterable[Link]) -> tuple[Link, ...]:
    """Return one link for each address, the first."""
    by_url: dict[str, Link] = {}
    for link in links:
        by_url.setdefault(link.url, link)
    return tuple(by_url.values())[:MOST_LINKS]


def pictures(container: etree._Element) -> int:
    """Return the number of pictures in a body, signs of file types left out."""
    return int(_IMAGES(container))


def _file_url(source: etree._Element, base: str) -> str | None:
    raw = source.get("href") or source.get("src") or source.get("data") or ""
    url = _absolute(raw, base)
    if url is None:
        return None
    split = urlsplit(url)
    inner = next((value for values in parse_qs(split.query).values() for value in values if _FILE.search(value)), None)
    if source.tag != "a" and inner is not None:
        return _absolute(inner, url)
    is_file = _FILE.search(split.path) or inner or _FILE.search(source.get("download") or "")
    marked = "nfw-cms-attachment" in (source.get("class") or "") or _DOWNLOAD.search(url)
    return url if is_file or (marked and source.tag == "a") else None


def _absolute(address: str, base: str) -> str | None:
    if not address.strip() or len(address) > LONGEST_URL:
        return None
    try:
        url = urljoin(base, "".join(address.split()) if "\n" in address else address.strip())
        return url if urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None


def _name(source: etree._Element, url: str) -> str:
    names = [_text("".join(source.itertext())), *(_text(source.get(key)) for key in ("title", "alt", "download"))]
    telling = [name for name in names if name and not _EMPTY_NAME.fullmatch(name)]
    return next(iter(telling), "") or _file_name(url)


def _file_name(url: str) -> str:
    return unquote(urlsplit(url).path.rsplit("/", 1)[-1]) or url


def _text(text: str | None) -> str:
    return " ".join((text or "").split())
