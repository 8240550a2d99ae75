"""Any collection in BEIR's layout, searched with the project's own analysis and ranking, in an index of its own.

`corpus.jsonl` holds `_id`, `title`, `text`; `queries.jsonl` holds `_id`, `text`; `qrels/test.tsv` query, document,
grade. Nothing is tuned for it. Such documents have no places, kinds or amounts, so all that is typed only ranks.
"""

import csv
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from statistics import quantiles

from elasticsearch import Elasticsearch

from data.model import Confidence, Document, DocumentKind, TitleStatus
from data.tables import Tables
from index.build import DOCUMENTS, trial
from index.corpus import Corpus
from index.evaluate import BASELINES, DEPTH, OURS, plain_match
from index.measures import Measures, measured
from index.query.meaning import without_conditions
from index.query.ranking import WEIGHTS, Weights
from index.query.requests import PASSAGES
from index.query.value import MAX_TEXT, Query, Scope
from index.search import Searcher
from index.tokens import Tokenizer

QRELS = Path("qrels") / "test.tsv"
LONGEST_ID = 400


class CollectionError(ValueError):
    """A folder is no collection in BEIR's layout; the text says which file and line."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents by id, texts of queries by id, grades by query and document (1 or more; the rest is left out)."""

    documents: Mapping[str, Document]
    queries: Mapping[str, str]
    grades: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Timed:
    """Measures of one way to search, and the seconds of its searches: p50, p95, p99."""

    way: str
    measures: Measures
    seconds: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class BeirReport:
    """documents: how many. rejected: not indexed. build_seconds: from the read collection to a searchable index."""

    documents: int
    rejected: int
    build_seconds: float
    ways: tuple[Timed, ...]

    def lines(self) -> list[str]:
        """Return the report for people."""
        rate = self.documents / max(self.build_seconds, 1e-9)
        head = (
            f"{self.documents} documents, {self.rejected} rejected, built in {self.build_seconds:.1f} s ({rate:.0f}/s)"
        )
        table = ["| way | n | nDCG@10 | MRR@10 | recall@50 | p50 ms | p95 ms | p99 ms |", "|---|" + "---:|" * 7]
        for way in self.ways:
            found, times = way.measures, " | ".join(f"{seconds * 1000:.1f}" for seconds in way.seconds)
            numbers = f"{found.queries} | {found.ndcg:.3f} | {found.mrr:.3f} | {found.recall:.3f}"
            table.append(f"| {way.way} | {numbers} | {times} |")
        return [head, "", *table]


def read_collection(folder: Path) -> Collection:
    """Read a collection. Raises `CollectionError`."""
    documents = {name: _document(name, row) for name, row in _lines(folder / "corpus.jsonl")}
    queries = {name: str(row.get("text") or "") for name, row in _lines(folder / "queries.jsonl")}
    grades = _grades(folder / QRELS)
    if unknown := sorted(set(grades) - set(queries)):
        raise CollectionError(f"{folder / QRELS}: query {unknown[0]} is not in queries.jsonl")
    return Collection(documents, queries, grades)


def evaluate_collection(
    client: Elasticsearch,
    collection: Collection,
    tables: Tables,
    tokenizer: Tokenizer,
    say: Callable[[str], None] = print,
    weights: Weights = WEIGHTS,
) -> BeirReport:
    """Build an index of the collection, ask all queries that have grades in each way, and delete the index."""
    corpus = Corpus(tables, collection.documents, sha256(repr(sorted(collection.documents)).encode()).hexdigest())
    began = time.perf_counter()
    with trial(client, corpus, tokenizer, say) as names:
        seconds = time.perf_counter() - began
        rejected = len(collection.documents) - int(client.count(index=names[DOCUMENTS])["count"])
        ours = _our_way(Searcher(client, tables, tokenizer, weights, names), tables)
        ways = [_timed(OURS, ours, collection)]
        for way, field in BASELINES.items():
            ways.append(_timed(way, _plain_way(client, names[DOCUMENTS], tokenizer, field), collection))
    return BeirReport(len(collection.documents), rejected, seconds, tuple(ways))


def _our_way(searcher: Searcher, tables: Tables) -> Callable[[str], Sequence[str]]:
    def find(text: str) -> Sequence[str]:
        query = Query(on=date.max, text=text[:MAX_TEXT], scope=Scope.ALL, size=DEPTH)
        found = searcher.documents(query, without_conditions(query.text, tables))
        return [hit.document.id for hit in found.hits]

    return find


def _plain_way(client: Elasticsearch, index: str, tokenizer: Tokenizer, field: str) -> Callable[[str], Sequence[str]]:
    def find(text: str) -> Sequence[str]:
        match = plain_match(text[:MAX_TEXT], tokenizer, field, under=f"{PASSAGES}.")
        nested = {"nested": {"path": PASSAGES, "query": match, "score_mode": "max"}}
        found = client.search(index=index, query=nested, size=DEPTH, source=False)
        return [hit["_id"] for hit in found["hits"]["hits"]]

    return find


def _timed(way: str, find: Callable[[str], Sequence[str]], collection: Collection) -> Timed:
    lists, times = [], []
    for query, grades in collection.grades.items():
        began = time.perf_counter()
        found = find(collection.queries[query])
        times.append(time.perf_counter() - began)
        lists.append((found, grades))
    cuts = quantiles(times, n=100, method="inclusive") if len(times) > 1 else [*times, 0.0] * 99
    return Timed(way, measured(lists), (cuts[49], cuts[94], cuts[98]))


def _document(name: str, row: Mapping[str, str]) -> Document:
    empty = Document(name, TitleStatus.SECONDARY, DocumentKind.POLICY, Confidence.LOW)
    return replace(empty, title=str(row.get("title") or "") or None, text=str(row.get("text") or "") or None)


def _lines(path: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    for number, line in enumerate(_opened(path), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            name = str(row["_id"])
        except (ValueError, KeyError, TypeError) as error:
            raise CollectionError(f"{path}, line {number}: needs a JSON object with _id ({error})") from error
        if not 0 < len(name.encode()) <= LONGEST_ID:
            raise CollectionError(f"{path}, line {number}: _id must have 1 to {LONGEST_ID} bytes")
        yield name, row


def _grades(path: Path) -> Mapping[str, Mapping[str, int]]:
    grades: dict[str, dict[str, int]] = {}
    for number, cells in enumerate(csv.reader(_opened(path), delimiter="\t", quoting=csv.QUOTE_NONE), 1):
        if number == 1 and len(cells) == 3 and not cells[2].lstrip("-").isdigit():
            continue
        try:
            query, document, grade = cells
            if int(grade) > 0:
                grades.setdefault(query, {})[document] = int(grade)
        except ValueError as error:
            raise CollectionError(f"{path}, line {number}: needs query, document, grade apart by tabs") from error
    return grades


def _opened(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            yield from file
    except (OSError, UnicodeDecodeError) as error:
        raise CollectionError(f"{path}: cannot be read: {error}") from error
