"""`gkmlpt`: the disclosure platform of Guangdong, JSON of all articles of a category.

| option | meaning | default |
|---|---|---|
| `category` | number of the category; `0` is all of them | `0` |
| `sid` | number of the site | read from the page `…/gkmlpt/index` first |
| `referer` | Referer to send | none |

The listing's address is `http://host/gkmlpt/index`, or `http://host/<department>/gkmlpt/index`. Pages of 100 rows;
page 0 is page 1 again, and some hosts have no second page: `classify.post_count` tells what is missing.
"""

import re
from dataclasses import dataclass

from crawler.families.json_list import JSON_OPTIONS, JsonList
from crawler.families.listing import Answer, Ask, LayoutChangedError, Listed, is_past_the_end
from crawler.families.options import REFERER, OptionError, Options, Settings, as_number, headers, override, settle
from crawler.markup import Markup
from data.model import Listing

GKMLPT_OPTIONS: Options = {
    "category": ("0", "number of the category; 0 is all of them"),
    "sid": ("", "number of the site; not set: read from the page …/gkmlpt/index first"),
    **REFERER,
}

SID = re.compile(r"\bSID[\"']?\s*:\s*[\"']?(\d{1,9})")

ARTICLES = JsonList(
    "gkmlpt",
    override(
        JSON_OPTIONS,
        rows="articles",
        url="url post_url",
        date="display_publish_time date created_at create_time",
        number="document_number",
        total="classify.post_count",
        page_param="page",
    ),
)


@dataclass(frozen=True, slots=True)
class Gkmlpt:
    """The reader of one category."""

    name: str = "gkmlpt"

    @property
    def options(self) -> Options:
        """What a listing may set."""
        return GKMLPT_OPTIONS

    def first(self, listing: Listing) -> tuple[Ask, ...]:
        """Return the request for the first page, or for the page that knows the site's number."""
        settings = self._settings(listing)
        if settings["sid"]:
            return (_articles(_base(listing), settings["sid"], settings),)
        return (Ask(f"{_base(listing)}/index", headers=headers(settings), page=0),)

    def read(self, answer: Answer, listing: Listing, ask: Ask) -> Listed:
        """Return the rows of a page; of page 0 the request for the first one."""
        if ask.page > 0:
            return ARTICLES.read(answer, Listing(listing.url), ask)
        is_past_the_end(answer, ask)
        page = Markup(answer.url, answer.headers, answer.body)
        sid = SID.search(page.scripts())
        if sid is None:
            raise LayoutChangedError(answer.url, "a script with SID in window._CONFIG", page.description())
        return Listed((), _articles(_base(listing), sid[1], self._settings(listing)))

    def _settings(self, listing: Listing) -> Settings:
        settings = settle(listing, GKMLPT_OPTIONS)
        for name in ("category", "sid"):
            as_number(listing, settings, name)
        return settings


def _base(listing: Listing) -> str:
    """Return the address up to and with `/gkmlpt`."""
    match = re.match(r"https?://[^/]+(?:/[^?#]*)?/gkmlpt(?=/|$)", listing.url)
    if match is None:
        raise OptionError(listing, "url", "holds no /gkmlpt; write http://host/gkmlpt/index")
    return match[0]


def _articles(base: str, sid: str, settings: Settings) -> Ask:
    return Ask(f"{base}/api/all/{settings['category']}?page=1&sid={sid}", headers=headers(settings))


FAMILY = Gkmlpt()
