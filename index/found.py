"""What searches return: values, made from rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from data.model import Document, Incentive, Span, ValidityState
from data.records import from_json
from data.regions import Regions
from index.fetch import Fetched
from index.marks import marks
from index.query.cursor import cursor_text
from index.query.meaning import Meaning
from index.query.value import Query
from index.rows import incentive_id
from index.validity import Term, state_on, term_of

MOST_DRAFTS = 200


@dataclass(frozen=True, slots=True)
class Validity:
    """A document's state on one day; `last_day` in force as far as known, `days_left` until then."""

    state: ValidityState
    last_day: date | None
    days_left: int | None


@dataclass(frozen=True, slots=True)
class Hit:
    """One incentive that was found, with its document (without that document's other incentives)."""

    incentive: Incentive
    document: Document
    validity: Validity

    @property
    def id(self) -> str:
        """Address of the incentive."""
        return incentive_id(self.document, self.incentive)


@dataclass(frozen=True, slots=True)
class Results:
    """A page of hits, how many there are in all, and counts by region, kind and state without their own filter.

    meaning: what was read from the text; `None` for results that were not searched.
    after: place behind the last hit (see `Query.after`), `None` where nothing comes behind it.
    loose: no row holds the words, these hold most of the characters.
    """

    total: int
    hits: tuple[Hit, ...]
    regions: Mapping[str, int]
    kinds: Mapping[str, int]
    states: Mapping[ValidityState, int]
    meaning: Meaning | None = None
    after: str | None = None
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage that answers. text: raw, as it is shown. marks: places in `text` of what was searched.

    span: its place in `Document.text`; `None` for what the catalog says. path: numbers of the clause it lies in.
    """

    text: str
    marks: tuple[Span, ...]
    span: Span | None
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentHit:
    """One document that was found (see `index.rows.head_of`), its best passages first.

    incentives: how many it grants. drafts: drafts of it, which are no results of their own.
    """

    document: Document
    validity: Validity
    snippets: tuple[Snippet, ...]
    incentives: int
    drafts: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentResults:
    """A page of documents, how many there are in all, and the facets.

    facets: regions, levels, document_kinds, issuers, years, states, kinds; counts by value, as text, each without its
    own filter. What the search has chosen is always there, with 0 if nothing is found. after, loose: as of `Results`.
    """

    total: int
    hits: tuple[DocumentHit, ...]
    facets: Mapping[str, Mapping[str, int]]
    meaning: Meaning
    after: str | None = None
    loose: bool = False


def validity_of(document: Document, day: date) -> Validity:
    """Return the state of `document` on `day`."""
    term: Term = term_of(document)
    state = state_on(term, day)
    left = (term.last_day - day).days if term.last_day and state is ValidityState.IN_FORCE else None
    return Validity(state, term.last_day, left)


def incentive_results(found: Fetched, query: Query, meaning: Meaning, regions: Regions) -> Results:
    """Return what the server answered to a search for incentives."""
    counts = found.counts
    return Results(
        total=found.total,
        hits=tuple(_hit(hit["_source"], query.on) for hit in found.rows),
        regions=_region_counts(counts["regions"], query.region, regions),
        kinds=_counts(counts["kinds"], query.kinds),
        states={ValidityState(state): count for state, count in _counts(counts["states"], ()).items()},
        meaning=meaning,
        after=cursor_text(query, found.after) if found.after else None,
        loose=found.loose,
    )


def drafts_request(found: Fetched) -> dict[str, Any]:
    """Return the search for the drafts of the documents that were found."""
    ids = [row["_id"] for row in found.rows]
    return {
        "query": {"bool": {"filter": [{"terms": {"final": ids}}]}},
        "sort": [{"newest": {"order": "desc", "missing": "_last"}}, {"id": "asc"}],
        "size": MOST_DRAFTS,
        "_source": ["head", "final"],
        "track_total_hits": False,
    }


def document_results(
    found: Fetched, query: Query, meaning: Meaning, regions: Regions, drafts: Iterable[Mapping[str, Any]] = ()
) -> DocumentResults:
    """Return what the server answered to a search for documents. drafts: the hits of `drafts_request`."""
    of: dict[str, list[Document]] = {}
    for row in (hit["_source"] for hit in drafts):
        of.setdefault(row["final"], []).append(from_json(row["head"], Document))
    chosen: Mapping[str, Iterable[Any]] = {
        "levels": query.levels,
        "document_kinds": query.document_kinds,
        "issuers": query.issuers,
        "years": query.years,
        "states": query.states,
        "kinds": query.kinds,
    }
    counted = {name: _counts(found.counts[name], values) for name, values in chosen.items()}
    words = (meaning.topic, *meaning.others, *meaning.phrases, *(near.meant for near in meaning.near))
    return DocumentResults(
        total=found.total,
        hits=tuple(_document_hit(hit, query.on, words, tuple(of.get(hit["_id"], ()))) for hit in found.rows),
        facets={"regions": _region_counts(found.counts["regions"], query.region, regions), **counted},
        meaning=meaning,
        after=cursor_text(query, found.after) if found.after else None,
        loose=found.loose,
    )


def _hit(row: Mapping[str, Any], day: date) -> Hit:
    document = from_json(row["record"], Document)
    return Hit(from_json(row["incentive"], Incentive), document, validity_of(document, day))


def _document_hit(
    hit: Mapping[str, Any], day: date, words: Iterable[str], drafts: tuple[Document, ...] = ()
) -> DocumentHit:
    document, wanted = from_json(hit["_source"]["head"], Document), tuple(words)
    found = hit.get("inner_hits", {}).get("passages", {}).get("hits", {}).get("hits", ())
    snippets = (_snippet(passage["_source"], wanted) for passage in found if passage["_source"].get("shown"))
    return DocumentHit(document, validity_of(document, day), tuple(snippets), hit["_source"]["incentives"], drafts)


def _snippet(row: Mapping[str, Any], words: tuple[str, ...]) -> Snippet:
    text, start = row["shown"], row.get("start")
    found = marks(text, words)
    span = None if start is None else Span(start, start + len(text))
    best = max(found, key=lambda mark: mark.end - mark.start, default=Span(0, 0))
    paths = [tuple(at["path"]) for at in row.get("paths", ()) if at["at"] <= (start or 0) + best.start]
    return Snippet(text, found, span, paths[-1] if paths else ())


def _region_counts(facet: Mapping[str, Any], chosen: str | None, regions: Regions) -> dict[str, int]:
    """Return the counts of regions with all below them: rows are counted in their own only, which costs less."""
    found = {chosen: 0} if chosen else {}
    for code, count in _counts(facet, ()).items():
        for region in regions.path(code) if code in regions else ():
            found[region.code] = found.get(region.code, 0) + count
    return found


def _counts(facet: Mapping[str, Any], chosen: Iterable[Any]) -> dict[str, int]:
    buckets = facet["counts"]["buckets"]
    if isinstance(buckets, Mapping):
        return {value: bucket["doc_count"] for value, bucket in buckets.items()}
    counted = {str(bucket["key"]): bucket["doc_count"] for bucket in buckets}
    further = {str(bucket["key"]): bucket["doc_count"] for bucket in facet.get("chosen", {}).get("buckets", ())}
    return {str(value): 0 for value in chosen} | further | counted
