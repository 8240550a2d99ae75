"""Versions in Elasticsearch: `policy-versions`, one row a version, with its clauses where a document has several.

The rows are made from the archive, beside those in use, when anything that they are made from has changed; then the
alias is switched. Nothing else depends on them.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from data.archive import Archive, ArchiveError
from data.model import Clause, Document
from data.records import from_json, to_json
from index import generations
from index.build_lock import BuildingError, build_lock
from index.bulk import bulk
from index.changes.clauses import changed_clauses
from index.client import clear_errors
from index.corpus import Corpus
from index.layout import named
from index.read.attachments import Worker
from index.read.document import Reader
from index.versions.history import Historian, wordings
from index.versions.moments import Moment, moments
from index.versions.value import Comparison, Version, Versions

VERSIONS = named("versions")
LAYOUT = 1
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
        "record": KEPT,
        "clauses": KEPT,
    },
}

Found = Sequence[tuple[Document, tuple[Moment, ...]]]


class VersionsError(RuntimeError):
    """Rows of versions were rejected; those in use stay. The text lists them."""


def keep_versions(
    client: Elasticsearch, corpus: Corpus, folder: Path, cache: Path, say: Callable[[str], None] = print
) -> None:
    """Bring the versions up to date from the archive in `folder`; what stands in the way is only said.

    Nothing else depends on them, so that a fault here must not cost a build. Raises `SearchUnavailableError`.
    """
    try:
        with Archive(folder) as archive:
            load_versions(client, corpus, archive, cache)
    except (ArchiveError, BuildingError, VersionsError) as error:
        say(f"versions: they were not brought up to date: {error}")


def load_versions(client: Elasticsearch, corpus: Corpus, archive: Archive, cache: Path) -> bool:
    """Bring `policy-versions` up to date; returns whether anything changed.

    cache: folder of what is read from pages. Raises `ArchiveError`, `VersionsError`, `BuildingError` if a build is
    under way, `SearchUnavailableError`.
    """
    found = list(moments(corpus.documents.values(), archive))
    with Worker() as worker:
        historian = Historian(corpus.tables, archive, Reader(corpus.tables, worker), cache / "versions")
        digest = _digest(historian, found)
        with clear_errors(client):
            if generations.current_meta(client, VERSIONS).get("digest") == digest:
                return False
            with build_lock(client) as renew:
                _replace(client, _rows(historian, found, renew), digest)
    return True


def _digest(historian: Historian, found: Found) -> str:
    total = sha256(str(LAYOUT).encode())
    for document, times in found:
        said = [document.id, document.title, len(document.text or ""), *historian.marks(times)]
        total.update(json.dumps(said).encode())
    return total.hexdigest()


def _rows(historian: Historian, found: Found, renew: Callable[[], None]) -> Iterator[dict[str, Any]]:
    for document, times in found:
        history = historian.history(document, times)
        for wording in wordings(history):
            number = wording.version.number
            yield {
                "id": row_id(document.id, number),
                "document": document.id,
                "number": number,
                "unread": history.unread,
                "record": to_json(wording.version),
                "clauses": [to_json(clause) for clause in wording.clauses],
            }
        renew()


def _replace(client: Elasticsearch, rows: Iterable[Mapping[str, Any]], digest: str) -> None:
    generations.remove_unfinished(client, [VERSIONS])
    generation = generations.stamp()
    name = f"{VERSIONS}-{generation}"
    generations.create(client, name, MAPPING)
    with bulk(client) as sender:
        for row in rows:
            sender.put(name, row)
    if sender.rejected:
        raise VersionsError("\n".join([f"{name}: rows were rejected:", *map(str, sender.rejected[:20])]))
    client.indices.refresh(index=name)
    generations.finish(client, name, {"digest": digest})
    generations.switch(client, [VERSIONS], generation)
    generations.remove_old(client, [VERSIONS])


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
                found = self._client.mget(index=VERSIONS, ids=[row_id(document, old), row_id(document, new)])
            except NotFoundError:
                return None
        rows = [row.get("_source") for row in found["docs"]]
        if not all(rows):
            return None
        (before, former), (after, latter) = map(_wording, rows)
        return Comparison(before, after, changed_clauses(former, latter))


def _wording(row: Mapping[str, Any]) -> tuple[Version, tuple[Clause, ...]]:
    return from_json(row["record"], Version), tuple(from_json(clause, Clause) for clause in row["clauses"])
