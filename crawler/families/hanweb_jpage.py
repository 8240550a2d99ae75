"""`hanweb_jpage`: columns of 大汉 JCMS, `/col/col<number>/index.html`, paged by `jpage/dataproxy.jsp`.

Rows stand in CDATA: in `<script type="text/xml"><datastore>…` of the column page, then in the XML of the proxy. The
first page holds the first few dozen rows; later ones are asked for by record numbers (`startrecord`, `endrecord`) where
the page tells column and unit, else by the address in `<nextgroup>`. Sites that encrypt that address answer it with
an empty store: `totalrecord` tells what is missing.

| option | meaning | default |
|---|---|---|
| `column`, `unit`, `web` | `columnid`, `unitid`, `webid` | read from the column page |
| `proxy` | path of `dataproxy.jsp` | read from the column page, else `/module/web/jpage/dataproxy.jsp` |
| `content` | `sourceContentType`: `1` or `3` | `1` |
| `group` | records a request | three times `perPage`, else `60` |
| `paging` | `auto`; `nextgroup`: by the address in the answer; `none`: the first page only | `auto` |

and those of `html_list` for rows: `rows`, `link`, `title`, `date`, `number`, `keep`, `keep_text`, `drop`, `article`,
and `referer`, which from the second page on is the column page if it is not set. They apply within one record.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from w3lib.url import add_or_replace_parameter

from crawler.families.html_list import check_row_options, check_usable, describe, nothing_listed
from crawler.families.listing import Answer, Ask, LayoutChangedError, Listed, is_past_the_end
from crawler.families.options import REFERER, Options, Settings, as_number, check_choice, headers, settle
from crawler.families.rows import ROW_OPTIONS, Rows, read_rows
from crawler.markup import Markup, parse
from data.model import Listing

HANWEB_OPTIONS: Options = {
    "column": ("", "columnid; not set: read from the column page"),
    "unit": ("", "unitid; not set: read from the column page"),
    "web": ("", "webid; not set: read from the column page"),
    "proxy": ("", "path of dataproxy.jsp; not set: read from the column page"),
    "content": ("1", "sourceContentType: 1 or 3"),
    "group": ("", "records a request; not set: three times perPage, else 60"),
    "paging": ("auto", "`auto`; `nextgroup`: by the address in the answer; `none`: the first page only"),
    **ROW_OPTIONS,
    **REFERER,
}

PROXY = "/module/web/jpage/dataproxy.jsp"

RECORD = re.compile(r"<record>\s*<!\[CDATA\[(.*?)\]\]>\s*</record>", re.DOTALL)
NEXT_GROUP = re.compile(r"<nextgroup>\s*<!\[CDATA\[.*?href=[\"']([^\"']+)[\"']", re.DOTALL)
TOTAL = re.compile(r"<totalrecord>\s*(\d{1,7})\s*</totalrecord>|totalRecord[\"']?\s*[:=]\s*[\"']?(\d{1,7})")
CONFIG = {
    "column": re.compile(r"\bcolumnid[\"']?\s*[:=]\s*[\"']?(\d+)\b"),
    "unit": re.compile(r"\bunitid[\"']?\s*[:=]\s*[\"']?(\d+)\b"),
    "web": re.compile(r"\bwebid[\"']?\s*[:=]\s*[\"']?(\d+)\b"),
    "proxy": re.compile(r"[\"']([^\"']*?/dataproxy\.jsp)"),
    "per_page": re.compile(r"\bperPage[\"']?\s*[:=]\s*[\"']?([1-9]\d{0,2})\b", re.IGNORECASE),
}
"""What the script that calls jpage tells. An encrypted id is no number and does not match."""

NO_ARTICLE = re.compile(r"/module/")
"""Links to functions of the site, which stand in rows too."""


@dataclass(frozen=True, slots=True)
class HanwebJpage:
    """The reader of one column."""

    name: str = "hanweb_jpage"

    @property
    def options(self) -> Options:
        """What a listing may set."""
        return HANWEB_OPTIONS

    def first(self, listing: Listing) -> tuple[Ask, ...]:
        """Return the request for the column page."""
        settings = self._settings(listing)
        return (Ask(listing.url, headers=headers(settings)),)

    def read(self, answer: Answer, listing: Listing, ask: Ask) -> Listed:
        """Return the rows of the column page or of one group of records."""
        settings = self._settings(listing)
        if is_past_the_end(answer, ask):
            return Listed((), None)
        page = Markup(answer.url, answer.headers, answer.body)
        rows, total = _rows(page, listing, settings), _total(page.text)
        following = _next(page, listing, ask, settings, len(rows.entries))
        if not rows.entries and not (ask.page == 1 and following and total != 0):
            return _without_rows(page, ask, settings, total)
        check_usable(rows, answer, settings)
        complete = total is not None and _ends_at(ask, len(rows.entries)) >= total
        return Listed(rows.entries, None if complete else following, total)

    def _settings(self, listing: Listing) -> Settings:
        settings = settle(listing, HANWEB_OPTIONS)
        check_row_options(listing, settings)
        check_choice(listing, settings, "paging", ("auto", "nextgroup", "none"))
        for name in ("column", "unit", "web", "group"):
            as_number(listing, settings, name)
        return settings


def _rows(page: Markup, listing: Listing, settings: Settings) -> Rows:
    """Read the records, each as a fragment of its own; without a store, what stands in the page's mark-up."""
    store = _store(page, settings)
    records = RECORD.findall(store)
    within = settings if settings["rows"] else {**settings, "rows": "body"}
    pieces = [read_rows(parse(record), listing.url, within) for record in records]
    if "<datastore" not in store:
        pieces = [read_rows(page.tree, page.base, settings)]
    entries = {entry.url: entry for piece in reversed(pieces) for entry in reversed(piece.entries)}
    articles = [entry for entry in reversed(entries.values()) if not NO_ARTICLE.search(entry.url)]
    return Rows(tuple(articles), sum(piece.unusable for piece in pieces))


def _store(page: Markup, settings: Settings) -> str:
    """Return the text that the records stand in: a column page may hold several stores, each in its unit's element."""
    unit = settings["unit"]
    stores = page.tree.xpath(f"//*[@id='{unit}']//script/text()").getall() if unit else []
    return next((store for store in stores if "<datastore" in store), page.text)


def _config(page: Markup, ask: Ask, settings: Settings) -> dict[str, str]:
    """Return what a request for records needs: options first, then what the request before this one had, the page."""
    before = dict(ask.form)
    known = {"column": before.get("columnid"), "unit": before.get("unitid"), "web": before.get("webid")}
    in_address = re.search(r"/col/col(\d+)/", page.url)
    known["column"] = known["column"] or (in_address[1] if in_address else None)
    found = {name: pattern.search(page.text) for name, pattern in CONFIG.items()}
    return {name: settings.get(name) or known.get(name) or (match[1] if match else "") for name, match in found.items()}


def _next(page: Markup, listing: Listing, ask: Ask, settings: Settings, listed: int) -> Ask | None:
    """Return the request for what follows the `listed` rows of this page; `None` where the list ends."""
    if settings["paging"] == "none" or (ask.page > 1 and not listed):
        return None
    config = _config(page, ask, settings)
    if settings["paging"] == "auto" and config["column"] and config["unit"]:
        return _records(listing, ask, settings, config, listed)
    group = NEXT_GROUP.search(page.text)
    if group is not None:
        address = urljoin(listing.url, unescape(group[1]))
    elif ask.page > 1 and (number := _query(ask.url).get("page", "")).isdigit():
        address = add_or_replace_parameter(ask.url, "page", str(int(number) + 1))
    else:
        return None
    return Ask(address, headers=_headers(listing, settings), page=ask.page + 1)


def _records(listing: Listing, ask: Ask, settings: Settings, config: Mapping[str, str], listed: int) -> Ask:
    """Return the request for the group of records after the last one asked for, or after those of the column page."""
    start = _ends_at(ask, listed) + 1
    group = int(settings["group"] or 0) or 3 * int(config["per_page"] or 20)
    query = {"startrecord": start, "endrecord": start + group - 1, "perpage": config["per_page"] or 20}
    form = {
        "col": "1",
        "appid": "1",
        "webid": config["web"],
        "path": "/",
        "columnid": config["column"],
        "sourceContentType": settings["content"],
        "unitid": config["unit"],
        "webname": "",
        "permissiontype": "0",
    }
    proxy = ask.url.partition("?")[0] if ask.form else urljoin(listing.url, config["proxy"] or PROXY)
    address = f"{proxy}?{urlencode(query)}"
    return Ask(address, "POST", tuple(form.items()), _headers(listing, settings), ask.page + 1)


def _ends_at(ask: Ask, listed: int) -> int:
    """Return the number of the last record that was asked for up to now, or of rows on the column page."""
    asked = _query(ask.url).get("endrecord", "")
    return int(asked) if asked.isdigit() else listed


def _without_rows(page: Markup, ask: Ask, settings: Settings, total: int | None) -> Listed:
    """Say what an answer without rows is: an empty store, the blanks of an encrypted group, or none of the shape."""
    is_store = "<datastore" in page.text or not page.text.strip()
    if is_store and (ask.page > 1 or total == 0):
        return Listed((), None, total)
    if is_store:
        expected = f"at least one record ({describe(settings)})"
        raise LayoutChangedError(page.url, expected, f"a store without one, total {total}")
    return nothing_listed(page, ask, settings)


def _total(text: str) -> int | None:
    match = TOTAL.search(text)
    return int(match[1] or match[2]) if match else None


def _query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def _headers(listing: Listing, settings: Settings) -> tuple[tuple[str, str], ...]:
    return (("Referer", settings["referer"] or listing.url),)


FAMILY = HanwebJpage()
