"""What a refresh found: which document changed, in which words, and what that was derived from."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from data.model.validity import Window


class ChangeKind(StrEnum):
    """What a refresh can bring. `restored`: a withdrawn page is there again. The rest: see `index.changes`."""

    NEW = "new"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"
    REPEALED = "repealed"
    REPLACED = "replaced"
    EXPIRED = "expired"
    ENDING_SOON = "ending_soon"
    WINDOW_OPENED = "window_opened"
    WINDOW_CLOSING = "window_closing"
    WINDOW_CLOSED = "window_closed"


class Edit(StrEnum):
    """What became of a run of words between two versions."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words and what became of it. Runs that were kept and removed, joined, are the former text."""

    edit: Edit
    text: str


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """One clause that differs. path: now, or in the former version if it is gone; empty before the first number.

    pieces: the whole clause; all of them `added` for a new clause, all `removed` for one that is gone.
    """

    path: tuple[str, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """One thing that a change was derived from.

    what: `visit` (a page of the archive), `catalog` (a table), or the field of the document that gives the day.
    words: as the document says it, or the catalog. source, run, url, at: the visit. before, after: SHA-256 of the
    page's bytes, `None` where there was no page before, or there is none now.
    """

    what: str
    words: str | None = None
    source: str | None = None
    run: str | None = None
    url: str | None = None
    at: datetime | None = None
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What one refresh found about one document.

    id: the same event has the same id in every run, so that it is announced once. seen: the day of the refresh.
    day: the day of the event itself, e.g. the last day in force; `None` where there is none.
    by: id of the document that ended this one; by_title where it is not in the collection.
    window: the round that opened or closes. clauses: what differs, for amendments. quote: words of a
    document that say it. note: a remark, mostly the catalog's, where no words are held; it is no quotation.
    """

    id: str
    document: str
    kind: ChangeKind
    seen: date
    title: str | None = None
    region: str | None = None
    day: date | None = None
    by: str | None = None
    by_title: str | None = None
    window: Window | None = None
    clauses: tuple[ClauseChange, ...] = ()
    quote: str | None = None
    note: str | None = None
    grounds: tuple[Ground, ...] = ()
