"""The work of a refresh, step by step. Each step can be repeated: what is done already costs nothing and adds nothing.

A step that fails is entered with its cause and the rest goes on as far as it can: without Elasticsearch the changes
are found and kept, and the next refresh tells them.
"""

import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

from elasticsearch import Elasticsearch

from app.alerts.announce import Announcer, register
from app.alerts.delivery import deliver
from app.alerts.incidents import REFRESH, tell_operators
from app.alerts.outbox import Outbox
from app.alerts.subscriptions import read_subscriptions
from app.refresh.crawl import crawl, results
from app.refresh.ledger import Ledger
from app.refresh.lock import BusyError, locked
from app.refresh.report import Report, write
from app.refresh.settings import ROOT, Settings
from app.refresh.work import Say, Work
from data import journal
from data.archive import Archive, ArchiveError
from data.tables import load
from index.changes import State, changes
from index.changes.match import Matcher
from index.changes.pages import Observed, Owners, moves_of, observe, withdrawn
from index.changes.rows import load_changes
from index.changes.store import Store
from index.client import clear_errors, connect
from index.cluster import cluster
from index.corpus import Corpus, read_corpus
from index.coverage import keep_sources
from index.garbage import looked_for_rarely
from index.tokens import tokenizer
from index.update import update
from index.validity import today
from index.versions.loading import keep_versions

INCOMPLETE, FAILED = 1, 3
"""Exit codes: all steps were made, but a source that used to work does not, or a message waits; a step failed."""


def refresh(
    settings: Settings,
    *,
    sources: Sequence[str] = (),
    crawling: bool = True,
    say: Say = print,
    day: date | None = None,
    environment: Mapping[str, str] = os.environ,
) -> int:
    """Do all steps; returns 0, `INCOMPLETE` or `FAILED`.

    Raises `BusyError` if another refresh is under way, `TableError` and `StateError` where nothing can be done at all.
    """
    with locked(settings.folder / "refresh.lock"), looked_for_rarely(), ExitStack() as stack:
        tables = load(settings.tables)
        store = stack.enter_context(closing(Store(settings.state)))
        outbox = stack.enter_context(closing(Outbox(settings.state)))
        ledger = stack.enter_context(closing(Ledger(settings.state)))
        begun = ledger.begin(datetime.now(UTC))
        work = Work(settings, tables, store, outbox, ledger, begun, day or today(), say, environment)
        stack.enter_context(journal.run(begun.id))
        journal.event("refresh began", sources=list(sources), crawling=crawling, resumed=begun.crawled is not None)
        try:
            _all_steps(work, sources, crawling=crawling)
        except Exception as error:
            # Whatever it is, the operators hear of it; then it goes its way.
            journal.event("refresh broke off", error=f"{type(error).__name__}: {error}")
            _tell(work, [f"{type(error).__name__}: {error}"])
            raise
        return _end(work)


def _all_steps(work: Work, sources: Sequence[str], *, crawling: bool) -> None:
    with work.step("subscriptions"):
        work.subscriptions = read_subscriptions(work.settings.subscriptions, work.tables)
        register(work.store, work.outbox, work.subscriptions.subscriptions, refresh=work.refresh.id)
    _crawl(work, sources, crawling=crawling)
    corpus, observed = None, None
    with work.step("read"):
        # What the archive holds is noted before it is read: what comes in meanwhile is for the next refresh.
        with Archive(work.settings.archive) as archive:
            observed = observe(archive, work.store.seen(), work.store.gone(), first=work.store.day is None)
        corpus = read_corpus(
            work.tables,
            archive=work.settings.archive,
            cache=work.settings.read,
            say=work.say,
            scheduler=work.settings.scheduler,
        )
        work.documents = len(corpus.documents)
    if corpus is None or observed is None:
        for name in ("compare", "index", "alerts"):
            work.skip(name, "nothing could be read")
        return
    with work.step("compare"):
        found = compare(work.store, work.settings.archive, corpus, observed, work.day, work.refresh.id)
        work.say(f"changes: {found} new")
    _index(work, corpus)


def compare(store: Store, archive: Path, corpus: Corpus, observed: Observed, day: date, refresh: str) -> int:
    """Find what changed since the state that is kept, keep the new one; returns how many changes are new."""
    documents, digests = corpus.documents, corpus.digests
    before = store.before(documents, digests)
    with Archive(archive) as held:
        owners = Owners(documents, held)
        after = State(day, documents, moves_of(owners, observed.moves), withdrawn(owners, observed.gone))
    return store.commit(before, after, observed, changes(before, after, day), refresh, digests)


def _crawl(work: Work, sources: Sequence[str], *, crawling: bool) -> None:
    if not crawling:
        work.skip("crawl", "--no-crawl")
        return
    refused: dict[str, str] = {}
    if work.refresh.crawled is not None:
        work.skip("crawl", "done before this refresh was stopped")
    else:
        with work.step("crawl"):
            done = crawl(sources, ROOT, work.say)
            refused = done.refused
            if done.code not in {0, 1}:
                raise ArchiveError(done.error or f"the crawler ended with code {done.code}")
            work.ledger.crawled(work.refresh, datetime.now(UTC), done.code)
    with work.step("sources"), Archive(work.settings.archive) as archive:
        work.sources = results(archive, work.refresh.started, refused)
        for one in work.sources:
            journal.event("source crawled", error=None if one.good else one.cause or "", **asdict(one))


def _index(work: Work, corpus: Corpus) -> None:
    client: Elasticsearch | None = None
    with ExitStack() as stack:
        with work.step("index"):
            found = stack.enter_context(cluster(work.say))
            reached = stack.enter_context(closing(connect(found.writer)))
            with clear_errors(reached):
                built = update(reached, corpus, tokenizer(), say=work.say)
                sent = load_changes(reached, work.store, work.tables.regions)
                keep_sources(reached, work.tables, work.settings.archive, work.say)
                keep_versions(reached, corpus, work.settings.archive, work.settings.read, work.say)
            work.set_aside = [str(one) for one in built.rejected]
            done = "updated" if built.fresh else "unchanged"
            work.say(f"index: {done}, {built.documents} documents, {built.incentives} incentives, {sent} changes added")
            client = reached
        if client is None:
            work.skip("alerts", "the index is not up to date")
            return
        with work.step("alerts"):
            matcher = Matcher(client, work.tables, tokenizer())
            announcer = Announcer(work.store, work.outbox, matcher, work.tables, work.day, work.settings.app)
            made = announcer.announce(work.subscriptions.subscriptions, datetime.now(UTC))
            work.messages += [one.message.title for one in made if one.message]


def _tell(work: Work, errors: Sequence[str]) -> None:
    broken = {one.source: f"{one.outcome or '未结束'} {one.cause or ''}".strip() for one in work.sources if one.fell}
    broken |= {REFRESH: "；".join(errors)} if errors else {}
    well = [one.source for one in work.sources if one.good] + ([] if errors else [REFRESH])
    told = tell_operators(work.outbox, broken, well, datetime.now(UTC), work.subscriptions.operators)
    work.messages += [message.title for message in told]
    try:
        with locked(work.settings.folder / "delivery.lock"):
            work.delivered = deliver(work.outbox, work.environment)
    except BusyError:
        work.say("deliveries: another process is sending")


def _code(work: Work, *, complete: bool) -> int:
    if work.errors:
        return FAILED
    return 0 if complete else INCOMPLETE


def _end(work: Work) -> int:
    with work.step("operators"):
        _tell(work, work.errors)
    undelivered = tuple((one.title, one.recipient, one.error or "", one.tries) for one in work.outbox.waiting())
    code = _code(work, complete=not undelivered and not any(one.fell for one in work.sources))
    found = tuple(one.change for one in work.store.changes(refresh=work.refresh.id))
    report = Report(
        refresh=work.refresh.id,
        started=work.refresh.started,
        ended=datetime.now(UTC),
        day=work.day,
        code=code,
        steps=tuple(work.steps),
        sources=tuple(work.sources),
        documents=work.documents,
        changes=found,
        set_aside=tuple(work.set_aside),
        messages=tuple(work.messages),
        delivered=work.delivered.messages,
        undelivered=undelivered,
    )
    with work.step("report"):
        path = write(report, work.settings.reports, work.tables)
        work.say(f"report: {path}")
    code = FAILED if work.errors else code
    work.ledger.end(work.refresh, datetime.now(UTC), code)
    journal.event(
        "refresh ended",
        code=code,
        documents=work.documents,
        changes=len(found),
        messages=len(work.messages),
        delivered=work.delivered.messages,
        undelivered=len(undelivered),
    )
    work.say(f"refresh: {len(found)} changes, {len(work.messages)} messages, {len(undelivered)} not delivered")
    return code
