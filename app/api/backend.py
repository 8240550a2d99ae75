"""What the routes ask: tables, the search, the state of the index; all of it in threads, as the client blocks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from threading import Lock
from time import monotonic
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from elasticsearch import Elasticsearch

from data.tables import Tables
from index import generations
from index.build import DOCUMENTS, INCENTIVES
from index.changes.rows import CHANGES
from index.client import Connection, SearchUnavailableError, clear_errors, connect
from index.search import Searcher
from index.tokens import tokenizer
from index.validity import today

THREADS = 16
"""Searches at once; others wait their turn. Apart from the threads that serve the pages' files."""

STATE_SECONDS = 5.0

Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class IndexState:
    """What the answers rest on. built: when the index was made, UTC; `None` if its name does not say.

    changed: the first second at which this process saw this index on this day, UTC: no answer is older.
    """

    mark: tuple[str, ...]
    built: datetime | None
    changed: datetime


class Backend:
    """Tables and search of one server."""

    def __init__(self, tables: Callable[[], Tables], connection: Callable[[], Connection | None]) -> None:
        self._tables = tables
        self._connection = connection
        self._limiter: CapacityLimiter | None = None
        self.started = datetime.now(UTC).replace(microsecond=0)
        self._lock = Lock()
        self._state: tuple[float, IndexState] | None = None

    @property
    def tables(self) -> Tables:
        """Return the tables."""
        return self._tables()

    @cached_property
    def client(self) -> Elasticsearch:
        """Return the client. Raises `SearchUnavailableError` if no cluster is named."""
        found = self._connection()
        if found is None:
            raise SearchUnavailableError("ELASTICSEARCH_URL is not set")
        return connect(found)

    @cached_property
    def searcher(self) -> Searcher:
        """Return the search."""
        return Searcher(self.client, self.tables, tokenizer())

    @property
    def today(self) -> date:
        """Return the day that validity is asked for."""
        return today()

    @property
    def changed(self) -> datetime:
        """Return when answers from the index can last have changed, UTC. Raises `SearchUnavailableError`."""
        return self.state().changed

    async def run(self, work: Callable[[], Done]) -> Done:
        """Run `work` in a thread."""
        if self._limiter is None:
            self._limiter = CapacityLimiter(THREADS)
        return await to_thread.run_sync(work, limiter=self._limiter)

    def state(self, *, fresh: bool = False) -> IndexState:
        """Return the state of the index, asked anew every few seconds, or now. Raises `SearchUnavailableError`."""
        known = self._state
        if known and not fresh and monotonic() - known[0] < STATE_SECONDS:
            return known[1]
        with clear_errors(self.client):
            name = generations.current(self.client, INCENTIVES)
            metas = [generations.current_meta(self.client, alias) for alias in (DOCUMENTS, INCENTIVES)]
            changes = _changes(self.client)
        mark = (str(name), *(str(meta.get("corpus")) for meta in metas), changes, self.today.isoformat())
        with self._lock:
            if self._state is None or self._state[1].mark != mark:
                found = IndexState(mark, _built(name), datetime.now(UTC).replace(microsecond=0))
            else:
                found = self._state[1]
            self._state = (monotonic(), found)
        return found

    def close(self) -> None:
        """Let go of the connections to the cluster."""
        if "client" in self.__dict__:
            self.client.close()


def _changes(client: Elasticsearch) -> str:
    """Return what tells one state of the changes from another; `""` if there are none."""
    if not client.indices.exists_alias(name=CHANGES):
        return ""
    return str([index["mappings"].get("_meta") for index in client.indices.get_mapping(index=CHANGES).body.values()])


def _built(name: str | None) -> datetime | None:
    stamp = (name or "").removeprefix(f"{INCENTIVES}-")
    try:
        return datetime.strptime(stamp, "%Y%m%d-%H%M%S-%f").replace(tzinfo=UTC)
    except ValueError:
        return None


def public_reason(error: SearchUnavailableError) -> str:
    """Return what a visitor may know of a failure: what is wrong with the index, but no address of the cluster."""
    if error.__cause__ is None and str(error).startswith(("there is no index", "the index ")):
        return str(error).partition(" (")[0].partition(":")[0]
    return "Elasticsearch does not answer"
