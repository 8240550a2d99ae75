"""Crawl sources side by side in one process, each into its own part of the archive, each to exactly one outcome."""

import asyncio
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner, Crawler

from crawler.addresses import PublicResolver
from crawler.challenges import Challenge, read_challenges
from crawler.checks import judge, used_to_work
from crawler.job import Job, done_lately, now
from crawler.settings import Settings, for_scrapy
from crawler.spiders.source import SourceSpider
from data import journal
from data.archive import Archive, ArchiveError
from data.model import Document, Evidence, Finding, Outcome, Run, Source
from data.sources import by_host, host_of
from data.tables import Tables

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Report:
    """How the run of one source ended. fell: it used to work and does not now. error: the archive refused it."""

    source: str
    outcome: Outcome | None
    evidence: Evidence
    counts: Mapping[Finding, int]
    seconds: float
    fell: bool = False
    error: str | None = None

    @property
    def pages(self) -> int:
        """Pages that were there, whether new or not."""
        return sum(
            self.counts.get(found, 0) for found in (Finding.NEW, Finding.CHANGED, Finding.SAME, Finding.UNCHANGED)
        )


def cited_pages(documents: Mapping[str, Document], sources: Mapping[str, Source]) -> dict[str, tuple[str, ...]]:
    """Return for each source the addresses on its hosts at which the catalog's documents stand."""
    owners = by_host(sources.values())
    found: dict[str, list[str]] = {name: [] for name in sources}
    for document in documents.values():
        for url in (document.url, *document.evidence):
            owner = owners.get(host_of(url) or "") if url else None
            if owner is not None and url is not None:
                found[owner.id].append(url)
    return {name: tuple(dict.fromkeys(urls)) for name, urls in found.items()}


async def crawl(sources: Sequence[Source], tables: Tables, settings: Settings, say: Say) -> list[Report]:
    """Crawl `sources`, a few side by side, and return how each ended, in the order given."""
    cited = cited_pages(tables.documents, tables.sources)
    challenges = read_challenges(settings.tables)
    places = asyncio.Semaphore(settings.at_once)
    finished = 0

    async def one(source: Source) -> Report:
        nonlocal finished
        try:
            async with places:
                report = await _crawl_one(source, cited[source.id], tables, settings, challenges)
        except asyncio.CancelledError:
            report = Report(source.id, None, {}, {}, 0, error="stopped before it began")
        finished += 1
        outcome = report.outcome or f"not crawled: {report.error}"
        told = {"source": source.id, "outcome": report.outcome, "pages": report.pages, "seconds": round(report.seconds)}
        journal.event("crawl of a source ended", error=report.error, **told)
        say(f"[{finished}/{len(sources)}] {source.id}: {outcome}, {report.pages} pages, {report.seconds:.0f} s")
        return report

    tasks = [asyncio.ensure_future(one(source)) for source in sources]
    with _stopped_by_signals(tasks):
        return list(await asyncio.gather(*tasks))


async def fetch(url: str, source: Source, tables: Tables, settings: Settings) -> Report:
    """Fetch one address of `source`, with its attachments, and enter it as a run of its own."""
    lone = replace(settings, resume_hours=0)
    return await _crawl_one(source, (url,), tables, lone, read_challenges(settings.tables), known=False)


@contextmanager
def _stopped_by_signals(tasks: Sequence[asyncio.Future[Report]]) -> Iterator[None]:
    """End the tasks, not the process, on Ctrl-C and SIGTERM: each run is closed with what it has."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    for number in signals:
        loop.add_signal_handler(number, lambda: [task.cancel() for task in tasks])
    try:
        yield
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


async def _crawl_one(
    source: Source,
    cited: tuple[str, ...],
    tables: Tables,
    settings: Settings,
    challenges: tuple[Challenge, ...],
    *,
    known: bool = True,
) -> Report:
    began = monotonic()
    with Archive(settings.archive) as archive:
        try:
            job = _job(source, cited, tables, settings, challenges, archive)
        except ArchiveError as error:
            return Report(source.id, None, {}, {}, monotonic() - began, error=str(error))
        job.known_again = known
        last_good = next((run for run in reversed(job.earlier) if run.outcome in _GOOD), None)
        try:
            await _follow(job)
        except asyncio.CancelledError:
            job.tally.stopped = True
        return _end(job, last_good, monotonic() - began)


_GOOD = {Outcome.OK, Outcome.UNCHANGED}


def _job(
    source: Source,
    cited: tuple[str, ...],
    tables: Tables,
    settings: Settings,
    challenges: tuple[Challenge, ...],
    archive: Archive,
) -> Job:
    run = archive.begin(source.id, now())
    # Only now: beginning takes in what a killed run had written and not entered yet.
    earlier = tuple(known for known in archive.runs(source.id) if known.id != run.id)
    done = done_lately(archive, earlier, settings.resume_hours, run.started)
    return Job(source, settings, archive, run, cited, tables.watch_words, challenges, earlier, done)


async def _follow(job: Job) -> None:
    runner = AsyncCrawlerRunner(for_scrapy(job.settings, job.source))
    crawler = runner.create_crawler(SourceSpider)
    _guard_names(crawler)
    task = asyncio.ensure_future(runner.crawl(crawler, job=job))
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        # Stopped from outside: what is in flight is let go, what came is kept.
        job.tally.stopped = True
        await crawler.stop_async()
        await task
        raise


def _guard_names(crawler: Crawler) -> None:
    """Put the resolver in place: Scrapy itself does so only where it starts the reactor, and here it does not."""
    from twisted.internet import reactor as installed

    reactor: Any = installed
    PublicResolver.from_crawler(crawler, reactor).install_on_reactor()


def _end(job: Job, last_good: Run | None, seconds: float) -> Report:
    outcome, evidence = judge(job.source, job.tally, job.earlier, now().date())
    if not job.known_again and job.tally.answered:
        outcome = Outcome.IMPORTED
    fell = used_to_work(last_good, outcome)
    counts = dict(job.tally.findings)
    if job.error is not None:
        return Report(job.source.id, None, evidence, counts, seconds, fell=fell, error=str(job.error))
    try:
        job.archive.finish(job.run, outcome, evidence)
    except ArchiveError as error:
        return Report(job.source.id, None, evidence, counts, seconds, fell=fell, error=str(error))
    return Report(job.source.id, outcome, evidence, counts, seconds, fell=fell)
