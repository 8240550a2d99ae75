"""The process of a local node: launched, recognised, waited for, ended.

A node is recognised by a mark on its command line, so no note can go stale: not when it died, not when the process
that was starting it was killed. Its port it writes itself into `logs/`, which is believed only while it runs.
"""

import hashlib
import os
import re
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from index.node_config import environment
from index.node_folder import Account, NodeError
from index.system import Say, wait

LOG_LINES = 15
STOP_SECONDS = 30
SERVER, LAUNCHER = "node", "launcher"


def launch(home: Path, distribution: Path, runner: Account, java: Path, *, seconds: float, say: Say) -> None:
    """Start the node; returns when it says that it has started, and it runs on by itself.

    It is a session of its own, so that Ctrl-C in the terminal reaches us and not the node.
    Raises `NodeError` with the end of its output if it does not start in time.
    """
    _ports_file(home).unlink(missing_ok=True)
    variables = environment(home / "config", java)
    variables["CLI_JAVA_OPTS"] += f" {_mark(home, LAUNCHER)}"
    with (home / "console.log").open("wb") as console:
        process = subprocess.Popen(
            [distribution / "bin" / "elasticsearch", "-d"],
            cwd=home,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **runner.options(),
        )
    status = None
    try:
        status = wait(process, lambda spent: say(f"starting Elasticsearch: {spent} s"), seconds, every=5)
    except subprocess.TimeoutExpired:
        raise NodeError(failure(home, f"did not start in {seconds:.0f} s (ES_START_TIMEOUT)")) from None
    finally:
        if status != 0:
            _kill_group(process.pid)
    if status != 0:
        raise NodeError(failure(home, f"did not start (exit status {status})"))


def failure(home: Path, what: str) -> str:
    """Return what went wrong with the end of the node's output, without the frames of stack traces."""
    log = home / "console.log"
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    said = [line[:300] for line in lines if line.strip() and not re.match(r"\s+(at |\.\.\. \d+ more)", line)]
    return "\n".join([f"Elasticsearch {what}; the end of {log}:", *said[-LOG_LINES:]])


def pid_of(home: Path) -> int | None:
    """Return the process of the node that runs or starts in this folder."""
    return next(iter(_marked(home, SERVER)), None)


def processes(home: Path) -> list[int]:
    """Return the node's process and its launcher's, which is there only while the node starts."""
    return _marked(home, SERVER, LAUNCHER)


def server_mark(home: Path) -> str:
    """Return the Java option by which the node of this folder is recognised."""
    return _mark(home, SERVER)


def _mark(home: Path, role: str) -> str:
    # A digest, since the launcher's script cuts its options at spaces.
    return f"-Dpolicy.{role}={hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"


def _marked(home: Path, *roles: str) -> list[int]:
    marks = {os.fsencode(_mark(home, role)) for role in roles}
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if marks & _words(entry)]


def _words(entry: Path) -> set[bytes]:
    try:
        return set((entry / "cmdline").read_bytes().split(b"\0"))
    except (FileNotFoundError, ProcessLookupError):
        return set()


def port_of(home: Path) -> int | None:
    """Return the port that the node answers on, or `None` while it is starting."""
    try:
        return int(_ports_file(home).read_text(encoding="ascii").split()[0].rpartition(":")[2])
    except (FileNotFoundError, IndexError):
        return None


def await_start(home: Path, seconds: float) -> None:
    """Wait for a node that another process began to start and did not see through.

    Raises `NodeError` if it ends or takes too long.
    """
    until = time.monotonic() + seconds
    while pid_of(home) is None or port_of(home) is None:
        if time.monotonic() > until or not processes(home):
            raise NodeError(failure(home, "was found starting and did not come up; try again"))
        time.sleep(0.2)


def end(home: Path, say: Say) -> None:
    """End the node, by force if it does not end when asked."""
    for number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, 10)):
        for pid in processes(home):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        if _await_end(home, seconds):
            break
        say(f"Elasticsearch (process {pid_of(home)}) did not end in {seconds} s")
    _ports_file(home).unlink(missing_ok=True)


def _await_end(home: Path, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while processes(home):
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def _kill_group(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _ports_file(home: Path) -> Path:
    return home / "logs" / "http.ports"
