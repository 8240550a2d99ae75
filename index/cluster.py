"""Which Elasticsearch the commands work on: the one the environment names, or a local node that is started."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from index.client import Connection, from_environment
from index.local_server import local_node, running, start


@dataclass(frozen=True, slots=True)
class Cluster:
    """The two ways in: with the right to write, and to read only. They are the same where the user names a cluster.

    revive: starts the local node anew if it died; does nothing for a cluster that the user named.
    """

    writer: Connection
    reader: Connection
    revive: Callable[[], None]


@contextmanager
def cluster(say: Callable[[str], None]) -> Iterator[Cluster]:
    """Give the cluster of `ELASTICSEARCH_URL`, else a local node that is stopped at the end if it was started here."""
    named = from_environment()
    if named is not None:
        say(f"Elasticsearch: {named.url}")
        yield Cluster(named, named, revive=lambda: None)
        return
    with local_node(say=say) as node:
        writer, reader = (Connection(node.url, user.user, user.password) for user in (node.writer, node.reader))
        yield Cluster(writer, reader, revive=lambda: _revive(say))


def _revive(say: Callable[[str], None]) -> None:
    if running() is None:
        say("Elasticsearch is gone: starting it again")
        start(say=say)
