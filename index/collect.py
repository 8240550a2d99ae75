"""From the archive and the tables to all documents: every page that was fetched is read once and remembered.

A page is read again only if its bytes, those of its files, the tables or the code that reads changed, which the ledger
tells without touching the bytes. What must be read goes to processes of this machine or to a Dask cluster
(`index.executors`); what was read lies in `var/read`, and can be thrown away at any time.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from hashlib import sha256
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
from index.read.task import close, code_digest
from index.reading_run import Run
from index.readings import Reading, Readings

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
        self.fresh = 0

    def documents(self) -> Mapping[str, Document]:
        """Return all documents by id: those of the catalog, with what their pages say, and those that were found.

        Raises `ArchiveError`, `SchedulerError`.
        """
        return united(self._tables.documents.values(), list(self.read()))

    def read(self) -> Iterator[Document]:
        """Yield what each article says, source by source in the order of the archive, one in memory at a time."""
        with ExitStack() as stack:
            newest = stack.enter_context(self._archive.newest())
            readings = stack.enter_context(Readings(self._cache, self._say))
            pools = _Pools(stack, self._scheduler)
            for source in newest.sources():
                self._bring_up(source, newest, readings, pools)
            pools.end()
            for source in newest.sources():
                for one in _in_order(articles_of(newest.of(source)), readings.of(source)):
                    kept = readings.document(source, one.url)
                    yield kept or self._again(one, Run(pools.of(1), newest, self._tables, self._say))

    def _bring_up(self, source: str, newest: Newest, readings: Readings, pools: "_Pools") -> None:
        """Read what must be read of a source: first its pages, then the files that none of them links to."""
        known = readings.of(source)
        stale = [one for one in articles_of(newest.of(source)) if not self._holds(known.get(one.url), one, newest)]
        if not stale:
            return
        run = Run(pools.of(len(stale)), newest, self._tables, self._say)
        files: list[Pages] = []

        def pages() -> Iterator[Pages]:
            for one in stale:
                if is_markup(newest.page(one.first).body, None):
                    yield one
                else:
                    files.append(one)

        self._keep(run, pages(), readings, markup=True)
        tied = _tied(readings.of(source))
        self._keep(run, (one for one in files if one.url not in tied), readings, markup=False)

    def _keep(self, run: Run, articles: Iterable[Pages], readings: Readings, *, markup: bool) -> None:
        for number, read in enumerate(run.read(articles), 1):
            self.fresh += 1
            if not read.whole and readings.document(read.pages.first.source, read.pages.url):
                continue  # what was read of it before is nearer the truth than nothing
            held = {url: one.digest if one else None for url, one in read.files.items()}
            # What failed is remembered for this time only: no page has an empty mark.
            mark = self._mark(read.pages) if read.whole else ""
            readings.keep(read.pages.first.source, read.pages.url, Reading(mark, markup, held), read.document)
            if number % REPORT_EVERY == 0:
                self._say(f"{read.pages.first.source}: {number} pages read")

    def _again(self, pages: Pages, run: Run) -> Document:
        """Read what should have been remembered, and was lost on the disk meanwhile."""
        self.fresh += 1
        (read,) = run.read([pages])
        return read.document

    def _holds(self, reading: Reading | None, pages: Pages, newest: Newest) -> bool:
        """Tell whether nothing changed of all that a page was read from."""
        if reading is None or reading.mark != self._mark(pages):
            return False
        found = ((newest.find(canonical(url), pages.first.source), digest) for url, digest in reading.files.items())
        return all((held.digest if held else None) == digest for held, digest in found)

    def _mark(self, pages: Pages) -> str:
        return sha256("\n".join([*pages.digests, self._tables.digest, code_digest()]).encode()).hexdigest()


class _Pools:
    """The pools of one collection, each started when it is first needed and closed with `stack` or before."""

    def __init__(self, stack: ExitStack, scheduler: str | None) -> None:
        self._stack, self._scheduler = stack.enter_context(ExitStack()), scheduler
        self._many: Pool | None = None
        self._few: Pool | None = None
        self._asked = 0

    def of(self, number: int) -> Pool:
        """Return where `number` further pages are to be read: here, until there are `SEVERAL` of all sources."""
        self._asked += number
        if self._many is None and (self._scheduler is not None or self._asked >= SEVERAL):
            self._many = self._stack.enter_context(pool(self._scheduler))
        if self._many is not None:
            return self._many
        self._few = self._few or self._stack.enter_context(here(close))
        return self._few

    def end(self) -> None:
        """Close the pools that were started; the next task starts one again."""
        self._stack.close()
        self._many = self._few = None


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
