"""What an index says of the state of each of its documents, in the fewest and shortest answers."""

from collections.abc import Iterator

from elasticsearch import Elasticsearch

MOST_ROWS = 10_000
"""Rows of one answer, as many as Elasticsearch gives."""


def digests(client: Elasticsearch, index: str, document: str) -> dict[str, str]:
    """Return the digest of each document; of several rows of one document any.

    document: field with its id. The rows must have `id` and `digest`, and none may become visible meanwhile.
    """
    return dict(_pairs(client, index, document))


def _pairs(client: Elasticsearch, index: str, document: str) -> Iterator[tuple[str, str]]:
    after: list[str] | None = None
    while True:
        answer = client.search(
            index=index,
            size=MOST_ROWS,
            sort=["id"],
            search_after=after,
            source=False,
            stored_fields="_none_",
            docvalue_fields=[{"field": field} for field in sorted({"id", document, "digest"})],
            track_total_hits=False,
            filter_path="hits.hits.fields",
        )
        rows = [hit["fields"] for hit in answer.get("hits", {}).get("hits", ())]
        yield from ((row[document][0], row.get("digest", [""])[0]) for row in rows)
        if len(rows) < MOST_ROWS:
            return
        after = rows[-1]["id"]
