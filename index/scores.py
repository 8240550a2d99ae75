"""What the last evaluation of the search measured, kept for people to see: `policy-scores`, one row."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from data.records import from_json, to_json
from index.client import clear_errors
from index.evaluate import ALL_KINDS, Evaluation
from index.judgements import Half
from index.layout import named, spread_small

SCORES = named("scores")
ROW = "search"
COMMAND = "python -m index evaluate"
MAPPING: dict[str, Any] = {"properties": {"record": {"type": "object", "enabled": False}}}


@dataclass(frozen=True, slots=True)
class Score:
    """One way to search on one half of the judged queries: how many, nDCG@10, MRR@10, recall@50 (0 to 1)."""

    way: str
    half: Half
    queries: int
    ndcg: float
    mrr: float
    recall: float


@dataclass(frozen=True, slots=True)
class Scores:
    """An evaluation. at: UTC. words: version of the lexicon. scores: ours first, then the plain baselines."""

    at: datetime
    words: str
    scores: tuple[Score, ...]
    command: str = COMMAND


def scores_of(evaluations: Iterable[Evaluation], words: str, at: datetime) -> Scores:
    """Return the means over all kinds of queries of each way and half."""
    found = [
        Score(one.way, half, measures.queries, measures.ndcg, measures.mrr, measures.recall)
        for one in evaluations
        for half in Half
        if (measures := one.measures.get((half, ALL_KINDS)))
    ]
    return Scores(at.astimezone(UTC), words, tuple(found))


def keep_scores(client: Elasticsearch, scores: Scores) -> None:
    """Put the scores in the place of those of the evaluation before. Raises `SearchUnavailableError`."""
    with clear_errors(client):
        if not client.indices.exists(index=SCORES):
            client.options(ignore_status=400).indices.create(index=SCORES, mappings=MAPPING, settings=spread_small())
        client.index(index=SCORES, id=ROW, document={"record": to_json(scores)}, refresh=True)


def read_scores(client: Elasticsearch) -> Scores | None:
    """Return the last scores, `None` if nothing was evaluated on this cluster. Raises `SearchUnavailableError`."""
    with clear_errors(client):
        try:
            row = client.get(index=SCORES, id=ROW)
        except NotFoundError:
            return None
    return from_json(row["_source"]["record"], Scores)
