"""Bring `policy-versions` up to date from the archive: the rows of documents that changed, or all of them anew.

Rows are made anew beside those in use where the layout changed or many documents did; a few are replaced in place.
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
from index.client import clear_errors
from index.corpus import Corpus
from index.digests import digests
from index.read.attachments import Worker
from index.read.document import Reader
from index.readings import Former
from index.side import RowsError, make_anew, replace_rows
from index.versions import rows
from index.versions.history import Historian
from index.versions.moments import Moment, moments
from index.versions.rows import VERSIONS, rows_of

MOST_CHANGED = 0.3
"""Share of the documents from which all rows are made anew."""


Found = Mapping[str, tuple[Document, Sequence[Moment], str]]
"""By id: the document, its moments, and a digest of all that its rows are made from."""


def keep_versions(
    client: Elasticsearch, corpus: Corpus, folder: Path, cache: Path, say: Callable[[str], None] = print
) -> None:
    """Bring the versions up to date from the archive in `folder`; what stands in the way is only said.

    Nothing else depends on them, so that a fault here must not cost a build. Raises `SearchUnavailableError`.
    """
    try:
        with Archive(folder) as archive:
            load_versions(client, corpus, archive, cache)
    except (ArchiveError, BuildingError, RowsError) as error:
        say(f"versions: they were not brought up to date: {error}")


def load_versions(client: Elasticsearch, corpus: Corpus, archive: Archive, cache: Path) -> int:
    """Bring `policy-versions` up to date; returns of how many documents rows were sent or taken out.

    cache: folder of what is read from pages. Raises `ArchiveError`, `RowsError`, `BuildingError` if a build is
    under way, `SearchUnavailableError`.
    """
    with Worker() as worker, Former(cache) as former:
        historian = Historian(corpus.tables, archive, Reader(corpus.tables, worker), former, cache / "versions")
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
                    replace_rows(client, VERSIONS, made, meta, [*changed, *gone])
                else:
                    make_anew(client, VERSIONS, rows.MAPPING, made, meta)
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
