"""`jpaas_unit`: blocks of JPaaS publish servers, JSON that carries a piece of HTML.

| option | meaning | default |
|---|---|---|
| `web` | `webId` | read from `queryData` in the column page |
| `template` | `tplSetId` | the same |
| `page_id` | `pageId`, the number of the column | the same |
| `tag` | `tagId`, the name of the block; with several blocks in a page it must be set | the same |
| `parse` | `parseType`: `bulidstatic` (their spelling), at MIIT `buildstatic` | `bulidstatic` |
| `size` | rows a page; more than 20 lost rows | `20` |

and those of `html_list` for rows: `rows`, `link`, `title`, `date`, `number`, `keep`, `keep_text`, `drop`, `article`,
and `referer`, which is the column page if it is not set. The listing's address is the column page.

The page's number counts inside `paramJson` only. From abroad some servers give the first page for every number: the
walk over the list ends there, and `count` in the piece of HTML tells what is missing.
"""

import json
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from parsel import Selector

from crawler.families.html_list import check_row_options, check_usable, describe
from crawler.families.json_list import at, load_json
from crawler.families.listing import Answer, Ask, LayoutChangedError, Listed, goes_on, is_past_the_end
from crawler.families.options import REFERER, OptionError, Options, Settings, as_number, settle
from crawler.families.rows import ROW_OPTIONS, read_rows
from crawler.markup import Markup, attribute, parse
from data.model import Listing

ENDPOINT = "/api-gateway/jpaas-publish-server/front/page/build/unit"

IDS = {"web": "webId", "template": "tplSetId", "page_id": "pageId", "tag": "tagId"}
"""Options and what they are called in requests and in `queryData`."""

UNIT_OPTIONS: Options = {
    "web": ("", "webId; not set: read from queryData in the column page"),
    "template": ("", "tplSetId; not set: read from the column page"),
    "page_id": ("", "pageId, the number of the column; not set: read from the column page"),
    "tag": ("", "tagId, the name of the block; must be set if the column page has several"),
    "parse": ("bulidstatic", "parseType: bulidstatic (their spelling) or buildstatic"),
    "size": ("20", "rows a page; more than 20 lost rows"),
    **ROW_OPTIONS,
    **REFERER,
}

PAIR = re.compile(r"[\"'](\w+)[\"']\s*:\s*[\"']([^\"']*)[\"']")

COUNT = re.compile(r"\bcount=[\"']?(\d{1,7})")


@dataclass(frozen=True, slots=True)
class JpaasUnit:
    """The reader of one block of a column."""

    name: str = "jpaas_unit"

    @property
    def options(self) -> Options:
        """What a listing may set."""
        return UNIT_OPTIONS

    def first(self, listing: Listing) -> tuple[Ask, ...]:
        """Return the request for the first page, or for the column page if it must tell the block's ids."""
        settings = self._settings(listing)
        if all(settings[option] for option in IDS):
            return (_unit(listing, settings, {}, 1),)
        return (Ask(listing.url, page=0),)

    def read(self, answer: Answer, listing: Listing, ask: Ask) -> Listed:
        """Return the rows of a page; of page 0 the request for the first one."""
        settings = self._settings(listing)
        if is_past_the_end(answer, ask):
            return Listed((), None)
        if ask.page == 0:
            page = Markup(answer.url, answer.headers, answer.body)
            return Listed((), _unit(listing, settings, _query_data(page, settings), 1))
        return self._rows(answer, listing, settings, ask)

    def _rows(self, answer: Answer, listing: Listing, settings: Settings, ask: Ask) -> Listed:
        html = at(load_json(answer), "data.html")
        if not isinstance(html, str):
            raise LayoutChangedError(answer.url, "HTML at data.html", type(html).__name__)
        rows = read_rows(parse(html), listing.url, settings)
        counted = COUNT.search(html)
        total = int(counted[1]) if counted else None
        if not rows.entries and ask.page == 1 and total != 0:
            raise LayoutChangedError(answer.url, f"rows ({describe(settings)})", f"none in {len(html)} characters")
        check_usable(rows, answer, settings)
        more = goes_on(ask.page, len(rows.entries), total, int(settings["size"]))
        ids = {name: values[0] for name, values in parse_qs(urlsplit(ask.url).query).items()}
        return Listed(rows.entries, _unit(listing, settings, ids, ask.page + 1) if more else None, total)

    def _settings(self, listing: Listing) -> Settings:
        settings = settle(listing, UNIT_OPTIONS)
        check_row_options(listing, settings)
        if not as_number(listing, settings, "size"):
            raise OptionError(listing, "size", "must be 1 or more")
        return settings


def _unit(listing: Listing, settings: Settings, ids: dict[str, str], page: int) -> Ask:
    """Return the request for a page of a block; `ids` fill what the options leave out."""
    named = {name: settings[option] or ids.get(name, "") for option, name in IDS.items()}
    paging = json.dumps({"pageNo": page, "pageSize": int(settings["size"])}, separators=(",", ":"))
    fixed = {"parseType": settings["parse"], "pageType": "column", "editType": "null", "paramJson": paging}
    query = urlencode({**named, **fixed})
    referer = settings["referer"] or listing.url
    return Ask(f"{urljoin(listing.url, ENDPOINT)}?{query}", headers=(("Referer", referer),), page=page)


def _query_data(page: Markup, settings: Settings) -> dict[str, str]:
    """Return the ids of the block that the page's `queryData` tells; raises unless that is exactly one."""
    blocks = [dict(PAIR.findall(value)) for value in page.tree.xpath("//@querydata").getall()]
    known = {block["tagId"]: block for block in blocks if block.get("tagId") and block.get("webId")}
    paged = {tag: block for tag, block in known.items() if _is_paged(page.tree, tag)}
    wanted = settings["tag"]
    chosen = [block for tag, block in known.items() if tag == wanted] if wanted else list((paged or known).values())
    if len(chosen) != 1:
        expected = f"one block with queryData{f' and tagId {wanted}' if wanted else ''}"
        found = f"blocks {', '.join(known)}" if known else page.description()
        raise LayoutChangedError(page.url, expected, found)
    return chosen[0]


def _is_paged(tree: Selector, tag: str) -> bool:
    """Tell whether a block is the one with the page numbers under it."""
    nodes = [node for node in tree.xpath("//*[@querydata]") if tag in attribute(node, "querydata")]
    return any(node.root.get("count") or "pag" in attribute(node, "class") for node in nodes)


FAMILY = JpaasUnit()
