"""When a refresh is due, what is caught up, and the process that stays."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.refresh.ledger import Ledger, Refresh
from app.refresh.lock import BusyError, locked
from app.schedule import ScheduleError, is_due, read_schedule

ROOT = Path(__file__).parents[1]
WEEKLY = read_schedule("mon 06:00", "Asia/Shanghai")
DUE = datetime(2026, 11, 15, 22, tzinfo=UTC)
"""Monday 16 November 2026, 06:00 in Shanghai."""

HOUR = timedelta(hours=1)


def ended(started: datetime, code: int | None = 0) -> Refresh:
    return Refresh("r", started, ended=None if code is None else started + timedelta(minutes=5), code=code)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (DUE, DUE),
        (DUE - timedelta(seconds=1), DUE - timedelta(days=7)),
        (DUE + timedelta(days=6, hours=23), DUE),
        (DUE + timedelta(days=7), DUE + timedelta(days=7)),
    ],
)
def test_monday_at_six_in_shanghai(now: datetime, due: datetime) -> None:
    assert WEEKLY.last_due(now) == due


def test_every_day_and_summer_time() -> None:
    daily = read_schedule("Daily 02:30", "Europe/Berlin")
    before, after = datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 30, 12, tzinfo=UTC)
    assert daily.last_due(before) == datetime(2026, 3, 28, 1, 30, tzinfo=UTC)
    assert daily.last_due(after) == datetime(2026, 3, 30, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(("when", "zone"), [("monday 6", "UTC"), ("mon 24:00", "UTC"), ("mon 06:00", "Mars/Base")])
def test_a_schedule_that_cannot_be_read(when: str, zone: str) -> None:
    with pytest.raises(ScheduleError, match="write it like"):
        read_schedule(when, zone)


@pytest.mark.parametrize(
    ("refreshes", "tries", "after", "due"),
    [
        ([], [], 0 * HOUR, True),
        ([ended(DUE - 30 * 24 * HOUR)], [], 3 * HOUR, True),
        ([ended(DUE + HOUR)], [], 30 * HOUR, False),
        ([ended(DUE + HOUR, code=1)], [], 30 * HOUR, False),
        ([ended(DUE, code=3)], [DUE], HOUR / 2, False),
        ([ended(DUE, code=3)], [DUE], 2 * HOUR, True),
        ([ended(DUE, None)], [], 2 * HOUR, True),
        ([ended(DUE + n * HOUR, code=3) for n in range(3)], [], 20 * HOUR, False),
        ([], [DUE, DUE + HOUR, DUE + 2 * HOUR], 20 * HOUR, False),
        ([ended(DUE + HOUR)], [], 7 * 24 * HOUR, True),
    ],
    ids=[
        "first-of-all", "downtime-of-weeks", "done", "done-but-incomplete", "failed-just-now", "failed-an-hour-ago",
        "killed", "failed-three-times", "could-not-even-begin", "next-week",
    ],
)  # fmt: skip
def test_due(refreshes: list[Refresh], tries: list[datetime], after: timedelta, *, due: bool) -> None:
    assert is_due(WEEKLY, refreshes, tries, DUE + after) is due


def test_refresh_that_was_killed_is_taken_up_and_an_old_one_is_not(tmp_path: Path) -> None:
    with closing(Ledger(tmp_path / "state.sqlite")) as ledger:
        first = ledger.begin(DUE)
        ledger.crawled(first, DUE + HOUR, 1)
        again = ledger.begin(DUE + 2 * HOUR)
        assert (again.id, again.crawled, again.crawl_code) == (first.id, DUE + HOUR, 1)
        assert ledger.begin(DUE + 30 * HOUR).id != first.id
        ledger.end(ledger.begin(DUE + 31 * HOUR), DUE + 31 * HOUR, 0)
        last = ledger.last()
        assert last is not None
        assert (last.code, last.started) == (0, DUE + 30 * HOUR)


def test_lock_is_free_after_a_kill(tmp_path: Path) -> None:
    program = "import sys, time; from pathlib import Path; from app.refresh.lock import locked\n"
    program += "with locked(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)"
    path = tmp_path / "refresh.lock"
    with subprocess.Popen([sys.executable, "-c", program, str(path)], cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with (
            pytest.raises(BusyError, match=rf"refresh: under way already \(process {process.pid}, since 20"),
            locked(path),
        ):
            pass
        process.kill()
        process.wait()
    with locked(path):
        pass


def scheduler(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "app", "schedule", *arguments]


def environment(folder: Path) -> dict[str, str]:
    names = {
        "REFRESH_FOLDER": "state",
        "REFRESH_READ": "read",
        "REFRESH_REPORTS": "reports",
        "CRAWLER_ARCHIVE": "archive",
    }
    settings = {name: str(folder / value) for name, value in names.items()}
    # There are no tables, so that the refresh that is caught up ends before it asks anybody anything.
    return os.environ | settings | {"CRAWLER_TABLES": str(folder / "no-tables")}


def test_process_stays_catches_up_once_and_ends_on_a_signal(tmp_path: Path) -> None:
    settings = environment(tmp_path)
    assert subprocess.run(scheduler("--check"), cwd=ROOT, env=settings, check=False).returncode == 1
    with (
        (tmp_path / "out").open("w") as out,
        subprocess.Popen(scheduler(), cwd=ROOT, env=settings, stdout=out, stderr=out) as process,
    ):
        until = time.monotonic() + 60
        while "ended with code" not in (tmp_path / "out").read_text() and time.monotonic() < until:
            time.sleep(0.1)
        assert subprocess.run(scheduler("--check"), cwd=ROOT, env=settings, check=False).returncode == 0
        second = subprocess.run(scheduler(), cwd=ROOT, env=settings, capture_output=True, text=True, check=False)
        assert (second.returncode, "schedule: under way already" in second.stderr) == (1, True)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    said = (tmp_path / "out").read_text()
    assert said.startswith("schedule: mon 06:00 Asia/Shanghai, last due 20")
    assert said.endswith("stopped\n")
    assert said.count("schedule: refresh ended with code 1\n") == 1
    assert "Traceback" not in said


def test_wrong_time_is_said_in_a_line(tmp_path: Path) -> None:
    done = subprocess.run(
        scheduler("--at", "sometimes"),
        cwd=ROOT,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.startswith("error: REFRESH_AT or --at: 'sometimes'")) == (1, True)
    assert done.stderr.count("\n") == 1
