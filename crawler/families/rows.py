"""Rows of an HTML list into entries: by the selectors a source gives, or around every link to an article."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from parsel import Selector

from crawler.families.dates import FULL, listed_date
from crawler.families.listing import Entry
from crawler.families.options import Options, Settings
from crawler.families.titles import TEMPLATE, clean_number, clean_title, fuller_title, number_in
from crawler.links import resolve
from crawler.markup import attribute, text_of

ROW_OPTIONS: Options = {
    "rows": ("", "CSS of one row; not set: what stands around each link to an article"),
    "link": ("", "CSS of the link in the row; not set: the link with the longest title, or the row if it is a link"),
    "title": ("", "CSS of the title in the row; not set: the link's"),
    "date": ("", "CSS of the date in the row, in the element after the row if it begins with +; not set: last date"),
    "number": ("", "CSS of the 发文字号 in the row; not set: the first one beside the title"),
    "keep": ("", "CSS of what a row must hold to count"),
    "keep_text": ("", "text that the element of `keep` must have"),
    "drop": ("", "CSS of what is cut out of the page before it is read"),
    "article": ("", "regular expression an entry's address must match; not set: any with `rows`, else the usual forms"),
}

ARTICLE = re.compile(
    r"/t(?:19|20)\d{6}_\d+\.s?html?"  # TRS
    r"|/art/(?:19|20)\d\d/|/art_\d+_\d+\.|/art_[0-9a-f]{32}\."  # hanweb, JPaaS
    r"|/content/post_\d+\.|/content_\d+\.s?html?|/c_\d+\.s?html?"  # gkmlpt and nfcms, gov.cn, cac
    r"|/[0-9a-f]{32}(?:_pc)?\.s?html?"  # UCAP, Shanghai, nda
    r"|/\d{12,}/index\.s?html?|/(?:19|20)\d\d/\d\d-\d\d/\d+\.html"  # Tongzhou, Henan
)
"""Addresses of articles in the dialects of the families, for lists whose rows no selector is known for."""

CLIMB = 5
"""How many elements above a link may still belong to its row: `tr > td > div > p > a` is the deepest seen."""

CONTAINERS = frozenset({"ul", "ol", "dl", "table", "tbody", "form", "body", "html"})
"""Elements that hold rows and are none."""

_DATED = rf"[\[(（]?{FULL.pattern}[日\])）]*"
DATE_AT_AN_END = re.compile(rf"^{_DATED}\s+|\s*{_DATED}(?:\s+\d\d:\d\d)?$")


@dataclass(frozen=True, slots=True)
class Rows:
    """What was read of a page. unusable: rows that should be entries and have no address or no title."""

    entries: tuple[Entry, ...]
    unusable: int = 0


def read_rows(tree: Selector, base: str, settings: Settings) -> Rows:
    """Read all rows of a page or fragment, each address once. The tree is changed if `drop` is set."""
    for node in tree.css(settings["drop"]) if settings["drop"] else ():
        node.drop()
    article = re.compile(settings["article"]) if settings["article"] else None
    rows = tree.css(settings["rows"]) if settings["rows"] else _rows_around_articles(tree, base, article or ARTICLE)
    entries: dict[str, Entry] = {}
    unusable = 0
    for row in rows:
        if not _is_kept(row, settings) or _is_placeholder(row):
            continue
        link = _link(row, base, settings)
        if link is None:
            unusable += bool(settings["rows"])
        elif article is None or article.search(link.url):
            entries.setdefault(link.url, _entry(row, link, settings))
    return Rows(tuple(entries.values()), unusable)


@dataclass(frozen=True, slots=True)
class _Link:
    node: Selector
    url: str
    title: str


def _is_kept(row: Selector, settings: Settings) -> bool:
    if not settings["keep"]:
        return True
    marks = [text_of(node) for node in row.css(settings["keep"])]
    return bool(marks) and (not settings["keep_text"] or settings["keep_text"] in marks)


def _is_placeholder(row: Selector) -> bool:
    """Tell whether a script would fill the row. Being hidden says nothing: lists sliced in the browser hide rows."""
    return TEMPLATE.search(" ".join([text_of(row), *row.xpath(".//@href | .//@title").getall()])) is not None


def _link(row: Selector, base: str, settings: Settings) -> _Link | None:
    """Return the row's link, the one with the longest title; `None` if there is none with address and title."""
    own = row.xpath("self::a[@href]")
    nodes = row.css(settings["link"]) if settings["link"] else own or row.xpath(".//a[@href]")
    links = []
    for node in nodes:
        url, title = resolve(attribute(node, "href"), base), _title(row, node, settings)
        if url and title:
            links.append(_Link(node, url, title))
    return max(links, key=lambda link: len(link.title), default=None)


def _title(row: Selector, link: Selector, settings: Settings) -> str:
    node = _first(row, settings["title"]) or link
    return DATE_AT_AN_END.sub("", fuller_title(text_of(node, ""), attribute(node, "title"))).strip()


def _entry(row: Selector, link: _Link, settings: Settings) -> Entry:
    beside = text_of(row).replace(link.title, " ").replace(clean_title(text_of(link.node)), " ")
    dated = _beside(row, settings["date"]) if settings["date"] else None
    day = text_of(dated) if dated is not None else beside
    if dated is None and not FULL.search(day):
        day = f"{_date_in_link(link)} {day}"
    number = _first(row, settings["number"])
    numbered = clean_number(text_of(number)) if number is not None else number_in(beside)
    return Entry(link.url, link.title, listed_date(day, link.url), numbered)


def _date_in_link(link: _Link) -> str:
    """Return the date where the link wraps title and date both."""
    match = DATE_AT_AN_END.search(text_of(link.node))
    return match[0] if match else text_of(link.node).replace(link.title, " ")


def _first(row: Selector, css: str) -> Selector | None:
    found = row.css(css) if css else ()
    return found[0] if found else None


def _beside(row: Selector, css: str) -> Selector | None:
    """Return the element of a row, or with `+` in front: the element itself or one below it that follows the row."""
    if not css.startswith("+"):
        return _first(row, css)
    following = row.xpath("following-sibling::*[1]")
    matching = following.css(css[1:]) if following else ()
    return matching[0] if matching else None


def _rows_around_articles(tree: Selector, base: str, article: re.Pattern[str]) -> Iterator[Selector]:
    links: dict[Any, str] = {}
    for node in tree.xpath("//a[@href]"):
        url = resolve(attribute(node, "href"), base)
        if url is not None and article.search(url):
            links[node.root] = url
    for element in links:
        yield Selector(root=_row_of(element, links), type="html")


def _row_of(link: Any, links: Mapping[Any, str]) -> Any:  # noqa: ANN401 - elements of lxml have no types
    """Return the smallest element around a link that has a date and no other article, else the largest without one."""
    row = link
    for parent in islice(link.iterancestors(), CLIMB):
        others = {links[other] for other in parent.iter("a") if other in links}
        if parent.tag in CONTAINERS or others != {links[link]} or FULL.search(_all_text(row)):
            break
        row = parent
    return row


def _all_text(element: Any) -> str:  # noqa: ANN401 - elements of lxml have no types
    return " ".join(element.itertext())
