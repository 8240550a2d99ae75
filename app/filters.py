"""The address holds the search: URL parameters to `Query` and back.

Widgets are not bound to the URL by Streamlit's own `bind`, because it writes labels into the address and ours carry
counts, which change from search to search (docs/decisions/url.md). Parameters: q, kept, region, above, kind, scope,
state, min, max, level, type, issuer, year, sort, page; the names are those of the API. Several values are written with
commas, those of `kept` with bars. A parameter that cannot be read is left out of the search, and said.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from data.model import DocumentKind, IssuerLevel, ValidityState, Yuan
from data.tables import Tables
from index.query import MAX_HITS, MAX_TEXT, PAGE_SIZE, Query, Scope, Sort
from index.query.value import YEARS

MAX_VALUES = 50
MAX_NAME = 100
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Address:
    """What an address asks for: the search, and (parameter, value) of what could not be read."""

    query: Query
    ignored: tuple[tuple[str, str], ...]


def read_address(parameters: Mapping[str, str], tables: Tables, today: date) -> Address:
    """Read URL parameters. Anything unknown or wrong is ignored and listed, never an error."""
    readers: dict[str, tuple[str, Callable[[str], Any]]] = {
        "q": ("text", _text),
        "kept": ("kept_as_text", _kept),
        "region": ("region", lambda code: tables.regions[code].code),
        "above": ("above", lambda value: {"1": True}[value]),
        "kind": ("kinds", lambda value: _several(value, lambda code: tables.kinds[code].code)),
        "scope": ("scope", Scope),
        "state": ("states", lambda value: _several(value, ValidityState)),
        "min": ("min_amount", _amount),
        "max": ("max_amount", _amount),
        "level": ("levels", lambda value: _several(value, IssuerLevel)),
        "type": ("document_kinds", lambda value: _several(value, DocumentKind)),
        "issuer": ("issuers", lambda value: _several(value, _name)),
        "year": ("years", lambda value: _several(value, _year)),
        "sort": ("sort", Sort),
        "page": ("page", _page),
    }
    values: dict[str, Any] = {}
    ignored = []
    for name, value in parameters.items():
        field, read = readers.get(name, ("", _unknown))
        try:
            values[field] = read(value)
        except (ValueError, KeyError):
            ignored.append((name, value[:60]))
    query = Query(on=today, **values)
    if query.min_amount and query.max_amount and query.min_amount > query.max_amount:
        query = replace(query, max_amount=None)
        ignored.append(("max", parameters["max"][:60]))
    return Address(still_kept(query), tuple(ignored))


def write_address(query: Query) -> dict[str, str]:
    """Return the URL parameters of `query`; what is at its default is left out."""
    parameters = {
        "q": query.text,
        "kept": "|".join(_escaped(words) for words in sorted(query.kept_as_text)),
        "region": query.region,
        "above": "1" if query.above else "",
        "kind": ",".join(query.kinds),
        "scope": query.scope,
        "state": ",".join(query.states),
        "min": str(query.min_amount or ""),
        "max": str(query.max_amount or ""),
        "level": ",".join(query.levels),
        "type": ",".join(query.document_kinds),
        "issuer": ",".join(query.issuers),
        "year": ",".join(map(str, query.years)),
        "sort": query.sort,
        "page": str(query.page),
    }
    default = {"scope": Scope.CURRENT, "sort": Sort.RELEVANCE, "page": "1"}
    return {name: value for name, value in parameters.items() if value and value != default.get(name)}


def still_kept(query: Query) -> Query:
    """Return `query` without words kept as text that its text no longer holds."""
    return replace(query, kept_as_text=frozenset(words for words in query.kept_as_text if words in query.text))


def fits_address(issuer: str) -> bool:
    """Return whether the name of an issuer can be written into an address, where commas part the names."""
    return 0 < len(issuer) <= MAX_NAME and "," not in issuer


def _text(value: str) -> str:
    if len(value) > MAX_TEXT:
        raise ValueError("too long")
    return value.strip()


def _kept(value: str) -> frozenset[str]:
    if len(value) > MAX_TEXT:
        raise ValueError("too long")
    parts = _parts(value, "|")
    return frozenset(part.replace("%7C", "|").replace("%25", "%") for part in parts if part)


def _escaped(words: str) -> str:
    return words.replace("%", "%25").replace("|", "%7C")


def _several(value: str, read: Callable[[str], Value]) -> tuple[Value, ...]:
    return tuple(dict.fromkeys(read(part) for part in _parts(value, ",")))


def _parts(value: str, mark: str) -> Iterable[str]:
    parts = value.split(mark)
    if len(parts) > MAX_VALUES:
        raise ValueError("too many")
    return parts


def _name(value: str) -> str:
    if not fits_address(value):
        raise ValueError("no name")
    return value


def _year(value: str) -> int:
    year = int(value)
    if year not in YEARS:
        raise ValueError("no such year")
    return year


def _amount(value: str) -> Yuan:
    amount = int(value)
    if not 0 < amount < 10**15:
        raise ValueError("no amount")
    return Yuan(amount)


def _page(value: str) -> int:
    page = int(value)
    if not 1 <= page <= MAX_HITS // PAGE_SIZE:
        raise ValueError("no such page")
    return page


def _unknown(value: str) -> None:
    raise KeyError(value)
