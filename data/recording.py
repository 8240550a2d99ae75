"""Writing one source of the archive: a run, its pages, and when they are committed.

Records go to the WARC file at once, and into a ledger transaction that stays open. `commit` brings the WARC file to
the disk first and the ledger second, so that no row ever points at bytes that a crash can take. It happens by itself
after `BATCH` visits, and with a visit that comes more than `WAIT` seconds after the last commit: a fast crawl pays for
it seldom, a slow one commits every page. What a kill loses is at most what came after the last commit, and of that
the whole records are taken in when the source is opened next.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime

from data.archive_errors import ArchiveError, explained
from data.ledger import Sighting, moves, validators_in
from data.ledger_reader import Known
from data.model import Evidence, Finding, Outcome, Page, Run, Visit
from data.records import to_json
from data.repair import open_ledger
from data.warc import pack_note, pack_page
from data.warc_file import Place, SourceFolder, WarcAppender

BATCH = 500
WAIT = 0.5
FILE_BYTES = 1_000_000_000

# Of the other good answers 202 is a challenge, 204 and 205 are empty, and 206 is a part.
_WHOLE = {200, 201, 203}
_GONE = {404, 410}


class Recording:
    """A source that is open for writing, and the run that started `at`.

    Raises `ArchiveBusy`, `ArchiveFull` and `ArchiveDamaged`; after an error of disk or ledger it is closed.
    """

    def __init__(self, folder: SourceFolder, at: datetime, *, file_bytes: int) -> None:
        self._folder = folder
        self._file_bytes = file_bytes
        self._warc: WarcAppender | None = None
        self._pending = 0
        with explained(folder.path), ExitStack() as stack:
            stack.enter_context(folder.locked())
            self._ledger = open_ledger(folder)
            stack.callback(self._ledger.close)
            self.run = self._ledger.start_run(at)
            self._held = stack.pop_all()
        self._committed = time.monotonic()
        self.is_open = True

    def put(self, page: Page) -> Visit:
        """Enter an answer: a version, or what its status says. Raises ValueError for a page that nothing can hold."""
        check(page.url, page.fetched, page.status)
        check(page.final_url or page.url, page.fetched)
        with self._writing():
            known = self._ledger.known(page.url, page.fetched)
            finding = judge(page, known)
            if finding in (Finding.NEW, Finding.CHANGED):
                place = self._append(pack_page(page, self.run.id))
                return self._ledger.add_page(self.run.id, page, place, known)
            return self._sight(sighting(page, finding), known)

    def fail(self, url: str, at: datetime, cause: str, status: int | None) -> Visit:
        """Enter a request that brought no page. Raises ValueError as `put` does."""
        check(url, at, status)
        with self._writing():
            return self._sight(Sighting(url, at, Finding.FAILED, status, cause), self._ledger.known(url, at))

    def validators(self, url: str) -> tuple[str | None, str | None] | None:
        """As `LedgerReader.validators`, with what is not committed yet."""
        with explained(self._folder.ledger):
            return self._ledger.validators(url)

    def commit(self) -> None:
        """Return when all that was entered is on the disk."""
        with self._writing():
            self._commit()

    def finish(self, outcome: Outcome, evidence: Evidence, at: datetime) -> Run:
        """End the run and close the source."""
        with self._writing():
            run = self._ledger.run(self.run.id) or self.run
            ended = replace(run, ended=at, outcome=outcome, evidence=dict(evidence))
            self._append(pack_note({"run": to_json(ended)}, ended.id))
            self._ledger.end_run(ended)
            self._commit()
        self._close()
        return ended

    def close(self) -> None:
        """Commit and close the source. The run stays without an end, as if it had been killed."""
        self.commit()
        self._close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with explained(self._folder.path):
                self._ledger.begin()
                yield
                self._pending += 1
                if self._pending >= BATCH or time.monotonic() - self._committed >= WAIT:
                    self._commit()
        except ArchiveError:
            # What is whole on the disk is taken in by the next run; nothing is undone here on a disk that fails.
            self._close()
            raise

    def _sight(self, seen: Sighting, known: Known) -> Visit:
        if moves(seen.finding, known):
            self._append(pack_note({"visit": to_json(seen)}, self.run.id, seen.url))
        return self._ledger.add_sighting(self.run.id, seen, known)

    def _append(self, member: bytes) -> Place:
        if self._warc is not None and self._warc.length >= self._file_bytes:
            self._commit()
            self._ledger.begin()
            self._warc.close()
            self._warc = WarcAppender(self._folder, self._warc.number + 1)
        elif self._warc is None:
            self._warc = WarcAppender(self._folder, max(self._folder.warcs(), default=1))
        return self._warc.append(member)

    def _commit(self) -> None:
        if self._warc is not None:
            self._warc.sync()
            self._ledger.set_length(self._warc.number, self._warc.length)
        self._ledger.commit()
        self._pending, self._committed = 0, time.monotonic()

    def _close(self) -> None:
        self.is_open = False
        if self._warc is not None:
            self._warc.close()
        self._held.close()


def judge(page: Page, known: Known) -> Finding:
    """Return what an answer means beside what is known of its URL."""
    if page.status in _WHOLE:
        if known.digest is None:
            return Finding.NEW
        return Finding.SAME if page.digest == known.digest else Finding.CHANGED
    if page.status in _GONE:
        return Finding.GONE
    return Finding.UNCHANGED if page.status == 304 and known.digest is not None else Finding.FAILED


def sighting(page: Page, finding: Finding) -> Sighting:
    """Return the visit of an answer that brought no version."""
    cause = "304 for a page of which no version is held" if page.status == 304 and finding is Finding.FAILED else None
    etag, last_modified = validators_in(page) if finding is Finding.SAME else (None, None)
    return Sighting(page.url, page.fetched, finding, page.status, cause, etag, last_modified)


def check(url: str, at: datetime, status: int | None = None) -> None:
    """Raise ValueError for what nothing can hold.

    A URL that is not http(s) or no Unicode text, a time without a zone, a status that has not three digits.
    """
    if not url.lower().startswith(("http://", "https://")):
        raise ValueError(f"{url!r} is no http or https address")
    if at.utcoffset() is None:
        raise ValueError(f"{url}: the time {at} has no time zone")
    if status is not None and not 100 <= status <= 999:
        raise ValueError(f"{url}: {status} is no status of HTTP, which has three digits")
    url.encode()
