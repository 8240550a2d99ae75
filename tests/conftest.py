"""What several tests share: one real Elasticsearch node for a process of tests, in a folder that is gone afterwards.

With `-n 3 --dist loadgroup` the tests of a file stay together, those that need a node run in two processes.
`make test` runs all in one process: with coverage too, parsers in processes of their own crash.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from index import local_server
from index.local_server import Node
from index.node_folder import ROOT, account, place

TEST_PORT = 9250
SERVED = ("test_access", "test_app", "test_api", "test_feeds", "test_journeys", "test_policies", "test_sign_in")
"""How the names of files begin whose tests drive the running app."""

pytest_plugins = ["tests.served"]


def pytest_configure() -> None:
    settings.register_profile("untimed", deadline=None)  # machines are shared: no test depends on the clock
    settings.load_profile("untimed")
    # A node of a test does not live long enough for Java's second compiler to pay: it starts a third faster without.
    os.environ.setdefault("LOG_TO", "none")
    os.environ.setdefault("ES_JAVA_OPTS", "-XX:TieredStopAtLevel=1")


@pytest.hookimpl(tryfirst=True)  # before xdist writes the groups into the names
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        name = item.path.stem
        if item.get_closest_marker("node") or "node" in getattr(item, "fixturenames", ()):
            name = "served" if name.startswith(SERVED) else "node"
        item.add_marker(pytest.mark.xdist_group(name))


@pytest.fixture(autouse=True)
def main_module() -> Iterator[None]:
    """Put `__main__` back: AppTest leaves its script there, and processes that are spawned later would run it."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


def _throw_away(folder: Path) -> None:
    local_server.stop(folder)
    shutil.rmtree(place(folder, account()), ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def _remove_what_killed_runs_left() -> None:
    for folder in (ROOT / "var").glob("test-node-*"):
        if not Path(f"/proc/{folder.name.split('-')[2]}").exists():
            _throw_away(folder)


@pytest.fixture(scope="session")
def node_folder() -> Iterator[Path]:
    """The folder of the session's node; the distribution is shared with the node of `make run`."""
    _remove_what_killed_runs_left()
    folder = ROOT / "var" / f"test-node-{os.getpid()}"
    yield folder
    _throw_away(folder)


@pytest.fixture(scope="session")
def node(node_folder: Path) -> Iterator[Node]:
    """The session's node: use index names `policy-test-…` of your own and delete them afterwards."""
    with local_server.local_node(node_folder, port=TEST_PORT, heap="512m") as started:
        yield started


@pytest.fixture
def spare_folder() -> Iterator[Path]:
    """A folder for a node of one test's own, in a place that the node's user can reach."""
    folder = ROOT / "var" / f"test-node-{os.getpid()}-spare"
    yield folder
    _throw_away(folder)
