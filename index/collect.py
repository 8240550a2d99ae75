"""From the archive and the tables to all documents: every page that was fetched is read once and remembered.

A page is read again only if its bytes, those of its files, the tables or the code that reads changed, which the ledger
tells without touching the bytes. What must be read goes to processes of this machine or to a Dask cluster
(`index.executors`); what was read lies in `var/read`, and can be thrown away at any time.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from data.addresses import canonical
from data.archive import Archive
from data.model import Document
from data.newest import Newest
from data.tables import Tables
from index.articles import Pages, articles_of
from index.executors import Pool, here, pool
from index.read.document import is_markup
from index.read.identity import united
from index.read.task import close
from index.reading_run import Read, Run
from index.readings import Reading, Readings, mark_of
from index.rows import digest_of

REPORT_EVERY = 100
SEVERAL = 100
"""Pages for which processes are started; fewer are read here before those would have begun."""

Say = Callable[[str], None]


class Collector:
    """Reads the archive.

    cache: folder of what was read. say: told of progress on long work. scheduler: address of a Dask scheduler; `None`:
    processes of this machine. fresh: how many pages were read and not remembered.
    """

    def __init__(
        self, tables: Tables, archive: Archive, cache: Path, *, say: Say = print, scheduler: str | None = None
    ) -> None:
        self._tables, self._archive, self._cache, self._say = tables, archive, cache, say
        self._scheduler = scheduler
        self._digests: dict[str, tuple[Document, str]] = {}
        self.fresh = 0

    def documents(self) -> Mapping[str, Document]:
        """Return all documents by id: those of the catalog, with what their pages say, and those that were found.

        Raises `ArchiveError`, `SchedulerError`.
        """
        return united(self._tables.documents.values(), list(self.read()))

    def digests(self, documents: Mapping[str, Document]) -> dict[str, str]:
        """Return the digest of each of `documents`; one that is as it was read need not be worked out again."""
        return {name: self._digest(name, document) for name, document in documents.items()}

    def _digest(self, name: str, document: Document) -> str:
        read, digest = self._digests.get(name, (None, ""))
        return digest if read is document else digest_of(document)

    def read(self) -> Iterator[Document]:
        """Yield what each article says, source by source in the order of the archive."""
        with ExitStack() as stack:
            newest = stack.enter_context(self._archive.newest())
            readings = stack.enter_context(Readings(self._cache, self._say))
            readings.forget_former()
            states = [self._state(source, newest, readings) for source in newest.sources()]
            pools = _Pools(stack, self._scheduler, sum(len(state.stale) for state in states))
            loader = _Loader(readings)
            meanwhile = loader.load_ahead(states)
            for state in states:
                if state.stale:
                    run = Run(pools.get(), newest, self._tables, self._say, meanwhile)
                    self._bring_up(state, run, readings)
            pools.end()
            for state in states:
                for one in _in_order(state.articles, state.known):
                    kept = loader.document(state.source, one.url)
                    if kept:
                        self._digests[kept[0].id] = kept
                    yield kept[0] if kept else self._again(one, Run(pools.get(), newest, self._tables, self._say))

    def _state(self, source: str, newest: Newest, readings: Readings) -> "_State":
        known, articles = readings.of(source), articles_of(newest.of(source))
        stale = [one for one in articles if not self._holds(known.get(one.url), one, newest)]
        return _State(source, articles, stale, known)

    def _bring_up(self, state: "_State", run: Run, readings: Readings) -> None:
        """Read what must be read of a source: first its pages, then the files that none of them links to."""
        files: list[Pages] = []

        def pages() -> Iterator[Pages]:
            for one in state.stale:
                if is_markup(run.newest.page(one.first).body, None):
                    yield one
                else:
                    files.append(one)

        for number, read in enumerate(run.read(pages()), 1):
            self._keep(read, state, readings, markup=True)
            if number % REPORT_EVERY == 0:
                self._say(f"{state.source}: {number} pages read")
        tied = _tied(state.known)
        for read in run.read(one for one in files if one.url not in tied):
            self._keep(read, state, readings, markup=False)

    def _keep(self, read: Read, state: "_State", readings: Readings, *, markup: bool) -> None:
        self.fresh += 1
        url = read.pages.url
        if not read.whole and readings.document(state.source, url):
            return  # what was read of it before is nearer the truth than nothing
        held = {address: one.digest if one else None for address, one in read.files.items()}
        # What failed is remembered for this time only: no page has an empty mark.
        mark = mark_of(read.pages.digests, self._tables) if read.whole else ""
        state.known[url] = Reading(mark, markup, held)
        readings.keep(state.source, url, state.known[url], read.document)

    def _again(self, pages: Pages, run: Run) -> Document:
        """Read what should have been remembered, and was lost on the disk meanwhile."""
        self.fresh += 1
        (read,) = run.read([pages])
        return read.document

    def _holds(self, reading: Reading | None, pages: Pages, newest: Newest) -> bool:
        """Tell whether nothing changed of all that a page was read from."""
        if reading is None or reading.mark != mark_of(pages.digests, self._tables):
            return False
        found = ((newest.find(canonical(url), pages.first.source), digest) for url, digest in reading.files.items())
        return all((held.digest if held else None) == digest for held, digest in found)


@dataclass(frozen=True, slots=True)
class _State:
    """A source: all its articles, those that must be read, and from what each was read, which grows as they are."""

    source: str
    articles: Sequence[Pages]
    stale: Sequence[Pages]
    known: dict[str, Reading]


class _Loader:
    """Loads what was read before: some ahead of time, the rest when it is asked for."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings
        self._loaded: dict[tuple[str, str], tuple[Document, str] | None] = {}

    def load_ahead(self, states: Iterable[_State]) -> Iterator[None]:
        """Load what does not change, a document with each step: there is time for it while processes read."""
        for state in states:
            changed = {one.url for one in state.stale}
            for one in _in_order(state.articles, state.known):
                if one.url not in changed:
                    self._loaded[state.source, one.url] = self._readings.document(state.source, one.url)
                    yield

    def document(self, source: str, url: str) -> tuple[Document, str] | None:
        """Return a document and its digest, `None` if it was lost on the disk. It is given once."""
        return self._loaded.pop((source, url), None) or self._readings.document(source, url)


class _Pools:
    """The pool of one collection, started when it is first needed and closed with `stack` or before.

    number: of pages that are to be read; for `SEVERAL` processes are started, or a cluster does it.
    """

    def __init__(self, stack: ExitStack, scheduler: str | None, number: int) -> None:
        self._stack, self._scheduler = stack.enter_context(ExitStack()), scheduler
        self._many = scheduler is not None or number >= SEVERAL
        self._pool: Pool | None = None

    def get(self) -> Pool:
        """Return where pages are to be read."""
        if self._pool is None:
            self._pool = self._stack.enter_context(pool(self._scheduler) if self._many else here(close))
        return self._pool

    def end(self) -> None:
        """Close the pool; the next task starts one again."""
        self._stack.close()
        self._pool = None


def _in_order(articles: Iterable[Pages], known: Mapping[str, Reading]) -> Iterator[Pages]:
    """Yield what was read: pages first, then files that are documents of their own."""
    tied, files = _tied(known), []
    for one in articles:
        reading = known.get(one.url)
        if reading is not None and reading.markup:
            yield one
        elif reading is not None and one.url not in tied:
            files.append(one)
    yield from files


def _tied(known: Mapping[str, Reading]) -> set[str]:
    """Return the addresses of the files that belong to a page."""
    return {canonical(url) for reading in known.values() if reading.markup for url in reading.files}
