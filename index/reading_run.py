"""Sending pages to where they are read, and taking what comes back, as many at once as the pool is wide."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from itertools import islice

from data.addresses import canonical
from data.model import Document
from data.newest import Held, Newest
from data.tables import Tables
from index.articles import Pages
from index.executors import Pool, SchedulerError, TaskError
from index.read.document import unread
from index.read.task import Done, Task, code_digest, read_task

AHEAD = 3
"""How many pages wait for each process, so that none stands idle while an answer is taken."""


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of an article. files: what is held of the addresses it links to. whole: whether to remember it."""

    pages: Pages
    document: Document
    files: Mapping[str, Held | None]
    whole: bool = True


@dataclass(slots=True)
class Sent:
    """An article under way."""

    pages: Pages
    task: Task
    files: dict[str, Held | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """Reads articles in `pool`. say: told of pages that could not be read. meanwhile: steps that fill the waiting."""

    pool: Pool
    newest: Newest
    tables: Tables
    say: Callable[[str], None]
    meanwhile: Iterator[None] = field(default_factory=lambda: iter(()))

    def read(self, articles: Iterable[Pages]) -> Iterator[Read]:
        """Yield what was read of each article, in the order in which it comes. Raises `SchedulerError`."""
        waiting: dict[Future[Done], Sent] = {}
        rest = iter(articles)
        while True:
            for pages in islice(rest, max(0, AHEAD * self.pool.width - len(waiting))):
                self._send(self._first(pages), waiting)
            if not waiting:
                return
            for future in self._done(waiting):
                found = self._taken(future, waiting.pop(future), waiting)
                if found is not None:
                    yield found

    def _done(self, waiting: Collection[Future[Done]]) -> Collection[Future[Done]]:
        """Return those that are done, at least one."""
        for _ in self.meanwhile:
            if done := [future for future in waiting if future.done()]:
                return done
        return wait(waiting, return_when=FIRST_COMPLETED).done

    def _first(self, pages: Pages) -> Sent:
        page, *further = (self.newest.page(held) for held in (pages.first, *pages.further))
        return Sent(pages, Task(code_digest(), self.tables.digest, page, tuple(further)))

    def _send(self, sent: Sent, waiting: dict[Future[Done], Sent]) -> None:
        waiting[self.pool.executor.submit(read_task, sent.task)] = sent

    def _taken(self, future: Future[Done], sent: Sent, waiting: dict[Future[Done], Sent]) -> Read | None:
        """Return what was read, or send the article again with what was lacking."""
        try:
            done: Done = self.pool.result(future)
        except TaskError as error:
            return self._failed(sent, str(error))
        if done.other:
            raise SchedulerError("a worker runs another version of this program: install the same one everywhere")
        if done.failed is not None:
            return self._failed(sent, done.failed)
        if done.document is not None:
            return Read(sent.pages, done.document, sent.files)
        if done.without:
            sent.task = replace(sent.task, tables=self.tables)
        if done.asked:
            self._add_files(sent, done)
        self._send(sent, waiting)
        return None

    def _add_files(self, sent: Sent, done: Done) -> None:
        found = {url: self.newest.find(canonical(url), sent.pages.first.source) for url in done.asked}
        sent.files.update(found)
        bodies = {url: self.newest.page(held) if held else None for url, held in found.items()}
        sent.task = replace(sent.task, tables=None, article=done.article, files={**sent.task.files, **bodies})

    def _failed(self, sent: Sent, problem: str) -> Read:
        self.say(f"{sent.pages.url}: could not be read, and is tried again next time: {problem}")
        return Read(sent.pages, unread(sent.task.page, problem, self.tables), sent.files, whole=False)
