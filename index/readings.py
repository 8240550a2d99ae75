"""What was read of pages, so that a page is read once: one SQLite file, which can be thrown away at any time.

    layout      of this file: another one is begun anew
    readings    source, url; mark: of all that a page was read from but its files; markup: whether it is a page and not
                a file; files: digests of what it links to, by address, as JSON; document: packed (`data.records`)
    former      what stood there before a page changed, by the same code and tables: its last wording need not be read
                again. Of the last collection only

Losing it costs reading again and nothing else: so it does not wait for the disk, and a damaged one is begun anew.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from data.model import Document
from data.records import digest, packed, unpacked
from data.tables import Tables
from index.read.task import code_digest

NAME = "readings.sqlite"
LAYOUT = 3
FRAME = 16
"""Signs at the head of a mark that tell tables and code."""

FAULTS = (sqlite3.Error, ValueError, TypeError, AttributeError)
"""What a damaged file may raise."""

COMMIT_SECONDS = 5.0
_TABLE = """
CREATE TABLE IF NOT EXISTS readings (
    source TEXT NOT NULL, url TEXT NOT NULL, mark TEXT NOT NULL, markup INTEGER NOT NULL, files TEXT NOT NULL,
    document BLOB NOT NULL, PRIMARY KEY (source, url)
)
"""
_TABLE_OF_FORMER = """
CREATE TABLE IF NOT EXISTS former (
    source TEXT NOT NULL, url TEXT NOT NULL, mark TEXT NOT NULL, files TEXT NOT NULL, document BLOB NOT NULL,
    PRIMARY KEY (source, url)
)
"""
_KEEP_FORMER = f"""
INSERT OR REPLACE INTO former SELECT source, url, mark, files, document FROM readings
WHERE source = ?1 AND url = ?2 AND mark != ?3 AND substr(mark, 1, {FRAME}) = substr(?3, 1, {FRAME})
"""  # noqa: S608 - a number of ours
_KEEP = "INSERT OR REPLACE INTO readings VALUES (?, ?, ?, ?, ?, ?)"


def mark_of(digests: Iterable[str], tables: Tables) -> str:
    """Return the mark of a reading: of the digests of its pages, after that of the tables and the code that reads."""
    frame = sha256("\n".join([tables.digest, code_digest()]).encode()).hexdigest()[:FRAME]
    return frame + sha256("\n".join(digests).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Reading:
    """From what a page was read. mark, markup: as in the file. files: digest by address, `None`: it was not held."""

    mark: str
    markup: bool
    files: Mapping[str, str | None]


class Readings:
    """The readings in `folder`. Where they cannot be kept it is said once, and they are read again the next time."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self._folder, self._path, self._say = folder, folder / NAME, say
        self._committed = time.monotonic()
        self._unkept = False
        self._new: dict[tuple[str, str], tuple[Reading, bytes]] = {}
        self._db = self._opened()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Keep what was read, and close the file."""
        self._commit()
        self._db.close()

    def of(self, source: str) -> dict[str, Reading]:
        """Return from what each page of a source was read, by address, without the documents."""
        query = "SELECT url, mark, markup, files FROM readings WHERE source = ?"
        try:
            rows = self._db.execute(query, (source,)).fetchall()
            found = {url: Reading(mark, bool(markup), json.loads(files)) for url, mark, markup, files in rows}
        except FAULTS:
            self._anew()
            found = {}
        return found | {url: reading for (of, url), (reading, _) in self._new.items() if of == source}

    def document(self, source: str, url: str) -> tuple[Document, str] | None:
        """Return what was read of a page, and its digest; `None` if it is not there or damaged."""
        query = "SELECT document FROM readings WHERE source = ? AND url = ?"
        try:
            new = self._new.get((source, url))
            row = (new[1],) if new else self._db.execute(query, (source, url)).fetchone()
            return (unpacked(row[0], Document), digest(row[0])) if row else None
        except FAULTS:
            self._anew()
            return None

    def forget_former(self) -> None:
        """Throw away what stood there before."""
        with suppress(sqlite3.Error):
            self._db.execute("DELETE FROM former")

    def keep(self, source: str, url: str, reading: Reading, document: Document) -> None:
        """Keep what was read of a page. It is on the disk within seconds."""
        # As it will be loaded: a whole number where a fraction may stand would be other bytes the next time.
        self._new[source, url] = reading, packed(unpacked(packed(document), Document))
        if time.monotonic() - self._committed > COMMIT_SECONDS:
            self._commit()

    def _commit(self) -> None:
        """Write what is new; where that cannot be, it stays in memory until the end."""
        self._committed = time.monotonic()
        rows = [
            (*key, reading.mark, reading.markup, json.dumps(reading.files), document)
            for key, (reading, document) in self._new.items()
        ]
        if self._unkept or not rows:
            return
        try:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(_KEEP_FORMER, (row[:3] for row in rows))
            self._db.executemany(_KEEP, rows)
            self._db.execute("COMMIT")
            self._new.clear()
        except sqlite3.Error as error:
            with suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")
            self._lost(error)

    def _lost(self, error: Exception) -> None:
        if not self._unkept:
            self._say(f"{self._folder}: what was read cannot be kept ({error}): it is read again next time")
        self._unkept = True

    def _opened(self) -> sqlite3.Connection:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            return _connect(self._path)
        except sqlite3.OperationalError as error:
            return self._closed(error)
        except sqlite3.DatabaseError:  # it is no readings file, or a damaged one
            return self._without_the_old()
        except OSError as error:
            return self._closed(error)

    def _anew(self) -> None:
        self._db.close()
        self._db = self._without_the_old()

    def _without_the_old(self) -> sqlite3.Connection:
        try:
            for ending in ("", "-wal", "-shm"):
                Path(f"{self._path}{ending}").unlink(missing_ok=True)
            return _connect(self._path)
        except (sqlite3.Error, OSError) as error:
            return self._closed(error)

    def _closed(self, error: Exception) -> sqlite3.Connection:
        self._lost(error)
        return _connect(":memory:")


class Former:
    """What stood in the readings of `folder` before the last collection. Where they cannot be read, nothing did."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._db: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._db is not None:
            self._db.close()

    def of(self, source: str, url: str, mark: str) -> tuple[Mapping[str, str | None], Document] | None:
        """Return what was read of a page in the state that `mark` tells, with the digests of its files by address."""
        query = "SELECT files, document FROM former WHERE source = ? AND url = ? AND mark = ?"
        with suppress(*FAULTS):
            self._db = self._db or sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
            row = self._db.execute(query, (source, url, mark)).fetchone()
            return (dict(json.loads(row[0])), unpacked(row[1], Document)) if row else None
        return None


def _connect(path: Path | str) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, timeout=30)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = OFF")
        if db.execute("PRAGMA user_version").fetchone()[0] != LAYOUT:
            for name in ("readings", "former"):
                db.execute(f"DROP TABLE IF EXISTS {name}")
        for table in (_TABLE, _TABLE_OF_FORMER):
            db.execute(table)
        db.execute(f"PRAGMA user_version = {LAYOUT}")
    except BaseException:
        db.close()
        raise
    return db
