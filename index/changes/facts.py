"""What the dates of a document say on a day: expired, ending soon, a window open, closing, closed; and its end.

A fact has a key that stays the same as long as the same thing is said, so that each is announced once: a round that
is prolonged is closing anew, but does not open again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from data.model import ChangeKind, Document, DocumentKind, Ground, Relation, ValidityState, Window
from index.validity import ENDS_VALIDITY, Term, state_on, term_of

ENDING_DAYS = 60
CLOSING_DAYS = 14
PAST = {ChangeKind.EXPIRED, ChangeKind.WINDOW_CLOSED, ChangeKind.REPEALED, ChangeKind.REPLACED}
"""What is over: it is no news of a document that was not known before."""

DATED = {ChangeKind.EXPIRED, ChangeKind.WINDOW_CLOSED}
"""What time alone brings: news only if the day itself came since the former refresh, or the page changed."""

CATALOG = "catalog"
"""What a ground is that rests on a remark and not on words of a document."""

Documents = Mapping[str, Document]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that holds on a day. key: what it is within its document and kind. day: of the event.

    quote: words of a document. note: a remark, mostly the catalog's, which is no quotation.
    """

    kind: ChangeKind
    key: str
    day: date | None
    quote: str | None = None
    note: str | None = None
    window: Window | None = None
    by: str | None = None
    by_title: str | None = None
    grounds: tuple[Ground, ...] = ()


def facts(document: Document, day: date, documents: Documents) -> dict[tuple[ChangeKind, str], Fact]:
    """Return what holds for `document` on `day`. documents: all, to look up the one that ended it."""
    found = [*_validity(document, day), *_windows(document, day), *_ending(document, documents)]
    return {(fact.kind, fact.key): fact for fact in found}


def _validity(document: Document, day: date) -> Iterator[Fact]:
    term = term_of(document)
    last = term.last_day
    if last is None:
        return
    state, grounds = state_on(term, day), _grounds_of_end(document, term)
    quote, note = _said(grounds)
    rounds_only = document.kind is DocumentKind.NOTICE and grounds[0].what == "windows"
    if rounds_only:
        return  # said of the window itself
    if state is ValidityState.EXPIRED:
        yield Fact(ChangeKind.EXPIRED, last.isoformat(), last, quote, note, grounds=grounds)
    holds = state in {ValidityState.IN_FORCE, ValidityState.UNKNOWN}
    if holds and day <= last <= day + timedelta(days=ENDING_DAYS):
        yield Fact(ChangeKind.ENDING_SOON, last.isoformat(), last, quote, note, grounds=grounds)


def _grounds_of_end(document: Document, term: Term) -> tuple[Ground, ...]:
    """Return the field that gives the last day, with the document's words that say it, or the catalog's note."""
    if term.replaced_on is not None and term.last_day != term.ends:
        return (Ground("ending"), *_catalog(document.ending.note if document.ending else None))
    field = "expires" if document.expires else "plan_until" if document.plan_until else "windows"
    said = next((said.words for said in document.provenance if said.field == field), None)
    return (Ground(field, said),) if said else (Ground(field), *_catalog(document.validity_note))


def _catalog(note: str | None) -> tuple[Ground, ...]:
    return (Ground(CATALOG, note),) if note else ()


def _said(grounds: tuple[Ground, ...]) -> tuple[str | None, str | None]:
    """Return the words of a document and the note of the catalog."""
    quote = next((ground.words for ground in grounds if ground.what != CATALOG), None)
    return quote, next((ground.words for ground in grounds if ground.what == CATALOG), None)


def _windows(document: Document, day: date) -> Iterator[Fact]:
    for window in document.windows:
        opens, closes = window.opens, window.closes
        key = f"{opens or ''}/{closes or ''}"
        grounds = (Ground("windows", window.quote),)
        begun, over = opens is None or opens <= day, closes is not None and closes < day
        is_open = (opens or closes) is not None and begun and not over
        if is_open:
            first = opens.isoformat() if opens else key
            yield Fact(ChangeKind.WINDOW_OPENED, first, opens, window.quote, window=window, grounds=grounds)
        if closes and is_open and closes - day <= timedelta(days=CLOSING_DAYS):
            yield Fact(ChangeKind.WINDOW_CLOSING, key, closes, window.quote, window=window, grounds=grounds)
        if closes and closes < day:
            yield Fact(ChangeKind.WINDOW_CLOSED, key, closes, window.quote, window=window, grounds=grounds)


def _ending(document: Document, documents: Documents) -> Iterator[Fact]:
    """Yield the end that another document put to this one, once it is known, also if it lies ahead."""
    ending = document.ending
    if ending is None or ending.certainty not in ENDS_VALIDITY:
        return
    by = documents.get(ending.by or "")
    citation = next((one for one in by.citations if one.target == document.id), None) if by else None
    replaced = citation.relation is not Relation.REPEALS if citation else bool(ending.by or ending.by_title)
    kind = ChangeKind.REPLACED if replaced else ChangeKind.REPEALED
    quote = citation.quote if citation else None
    note = None if quote else ending.note
    title = ending.by_title or (by.title if by else None)
    key = ending.by or ending.by_title or "stated"
    grounds = (Ground("ending", quote, url=by.url if by else document.url), *_catalog(note))
    yield Fact(kind, key, ending.on, quote, note, by=ending.by, by_title=title, grounds=grounds)
