"""How well searches answer the judged queries, ours beside plain baselines: `python -m index evaluate`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from elasticsearch import Elasticsearch

from data.tables import Tables
from index.build import DOCUMENTS, INCENTIVES
from index.judgements import Half, Judged
from index.measures import Measures, measured
from index.query.ranking import WEIGHTS, Weights, topic_of
from index.query.requests import PASSAGES
from index.query.value import Query, Scope
from index.search import Searcher
from index.tokens import Tokenizer

DEPTH = 50
OURS = "ours"
BASELINES = {"standard analyzer": "text", "bigrams": "text.pairs", "jieba": "text_words"}
"""Fields of which one alone is matched with the query as it was typed."""

ALL_KINDS = "all"

Find = Callable[[Judged], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Measures of one way to search, by half and kind of query; `all` are all kinds together."""

    way: str
    measures: Mapping[tuple[Half, str], Measures]


def evaluate(way: str, find: Find, judged: Iterable[Judged]) -> Evaluation:
    """Ask every judged query and measure."""
    lists: dict[tuple[Half, str], list[tuple[Sequence[str], Mapping[str, int]]]] = {}
    for query in judged:
        found = find(query)
        for kind in (query.kind, ALL_KINDS):
            lists.setdefault((query.half, kind), []).append((found, query.grades))
    return Evaluation(way, {key: measured(values) for key, values in lists.items()})


def our_way(
    client: Elasticsearch,
    tables: Tables,
    words: Tokenizer,
    on: date,
    weights: Weights = WEIGHTS,
    names: Mapping[str, str] = MappingProxyType({}),
) -> Find:
    """Return our search, over documents of any validity. names: indices in place of those in use, by alias."""
    searcher = Searcher(client, tables, words, weights, names)

    def find(judged: Judged) -> Sequence[str]:
        query = Query(on=on, text=judged.query, scope=Scope.ALL, size=DEPTH)
        if judged.index == "documents":
            hits = searcher.documents(query).hits
            return [one.id for hit in hits for one in (hit.document, *hit.drafts)]  # a draft stands with its final text
        return [hit.id for hit in searcher.search(query).hits]

    return find


def plain_way(
    client: Elasticsearch, tokenizer: Tokenizer, field: str, names: Mapping[str, str] = MappingProxyType({})
) -> Find:
    """Return a search that matches one field with the text as it was typed, nothing else."""

    def find(judged: Judged) -> Sequence[str]:
        documents = judged.index == "documents"
        match = plain_match(judged.query, tokenizer, field, under=f"{PASSAGES}." if documents else "")
        if documents:
            match = {"nested": {"path": PASSAGES, "query": match, "score_mode": "max"}}
        alias = DOCUMENTS if documents else INCENTIVES
        index = names.get(alias, alias)
        found = client.search(index=index, query=match, size=DEPTH, source=False)
        return [hit["_id"] for hit in found["hits"]["hits"]]

    return find


def plain_match(text: str, tokenizer: Tokenizer, field: str, *, under: str = "") -> dict[str, Any]:
    """Return the match of one field; words are cut here, as Elasticsearch does not cut Chinese words."""
    topic = topic_of(text, tokenizer)
    return {"match": {under + field: {"query": topic.words if field == "text_words" else text}}}


def table(evaluations: Sequence[Evaluation]) -> str:
    """Return all measures as one Markdown table: rows are half and kind of query, columns the ways to search."""
    keys = {key for found in evaluations for key in found.measures}
    head = ["half", "kind of query", "n", *(found.way for found in evaluations)]
    lines = [head, ["---", "---", "---:", *("---:" for _ in evaluations)]]
    for half, kind in sorted(keys, key=lambda key: (key[0] != Half.TUNING, key[1] != ALL_KINDS, key[1])):
        cells = [found.measures[half, kind] for found in evaluations]
        lines.append([half, kind, str(cells[0].queries), *map(_cell, cells)])
    note = "nDCG@10 / MRR@10 / recall@50"
    return "\n".join([note, "", *("| " + " | ".join(line) + " |" for line in lines)])


def _cell(found: Measures) -> str:
    return f"{found.ndcg:.3f} / {found.mrr:.3f} / {found.recall:.3f}"
