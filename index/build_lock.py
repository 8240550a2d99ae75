"""Only one build at a time: whoever builds holds a row in `policy-lock` and renews it while it works."""

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from elasticsearch import ConflictError, Elasticsearch, NotFoundError

from index.layout import named, spread_small

LOCK = named("lock")
ROW = "build"
LEASE_SECONDS = 120
RENEW_SECONDS = 15
MAPPINGS = {"dynamic": "strict", "properties": {"holder": {"type": "keyword"}, "seen": {"type": "double"}}}


class BuildingError(RuntimeError):
    """Another build is under way; nothing was touched."""


@contextmanager
def build_lock(client: Elasticsearch, clock: Callable[[], float] = time.time) -> Iterator[Callable[[], None]]:
    """Hold the lock; gives a function to be called now and then, which renews it.

    A lock that nobody renewed for two minutes, or whose process is gone from this machine, was left by a build that
    was killed, and is taken over.
    Raises `BuildingError` if another build holds it.
    """
    holder = _holder(os.getpid())
    _take(client, holder, clock)
    renewed = clock()

    def renew() -> None:
        nonlocal renewed
        if clock() - renewed > RENEW_SECONDS:
            renewed = clock()
            client.index(index=LOCK, id=ROW, document=_row(holder, clock))

    try:
        yield renew
    finally:
        with suppress(NotFoundError):
            client.delete(index=LOCK, id=ROW)


def _take(client: Elasticsearch, holder: str, clock: Callable[[], float]) -> None:
    if not client.indices.exists(index=LOCK):
        client.options(ignore_status=400).indices.create(index=LOCK, mappings=MAPPINGS, settings=spread_small())
    try:
        client.create(index=LOCK, id=ROW, document=_row(holder, clock))
    except ConflictError:
        _take_over(client, holder, clock)


def _take_over(client: Elasticsearch, holder: str, clock: Callable[[], float]) -> None:
    try:
        held = client.get(index=LOCK, id=ROW)
        idle = clock() - held["_source"]["seen"]
        # Seen in the future: by a clock that was ahead.
        if abs(idle) <= LEASE_SECONDS and not _ended(held["_source"]["holder"]):
            raise BuildingError(
                f"another build is under way ({held['_source']['holder']}, seen {idle:.0f} s ago): "
                f"wait for its end; if it was killed, its lock ends {LEASE_SECONDS} s after it was last seen"
            )
        place = {"if_seq_no": held["_seq_no"], "if_primary_term": held["_primary_term"]}
        client.index(index=LOCK, id=ROW, document=_row(holder, clock), **place)
    except (ConflictError, NotFoundError):
        raise BuildingError("another build began or ended at this moment: try again") from None


def _holder(process: int) -> str:
    return f"process {process} on {socket.gethostname()}"


def _ended(holder: str) -> bool:
    """Say whether `holder` was a process of this machine that is no more; of another machine nothing is known."""
    process = holder.split()[1]
    return holder == _holder(int(process)) and not Path("/proc", process).exists() and Path("/proc/self").exists()


def _row(holder: str, clock: Callable[[], float]) -> dict[str, Any]:
    return {"holder": holder, "seen": clock()}
