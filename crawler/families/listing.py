"""What passes between the spider and the reader of a family, and how a reader says that a list has changed.

A reader is pure: the spider carries out an `Ask`, hands over the `Answer`, gets `Listed` back. Pages count from 1.
Page 0 is a page that lists nothing and only tells how to ask for the list (a site's configuration).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from data.model import Listing

GONE = frozenset({404, 410})
"""What servers answer where no page is."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to make.

    form: fields of a POST, in order. page: which page of the list this is, from 1; 0 for a configuration page.
    then: addresses of the pages that follow, where a site names them all at once; empty where it does not.
    """

    url: str
    method: str = "GET"
    form: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    page: int = 1
    then: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the address after redirects, and the body as it was decompressed."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a list. url: canonical (`data.addresses`). published: as the list or the address states it.

    doc_number: 发文字号 as the row has it; `None` if the row has none.
    """

    url: str
    title: str
    published: date | None = None
    doc_number: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """What one page lists, and the request for the next one; `None` where the list ends.

    total, pages: number of entries and of pages as the server states them; `None` if it does not.
    """

    entries: tuple[Entry, ...]
    next: Ask | None
    total: int | None = None
    pages: int | None = None


class LayoutChangedError(ValueError):
    """An answer is not of the family's shape. Says which address, what was expected there and what was found."""

    def __init__(self, url: str, expected: str, found: str) -> None:
        self.url, self.expected, self.found = url, expected, found
        super().__init__(f"{url}: expected {expected}, found {found}")


class Family(Protocol):
    """The reader of one CMS family. `options` is the table of what a `Listing` may set: name → (default, meaning)."""

    @property
    def name(self) -> str:
        """The name that sources give in their YAML."""

    @property
    def options(self) -> "Mapping[str, tuple[str, str]]":
        """Every option a listing may set, with its default and its meaning."""

    def first(self, listing: Listing) -> tuple[Ask, ...]:
        """Return the requests that a crawl of the list starts with. Raises `OptionError`."""

    def read(self, answer: Answer, listing: Listing, ask: Ask) -> Listed:
        """Return what the answer lists. Raises `LayoutChangedError` rather than returning nothing in silence."""


def is_past_the_end(answer: Answer, ask: Ask) -> bool:
    """Tell whether a page after the first is simply not there.

    Raises `LayoutChangedError` for any other status than 200: what else it means is for the spider to say.
    """
    if answer.status in GONE and ask.page > 1:
        return True
    if answer.status != 200:
        raise LayoutChangedError(answer.url, "status 200", f"status {answer.status}")
    return False


def goes_on(page: int, rows: int, total: int | None, size: int | None) -> bool:
    """Tell whether another page follows page `page`, which held `rows` rows.

    Without a stated `size` of a page its own rows are taken for it. That asks once too often at the end of a list,
    never once too seldom.
    """
    if not rows:
        return False
    return total is None or page * (size or rows) < total
