"""Bring `policy-versions` up to date from the archive: the rows of documents that changed, or all of them anew.

Rows are made anew beside those in use where the layout changed or many documents did. A few are replaced in place, and
become visible all at once; where that is cut short, the next time makes all rows anew.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch

from data.archive import Archive, ArchiveError
from data.model import Document
from index import generations
from index.build_lock import BuildingError, build_lock
from index.bulk import Bulk, bulk
from index.client import clear_errors
from index.corpus import Corpus
from index.digests import digests
from index.leftovers import take_out
from index.read.attachments import Worker
from index.read.document import Reader
from index.versions import rows
from index.versions.history import Historian
from index.versions.moments import Moment, moments
from index.versions.rows import VERSIONS, rows_of

MOST_CHANGED = 0.3
"""Share of the documents from which all rows are made anew."""


Found = Mapping[str, tuple[Document, Sequence[Moment], str]]
"""By id: the document, its moments, and a digest of all that its rows are made from."""


class VersionsError(RuntimeError):
    """Rows of versions were rejected. The text lists them; the next time all are made anew."""


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


def load_versions(client: Elasticsearch, corpus: Corpus, archive: Archive, cache: Path) -> int:
    """Bring `policy-versions` up to date; returns of how many documents rows were sent or taken out.

    cache: folder of what is read from pages. Raises `ArchiveError`, `VersionsError`, `BuildingError` if a build is
    under way, `SearchUnavailableError`.
    """
    with Worker() as worker:
        historian = Historian(corpus.tables, archive, Reader(corpus.tables, worker), cache / "versions")
        found = {
            document.id: (document, times, _digest(historian, document, times))
            for document, times in moments(corpus.documents.values(), archive)
        }
        meta = {"layout": rows.LAYOUT, "digest": _total(found)}
        with clear_errors(client):
            before = generations.current_meta(client, VERSIONS)
            if before == meta:
                return 0
            with build_lock(client) as renew:
                held = digests(client, VERSIONS, "document") if before.get("layout") == rows.LAYOUT else {}
                changed = [name for name, (_, _, digest) in found.items() if held.get(name) != digest]
                gone = [name for name in held if name not in found]
                few = held and len(changed) + len(gone) <= MOST_CHANGED * len(found)
                made = _rows(historian, found, changed if few else found, renew)
                if few:
                    _update(client, made, [*changed, *gone], meta)
                else:
                    _replace(client, made, meta)
                return len(changed) + len(gone)


def _digest(historian: Historian, document: Document, times: Sequence[Moment]) -> str:
    said = [document.id, document.title, len(document.text or ""), *historian.marks(times)]
    return sha256(json.dumps(said).encode()).hexdigest()[:20]


def _total(found: Found) -> str:
    return sha256(json.dumps([digest for _, _, digest in found.values()]).encode()).hexdigest()


def _rows(
    historian: Historian, found: Found, names: Iterable[str], renew: Callable[[], None]
) -> Iterator[Mapping[str, Any]]:
    for name in names:
        document, times, digest = found[name]
        yield from rows_of(name, historian.history(document, times), digest)
        renew()


def _update(
    client: Elasticsearch, made: Iterable[Mapping[str, Any]], names: Sequence[str], meta: Mapping[str, Any]
) -> None:
    """Replace the rows of some documents in the index in use."""
    index = generations.current(client, VERSIONS) or VERSIONS
    # Until the end it holds rows that nobody can see yet, and a node that starts again shows: of such nothing is known.
    generations.finish(client, index, {"layout": generations.HALF})
    with bulk(client) as sender:
        sent = {row["id"] for row in _sent(sender, index, made)}
        take_out(client, sender, index, "document", names, sent)
    _finish(client, index, sender, meta)


def _replace(client: Elasticsearch, made: Iterable[Mapping[str, Any]], meta: Mapping[str, Any]) -> None:
    """Make all rows anew beside those in use, then switch."""
    generations.remove_unfinished(client, [VERSIONS])
    generation = generations.stamp()
    index = f"{VERSIONS}-{generation}"
    generations.create(client, index, rows.MAPPING)
    with bulk(client) as sender:
        for _ in _sent(sender, index, made):
            pass
    _finish(client, index, sender, meta)
    generations.switch(client, [VERSIONS], generation)
    generations.remove_old(client, [VERSIONS])


def _sent(sender: Bulk, index: str, made: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for row in made:
        sender.put(index, row)
        yield row


def _finish(client: Elasticsearch, index: str, sender: Bulk, meta: Mapping[str, Any]) -> None:
    if sender.rejected:
        raise VersionsError("\n".join([f"{index}: rows were rejected:", *map(str, sender.rejected[:20])]))
    client.indices.refresh(index=index)
    generations.finish(client, index, meta)
