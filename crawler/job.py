"""One run of one source: what it is to fetch, where it keeps it, what it has seen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from crawler.challenges import Challenge
from crawler.checks import Cause, Tally
from crawler.settings import Settings
from data.addresses import canonical
from data.archive import Archive, ArchiveError
from data.model import Finding, Outcome, Page, Run, Source


@dataclass(frozen=True, slots=True)
class Missed:
    """A request that brought no page. said: in words, for the ledger."""

    url: str
    at: datetime
    cause: Cause
    said: str
    status: int | None = None


@dataclass(slots=True)
class Job:
    """The run of a source. cited: addresses that the catalog names on its hosts.

    earlier: runs before this one, oldest first. done: addresses that a run which was stopped lately has fetched; they
    are not asked again. error: why the archive could take no more. known_again: ask every known page too.
    """

    source: Source
    settings: Settings
    archive: Archive
    run: Run
    cited: tuple[str, ...]
    watch_words: tuple[str, ...]
    challenges: tuple[Challenge, ...]
    earlier: tuple[Run, ...] = ()
    done: frozenset[str] = frozenset()
    tally: Tally = field(default_factory=Tally)
    error: ArchiveError | None = None
    known_again: bool = True

    @property
    def left_behind(self) -> bool:
        """Whether the last run was killed, stopped or met failures: then files beside known pages may be missing.

        A page that did not change is not sent again, so that only the copy that is held can tell of them.
        """
        last = _last_crawl(self.earlier)
        if last is None:
            return False
        return last.outcome is None or bool(last.evidence.get("stopped") or last.counts.get(Finding.FAILED))

    def first_pages(self) -> Iterator[str]:
        """Yield the addresses to ask besides the lists: what the catalog cites, then every page known, each once."""
        cited = dict.fromkeys(canonical(url) for url in self.cited)
        yield from cited
        if not self.known_again:
            return
        for url in self.archive.urls(self.source.id):
            if url not in cited:
                yield url

    def enter(self, item: Page | Missed) -> None:
        """Put a page or a failure into the archive and count it. Raises `ArchiveError`."""
        if isinstance(item, Page):
            visit = self.archive.put(self.run, item)
        else:
            visit = self.archive.fail(self.run, item.url, item.at, f"{item.cause}: {item.said}", item.status)
            self.tally.causes[item.cause] += 1
        if visit.finding is Finding.FAILED and self.tally.first_fault is None:
            self.tally.first_fault = f"{visit.url}: {visit.cause or f'status {visit.status}'}"
        self.tally.findings[visit.finding] += 1
        # A link that leads to nothing is a failure of the list; a page that went is news.
        if visit.finding is Finding.GONE and not self.archive.versions(visit.url, self.source.id):
            self.tally.dead += 1


def done_lately(archive: Archive, runs: Sequence[Run], hours: int, now: datetime) -> frozenset[str]:
    """Return what the last of `runs` has fetched, if it was stopped in the last `hours`; empty if it ended.

    Pages that were brought by hand since then change nothing of that.
    """
    last = _last_crawl(runs)
    if last is None or now - last.started > timedelta(hours=hours):
        return frozenset()
    if last.outcome is not None and not last.evidence.get("stopped"):
        return frozenset()
    return frozenset(visit.url for visit in archive.visits(last) if visit.finding is not Finding.FAILED)


def _last_crawl(runs: Sequence[Run]) -> Run | None:
    return next((run for run in reversed(runs) if run.outcome is not Outcome.IMPORTED), None)


def now() -> datetime:
    """Return the time of an event, in UTC."""
    return datetime.now(UTC)
