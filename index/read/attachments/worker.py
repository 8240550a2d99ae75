"""A process of its own for parsers that meet hostile files: bounded in time and memory, replaced when it breaks.

`with Worker(limits) as worker: worker.run(function, *args)` runs any function that can be named from a module. The
process serves many runs, as its start and the loading of models are dear; after a kill the next run has a new one.
A function that takes long calls `report`, which restarts the clock of `Limits.seconds` and tells the caller.

The process is a plain Python of its own and not one of `multiprocessing`: those run the caller's `__main__` once more,
which may be any script (Streamlit's is one), and may have no such process where the caller is one itself.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

from index.read.attachments.limits import Limits

Result = TypeVar("Result")
Arguments = ParamSpec("Arguments")

START = 60.0
"""Seconds that a new process has until it listens, and a function's module until it is loaded; no run's clock."""
GRACE = 2.0
"""Seconds that a process has to end by itself once it has nothing more to do."""

BOOT = """
import sys
from multiprocessing.connection import Connection
caller = Connection(int(sys.argv[1]))
sys.path[:] = caller.recv()
from index.read.attachments.worker import serve
serve(caller)
"""

_caller: Connection | None = None


class Failure(StrEnum):
    """How a run failed, in the words that people read."""

    TIME = "读取超时，已中止"
    MEMORY = "读取所需内存超过上限，已中止"
    CRASH = "解析程序崩溃，无法读取"
    ERROR = "文件损坏或格式有误，无法读取"


class WorkerError(RuntimeError):
    """A run brought no result. `failure` says how, `detail` what the function raised, for developers."""

    def __init__(self, failure: Failure, detail: str = "") -> None:
        self.failure = failure
        self.detail = detail
        super().__init__(f"{failure}（{detail}）" if detail else str(failure))


class Worker:
    """One process that runs one function at a time. It starts with the first run; not to be shared by threads."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process that serves the runs now, or `None` if the next run starts one."""
        return self._process.pid if self._process else None

    def run(
        self,
        function: Callable[Arguments, Result],
        *args: Arguments.args,
        **named: Arguments.kwargs,
    ) -> Result:
        """Return what `function` returns in the worker. All must be picklable. Raises `WorkerError`."""
        return self.run_telling(None, function, *args, **named)

    def run_telling(
        self,
        progress: Callable[[str], None] | None,
        function: Callable[Arguments, Result],
        *args: Arguments.args,
        **named: Arguments.kwargs,
    ) -> Result:
        """Do as `run` does; `progress` is told what the function reports on its way."""
        try:
            connection = self._started()
            connection.send((function, args, named))
            kind, value = self._answer(connection, progress)
        except (EOFError, OSError):
            status = self._kill()
            raise WorkerError(Failure.CRASH, f"exit status {status}") from None
        except BaseException:
            self._kill()
            raise
        if kind == "done":
            result: Result = value
            return result
        if kind == "memory":
            self._kill()  # what is left of its memory may not do for the next file
        raise WorkerError(Failure.MEMORY if kind == "memory" else Failure.ERROR, str(value))

    def close(self) -> None:
        """End the process; harmless where there is none."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(GRACE)
        self._kill()

    def abort(self) -> None:
        """End the process at once, from another thread: the run that is under way fails."""
        process = self._process
        if process is not None:
            process.kill()

    def _answer(self, connection: Connection, progress: Callable[[str], None] | None) -> tuple[str, Any]:
        if not connection.poll(START):
            raise WorkerError(Failure.TIME, "the function's module does not load")
        connection.recv()
        end = time.monotonic() + self.limits.seconds_in_all
        while True:
            left = min(self.limits.seconds, end - time.monotonic())
            if left <= 0 or not connection.poll(left):
                raise WorkerError(Failure.TIME)
            kind, value = connection.recv()
            if kind != "report":
                return kind, value
            if progress:
                progress(value)

    def _started(self) -> Connection:
        if self._connection is not None and self._process is not None and self._process.poll() is None:
            return self._connection
        self._kill()
        ours, theirs = socket.socketpair()
        self._connection = Connection(ours.detach())
        with theirs:
            # In its own session: Ctrl-C and the end of a terminal reach it through us, who close the connection.
            command = [sys.executable, "-c", BOOT, str(theirs.fileno())]
            self._process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=True
            )
        self._connection.send(sys.path)
        self._connection.send(self.limits.memory)
        if not self._connection.poll(START):
            raise WorkerError(Failure.TIME, "the process does not start")
        self._connection.recv()
        return self._connection

    def _kill(self) -> int | None:
        """Make sure that the process is gone; returns its exit status."""
        status = None
        if self._process is not None:
            self._process.kill()
            status = self._process.wait()
        if self._connection is not None:
            self._connection.close()
        self._process = self._connection = None
        return status


def report(line: str) -> None:
    """Tell the caller of the run how far it is; outside a worker nobody hears it."""
    if _caller is not None:
        _caller.send(("report", line))


def serve(caller: Connection) -> None:
    """Run what comes through `caller` until it is closed; first the bound of memory comes, in bytes or `None`."""
    global _caller  # the process has one caller, and functions deep in parsers report to it
    _caller = caller
    _bound(caller.recv())
    caller.send("ready")
    while True:
        try:
            function, args, named = caller.recv()  # imports the function's module, which may take seconds
            caller.send(("begun", None))
        except (EOFError, OSError):
            os._exit(0)  # libraries with threads of their own may hang at a clean exit
        caller.send(_outcome(function, args, named))


def _outcome(function: Callable[..., Any], args: tuple[Any, ...], named: dict[str, Any]) -> tuple[str, Any]:
    try:
        return "done", function(*args, **named)
    except MemoryError:
        return "memory", ""
    except Exception as error:  # noqa: BLE001 - parsers raise anything at all on hostile files
        return "error", f"{type(error).__name__}: {error}"[:500]


def _bound(memory: int | None) -> None:
    """Give this process its memory bound where the system has such, and leave Ctrl-C to the caller."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "win32":
        return
    import resource  # absent on Windows

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
