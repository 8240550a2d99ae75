import os
import re
import socket
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from signal import SIGKILL

import pytest
from elasticsearch import AuthenticationException, AuthorizationException, Elasticsearch

from index import local_server, node_folder, node_process
from index.local_server import Credentials, Node, NodeError, local_node, running, start, stop
from index.node_folder import Account, account, locked, place
from tests.test_system import script

INDEX = "policy-test-local-server"
INDEX_NOWHERE = "policy-test-nowhere"
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the node to another user")


@contextmanager
def client(node: Node, user: Credentials | None) -> Iterator[Elasticsearch]:
    auth = (user.user, user.password) if user else None
    with Elasticsearch(node.url, basic_auth=auth, max_retries=0) as connected:
        yield connected


@contextmanager
def listening() -> Iterator[int]:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server.getsockname()[1]


@pytest.fixture
def one_document(node: Node) -> Iterator[None]:
    with client(node, node.writer) as writer:
        writer.index(index=INDEX, id="1", document={"title": "奖补办法"}, refresh=True)
        yield
        writer.indices.delete(index=INDEX)


@pytest.mark.node
class TestAccess:
    def test_without_credentials_there_is_no_answer(self, node: Node) -> None:
        with client(node, None) as stranger, pytest.raises(AuthenticationException) as caught:
            stranger.cluster.health()
        assert caught.value.status_code == 401

    def test_a_wrong_password_is_refused(self, node: Node) -> None:
        wrong = Credentials(node.writer.user, node.reader.password)
        with client(node, wrong) as stranger, pytest.raises(AuthenticationException):
            stranger.cluster.health()

    @pytest.mark.usefixtures("one_document")
    def test_the_reader_reads(self, node: Node) -> None:
        with client(node, node.reader) as reader:
            assert reader.search(index=INDEX)["hits"]["total"]["value"] == 1
            assert INDEX in reader.indices.get_mapping(index=INDEX)
            assert reader.cluster.health()["status"] in ("green", "yellow")

    @pytest.mark.usefixtures("one_document")
    def test_the_reader_changes_nothing(self, node: Node) -> None:
        with client(node, node.reader) as reader:
            changes: tuple[Callable[[], object], ...] = (
                lambda: reader.index(index=INDEX, document={"title": "x"}),
                lambda: reader.indices.create(index="policy-test-of-reader"),
                lambda: reader.delete(index=INDEX, id="1"),
                lambda: reader.indices.delete(index=INDEX),
                lambda: reader.indices.put_alias(index=INDEX, name="policy-test-alias"),
                lambda: reader.cluster.put_settings(persistent={"action.auto_create_index": "false"}),
            )
            for change in changes:
                with pytest.raises(AuthorizationException) as caught:
                    change()
                assert caught.value.status_code == 403

    @pytest.mark.usefixtures("one_document")
    def test_the_writer_makes_what_an_index_needs(self, node: Node) -> None:
        with client(node, node.writer) as writer:
            writer.indices.put_alias(index=INDEX, name="policy-test-alias")
            assert writer.count(index="policy-test-alias")["count"] == 1
            writer.indices.put_index_template(name="policy-test", index_patterns=["policy-test-template-*"])
            writer.indices.delete_index_template(name="policy-test")

    def test_the_writer_is_held_to_the_projects_indices(self, node: Node) -> None:
        with client(node, node.writer) as writer, pytest.raises(AuthorizationException):
            writer.indices.create(index="other")


@pytest.mark.node
class TestSecrets:
    def test_the_password_file_is_for_its_owner_only(self, node: Node, node_folder: Path) -> None:
        file = place(node_folder, account()) / "passwords.json"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert file.stat().st_uid == os.geteuid()
        assert node.writer.password in file.read_text()

    def test_passwords_are_in_no_command_line_log_or_repr(self, node: Node, node_folder: Path) -> None:
        secrets = [user.password.encode() for user in (node.writer, node.reader)]
        shown = [repr(node).encode(), _read(Path(f"/proc/{node.pid}/environ"))]
        shown += [text for path in Path("/proc").glob("*/cmdline") if (text := _read(path))]
        home = place(node_folder, account())
        shown += [_read(path) for path in home.rglob("*") if path.is_file() and path.name != "passwords.json"]
        assert len(shown) > 20
        assert not [text for text in shown for secret in secrets if secret in text]

    def test_only_the_loopback_address_is_bound(self, node: Node) -> None:
        port = int(node.url.rpartition(":")[2])
        socket.create_connection(("127.0.0.1", port)).close()
        # Whoever listened on all addresses would answer on this one as well.
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", port))

    @needs_root
    def test_it_does_not_run_as_root(self, node: Node) -> None:
        assert Path(f"/proc/{node.pid}").stat().st_uid == account().uid != 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.mark.node
class TestReuse:
    def test_a_running_node_is_found(self, node: Node, node_folder: Path) -> None:
        found = running(node_folder)
        assert found is not None
        assert (found.url, found.pid, found.started_here) == (node.url, node.pid, False)
        with client(found, found.reader) as reader:
            assert reader.cluster.health()["number_of_nodes"] == 1

    def test_it_is_not_stopped_by_who_did_not_start_it(self, node: Node, node_folder: Path) -> None:
        with local_node(node_folder) as reused:
            assert (reused.pid, reused.started_here) == (node.pid, False)
        assert running(node_folder) is not None

    def test_it_leaves_the_distribution_alone(self, node: Node) -> None:
        assert node.pid
        shelf = place(node_folder.HOME / "dist", account())
        uid = account().uid
        theirs = [path for path in shelf.rglob("*") if uid is not None and path.stat().st_uid == uid]
        assert theirs == []


@pytest.mark.node
def test_a_killed_node_comes_back_once_with_its_data(spare_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    with listening() as held:
        first = start(spare_folder, port=held, heap="512m", say=said.append)
    got = int(first.url.rpartition(":")[2])
    assert held < got < held + 100
    assert f"port {held} is held by another program, using {got}" in said
    with client(first, first.writer) as writer:
        writer.index(index=INDEX, id="1", document={"title": "x"}, refresh=True)
    os.kill(first.pid, SIGKILL)
    _await_end(first.pid)
    assert running(spare_folder) is None

    with ThreadPoolExecutor() as two:
        starts = [two.submit(start, spare_folder, heap="512m", say=said.append) for _ in range(2)]
        nodes = [future.result() for future in starts]
    assert sorted(node.started_here for node in nodes) == [False, True]
    assert {node.pid for node in nodes} == {nodes[0].pid} != {first.pid}
    assert {node.url for node in nodes} == {first.url}
    assert any(line.startswith("another process is busy in") for line in said)
    with client(nodes[0], first.reader) as reader:
        reader.cluster.health(index=INDEX, wait_for_status="yellow")
        assert reader.get(index=INDEX, id="1")["_source"] == {"title": "x"}
    _waits_for_indices(spare_folder, nodes[0], monkeypatch)
    stop(spare_folder)
    assert running(spare_folder) is None
    _await_end(nodes[0].pid)


def _waits_for_indices(folder: Path, node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    """See that an index that no node takes is waited for, is told, and does not end the node."""
    monkeypatch.setenv("ES_START_TIMEOUT", "2")
    monkeypatch.setattr(local_server, "HEALTH_SECONDS", 1)
    nowhere = {"index.routing.allocation.require._name": "nobody"}
    told: list[str] = []
    with client(node, node.writer) as writer:
        writer.indices.create(index=INDEX_NOWHERE, settings=nowhere, wait_for_active_shards="0")
        with pytest.raises(NodeError, match=r"1 of its shards cannot be searched yet after 2 s.*ES_START_TIMEOUT"):
            start(folder, say=told.append)
        assert "takes up what it has not yet written for good: 1 shards to go" in told[0]
        writer.indices.delete(index=INDEX_NOWHERE)
    assert start(folder).pid == node.pid


def _await_end(pid: int) -> None:
    until = time.monotonic() + 120
    while (text := _read(Path(f"/proc/{pid}/stat"))) and b") Z " not in text:
        assert time.monotonic() < until
        time.sleep(0.05)


def fake_start(folder: Path, elasticsearch: str, seconds: float = 30) -> None:
    """Launch a node whose program is a shell script."""
    distribution = folder / "dist"
    script(distribution / "bin" / "elasticsearch", elasticsearch)
    for name in ("config", "logs"):
        (folder / name).mkdir()
    java = Path("/somewhere/bin/java")
    node_process.launch(folder, distribution, Account(), java, seconds=seconds, say=lambda _: None)


def test_a_start_that_fails_shows_the_end_of_the_log(tmp_path: Path) -> None:
    lines = r"seq -f 'line %g' 30; printf 'java.lang.Error: broken\n\tat a.b.C\n\t... 7 more\n'; exit 78"
    with pytest.raises(NodeError) as caught:
        fake_start(tmp_path, lines)
    said = str(caught.value).splitlines()
    assert said[0] == f"Elasticsearch did not start (exit status 78); the end of {tmp_path}/console.log:"
    assert said[1:] == [*(f"line {number}" for number in range(17, 31)), "java.lang.Error: broken"]


def test_a_start_that_takes_too_long_is_ended_with_its_children(tmp_path: Path) -> None:
    child = tmp_path / "child"
    with pytest.raises(NodeError, match=r"did not start in 3 s \(ES_START_TIMEOUT\).*(\n.*)*still at it"):
        fake_start(tmp_path, f"echo still at it; sleep 60 & echo $! > {child}; wait", seconds=3)
    _await_end(int(child.read_text()))


@contextmanager
def marked_process(home: Path, shell: str, mark: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that looks like the node of `home`; it has said a line."""
    command = ["sh", "-c", shell, mark]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=home) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield process
        finally:
            process.kill()


def test_a_node_that_ignores_the_signal_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_process, "STOP_SECONDS", 1)
    said: list[str] = []
    stubborn = "trap '' TERM; echo ready; while :; do sleep 0.1; done"
    with marked_process(tmp_path, stubborn, node_process.server_mark(tmp_path)) as process:
        assert node_process.pid_of(tmp_path) == process.pid
        assert node_process.pid_of(tmp_path / "other") is None
        node_process.end(tmp_path, said.append)
    assert process.returncode == -SIGKILL
    assert said == [f"Elasticsearch (process {process.pid}) did not end in 1 s"]


@pytest.mark.parametrize(("then", "comes_up"), [("while :; do sleep 0.1; done", True), ("exit 1", False)])
def test_a_node_that_another_process_began_to_start_is_waited_for(tmp_path: Path, then: str, *, comes_up: bool) -> None:
    (tmp_path / "logs").mkdir()
    ports = "echo 127.0.0.1:9299 > logs/http.ports; " if comes_up else ""
    with (
        marked_process(tmp_path, f"echo; sleep 0.5; {ports}{then}", node_process.server_mark(tmp_path)),
        nullcontext() if comes_up else pytest.raises(NodeError, match="was found starting and did not come up"),
    ):
        node_process.await_start(tmp_path, seconds=30)
    assert node_process.port_of(tmp_path) == (9299 if comes_up else None)


def test_stopping_nothing_is_fine(spare_folder: Path) -> None:
    stop(spare_folder)
    assert running(spare_folder) is None


@pytest.mark.parametrize(
    ("variable", "value"),
    [("ES_HEAP", "lots"), ("ES_HEAP", "0g"), ("ES_START_TIMEOUT", "soon"), ("ES_START_TIMEOUT", "0")],
)
def test_wrong_settings_are_named(
    spare_folder: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(NodeError, match=f"^{variable} must be .*{re.escape(repr(value))}$"):
        start(spare_folder)


@needs_root
@pytest.mark.parametrize(("user", "reason"), [("no-such-user", "names no user"), ("root", "Elasticsearch refuses")])
def test_users_that_will_not_do_are_named(
    spare_folder: Path, monkeypatch: pytest.MonkeyPatch, user: str, reason: str
) -> None:
    monkeypatch.setenv("ES_USER", user)
    with pytest.raises(NodeError, match=rf"^ES_USER .*{reason}.*; name an unprivileged"):
        start(spare_folder)


@needs_root
def test_a_java_that_the_nodes_user_cannot_run_is_named(
    spare_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    script(tmp_path / "bin" / "java", "echo java.base@25; echo jdk.incubator.vector@25")
    monkeypatch.setenv("ES_JAVA_HOME", str(tmp_path))
    with pytest.raises(NodeError, match=r"user nobody cannot run .*: set ES_JAVA_HOME"):
        start(spare_folder)


@needs_root
class TestUnreachableFolder:
    @pytest.fixture
    def fallback(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        tmp_path.chmod(0o700)
        monkeypatch.setattr(node_folder, "FALLBACK", tmp_path)
        return tmp_path

    def test_another_place_is_used(self, fallback: Path) -> None:
        wanted = fallback / "clone" / "node"
        instead = place(wanted, account())
        assert instead == place(wanted, account())
        assert instead.parent == fallback
        assert re.fullmatch(r"ai-policy-kb-0-node-[0-9a-f]{12}", instead.name)
        assert place(fallback / "clone-2" / "node", account()) != instead

    def test_a_place_that_somebody_else_made_is_refused(self, fallback: Path) -> None:
        wanted = fallback / "clone" / "node"
        instead = place(wanted, account())
        instead.rmdir()
        instead.symlink_to(fallback)
        with pytest.raises(NodeError, match="is not a folder of ours"):
            place(wanted, account())

    def test_a_reachable_folder_stays(self, spare_folder: Path) -> None:
        assert place(spare_folder, account()) == spare_folder


def test_a_folder_that_stays_locked_is_told(tmp_path: Path) -> None:
    said: list[str] = []
    with (
        locked(tmp_path, said.append, 1),
        pytest.raises(NodeError, match="another process has been busy in"),
        locked(tmp_path, said.append, 0.3),
    ):
        pass
    assert said == [f"another process is busy in {tmp_path}: waiting for it"]


def test_what_the_system_refuses_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NodeError, match=r"cannot be set up: .*/file/node: Not a directory$"):
        local_server.start(tmp_path / "file" / "node")
