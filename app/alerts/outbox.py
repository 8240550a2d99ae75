"""Messages until they are delivered, in the state file: nothing is lost when a service is down or the power goes.

    subscribers   how far the changes were told to each subscription, and when it got its last digest
    outbox        one row a message and recipient, with the parts that have arrived, tries, and the last error
    incidents     what is broken now and was told to the operators

That a digest was made and how far it reaches is one transaction, so no change is left out and none told twice. A part
is entered as under way before it is sent: what a crash leaves so may have arrived. It is sent again with the same
number and a line that says so, because a message that is lost is worse than one that comes twice.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from app.alerts.digest import Message
from index.changes.store import connect, explained

WAITS = (5, 30, 120, 360, 1440)
"""Minutes until a delivery that failed is tried again; the last one from then on, for ever."""

TABLES = """
CREATE TABLE IF NOT EXISTS subscribers (name TEXT PRIMARY KEY, told INTEGER NOT NULL, sent TEXT);
CREATE TABLE IF NOT EXISTS outbox (
    id TEXT PRIMARY KEY, made TEXT NOT NULL, subject TEXT NOT NULL, recipient TEXT NOT NULL, title TEXT NOT NULL,
    body TEXT NOT NULL, parts INTEGER NOT NULL DEFAULT 0, under_way INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0, due TEXT NOT NULL, error TEXT, delivered TEXT
);
CREATE TABLE IF NOT EXISTS incidents (name TEXT PRIMARY KEY, since TEXT NOT NULL, cause TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One message to one recipient. id: its number, the same in every try. recipient: an environment variable.

    parts: how many parts of it have arrived. under_way: one more may have, before a crash. tries: that failed.
    """

    id: str
    made: str
    subject: str
    recipient: str
    title: str
    body: str
    parts: int
    under_way: bool
    tries: int
    due: str
    error: str | None
    delivered: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """How far a subscription was told. number: of the last change. sent: its last digest, `None` before the first."""

    number: int
    sent: datetime | None


class Outbox:
    """The outbox in the state file at `path`. Raises `StateError`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with explained(path):
            self._db = connect(path)
            self._db.row_factory = sqlite3.Row
            self._db.executescript(TABLES)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def told(self, name: str) -> Told | None:
        """Return how far a subscription was told; `None` for one that is new."""
        row = self._db.execute("SELECT told, sent FROM subscribers WHERE name = ?", (name,)).fetchone()
        return Told(row["told"], datetime.fromisoformat(row["sent"]) if row["sent"] else None) if row else None

    def register(self, name: str, number: int) -> None:
        """Enter a new subscription, which is told what comes after change `number`."""
        with explained(self._path), self._db:
            self._db.execute("INSERT OR IGNORE INTO subscribers (name, told) VALUES (?, ?)", (name, number))

    def post(self, name: str, number: int, now: datetime, message: Message | None, recipients: Iterable[str]) -> None:
        """Enter in one transaction that `name` is told up to `number`, and the message that tells it, if there is one.

        The time of the last digest moves with a message only.
        """
        with explained(self._path), self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("UPDATE subscribers SET told = ? WHERE name = ?", (number, name))
            if message is not None:
                self._db.execute("UPDATE subscribers SET sent = ? WHERE name = ?", (now.isoformat(), name))
                self._add(f"{name}#{number}", name, now, message, recipients)

    def incidents(self) -> dict[str, str]:
        """Return what is broken and was told, with its cause."""
        return {row["name"]: row["cause"] for row in self._db.execute("SELECT name, cause FROM incidents")}

    def turn(
        self,
        broken: dict[str, str],
        healed: Iterable[str],
        now: datetime,
        messages: Iterable[Message],
        recipients: Iterable[str],
    ) -> None:
        """Enter in one transaction which incidents began and ended, and the messages that say so."""
        with explained(self._path), self._db:
            self._db.execute("BEGIN IMMEDIATE")
            rows = [(name, now.isoformat(), cause) for name, cause in broken.items()]
            self._db.executemany("INSERT OR IGNORE INTO incidents VALUES (?, ?, ?)", rows)
            self._db.executemany("DELETE FROM incidents WHERE name = ?", [(name,) for name in healed])
            for number, message in enumerate(messages):
                self._add(f"operators#{now.isoformat()}#{number}", "operators", now, message, recipients)

    def due(self, now: datetime) -> list[Entry]:
        """Return what is to be delivered now, oldest first."""
        return self._waiting("AND due <= ?", now.isoformat())

    def waiting(self) -> list[Entry]:
        """Return all that is not delivered, also what is to be tried again later."""
        return self._waiting("")

    def _waiting(self, when: str, *values: str) -> list[Entry]:
        query = f"SELECT * FROM outbox WHERE delivered IS NULL {when} ORDER BY made, rowid"  # noqa: S608 - ours
        return [_entry(row) for row in self._db.execute(query, values).fetchall()]

    def begin(self, entry: Entry) -> None:
        """Enter that a part is about to be sent."""
        self._set(entry, "under_way = 1")

    def arrived(self, entry: Entry, parts: int, now: datetime, *, last: bool) -> None:
        """Enter that so many parts have arrived, and with the last of them that the message is delivered."""
        done = now.isoformat() if last else None
        self._set(entry, "under_way = 0, error = NULL, parts = ?, delivered = ?", parts, done)

    def failed(self, entry: Entry, error: str, now: datetime) -> None:
        """Enter that a part was refused, and when it is tried again."""
        wait = timedelta(minutes=WAITS[min(entry.tries, len(WAITS) - 1)])
        due = (now + wait).isoformat()
        self._set(entry, "under_way = 0, tries = tries + 1, error = ?, due = ?", error, due)

    def _set(self, entry: Entry, what: str, *values: object) -> None:
        with explained(self._path), self._db:
            self._db.execute(f"UPDATE outbox SET {what} WHERE id = ?", (*values, entry.id))  # noqa: S608 - ours

    def _add(self, key: str, subject: str, now: datetime, message: Message, recipients: Iterable[str]) -> None:
        add = (
            "INSERT OR IGNORE INTO outbox (id, made, subject, recipient, title, body, due) VALUES (?, ?, ?, ?, ?, ?, ?)"
        )
        for recipient in dict.fromkeys(recipients):
            number = sha256(f"{key}\n{recipient}".encode()).hexdigest()[:12]
            moment = now.isoformat()
            self._db.execute(add, (number, moment, subject, recipient, message.title, message.body, moment))


def _entry(row: sqlite3.Row) -> Entry:
    values = dict(row)
    return Entry(**{**values, "under_way": bool(values["under_way"])})
