"""Indices behind their aliases: each build makes new ones, named after its time, and the alias says which is in use."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from index import mapping
from index.layout import named, spread

KEPT = 2

COPYING_SECONDS = 60
"""For so long the switch waits for copies; those of a large index go on being made behind it."""

HALF = "half updated"
"""Noted in an index while rows of it are replaced in place, so that an update that was cut short is known."""

TRIAL = named("trial")
TRIAL_HOURS = 12


def stamp(ago: timedelta = timedelta()) -> str:
    """Return the name of a generation that begins now, or began `ago`; names sort by time."""
    return (datetime.now(UTC) - ago).strftime("%Y%m%d-%H%M%S-%f")


def current(client: Elasticsearch, alias: str) -> str | None:
    """Return the index behind `alias`, `None` if there is none."""
    if not client.indices.exists_alias(name=alias):
        return None
    return str(next(iter(client.indices.get_alias(name=alias).body)))


def current_meta(client: Elasticsearch, name: str) -> Mapping[str, Any]:
    """Return what the index of this name, or behind this alias, was built from; empty if there is none."""
    try:
        (index,) = client.indices.get_mapping(index=name).body.values()
    except NotFoundError:
        return {}
    built_from: Mapping[str, Any] = index["mappings"].get("_meta", {}).get("built_from", {})
    return built_from


def create(client: Elasticsearch, name: str, mappings: Mapping[str, Any]) -> None:
    """Make an empty index. It has its copies from the start: a node may be lost while it is filled."""
    settings = {**mapping.SETTINGS, **spread(), **mapping.WHILE_BUILDING}
    client.indices.create(index=name, mappings={"dynamic": "strict", **mappings}, settings=settings)


def ready(client: Elasticsearch, name: str) -> None:
    """Keep the rows of a new index for good; returns once its copies are there too.

    client: with time for a minute's answer.
    """
    client.indices.put_settings(index=name, settings={"translog.durability": "request"})
    client.indices.flush(index=name)
    client.options(ignore_status=408).cluster.health(
        index=name, wait_for_no_initializing_shards=True, timeout=f"{COPYING_SECONDS}s"
    )


def finish(client: Elasticsearch, names: Sequence[str], meta: Mapping[str, Any]) -> None:
    """Write into indices what they were built from, into all at once: one without has not come to its end."""
    client.indices.put_mapping(index=list(names), meta={"built_from": meta})


def switch(client: Elasticsearch, aliases: Iterable[str], generation: str) -> None:
    """Point all aliases to their index of one generation, in one step."""
    actions: list[dict[str, Any]] = []
    for alias in aliases:
        actions.append({"remove": {"index": f"{alias}-*", "alias": alias, "must_exist": False}})
        actions.append({"add": {"index": f"{alias}-{generation}", "alias": alias}})
    client.indices.update_aliases(actions=actions)


def remove_unfinished(client: Elasticsearch, aliases: Iterable[str]) -> None:
    """Delete what builds left that did not come to their end."""
    for alias in aliases:
        for name, finished in _all(client, alias).items():
            if not finished:
                client.indices.delete(index=name)


def remove_old(client: Elasticsearch, aliases: Iterable[str]) -> None:
    """Delete all generations but the last two."""
    for alias in aliases:
        for name in list(_all(client, alias))[:-KEPT]:
            client.indices.delete(index=name)


def remove_trials(client: Elasticsearch) -> None:
    """Delete the indices of trials that were killed half a day ago or earlier."""
    old = f"{TRIAL}-{stamp(timedelta(hours=TRIAL_HOURS))}"
    for name in client.indices.get(index=f"{TRIAL}-*"):
        if name < old:
            client.indices.delete(index=name)


def _all(client: Elasticsearch, alias: str) -> dict[str, bool]:
    """Return the indices of `alias`, oldest first, with whether their build came to its end."""
    found = client.indices.get(index=f"{alias}-2*", expand_wildcards="all")
    return {name: "_meta" in found[name]["mappings"] for name in sorted(found)}
