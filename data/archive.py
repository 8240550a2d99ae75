"""The archive: every version of every page that was fetched, and what each visit of each run found.

Layout on disk, in `var/archive`:

    <source>/<source>-00001.warc.gz    the bytes; the next file starts at 1 GB; format: `data.warc`
    <source>/ledger.sqlite             who, when, what, where: `data.ledger` (with -wal and -shm while in use)
    <source>/ledger.broken.sqlite      a ledger that `repair` replaced; ledger.new.sqlite: one that is being made
    <source>/lock                      held while a process writes to the source; a crash releases it

The WARC files are the truth and the ledger can be made again from them (`data.repair` says what they cannot know).
Each source has its own ledger: several processes that crawl different sources share no file, so that they never wait
for each other, and a damaged ledger costs one source. Looking a URL up without its source asks each ledger in turn.

- A row is in the ledger only after its bytes are on the disk; `data.recording` says when that happens.
- A torn end (kill, full disk, power) is cut when the source is next written to; readers never see it.
- Nothing is ever overwritten. The same bytes again cost one row; so does 304, a page gone, a failure.
- Names on disk are made of source ids and numbers; addresses and file names from the web are never among them.

Reading needs no lock and sees what was committed. Nothing here may be used by two threads at once.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from data.archive_errors import ArchiveBusy, ArchiveDamaged, ArchiveError, ArchiveFull, explained
from data.ledger_reader import LedgerReader
from data.model import Capture, Evidence, Outcome, Page, Run, Visit
from data.newest import Newest
from data.recording import FILE_BYTES, Recording
from data.repair import RepairReport, repair
from data.warc_file import Place, SourceFolder, read_page, sources

__all__ = [
    "Archive",
    "ArchiveBusy",
    "ArchiveDamaged",
    "ArchiveError",
    "ArchiveFull",
    "RepairReport",
    "repair",
]

_NO_EVIDENCE: Mapping[str, str] = {}


class Archive:
    """The archive in `folder`, which is made with the first run. Close it, or use it in a `with` block.

    file_bytes: the size at which the next WARC file starts. All methods raise `ArchiveError`; a source that is not
    there has no pages and no runs.
    """

    def __init__(self, folder: Path, *, file_bytes: int = FILE_BYTES) -> None:
        self._folder = folder
        self._file_bytes = file_bytes
        self._recordings: dict[str, Recording] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Commit and close all sources that are open for writing. Their runs stay without an end."""
        while self._recordings:
            _, recording = self._recordings.popitem()
            if recording.is_open:
                recording.close()

    def begin(self, source: str, at: datetime) -> Run:
        """Open a source for writing and start a run. Cuts what an earlier crash left torn.

        Raises `ArchiveBusy` if the source is being written to, `ArchiveDamaged` if bytes are missing that were there.
        """
        recording = Recording(SourceFolder(self._folder, source), at, file_bytes=self._file_bytes)
        self._recordings[source] = recording
        return recording.run

    def put(self, run: Run, page: Page) -> Visit:
        """Enter an answer of any status, and return what it was beside what was there.

        Statuses 200, 201, 203 bring a version if the bytes are not those of the newest one; 304 is `unchanged`; 404
        and 410 are `gone`; all others are `failed`. Raises `ArchiveFull`, and ValueError for a URL that is not
        http(s) and a time without a zone. It is safe from a crash after the next `commit`, see `data.recording`.
        """
        return self._recording(run).put(page)

    def fail(self, run: Run, url: str, at: datetime, cause: str, status: int | None = None) -> Visit:
        """Enter a request that brought no page: no answer, or one that is a challenge. cause: in words."""
        return self._recording(run).fail(url, at, cause, status)

    def commit(self, run: Run) -> None:
        """Return when everything put so far is on the disk."""
        self._recording(run).commit()

    def finish(self, run: Run, outcome: Outcome, evidence: Evidence = _NO_EVIDENCE, at: datetime | None = None) -> Run:
        """End a run, commit it and close its source. at: now, if it is not given."""
        ended = self._recording(run).finish(outcome, evidence, at or datetime.now(UTC))
        del self._recordings[run.source]
        return ended

    def validators(self, source: str, url: str) -> tuple[str | None, str | None] | None:
        """Return (ETag, Last-Modified) for a conditional request, `None` if neither is known or no version is held."""
        recording = self._recordings.get(source)
        if recording is not None and recording.is_open:
            return recording.validators(url)
        with self._reading(source) as ledger:
            return ledger.validators(url) if ledger else None

    def page(self, url: str, at: datetime | None = None, source: str | None = None) -> Page | None:
        """Return the newest version of `url`, or the newest until `at`; `None` if there is none.

        Without `source` the newest of all sources.
        """
        found: list[tuple[datetime, str, Place]] = []
        for name in [source] if source else self.sources():
            with self._reading(name) as ledger:
                place = ledger.place(url, at) if ledger else None
                found += [(place[0], name, place[1])] if place else []
        if not found:
            return None
        _, name, where = max(found, key=lambda item: item[0])
        return self._read(name, where)

    def versions(self, url: str, source: str | None = None) -> list[Visit]:
        """Return the visits that brought the versions of `url`, oldest first, of one source or of all."""
        found: list[Visit] = []
        for name in [source] if source else self.sources():
            with self._reading(name) as ledger:
                found += ledger.versions(url) if ledger else []
        return sorted(found, key=lambda visit: visit.at)

    def captures(self, source: str) -> Iterator[Capture]:
        """Yield every version of every URL of a source with its place on the disk; those of a URL oldest first."""
        folder = SourceFolder(self._folder, source)
        with self._reading(source) as ledger:
            for url, at, digest, run, imported, place in ledger.captures() if ledger else ():
                where = (folder.warc(place.file).name, place.offset, place.length)
                yield Capture(source, run, url, at, digest, *where, imported)

    def pages(self, source: str) -> Iterator[Page]:
        """Yield the newest version of each URL of a source, one in memory at a time. Pages that are gone too."""
        with self._reading(source) as ledger:
            for place in ledger.newest() if ledger else ():
                yield self._read(source, place)

    def newest(self) -> Newest:
        """Return the newest versions, to be looked up many times over without reading their bytes."""
        return Newest(self._folder)

    def urls(self, source: str) -> Iterator[str]:
        """Yield every URL of which the source holds a version, pages that are gone too."""
        with self._reading(source) as ledger:
            yield from ledger.urls() if ledger else ()

    def runs(self, source: str) -> list[Run]:
        """Return the runs of a source, oldest first."""
        with self._reading(source) as ledger:
            return ledger.runs() if ledger else []

    def last_good(self, source: str) -> Run | None:
        """Return the newest run that ended `ok` or `unchanged`, `None` if there is none."""
        with self._reading(source) as ledger:
            return ledger.last_good() if ledger else None

    def visits(self, run: Run) -> Iterator[Visit]:
        """Yield the visits of a run in their order."""
        with self._reading(run.source) as ledger:
            yield from ledger.visits(run.id) if ledger else ()

    def mark(self, source: str) -> str:
        """Return a mark of what is in the ledger now, for `changed_since`. Take it before reading the changes."""
        with self._reading(source) as ledger:
            return ledger.mark() if ledger else ""

    def changed_since(self, source: str, mark: str | None) -> Iterator[Visit]:
        """Yield the visits after `mark` that moved what is known: versions new and changed, pages gone and back.

        A URL may come several times. All moves since the beginning are yielded for `None`, and for a mark that was
        taken before the ledger was rebuilt.
        """
        with self._reading(source) as ledger:
            yield from ledger.moves(mark) if ledger else ()

    def sources(self) -> list[str]:
        """Return the ids of the sources that have a folder, sorted."""
        return sources(self._folder)

    def _recording(self, run: Run) -> Recording:
        recording = self._recordings.get(run.source)
        if recording is None or recording.run.id != run.id or not recording.is_open:
            raise ArchiveError(
                f"run {run.id} of source {run.source} is not open (finished, or closed by an error); begin a new one"
            )
        return recording

    @contextmanager
    def _reading(self, source: str) -> Iterator[LedgerReader | None]:
        folder = SourceFolder(self._folder, source)
        if not folder.ledger.exists():
            if folder.warcs():
                raise ArchiveDamaged(f"{folder.ledger}: the ledger is missing; run `python -m crawler repair`")
            yield None
            return
        with explained(folder.ledger), closing(LedgerReader(folder.ledger, source)) as ledger:
            yield ledger

    def _read(self, source: str, place: Place) -> Page:
        folder = SourceFolder(self._folder, source)
        with explained(folder.warc(place.file)):
            return read_page(folder, place)
