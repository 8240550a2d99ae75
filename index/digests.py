"""What an index says of the state of each of its documents, in the fewest and shortest answers."""

from collections.abc import Iterator
from typing import Any

from elasticsearch import Elasticsearch

MOST_PAIRS = 10_000
"""Documents of one answer."""


def digests(client: Elasticsearch, index: str, document: str) -> dict[str, str]:
    """Return the digest of each document, empty where it has none; of several of one document any.

    document: field with its id. The rows must have `digest`, and none may become visible meanwhile.
    """
    return {key["document"]: key["digest"] or "" for key in _pairs(client, index, document)}


def _pairs(client: Elasticsearch, index: str, document: str) -> Iterator[dict[str, Any]]:
    fields = {"document": {"field": document}, "digest": {"field": "digest", "missing_bucket": True}}
    sources = [{name: {"terms": field}} for name, field in fields.items()]
    pairs: dict[str, Any] = {"size": MOST_PAIRS, "sources": sources}
    while True:
        answer = client.search(
            index=index,
            size=0,
            aggs={"pairs": {"composite": pairs}},
            filter_path="aggregations.pairs",
            request_cache=False,  # it would take the place of totals that searches ask for
        )
        found = answer["aggregations"]["pairs"]
        yield from (bucket["key"] for bucket in found["buckets"])
        if len(found["buckets"]) < MOST_PAIRS:
            return
        pairs["after"] = found["after_key"]
