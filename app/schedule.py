"""`python -m app schedule`: a refresh every week, by default on Monday at 06:00 in China.

A loop of our own, because it needs to know one thing only: whether a refresh was made since the last time that one was
due. That is read from the state file, so that after downtime one refresh is caught up (not one for each week), and a
refresh made by hand counts. Each refresh runs in a process of its own. Between them, deliveries that failed are tried
again.
"""

import argparse
import re
import signal
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from os import environ
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.alerts.delivery import deliver
from app.alerts.outbox import Outbox
from app.refresh.ledger import Ledger, Refresh
from app.refresh.lock import BusyError, locked
from app.refresh.settings import ROOT, Settings, from_environment
from app.refresh.steps import INCOMPLETE
from data import journal

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WHEN = re.compile(r"(mon|tue|wed|thu|fri|sat|sun|daily) ([01]\d|2[0-3]):([0-5]\d)")
DEFAULT, ZONE = "mon 06:00", "Asia/Shanghai"
TICK_SECONDS = 60
"""The clock is looked at once a minute, so that a change of it, or a machine that slept, costs a minute at most."""

TRIES = 3
RETRY = timedelta(hours=1)
COMMAND = (sys.executable, "-m", "app", "refresh")


class ScheduleError(ValueError):
    """The schedule cannot be read; the text says how to write it."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a refresh is due. weekday: 0 is Monday, `None` every day."""

    weekday: int | None
    hour: int
    minute: int
    zone: ZoneInfo

    def last_due(self, now: datetime) -> datetime:
        """Return the newest time until `now` at which a refresh was due, in UTC."""
        local = now.astimezone(self.zone)
        for back in range(9):
            day = local.date() - timedelta(days=back)
            due = datetime(day.year, day.month, day.day, self.hour, self.minute, tzinfo=self.zone)
            if (self.weekday is None or day.weekday() == self.weekday) and due <= now:
                return due.astimezone(UTC)
        raise AssertionError("a week has every weekday")


def read_schedule(when: str, zone: str) -> Schedule:
    """Read `mon 06:00` or `daily 06:00` and the name of a time zone. Raises `ScheduleError`."""
    found = WHEN.fullmatch(when.strip().lower())
    if found is None:
        raise ScheduleError(f"REFRESH_AT or --at: {when!r} cannot be read; write it like 'mon 06:00' or 'daily 06:00'")
    try:
        known = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise ScheduleError(f"REFRESH_ZONE or --zone: {zone!r} is no time zone; write it like {ZONE}") from None
    weekday = None if found[1] == "daily" else DAYS.index(found[1])
    return Schedule(weekday, int(found[2]), int(found[3]), known)


def is_due(schedule: Schedule, refreshes: list[Refresh], tries: list[datetime], now: datetime) -> bool:
    """Tell whether a refresh is to be started.

    It is while none that was begun since the last due time came to its end without a failed step, but after `TRIES` not
    again before the next due time, and not within an hour of the last try. tries: when this process started one.
    """
    due = schedule.last_due(now)
    since = [one for one in refreshes if one.started >= due]
    if any(one.code in {0, INCOMPLETE} for one in since):
        return False
    taken = [moment for moment in tries if moment >= due]
    ended = [one.ended for one in since if one.ended]
    if len(taken) >= TRIES or len(ended) >= TRIES:
        return False
    return all(now - moment >= RETRY for moment in (*taken, *ended))


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser of `python -m app`."""
    command = commands.add_parser("schedule", help="stay and make a refresh each week")
    command.add_argument("--at", default=environ.get("REFRESH_AT") or DEFAULT, help="'mon 06:00' or 'daily 06:00'")
    command.add_argument("--zone", default=environ.get("REFRESH_ZONE") or ZONE)
    command.add_argument("--check", action="store_true", help="exit 0 if a scheduler is alive here: a health check")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Stay until a signal comes, or check that another process does."""
    settings, schedule = from_environment(), read_schedule(options.at, options.zone)
    alive = settings.folder / "schedule.alive"
    if options.check:
        return int(not _is_alive(alive))
    with locked(settings.folder / "schedule.lock"):
        journal.event("schedule began", at_time=options.at, zone=options.zone)
        _say(
            f"schedule: {options.at} {options.zone}, last due {schedule.last_due(datetime.now(UTC)):%Y-%m-%d %H:%M} UTC"
        )
        _loop(settings, schedule, alive)
    return 0


def _loop(settings: Settings, schedule: Schedule, alive: Path) -> None:
    tries: list[datetime] = []
    while True:
        alive.touch()
        now = datetime.now(UTC)
        with closing(Ledger(settings.state)) as ledger:
            refreshes = ledger.all()
        if is_due(schedule, refreshes, tries, now):
            tries = [*tries[-TRIES:], now]
            code = _refresh(alive)
            journal.event("scheduled refresh ended", code=code, tries=len(tries))
            _say(f"schedule: refresh ended with code {code}")
        _deliver(settings)
        time.sleep(TICK_SECONDS)


def _refresh(alive: Path) -> int:
    """Run a refresh in a process of its own; it is stopped when we are."""
    with subprocess.Popen(COMMAND, cwd=ROOT, start_new_session=True) as process:
        try:
            while True:
                try:
                    return process.wait(TICK_SECONDS)
                except subprocess.TimeoutExpired:
                    alive.touch()
        except BaseException:
            process.send_signal(signal.SIGTERM)
            process.wait()
            raise


def _deliver(settings: Settings) -> None:
    try:
        with locked(settings.folder / "delivery.lock"), closing(Outbox(settings.state)) as outbox:
            done = deliver(outbox)
    except BusyError:
        return
    for title, recipient, error in done.failed:
        _say(f"not delivered: {title} -> {recipient}: {error}")


def _is_alive(alive: Path) -> bool:
    return alive.exists() and time.time() - alive.stat().st_mtime < 3 * TICK_SECONDS


def _say(line: str) -> None:
    print(line, flush=True)
