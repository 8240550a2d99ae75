"""Sends rows to Elasticsearch in a few streams at once, and collects what it rejects, with the reason."""

import time
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from elasticsearch import ApiError, Elasticsearch, TransportError

from index.client import BUSY, SearchUnavailableError

STREAMS = 2
CHUNK_ROWS = 500
CHUNK_BYTES = 4_000_000
FIRST_BYTES = 250_000
"""Of the first request; each further one may be twice as large. So a small update is sent while it is being made."""

TIMEOUT_SECONDS = 60
RETRIES = 4
REFUSED = (400, 413)
"""Of these a row is the cause, not the server."""

OVERFULL = ("circuit_breaking_exception", "es_rejected_execution_exception")
"""What a node says that has no memory for what it was sent: too much at once, or one row that it can never hold."""

LARGE_BYTES = 2_000_000
MOST_REASON = 300

Line = tuple[str, str, list[bytes]]
"""Index, id, and the lines of one operation."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is not in its index, and why."""

    index: str
    id: str
    reason: str

    def __str__(self) -> str:
        return f"{self.index} {self.id}: {self.reason}"


@dataclass(slots=True)
class Bulk:
    """Operations that wait and are under way. sent: rows by index. rejected: in the order of the answers."""

    client: Elasticsearch
    pool: ThreadPoolExecutor
    sent: dict[str, int] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    _waiting: list[Line] = field(default_factory=list)
    _bytes: int = 0
    _most: int = FIRST_BYTES
    _under_way: deque[Future[list[Rejected]]] = field(default_factory=deque)

    def put(self, index: str, row: Mapping[str, Any]) -> None:
        """Send a row; `id` names it. What cannot be written as JSON is rejected here."""
        self.sent[index] = self.sent.get(index, 0) + 1
        try:
            head = _json({"index": {"_index": index, "_id": row["id"]}})
            self._add((index, row["id"], [head, _json(row)]))
        except (TypeError, ValueError) as error:
            self.rejected.append(Rejected(index, str(row.get("id")), f"cannot be written as JSON: {error}"))

    def delete(self, index: str, name: str) -> None:
        """Take a row out."""
        self._add((index, name, [_json({"delete": {"_index": index, "_id": name}})]))

    def flush(self) -> None:
        """Send what waits and wait for all answers. Raises the client's errors."""
        self._send()
        while self._under_way:
            self.rejected += self._under_way.popleft().result()

    def _add(self, line: Line) -> None:
        self._waiting.append(line)
        self._bytes += sum(map(len, line[2]))
        if len(self._waiting) >= CHUNK_ROWS or self._bytes >= self._most:
            self._send()

    def _send(self) -> None:
        if not self._waiting:
            return
        while len(self._under_way) >= STREAMS:  # so that memory stays flat
            self.rejected += self._under_way.popleft().result()
        self._under_way.append(self.pool.submit(_sent, self.client, self._waiting))
        self._waiting, self._bytes, self._most = [], 0, min(2 * self._most, CHUNK_BYTES)


@contextmanager
def bulk(client: Elasticsearch) -> Iterator[Bulk]:
    """Give a `Bulk` whose operations have all been answered at the end."""
    patient = client.options(request_timeout=TIMEOUT_SECONDS)
    with ThreadPoolExecutor(STREAMS, thread_name_prefix="bulk") as pool:
        sender = Bulk(patient, pool)
        yield sender
        sender.flush()


def _sent(client: Elasticsearch, lines: list[Line], attempt: int = 0) -> list[Rejected]:
    """Send a chunk; what the server is too busy for is sent again, a few times and ever later.

    A row sent twice is there once, as it has the same id. Raises the client's errors, `SearchUnavailableError`.
    """
    operations: list[Any] = [text for line in lines for text in line[2]]
    try:
        answer = client.bulk(operations=operations)
    except ApiError as error:
        overfull = attempt == RETRIES and _is_overfull(error.body, lines)
        if error.status_code in REFUSED or overfull:
            return _sent_apart(client, lines, str(error))
        if attempt == RETRIES or error.status_code not in BUSY:
            raise
        return _later(client, lines, attempt)
    except TransportError:
        if attempt == RETRIES:
            raise
        return _later(client, lines, attempt)
    return _answered(client, lines, answer["items"], attempt) if answer["errors"] else []


def _answered(client: Elasticsearch, lines: list[Line], items: list[Any], attempt: int) -> list[Rejected]:
    """Send again what the server was too busy for, and return what it rejects. Raises as `_sent` does."""
    results = [next(iter(item.values())) for item in items]
    failed = [(line, result) for line, result in zip(lines, results, strict=True) if "error" in result]
    rejected = [Rejected(line[0], line[1], _reason(result)) for line, result in failed if result["status"] not in BUSY]
    busy = [(line, result) for line, result in failed if result["status"] in BUSY]
    if not busy:
        return rejected
    rest, (_, first) = [line for line, _ in busy], busy[0]
    if attempt < RETRIES:
        return rejected + _later(client, rest, attempt)
    if _is_overfull(first, rest):
        return rejected + _sent_apart(client, rest, _reason(first))
    raise SearchUnavailableError(  # no fault of the rows: to set them aside would lose them
        f"Elasticsearch does not take {len(busy)} rows, nor after {RETRIES} further tries "
        f"({_reason(first)}): if the disk of a node is full make room, then run the same again"
    )


def _later(client: Elasticsearch, lines: list[Line], attempt: int) -> list[Rejected]:
    time.sleep(2**attempt / 2)
    return _sent(client, lines, attempt + 1)


def _sent_apart(client: Elasticsearch, lines: list[Line], reason: str) -> list[Rejected]:
    """Find the row for which the server refuses a whole chunk: send both halves, down to that row."""
    if len(lines) == 1:
        index, name, _ = lines[0]
        short = reason if len(reason) <= MOST_REASON else f"{reason[:100]} … {reason[-MOST_REASON:]}"
        return [Rejected(index, name, short)]
    middle = len(lines) // 2
    return _sent(client, lines[:middle]) + _sent(client, lines[middle:])


def _is_overfull(answer: object, lines: list[Line]) -> bool:
    """Tell whether a node has no memory for what was sent, and a large row is among it, which may be the cause."""
    cause = answer.get("error") if isinstance(answer, Mapping) else None
    kind = cause.get("type") if isinstance(cause, Mapping) else None
    return kind in OVERFULL and any(sum(map(len, line[2])) >= LARGE_BYTES for line in lines)


def _reason(result: Mapping[str, Any]) -> str:
    error = result["error"]
    if not isinstance(error, Mapping):
        return str(error)
    cause = error.get("caused_by", {}).get("reason")
    return f"{error.get('reason')}{f' ({cause})' if cause else ''}"


def _json(value: object) -> bytes:
    return orjson.dumps(value)
