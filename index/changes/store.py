"""What is kept between two refreshes, in one SQLite file: the state of all documents and every change ever found.

A refresh's state and its changes are committed together or not at all, and a change has an id that can be entered
once only: a run that was killed is repeated by the next one from the same former state, and nothing comes twice.

    about       day of the state; layout
    documents   id, digest, the document as packed JSON: what the next refresh compares with
    seen        how far the ledger of each source was read        gone, withdrawn: pages and documents that are gone
    changes     number (the order in which they were found), id, which refresh, the change as JSON
"""

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from secrets import token_hex
from types import MappingProxyType

from data.model import Change, Document
from data.records import from_json, to_json
from index.changes.pages import Observed, Seen
from index.changes.state import Gone, State
from index.rows import digest_of

LAYOUT = 1
TABLES = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS documents (id TEXT PRIMARY KEY, digest TEXT NOT NULL, record BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS seen (source TEXT PRIMARY KEY, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS gone (source TEXT, url TEXT, record TEXT NOT NULL, PRIMARY KEY (source, url));
CREATE TABLE IF NOT EXISTS withdrawn (document TEXT PRIMARY KEY, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS changes (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, refresh TEXT NOT NULL, record TEXT NOT NULL
);
"""

Digests = Mapping[str, str]
NO_DIGESTS: Digests = MappingProxyType({})


class StateError(RuntimeError):
    """The state between refreshes cannot be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A change and its number in the order in which they were found; refresh: id of the run that found it."""

    number: int
    refresh: str
    change: Change


class Store:
    """The file at `path`, which is made if it is not there. Raises `StateError`. Not for two threads at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with explained(path):
            self._db = connect(path)
            self._db.executescript(TABLES)
            layout = self._about("layout")
            if layout not in {None, str(LAYOUT)}:
                self._db.close()
                raise StateError(f"{path}: layout {layout}, not {LAYOUT}: it was written by another version")
            if layout is None:
                with self._db:
                    self._db.execute("INSERT OR IGNORE INTO about VALUES ('layout', ?)", (str(LAYOUT),))
                    self._db.execute("INSERT OR IGNORE INTO about VALUES ('id', ?)", (token_hex(8),))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @property
    def id(self) -> str:
        """Name of this file's content: numbers of changes are of this file only."""
        return self._about("id") or ""

    @property
    def day(self) -> date | None:
        """Day of the state that is kept; `None` before the first refresh."""
        day = self._about("day")
        return date.fromisoformat(day) if day else None

    def seen(self) -> dict[str, Seen]:
        """Return how far the ledger of each source was read."""
        rows = self._db.execute("SELECT source, record FROM seen")
        return {source: from_json(json.loads(record), Seen) for source, record in rows}

    def gone(self) -> dict[tuple[str, str], Gone]:
        """Return the pages that are gone, by (source, URL)."""
        rows = self._db.execute("SELECT source, url, record FROM gone")
        return {(source, url): from_json(json.loads(record), Gone) for source, url, record in rows}

    def before(self, documents: Mapping[str, Document], digests: Digests = NO_DIGESTS) -> State:
        """Return the former state. What is in `documents` as it was comes back as the same object, unread.

        digests: of `documents`, by id, where they are known already; see `index.rows.digest_of`.
        """
        kept: dict[str, Document] = {}
        rows = self._db.execute("SELECT id, digest FROM documents").fetchall()
        for name, digest in rows:
            now = documents.get(name)
            same = now is not None and (digests.get(name) or digest_of(now)) == digest
            kept[name] = now if now is not None and same else self._document(name)
        withdrawn = self._db.execute("SELECT document, record FROM withdrawn")
        lost = {name: from_json(json.loads(record), Gone) for name, record in withdrawn}
        return State(self.day, kept, withdrawn=lost)

    def commit(
        self,
        before: State,
        after: State,
        observed: Observed,
        found: Iterable[Change],
        refresh: str,
        digests: Digests = NO_DIGESTS,
    ) -> int:
        """Keep `after` and enter its changes, all in one transaction; returns how many changes were new."""
        with explained(self._path), self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._keep_documents(before.documents, after.documents, digests)
            self._replace("seen", ((name, _pack(seen)) for name, seen in observed.seen.items()))
            self._replace("gone", ((*key, _pack(one)) for key, one in observed.gone.items()))
            self._replace("withdrawn", ((name, _pack(one)) for name, one in after.withdrawn.items()))
            self._db.execute("INSERT OR REPLACE INTO about VALUES ('day', ?)", (str(after.day),))
            rows = [(change.id, refresh, _pack(change)) for change in found]
            add = "INSERT OR IGNORE INTO changes (id, refresh, record) VALUES (?, ?, ?)"
            return self._db.executemany(add, rows).rowcount if rows else 0

    def changes(self, after: int = 0, refresh: str | None = None) -> Iterator[Numbered]:
        """Yield the changes with numbers above `after`, of one refresh or of all, in the order of their numbers."""
        which = "number > ?" + (" AND refresh = ?" if refresh else "")
        values = (after, refresh) if refresh else (after,)
        rows = self._db.execute(f"SELECT number, refresh, record FROM changes WHERE {which} ORDER BY number", values)  # noqa: S608 - no value in it
        for number, run, record in rows:
            yield Numbered(number, run, from_json(json.loads(record), Change))

    def last_number(self, *, without: str = "") -> int:
        """Return the number of the newest change, 0 if there is none. without: a refresh that does not count."""
        query = "SELECT coalesce(max(number), 0) FROM changes WHERE refresh != ?"
        return int(self._db.execute(query, (without,)).fetchone()[0])

    def _keep_documents(self, before: Mapping[str, Document], after: Mapping[str, Document], digests: Digests) -> None:
        moved = [one for name, one in after.items() if before.get(name) is not one]
        rows = ((one.id, digests.get(one.id) or digest_of(one), _packed(one)) for one in moved)
        self._db.executemany("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", rows)
        left = ((name,) for name in before if name not in after)
        self._db.executemany("DELETE FROM documents WHERE id = ?", left)

    def _replace(self, table: str, rows: Iterable[tuple[object, ...]]) -> None:
        self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - a name of ours
        places = {"gone": "?, ?, ?"}.get(table, "?, ?")
        self._db.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608 - names of ours

    def _document(self, name: str) -> Document:
        (record,) = self._db.execute("SELECT record FROM documents WHERE id = ?", (name,)).fetchone()
        return from_json(json.loads(zlib.decompress(record)), Document)

    def _about(self, name: str) -> str | None:
        row = self._db.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None


def connect(path: Path) -> sqlite3.Connection:
    """Open the file for reading and writing; what is committed survives a crash and a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, isolation_level=None, timeout=30)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    return db


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the disk say into a `StateError` that a person can act on."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StateError(f"{path}: {error}: is the disk full or the file damaged? Nothing was changed.") from error


def _kept(document: Document) -> Document:
    return replace(document, original=None, conflicts=(), problems=(), fetched=None)


def _packed(document: Document) -> bytes:
    return zlib.compress(_pack(_kept(document)).encode())


def _pack(record: object) -> str:
    return json.dumps(to_json(record), ensure_ascii=False)


def open_store(path: Path) -> closing[Store]:
    """Return the store for a `with` block."""
    return closing(Store(path))
