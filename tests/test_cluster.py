"""Which Elasticsearch the commands work on, and that a local node lives as long as somebody uses it."""

import os
import signal
import time
from pathlib import Path

import pytest

from index import local_server
from index.client import Connection, SearchUnavailableError, connect, from_environment
from index.cluster import cluster
from index.local_server import local_node, running

URL = "http://127.0.0.1:9"


def told(_: str) -> None:
    """Nobody listens."""


def test_a_named_cluster_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELASTICSEARCH_URL", URL)
    monkeypatch.setenv("ELASTICSEARCH_USER", "kb")
    monkeypatch.setenv("ELASTICSEARCH_PASSWORD", "secret")
    with cluster(told) as found:
        assert found.writer == found.reader == Connection(URL, "kb", "secret")
        assert found.writer.settings()["ELASTICSEARCH_PASSWORD"] == "secret"
        assert "secret" not in repr(found)
        found.revive()


def test_no_cluster_is_named() -> None:
    assert from_environment({}) is None
    assert from_environment({"ELASTICSEARCH_URL": ""}) is None


def test_key_and_authority_are_used(tmp_path: Path) -> None:
    named = {"ELASTICSEARCH_URL": "https://127.0.0.1:9", "ELASTICSEARCH_API_KEY": "a2V5"}
    connection = from_environment(named)
    assert connection is not None
    with connect(connection) as client:
        assert client.transport.node_pool.get().base_url == "https://127.0.0.1:9"
    with pytest.raises(SearchUnavailableError, match="ELASTICSEARCH_CA cannot be used"):
        connect(Connection("https://127.0.0.1:9", ca=str(tmp_path / "none.pem")))


@pytest.mark.parametrize("url", ["localhost:9200", "localhost", "http//x", "http://x"])
def test_wrong_address_is_said(url: str) -> None:
    with pytest.raises(SearchUnavailableError, match="write the address like"):
        connect(Connection(url))


@pytest.mark.node
def test_node_is_revived_and_stopped_by_its_last_user(spare_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ELASTICSEARCH_URL", raising=False)
    monkeypatch.setattr(local_server, "FOLDER", spare_folder)
    lines: list[str] = []
    with cluster(lines.append) as found:
        with local_node(say=told) as shared:
            assert shared.url == found.reader.url
        assert running() is not None, "another user's end must not stop the node"
        os.kill(shared.pid, signal.SIGKILL)
        while running() is not None:
            time.sleep(0.1)
        found.revive()
        assert "Elasticsearch is gone: starting it again" in lines
        alive = running()
        assert alive is not None
        assert (alive.url, alive.pid == shared.pid) == (found.reader.url, False)
        found.revive()
    assert running() is None
