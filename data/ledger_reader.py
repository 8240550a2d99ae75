"""Reading the ledger of one source: URLs, visits, versions, runs. Its tables are described in `data.ledger`."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from data.archive_errors import ArchiveError
from data.model import Finding, Outcome, Run, Visit
from data.warc_file import Place

LAYOUT = 1
GOOD = (Outcome.OK, Outcome.UNCHANGED)

_VISITS = """
SELECT runs.id, urls.url, visits.at, finding, status, digest, moved, cause
FROM visits JOIN runs ON runs.number = visits.run JOIN urls ON urls.number = visits.url
LEFT JOIN versions ON versions.number = visits.version
"""
_KNOWN = """
SELECT urls.number, versions.number, versions.at, digest, gone
FROM urls LEFT JOIN versions ON versions.number = urls.version WHERE urls.url = ?
"""
_AS_OF = "SELECT number, digest FROM versions WHERE url = ? AND at <= ? ORDER BY at DESC, number DESC LIMIT 1"
_RUNS = """
SELECT id, started, ended, outcome, evidence,
    (SELECT json_group_object(finding, visits) FROM counts WHERE run = runs.number)
FROM runs
"""
_PLACE = """
SELECT at, file, offset, length FROM versions JOIN urls ON urls.number = versions.url
WHERE urls.url = ? AND at <= ? ORDER BY at DESC, versions.number DESC LIMIT 1
"""
_NEWEST = """
SELECT file, offset, length FROM urls JOIN versions ON versions.number = urls.version ORDER BY file, offset
"""
_NEWEST_VERSIONS = """
SELECT urls.url, digest, file, offset, length
FROM urls JOIN versions ON versions.number = urls.version ORDER BY file, offset
"""
_NEWEST_VERSION = """
SELECT at, digest, file, offset, length FROM urls JOIN versions ON versions.number = urls.version WHERE urls.url = ?
"""

_CAPTURES = """
SELECT urls.url, versions.at, digest, runs.id, coalesce(runs.outcome = 'imported', 0), file, offset, length
FROM versions JOIN urls ON urls.number = versions.url
JOIN visits ON visits.number = versions.number JOIN runs ON runs.number = visits.run
ORDER BY urls.number, versions.at, versions.number
"""

_END_OF_TIME = 2**63 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger knows of a URL as of some time.

    url: its row, `None` if it was never asked for. version, digest: the newest version until then, `None` if there is
    none. gone: the page was gone at the last visit. newest: no version is held that is newer than that time.
    """

    url: int | None = None
    version: int | None = None
    digest: str | None = None
    gone: bool = False
    newest: bool = True


class LedgerReader:
    """The ledger at `path`, for reading. Raises sqlite3's errors; `archive_errors.explained` turns them into words."""

    def __init__(self, path: Path, source: str) -> None:
        self._source = source
        self._db = self._open(path)

    def close(self) -> None:
        """Close the file. What was not committed is forgotten."""
        self._db.close()

    def known(self, url: str, at: datetime) -> Known:
        """Return what is known of `url` as of `at`."""
        row = self._first(_KNOWN, url)
        if row is None:
            return Known()
        number, version, newest_at, digest, gone = row
        if newest_at is None or newest_at <= to_micros(at):
            return Known(number, version, digest, bool(gone))
        version, digest = self._first(_AS_OF, number, to_micros(at)) or (None, None)
        return Known(number, version, digest, newest=False)

    def validators(self, url: str) -> tuple[str | None, str | None] | None:
        """Return ETag and Last-Modified of the newest version of `url`, `None` if there is neither."""
        row = self._first("SELECT etag, last_modified FROM urls WHERE url = ? AND version IS NOT NULL", url)
        return row if row and any(row) else None

    def place(self, url: str, at: datetime | None) -> tuple[datetime, Place] | None:
        """Return time and place of the newest version of `url` until `at`, `None` if there is none."""
        row = self._first(_PLACE, url, _END_OF_TIME if at is None else to_micros(at))
        return None if row is None else (from_micros(row[0]), Place(*row[1:]))

    def newest(self) -> Iterator[Place]:
        """Yield the place of the newest version of each URL, in the order of the files."""
        return (Place(*row) for row in self._db.execute(_NEWEST))

    def newest_versions(self) -> Iterator[tuple[str, str, Place]]:
        """Yield URL, digest and place of the newest version of each URL, in the order of the files."""
        return ((url, digest, Place(*place)) for url, digest, *place in self._db.execute(_NEWEST_VERSIONS))

    def newest_version(self, url: str) -> tuple[int, str, Place] | None:
        """Return time (microseconds since 1970), digest and place of the newest version of `url`."""
        row = self._first(_NEWEST_VERSION, url)
        return None if row is None else (row[0], row[1], Place(*row[2:]))

    def urls(self) -> Iterator[str]:
        """Yield every URL of which a version is held, in the order in which they were first asked for."""
        return (row[0] for row in self._db.execute("SELECT url FROM urls WHERE version IS NOT NULL ORDER BY number"))

    def versions(self, url: str) -> list[Visit]:
        """Return the visits that brought the versions of `url`, oldest first."""
        where = "WHERE urls.url = ? AND visits.version = visits.number ORDER BY visits.at, visits.number"
        return list(self._visits(where, url))

    def captures(self) -> Iterator[tuple[str, datetime, str, str, bool, Place]]:
        """Yield URL, time, digest, run, whether imported, and place of each version; those of a URL oldest first."""
        for url, at, digest, run, imported, *place in self._db.execute(_CAPTURES):
            yield url, from_micros(at), digest, run, bool(imported), Place(*place)

    def visits(self, run: str) -> Iterator[Visit]:
        """Yield the visits of a run in their order."""
        return self._visits("WHERE runs.id = ? ORDER BY visits.number", run)

    def moves(self, mark: str | None) -> Iterator[Visit]:
        """Yield the visits after `mark` that moved what is known; all such if the mark is not of this ledger."""
        ledger, _, number = (mark or "").partition(":")
        since = int(number) if ledger == self._id() else 0
        return self._visits("WHERE moved AND visits.number > ? ORDER BY visits.number", since)

    def mark(self) -> str:
        """Return the mark of the newest row."""
        row = self._first("SELECT coalesce(max(number), 0) FROM visits")
        return f"{self._id()}:{row[0] if row else 0}"

    def runs(self) -> list[Run]:
        """Return all runs, oldest first."""
        return [self._as_run(row) for row in self._db.execute(f"{_RUNS} ORDER BY number")]

    def run(self, run: str) -> Run | None:
        """Return one run, `None` if it is not there."""
        row = self._first(f"{_RUNS} WHERE id = ?", run)
        return row and self._as_run(row)

    def last_good(self) -> Run | None:
        """Return the newest run with a good outcome."""
        row = self._first(f"{_RUNS} WHERE outcome IN (?, ?) ORDER BY number DESC", *GOOD)
        return row and self._as_run(row)

    def lengths(self) -> dict[int, int]:
        """Return the accounted bytes of each WARC file."""
        return dict(self._db.execute("SELECT number, length FROM files"))

    def contents(self) -> Iterator[tuple[Any, ...]]:
        """Yield URL, digest and place of each version, in the order of the files."""
        query = "SELECT file, offset, length, urls.url, digest FROM versions JOIN urls ON urls.number = versions.url"
        return iter(self._db.execute(f"{query} ORDER BY file, offset"))

    def is_sound(self) -> bool:
        """Return whether SQLite finds no fault in the file. Reads all of it."""
        return bool(self._first("PRAGMA integrity_check")[0] == "ok")

    def _open(self, path: Path) -> sqlite3.Connection:
        db = connect(path, "ro")
        try:
            check_layout(db, path)
        except BaseException:
            db.close()
            raise
        return db

    def _first(self, query: str, *values: object) -> Any:  # noqa: ANN401 - a row of whatever the query names
        return self._db.execute(query, values).fetchone()

    def _id(self) -> str:
        return str(self._first("SELECT id FROM about")[0])

    def _visits(self, where: str, *values: object) -> Iterator[Visit]:
        for run, url, at, finding, status, digest, moved, cause in self._db.execute(_VISITS + where, values):
            what = (Finding(finding), status, digest, bool(moved), cause)
            yield Visit(self._source, run, url, from_micros(at), *what)

    def _as_run(self, row: Iterable[Any]) -> Run:
        run, started, ended, outcome, evidence, counts = row
        return Run(
            source=self._source,
            id=run,
            started=from_micros(started),
            ended=None if ended is None else from_micros(ended),
            outcome=outcome and Outcome(outcome),
            evidence=json.loads(evidence),
            counts={Finding(finding): visits for finding, visits in json.loads(counts).items()},
        )


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Open the SQLite file at `path`. mode: `ro` or `rwc`. Transactions are the caller's."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None)


def check_layout(db: sqlite3.Connection, path: Path) -> None:
    """Raise `ArchiveError` if another version of the project wrote the ledger."""
    layout = db.execute("PRAGMA user_version").fetchone()[0]
    if layout != LAYOUT:
        raise ArchiveError(f"{path}: the ledger has layout {layout}, not {LAYOUT}; run `python -m crawler repair`")


def to_micros(moment: datetime) -> int:
    """Return microseconds since 1970. Raises TypeError for a time without a zone."""
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return the time in UTC."""
    return _EPOCH + micros * _MICROSECOND
