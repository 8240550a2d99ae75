"""Where a local node lives and who runs it: its folders, configuration, users and passwords.

<node>/passwords.json   ours, mode 0600          <node>/accounts/  ours: the users with hashed passwords
<node>/state.json       ours: the last port      <node>/config/    the node's, written anew at every start
<node>/lock             ours                     <node>/data/ logs/ tmp/  the node's
"""

import fcntl
import hashlib
import json
import os
import pwd
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.system import Say

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "var" / "elasticsearch"
FALLBACK = Path("/var/tmp")  # noqa: S108 - the folder made there is checked to be ours


class NodeError(RuntimeError):
    """The local node cannot be had. The text says what happened and what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """The operating system's user that runs the node; `None` fields mean: the one who runs us."""

    name: str | None = None
    uid: int | None = None
    gid: int | None = None

    def options(self) -> dict[str, Any]:
        """Return the arguments of `subprocess` that run a program as this user."""
        return {} if self.uid is None else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def may(self, test: str, path: Path) -> bool:
        """Tell whether the user passes `test` (-x, -r, ...) on a path."""
        return subprocess.run(["test", test, path], **self.options(), check=False).returncode == 0


def account() -> Account:
    """Return who runs the node: Elasticsearch refuses root, so root hands over to ES_USER (`nobody`).

    Raises `NodeError` if ES_USER is not a user of this machine, or is root.
    """
    if os.geteuid() != 0:
        return Account()
    name = os.environ.get("ES_USER") or "nobody"
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise NodeError(f"ES_USER names no user of this machine: {name!r}; name an unprivileged one") from None
    if entry.pw_uid == 0:
        raise NodeError("ES_USER is root, which Elasticsearch refuses; name an unprivileged user")
    return Account(name, entry.pw_uid, entry.pw_gid)


def place(folder: Path, runner: Account) -> Path:
    """Make `folder` and return it, or one below /var/tmp where the runner cannot reach `folder`.

    Raises `NodeError` if somebody else made the folder below /var/tmp.
    """
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    if runner.may("-x", folder):
        return folder
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    instead = FALLBACK / f"ai-policy-kb-{os.geteuid()}-{folder.name}-{digest}"
    instead.mkdir(exist_ok=True)
    found = instead.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise NodeError(f"{instead} is not a folder of ours: remove it and try again")
    instead.chmod(0o755)
    return instead


@contextmanager
def locked(folder: Path, say: Say, seconds: float) -> Iterator[None]:
    """Hold the folder's lock, so that two processes do not start two nodes in it.

    Raises `NodeError` if another process holds it for longer than `seconds`.
    """
    with (folder / "lock").open("a") as file:
        until = time.monotonic() + seconds
        waiting = False
        while not _try_lock(file.fileno()):
            if time.monotonic() > until:
                raise NodeError(f"another process has been busy in {folder} for {seconds:.0f} s: end it and try again")
            if not waiting:
                say(f"another process is busy in {folder}: waiting for it")
            waiting = True
            time.sleep(0.2)
        yield


@contextmanager
def in_use(folder: Path) -> Iterator[Callable[[], bool]]:
    """Count as a user of the folder's node; gives a function that tells whether nobody else does.

    A crash ends the use as well, so that a node left behind is stopped by the next one who used it last.
    """
    with (folder / "users").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield lambda: _try_lock(file.fileno())


def _try_lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def last_port(node: Path) -> int | None:
    """Return the port that the node had the last time."""
    try:
        return int(json.loads((node / "state.json").read_text(encoding="utf-8"))["port"])
    except (FileNotFoundError, ValueError, KeyError):
        return None


def remember_port(node: Path, port: int) -> None:
    """Write down the port for the next time."""
    (node / "state.json").write_text(json.dumps({"port": port}), encoding="utf-8")
