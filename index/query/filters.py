"""What a row must be to be found: each condition of a search as a filter, from small pure parts."""

from collections.abc import Iterable, Mapping
from typing import Any

from data.model import ValidityState
from data.regions import Regions
from index.query.meaning import Meaning
from index.query.value import SCOPE_STATES, Query, Scope
from index.tokens import normalise
from index.understand.query_words import query_words
from index.validity import states_filter

Clause = dict[str, Any]


def region_part(query: Query, regions: Regions) -> list[Clause]:
    """Return the filter for the region and all below it, and with `above` for the levels above it."""
    if query.region is None:
        return []
    if query.above:
        return [_applies([query.region], regions)]
    return [{"term": {"region_path": query.region}}]


def kind_part(query: Query, field: str = "kind") -> list[Clause]:
    """Return the filter for the kinds of incentive."""
    return _any_of(field, query.kinds)


def scope_part(query: Query) -> list[Clause]:
    """Return the filter for validity on the day that is asked for."""
    if query.scope is Scope.ALL and not query.states:
        return []
    wanted = query.states or SCOPE_STATES[query.scope]
    return [states_filter(wanted, query.on)]


def fold_part(query: Query, meaning: Meaning) -> list[Clause]:
    """Return the filter that leaves out drafts whose final text is held: they come with it.

    Not where drafts are asked for, by a choice or by words, nor where something is asked that the final text may not
    have: words as they stand, a number, amount, year, kind, level or issuer.
    """
    chosen = (query.years, query.issuers, query.document_kinds, query.levels, query.kinds, query.min_amount)
    said = (meaning.phrases, meaning.exclusions, meaning.numbers, meaning.amounts, query.max_amount)
    if ValidityState.DRAFT in query.states or _says_draft(meaning.whole) or any(chosen) or any(said):
        return []
    return [{"bool": {"must_not": [{"exists": {"field": "final"}}]}}]


def _says_draft(text: str) -> bool:
    plain = normalise(text)
    return any(word in plain for word in query_words().draft_words)


def amount_part(query: Query, meaning: Meaning) -> list[Clause]:
    """Return the filters for amounts of incentives, those that were chosen and those that the text names."""
    typed = [clause for found in meaning.amounts for clause in _between("amount_max", found.least, found.most)]
    return [*_between("amount_max", query.min_amount, query.max_amount), *typed]


def grant_part(query: Query, meaning: Meaning) -> list[Clause]:
    """Return the filter for documents that make a grant of such an amount, of the kinds that are asked for."""
    limits = [(query.min_amount, query.max_amount), *((found.least, found.most) for found in meaning.amounts)]
    amounts = [clause for least, most in limits for clause in _between("grants.amount", least, most)]
    if not amounts:
        return []
    kinds = [*_any_of("grants.kind", query.kinds), *_any_of("grants.kind", meaning.kinds)]
    return [{"nested": {"path": "grants", "query": {"bool": {"filter": [*amounts, *kinds]}}, "score_mode": "none"}}]


def document_facets(query: Query, meaning: Meaning, regions: Regions, *, folding: bool) -> Mapping[str, list[Clause]]:
    """Return the filters of a search for documents by the facet they belong to; `folded` is none that is counted."""
    return {
        "regions": region_part(query, regions),
        "levels": _any_of("level", query.levels),
        "document_kinds": _any_of("document_kind", query.document_kinds),
        "issuers": _any_of("issuers", query.issuers),
        "years": _any_of("year", query.years),
        "states": scope_part(query),
        "kinds": kind_part(query, "kinds"),
        "folded": fold_part(query, meaning) if folding else [],
    }


def incentive_facets(query: Query, regions: Regions) -> Mapping[str, list[Clause]]:
    """Return the filters of a search for incentives by the facet they belong to; `others` is none that is counted."""
    return {
        "regions": region_part(query, regions),
        "kinds": kind_part(query),
        "states": scope_part(query),
        "others": [
            *_any_of("level", query.levels),
            *_any_of("document_kind", query.document_kinds),
            *_any_of("issuers", query.issuers),
            *_any_of("year", query.years),
        ],
    }


def typed_place_part(meaning: Meaning, regions: Regions) -> list[Clause]:
    """Return the filter for the places that the text names, with what applies there from the levels above."""
    return [_applies(meaning.regions, regions)] if meaning.regions else []


def typed_kind_part(meaning: Meaning) -> list[Clause]:
    """Return the filter for the kinds of incentive that the text names."""
    return _any_of("kind", meaning.kinds)


def typed_year_part(meaning: Meaning) -> list[Clause]:
    """Return the filter for the years where nothing but years is named; beside other words they only lift a row."""
    return _any_of("years", meaning.years if not (meaning.needed or meaning.kinds) else ())


def phrase_part(words: Iterable[str], *fields: str, nested: str | None = None) -> list[Clause]:
    """Return one clause for each of `words`: it stands as it is in one of the fields, or in one row of `nested`."""
    parts = []
    for phrase in words:
        ways: list[Clause] = [{"match_phrase": {field: normalise(phrase)}} for field in fields]
        if nested:
            inner = {"match_phrase": {f"{nested}.text": normalise(phrase)}}
            ways.append({"nested": {"path": nested, "query": inner, "score_mode": "none"}})
        parts.append(_either(ways))
    return parts


def _applies(codes: Iterable[str], regions: Regions) -> Clause:
    wanted = list(codes)
    above = list(dict.fromkeys(region.code for code in wanted for region in regions.path(code)))
    return _either([{"terms": {"region_path": wanted}}, {"terms": {"region": above}}])


def _any_of(field: str, values: Iterable[Any]) -> list[Clause]:
    wanted = list(values)
    return [{"terms": {field: wanted}}] if wanted else []


def _between(field: str, least: int | None, most: int | None) -> list[Clause]:
    limits = {name: value for name, value in (("gte", least), ("lte", most)) if value}
    return [{"range": {field: limits}}] if limits else []


def _either(ways: list[Clause]) -> Clause:
    return {"bool": {"should": ways, "minimum_should_match": 1}}
