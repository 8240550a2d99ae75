"""From the bytes of a page to its article: title, head, body, tail, labels and files.

`containers` finds the body, `chrome` takes out what is the site's, `visible` writes the text, `index.read.bounds` cuts
it; `labels`, `links` and `title` read what stands around it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lxml import etree

from index.read import bounds
from index.read.encoding import decode
from index.read.html import chrome, labels, links
from index.read.html.containers import Found, find
from index.read.html.embedded import detail_of
from index.read.html.fallback import generic_lines
from index.read.html.marks import Marks
from index.read.html.parse import parse, strip_unseen
from index.read.html.title import title_of
from index.read.html.visible import lines_of
from index.read.parts import Article, Label, Link
from index.read.script import is_traditional, simplify

SHORT_BODY = 200
"""Characters under which a body with a file beside it says that the text is in the file."""


HEAD_LINES = 16
"""Lines at the top of a text in which a 公开 table may stand."""


class _Page:
    """A page as it is read: its text, its tree without scripts, its address for links."""

    def __init__(self, text: str, root: etree._Element, base: str, family: str | None) -> None:
        strip_unseen(root)
        self.text, self.root, self.base, self.family = text, root, base, family
        self.marks = Marks(root)


@dataclass(frozen=True, slots=True)
class _Text:
    lines: list[str]
    links: tuple[Link, ...] = ()
    problems: tuple[str, ...] = ()
    detail: Mapping[str, object] = field(default_factory=dict)
    title: str | None = None
    labels: tuple[Label, ...] = ()


def read_html(body: bytes, *, url: str, content_type: str | None = None, family: str | None = None) -> Article:
    """Read one page. Never raises for what is in `body`: what could not be read is said in `problems`.

    url: the page's address, for relative links. content_type: the answer's header. family: of
    `data.sources.FAMILIES`, if the page's source is known; its containers are tried first.
    """
    decoded = decode(body, content_type)
    parsed = parse(decoded.text)
    if parsed.root is None:
        return Article(None, "", "", "", problems=(*decoded.problems, *parsed.problems, "页面是空的"))
    page = _Page(decoded.text, parsed.root, _base(parsed.root, url), family)
    problems = (*decoded.problems, *parsed.problems)
    return _article(_around(page, _read_text(page)), problems)


def _around(page: _Page, text: _Text) -> _Text:
    """Add what stands around the text. Its elements are no longer in the tree."""
    detail = text.detail
    inner = labels.labels_of_lines(text.lines[:HEAD_LINES])
    found = (
        *labels.meta_labels(page.root),
        *labels.table_labels(page.root, page.marks),
        *labels.bar_labels(page.marks),
        *inner,
    )
    known = labels.unique((*found, *labels.detail_labels(detail)))
    files = links.unique((*text.links, *links.box_links(page.marks, page.base), *links.detail_links(detail, page.base)))
    title = title_of(page.root, page.marks, known, text.lines)
    return replace(text, title=title, labels=known, links=files)


def _article(text: _Text, problems: Sequence[str]) -> Article:
    written, shortened = bounds.within("\n".join(text.lines))
    traditional = is_traditional(f"{text.title} {written}")
    heading = simplify(text.title) if text.title and traditional else text.title
    head, body, tail = bounds.cut(simplify(written) if traditional else written, heading)
    body, tail = _without_file_names(body, tail, {link.name for link in text.links})
    return Article(
        title=heading,
        head=head,
        body=body,
        tail=tail,
        original=written if traditional else None,
        labels=_simplified(text.labels) if traditional else text.labels,
        links=text.links,
        problems=tuple(dict.fromkeys((*problems, *text.problems, *shortened, *_gaps(body, text.links)))),
    )


def _simplified(found: Sequence[Label]) -> tuple[Label, ...]:
    return tuple(replace(label, value=simplify(label.value)) for label in found)


def _without_file_names(body: str, tail: str, names: Collection[str]) -> tuple[str, str]:
    """Move names of files at the end of a body to its tail: they list annexes, though nothing calls them so."""
    lines = body.split("\n")
    count = next((place for place, line in enumerate(reversed(lines)) if line not in names), len(lines))
    if not count:
        return body, tail
    listed = "\n".join(lines[len(lines) - count :])
    return "\n".join(lines[: len(lines) - count]), f"{listed}\n{tail}" if tail else listed


def _gaps(body: str, files: Sequence[Link]) -> tuple[str, ...]:
    if len(body) < SHORT_BODY and files:
        return ("页面上的正文很短，全文可能在附件里",)
    return () if body else ("页面没有正文文字，可能由脚本生成",)


def _read_text(page: _Page) -> _Text:
    """Return the article's text and take it out of the tree, so that labels are looked for around it only."""
    found = find(page.marks, page.family)
    if found is not None and _has_text(found):
        return _read(found, page.marks, page.base)
    detail = detail_of(page.text)
    content = parse(str(detail.get("content") or "")).root
    if content is not None:
        strip_unseen(content)
        return replace(_read(Found((content,)), Marks(content), page.base), detail=detail)
    if found is not None:
        return _read(found, page.marks, page.base)
    lines = chrome.without_chrome(generic_lines(page.root))
    files = tuple(links.file_links(page.root, page.base)) if lines else ()
    return _Text(lines, files, ("正文容器未识别，按通用方法提取",), detail=detail)


def _has_text(found: Found) -> bool:
    return any(text.strip() for element in found.elements for text in element.itertext())


def _read(found: Found, marks: Marks, base: str) -> _Text:
    lines: list[str] = []
    files: list[Link] = []
    images = 0
    for element in found.elements:
        marks.trim(element)
        files.extend(links.file_links(element, base))
        files.extend(links.beside_links(element, base))
        images += links.pictures(element)
        lines.extend(lines_of(element))
        chrome.remove(element)
    once, copied = _once(chrome.without_chrome(lines))
    problems = [*found.problems]
    problems += [f"正文中有 {images} 幅图片，图中的文字没有读取"] if images else []
    problems += ["正文在页面上重复了一遍，只取一份"] if copied else []
    return _Text(once, tuple(files), tuple(problems))


def _once(lines: list[str]) -> tuple[list[str], bool]:
    """Return a body once, if it is there twice, one after the other; and whether it was."""
    half, odd = divmod(len(lines), 2)
    copied = not odd and half > 1 and lines[:half] == lines[half:]
    return (lines[:half] if copied else lines), copied


def _base(root: etree._Element, url: str) -> str:
    named = root.find(".//base[@href]")
    address = named.get("href") if named is not None else None
    return address if address and address.startswith(("http://", "https://")) else url
