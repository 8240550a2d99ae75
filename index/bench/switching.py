"""Whether anybody notices that the indices are switched: searches run while other documents are built beside."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from elasticsearch import Elasticsearch

from data.tables import Tables
from index.bench.queries import DAY
from index.bench.synthetic import Synthetic
from index.build import build
from index.client import SearchUnavailableError
from index.corpus import Corpus
from index.query import Query, Scope
from index.search import Searcher
from index.system import say_nothing
from index.tokens import Tokenizer

SEARCHERS = 4


@dataclass(frozen=True, slots=True)
class SwitchMeasure:
    """Searches that ran during two builds. half: saw neither all documents of the one nor all of the other."""

    searches: int
    failed: int
    half: int
    before: int
    after: int


def measure_switches(client: Elasticsearch, tables: Tables, words: Tokenizer, count: int) -> SwitchMeasure:
    """Build `count` documents, then half of them, then all again, and search all the while."""
    few, many = (Corpus(tables, Synthetic(tables, words.lexicon, size), f"made-{size}") for size in (count // 2, count))
    build(client, many, words, force=True, say=say_nothing)
    seen: Counter[int | None] = Counter()
    with _searching(Searcher(client, tables, words), seen):
        for corpus in (few, many):
            build(client, corpus, words, force=True, say=say_nothing)
    half = sum(times for total, times in seen.items() if total not in {count, count // 2, None})
    return SwitchMeasure(seen.total(), seen[None], half, seen[count], seen[count // 2])


@contextmanager
def _searching(searcher: Searcher, seen: Counter[int | None]) -> Iterator[None]:
    """Search in several threads until the end; counts the totals that were found, `None` for a search that failed."""
    done, lock = threading.Event(), threading.Lock()

    def search() -> None:
        while not done.is_set():
            total = _total(searcher)
            with lock:
                seen[total] += 1

    threads = [threading.Thread(target=search) for _ in range(SEARCHERS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()


def _total(searcher: Searcher) -> int | None:
    try:
        return searcher.documents(Query(DAY, scope=Scope.ALL, size=1)).total
    except SearchUnavailableError:
        return None
