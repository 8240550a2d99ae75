"""How a run of a source ended: exactly one outcome, with the evidence it rests on. Never silently empty.

`judge` is a pure function of what the run saw, what the source's table expects and what its good runs brought. A share
of failed pages up to `TOLERATED` is the web's daily weather and stands in the evidence; anything a list lost is not.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from statistics import median

from data.model import Evidence, Finding, Need, Outcome, Run, Source

TOLERATED = 0.1
"""Share of pages that may fail in a run that is still good."""

SHRUNK_TO = 0.5
"""A list that yields less than this share of what good runs yielded has lost rows."""

SILENT_INTERVALS = 4
"""A source is stale after so many of its usual intervals without a new entry, and not before `SILENT_DAYS`."""

SILENT_DAYS = 30
GOOD_RUNS = 5
"""Good runs that are looked back at."""


class Cause(StrEnum):
    """Why a request brought no page."""

    BLOCKED = "blocked"
    ROBOTS = "robots"
    DNS = "dns"
    TLS = "tls"
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    STATUS = "status"
    TOO_LARGE = "too_large"
    FENCED = "fenced"
    BROKEN = "broken"


@dataclass(slots=True)
class ListSeen:
    """One list of a source in one run. entries: different rows. fault: layout fault or why a page of it failed.

    missing: rows that the server stated and did not list. cut: the walk ended at the limit of pages.
    """

    url: str
    pages: int = 0
    entries: int = 0
    missing: int = 0
    cut: bool = False
    layout: str | None = None
    cause: Cause | None = None
    fault: str | None = None


@dataclass(slots=True)
class Tally:
    """What one run saw. newest: date of the newest entry on the lists. stopped: it was ended before its end.

    asked: pages. dead: those that a list or the catalog names and that never were there. faults: of our own code.
    """

    lists: list[ListSeen] = field(default_factory=list)
    findings: Counter[Finding] = field(default_factory=Counter)
    causes: Counter[Cause] = field(default_factory=Counter)
    asked: int = 0
    dead: int = 0
    faults: int = 0
    newest: date | None = None
    first_fault: str | None = None
    stopped: bool = False

    @property
    def answered(self) -> int:
        """Pages that the site showed, or said are gone."""
        return sum(number for finding, number in self.findings.items() if finding is not Finding.FAILED)

    @property
    def entries(self) -> int:
        """Rows on all lists."""
        return sum(seen.entries for seen in self.lists)


def judge(source: Source, tally: Tally, runs: Sequence[Run], today: date) -> tuple[Outcome, Evidence]:
    """Return the outcome of a run and its evidence. runs: earlier ones of the source, oldest first."""
    return _outcome(source, tally, runs, today), _evidence(source, tally)


def _outcome(source: Source, tally: Tally, runs: Sequence[Run], today: date) -> Outcome:
    if source.needs is Need.BROWSER:
        return Outcome.NEEDS_BROWSER
    lists_read = sum(seen.pages > 0 for seen in tally.lists)
    if not tally.answered and not lists_read:
        return _nothing(tally)
    if tally.lists and (lost := _lists(source, tally, runs, lists_read)):
        return lost
    if tally.stopped or tally.faults or _failed(tally) > TOLERATED * max(1, tally.asked):
        return Outcome.PARTIAL
    if is_silent(source, tally.newest, today):
        return Outcome.STALE
    moved = tally.findings[Finding.NEW] + tally.findings[Finding.CHANGED]
    return Outcome.OK if moved else Outcome.UNCHANGED


def _nothing(tally: Tally) -> Outcome:
    """Return why nothing at all came: what most requests met."""
    if any(seen.layout for seen in tally.lists):
        return Outcome.LAYOUT_CHANGED
    causes = [cause for cause, _ in tally.causes.most_common()]
    if not causes:
        return Outcome.PARTIAL if tally.stopped or tally.faults else Outcome.EMPTY
    walls = {Cause.BLOCKED: Outcome.BLOCKED, Cause.ROBOTS: Outcome.ROBOTS}
    return walls.get(causes[0], Outcome.UNREACHABLE)


def _lists(source: Source, tally: Tally, runs: Sequence[Run], lists_read: int) -> Outcome | None:
    """Return what is wrong with the lists, `None` if nothing is."""
    if not lists_read:
        causes = Counter(seen.cause for seen in tally.lists if seen.cause)
        common = causes.most_common(1)[0][0] if causes else None
        if any(seen.layout for seen in tally.lists):
            return Outcome.LAYOUT_CHANGED
        return {Cause.BLOCKED: Outcome.BLOCKED, Cause.ROBOTS: Outcome.ROBOTS}.get(
            common or Cause.BROKEN, Outcome.PARTIAL
        )
    if not tally.entries:
        return Outcome.LAYOUT_CHANGED if any(seen.layout for seen in tally.lists) else Outcome.EMPTY
    if any(seen.layout or seen.cause for seen in tally.lists) or tally.entries < least(source, runs):
        return Outcome.PARTIAL
    return None


def least(source: Source, runs: Sequence[Run]) -> float:
    """Return the number of rows under which a run has lost some: the table's, or half of what good runs yielded."""
    good = [run for run in runs if run.outcome in {Outcome.OK, Outcome.UNCHANGED}][-GOOD_RUNS:]
    entries = [found for run in good if isinstance(found := run.evidence.get("entries"), int)]
    return max(source.expected or 0, SHRUNK_TO * median(entries) if entries else 0)


def is_silent(source: Source, newest: date | None, today: date) -> bool:
    """Tell whether the newest entry is older than the source's habits allow."""
    if source.interval_days is None or newest is None:
        return False
    return today - newest > max(timedelta(days=SILENT_DAYS), SILENT_INTERVALS * timedelta(days=source.interval_days))


def _failed(tally: Tally) -> int:
    """Return the number of requests that brought no page, and of those that were lost without a word."""
    return tally.findings[Finding.FAILED] + max(0, tally.asked - tally.findings.total()) + tally.dead


def _evidence(source: Source, tally: Tally) -> Evidence:
    faulty = [seen for seen in tally.lists if seen.layout or seen.cause]
    known: dict[str, str | int | None] = {
        "asked": tally.asked,
        "failed": _failed(tally),
        "dead": tally.dead or None,
        "faults": tally.faults or None,
        **{str(finding): number for finding, number in sorted(tally.findings.items()) if finding is not Finding.FAILED},
        "lists": len(tally.lists),
        "lists_failed": len(faulty),
        "list_pages": sum(seen.pages for seen in tally.lists),
        "entries": tally.entries,
        "missing": sum(seen.missing for seen in tally.lists),
        "lists_cut": sum(seen.cut for seen in tally.lists),
        "expected": source.expected,
        "newest": tally.newest.isoformat() if tally.newest else None,
        "causes": ", ".join(f"{cause} {number}" for cause, number in tally.causes.most_common()),
        "first_fault": next((f"{seen.url}: {seen.layout or seen.fault}" for seen in faulty), tally.first_fault),
        "stopped": "yes" if tally.stopped else None,
        "tls_relaxed": ", ".join(flag for flag in ("legacy_renegotiation", "weak_ciphers") if getattr(source, flag)),
    }
    return {name: value for name, value in known.items() if value not in {None, ""}}


def used_to_work(last_good: Run | None, outcome: Outcome) -> bool:
    """Tell whether a source that worked once does not work now: what makes a crawl end with an error."""
    good: Mapping[Outcome, bool] = {Outcome.OK: True, Outcome.UNCHANGED: True, Outcome.IMPORTED: True}
    return last_good is not None and outcome not in good
