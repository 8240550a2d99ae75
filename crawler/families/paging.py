"""Where the next page of an HTML list is, and how many pages and entries the page itself states."""

import re
from dataclasses import dataclass
from posixpath import splitext
from urllib.parse import urljoin, urlsplit

from w3lib.url import add_or_replace_parameter

from crawler.families.options import Options, Settings
from crawler.links import resolve
from crawler.markup import Markup, attribute, text_of
from data.addresses import canonical

PAGING_OPTIONS: Options = {
    "paging": ("auto", "`auto`: as many pages as stated, or behind 下一页; `probe`: on until nothing comes; `none`"),
    "page_url": ("", "address of later pages relative to the first, {n} for the number; set: as `probe`"),
    "page_param": ("", "parameter of the address that holds the page's number; set: as `probe`"),
    "second": ("1", "number that the address of the second page has"),
}

PAGING_WAYS = ("auto", "probe", "none")

CALL = re.compile(r"createPage(?:HTML)?\s*\(([^()]*\d[^()]*)\)")
"""TRS: `createPageHTML(25, 0, "index", "shtml")`, with records in front, or with an element's id and a total around."""

_SET_TO = r"[\"']?\s*[:=]\s*[\"']?(\d{1,8})\b"

PAGES = (
    re.compile(r"\b(?:countPage|totalPages?|pageCount|total_?page|pageTotal)" + _SET_TO, re.IGNORECASE),
    re.compile(r"pagination_script_config\b[^}]*?\btotal" + _SET_TO),
    re.compile(r"共\s*(\d{1,6})\s*页"),
)

TOTAL = (
    re.compile(r"\b(?:recordCount|totalRecords?|totalData|total_?count|totalNum)" + _SET_TO, re.IGNORECASE),
    re.compile(r"共\s*(\d{1,8})\s*条"),
)

SIZE = re.compile(r"\b(?:showData|perPage|pageSize)[\"']?\s*[:=]\s*[\"']?(\d{1,4})\b", re.IGNORECASE)

NEXT = re.compile(r"下一?页|后一?页|下页\s*[>»]?|[>»]|next", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stated:
    """What a page says of its list. template: address of later pages relative to this one, with `{n}`."""

    pages: int | None = None
    total: int | None = None
    template: str | None = None


def stated(page: Markup) -> Stated:
    """Return what the scripts and the text of a page state; what is commented out states nothing."""
    scripts = page.scripts()
    called = next((found for call in CALL.finditer(scripts) if (found := _call(call[1]))), None)
    if called is not None:
        return called
    told = f"{scripts}\n{text_of(page.tree)}"
    pages, total, size = _number(told, *PAGES), _number(told, *TOTAL), _number(scripts, SIZE)
    if pages is None and total is not None and size:
        pages = -(-total // size)
    return Stated(pages, total)


def next_address(page: Markup, number: int, settings: Settings, states: Stated, first: str) -> str | None:
    """Return the address of the page after page `number`; `None` if that was the last one. first: the first page's."""
    if settings["paging"] == "none" or (states.pages is not None and number >= states.pages):
        return None
    count = int(settings["second"]) + number - 1
    if settings["page_param"]:
        return add_or_replace_parameter(page.url, settings["page_param"], str(count))
    if settings["page_url"]:
        return urljoin(first, settings["page_url"].replace("{n}", str(count)))
    template = states.template
    linked = None if template else _next_link(page)
    if linked is None and not template and (states.pages is not None or settings["paging"] == "probe"):
        template = _template(page.url, number, settings)
    return linked or (urljoin(page.url, template.replace("{n}", str(count))) if template else None)


def _call(arguments: str) -> Stated | None:
    """Read the arguments of `createPageHTML`: numbers, then name and suffix, then perhaps the number of entries."""
    values = [value.strip() for value in arguments.split(",")]
    texts = [position for position, value in enumerate(values) if value[:1] in {'"', "'"}]
    names = [values[position].strip("\"'") for position in texts[-2:]]
    last = texts[-1] if texts else len(values)
    before = [int(value) for value in values[:last] if value.isdigit()]
    behind = [int(value) for value in values[last:] if value.isdigit()]
    if len(before) < 2:
        return None
    pages, total = (before[1], before[0]) if len(before) > 2 else (before[0], behind[0] if behind else None)
    template = f"{names[0]}_{{n}}.{names[1]}" if len(names) == 2 else None
    return Stated(pages, total, template)


def _number(text: str, *patterns: re.Pattern[str]) -> int | None:
    matches = (pattern.search(text) for pattern in patterns)
    return next((int(match[1]) for match in matches if match), None)


def _next_link(page: Markup) -> str | None:
    """Return where the link 下一页 goes; `None` if there is none, or it goes nowhere else."""
    for node in page.tree.xpath("//a[@href]"):
        if NEXT.fullmatch(text_of(node)) or NEXT.fullmatch(attribute(node, "title").strip()):
            address = resolve(attribute(node, "href"), page.base)
            return address if address != canonical(page.url) else None
    return None


def _template(url: str, number: int, settings: Settings) -> str:
    """Return how later pages are called after the one at `url`: `index.html` → `index_{n}.html`."""
    stem, suffix = splitext(urlsplit(url).path.rpartition("/")[2] or "index.html")
    if number > 1:
        stem = stem.removesuffix(f"_{int(settings['second']) + number - 2}")
    return f"{stem}_{{n}}{suffix}"
