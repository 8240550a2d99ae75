"""The requests of a search: arguments for the client's `search`, put together from the parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from data.model import ValidityState
from data.tables import Tables
from index.query.cursor import cursor_of
from index.query.filters import (
    amount_part,
    document_facets,
    grant_part,
    incentive_facets,
    phrase_part,
    typed_kind_part,
    typed_place_part,
    typed_year_part,
)
from index.query.meaning import Meaning
from index.query.ranking import (
    WEIGHTS,
    Topic,
    Weights,
    beside_part,
    enough_part,
    first_part,
    names_part,
    title_part,
    topic_of,
    topic_part,
)
from index.query.value import Query, Scope, Sort
from index.tokens import Tokenizer
from index.understand import understand
from index.validity import state_filter

PASSAGES = "passages"
SHOWN_PASSAGES = 3
MOST_ISSUERS = 50
MOST_YEARS = 60
TEXTS = ("text", "title")

Clause = dict[str, Any]
Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A search and all that is needed to ask it."""

    query: Query
    meaning: Meaning
    tables: Tables
    tokenizer: Tokenizer
    weights: Weights = WEIGHTS

    @property
    def topic(self) -> Topic:
        """Return the words that rank."""
        return topic_of(self.meaning.topic, self.tokenizer)

    @property
    def needed(self) -> Topic:
        """Return the words that a row must have some of."""
        return topic_of(self.meaning.needed, self.tokenizer)


def incentive_request(asked: Asked) -> Body:
    """Return the arguments of `search` on the incentives."""
    facets = incentive_facets(asked.query, asked.tables.regions)
    counted = {
        "regions": {"terms": {"field": "region_path", "size": len(asked.tables.regions)}},
        "kinds": {"terms": {"field": "kind", "size": len(asked.tables.kinds)}},
        "states": states_part(asked.query),
    }
    return {"query": incentive_query(asked), **_faceted(facets, counted), **_paged(asked.query)}


def document_request(asked: Asked) -> Body:
    """Return the arguments of `search` on the documents, with the best passages of each."""
    facets = document_facets(asked.query, asked.tables.regions)
    counted = {
        "regions": {"terms": {"field": "region_path", "size": len(asked.tables.regions)}},
        "levels": {"terms": {"field": "level", "size": 10}},
        "document_kinds": {"terms": {"field": "document_kind", "size": 20}},
        "issuers": {"terms": {"field": "issuers", "size": MOST_ISSUERS}},
        "years": {"terms": {"field": "year", "size": MOST_YEARS}},
        "states": states_part(asked.query),
        "kinds": {"terms": {"field": "kinds", "size": len(asked.tables.kinds)}},
    }
    chosen = {"issuers": asked.query.issuers, "years": asked.query.years}
    return {
        "query": document_query(asked),
        **_faceted(facets, counted, chosen),
        **_paged(asked.query),
        "source_includes": ["head", "incentives"],
    }


def count_body(asked: Asked) -> Body:
    """Return the body that only counts the incentives that are found."""
    facets = incentive_facets(asked.query, asked.tables.regions)
    filters = [clause for part in facets.values() for clause in part]
    return {
        "query": {"bool": {"must": [incentive_query(asked)], "filter": filters}},
        "size": 0,
        "track_total_hits": True,
    }


def incentive_query(asked: Asked) -> Clause:
    """Return what finds and ranks incentives, without the chosen facets."""
    meaning, topic = asked.meaning, asked.topic
    filters = [
        *amount_part(asked.query, meaning),
        *typed_place_part(meaning, asked.tables.regions),
        *typed_kind_part(meaning),
        *typed_year_part(meaning),
        *phrase_part(meaning.phrases, *TEXTS),
    ]
    must_not = phrase_part(meaning.exclusions, *TEXTS)
    if topic.empty:
        return {"bool": {"should": beside_part(meaning, asked.weights), "filter": filters, "must_not": must_not}}
    should = [
        *topic_part(topic, asked.weights),
        *names_part(meaning, asked.tokenizer, asked.weights),
        *title_part(topic, asked.weights),
        *first_part(meaning, asked.weights),
        *beside_part(meaning, asked.weights),
    ]
    enough = enough_part(asked.needed, meaning, asked.weights)
    return {"bool": {"should": should, "filter": [*filters, *enough], "must_not": must_not}}


def document_query(asked: Asked) -> Clause:
    """Return what finds and ranks documents, without the chosen facets: each counts as its best passage does."""
    meaning, topic = asked.meaning, asked.topic
    filters = [
        *grant_part(asked.query, meaning),
        *typed_place_part(meaning, asked.tables.regions),
        *typed_year_part(meaning),
        *phrase_part(meaning.phrases, "title", nested=PASSAGES),
    ]
    must_not = phrase_part(meaning.exclusions, "title", nested=PASSAGES)
    if topic.empty:
        return {
            "bool": {
                "should": beside_part(meaning, asked.weights, kind="kinds"),
                "filter": filters,
                "must_not": must_not,
            }
        }
    should = [
        *title_part(topic, asked.weights),
        *first_part(meaning, asked.weights),
        *beside_part(meaning, asked.weights, kind="kinds"),
    ]
    return {"bool": {"must": [passage_part(asked)], "should": should, "filter": filters, "must_not": must_not}}


def passage_part(asked: Asked) -> Clause:
    """Return the match of the passages of a document, the best of which counts."""
    under = f"{PASSAGES}."
    inner = {
        "bool": {
            "should": [
                *topic_part(asked.topic, asked.weights, under=under),
                *names_part(asked.meaning, asked.tokenizer, asked.weights, under=under),
            ],
            "filter": enough_part(asked.needed, asked.meaning, asked.weights, under=under),
        }
    }
    shown = {"size": SHOWN_PASSAGES, "_source": [f"{PASSAGES}.{field}" for field in ("shown", "start", "paths")]}
    return {"nested": {"path": PASSAGES, "query": inner, "score_mode": "max", "inner_hits": shown}}


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


def states_part(query: Query) -> Clause:
    """Return the aggregation that counts rows by their state of validity."""
    return {"filters": {"filters": {str(state): state_filter(state, query.on) for state in ValidityState}}}


def sort_part(query: Query) -> list[Clause]:
    """Return the order; rows without the value come last, and ties are broken by id so that the order is stable."""
    newest = {"newest": {"order": "desc", "missing": "_last"}}
    orders: dict[Sort, list[Clause]] = {
        Sort.RELEVANCE: [{"_score": {"order": "desc"}}, newest],
        Sort.AMOUNT: [
            {"amount_max": {"order": "desc", "missing": "_last"}},
            {"rate": {"order": "desc", "missing": "_last", "unmapped_type": "double"}},
        ],
        Sort.NEWEST: [newest],
        Sort.ENDS_SOONEST: [{"last_day": {"order": "asc", "missing": "_last"}}],
    }
    return [*orders[query.sort], {"id": {"order": "asc"}}]


def _paged(query: Query) -> Body:
    cursor = cursor_of(query)
    return {
        "sort": sort_part(query),
        **({"search_after": list(cursor.values)} if cursor else {"from_": (query.page - 1) * query.size}),
        "size": query.size,
        "track_total_hits": True,
        "track_scores": True,
    }


def _faceted(
    facets: Mapping[str, list[Clause]],
    counted: Mapping[str, Clause],
    chosen: Mapping[str, Sequence[object]] = MappingProxyType({}),
) -> Body:
    """Count each facet without its own filter: so what is chosen filters after the counting.

    chosen: values that are counted even if they are not among the most frequent.
    """
    counts = {}
    for name, what in counted.items():
        others = [part for other, parts in facets.items() if other != name for part in parts]
        within = {"counts": what}
        if chosen.get(name):
            within["chosen"] = {"terms": {**what["terms"], "include": list(chosen[name])}}
        counts[name] = {"filter": {"bool": {"filter": others}}, "aggs": within}
    after = [part for parts in facets.values() for part in parts]
    return {"post_filter": {"bool": {"filter": after}}, "aggs": counts}
