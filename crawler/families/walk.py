"""The walk over the pages of a list: when it ends, and whether it saw what the server says there is.

Servers end lists in many ways: a missing page, an empty one, the first page again for every number, an old page
again. None of them is an error by itself, and each is one if the server stated more than came.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from crawler.families.listing import Ask, Entry, Listed


class Stop(StrEnum):
    """Why a walk ended: `end` of the list, an `empty` page, the `first` page again, another page `again`."""

    END = "end"
    EMPTY = "empty"
    FIRST = "first"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Walk:
    """The pages of one list that were read so far. Start with `Walk()` and go on with `after`.

    addresses: those of each page with rows, in order. fresh: the last page's entries that no page before it had.
    next: the request to make; `None` if the walk ended, for the reason `stop`. total, pages: as the server stated them
    last; `None` if it did not.
    """

    addresses: tuple[frozenset[str], ...] = ()
    fresh: tuple[Entry, ...] = ()
    next: Ask | None = None
    stop: Stop | None = None
    total: int | None = None
    pages: int | None = None

    def after(self, listed: Listed) -> "Walk":
        """Return the walk with one more page. A page without rows that names a next one is a step on the way."""
        page = frozenset(entry.url for entry in listed.entries)
        stop = self._stop(page, listed)
        seen = frozenset[str]().union(*self.addresses)
        return replace(
            self,
            addresses=(*self.addresses, page) if page else self.addresses,
            fresh=tuple(entry for entry in listed.entries if entry.url not in seen),
            next=None if stop else listed.next,
            stop=stop,
            total=self.total if listed.total is None else listed.total,
            pages=self.pages if listed.pages is None else listed.pages,
        )

    def _stop(self, page: frozenset[str], listed: Listed) -> Stop | None:
        if not page:
            return None if listed.next else Stop.EMPTY
        if page in self.addresses:
            return Stop.FIRST if page == self.addresses[0] else Stop.AGAIN
        return None if listed.next else Stop.END

    @property
    def found(self) -> int:
        """Number of different addresses that were listed."""
        return len(frozenset[str]().union(*self.addresses))

    @property
    def missing(self) -> int | None:
        """Number of entries that the server stated and did not list; `None` if it stated no number.

        Meaningful once the walk has ended by itself; rows that a source leaves out by `keep` or `article` count.
        """
        return None if self.total is None else max(0, self.total - self.found)

    @property
    def missing_pages(self) -> int | None:
        """Number of pages that the server stated and that held no new rows; `None` if it stated no number."""
        return None if self.pages is None else max(0, self.pages - len(self.addresses))
