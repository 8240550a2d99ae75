"""The process that parsers run in: it serves many runs, is bounded in time and memory, and replaced when it breaks."""

import os
import time

import pytest

from index.read.attachments.limits import Limits
from index.read.attachments.worker import Failure, Worker, WorkerError, report
from tests.hangs import HANGS


def _double(number: int) -> int:
    report(f"{number}")
    return 2 * number


def _sleep(seconds: float) -> None:
    time.sleep(seconds)


def _slow_steps(steps: int, pause: float) -> int:
    for step in range(steps):
        time.sleep(pause)
        report(str(step))
    return steps


def _eat(size: int) -> int:
    return len(bytearray(size))


def _die() -> None:
    os.abort()


def _fault() -> None:
    raise KeyError("missing")


class TestWorker:
    def test_one_process_serves_many_runs_and_tells_how_far_it_is(self) -> None:
        told: list[str] = []
        with Worker() as worker:
            assert worker.run_telling(told.append, _double, 2) == 4
            pid = worker.pid
            assert worker.run(_double, number=3) == 6
            assert worker.pid == pid
        assert told == ["2"]
        assert worker.pid is None

    @pytest.mark.timeout(HANGS)
    def test_a_hang_is_killed_and_the_next_run_has_a_new_process(self) -> None:
        with Worker() as worker:
            worker.run(_double, 1)
            before, worker.limits = worker.pid, Limits(seconds=0.5)
            with pytest.raises(WorkerError) as raised:
                worker.run(_sleep, 3_600)
            assert raised.value.failure is Failure.TIME
            worker.limits = Limits()
            assert worker.run(_double, 2) == 4
            assert worker.pid != before

    @pytest.mark.timeout(HANGS)
    def test_reports_restart_the_clock_but_not_that_of_the_whole(self) -> None:
        with Worker(Limits(seconds=6)) as worker:
            assert worker.run(_slow_steps, 14, 0.5) == 14
            worker.limits = Limits(seconds=3_600, seconds_in_all=0.5)
            with pytest.raises(WorkerError) as raised:
                worker.run(_slow_steps, 7_200, 0.5)
            assert raised.value.failure is Failure.TIME

    def test_memory_is_bounded(self) -> None:
        with Worker(Limits(memory=1 << 30)) as worker:
            with pytest.raises(WorkerError) as raised:
                worker.run(_eat, 2 << 30)
            assert raised.value.failure is Failure.MEMORY
            assert worker.run(_double, 2) == 4

    def test_a_crash_is_told_and_the_next_run_goes_on(self) -> None:
        with Worker() as worker:
            with pytest.raises(WorkerError) as raised:
                worker.run(_die)
            assert raised.value.failure is Failure.CRASH
            assert worker.run(_double, 2) == 4

    def test_an_exception_is_told_and_the_process_stays(self) -> None:
        with Worker() as worker:
            worker.run(_double, 1)
            before = worker.pid
            with pytest.raises(WorkerError, match="KeyError: 'missing'") as raised:
                worker.run(_fault)
            assert raised.value.failure is Failure.ERROR
            assert worker.pid == before
