"""Changes in Elasticsearch: one row each in `policy-changes`, with what it was derived from.

The rows are a copy of the state file. New ones are added by their number, each under its id, so that adding twice is
adding once; where the index is missing, of another version, or of another state file, it is made anew beside the one
in use and the alias is switched.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk

from data.model import Change, ChangeKind
from data.records import from_json, to_json
from data.regions import Regions
from index.changes.store import Numbered, Store
from index.client import SearchUnavailableError, clear_errors
from index.layout import named, spread_small

CHANGES = named("changes")
VERSION = 1
"""Raised with every change of mapping or rows."""

PAGE_SIZE = 50
KEYWORD = {"type": "keyword"}
DATE = {"type": "date", "format": "strict_date"}
MAPPING: dict[str, Any] = {
    "dynamic": "strict",
    "properties": {
        "id": KEYWORD,
        "number": {"type": "long"},
        "refresh": KEYWORD,
        "document": KEYWORD,
        "kind": KEYWORD,
        "seen": DATE,
        "day": DATE,
        "region": KEYWORD,
        "region_path": KEYWORD,
        "record": {"type": "object", "enabled": False},
    },
}


class ChangesNotLoadedError(RuntimeError):
    """Rows were rejected; what was in use stays. The text lists them."""


@dataclass(frozen=True, slots=True)
class ChangeQuery:
    """Which changes: kinds, a document, a region and all below it, seen from a day on. Empty and `None`: all."""

    kinds: tuple[ChangeKind, ...] = ()
    document: str | None = None
    region: str | None = None
    since: date | None = None
    page: int = 1
    size: int = PAGE_SIZE


@dataclass(frozen=True, slots=True)
class ChangeResults:
    """A page of changes, newest first, how many there are in all, and how many of each kind without that filter."""

    total: int
    changes: tuple[Change, ...]
    kinds: Mapping[ChangeKind, int]


class ChangeSearcher:
    """Lists changes from one cluster. alias: `policy-changes`."""

    def __init__(self, client: Elasticsearch, alias: str = CHANGES) -> None:
        self._client = client
        self._alias = alias

    def search(self, query: ChangeQuery) -> ChangeResults:
        """Return the changes that fit. Raises `SearchUnavailableError`."""
        with clear_errors(self._client):
            if not self._client.indices.exists_alias(name=self._alias):
                raise SearchUnavailableError("there are no changes yet: run `make refresh`")
            found = self._client.search(index=self._alias, **request(query))
        buckets = found["aggregations"]["kinds"]["buckets"]
        return ChangeResults(
            total=found["hits"]["total"]["value"],
            changes=tuple(from_json(hit["_source"]["record"], Change) for hit in found["hits"]["hits"]),
            kinds={ChangeKind(bucket["key"]): bucket["doc_count"] for bucket in buckets},
        )


def request(query: ChangeQuery) -> dict[str, Any]:
    """Return the arguments of the client's `search`."""
    filters: list[dict[str, Any]] = []
    filters += [{"term": {"document": query.document}}] if query.document else []
    filters += [{"term": {"region_path": query.region}}] if query.region else []
    filters += [{"range": {"seen": {"gte": query.since.isoformat()}}}] if query.since else []
    kinds = [{"terms": {"kind": [str(kind) for kind in query.kinds]}}] if query.kinds else []
    return {
        "query": {"bool": {"filter": filters}},
        "post_filter": {"bool": {"filter": kinds}},
        "aggs": {"kinds": {"terms": {"field": "kind", "size": len(ChangeKind)}}},
        "sort": [{"number": "desc"}],
        "from_": (query.page - 1) * query.size,
        "size": query.size,
        "track_total_hits": True,
        "source_includes": ["record"],
    }


def load_changes(client: Elasticsearch, store: Store, regions: Regions, alias: str = CHANGES) -> int:
    """Bring the rows up to date with the state file; returns how many were sent. Raises `ChangesNotLoadedError`."""
    meta = _meta(client, alias)
    fits = meta.get("state") == store.id and meta.get("version") == VERSION
    if fits:
        (name,) = client.indices.get_alias(name=alias)
        return _send(client, name, store, regions, after=int(meta["number"]))
    _remove(client, alias, keep=_in_use(client, alias))
    name = f"{alias}-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
    client.indices.create(index=name, mappings=MAPPING, settings=spread_small())
    sent = _send(client, name, store, regions, after=0)
    _switch(client, alias, name)
    _remove(client, alias, keep={name})
    return sent


def row(numbered: Numbered, regions: Regions) -> dict[str, Any]:
    """Return one change as a row."""
    change = numbered.change
    known = change.region is not None and change.region in regions
    return {
        "id": change.id,
        "number": numbered.number,
        "refresh": numbered.refresh,
        "document": change.document,
        "kind": change.kind,
        "seen": change.seen,
        "day": change.day,
        "region": change.region,
        "region_path": [region.code for region in regions.path(change.region)] if known and change.region else [],
        "record": to_json(change),
    }


def _send(client: Elasticsearch, name: str, store: Store, regions: Regions, *, after: int) -> int:
    sent, last, rejected = 0, after, []
    rows = (row(numbered, regions) for numbered in store.changes(after))
    actions = ({"_index": name, "_id": one["id"], "_source": one} for one in rows)
    for done, item in streaming_bulk(client, actions, raise_on_error=False, max_retries=3):
        sent += 1
        if not done:
            rejected.append(str(item)[:200])
    if rejected:
        raise ChangesNotLoadedError("\n".join([f"{name}: {len(rejected)} of {sent} rows rejected:", *rejected[:20]]))
    if sent or not after:
        last = store.last_number()
        client.indices.refresh(index=name)
        client.indices.put_mapping(index=name, meta={"state": store.id, "version": VERSION, "number": last})
    return sent


def _meta(client: Elasticsearch, alias: str) -> Mapping[str, Any]:
    if not client.indices.exists_alias(name=alias):
        return {}
    (found,) = client.indices.get_mapping(index=alias).body.values()
    meta: Mapping[str, Any] = found["mappings"].get("_meta", {})
    return meta


def _in_use(client: Elasticsearch, alias: str) -> set[str]:
    return set(client.indices.get_alias(name=alias)) if client.indices.exists_alias(name=alias) else set()


def _switch(client: Elasticsearch, alias: str, name: str) -> None:
    old = [{"remove": {"index": one, "alias": alias}} for one in _in_use(client, alias)]
    client.indices.update_aliases(actions=[*old, {"add": {"index": name, "alias": alias}}])


def _remove(client: Elasticsearch, alias: str, keep: Iterable[str]) -> None:
    """Remove what an interrupted load or the switch left; the rows can always be made again."""
    for name in set(client.indices.get(index=f"{alias}-*", expand_wildcards="all")) - set(keep):
        client.indices.delete(index=name)
