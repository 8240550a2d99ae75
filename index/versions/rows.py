"""Versions in Elasticsearch: `policy-versions`, one row a version, with its clauses where a document has several.

`index.versions.loading` makes the rows, `VersionReader` reads them. Nothing else depends on them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from data.model import Clause
from data.records import from_json, to_json
from index.changes.clauses import changed_clauses
from index.client import clear_errors
from index.layout import named
from index.versions.history import History, wordings
from index.versions.value import Comparison, Version, Versions

VERSIONS = named("versions")
LAYOUT = 2
"""Raised with every change of mapping or rows."""

MOST_VERSIONS = 1_000
KEYWORD = {"type": "keyword"}
KEPT = {"type": "object", "enabled": False}
MAPPING: dict[str, Any] = {
    "dynamic": "strict",
    "properties": {
        "id": KEYWORD,
        "document": KEYWORD,
        "number": {"type": "integer"},
        "unread": {"type": "integer"},
        "digest": {"type": "keyword", "index": False},
        "record": KEPT,
        "clauses": KEPT,
    },
}


def rows_of(document: str, history: History, digest: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a document's versions. digest: of all that they are made from."""
    for wording in wordings(history):
        number = wording.version.number
        yield {
            "id": row_id(document, number),
            "document": document,
            "number": number,
            "unread": history.unread,
            "digest": digest,
            "record": to_json(wording.version),
            "clauses": [to_json(clause) for clause in wording.clauses],
        }


def row_id(document: str, number: int) -> str:
    """Return the id of the row of one version."""
    return f"{document}@{number}"


class VersionReader:
    """Reads versions from one cluster. All methods raise `SearchUnavailableError`."""

    def __init__(self, client: Elasticsearch) -> None:
        self._client = client

    def versions(self, document: str) -> Versions:
        """Return the versions of a document, none for one that was not read from a page."""
        with clear_errors(self._client):
            if not self._client.indices.exists_alias(name=VERSIONS):
                return Versions(())
            found = self._client.search(
                index=VERSIONS,
                query={"term": {"document": document}},
                sort=["number"],
                size=MOST_VERSIONS,
                source_includes=["record", "unread"],
            )
        rows = [hit["_source"] for hit in found["hits"]["hits"]]
        unread = max((row["unread"] for row in rows), default=0)
        return Versions(tuple(from_json(row["record"], Version) for row in rows), unread)

    def compare(self, document: str, old: int, new: int) -> Comparison | None:
        """Return what differs between two versions of a document, `None` if it has not both."""
        with clear_errors(self._client):
            try:
                ids = [row_id(document, old), row_id(document, new)]
                found = self._client.mget(index=VERSIONS, ids=ids, realtime=False)  # what is visible already
            except NotFoundError:
                return None
        rows = [row.get("_source") for row in found["docs"]]
        if not all(rows):
            return None
        (before, former), (after, latter) = map(_wording, rows)
        return Comparison(before, after, changed_clauses(former, latter))


def _wording(row: Mapping[str, Any]) -> tuple[Version, tuple[Clause, ...]]:
    return from_json(row["record"], Version), tuple(from_json(clause, Clause) for clause in row["clauses"])
