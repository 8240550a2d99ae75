"""What is indexed: the tables, and all documents, those of the catalog united with those that were read from pages."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from data.archive import Archive
from data.model import Document
from data.records import to_json
from data.tables import Tables, load
from index.collect import Collector

ROOT = Path(__file__).resolve().parents[1]
ARCHIVE = Path(os.environ.get("CRAWLER_ARCHIVE") or ROOT / "var" / "archive")
"""Where the crawler keeps pages, by the same setting as its own."""

READ = ARCHIVE.parent / "read"

SCHEDULER = os.environ.get("INDEX_SCHEDULER") or None
"""Address of the Dask scheduler whose workers read pages, `tcp://host:8786`; none: processes of this machine."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """documents: by id. digest: the same one means that an index of it would be the same."""

    tables: Tables
    documents: Mapping[str, Document]
    digest: str


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
    with Archive(archive) as held:
        if not held.sources():
            return catalog_corpus(tables)
        documents = Collector(tables, held, cache, say=say, scheduler=scheduler).documents()
    return Corpus(tables, documents, _digest(tables, documents))


def _digest(tables: Tables, documents: Mapping[str, Document]) -> str:
    total = sha256(tables.digest.encode())
    for name in sorted(documents):
        total.update(json.dumps(to_json(documents[name]), ensure_ascii=False, sort_keys=True).encode())
    return total.hexdigest()
