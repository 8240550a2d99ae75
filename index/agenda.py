"""What happens on which day: rounds that open and close, documents whose validity ends. For calendars."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from data.model import Dated, Window
from index.query import Query, Sort
from index.search import DocumentHit, Searcher

PAGE = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One day of a document. name: of the event within the document, the same for ever. window: of a round."""

    name: str
    kind: Dated
    day: date
    hit: DocumentHit
    window: Window | None = None


def entries_of(hit: DocumentHit) -> Iterator[Entry]:
    """Yield what happens on which day; the last day of a notice that is the last of a round stands once."""
    closes = {window.closes for window in hit.document.windows}
    for number, window in enumerate(hit.document.windows, 1):
        if window.opens:
            yield Entry(f"opens-{number}", Dated.OPENS, window.opens, hit, window)
        if window.closes:
            yield Entry(f"closes-{number}", Dated.CLOSES, window.closes, hit, window)
    if hit.validity.last_day and hit.validity.last_day not in closes:
        yield Entry("last-day", Dated.ENDS, hit.validity.last_day, hit)


def soonest(searcher: Searcher, query: Query, most: int) -> tuple[list[DocumentHit], int]:
    """Return the documents of a search, those first that end first, `most` at most, and how many there are."""
    found: list[DocumentHit] = []
    total = 0
    for page in range(1, most // PAGE + 1):
        results = searcher.documents(replace(query, sort=Sort.ENDS_SOONEST, page=page, size=PAGE))
        found, total = [*found, *results.hits], results.total
        if len(found) >= total:
            break
    return found, total


def month_of(hits: Iterable[DocumentHit], year: int, month: int) -> list[Entry]:
    """Return what happens in a month, in the order of the days."""
    first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    found = [entry for hit in hits for entry in entries_of(hit) if first <= entry.day <= last]
    return sorted(found, key=lambda entry: (entry.day, list(Dated).index(entry.kind), entry.hit.document.id))
