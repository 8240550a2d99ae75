"""A whole result, page behind page, on a real node: nothing lost, nothing twice, whatever is built meanwhile."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from elasticsearch import BadRequestError, Elasticsearch

from data.model import Document
from data.tables import Tables, load
from index.build import DOCUMENTS, INCENTIVES, build
from index.client import Connection, connect
from index.corpus import Corpus, catalog_corpus
from index.fetch import fetch
from index.local_server import Node
from index.query import (
    Asked,
    Cursor,
    PlaceError,
    Query,
    Scope,
    Sort,
    cursor_of,
    cursor_text,
    incentive_request,
    meaning,
    requests,
)
from index.search import Searcher
from index.tokens import tokenizer

TABLES: Tables = load()
DAY = date(2026, 11, 20)
FEW = dict(list(TABLES.documents.items())[:10])
ALL = Query(DAY, scope=Scope.ALL, size=7)


@pytest.fixture(scope="module")
def client(node: Node) -> Iterator[Elasticsearch]:
    with connect(Connection(node.url, node.writer.user, node.writer.password)) as writer:
        build(writer, catalog_corpus(TABLES), tokenizer())
        yield writer


@pytest.fixture
def searcher(client: Elasticsearch) -> Searcher:
    return Searcher(client, TABLES, tokenizer())


def walk(searcher: Searcher, query: Query) -> Iterator[list[str]]:
    """Yield the ids of each page of incentives, one behind the other."""
    while True:
        found = searcher.search(query)
        yield [hit.id for hit in found.hits]
        if found.after is None:
            return
        query = replace(query, after=found.after)


@pytest.mark.node
@pytest.mark.parametrize("text", ["", "备案奖励", "人工智能 算力", "企业"])
@pytest.mark.parametrize("sort", list(Sort))
def test_walk_is_the_same_as_turning_pages(searcher: Searcher, text: str, sort: Sort) -> None:
    query = replace(ALL, text=text, sort=sort)
    walked = [name for page in walk(searcher, query) for name in page]
    pages = range(1, 3 + len(walked) // 7)
    assert walked == [hit.id for page in pages for hit in searcher.search(replace(query, page=page)).hits]
    assert len(set(walked)) == len(walked) == searcher.search(query).total > 0


@pytest.mark.node
@pytest.mark.parametrize("window", [1, 10, 14, 50])
@pytest.mark.parametrize("size", [7, 10])
def test_nothing_is_lost_where_the_ranked_rows_end(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch, window: int, size: int
) -> None:
    everything = replace(ALL, text="企业 人工智能", size=size)
    total = searcher.search(everything).total
    monkeypatch.setattr(requests, "MOST_RANKED", window)
    monkeypatch.setattr(requests, "LEAST_RANKED", window)
    walked = [name for page in walk(searcher, everything) for name in page]
    turned = [
        hit.id for page in range(1, 2 + total // size) for hit in searcher.search(replace(everything, page=page)).hits
    ]
    assert len(set(walked)) == len(walked) == total > 50
    assert sorted(turned) == sorted(walked)
    assert turned[:window] == walked[:window]


@pytest.mark.node
def test_the_best_rows_are_in_the_order_of_the_full_sum(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = replace(ALL, text="生成式人工智能备案奖励", size=20)
    whole = [hit.id for hit in searcher.search(asked).hits]
    monkeypatch.setattr(requests, "MOST_RANKED", 60)
    monkeypatch.setattr(requests, "LEAST_RANKED", 60)
    assert [hit.id for hit in searcher.search(asked).hits][:10] == whole[:10]


@pytest.mark.node
def test_documents_are_walked_too(searcher: Searcher) -> None:
    query, seen = replace(ALL, text="人工智能", size=20), list[str]()
    while True:
        found = searcher.documents(query)
        seen += [hit.document.id for hit in found.hits]
        if found.after is None:
            break
        query = replace(query, after=found.after)
    assert len(set(seen)) == len(seen) == found.total > 20


@pytest.mark.node
def test_walk_goes_on_in_its_index_when_another_is_built(client: Elasticsearch, searcher: Searcher) -> None:
    build(client, catalog_corpus(TABLES), tokenizer())
    pages = walk(searcher, ALL)
    walked = [*next(pages), *next(pages)]
    build(client, Corpus(TABLES, FEW, "few"), tokenizer(), force=True)
    walked += [name for page in pages for name in page]
    assert sorted(walked) == sorted(ids(TABLES.documents.values()))
    assert searcher.search(ALL).total == len(ids(FEW.values())) < len(walked)
    build(client, catalog_corpus(TABLES), tokenizer(), force=True)


@pytest.mark.node
def test_walk_whose_index_is_gone_is_refused_and_says_what_to_do(searcher: Searcher) -> None:
    gone = cursor_text(ALL, Cursor(f"{INCENTIVES}-20000101-000000-000000", (1, "x")))
    with pytest.raises(PlaceError, match="after: the indices were built anew since; begin again"):
        searcher.search(replace(ALL, after=gone))


@pytest.mark.node
@pytest.mark.parametrize(
    ("index", "values"),
    [("policy-lock", [1, "x"]), (DOCUMENTS, [1, "x"]), (INCENTIVES, [1]), (INCENTIVES, ["x", "y", "z"]), ("*", [])],
)
def test_made_up_places_are_refused(searcher: Searcher, index: str, values: list[Any]) -> None:
    with pytest.raises(PlaceError, match="after: is no place"):
        searcher.search(replace(ALL, after=cursor_text(ALL, Cursor(index, tuple(values)))))


@pytest.mark.node
def test_counts_that_fail_beside_the_rows_fail_the_search(client: Elasticsearch, searcher: Searcher) -> None:
    asked = Asked(ALL, meaning(ALL, TABLES), TABLES, tokenizer())
    wrong = replace(incentive_request(asked), counts={"query": {"no such query": {}}})
    with pytest.raises(BadRequestError, match="unknown query"):
        fetch(client, INCENTIVES, wrong, ALL)
    with pytest.raises(PlaceError, match="after: is no place"):
        fetch(client, INCENTIVES, wrong, replace(ALL, after=searcher.search(ALL).after))


def test_place_belongs_to_its_search() -> None:
    here = cursor_text(ALL, Cursor(INCENTIVES, (3.5, None, "a.1"), rest=True))
    found = cursor_of(replace(ALL, after=here, size=50))
    assert found is not None
    assert (found.index, found.values, found.rest) == (INCENTIVES, (3.5, None, "a.1"), True)
    assert cursor_of(ALL) is None
    with pytest.raises(PlaceError, match="all else unchanged"):
        cursor_of(replace(ALL, after=here, text="别的"))


@pytest.mark.parametrize("text", ["", "x", "!!", "é", "AAAA", "W10", "bnVsbA", "WyIiLCIiLDFd", "A" * 3000, "\ud800"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(PlaceError, match="after: is no place"):
        cursor_of(replace(ALL, after=text))


def ids(documents: Any) -> list[str]:  # noqa: ANN401 - any iterable of documents
    known: list[Document] = list(documents)
    return [f"{document.id}.{grant.no}" for document in known for grant in document.incentives]
