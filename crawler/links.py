"""What a page links to that belongs to it, and which hosts may be asked. Nothing here fetches."""

import json
import re
from collections.abc import Collection, Iterator
from posixpath import splitext
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from parsel import Selector

from crawler.markup import attribute, parse, text_of
from data.addresses import DEFAULT_PORTS, canonical

ATTACHED = frozenset(
    ".pdf .doc .docx .wps .rtf .xls .xlsx .et .csv .ppt .pptx .dps .ofd .ceb .zip .rar .7z".split()  # noqa: SIM905
)
"""Suffixes of files that come with a document."""

MAY_BE_FILE = re.compile("%|attachment|" + "|".join(map(re.escape, sorted(ATTACHED))), re.IGNORECASE)
"""What a link without it cannot be: most links are left aside by that, as looking closely at each takes long."""

FURTHER_LINK = re.compile(r"第?\s*\d{1,2}\s*页?|下一?页|后一?页|next", re.IGNORECASE)
PAGE_NAMES = re.compile(r"page|pageno|pagenum|pageindex|p|pn", re.IGNORECASE)
COUNTED = re.compile(r"""createPageHTML\(\s*(\d+)\s*,\s*0\s*,\s*["']([^"']+)["']\s*,\s*["'](\w+)["']""")
MOST_FURTHER_PAGES = 100

ALLOWED_SHAPE = re.compile(
    r"(https?)://([a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::(\d{1,5}))?(?:[/?#][!-\[\]-~]*)?", re.IGNORECASE
)
"""What an address must look like as a whole to be asked at all: plain ASCII, no user name, no backslash, no blank."""

IP_LIKE = re.compile(r"\[.*\]|(?:.*\.)?(?:\d+|0x[0-9a-f]*)", re.IGNORECASE)
"""Hosts that are addresses in any notation: `127.0.0.1`, `127.1`, `2130706433`, `0x7f.1`, `[::1]`."""


def resolve(href: str, base: str) -> str | None:
    """Return the canonical address that a link on page `base` points to; `None` if it points to no page.

    A link to `http` on the page's own host follows a page that was fetched over `https`.
    """
    target = href.strip()
    if not target.partition("?")[0].isprintable() or "\\" in target:
        target = re.sub(r"[\t\r\n]", "", target).replace("\\", "/")
    if not target or target.startswith("#") or "{{" in target or "${" in target:
        return None
    try:
        joined, page = urlsplit(urljoin(base, target)), urlsplit(base)
    except ValueError:
        return None
    if joined.scheme == "http" and page.scheme == "https" and joined.netloc == page.netloc:
        joined = joined._replace(scheme="https")
    address = canonical(joined.geturl())
    return address if re.match(r"https?://[^/]", address) else None


def attachments(html: str | Selector, url: str) -> tuple[str, ...]:
    """Return the files that a page (text or tree) links to, canonical, in order, each once: wherever they stand in it.

    Links by suffix, by `download`, by a file's name in the query of a download endpoint or in the link's text, and
    files shown in frames. A body that a script carries as JSON is looked through too.
    """
    tree = parse(html) if isinstance(html, str) else html
    links = [node for node in tree.css("a[href]") if _may_be_file(node)]
    found = [address for node in links if _names_file(node) and (address := _target(node, "href", url))]
    shown = tree.css("iframe[src], embed[src], object[data]")
    found += [file for node in shown if (file := _shown_file(node, url))]
    found += [file for body in _bodies_in_scripts(tree) for file in attachments(body, url)]
    return tuple(dict.fromkeys(found))


def further_pages(html: str | Selector, url: str) -> tuple[str, ...]:
    """Return the second and later pages of an article that is split, given its first page (text or tree)."""
    page = resolve(url, url)
    if page is None:
        return ()
    tree = parse(html) if isinstance(html, str) else html
    name = _name(page)
    links = [node for node in tree.css("a[href]") if _may_be_further(attribute(node, "href"), name)]
    linked = [address for node in links if (address := _further(node, page))]
    return tuple(dict.fromkeys([*_counted_pages(tree, page), *linked]))[:MOST_FURTHER_PAGES]


def allowed(url: str, hosts: Collection[str]) -> bool:
    """Tell whether an address may be asked: http(s), on one of `hosts` or below it, on the port that is named there.

    `hosts` are written as in sources: small letters, with a port if it is not the default one. An IP address is
    allowed only if it is listed itself. Anything that two parsers could read in two ways is refused.
    """
    shape = ALLOWED_SHAPE.fullmatch(url)
    if shape is None:
        return False
    scheme, host, port = shape[1].lower(), shape[2].lower(), shape[3] or ""
    suffix = "" if port in {"", DEFAULT_PORTS[scheme]} else f":{port}"
    candidates = [host] if IP_LIKE.fullmatch(host) else _with_parents(host)
    return any(f"{candidate}{suffix}" in hosts for candidate in candidates)


def _with_parents(host: str) -> list[str]:
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(len(labels))]


def _target(node: Selector, name: str, base: str) -> str | None:
    return resolve(attribute(node, name), base)


def _suffix(name: str) -> str:
    return splitext(unquote(name).strip().rstrip("）)】]"))[1].lower()


def _is_file(address: str) -> bool:
    parts = urlsplit(address)
    values = [value for _, value in parse_qsl(parts.query)]
    return any(_suffix(name) in ATTACHED for name in [parts.path, *values])


def _may_be_file(node: Selector) -> bool:
    """Tell whether a closer look at a link is worth while: whether a suffix stands anywhere in it."""
    told = "\n".join([*node.root.values(), *node.root.itertext()])
    return MAY_BE_FILE.search(told) is not None


def _names_file(node: Selector) -> bool:
    href = attribute(node, "href")
    names = [attribute(node, "download"), attribute(node, "title"), text_of(node)]
    try:
        return (
            _is_file(href)
            or "nfw-cms-attachment" in attribute(node, "class")
            or any(_suffix(name) in ATTACHED for name in names)
        )
    except ValueError:
        return False


def _shown_file(node: Selector, base: str) -> str | None:
    """Return the file that a frame shows: its own address, or the one handed to a viewer as `?file=`."""
    address = _target(node, "src", base) or _target(node, "data", base)
    if address is None or not _is_file(address):
        return None
    parts = urlsplit(address)
    handed = [value for _, value in parse_qsl(parts.query) if "/" in value and _suffix(value) in ATTACHED]
    viewer = splitext(parts.path)[1].lower() in {".html", ".htm"}
    return resolve(handed[0], address) if viewer and handed else address


def _bodies_in_scripts(tree: Selector) -> Iterator[str]:
    r"""Yield HTML that a script carries as a JSON string with `\u003C` for `<`, as gkmlpt's `DETAIL.content` does."""
    for script in tree.xpath("//script/text()").getall():
        for literal in re.findall(r'"(?:[^"\\]|\\.)*"', script) if "\\u003" in script else []:
            if re.search(r"\\u003[cC]a\b", literal):
                try:
                    yield str(json.loads(literal))
                except ValueError:
                    continue


def _may_be_further(href: str, name: str) -> bool:
    """Tell whether a closer look at a link is worth while: whether it has the page's name in it, or is a query only."""
    return name in href or "%" in href or not href.isprintable() or href.lstrip().startswith("?")


def _name(page: str) -> str:
    """Return what every further page has in its address; empty if that is not known."""
    name = splitext(urlsplit(page).path.rpartition("/")[2])[0].removesuffix("_pc")
    return "" if "%" in name else name


def _further(node: Selector, url: str) -> str | None:
    address = _target(node, "href", url)
    page = urlsplit(url)
    link = urlsplit(address) if address else None
    if address is None or link is None or link.netloc != page.netloc:
        return None
    stem, suffix = splitext(page.path)
    if link.query == page.query and re.fullmatch(rf"{re.escape(stem)}_\d{{1,2}}{re.escape(suffix)}", link.path):
        return address
    paged = link.path == page.path and _differ_in_page(page.query, link.query)
    return address if paged and FURTHER_LINK.fullmatch(text_of(node)) else None


def _differ_in_page(first: str, other: str) -> bool:
    """Tell whether two queries are the same but for a page number above 1."""
    known, added = dict(parse_qsl(first)), dict(parse_qsl(other))
    names = {name for name in added if PAGE_NAMES.fullmatch(name) and re.fullmatch(r"\d{1,2}", added[name])}
    pages = {int(added.pop(name)) for name in names}
    return bool(pages) and min(pages) > 1 and added == {name: known[name] for name in known if name not in names}


def _counted_pages(tree: Selector, url: str) -> Iterator[str]:
    """Yield the pages that `createPageHTML(pages, 0, "<this page's stem>", "html")` in the article makes links to."""
    stem = splitext(urlsplit(url).path.rpartition("/")[2])[0]
    calls = COUNTED.finditer("\n".join(tree.xpath("//script/text()").getall()))
    match = next((call for call in calls if call[2] == stem), None)
    if match is not None:
        names = (f"{stem}_{number}.{match[3]}" for number in range(1, min(int(match[1]), MOST_FURTHER_PAGES)))
        yield from (address for name in names if (address := resolve(name, url)))
