"""Indices beside those of documents and incentives: filled beside the one in use, or brought up to date in place.

What was in use stays so until all rows are there. Rows replaced in place become visible all at once; where that is cut
short, the index says so, and the next time it is made anew.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from elasticsearch import Elasticsearch

from index import generations
from index.bulk import Bulk, bulk
from index.leftovers import take_out

Rows = Iterable[Mapping[str, Any]]

PATIENCE_SECONDS = 120
"""For copies that are still being made."""


class RowsError(RuntimeError):
    """Rows were rejected. The text lists them; the next time the index is made anew."""


def make_anew(
    client: Elasticsearch, alias: str, mappings: Mapping[str, Any], rows: Rows, meta: Mapping[str, Any]
) -> None:
    """Make an index of `rows`, and put it behind `alias`. meta: what it is made from. Raises `RowsError`."""
    generations.remove_unfinished(client, [alias])
    generation = generations.stamp()
    index = f"{alias}-{generation}"
    generations.create(client, index, mappings)
    with bulk(client) as sender:
        _send(sender, index, rows)
    _finish(client, index, sender, meta)
    generations.switch(client, [alias], generation)
    generations.remove_old(client, [alias])


def replace_rows(
    client: Elasticsearch, alias: str, rows: Rows, meta: Mapping[str, Any], documents: Collection[str] = ()
) -> None:
    """Send rows to the index in use, and take out the others of `documents`, which rows name as `document`.

    Raises `RowsError`.
    """
    index = generations.current(client, alias) or alias
    # Until the end it holds rows that nobody can see yet, and a node that starts again shows: of such nothing is known.
    generations.finish(client, [index], {"layout": generations.HALF})
    with bulk(client) as sender:
        kept = _send(sender, index, rows)
        take_out(client, sender, index, "document", documents, kept)
    _finish(client, index, sender, meta)


def _send(sender: Bulk, index: str, rows: Rows) -> set[str]:
    """Send rows; returns their ids."""
    sent = set()
    for row in rows:
        sender.put(index, row)
        sent.add(str(row["id"]))
    return sent


def _finish(client: Elasticsearch, index: str, sender: Bulk, meta: Mapping[str, Any]) -> None:
    if sender.rejected:
        raise RowsError("\n".join([f"{index}: rows were rejected:", *map(str, sender.rejected[:20])]))
    client.indices.refresh(index=index)
    generations.ready(client.options(request_timeout=PATIENCE_SECONDS), index)
    generations.finish(client, [index], meta)
