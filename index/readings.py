"""What was read of pages, so that a page is read once: one SQLite file, which can be thrown away at any time.

    layout      of this file: another one is begun anew
    readings    source, url; mark: of all that a page was read from but its files; markup: whether it is a page and not
                a file; files: digests of what it links to, by address, as JSON; document: JSON

Losing it costs reading again and nothing else: so it does not wait for the disk, and a damaged one is begun anew.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from data.model import Document
from data.records import from_own_json, to_json

NAME = "readings.sqlite"
LAYOUT = 2
COMMIT_SECONDS = 5.0
_TABLE = """
CREATE TABLE IF NOT EXISTS readings (
    source TEXT NOT NULL, url TEXT NOT NULL, mark TEXT NOT NULL, markup INTEGER NOT NULL, files TEXT NOT NULL,
    document BLOB NOT NULL, PRIMARY KEY (source, url)
)
"""
_KEEP = "INSERT OR REPLACE INTO readings VALUES (?, ?, ?, ?, ?, ?)"


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
        except (sqlite3.DatabaseError, ValueError):
            self._anew()
            found = {}
        return found | {url: reading for (of, url), (reading, _) in self._new.items() if of == source}

    def document(self, source: str, url: str) -> Document | None:
        """Return what was read of a page, `None` if it is not there or damaged."""
        query = "SELECT document FROM readings WHERE source = ? AND url = ?"
        try:
            new = self._new.get((source, url))
            row = (new[1],) if new else self._db.execute(query, (source, url)).fetchone()
            return from_own_json(_unpacked(row[0]), Document) if row else None
        except (sqlite3.DatabaseError, ValueError, KeyError, TypeError):
            self._anew()
            return None

    def keep(self, source: str, url: str, reading: Reading, document: Document) -> None:
        """Keep what was read of a page. It is on the disk within seconds."""
        self._new[source, url] = reading, _packed(to_json(document))
        if time.monotonic() - self._committed > COMMIT_SECONDS:
            self._commit()

    def _commit(self) -> None:
        """Write what is new; where that cannot be, it stays in memory until the end."""
        self._committed = time.monotonic()
        rows = [
            (*key, reading.mark, reading.markup, json.dumps(reading.files), packed)
            for key, (reading, packed) in self._new.items()
        ]
        if self._unkept or not rows:
            return
        try:
            self._db.execute("BEGIN IMMEDIATE")
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


def _connect(path: Path | str) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, timeout=30)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = OFF")
        if db.execute("PRAGMA user_version").fetchone()[0] != LAYOUT:
            db.execute("DROP TABLE IF EXISTS readings")
        db.execute(_TABLE)
        db.execute(f"PRAGMA user_version = {LAYOUT}")
    except BaseException:
        db.close()
        raise
    return db


def _packed(value: object) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:  # half a character, as a page may hold it, which orjson refuses
        return json.dumps(value).encode()


def _unpacked(text: bytes) -> Any:  # noqa: ANN401 - whatever was packed
    try:
        return orjson.loads(text)
    except ValueError:
        return json.loads(text)
