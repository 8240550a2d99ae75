"""Elasticsearch and what is in it: does it answer, is it well, has it room, does the index fit this program."""

import time
from collections.abc import Iterator, Mapping
from typing import Any

from elasticsearch import Elasticsearch

from app.doctor.finding import Finding, doubt, fault, good, some
from index import mapping
from index.build import DOCUMENTS, INCENTIVES, rejected_of
from index.client import Connection, SearchUnavailableError, clear_errors, connect, from_environment
from index.generations import HALF, current_meta
from index.local_server import NodeError, running
from index.tokens import tokenizer

BUILD = "run `python -m index build`"
CLOCK_SECONDS = 30
DISK_PERCENT = 15
"""Free share of a node's disk: below it Elasticsearch puts no more there, at 5 % it forbids writing."""


def connection() -> tuple[Connection | None, Finding]:
    """Return the way to the cluster that is named or runs here, `None` if there is none, and what was found."""
    named = from_environment()
    if named is not None:
        return named, good("elasticsearch", f"ELASTICSEARCH_URL names {named.url}")
    try:
        node = running()
    except NodeError as error:
        return None, fault("elasticsearch", str(error), "end it and run `make run` again")
    if node is None:
        return None, doubt("elasticsearch", "none is named, and no local node runs", "`make run` starts one")
    return Connection(node.url, node.reader.user, node.reader.password), good("elasticsearch", f"local, {node.url}")


def cluster(way: Connection) -> Iterator[Finding]:
    """Look at nodes and index; ends at the first fault that makes all further ones meaningless."""
    try:
        with connect(way) as client, clear_errors(client):
            yield from _nodes(client)
            yield from _indices(client)
    except SearchUnavailableError as error:
        yield fault("elasticsearch", str(error), "put that right; all that is searched comes from there")


def _nodes(client: Elasticsearch) -> Iterator[Finding]:
    health = client.cluster.health()
    nodes, status = health["number_of_nodes"], health["status"]
    found = f"{status}, {nodes} nodes, {health['unassigned_shards']} parts without a node"
    if status == "red":
        yield fault("cluster", found, "parts of indices are on no node: start the nodes that are missing")
    elif status == "yellow":
        yield doubt("cluster", found, "a copy has no node: start one more, or set ELASTICSEARCH_REPLICAS=0 and rebuild")
    else:
        yield good("cluster", found)
    began = time.time()
    stats = client.nodes.stats(metric=["jvm", "fs"])["nodes"].values()
    yield from _versions(client)
    yield _clock(list(stats), (began + time.time()) / 2)
    yield from _room(list(stats))


def _versions(client: Elasticsearch) -> Iterator[Finding]:
    versions = sorted({node["version"] for node in client.nodes.info()["nodes"].values()})
    if len(versions) > 1:
        yield doubt("version", some(versions), "finish the upgrade: all nodes should have one version")
    elif versions[0].split(".")[0] != "9":
        yield fault("version", versions[0], "use an Elasticsearch 9; nothing else was tested")
    else:
        yield good("version", versions[0])


def _clock(stats: list[Mapping[str, Any]], now: float) -> Finding:
    apart = max(abs(node["jvm"]["timestamp"] / 1000 - now) for node in stats)
    if apart > CLOCK_SECONDS:
        return doubt("clocks", f"{apart:.0f} s apart from a node's", "set both by NTP: locks and validity go by them")
    return good("clocks", f"at most {apart:.1f} s apart from the nodes'")


def _room(stats: list[Mapping[str, Any]]) -> Iterator[Finding]:
    for node in stats:
        total = node["fs"]["total"]
        share = 100 * total["available_in_bytes"] / max(total["total_in_bytes"], 1)
        if share < DISK_PERCENT:
            found = f"{share:.0f} % of the disk of node {node['name']} are free"
            yield doubt("room", found, "make room: at 5 % Elasticsearch forbids writing, unless that is switched off")


def _indices(client: Elasticsearch) -> Iterator[Finding]:
    metas = {name: current_meta(client, name) for name in (DOCUMENTS, INCENTIVES)}
    if missing := [name for name, meta in metas.items() if not meta]:
        yield fault("index", f"{some(missing)}: not there, or not whole", BUILD)
        return
    yield from (_fits(name, meta) for name, meta in metas.items())
    yield from _writable(client)
    rejected = [f"{row.id}: {row.reason}" for row in rejected_of(metas.values())]
    if rejected:
        yield doubt(
            "set aside", some(rejected, 3), "these rows are not searched; see what is wrong with their documents"
        )


def _fits(name: str, meta: Mapping[str, Any]) -> Finding:
    words = tokenizer().version
    if meta["words"] != words:
        return fault(name, f"cut with another lexicon ({meta['words']}, here {words}): searches are refused", BUILD)
    if meta["mapping"] != mapping.VERSION:
        return fault(name, f"of version {meta['mapping']}, here {mapping.VERSION}: searches are refused", BUILD)
    if meta["corpus"] == HALF:
        return doubt(name, "an update did not come to its end", BUILD)
    return good(name, "made with these words and this version")


def _writable(client: Elasticsearch) -> Iterator[Finding]:
    settings = client.indices.get_settings(index=f"{DOCUMENTS},{INCENTIVES}", name="index.blocks.*")
    blocked = sorted(name for name, held in settings.items() if held["settings"])
    if blocked:
        yield fault(
            "writing", f"forbidden on {some(blocked)}", "the disk of a node is full: make room, the rest is undone"
        )
