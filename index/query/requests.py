"""The requests of a search: bodies of the REST API, put together from the parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from data.tables import Tables
from index.query.counting import chosen_filters, counts_body, states_part, uncounted_filters
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
    figures_part,
    first_part,
    granted_figures_part,
    held_part,
    names_part,
    shortened,
    title_part,
    topic_of,
    topic_part,
)
from index.query.value import Query, Sort
from index.tokens import Tokenizer, characters

PASSAGES = "passages"
SHOWN_PASSAGES = 3
MOST_ISSUERS = 50
MOST_YEARS = 60
TEXTS = ("text", "title")

MOST_RANKED, LEAST_RANKED = 1_000, 100
"""Rows of which the full sum is worked out; fewer for a long text, which few rows come near."""

LOOSE = 60
"""Of the characters of a text in which no word is found, so many are needed, percent; at least two."""

RANKED_CHARACTERS = 10_000
"""Rows times characters of the text, about."""

PLAIN = 4
"""Of a text of so many characters, without other names, the full sum costs about as much as the cheap order."""

Clause = dict[str, Any]
Body = dict[str, Any]

ANY_ROW: Clause = {"constant_score": {"filter": {"match_all": {}}, "boost": 0}}


@dataclass(frozen=True)  # without slots: what is worked out of the text is kept
class Asked:
    """A search and all that is needed to ask it.

    loose: characters are needed in place of words. folding: drafts come with their final text, see `fold_part`.
    """

    query: Query
    meaning: Meaning
    tables: Tables
    tokenizer: Tokenizer
    weights: Weights = WEIGHTS
    loose: bool = False
    folding: bool = True

    @cached_property
    def topic(self) -> Topic:
        """Return the words that rank."""
        return self._topic(self.meaning.topic)

    @cached_property
    def needed(self) -> Topic:
        """Return the words that a row must have some of."""
        return self._topic(self.meaning.needed)

    @cached_property
    def spoken(self) -> Topic:
        """Return the words that a document must have some of: where nothing else is said, those of its kinds."""
        return self.needed if self.needed.pieces else self._topic(self.meaning.kind_words)

    @property
    def short(self) -> bool:
        """Say whether the full sum costs little."""
        return len(self.topic.plain) <= PLAIN and not self.meaning.others and not self.meaning.near

    @property
    def least(self) -> int | None:
        """Return how many characters a row must hold, `None` where words are needed."""
        return max(2, len(self.needed.pieces) * LOOSE // 100) if self.loose else None

    def _topic(self, text: str) -> Topic:
        topic = topic_of(text, self.tokenizer)
        if self.loose:
            return replace(topic, pieces=tuple(characters(topic.plain)))
        return shortened(topic, self.tokenizer)


@dataclass(frozen=True, slots=True)
class Requests:
    """What a search asks Elasticsearch, as bodies of its REST API; `index.fetch` asks it.

    worded: finds what the words find, whatever is chosen beside; `None` where no words are needed. found: finds what
    the search finds. Neither ranks.
    counts: how many there are, and the facets. hits: the rows in the order that is wanted, without place and size.
    best: the same rows in an order that costs little, `None` where the wanted order does. window: of so many rows at
    the head of that order the full sum is worked out.
    """

    worded: Clause | None
    found: Clause
    counts: Body
    hits: Body
    best: Body | None
    window: int


@dataclass(frozen=True, slots=True)
class _Parts:
    """full: what ranks; held: what ranks at little cost; beside: what lifts in both; filters, must_not: what finds.

    words: whether these find by words that are needed.
    """

    full: list[Clause]
    held: list[Clause]
    beside: list[Clause]
    filters: list[Clause]
    must_not: list[Clause]
    words: bool

    def ranked(self, further: Sequence[Clause]) -> Clause:
        """Return a query that finds what all filters let through, ranked by the full sum."""
        filters = [*self.filters, *further]
        return {"bool": {"should": [*self.full, *self.beside], "filter": filters, "must_not": self.must_not}}

    def cheaply_ranked(self, further: Sequence[Clause]) -> Clause:
        """Return a query that finds the same in the cheap order.

        What ranks is one clause that all rows fit: only then Lucene passes over rows that cannot come among the best.
        (Of the full sum of few rows the same makes it slower.)
        """
        ways = {"bool": {"should": [*self.held, *self.beside, ANY_ROW], "minimum_should_match": 1}}
        return {"bool": {"must": [ways], "filter": [*self.filters, *further], "must_not": self.must_not}}

    def found(self, further: Sequence[Clause] = ()) -> Clause:
        """Return a query that finds the same and ranks nothing."""
        return {"bool": {"filter": [*self.filters, *further], "must_not": self.must_not}}


def incentive_request(asked: Asked) -> Requests:
    """Return what a search for incentives asks."""
    counted = {
        "regions": {"terms": {"field": "region", "size": len(asked.tables.regions)}},
        "kinds": {"terms": {"field": "kind", "size": len(asked.tables.kinds)}},
        "states": states_part(asked.query.on),
    }
    facets = incentive_facets(asked.query, asked.tables.regions)
    return _requests(asked, _incentive_parts(asked), facets, counted, ["record", "incentive"])


def document_request(asked: Asked) -> Requests:
    """Return what a search for documents asks; hits come with their best passages."""
    facets = document_facets(asked.query, asked.meaning, asked.tables.regions, folding=asked.folding)
    counted = {
        "regions": {"terms": {"field": "region", "size": len(asked.tables.regions)}},
        "levels": {"terms": {"field": "level", "size": 10}},
        "document_kinds": {"terms": {"field": "document_kind", "size": 20}},
        "issuers": {"terms": {"field": "issuers", "size": MOST_ISSUERS}},
        "years": {"terms": {"field": "year", "size": MOST_YEARS}},
        "states": states_part(asked.query.on),
        "kinds": {"terms": {"field": "kinds", "size": len(asked.tables.kinds)}},
    }
    return _requests(asked, _document_parts(asked), facets, counted, ["head", "incentives"])


def among(hits: Body, ids: Sequence[str]) -> Body:
    """Return the request for the rows with these ids, all of which the search finds, in the order of `hits`."""
    ranked = hits["query"]["bool"]["should"]
    return {**hits, "query": {"bool": {"should": ranked, "filter": [{"terms": {"id": list(ids)}}]}}}


def count_body(asked: Asked) -> Body:
    """Return the body that only counts the incentives that are found."""
    facets = incentive_facets(asked.query, asked.tables.regions)
    found = _incentive_parts(asked).found(chosen_filters(facets))
    return {"query": found, "size": 0, "track_total_hits": True}


def _incentive_parts(asked: Asked) -> _Parts:
    meaning, topic, weights = asked.meaning, asked.topic, asked.weights
    title = title_part(topic, weights)
    words = bool(asked.needed.pieces) and not meaning.kind_is_enough
    return _Parts(
        full=[*topic_part(topic, weights), *names_part(meaning, asked.tokenizer, weights), *title],
        held=[*held_part(topic, meaning, asked.tokenizer, weights), *title],
        beside=[*first_part(meaning, weights), *beside_part(meaning, weights), *figures_part(meaning, weights)],
        filters=[
            *amount_part(asked.query, meaning),
            *typed_place_part(meaning, asked.tables.regions),
            *typed_kind_part(meaning),
            *typed_year_part(meaning),
            *phrase_part(meaning.phrases, *TEXTS),
            *(enough_part(asked.needed, meaning, asked.tokenizer, weights, least=asked.least) if words else ()),
        ],
        must_not=phrase_part(meaning.exclusions, *TEXTS),
        words=words,
    )


def _document_parts(asked: Asked) -> _Parts:
    """Return the parts of a search for documents: each counts as its best passage does."""
    meaning, topic, weights = asked.meaning, asked.topic, asked.weights
    title = title_part(topic, weights)
    # A kind filters grants; of documents those that make such a grant fit, and those that speak of it.
    granting: list[Clause] = [{"terms": {"kinds": list(meaning.kinds)}}] if meaning.kind_is_enough else []
    beside = [*beside_part(meaning, weights, kind="kinds"), *granted_figures_part(meaning, weights)]
    return _Parts(
        full=[*passage_part(asked), *title],
        held=[*held_part(topic, meaning, asked.tokenizer, weights), *title],
        beside=[*first_part(meaning, weights), *beside],
        filters=[
            *grant_part(asked.query, meaning),
            *typed_place_part(meaning, asked.tables.regions),
            *typed_year_part(meaning),
            *phrase_part(meaning.phrases, "title", nested=PASSAGES),
            *enough_part(asked.spoken, meaning, asked.tokenizer, weights, also=granting, least=asked.least),
        ],
        must_not=phrase_part(meaning.exclusions, "title", nested=PASSAGES),
        words=bool(asked.needed.pieces),
    )


def passage_part(asked: Asked) -> list[Clause]:
    """Return the match of the passages of a document, the best of which counts."""
    if asked.topic.empty:
        return []
    under = f"{PASSAGES}."
    matches = [
        *topic_part(asked.topic, asked.weights, under=under),
        *names_part(asked.meaning, asked.tokenizer, asked.weights, under=under),
    ]
    shown = {"size": SHOWN_PASSAGES, "_source": [f"{PASSAGES}.{field}" for field in ("shown", "start", "paths")]}
    inner = {"bool": {"should": matches}}
    return [{"nested": {"path": PASSAGES, "query": inner, "score_mode": "max", "inner_hits": shown}}]


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


def _requests(
    asked: Asked,
    parts: _Parts,
    facets: Mapping[str, list[Clause]],
    counted: Mapping[str, Clause],
    shown: Sequence[str],
) -> Requests:
    sort, chosen = sort_part(asked.query), chosen_filters(facets)
    plain: Body = {"sort": sort, "track_total_hits": False}
    ranked = asked.query.sort is Sort.RELEVANCE
    dear = ranked and not asked.topic.empty and not asked.short
    hits = {**plain, "query": parts.ranked(chosen), "_source": list(shown)}
    best = {**plain, "query": parts.cheaply_ranked(chosen), "stored_fields": "_none_"}
    counting = counts_body(
        parts.found(uncounted_filters(facets, counted)),
        facets,
        counted,
        {"issuers": asked.query.issuers, "years": asked.query.years},
    )
    window = max(LEAST_RANKED, min(MOST_RANKED, RANKED_CHARACTERS // max(1, len(asked.topic.plain))))
    worded = parts.found() if parts.words else None
    return Requests(worded, parts.found(chosen), counting, hits, best if dear else None, window)
