"""Wider searches for one that finds nothing."""

from dataclasses import replace

from data.tables import Tables
from index.query.value import Query, Scope
from index.understand import understand


def loosenings(query: Query, tables: Tables) -> list[tuple[str, Query]]:
    """Return the searches that drop one condition of `query` each, by the name of the field that was dropped."""
    region = tables.regions[query.region] if query.region else None
    parts = understand(query.text, tables, kept_as_text=query.kept_as_text).parts
    wider = {
        "scope": replace(query, scope=Scope.ALL, states=()),
        "min_amount": replace(query, min_amount=None, max_amount=None),
        "kinds": replace(query, kinds=()),
        "region": replace(query, region=region.parent if region else None),
        "conditions": replace(query, kept_as_text=query.kept_as_text | {part.words for part in parts}),
        "text": replace(query, text=""),
    }
    return [(field, replace(way, page=1, after=None)) for field, way in wider.items() if way != query]
