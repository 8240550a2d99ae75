"""Where reading runs: here, in processes, on a Dask cluster; the same documents from each, whatever dies meanwhile."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from distributed import Client

from data.archive import Archive
from data.model import Document, Page
from data.tables import load
from index import __main__ as command
from index.collect import Collector
from index.executors import TRIES, Here, Processes, SchedulerError, TaskError, pool, processes
from index.read.attachments.worker import WorkerError
from index.read.task import Task, code_digest, read_task
from index.reading_run import Run
from index.rows import digest_of
from tests import attachment_files
from tests.many_pages import archive, page

AT = datetime(2026, 11, 20, 1, tzinfo=UTC)
TABLES = load()
PAGES = 30


@pytest.fixture(autouse=True)
def processes_for_few_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.collect.SEVERAL", PAGES - 6)


def _double(number: int) -> int:
    return 2 * number


def _die_once(mark: str) -> str:
    path = Path(mark)
    if not path.exists():
        path.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "alive"


def _die() -> None:
    os._exit(3)


def _sleep(mark: str) -> None:
    Path(mark).touch()
    time.sleep(600)


# Processes of this machine


def test_a_task_whose_process_dies_is_begun_again(tmp_path: Path) -> None:
    with pool(None) as found:
        futures = [found.executor.submit(_double, number) for number in range(20)]
        died = found.executor.submit(_die_once, str(tmp_path / "died"))
        assert [found.result(future) for future in futures] == [2 * number for number in range(20)]
        assert found.result(died) == "alive"


def test_a_task_that_always_ends_its_process_is_given_up_and_the_others_are_not() -> None:
    with pool(None) as found:
        died, well = found.executor.submit(_die), found.executor.submit(_double, 4)
        with pytest.raises(TaskError, match="崩溃"):
            found.result(died)
        assert found.result(well) == 8


def test_what_is_at_work_ends_when_the_caller_is_interrupted(tmp_path: Path) -> None:
    futures: list[Future[None]] = []

    def interrupted() -> None:
        with pool(None) as found:
            futures.append(found.executor.submit(_sleep, str(tmp_path / "began")))
            while not (tmp_path / "began").exists():
                time.sleep(0.05)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert isinstance(futures[0].exception(timeout=60), WorkerError)


def test_a_process_does_not_run_the_callers_script(tmp_path: Path) -> None:
    """Streamlit's and a test's `__main__` is a script; run again in each process it would do its work again."""
    script = tmp_path / "script.py"
    script.write_text(
        "print('once')\n"
        "from index.executors import pool\n"
        "with pool(None) as found:\n"
        "    print(found.result(found.executor.submit(divmod, 7, 2)))\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.split("\n") == ["once", "(3, 1)", ""]


def test_how_many_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDEX_PROCESSES", "7")
    assert processes() == 7
    monkeypatch.setenv("INDEX_PROCESSES", "many")
    assert 1 <= processes() <= (os.cpu_count() or 1)


def test_a_task_here_hands_on_what_it_raises() -> None:
    ended: list[str] = []
    with Here(lambda: ended.append("ended")) as executor:
        assert executor.submit(_double, 2).result() == 4
        with pytest.raises(ZeroDivisionError):
            executor.submit(divmod, 1, 0).result()
    assert ended == ["ended"]


# Reading


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive in which one page links to a file, and a file stands alone."""
    folder = tmp_path_factory.mktemp("held") / "archive"
    pages = [page(number, AT, clauses=4) for number in range(PAGES)]
    docx = attachment_files.numbered_docx([("第一条 对通过大模型备案的企业，给予80万元奖励。", None)])
    link = '<p>附件：<a href="/files/9.docx">办法.docx</a></p></div>'
    linked = pages[3].body.replace(b'</div><div class="footer"', f'{link}<div class="footer"'.encode())
    pages[3] = _with(pages[3].url, linked)
    files = [_with(f"https://www.haizhu.gov.cn/files/{number}.docx", docx) for number in (9, 10)]
    archive(folder, [*pages, *files], AT)
    return folder


def _with(url: str, body: bytes) -> Page:
    return Page(url, AT, 200, (), body)


def collect(folder: Path, cache: Path, scheduler: str | None = None) -> dict[str, Document]:
    with Archive(folder) as archived:
        collector = Collector(TABLES, archived, cache, say=lambda _: None, scheduler=scheduler)
        return dict(collector.documents())


@pytest.fixture(scope="module")
def expected(held: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Document]:
    """What is read in this process, one page after the other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.collect.SEVERAL", 10_000)
        return collect(held, tmp_path_factory.mktemp("expected"))


def test_processes_read_what_one_would(held: Path, expected: dict[str, Document], tmp_path: Path) -> None:
    found = collect(held, tmp_path)
    assert len(found) == len(TABLES.documents) + PAGES + 1
    assert list(found.items()) == list(expected.items())
    assert any(file.text for document in found.values() for file in document.attachments)


def test_a_document_that_is_as_it_was_read_keeps_its_digest(held: Path, tmp_path: Path) -> None:
    for _ in range(2):
        with Archive(held) as archived:
            collector = Collector(TABLES, archived, tmp_path, say=lambda _: None)
            documents = collector.documents()
            assert collector.digests(documents) == {name: digest_of(one) for name, one in documents.items()}


def test_few_pages_of_each_of_several_sources_are_many_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[object] = []
    submit = Processes.submit

    def counted(self: Processes, *args: object, **named: object) -> object:
        sent.append(args)
        return submit(self, *args, **named)  # type: ignore[arg-type]

    half = PAGES // 2
    folder = tmp_path / "archive"
    for source, first in (("cac", 0), ("haizhu", half)):
        archive(folder, [page(number, AT) for number in range(first, first + half)], AT, source)
    monkeypatch.setattr(Processes, "submit", counted)
    assert len(collect(folder, tmp_path / "read")) == len(TABLES.documents) + 2 * half
    assert len(sent) >= half, "the pages of the second source are read by processes"
    sent.clear()
    collect(folder, tmp_path / "read")
    assert not sent


def test_a_process_that_is_killed_costs_no_page(
    held: Path, expected: dict[str, Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[int] = []
    submit = Processes.submit

    def killing(self: Processes, *args: object, **named: object) -> object:
        alive = [worker.pid for worker in self._workers if worker.pid and worker.pid not in killed]
        if alive and len(killed) < TRIES - 1:
            killed.append(alive[0])
            with suppress(ProcessLookupError):
                os.kill(alive[0], signal.SIGKILL)
        return submit(self, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Processes, "submit", killing)
    assert collect(held, tmp_path) == expected
    assert len(killed) == TRIES - 1


def test_a_page_that_cannot_be_read_costs_itself_only_and_is_tried_again(
    held: Path, expected: dict[str, Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = page(5, AT).url

    def failing(task: Task) -> object:
        done = read_task(task)
        if task.page.url == bad:
            raise TaskError("解析程序崩溃，无法读取")
        return done

    with monkeypatch.context() as patch:
        patch.setattr("index.collect.SEVERAL", 10_000)
        patch.setattr("index.reading_run.read_task", failing)
        first = collect(held, tmp_path)
    (lost,) = [one for one in first.values() if one.url == bad]
    assert lost.problems == ("解析程序崩溃，无法读取",)
    assert {name for name in first if first[name] != expected[name]} == {lost.id}
    assert collect(held, tmp_path) == expected


def test_another_version_of_the_program_is_refused_and_unknown_tables_are_asked_for() -> None:
    assert read_task(Task("other", TABLES.digest, page(1, AT))).other
    assert read_task(Task(code_digest(), "unknown", page(1, AT))).without


# A Dask cluster


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a real scheduler with two worker processes, each under its nanny."""
    folder = tmp_path_factory.mktemp("dask")
    with ExitStack() as stack:
        scheduler = stack.enter_context(_started("scheduler", "--host=127.0.0.1", "--port=0", "--no-dashboard"))
        address = _address(scheduler)
        for name in ("one", "two"):
            options = (f"--name={name}", "--nthreads=1", "--no-dashboard", f"--local-directory={folder}")
            worker = stack.enter_context(_started("worker", address, *options))
            threading.Thread(target=worker.stderr.read if worker.stderr else str, daemon=True).start()
        _wait_for_workers(address, 2)
        yield address


class _started(subprocess.Popen[str]):  # noqa: N801 - used as a function
    def __init__(self, kind: str, *options: str) -> None:
        command = [sys.executable, "-m", "distributed.cli.dask_" + kind, *options]
        super().__init__(command, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)

    def __exit__(self, *_: object) -> None:
        self.terminate()
        try:
            self.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
        super().__exit__(None, None, None)


def _address(scheduler: "subprocess.Popen[str]") -> str:
    for line in scheduler.stderr or ():
        if found := re.search(r"Scheduler at: +(tcp://127\.0\.0\.1:\d+)", line):
            threading.Thread(target=(scheduler.stderr or sys.stdin).read, daemon=True).start()
            return found[1]
    raise AssertionError("the scheduler ended")


def _client(address: str) -> Client:
    return Client(address, timeout="60s", set_as_default=False)  # type: ignore[no-untyped-call]


def _wait_for_workers(address: str, number: int) -> None:
    with _client(address) as client:
        client.wait_for_workers(number, timeout=60)


def test_a_cluster_reads_what_one_process_would(
    cluster: str, held: Path, expected: dict[str, Document], tmp_path: Path
) -> None:
    found = collect(held, tmp_path, cluster)
    assert list(found.items()) == list(expected.items())


def test_a_worker_of_the_cluster_that_is_killed_costs_no_page(
    cluster: str, held: Path, expected: dict[str, Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _client(cluster) as client:
        living = list(client.run(os.getpid).values())
        killed: list[int] = []
        send = Run._send

        def killing(self: Run, *args: Any) -> None:  # noqa: ANN401 - as they come
            send(self, *args)
            if not killed:
                killed.append(living[0])
                os.kill(living[0], signal.SIGKILL)

        monkeypatch.setattr(Run, "_send", killing)
        assert collect(held, tmp_path, cluster) == expected
        assert killed
        client.wait_for_workers(2, timeout=60)
        assert killed[0] not in client.run(os.getpid).values()


def test_a_scheduler_that_is_not_there_is_said(
    capsys: pytest.CaptureFixture[str], held: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.executors.ANSWER_SECONDS", "1s")
    with pytest.raises(SchedulerError, match="no Dask scheduler answers"):
        collect(held, tmp_path, "tcp://127.0.0.1:9")
    assert command.main(["build", "--archive", str(held), "--scheduler", "tcp://127.0.0.1:9"]) == 1
    assert "error: tcp://127.0.0.1:9: no Dask scheduler answers" in capsys.readouterr().err
