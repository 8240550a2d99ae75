"""A cluster of three real nodes on loopback, with TLS between client and node and between the nodes."""

import json
import os
import shutil
import signal
import socket
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.certificates import make
from index.client import Connection
from index.distribution import provide
from index.node_config import make_credentials, prepare, read_credentials
from index.node_folder import HOME, account, locked, place
from index.node_process import end, launch, pid_of, server_mark
from index.system import find

NAMES = ("eins", "zwei", "drei")
HEAP = "384m"
START_SECONDS = 180


def told(_: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Member:
    """One node of the three: its folder and ports."""

    name: str
    home: Path
    http: int
    transport: int

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.http}"

    def kill(self) -> None:
        """End the process as a power cut would, and return when it is gone."""
        pid = pid_of(self.home)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        while pid_of(self.home) is not None:
            time.sleep(0.02)


class Trio:
    """Three nodes. Each is configured once; `start` launches those that do not run, all at once."""

    def __init__(self, folder: Path) -> None:
        self._runner = account()
        self._distribution = _distribution()
        java = find("java")
        assert java is not None, "run `python -m index.system java`"
        self._java = java
        homes = [place(folder / name, self._runner) for name in NAMES]
        ports = _free_ports(6)
        self.members = [Member(name, homes[n], ports[2 * n], ports[2 * n + 1]) for n, name in enumerate(NAMES)]
        make_credentials(homes[0], self._distribution, self._java)
        for home in homes[1:]:
            shutil.copytree(homes[0] / "accounts", home / "accounts")
            shutil.copy(homes[0] / "passwords.json", home)
        make(folder, ["127.0.0.1"])
        self.ca = folder / "ca.crt"

    def connection(self, members: Sequence[Member] = ()) -> Connection:
        users = read_credentials(self.members[0].home)
        assert users is not None
        url = ",".join(member.url for member in members or self.members)
        return Connection(url, users[0].user, users[0].password, ca=str(self.ca))

    def start(self) -> None:
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(self._start, [member for member in self.members if pid_of(member.home) is None]))

    def stop(self) -> None:
        for member in self.members:
            end(member.home, told)
            shutil.rmtree(member.home, ignore_errors=True)

    def _start(self, member: Member) -> None:
        options = [f"-Xms{HEAP}", f"-Xmx{HEAP}", server_mark(member.home)]
        prepare(member.home, self._distribution, self._runner, port=member.http, options=options)
        config = member.home / "config"
        settings = json.loads((config / "elasticsearch.yml").read_text(encoding="utf-8"))
        del settings["discovery.type"]
        (config / "elasticsearch.yml").write_text(json.dumps(settings | self._settings(member)), encoding="utf-8")
        for name in ("ca.crt", "node.crt", "node.key"):
            path = Path(shutil.copy(self.ca.parent / name, config))
            if self._runner.uid is not None and self._runner.gid is not None:
                os.chown(path, self._runner.uid, self._runner.gid)
        launch(member.home, self._distribution, self._runner, self._java, seconds=START_SECONDS, say=told)

    def _settings(self, member: Member) -> dict[str, object]:
        tls = {
            f"xpack.security.{layer}.ssl.{key}": value
            for layer in ("http", "transport")
            for key, value in (
                ("enabled", True),
                ("key", "node.key"),
                ("certificate", "node.crt"),
                ("certificate_authorities", ["ca.crt"]),
            )
        }
        return tls | {
            "cluster.name": f"policy-{self.members[0].transport}",
            "node.name": member.name,
            "http.port": member.http,
            "transport.port": member.transport,
            "discovery.seed_hosts": [f"127.0.0.1:{one.transport}" for one in self.members],
            "cluster.initial_master_nodes": list(NAMES),
        }


@contextmanager
def three_nodes(folder: Path) -> Iterator[Trio]:
    """Give a cluster of three nodes that answer; nothing of it is left at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    trio = Trio(folder)
    try:
        trio.start()
        yield trio
    finally:
        trio.stop()


def _distribution() -> Path:
    shelf = place(HOME / "dist", account())
    with locked(shelf, told, 3600):
        return provide(shelf, told)


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        found = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in found]
