"""Where work runs: in this process, in one process for each core, or on a Dask cluster; one interface for all.

`pool(None)` gives processes of this machine, `pool("tcp://host:8786")` the workers of a Dask cluster. Both are a
`concurrent.futures.Executor`, so that who uses them does not know which it is. Why: `docs/decisions/executors.md`.
"""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from index.read.attachments.limits import Limits
from index.read.attachments.worker import Failure, Worker, WorkerError

Result = TypeVar("Result")
Arguments = ParamSpec("Arguments")

TRIES = 3
"""How often a task is begun that ends its process; Dask's own number is the same."""

LIMITS = Limits(seconds=1800, seconds_in_all=3600, memory=None)
"""Of one task in a process; what is bounded tightly, as parsers are, is in a process of its own below it."""

ANSWER_SECONDS = "10s"


class SchedulerError(RuntimeError):
    """The Dask cluster cannot be reached, or went away; the text says which and what to do."""


class TaskError(RuntimeError):
    """A task ended its process each time that it was tried, or took too long."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Where tasks run. width: how many at once. result: waits for a task; raises `TaskError`, `SchedulerError`."""

    executor: Executor
    width: int
    result: Callable[[Future[Any]], Any]


class Here(Executor):
    """Runs each task at once, in this process, before `submit` returns. closing: called at the end."""

    def __init__(self, closing: Callable[[], None] = lambda: None) -> None:
        self._closing = closing

    def submit(
        self, fn: Callable[Arguments, Result], /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Future[Result]:
        """Run a task. What it raises is raised by the future."""
        done: Future[Result] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - the future hands it on
            done.set_exception(error)
        return done

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - Executor's
        """End what the tasks left open."""
        self._closing()


class Processes(Executor):
    """Runs tasks in processes of this machine, each of which serves many. One that dies costs its task another try.

    Not the standard library's: there one process that dies takes the tasks of all with it, and its processes run the
    caller's `__main__` again. What a task raises comes back as `WorkerError`.
    """

    def __init__(self, number: int) -> None:
        self._threads = ThreadPoolExecutor(number, thread_name_prefix="process")
        self._own = threading.local()
        self._workers: list[Worker] = []
        self._over = False

    def submit(
        self, fn: Callable[Arguments, Result], /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Future[Result]:
        """Run a task in the next process that is free. All must be picklable, `fn` named from a module."""
        return self._threads.submit(self._run, fn, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - Executor's
        """End all processes; with `cancel_futures` those that are at work too."""
        if cancel_futures:
            self._over = True
            self._threads.shutdown(wait=False, cancel_futures=True)
            for worker in self._workers:
                worker.abort()
        self._threads.shutdown(wait=wait)
        for worker in self._workers:
            worker.close()

    def _run(self, fn: Callable[..., Result], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Result:
        worker = self._worker()
        for _ in range(TRIES - 1):
            try:
                return worker.run(fn, *args, **kwargs)
            except WorkerError as error:
                if error.failure is not Failure.CRASH or self._over:
                    raise
        return worker.run(fn, *args, **kwargs)

    def _worker(self) -> Worker:
        if not hasattr(self._own, "worker"):
            self._own.worker = Worker(LIMITS)
            self._workers.append(self._own.worker)
        worker: Worker = self._own.worker
        return worker


@contextmanager
def pool(scheduler: str | None) -> Iterator[Pool]:
    """Give a pool, which is closed at the end; after an error or Ctrl-C what is at work is stopped.

    scheduler: address of a Dask scheduler (`tcp://host:8786`), `None` for processes of this machine.
    Raises `SchedulerError`.
    """
    if scheduler is not None:
        with _cluster(scheduler) as found:
            yield found
        return
    number = processes()
    executor = Processes(number)
    try:
        yield Pool(executor, number, _result)
    except BaseException:
        executor.shutdown(cancel_futures=True)
        raise
    executor.shutdown()


@contextmanager
def here(closing: Callable[[], None]) -> Iterator[Pool]:
    """Give a pool that is this process: for few tasks, which are done before another process has started."""
    with Here(closing) as executor:
        yield Pool(executor, 1, lambda future: future.result())


def processes() -> int:
    """Return how many processes to use: `INDEX_PROCESSES`, or one for each core that this process may use."""
    named = os.environ.get("INDEX_PROCESSES", "")
    if named.isdigit() and int(named) > 0:
        return int(named)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _result(future: Future[Any]) -> Any:  # noqa: ANN401 - of any task
    try:
        return future.result()
    except WorkerError as error:
        raise TaskError(str(error)) from error


@contextmanager
def _cluster(address: str) -> Iterator[Pool]:
    from distributed import Client, KilledWorker  # heavy, and most installations have no cluster

    try:
        client = Client(address, timeout=ANSWER_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise SchedulerError(f"{address}: no Dask scheduler answers: {error}; is it running, is it tcp://…?") from error
    with client:
        width = sum(client.nthreads().values())  # type: ignore[no-untyped-call]
        if not width:
            raise SchedulerError(f"{address}: the scheduler has no workers; start some: dask worker {address}")
        executor = client.get_executor(pure=False)  # type: ignore[no-untyped-call]

        def result(future: Future[Any]) -> Any:  # noqa: ANN401 - of any task
            try:
                return future.result()
            except KilledWorker as error:
                raise TaskError(str(Failure.CRASH)) from error
            except (OSError, TimeoutError) as error:
                raise SchedulerError(f"{address}: the scheduler went away: {error}") from error

        try:
            yield Pool(executor, width, result)
        finally:
            executor.shutdown(wait=False)
