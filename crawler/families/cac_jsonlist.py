"""`cac_jsonlist`: the channels of the Cyberspace Administration, `POST /cms/JsonList`.

| option | meaning | default |
|---|---|---|
| `channel` | code of the channel, `A09370303`; must be set | |
| `size` | rows a page | `20` |
| `referer` | Referer to send | none |

The listing's address is the endpoint. `infourl` has no scheme; `totalRec` states the entries.
"""

from dataclasses import dataclass

from crawler.families.json_list import JSON_OPTIONS, JsonList
from crawler.families.listing import Answer, Ask, Listed
from crawler.families.options import REFERER, OptionError, Options, as_number, override, settle
from data.model import Listing

CAC_OPTIONS: Options = {
    "channel": ("", "code of the channel, A09370303; must be set"),
    "size": ("20", "rows a page"),
    **REFERER,
}

INNER = JsonList(
    "cac_jsonlist",
    override(
        JSON_OPTIONS, rows="list", url="infourl", title="topic", date="pubtime", total="totalRec", page_param="pageno"
    ),
)


@dataclass(frozen=True, slots=True)
class CacJsonList:
    """The reader of channels."""

    name: str = "cac_jsonlist"

    @property
    def options(self) -> Options:
        """What a listing may set."""
        return CAC_OPTIONS

    def first(self, listing: Listing) -> tuple[Ask, ...]:
        """Return the request for the first page of the channel."""
        return INNER.first(self._inner(listing))

    def read(self, answer: Answer, listing: Listing, ask: Ask) -> Listed:
        """Return the rows of a page."""
        return INNER.read(answer, self._inner(listing), ask)

    def _inner(self, listing: Listing) -> Listing:
        settings = settle(listing, CAC_OPTIONS)
        as_number(listing, settings, "size")
        if not settings["channel"]:
            raise OptionError(listing, "channel", "is missing; write the code of the channel, for example A09370303")
        form = f"channelCode={settings['channel']}&perPage={settings['size']}"
        return Listing(listing.url, {"form": form, "size": settings["size"], "referer": settings["referer"]})


FAMILY = CacJsonList()
