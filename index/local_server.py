"""A local Elasticsearch node: provisioned, started, found again, stopped. See docs/decisions/local-node.md."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from elasticsearch import ApiError, Elasticsearch, TransportError

from index.distribution import DistributionError, provide
from index.node_config import Credentials, make_credentials, prepare, read_credentials
from index.node_folder import HOME, Account, NodeError, account, in_use, last_port, locked, place, remember_port
from index.node_process import STOP_SECONDS, await_start, end, failure, launch, pid_of, port_of, processes, server_mark
from index.system import MissingProgramError, Say, ensure, find, print_line, say_nothing

__all__ = ["Credentials", "Node", "NodeError", "local_node", "running", "start", "stop"]

FOLDER = HOME / "node"
DOWNLOAD_SECONDS = 3600
HEALTH_SECONDS = 10
LOOK_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Node:
    """A node that answers. `started_here`: by the call that returned this, and not found running."""

    url: str
    writer: Credentials
    reader: Credentials
    pid: int
    started_here: bool


def start(folder: Path | None = None, *, port: int = 9200, heap: str | None = None, say: Say = print_line) -> Node:
    """Return the node of `folder`, started if it does not run, provisioned if it is not there.

    `port` is taken if the node has had none yet, or the next free one; `heap` is ES_HEAP (1g) unless given.
    Raises `NodeError` with what happened and what to do, with the end of the node's log if it did not start.
    """
    with _foreseen():
        runner = account()
        home = _home(folder, runner, say)
        with locked(home, say, _longest()):
            if processes(home):
                await_start(home, _patience())
                return _node(home, _patience(), say, started_here=False)
            return _start(home, runner, last_port(home) or port, _heap(heap), say)


def running(folder: Path | None = None) -> Node | None:
    """Return the node that runs in `folder`, or `None` if none does or it does not answer."""
    with _foreseen():
        home = place(folder or FOLDER, account())
        if processes(home) and port_of(home):
            with suppress(NodeError):
                return _node(home, LOOK_SECONDS, say_nothing, started_here=False)
        return None


def stop(folder: Path | None = None, *, say: Say = print_line) -> None:
    """Stop the node of `folder` if it runs; its data stay. A node that ignores SIGTERM is killed."""
    with _foreseen():
        home = place(folder or FOLDER, account())
        with locked(home, say, _longest()):
            if processes(home):
                end(home, say)


@contextmanager
def local_node(
    folder: Path | None = None, *, port: int = 9200, heap: str | None = None, say: Say = print_line
) -> Iterator[Node]:
    """Give the node of `folder` as `start` does. Whoever uses it last stops it, also one that was found running."""
    start(folder, port=port, heap=heap, say=say)
    with in_use(place((folder or FOLDER).absolute(), account())) as nobody_else:
        # Again, now that it counts as used: the last user before may have been about to stop it.
        node = start(folder, port=port, heap=heap, say=say)
        try:
            yield node
        finally:
            if nobody_else():
                stop(folder, say=say)


@contextmanager
def _foreseen() -> Iterator[None]:
    try:
        yield
    except (DistributionError, MissingProgramError) as error:
        raise NodeError(str(error)) from error
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise NodeError(f"the local Elasticsearch cannot be set up: {where}{error.strerror}") from error


def _home(folder: Path | None, runner: Account, say: Say) -> Path:
    wanted = (folder or FOLDER).absolute()
    home = place(wanted, runner)
    if home != wanted:
        say(f"user {runner.name} cannot reach {wanted}: the node lives in {home}")
    return home


def _heap(heap: str | None) -> str:
    heap = heap or os.environ.get("ES_HEAP") or "1g"
    if not re.fullmatch(r"[1-9]\d*[mg]", heap):
        raise NodeError(f"ES_HEAP must be a size such as 512m or 2g, not {heap!r}")
    return heap


def _patience() -> float:
    seconds = os.environ.get("ES_START_TIMEOUT") or "180"
    if not re.fullmatch(r"[1-9]\d*", seconds):
        raise NodeError(f"ES_START_TIMEOUT must be a number of seconds such as 180, not {seconds!r}")
    return float(seconds)


def _longest() -> float:
    """Return the seconds that a start may take: the node comes up, takes up its indices, or is ended again."""
    return 2 * _patience() + STOP_SECONDS


def _start(home: Path, runner: Account, port: int, heap: str, say: Say) -> Node:
    ensure(["java"], say)
    java = _java(runner)
    shelf = place(HOME / "dist", runner)
    with locked(shelf, say, DOWNLOAD_SECONDS):
        distribution = provide(shelf, say)
    if read_credentials(home) is None:
        say("making the node's users")
        make_credentials(home, distribution, java)
    prepare(home, distribution, runner, port=port, options=[f"-Xms{heap}", f"-Xmx{heap}", server_mark(home)])
    launch(home, distribution, runner, java, seconds=_patience(), say=say)
    return _first_answer(home, port, say)


def _java(runner: Account) -> Path:
    java = find("java")
    if java is None or not runner.may("-x", java):
        who = runner.name or "you"
        raise NodeError(f"user {who} cannot run {java}: set ES_JAVA_HOME to a Java that every user can run")
    return java


def _first_answer(home: Path, wanted: int, say: Say) -> Node:
    try:
        node = _node(home, _patience(), say, started_here=True)
        _try_to_write(node)
    except BaseException:
        end(home, say)
        raise
    port = port_of(home) or wanted
    if port != wanted:
        say(f"port {wanted} is held by another program, using {port}")
    remember_port(home, port)
    say(f"Elasticsearch runs at {node.url}")
    return node


def _node(home: Path, seconds: float, say: Say, *, started_here: bool) -> Node:
    """Return the node once it answers its own writer and has its indices. Raises `NodeError` if it does not."""
    pid, port, users = pid_of(home), port_of(home), read_credentials(home)
    if pid is None or port is None:
        raise NodeError(failure(home, "ended right after its start"))
    if users is None:
        raise NodeError(f"{home / 'passwords.json'} is gone while process {pid} runs: end it and try again")
    node = Node(f"http://127.0.0.1:{port}", *users, pid, started_here)
    with _client(node) as client, _answers(node):
        _await_indices(client, node, seconds, say)
    return node


def _await_indices(client: Elasticsearch, node: Node, seconds: float, say: Say) -> None:
    """Wait until all rows can be searched: of what was not written for good the node first reads its own log.

    Raises `NodeError` if that takes too long.
    """
    until = time.monotonic() + seconds
    while missing := _missing_shards(client, until - time.monotonic()):
        if time.monotonic() >= until:
            raise NodeError(
                f"Elasticsearch at {node.url} (process {node.pid}) answers, but {missing} of its shards cannot be "
                f"searched yet after {seconds:.0f} s: try again; where a large build was cut short, with a larger "
                "ES_START_TIMEOUT"
            )
        say(f"Elasticsearch takes up what it has not yet written for good: {missing} shards to go")


def _missing_shards(client: Elasticsearch, seconds: float) -> int:
    """Return how many shards cannot be searched, once there are none or some time has passed."""
    timeout = f"{max(1, min(HEALTH_SECONDS, round(seconds)))}s"
    health = client.options(ignore_status=408).cluster.health(wait_for_status="yellow", timeout=timeout)
    return max(1, health["initializing_shards"] + health["unassigned_primary_shards"]) if health["timed_out"] else 0


def _try_to_write(node: Node) -> None:
    index = f"policy-ready-check-{token_hex(4)}"
    with _client(node) as client, _answers(node):
        client.indices.create(index=index, settings={"number_of_replicas": 0})
        client.index(index=index, document={"ready": True})
        client.indices.delete(index=index)


def _client(node: Node) -> Elasticsearch:
    user = (node.writer.user, node.writer.password)
    return Elasticsearch(node.url, basic_auth=user, request_timeout=40, max_retries=0)


@contextmanager
def _answers(node: Node) -> Iterator[None]:
    try:
        yield
    except (ApiError, TransportError) as error:
        raise NodeError(
            f"Elasticsearch at {node.url} (process {node.pid}) does not work: {error}; end it and try again"
        ) from error
