"""What is indexed: the tables, and all documents, those of the catalog united with those that were read from pages."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from data.archive import Archive
from data.model import Document
from data.tables import Tables, load
from index.collect import Collector
from index.garbage import looked_for_rarely
from index.rows import digest_of

ROOT = Path(__file__).resolve().parents[1]
ARCHIVE = Path(os.environ.get("CRAWLER_ARCHIVE") or ROOT / "var" / "archive")
"""Where the crawler keeps pages, by the same setting as its own."""

READ = ARCHIVE.parent / "read"

SCHEDULER = os.environ.get("INDEX_SCHEDULER") or None
"""Address of the Dask scheduler whose workers read pages, `tcp://host:8786`; none: processes of this machine."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is to be indexed. A build asks for the documents one after the other, so they need not be held in memory.

    documents: by id. digest: the same one means that an index of it would be the same. digests: of each document, see
    `index.rows.digest_of`; where one is missing it is worked out from the document.
    """

    tables: Tables
    documents: Mapping[str, Document]
    digest: str
    digests: Mapping[str, str] = field(default_factory=dict)

    def digest_of(self, name: str) -> str:
        """Return the digest of the document with this id."""
        return self.digests.get(name) or digest_of(self.documents[name])


def catalog_corpus(tables: Tables) -> Corpus:
    """Return the catalog alone, without any page."""
    return Corpus(tables, tables.documents, tables.digest)


def read_corpus(
    tables: Tables | None = None,
    *,
    archive: Path = ARCHIVE,
    cache: Path = READ,
    say: Callable[[str], None] = print,
    scheduler: str | None = SCHEDULER,
) -> Corpus:
    """Return the catalog with all that the archive holds; the catalog alone where there is no archive.

    scheduler: of Dask, for reading; `None` for this machine. Raises `TableError`, `ArchiveError`, `SchedulerError`.
    """
    tables = tables or load()
    with looked_for_rarely(), Archive(archive) as held:
        if not held.sources():
            return catalog_corpus(tables)
        collector = Collector(tables, held, cache, say=say, scheduler=scheduler)
        documents = collector.documents()
        digests = collector.digests(documents)
    return Corpus(tables, documents, _digest(tables, digests), digests)


def _digest(tables: Tables, digests: Mapping[str, str]) -> str:
    lines = (f"{name} {digests[name]}" for name in sorted(digests))
    return sha256("\n".join([tables.digest, *lines]).encode()).hexdigest()
