"""The ledger of one source: an SQLite file that says which visit found what, and where the bytes of versions are.

Tables: `runs` and `counts` (visits of a run by finding), `urls` (the present state of each: newest version, gone or
not, validators), `visits` (one row a request), `versions` (one row for each kept body, numbered as the visit that
brought it), `files` (bytes of each WARC file that are on the disk and accounted for). Times are microseconds since
1970 in UTC. Rows are added inside a transaction that the caller opens with `begin` and ends with `commit`.
"""

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from data.ledger_reader import LAYOUT, Known, LedgerReader, check_layout, connect, from_micros, to_micros
from data.model import Finding, Page, Run, Visit
from data.warc_file import Place

_SCHEMA = """
BEGIN IMMEDIATE;
CREATE TABLE about (id TEXT NOT NULL) STRICT;
CREATE TABLE runs (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, started INTEGER NOT NULL,
    ended INTEGER, outcome TEXT, evidence TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE TABLE counts (
    run INTEGER NOT NULL, finding TEXT NOT NULL, visits INTEGER NOT NULL, PRIMARY KEY (run, finding)
) STRICT, WITHOUT ROWID;
CREATE TABLE urls (
    number INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE,
    version INTEGER, gone INTEGER NOT NULL DEFAULT 0, etag TEXT, last_modified TEXT
) STRICT;
CREATE TABLE visits (
    number INTEGER PRIMARY KEY, run INTEGER NOT NULL, url INTEGER NOT NULL, at INTEGER NOT NULL,
    finding TEXT NOT NULL, status INTEGER, version INTEGER, moved INTEGER NOT NULL, cause TEXT
) STRICT;
CREATE INDEX visits_of_run ON visits (run);
CREATE INDEX moves ON visits (number) WHERE moved;
CREATE TABLE versions (
    number INTEGER PRIMARY KEY, url INTEGER NOT NULL, at INTEGER NOT NULL, digest TEXT NOT NULL,
    etag TEXT, last_modified TEXT,
    file INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL
) STRICT;
CREATE INDEX versions_of_url ON versions (url, at);
CREATE TABLE files (number INTEGER PRIMARY KEY, length INTEGER NOT NULL) STRICT;
INSERT INTO about VALUES ('%s');
PRAGMA user_version = %d;
COMMIT;
"""

_RUN_ID = "%Y%m%dT%H%M%S%fZ"

_ADD_VISIT = """
INSERT INTO visits (run, url, at, finding, status, version, moved, cause) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_ADD_VERSION = "INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_END_RUN = """
INSERT INTO runs (id, started, ended, outcome, evidence) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET ended = excluded.ended, outcome = excluded.outcome, evidence = excluded.evidence
"""
_COUNT = """
INSERT INTO counts VALUES (?, ?, 1) ON CONFLICT (run, finding) DO UPDATE SET visits = visits + 1
"""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One visit that brought no version. etag, last_modified: of a page that is the same, else `None`."""

    url: str
    at: datetime
    finding: Finding
    status: int | None = None
    cause: str | None = None
    etag: str | None = None
    last_modified: str | None = None


class Ledger(LedgerReader):
    """The ledger at `path`, for one writer; it is made if it is not there."""

    def __init__(self, path: Path, source: str) -> None:
        super().__init__(path, source)
        self._path = path
        self._runs: dict[str, int] = {}

    def move(self, path: Path) -> None:
        """Close the ledger, and give its file, which is whole then, the name `path`."""
        self.close()
        self._path.replace(path)

    def begin(self) -> None:
        """Open a transaction, unless one is open."""
        if not self._db.in_transaction:
            self._db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Bring all rows since `begin` to the disk."""
        if self._db.in_transaction:
            self._db.execute("COMMIT")

    def start_run(self, at: datetime) -> Run:
        """Enter a run that starts `at`, at once, under an id that no other run has."""
        stamp = at.astimezone(UTC).strftime(_RUN_ID)
        taken = 0
        while self.run(run := f"{stamp}-{taken}" if taken else stamp) is not None:
            taken += 1
        self.resume_run(run)
        return Run(self._source, run, from_micros(to_micros(at)))

    def resume_run(self, run: str) -> None:
        """Enter a run by its id, which says when it started. Nothing happens if it is there."""
        if run not in self._runs:
            started = datetime.strptime(run.partition("-")[0], _RUN_ID).replace(tzinfo=UTC)
            query = "INSERT OR IGNORE INTO runs (id, started) VALUES (?, ?)"
            self._db.execute(query, (run, to_micros(started)))

    def end_run(self, run: Run) -> None:
        """Enter the end of `run` with its counts, which take the place of those counted so far."""
        ended = None if run.ended is None else to_micros(run.ended)
        self._db.execute(_END_RUN, (run.id, to_micros(run.started), ended, run.outcome, json.dumps(dict(run.evidence))))
        number = self._run(run.id)
        self._db.execute("DELETE FROM counts WHERE run = ?", (number,))
        rows = [(number, finding, visits) for finding, visits in run.counts.items()]
        self._db.executemany("INSERT INTO counts VALUES (?, ?, ?)", rows)

    def add_page(self, run: str, page: Page, place: Place, known: Known) -> Visit:
        """Enter a new version. known: what `known` says of its URL and time."""
        finding = Finding.NEW if known.digest is None else Finding.CHANGED
        sighting = Sighting(page.url, page.fetched, finding, page.status, None, *validators_in(page))
        url = self._url(page.url, known)
        number = self._add_visit(run, url, sighting, None, moved=known.newest)
        at, kept = to_micros(page.fetched), (sighting.etag, sighting.last_modified)
        where = (place.file, place.offset, place.length)
        self._db.execute("UPDATE visits SET version = number WHERE number = ?", (number,))
        self._db.execute(_ADD_VERSION, (number, url, at, page.digest, *kept, *where))
        if known.newest:
            query = "UPDATE urls SET version = ?, gone = 0, etag = ?, last_modified = ? WHERE number = ?"
            self._db.execute(query, (number, *kept, url))
        return self._visit(run, sighting, page.digest, moved=known.newest)

    def add_sighting(self, run: str, sighting: Sighting, known: Known) -> Visit:
        """Enter a visit that brought no version. known: what `known` says of its URL and time."""
        moved = moves(sighting.finding, known)
        url = self._url(sighting.url, known)
        there = sighting.finding in (Finding.SAME, Finding.UNCHANGED)
        self._add_visit(run, url, sighting, known.version if there else None, moved=moved)
        if moved:
            self._db.execute("UPDATE urls SET gone = ? WHERE number = ?", (not there, url))
        if sighting.finding is Finding.SAME and known.newest:
            query = "UPDATE urls SET etag = ?, last_modified = ? WHERE number = ?"
            self._db.execute(query, (sighting.etag, sighting.last_modified, url))
        return self._visit(run, sighting, known.digest if there else None, moved=moved)

    def set_length(self, file: int, length: int) -> None:
        """Account for `length` bytes of WARC file `file`."""
        self._db.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (file, length))

    def _open(self, path: Path) -> sqlite3.Connection:
        db = connect(path, "rwc")
        try:
            _prepare(db, path)
        except BaseException:
            db.close()
            raise
        return db

    def _run(self, run: str) -> int:
        if run not in self._runs:
            self._runs[run] = self._first("SELECT number FROM runs WHERE id = ?", run)[0]
        return self._runs[run]

    def _url(self, url: str, known: Known) -> int:
        if known.url is not None:
            return known.url
        return _number(self._db.execute("INSERT INTO urls (url) VALUES (?)", (url,)))

    def _add_visit(self, run: str, url: int, sighting: Sighting, version: int | None, *, moved: bool) -> int:
        number = self._run(run)
        what = (sighting.finding, sighting.status, version, moved, sighting.cause)
        visit = _number(self._db.execute(_ADD_VISIT, (number, url, to_micros(sighting.at), *what)))
        # Only now: what could not be entered must not be counted.
        self._db.execute(_COUNT, (number, sighting.finding))
        return visit

    def _visit(self, run: str, seen: Sighting, digest: str | None, *, moved: bool) -> Visit:
        at = seen.at.astimezone(UTC)
        return Visit(self._source, run, seen.url, at, seen.finding, seen.status, digest, moved, seen.cause)


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    if db.execute("PRAGMA user_version").fetchone()[0] == 0:
        db.executescript(_SCHEMA % (uuid4().hex, LAYOUT))
    check_layout(db, path)


def moves(finding: Finding, known: Known) -> bool:
    """Return whether a visit that brought no version moves what is known: the page went, or is back."""
    if not known.newest or known.version is None or finding is Finding.FAILED:
        return False
    return known.gone != (finding is Finding.GONE)


def validators_in(page: Page) -> tuple[str | None, str | None]:
    """Return ETag and Last-Modified of a page's headers."""
    headers = {name.lower(): value for name, value in reversed(page.headers)}
    return headers.get("etag"), headers.get("last-modified")


def _number(cursor: sqlite3.Cursor) -> int:
    if cursor.lastrowid is None:
        raise AssertionError("an INSERT always numbers its row")
    return cursor.lastrowid
