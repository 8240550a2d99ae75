"""Which bytes of the archive each document was made of, and at which times they changed.

A document is its page, the further pages of it, and the files that hold a part of its text. What one run brought of
them belongs together, whatever the seconds between, so that a run makes one moment.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from posixpath import splitext

from data.addresses import canonical
from data.archive import Archive
from data.model import Capture, Document

FURTHER = re.compile(r"_\d{1,2}$")

Captures = Mapping[str, Sequence[Capture]]
"""By canonical address, those of one address oldest first."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One state of a document's pages. at: by then all of it was there. page, further: its pages as of then.

    digests: of all the bytes that it is made of, those of files too.
    """

    at: datetime
    page: Capture
    further: tuple[Capture, ...]
    digests: tuple[str, ...]


def moments(documents: Iterable[Document], archive: Archive) -> Iterator[tuple[Document, tuple[Moment, ...]]]:
    """Yield each document that was read from a page, with its moments, oldest first. Raises `ArchiveError`."""
    read = [document for document in documents if document.fetched is not None]
    captures = _captures(archive, {address for document in read for address in _addresses(document)})
    for document in read:
        own = _own(document, captures)
        if own:
            further, files = _further(own[0], captures), _files(document, own[0], captures)
            yield document, tuple(_moments(own, list(further), list(files)))


def _addresses(document: Document) -> Iterator[str]:
    yield from (canonical(url) for url in (document.url, *document.evidence) if url)
    yield from (canonical(item.url) for item in document.attachments if item.part and item.url)


def _captures(archive: Archive, wanted: set[str]) -> Captures:
    found: defaultdict[str, list[Capture]] = defaultdict(list)
    for source in archive.sources():
        for capture in archive.captures(source):
            address = canonical(capture.url)
            if address in wanted or _first_page(address) in wanted:
                found[address].append(capture)
    return found


def _first_page(address: str) -> str:
    stem, suffix = splitext(address)
    return FURTHER.sub("", stem) + suffix


def _own(document: Document, captures: Captures) -> list[Capture]:
    """Return the captures of the page that the text was read from: that of the time at which it was fetched."""
    found = [captures.get(canonical(url), ()) for url in (document.url, *document.evidence) if url]
    for some in found:
        for capture in some:
            if capture.at == document.fetched:
                return [one for one in some if (one.source, one.url) == (capture.source, capture.url)]
    return []


def _further(own: Capture, captures: Captures) -> Iterator[Sequence[Capture]]:
    """Yield the captures of each further page of an article that is split."""
    stem, suffix = splitext(canonical(own.url))
    for number in range(1, 100):
        more = [one for one in captures.get(f"{stem}_{number}{suffix}", ()) if one.source == own.source]
        if more:
            yield more
        elif number > 1:
            return


def _files(document: Document, own: Capture, captures: Captures) -> Iterator[Sequence[Capture]]:
    """Yield the captures of each file that holds a part of the text, those of the page's own source first."""
    for item in document.attachments:
        if item.part and item.url and (found := captures.get(canonical(item.url))):
            here = [one for one in found if one.source == own.source]
            yield here or sorted(found, key=lambda one: one.at)


def _moments(
    own: Sequence[Capture], further: Sequence[Sequence[Capture]], files: Sequence[Sequence[Capture]]
) -> Iterator[Moment]:
    parts = [own, *further, *files]
    by_run: dict[tuple[str, str], datetime] = {}
    for capture in (one for some in parts for one in some):
        run = (capture.source, capture.run)
        by_run[run] = max(by_run.get(run, capture.at), capture.at)
    for at in sorted(set(by_run.values())):
        pages = [one for one in own if one.at <= at]
        if pages:
            more = tuple(some[0] for some in further if some[0].at <= at)
            yield Moment(at, pages[-1], more, tuple(_as_of(some, at).digest for some in parts))


def _as_of(captures: Sequence[Capture], at: datetime) -> Capture:
    """Return the newest capture until `at`; where there is none, the first: a file that could not be had at once."""
    return next((one for one in reversed(captures) if one.at <= at), captures[0])
