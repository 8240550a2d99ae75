"""How many rows a search finds, and how many of them each value of a facet has: what is asked, what the answer says.

Each facet is counted without its own filter. Facets of which nothing is chosen have one filter in common, all that is
chosen, so they are counted in one go: to test each row against it once for each of them took most of the time.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from data.model import ValidityState
from index.validity import states_filter

Clause = dict[str, Any]
Facets = Mapping[str, Sequence[Clause]]
"""Filters by the facet they belong to."""

ALL = "all"


def chosen_filters(facets: Facets) -> list[Clause]:
    """Return all that is chosen."""
    return [part for parts in facets.values() for part in parts]


def uncounted_filters(facets: Facets, counted: Mapping[str, Clause]) -> list[Clause]:
    """Return what is chosen beside the facets that are counted: it holds for all counts."""
    return [part for name, parts in facets.items() if name not in counted for part in parts]


def counts_body(
    found: Clause,
    facets: Facets,
    counted: Mapping[str, Clause],
    chosen: Mapping[str, Sequence[object]] = MappingProxyType({}),
) -> dict[str, Any]:
    """Return the body that counts.

    found: the query, with `uncounted_filters`. counted: what to count by facet. chosen: values by facet that are
    counted even if they are not among the most frequent.
    """
    own = {name: facets[name] for name in counted}
    free = {name: what for name, what in counted.items() if not facets[name]}
    groups = {ALL: _group(chosen_filters(own), free)}
    for name, what in counted.items():
        if facets[name]:
            others = chosen_filters({other: parts for other, parts in own.items() if other != name})
            groups[name] = _group(others, {"counts": what, **_also(what, chosen.get(name, ()))})
    return {"query": found, "size": 0, "track_total_hits": False, "aggs": groups}


def states_part(on: date) -> Clause:
    """Return what counts rows by their state of validity on a day."""
    return {"filters": {"filters": {str(state): states_filter([state], on) for state in ValidityState}}}


def counts_of(answer: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
    """Return the number of rows, and by facet `{"counts": …}`, with `"chosen"` beside where values are chosen."""
    groups = dict(answer["aggregations"])
    all_chosen = groups.pop(ALL)
    free = {name: {"counts": facet} for name, facet in all_chosen.items() if isinstance(facet, Mapping)}
    return int(all_chosen["doc_count"]), {**free, **groups}


def _group(filters: Sequence[Clause], counts: Mapping[str, Clause]) -> Clause:
    within: Clause = {"filter": {"bool": {"filter": list(filters)}}}
    return {**within, "aggs": dict(counts)} if counts else within


def _also(what: Clause, values: Sequence[object]) -> Mapping[str, Clause]:
    return {"chosen": {"terms": {**what["terms"], "include": list(values)}}} if values else {}
