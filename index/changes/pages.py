"""What visits of the archive say of a document's pages: which moved since the former refresh, which are gone.

Only what is new in the ledgers is read. A page counts as gone by runs that otherwise reached the site: where a whole
site answers 404 after a redesign its lists are empty too, and such a run says nothing of single pages.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from posixpath import splitext

from data.addresses import canonical
from data.archive import Archive
from data.model import Document, Finding, Outcome, Run, Visit
from index.changes.state import Gone, Move
from index.read.document import page_id

TWICE = 2
"""Runs in a row that must miss a page before it is called withdrawn."""

BLIND = {
    Outcome.BLOCKED,
    Outcome.ROBOTS,
    Outcome.UNREACHABLE,
    Outcome.EMPTY,
    Outcome.LAYOUT_CHANGED,
    Outcome.NEEDS_BROWSER,
}
"""Outcomes of runs that did not see the site."""

FURTHER = re.compile(r"_\d{1,2}$")


@dataclass(frozen=True, slots=True)
class Seen:
    """How far the ledger of a source was read: its mark, and the last run whose end was seen, `None` if none."""

    mark: str
    run: str | None = None


@dataclass(frozen=True, slots=True)
class Observed:
    """What is new in the archive. seen: by source. gone: every page that is gone now, by (source, URL)."""

    seen: Mapping[str, Seen]
    moves: tuple[Move, ...]
    gone: Mapping[tuple[str, str], Gone]


def observe(
    archive: Archive, seen: Mapping[str, Seen], gone: Mapping[tuple[str, str], Gone], *, first: bool = False
) -> Observed:
    """Read what came into the archive since `seen`. first: there was no state yet, so nothing has moved."""
    marks: dict[str, Seen] = {}
    moves: list[Move] = []
    now_gone = dict(gone)
    for source in archive.sources():
        known = seen.get(source)
        mark = archive.mark(source)
        if not first and (known is None or known.mark != mark):
            moves += _moves(archive, source, known.mark if known else None)
        marks[source] = Seen(mark, _follow(archive, source, known.run if known else None, now_gone))
    return Observed(marks, tuple(moves), now_gone)


def _moves(archive: Archive, source: str, mark: str | None) -> Iterator[Move]:
    by_url: defaultdict[str, list[Visit]] = defaultdict(list)
    for visit in archive.changed_since(source, mark):
        by_url[visit.url].append(visit)
    for url, visits in by_url.items():
        last, began = visits[-1], visits[0].at
        earlier = [one for one in archive.versions(url, source) if one.at < began] if mark else []
        before = earlier[-1].digest if earlier else None
        if last.digest is None:
            yield Move(source, last.run, url, last.at, Finding.GONE, before, None)
        else:
            finding = Finding.NEW if before is None else Finding.SAME if before == last.digest else Finding.CHANGED
            yield Move(source, last.run, url, last.at, finding, before, last.digest)


def _follow(archive: Archive, source: str, seen: str | None, gone: dict[tuple[str, str], Gone]) -> str | None:
    """Bring `gone` up to date with the runs after `seen`, and return the last run that needs no second look."""
    runs = archive.runs(source)
    names = [run.id for run in runs]
    new = runs[names.index(seen) + 1 :] if seen in names else runs
    for run in new:
        if run.outcome not in BLIND:
            _follow_run(archive, run, gone)
        if run.ended is None and run is runs[-1]:
            break  # it may go on
        seen = run.id
    return seen


def _follow_run(archive: Archive, run: Run, gone: dict[tuple[str, str], Gone]) -> None:
    for visit in archive.visits(run):
        key = (run.source, visit.url)
        held = gone.get(key)
        if visit.finding is Finding.GONE:
            if held is None and visit.moved:
                gone[key] = Gone(run.source, run.id, visit.url, visit.at, before=_held(archive, visit))
            elif held is not None and held.run != run.id:
                gone[key] = replace(held, run=run.id, times=held.times + 1)
        elif visit.finding is not Finding.FAILED:
            gone.pop(key, None)


def _held(archive: Archive, visit: Visit) -> str | None:
    earlier = [one.digest for one in archive.versions(visit.url, visit.source) if one.at < visit.at]
    return earlier[-1] if earlier else None


@dataclass(slots=True)
class Owners:
    """Which documents a page belongs to: as their address, as further evidence, as an attachment."""

    documents: Mapping[str, Document]
    archive: Archive
    _by_url: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for document in self.documents.values():
            for url in (*addresses(document), *(one.url for one in document.attachments if one.url)):
                self._by_url.setdefault(canonical(url), []).append(document.id)

    def of(self, source: str, url: str) -> list[str]:
        """Return the ids of the documents that the page at `url` belongs to."""
        for address in self._names(source, url):
            if address in self._by_url:
                return self._by_url[address]
            if (own := page_id(address)) in self.documents:
                return [own]
        return []

    def _names(self, source: str, url: str) -> Iterator[str]:
        """Yield what the page may be known by: its address, the first page of an article, where it leads to."""
        yield canonical(url)
        stem, suffix = splitext(url)
        if FURTHER.search(stem):
            yield canonical(FURTHER.sub("", stem) + suffix)
        page = self.archive.page(url, source=source)
        if page is not None and page.final_url:
            yield canonical(page.final_url)


def addresses(document: Document) -> tuple[str, ...]:
    """Return the pages on which a document stands."""
    return tuple(url for url in (document.url, *document.evidence) if url)


def moves_of(owners: Owners, moves: Iterable[Move]) -> dict[str, tuple[Move, ...]]:
    """Return the moves by the id of the document whose pages they are of."""
    found: defaultdict[str, list[Move]] = defaultdict(list)
    for move in moves:
        for name in owners.of(move.source, move.url):
            found[name].append(move)
    return {name: tuple(own) for name, own in found.items()}


def withdrawn(owners: Owners, gone: Mapping[tuple[str, str], Gone]) -> dict[str, Gone]:
    """Return the documents all of whose pages are gone, with the one that is gone longest."""
    lost = [one for one in gone.values() if one.times >= TWICE]
    candidates: defaultdict[str, list[Gone]] = defaultdict(list)
    for one in lost:
        for name in owners.of(one.source, one.url):
            candidates[name].append(one)
    standing = _standing(owners.archive, lost) if candidates else frozenset()
    found = {}
    for name, pages in candidates.items():
        own = {canonical(url) for url in addresses(owners.documents[name])}
        of_itself = any(canonical(page.url) in own or page_id(page.url) == name for page in pages)
        if of_itself and not own & standing:
            found[name] = min(pages, key=lambda page: page.since)
    return found


def _standing(archive: Archive, lost: Iterable[Gone]) -> frozenset[str]:
    """Return the addresses of all pages that are held and not lost."""
    away = {(one.source, one.url) for one in lost}
    held = ((source, url) for source in archive.sources() for url in archive.urls(source))
    return frozenset(canonical(url) for source, url in held if (source, url) not in away)
