"""Rows of documents that an update in place did not send again."""

from collections.abc import Iterable, Iterator, Set
from itertools import islice
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import scan

from index.bulk import Bulk

SCANNED = 5_000
ASKED = 500


def take_out(
    client: Elasticsearch, sender: Bulk, index: str, field: str, documents: Iterable[str], kept: Set[str]
) -> None:
    """Take all rows of `documents` out of an index but those in `kept`. field: where a row names its document."""
    for some in _batches(sorted(documents)):
        query: dict[str, Any] = {"query": {"terms": {field: some}}, "_source": False}
        for row in scan(client, index=index, query=query, size=SCANNED):
            if row["_id"] not in kept:
                sender.delete(index, row["_id"])


def _batches(names: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(names)
    while some := list(islice(rest, ASKED)):
        yield some
