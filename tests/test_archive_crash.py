"""The archive in processes that are killed, that run out of disk, and that write beside each other.

The children are this file itself: `python -m tests.test_archive_crash MODE FOLDER ...`. A child prints the number of a
page after the commit that covers it.
"""

import random
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from data.archive import Archive, ArchiveBusy, ArchiveFull, repair
from data.model import Finding, Outcome, Page, Run

ROOT = Path(__file__).parents[1]
T0 = datetime(2026, 11, 20, tzinfo=UTC)


def page(number: int) -> Page:
    """Page `number`: always the same, up to 60 KB, half of it bytes that do not compress."""
    dice = random.Random(number)  # noqa: S311 - the same bytes each time
    half = dice.randrange(30_000)
    url = f"https://www.example.gov.cn/{number}"
    return Page(url, T0 + timedelta(seconds=number), 200, (("ETag", str(number)),), dice.randbytes(half) + b"6" * half)


def check(folder: Path, source: str, *numbers: int) -> None:
    """These pages are there with their bytes."""
    with Archive(folder) as archive:
        for number in numbers:
            assert archive.page(page(number).url, source=source) == page(number)


def check_files(folder: Path) -> None:
    """Every WARC file is whole for warcio too, to its last byte."""
    files = list(folder.glob("*/*.warc.gz"))
    assert files
    assert Checker(SimpleNamespace(inputs=list(map(str, files)), verbose=False)).process_all() == 0
    for path in files:
        with path.open("rb") as file:
            records = ArchiveIterator(file)
            read = sum(records.get_record_length() for _ in records)
        assert read == path.stat().st_size


# The children


def crawl(folder: Path, source: str, first: str, count: str) -> None:
    """Put pages, commit now and then, say which are safe."""
    dice = random.Random(first)  # noqa: S311 - the same each time
    with Archive(folder) as archive:
        run = archive.begin(source, T0)
        print("begun", flush=True)
        for number in range(int(first), int(first) + int(count)):
            archive.put(run, page(number))
            if dice.random() < 0.3:
                archive.commit(run)
                print(number, flush=True)
        archive.finish(run, Outcome.OK)


def put_page(archive: Archive, run: Run, number: int) -> None:
    archive.put(run, page(number))


def put_failure(archive: Archive, run: Run, number: int) -> None:
    archive.fail(run, page(number).url, T0, "no answer" * 1000)


def fill(folder: Path, put: Callable[[Archive, Run, int], None], ballast: Path) -> None:
    """Put until nothing fits any more, make room, and look whether all that was committed is there."""
    safe = 0
    with Archive(folder) as archive, suppress(ArchiveFull):
        run = archive.begin("cac", T0)
        for number in range(1, 100_000):
            put(archive, run, number)
            if number % 7 == 0:
                archive.commit(run)
                safe = number
        raise AssertionError("the disk took everything")
    ballast.unlink(missing_ok=True)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.getrlimit(resource.RLIMIT_FSIZE)[1],) * 2)
    with Archive(folder) as archive:
        again = archive.begin("cac", T0 + timedelta(days=1))
        archive.put(again, page(0))
        archive.finish(again, Outcome.OK)
        full = archive.runs("cac")[0]
        assert sum(full.counts.values()) >= safe > 0
        check(folder, "cac", *range(safe + 1 if full.counts.get(Finding.NEW) else 1))
        check_files(folder)
        print("kept")


def fill_disk(folder: Path, what: str) -> None:
    """`folder` is a small disk."""
    ballast = folder / "ballast"
    ballast.write_bytes(bytes(500_000))
    fill(folder / "archive", {"pages": put_page, "failures": put_failure}[what], ballast)


def fill_file(folder: Path) -> None:
    """No file may grow beyond 400 KB."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    fill(folder, put_page, folder / "none")


def child(mode: str, *arguments: object, before: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    command = [*before, sys.executable, "-m", "tests.test_archive_crash", mode, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def said(process: subprocess.Popen[str]) -> list[str]:
    """Return the remaining lines after the process has ended."""
    return process.communicate(timeout=60)[0].split()


# The tests


def test_a_kill_at_any_moment_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    safe: list[int] = []
    hits = 0
    for seed in range(15):
        process = child("crawl", tmp_path, "cac", seed * 10_000, 10_000)
        assert line(process) == "begun"
        time.sleep(random.Random(seed).uniform(0, 0.25))  # noqa: S311 - the same moments each time
        process.kill()
        lines = said(process)
        assert process.returncode == -9
        committed = range(seed * 10_000, int(lines[-1]) + 1) if lines else ()
        check(tmp_path, "cac", *committed)
        safe += committed
        hits += bool(lines)
    assert hits > 5
    with Archive(tmp_path) as archive:
        archive.finish(archive.begin("cac", T0), Outcome.OK)
        assert [run.outcome for run in archive.runs("cac")] == [None] * 15 + [Outcome.OK]
        check_files(tmp_path)
        kept = {kept.url: kept for kept in archive.pages("cac")}
        assert [kept.get(page(number).url) for number in safe] == [page(number) for number in safe]
        (tmp_path / "cac" / "ledger.sqlite").unlink()
        (report,) = repair(tmp_path)
        assert (report.versions, report.damages) == (len(kept), ())


def test_processes_crawl_different_sources_at_once_and_lose_no_row(tmp_path: Path) -> None:
    names = ["cac", "miit", "most"]
    processes = [child("crawl", tmp_path, name, 0, 300) for name in names]
    with Archive(tmp_path) as archive:
        while any(process.poll() is None for process in processes):
            assert all(
                len(list(archive.visits(run))) <= 300 for name in archive.sources() for run in archive.runs(name)
            )
            time.sleep(0.02)
        assert [process.returncode for process in processes] == [0, 0, 0]
        for name, process in zip(names, processes, strict=True):
            assert said(process)[0] == "begun"
            assert archive.runs(name)[0].counts == {Finding.NEW: 300}
            check(tmp_path, name, *range(300))
    check_files(tmp_path)


def test_a_second_process_on_a_source_is_refused_until_the_first_is_dead(tmp_path: Path) -> None:
    process = child("crawl", tmp_path, "cac", 0, 100_000)
    assert line(process) == "begun"
    with Archive(tmp_path) as archive:
        with pytest.raises(ArchiveBusy, match="cac"):
            archive.begin("cac", T0)
        process.kill()
        said(process)
        archive.finish(archive.begin("cac", T0), Outcome.OK)


def test_a_file_that_may_not_grow_is_a_full_disk_and_loses_nothing_older(tmp_path: Path) -> None:
    process = child("fill-file", tmp_path)
    assert (said(process), process.returncode) == (["kept"], 0)


@pytest.mark.parametrize("what", ["pages", "failures"])
def test_a_full_disk_loses_nothing_older(tmp_path: Path, what: str) -> None:
    script = 'mount -t tmpfs -o size=3m tmpfs "$0" || exit 77; exec "$@"'
    # A namespace of its own needs no rights on most systems, and its mounts end with it.
    before = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, str(tmp_path))
    if shutil.which("unshare") is None or subprocess.run([*before, "true"], capture_output=True).returncode:
        pytest.skip("this system lets nobody mount a small disk")
    process = child("fill-disk", tmp_path, what, before=before)
    assert (said(process), process.returncode) == (["kept"], 0)


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Archive(tmp_path) as archive:
        run = archive.begin("cac", T0)
        archive.put(run, page(1))
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard[1]))
        try:
            with pytest.raises(ArchiveFull, match=r"cac: the disk is full.*make room"):
                archive.put(run, replace(page(2), body=random.Random(2).randbytes(100_000)))  # noqa: S311 - no secret
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, hard)


if __name__ == "__main__":
    modes: dict[str, Callable[..., None]] = {"crawl": crawl, "fill-disk": fill_disk, "fill-file": fill_file}
    modes[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
