"""`ucap`: UCAP (开普, 南威): static lists `list.shtml`, `list_2.shtml`, and the searches behind them.

A listing whose address holds `/search/` is a search (`/common/search/<channel>?_isJson=true&…&page=1`,
`/es-search/search/<channel>`, `api.hunan.gov.cn/search/common/search/<id>`), any other is a static list.
Static lists take the options of `html_list`, with `second` `2`. Searches take those of `json_list`, with `rows`
`data.results results`, `url` `url`, `date` `publishedTimeStr`, `total` `data.total total`, `page_param` `page`.

| option | meaning | default |
|---|---|---|
| `answers` | of a search: `json`, or `html` if its template writes rows: options as for `html_list` | `json` |
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.families.html_list import HTML_OPTIONS, HtmlList
from crawler.families.json_list import JSON_OPTIONS, JsonList
from crawler.families.listing import Answer, Ask, Listed
from crawler.families.options import Options, check_choice, override
from data.model import Listing

STATIC = HtmlList("ucap", override(HTML_OPTIONS, second="2"))

SEARCH = JsonList(
    "ucap",
    override(
        JSON_OPTIONS,
        rows="data.results results",
        date="publishedTimeStr publishedTime",
        total="data.total total",
        page_param="page",
    ),
)

FRAGMENT = HtmlList("ucap", override(HTML_OPTIONS, second="2", page_param="page"))
"""Searches with a site's own `_template` and without `_isJson=true` answer with rows of HTML."""

ANSWERS: Options = {"answers": ("json", "of a search: `json`, or `html` where its template writes rows")}


@dataclass(frozen=True, slots=True)
class Ucap:
    """The reader of both kinds of lists."""

    name: str = "ucap"

    @property
    def options(self) -> Options:
        """What a listing may set: the options of static lists and of searches."""
        return {**SEARCH.options, **STATIC.options, **ANSWERS}

    def first(self, listing: Listing) -> tuple[Ask, ...]:
        """Return the request for the first page."""
        reader, inner = _reader(listing)
        return reader.first(inner)

    def read(self, answer: Answer, listing: Listing, ask: Ask) -> Listed:
        """Return the rows of a page."""
        reader, inner = _reader(listing)
        return reader.read(answer, inner, ask)


def _reader(listing: Listing) -> tuple[HtmlList | JsonList, Listing]:
    """Return the reader of a listing, and the listing as that reader knows it."""
    options = dict(listing.options)
    settings = {"answers": options.pop("answers", "json")}
    check_choice(listing, settings, "answers", ("json", "html"))
    inner = Listing(listing.url, options, listing.name)
    if "/search/" not in urlsplit(listing.url).path:
        return STATIC, inner
    return (SEARCH if settings["answers"] == "json" else FRAGMENT), inner


FAMILY = Ucap()
