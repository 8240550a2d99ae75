"""How long searches take: ours, and the bare calls of Elasticsearch with the same bodies, in turns."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from elasticsearch import Elasticsearch

from data.tables import Tables
from index.bench.queries import Asker
from index.bench.synthetic import Synthetic
from index.bench.timing import Percentiles, percentiles, timed
from index.build import DOCUMENTS, INCENTIVES
from index.fetch import fetch
from index.query import Asked, Query, Requests, document_request, incentive_request, meaning
from index.search import Searcher
from index.tokens import Tokenizer

WARM = 30


@dataclass(frozen=True, slots=True)
class SearchMeasure:
    """So many searches by so many clients at once. ratio: of all seconds of ours to all of the bare calls."""

    clients: int
    searches: int
    ours: Percentiles
    bare: Percentiles
    ratio: float


@dataclass(frozen=True, slots=True)
class Prepared:
    """A search, and the calls it becomes."""

    query: Query
    documents: bool
    requests: Requests


def prepare(made: Synthetic, tables: Tables, words: Tokenizer, count: int) -> tuple[Prepared, ...]:
    """Return `count` searches."""
    prepared = []
    for query, documents in Asker(made).queries(count):
        asked = Asked(query, meaning(query, tables), tables, words)
        prepared.append(Prepared(query, documents, (document_request if documents else incentive_request)(asked)))
    return tuple(prepared)


def measure_searches(
    client: Elasticsearch, searcher: Searcher, searches: Sequence[Prepared], clients: int
) -> SearchMeasure:
    """Ask all of them, each in both ways one after the other; every second time the bare call goes first.

    The node keeps no answers meanwhile: of each pair the second would get the counts of the first.
    """
    client.indices.put_settings(index=[DOCUMENTS, INCENTIVES], settings={"index.requests.cache.enable": False})
    for search in searches[:WARM]:
        _ours(searcher, search)
    with ThreadPoolExecutor(clients) as pool:
        numbered = enumerate(searches)
        times = list(pool.map(lambda item: _both(client, searcher, item[1], bare_first=item[0] % 2 == 1), numbered))
    ours, bare = zip(*times, strict=True)
    return SearchMeasure(
        clients,
        len(searches),
        percentiles(ours),
        percentiles(bare),
        round(sum(ours) / sum(bare), 3),
    )


def _both(client: Elasticsearch, searcher: Searcher, search: Prepared, *, bare_first: bool) -> tuple[float, float]:
    """Return the seconds of ours, and of the bare calls."""
    before = timed(lambda: _bare(client, search)) if bare_first else None
    ours, _ = timed(lambda: _ours(searcher, search))
    bare, _ = before or timed(lambda: _bare(client, search))
    return ours, bare


def _ours(searcher: Searcher, search: Prepared) -> object:
    return searcher.documents(search.query) if search.documents else searcher.search(search.query)


def _bare(client: Elasticsearch, search: Prepared) -> object:
    return fetch(client, DOCUMENTS if search.documents else INCENTIVES, search.requests, search.query)
