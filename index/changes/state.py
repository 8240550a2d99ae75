"""All documents at one time, and what visits of their pages said: what two refreshes are compared by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from data.model import Document, Finding


@dataclass(frozen=True, slots=True)
class Move:
    """A visit that changed what is known of a page. before, after: SHA-256 of the bytes held until then and since."""

    source: str
    run: str
    url: str
    at: datetime
    finding: Finding
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Gone:
    """A page that is not there any more. since: the first visit that missed it. times: runs in a row that did."""

    source: str
    run: str
    url: str
    since: datetime
    times: int = 1
    before: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What was known on a day. day: `None` for the time before the first refresh.

    documents: by id; one that did not change is the same object in both states.
    moves: what visits since the former state moved of a document's pages, by id of the document.
    withdrawn: documents all of whose pages are gone, by id, with how long.
    """

    day: date | None
    documents: Mapping[str, Document]
    moves: Mapping[str, tuple[Move, ...]] = field(default_factory=dict)
    withdrawn: Mapping[str, Gone] = field(default_factory=dict)
