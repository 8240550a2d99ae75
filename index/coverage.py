"""How well the collection is covered: what became of each source, and of how many documents the text is held.

The state of the sources lies in the tables and in the archive. As the pages read Elasticsearch only, it is copied into
`policy-sources`, one row a source, beside the other indices (`index.side`). How many documents have a text is counted
in the index of documents itself.
"""

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch

from data.archive import Archive, ArchiveError
from data.model import IssuerLevel, Need, Outcome, Run, Source
from data.records import from_json, to_json
from data.tables import Tables
from index import generations
from index.build import DOCUMENTS
from index.build_lock import BuildingError, build_lock
from index.client import clear_errors
from index.layout import named
from index.scores import Scores, read_scores
from index.side import RowsError, make_anew, replace_rows

SOURCES = named("sources")
VERSION = 1
"""Raised with every change of mapping or rows."""

MAPPING: dict[str, Any] = {"properties": {"id": {"type": "keyword"}, "record": {"type": "object", "enabled": False}}}
MOST_SOURCES = 10_000
MOST_CAUSE = 300
NO_LEVEL = "-"
WITH_TEXT = {"term": {"with_text": True}}


@dataclass(frozen=True, slots=True)
class LastRun:
    """A run of a source. outcome: `None` while it goes on or if it was killed. cause: what failed, as logged."""

    started: datetime
    outcome: Outcome | None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class SourceState:
    """One source as the tables and the archive know it.

    verified: day on which its record was last held against the site; `None`: never. needs: why it cannot be listed.
    last: its newest run, `None` if there was none. last_good: start of the newest good run. pages: held in the archive.
    """

    id: str
    publisher: str
    region: str
    family: str
    verified: date | None
    needs: Need | None
    last: LastRun | None
    last_good: datetime | None
    pages: int


@dataclass(frozen=True, slots=True)
class LevelTexts:
    """Documents of issuers of one level (`None`: not known): how many, with a text, and both of the catalog alone."""

    level: IssuerLevel | None
    documents: int
    with_text: int
    catalog: int
    catalog_with_text: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """All that 数据来源 shows.

    sources: `None` if their state was never loaded. words, mapping: versions of lexicon and index, `None` without an
    index. built: when that index was made (UTC). untexted: ids of the catalog's documents without a text. scores: of
    the last evaluation, `None` if there was none on this cluster.
    """

    sources: tuple[SourceState, ...] | None
    levels: tuple[LevelTexts, ...]
    words: str | None
    mapping: int | None
    built: datetime | None
    untexted: tuple[str, ...] = ()
    scores: Scores | None = None


def source_states(tables: Tables, archive: Archive) -> tuple[SourceState, ...]:
    """Return the state of every source of the tables, in their order. Raises `ArchiveError`."""
    return tuple(_state(source, archive) for source in tables.sources.values())


def _state(source: Source, archive: Archive) -> SourceState:
    runs, good = archive.runs(source.id), archive.last_good(source.id)
    return SourceState(
        id=source.id,
        publisher=source.publisher,
        region=source.region,
        family=source.family,
        verified=source.verified,
        needs=source.needs,
        last=_last(runs[-1]) if runs else None,
        last_good=good.started if good else None,
        pages=sum(1 for _ in archive.urls(source.id)),
    )


def _last(run: Run) -> LastRun:
    said = [str(run.evidence[name]) for name in ("causes", "first_fault") if run.evidence.get(name)]
    return LastRun(run.started, run.outcome, "; ".join(said)[:MOST_CAUSE] or None)


def load_sources(client: Elasticsearch, states: Iterable[SourceState]) -> bool:
    """Bring `policy-sources` up to date; returns whether anything changed.

    Raises `RowsError`, `BuildingError` if a build is under way, `SearchUnavailableError`.
    """
    rows = [{"id": state.id, "record": to_json(state)} for state in states]
    meta = {"layout": _digest([VERSION, *(row["id"] for row in rows)]), "digest": _digest(rows)}
    with clear_errors(client):
        if generations.current_meta(client, SOURCES) == meta:
            return False
        with build_lock(client):
            if generations.current_meta(client, SOURCES).get("layout") == meta["layout"]:
                replace_rows(client, SOURCES, rows, meta)
            else:
                make_anew(client, SOURCES, MAPPING, rows, meta)
    return True


def _digest(value: object) -> str:
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def keep_sources(client: Elasticsearch, tables: Tables, folder: Path, say: Callable[[str], None]) -> None:
    """Bring the state of the sources up to date from the archive in `folder`; what stands in the way is only said.

    Nothing else depends on it, so that a fault here must not cost a build. Raises `SearchUnavailableError`.
    """
    try:
        with Archive(folder) as held:
            load_sources(client, source_states(tables, held))
    except (ArchiveError, BuildingError, RowsError) as error:
        say(f"sources: their state was not brought up to date: {error}")


def read_coverage(client: Elasticsearch, catalog: Collection[str]) -> Coverage:
    """Return the coverage. catalog: ids of the documents that the tables hold. Raises `SearchUnavailableError`."""
    with clear_errors(client):
        meta = generations.current_meta(client, DOCUMENTS)
        return Coverage(
            sources=_sources(client),
            levels=_levels(client, catalog) if meta else (),
            words=meta.get("words"),
            mapping=meta.get("mapping"),
            built=_built(generations.current(client, DOCUMENTS)),
            untexted=_untexted(client, catalog) if meta else (),
            scores=read_scores(client),
        )


def _sources(client: Elasticsearch) -> tuple[SourceState, ...] | None:
    if not client.indices.exists_alias(name=SOURCES):
        return None
    found = client.search(index=SOURCES, size=MOST_SOURCES, sort=["id"], source_includes=["record"])
    return tuple(from_json(hit["_source"]["record"], SourceState) for hit in found["hits"]["hits"])


def _levels(client: Elasticsearch, catalog: Collection[str]) -> tuple[LevelTexts, ...]:
    text = {"text": {"filter": WITH_TEXT}}
    known = {"catalog": {"filter": {"terms": {"id": sorted(catalog)}}, "aggs": text}}
    levels = {"terms": {"field": "level", "size": 20, "missing": NO_LEVEL}, "aggs": text | known}
    found = client.search(index=DOCUMENTS, size=0, aggs={"levels": levels})
    buckets = {bucket["key"]: bucket for bucket in found["aggregations"]["levels"]["buckets"]}
    return tuple(_level(buckets[key], key) for key in (*IssuerLevel, NO_LEVEL) if key in buckets)


def _untexted(client: Elasticsearch, catalog: Collection[str]) -> tuple[str, ...]:
    query = {"bool": {"filter": [{"terms": {"id": sorted(catalog)}}], "must_not": [WITH_TEXT]}}
    found = client.search(index=DOCUMENTS, query=query, size=MOST_SOURCES, sort=["id"], source=False)
    return tuple(hit["_id"] for hit in found["hits"]["hits"])


def _level(bucket: dict[str, Any], key: str) -> LevelTexts:
    return LevelTexts(
        level=None if key == NO_LEVEL else IssuerLevel(key),
        documents=bucket["doc_count"],
        with_text=bucket["text"]["doc_count"],
        catalog=bucket["catalog"]["doc_count"],
        catalog_with_text=bucket["catalog"]["text"]["doc_count"],
    )


def _built(name: str | None) -> datetime | None:
    """Return the time in the name of an index; `None` for a name without one."""
    try:
        return datetime.strptime((name or "")[-22:-7], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
