"""What a person may be about to type, may have meant, or may want to read next: requests and what comes of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import chain, zip_longest
from typing import Any

from data.model import Document
from data.records import from_json
from data.tables import Tables
from index.found import DocumentHit, validity_of
from index.tokens import letters, normalise
from index.understand import Near
from index.understand.vocabulary import vocabulary

MAX_TYPED = 60
MOST_ISSUERS = 2_000
MOST_TITLES = 20
SHARE = "60%"

Body = dict[str, Any]


class SuggestionKind(StrEnum):
    """What a suggestion names."""

    REGION = "region"
    INCENTIVE_KIND = "incentive_kind"
    ISSUER = "issuer"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """text: the whole search, completed. value: code of the region or kind, name of the issuer, id of the document."""

    kind: SuggestionKind
    text: str
    value: str


def name_suggestions(text: str, tables: Tables, issuers: Iterable[str], size: int) -> list[Suggestion]:
    """Return regions, kinds and issuers whose name begins with the last word of `text`, those with documents first."""
    before, last = _last_word(text)
    if not last:
        return []
    documented = vocabulary(tables).documented
    regions = [
        Suggestion(SuggestionKind.REGION, before + tables.regions.full_name(region.code), region.code)
        for region in tables.regions.values()
        if region.parent and any(letters(name).startswith(last) for name in (region.name, *region.aliases))
    ]
    regions.sort(key=lambda found: found.value not in documented)
    kinds = [
        Suggestion(SuggestionKind.INCENTIVE_KIND, before + kind.name, kind.code)
        for kind in tables.kinds.values()
        if any(letters(name).startswith(last) for name in (kind.name, *kind.cues))
    ]
    named = [
        Suggestion(SuggestionKind.ISSUER, before + name, name) for name in issuers if letters(name).startswith(last)
    ]
    return _in_turns([kinds, regions, named])[:size]


def title_request(text: str, size: int) -> Body:
    """Return the search for titles that hold `text` as it is; those that begin so come first."""
    begins = {"prefix": {"exact_title": {"value": letters(text), "boost": 10.0}}}
    return {
        "query": {
            "bool": {
                "should": [{"match_phrase": {"title": normalise(text)}}, begins],
                "minimum_should_match": 1,
            }
        },
        "sort": [{"_score": "desc"}, {"newest": {"order": "desc", "missing": "_last"}}, {"id": "asc"}],
        "size": size,
        "source_includes": ["head"],
    }


def title_suggestions(found: Mapping[str, Any]) -> list[Suggestion]:
    """Return the titles that were found, each once."""
    documents = [from_json(hit["_source"]["head"], Document) for hit in found["hits"]["hits"]]
    titles = {document.title: document.id for document in reversed(documents) if document.title}
    return [Suggestion(SuggestionKind.TITLE, title, titles[title]) for title in reversed(titles)]


def mixed(names: Sequence[Suggestion], titles: Sequence[Suggestion], size: int) -> tuple[Suggestion, ...]:
    """Return both, names first, with room for titles."""
    room = max(size // 2, size - len(titles))
    return (*names[:room], *titles)[:size]


def issuers_request() -> Body:
    """Return the search for all issuers."""
    return {"size": 0, "aggs": {"issuers": {"terms": {"field": "issuers", "size": MOST_ISSUERS}}}}


def issuers_of(found: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the issuers, the most frequent first."""
    return tuple(bucket["key"] for bucket in found["aggregations"]["issuers"]["buckets"])


def corrected(text: str, near: Iterable[Near]) -> tuple[str, ...]:
    """Return `text` with each name that may be meant in the place of what was typed."""
    fixed = (text[: found.span[0]] + found.meant + text[found.span[1] :] for found in near)
    return tuple(dict.fromkeys(fixed))


def near_title_searches(text: str) -> list[Body]:
    """Return two searches: whether `text` stands anywhere, and titles that share most of its pairs."""
    plain = normalise(text)
    phrase = {"match_phrase": {"passages.text": plain}}
    pairs = {"match": {"title.pairs": {"query": plain, "minimum_should_match": SHARE}}}
    anywhere = {"nested": {"path": "passages", "query": phrase, "score_mode": "none"}}
    return [
        {"query": anywhere, "size": 0, "track_total_hits": 1},
        {"query": pairs, "size": MOST_TITLES, "_source": ["exact_title"]},
    ]


def near_titles(text: str, answers: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return pieces of titles that differ from `text` in one character; nothing if `text` itself was found."""
    anywhere, titles = answers
    if anywhere["hits"]["total"]["value"]:
        return ()
    known = (hit["_source"].get("exact_title") or "" for hit in titles["hits"]["hits"])
    pieces = (one_off(letters(text), title) for title in known)
    return tuple(dict.fromkeys(piece for piece in pieces if piece))


def one_off(word: str, text: str) -> str | None:
    """Return the piece of `text` that is as long as `word` and differs in exactly one character, `None` without one."""
    size = len(word)
    pieces = (text[place : place + size] for place in range(len(text) - size + 1))
    different = ((piece, sum(a != b for a, b in zip(piece, word, strict=True))) for piece in pieces)
    return next((piece for piece, count in different if count == 1), None)


def similar_request(index: str, document_id: str, size: int) -> Body:
    """Return the search for documents that share the telling words of one."""
    like = {
        "fields": ["gist_words"],
        "like": [{"_index": index, "_id": document_id}],
        "min_term_freq": 1,
        "min_doc_freq": 2,
        "max_query_terms": 40,
        "minimum_should_match": "20%",
    }
    return {
        "query": {"more_like_this": like},
        "sort": [{"_score": "desc"}, {"id": "asc"}],
        "size": size,
        "source_includes": ["head", "incentives"],
    }


def similar_hits(found: Mapping[str, Any], on: date) -> tuple[DocumentHit, ...]:
    """Return the similar documents; none of their passages answers anything."""
    rows = [hit["_source"] for hit in found["hits"]["hits"]]
    documents = [(from_json(row["head"], Document), row["incentives"]) for row in rows]
    return tuple(DocumentHit(document, validity_of(document, on), (), count) for document, count in documents)


def _last_word(text: str) -> tuple[str, str]:
    """Return what stands before the last word, with its blank, and the letters of the last word."""
    words = text.split()
    if not words or text[-1].isspace():
        return text, ""
    return " ".join(words[:-1]) + (" " if words[1:] else ""), letters(words[-1])


def _in_turns(lists: Sequence[Sequence[Suggestion]]) -> list[Suggestion]:
    return [found for found in chain.from_iterable(zip_longest(*lists)) if found]
