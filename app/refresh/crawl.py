"""The crawler in a process of its own, and how each source ended.

A process of its own because its reactor can run once only, and because what a crawl does to memory ends with it. What
is told of sources is read from the archive, not from what the process printed, so that it is right after a kill too.
"""

import ctypes
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from data.archive import Archive
from data.model import Finding, Outcome, Run

PROGRAM = (sys.executable, "-m", "crawler", "crawl")
NOT_CRAWLED = re.compile(r"\[\d+/\d+\] (\S+): not crawled: (.+), \d+ pages, \d+ s")
GOOD = {Outcome.OK, Outcome.UNCHANGED}
STOP_SECONDS = 60
REFUSED_SECONDS = 10
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class SourceResult:
    """How the crawl of one source ended. outcome: `None` if it did not. fell: it worked once and does not now."""

    source: str
    outcome: Outcome | None
    pages: int
    new: int
    changed: int
    gone: int
    failed: int
    fell: bool
    cause: str | None

    @property
    def good(self) -> bool:
        """Whether the site was read as it should be."""
        return self.outcome in GOOD


@dataclass(frozen=True, slots=True)
class Crawl:
    """How the crawler ended. code: its exit code. refused: cause by source that the archive did not take."""

    code: int
    refused: dict[str, str]
    error: str | None = None


def crawl(sources: Sequence[str], root: Path, say: Callable[[str], None]) -> Crawl:
    """Crawl all sources or those named, and return when it is over; stopping this process stops the crawl first.

    Sources that the archive refused are tried a second time: the crawler of a refresh that was killed may have still
    been closing them.
    """
    first = _crawl(sources, root, say)
    if not first.refused:
        return first
    time.sleep(REFUSED_SECONDS)
    again = _crawl(sorted(first.refused), root, say)
    return Crawl(max(first.code if first.code > 1 else 0, again.code), again.refused, first.error or again.error)


def _crawl(sources: Sequence[str], root: Path, say: Callable[[str], None]) -> Crawl:
    refused: dict[str, str] = {}
    errors: list[str] = []
    command = [*PROGRAM, *sources]
    # In its own session: Ctrl-C reaches it through us, so that it closes its runs before we end.
    with subprocess.Popen(
        command,
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,
    ) as process:
        try:
            for line in process.stdout or ():
                say(line.rstrip())
                errors += [line.strip()] if line.startswith("error: ") else []
                if found := NOT_CRAWLED.match(line):
                    refused[found[1]] = found[2]
        except BaseException:
            process.send_signal(signal.SIGTERM)
            process.wait(STOP_SECONDS)
            raise
    return Crawl(process.returncode, refused, "; ".join(errors) or None)


def _end_with_parent() -> None:
    """Ask the kernel to stop the crawler in good order when this process is killed: nobody else could."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def results(archive: Archive, since: datetime, refused: dict[str, str]) -> list[SourceResult]:
    """Return how each source that was crawled since ended, those that need a person first."""
    found = [_result(archive, runs[-1]) for source in archive.sources() if (runs := _since(archive, source, since))]
    known = {one.source for one in found}
    found += [
        SourceResult(source, None, 0, 0, 0, 0, 0, fell=archive.last_good(source) is not None, cause=cause)
        for source, cause in refused.items()
        if source not in known
    ]
    return sorted(found, key=lambda one: (one.good, not one.fell, one.source))


def _since(archive: Archive, source: str, since: datetime) -> list[Run]:
    return [run for run in archive.runs(source) if run.started >= since and run.outcome is not Outcome.IMPORTED]


def _result(archive: Archive, run: Run) -> SourceResult:
    counts = run.counts
    worked = any(one.outcome in GOOD for one in archive.runs(run.source))
    cause = run.evidence.get("first_fault") or run.evidence.get("causes")
    there = (Finding.NEW, Finding.CHANGED, Finding.SAME, Finding.UNCHANGED)
    return SourceResult(
        source=run.source,
        outcome=run.outcome,
        pages=sum(counts.get(finding, 0) for finding in there),
        new=counts.get(Finding.NEW, 0),
        changed=counts.get(Finding.CHANGED, 0),
        gone=counts.get(Finding.GONE, 0),
        failed=counts.get(Finding.FAILED, 0),
        fell=worked and run.outcome not in GOOD,
        cause=str(cause) if cause else ("the crawl did not end" if run.outcome is None else None),
    )
