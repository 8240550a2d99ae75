"""Which refreshes began, how far each came and how it ended: in the state file, beside the changes."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from index.changes.store import connect, explained

RESUMED_HOURS = 24
"""How long a refresh that was killed is taken up again; after that its crawl is stale, and a new one begins."""

TABLES = """
CREATE TABLE IF NOT EXISTS refreshes (
    id TEXT PRIMARY KEY, started TEXT NOT NULL, crawled TEXT, crawl_code INTEGER, ended TEXT, code INTEGER
);
"""


@dataclass(frozen=True, slots=True)
class Refresh:
    """One refresh. crawled: when its crawl ended, `None` if it did not. ended, code: `None` if it was killed."""

    id: str
    started: datetime
    crawled: datetime | None = None
    crawl_code: int | None = None
    ended: datetime | None = None
    code: int | None = None


class Ledger:
    """The refreshes in the state file at `path`. Raises `StateError`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with explained(path):
            self._db = connect(path)
            self._db.row_factory = sqlite3.Row
            self._db.executescript(TABLES)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def begin(self, now: datetime) -> Refresh:
        """Return the refresh to work on: the one that was killed a short time ago, else a new one."""
        last = self.last()
        if last and last.ended is None and now - last.started < timedelta(hours=RESUMED_HOURS):
            return last
        fresh = Refresh(f"{now:%Y%m%dT%H%M%S%f}"[:-3] + "Z", now)
        self._run("INSERT INTO refreshes (id, started) VALUES (?, ?)", fresh.id, now.isoformat())
        return fresh

    def crawled(self, refresh: Refresh, now: datetime, code: int) -> None:
        """Enter that the crawl is over, so that it is not made again by the run that takes this one up."""
        self._run("UPDATE refreshes SET crawled = ?, crawl_code = ? WHERE id = ?", now.isoformat(), code, refresh.id)

    def end(self, refresh: Refresh, now: datetime, code: int) -> None:
        """Enter how a refresh ended."""
        self._run("UPDATE refreshes SET ended = ?, code = ? WHERE id = ?", now.isoformat(), code, refresh.id)

    def last(self) -> Refresh | None:
        """Return the newest refresh, `None` if there was none."""
        rows = self.all()
        return rows[-1] if rows else None

    def all(self) -> list[Refresh]:
        """Return all refreshes, oldest first."""
        return [_refresh(row) for row in self._db.execute("SELECT * FROM refreshes ORDER BY started, id")]

    def _run(self, query: str, *values: object) -> None:
        with explained(self._path), self._db:
            self._db.execute(query, values)


def _refresh(row: sqlite3.Row) -> Refresh:
    times = {name: datetime.fromisoformat(row[name]) if row[name] else None for name in ("crawled", "ended")}
    return Refresh(
        row["id"], datetime.fromisoformat(row["started"]), crawl_code=row["crawl_code"], code=row["code"], **times
    )
