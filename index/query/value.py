"""A search as a value: what was typed and what was chosen beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from data.model import DocumentKind, IssuerLevel, ValidityState, Yuan
from data.regions import Regions

MAX_TEXT = 10_000
PAGE_SIZE = 20
MAX_HITS = 10_000
YEARS = range(1949, 2101)


class QueryError(ValueError):
    """The search cannot be run as asked; the text says what is wrong with which part."""


class PlaceError(QueryError):
    """`Query.after` names no place in the results of this search, or one in an index that is gone."""


class Scope(StrEnum):
    """Which documents count: not known to have ended, known to be in force, or all."""

    CURRENT = "current"
    VERIFIED = "verified"
    ALL = "all"


SCOPE_STATES = {
    Scope.CURRENT: (ValidityState.IN_FORCE, ValidityState.UNKNOWN),
    Scope.VERIFIED: (ValidityState.IN_FORCE,),
    Scope.ALL: tuple(ValidityState),
}


class Sort(StrEnum):
    """`relevance` is by newest where nothing is typed. `amount`: for incentives; documents by their largest one."""

    RELEVANCE = "relevance"
    AMOUNT = "amount"
    NEWEST = "newest"
    ENDS_SOONEST = "ends_soonest"


@dataclass(frozen=True, slots=True)
class Query:
    """One search, for incentives or for documents.

    text: what was typed, at most 10,000 characters; conditions in it are read by `index.query.meaning`.
    kept_as_text: words of `text`, as typed, of which no condition is to be made.
    region: code; it means that region and all below it. above: also what applies there from the levels above.
    kinds: codes of incentives; for documents, those that grant one of them. levels, document_kinds, issuers, years
    (of the newest date): any of them; empty means all.
    scope: see `Scope`. states: these states of validity in place of a scope; empty means that the scope decides.
    min_amount, max_amount: in yuan, both included; incentives whose amount is not stated reach neither.
    on: the day that validity is asked for. page: from 1; size: rows a page, 1 to 100.
    after: go on behind this place, which the page before tells (`Results.after`); `page` does not count then.
    """

    on: date
    text: str = ""
    region: str | None = None
    above: bool = False
    kinds: tuple[str, ...] = ()
    scope: Scope = Scope.CURRENT
    min_amount: Yuan | None = None
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    size: int = PAGE_SIZE
    max_amount: Yuan | None = None
    levels: tuple[IssuerLevel, ...] = ()
    document_kinds: tuple[DocumentKind, ...] = ()
    issuers: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    states: tuple[ValidityState, ...] = ()
    kept_as_text: frozenset[str] = frozenset()
    after: str | None = None


def check(query: Query, regions: Regions, kinds: Iterable[str]) -> None:
    """Raise `QueryError` for a search that no table knows or that asks for too much."""
    for fault in (_text_fault(query), _region_fault(query, regions), _value_fault(query, kinds), _page_fault(query)):
        if fault:
            raise QueryError(fault)


def _text_fault(query: Query) -> str | None:
    if len(query.text) > MAX_TEXT:
        return f"text: {len(query.text)} characters; {MAX_TEXT} is the most"
    if any("\ud800" <= letter <= "\udfff" for letter in query.text):
        return "text: holds half a character; was it written in another encoding than UTF-8?"
    return None


def _region_fault(query: Query, regions: Regions) -> str | None:
    if query.region is None or query.region in regions:
        return None
    meant = "".join(f"; did you mean {region.code} {region.name}?" for region in regions.named(query.region)[:1])
    return f"region: {query.region!r} is no code of regions.csv{meant}"


def _value_fault(query: Query, kinds: Iterable[str]) -> str | None:
    if unknown := sorted(set(query.kinds) - set(kinds)):
        return f"kind: {', '.join(unknown)} is no kind of incentives.yml"
    if (query.min_amount or 0) < 0 or (query.max_amount or 0) < 0:
        return "min_amount, max_amount: must not be below zero"
    if query.min_amount and query.max_amount and query.min_amount > query.max_amount:
        return f"min_amount: {query.min_amount} is more than max_amount, {query.max_amount}"
    if strange := [year for year in query.years if year not in YEARS]:
        return f"years: {strange[0]} is no year from {YEARS[0]} to {YEARS[-1]}"
    return None


def _page_fault(query: Query) -> str | None:
    if query.page < 1 or not 1 <= query.size <= 100:
        return "page: must be 1 or more, with 1 to 100 results a page"
    if query.page * query.size > MAX_HITS:
        return f"page: only the first {MAX_HITS} results can be turned to; narrow the search, or go on with after"
    return None
