"""The weekly routine: how the last refresh ended, whether a scheduler lives, which messages wait."""

import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

from app.alerts.outbox import Outbox
from app.doctor.finding import Finding, doubt, fault, good, some
from app.refresh.ledger import Ledger, Refresh
from app.refresh.settings import Settings
from index.changes.store import StateError

LATE = timedelta(days=8)
ALIVE_SECONDS = 300
AGAIN = "see the newest report in {reports}, then run `python -m app refresh`"


def routine(settings: Settings, now: datetime | None = None) -> Iterator[Finding]:
    """Look at the state file; nothing is made where there is none."""
    if not settings.state.exists():
        yield doubt("refresh", "none was made yet", "run `make refresh`, or `python -m app schedule` for one a week")
        return
    try:
        with closing(Ledger(settings.state)) as ledger, closing(Outbox(settings.state)) as outbox:
            last, waiting = ledger.last(), outbox.waiting()
    except StateError as error:
        yield fault(
            "state", str(error), f"move {settings.state} away: the next refresh begins a new one, and tells nothing old"
        )
        return
    if last is not None:
        yield _refresh(last, now or datetime.now(UTC), AGAIN.format(reports=settings.reports))
    yield _scheduler(settings)
    if waiting:
        titles = [f"{entry.title} -> {entry.recipient}" for entry in waiting]
        yield doubt("messages", f"{len(titles)} wait: {some(titles, 3)}", "run `python -m app alerts`, which says why")


def _refresh(last: Refresh, now: datetime, again: str) -> Finding:
    when = f"{last.started:%Y-%m-%d %H:%M} UTC"
    if last.ended is None:
        return doubt("refresh", f"the one of {when} has not ended", "it is under way, or the next one takes it up")
    if last.code not in {0, 1}:
        return fault("refresh", f"the one of {when} failed with code {last.code}", again)
    if last.code == 1:
        return doubt("refresh", f"the one of {when} was not complete", again)
    if now - last.started > LATE:
        return doubt(
            "refresh", f"the last one was on {when}", "is `python -m app schedule`, cron or the timer running?"
        )
    return good("refresh", f"well on {when}")


def _scheduler(settings: Settings) -> Finding:
    alive = settings.folder / "schedule.alive"
    if alive.exists() and time.time() - alive.stat().st_mtime < ALIVE_SECONDS:
        return good("schedule", "alive")
    return doubt("schedule", "no scheduler lives here", "no fault if cron or a timer makes the refreshes")
