"""How long searches take: ours, and the bare call of Elasticsearch with the same body, in turns."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from elasticsearch import Elasticsearch

from data.tables import Tables
from index.bench.queries import Asker
from index.bench.synthetic import Synthetic
from index.bench.timing import Percentiles, percentiles, timed
from index.build import DOCUMENTS, INCENTIVES
from index.query import Asked, Query, document_request, incentive_request, meaning
from index.search import Searcher
from index.tokens import Tokenizer

WARM = 30


@dataclass(frozen=True, slots=True)
class SearchMeasure:
    """So many searches by so many clients at once. ratio: of all seconds of ours to all of the bare calls.

    server: what Elasticsearch itself says it took, for the bare calls.
    """

    clients: int
    searches: int
    ours: Percentiles
    bare: Percentiles
    server: Percentiles
    ratio: float


@dataclass(frozen=True, slots=True)
class Prepared:
    """A search, and the call it becomes."""

    query: Query
    documents: bool
    body: dict[str, Any]


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
    """Ask all of them, each in both ways one after the other; every second time the bare call goes first."""
    for search in searches[:WARM]:
        _ours(searcher, search)
    with ThreadPoolExecutor(clients) as pool:
        numbered = enumerate(searches)
        times = list(pool.map(lambda item: _both(client, searcher, item[1], bare_first=item[0] % 2 == 1), numbered))
    ours, bare, server = zip(*times, strict=True)
    return SearchMeasure(
        clients,
        len(searches),
        percentiles(ours),
        percentiles(bare),
        percentiles(server),
        round(sum(ours) / sum(bare), 3),
    )


def _both(
    client: Elasticsearch, searcher: Searcher, search: Prepared, *, bare_first: bool
) -> tuple[float, float, float]:
    """Return the seconds of ours, of the bare call, and of the server in the bare call."""
    before = timed(lambda: _bare(client, search)) if bare_first else None
    ours, _ = timed(lambda: _ours(searcher, search))
    bare, server = before or timed(lambda: _bare(client, search))
    return ours, bare, server


def _ours(searcher: Searcher, search: Prepared) -> object:
    return searcher.documents(search.query) if search.documents else searcher.search(search.query)


def _bare(client: Elasticsearch, search: Prepared) -> float:
    index = DOCUMENTS if search.documents else INCENTIVES
    return float(client.search(index=index, **search.body)["took"]) / 1000
