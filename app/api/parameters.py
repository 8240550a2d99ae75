"""What may stand in an address: each parameter with its schema, its reader and its words in one row.

The description of the API is made of these rows and the readers are held to the schemas by tests, so that the two
cannot drift apart. The names are those of the pages (see `app.filters`). A page leaves out what it cannot read and
says so; here anything unknown or wrong is refused with a reason.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from app.api.problems import Fault, ProblemError
from data.model import DocumentKind, IssuerLevel, ValidityState, Yuan
from data.tables import Tables
from index.query import MAX_HITS, MAX_TEXT, PAGE_SIZE, Scope, Sort
from index.query.cursor import LONGEST
from index.query.value import YEARS

MAX_SIZE = 100
MAX_AMOUNT = 10**15 - 1
MAX_VALUES = 50
MAX_NAME = 100
SHOWN = 60
NUMBER = re.compile(r"-?[0-9]{1,16}")

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. field: of `Query`, or of what else is asked. read: raises `ValueError` with the reason."""

    name: str
    field: str
    schema: Callable[[Tables], Schema]
    read: Callable[[str, Tables], Any]
    about: str


def read_parameters(
    given: Iterable[tuple[str, str]], parameters: Sequence[Parameter], tables: Tables
) -> Mapping[str, Any]:
    """Return the values by field. Raises `ProblemError` that lists everything that is unknown, wrong or there twice."""
    known = {parameter.name: parameter for parameter in parameters}
    values: dict[str, Any] = {}
    faults = []
    for name, text in given:
        try:
            parameter = _known(name, known, values)
            values[parameter.field] = parameter.read(text, tables)
        except ValueError as error:
            faults.append(Fault(name[:SHOWN], text[:SHOWN], str(error)))
    if faults:
        raise ProblemError(HTTPStatus.BAD_REQUEST, _said(faults), tuple(faults[:MAX_VALUES]))
    return values


def _known(name: str, known: Mapping[str, Parameter], values: Mapping[str, Any]) -> Parameter:
    if name not in known:
        raise ValueError(f"no parameter here; there are {', '.join(known) or 'none'}")
    if known[name].field in values:
        raise ValueError("stands twice; several values are written with commas")
    return known[name]


def _said(faults: Sequence[Fault]) -> str:
    first = f"{faults[0].parameter}: {faults[0].reason}"
    return first if len(faults) == 1 else f"{first} (and {len(faults) - 1} more)"


def _text(text: str, _: Tables) -> str:
    if len(text) > MAX_TEXT:
        raise ValueError(f"{len(text)} characters; {MAX_TEXT} is the most")
    return text.strip()


def _as_it_is(text: str, _: Tables) -> str:
    return text


def _region(text: str, tables: Tables) -> str:
    if text not in tables.regions:
        raise ValueError("no code of a region; /api/v1/regions lists them")
    return text


def _kinds(text: str, tables: Tables) -> tuple[str, ...]:
    return tuple(_one_of(part, tables.kinds) for part in _parts(text))


def _flag(text: str, _: Tables) -> bool:
    if text != "1":
        raise ValueError("must be 1, or left out")
    return True


def _one_of(text: str, allowed: Iterable[str]) -> str:
    if text not in allowed:
        raise ValueError(f"{text[:SHOWN]!r} is none of {', '.join(allowed)}")
    return text


def _member(members: type[StrEnum]) -> Callable[[str, Tables], Any]:
    return lambda text, _: members(_one_of(text, [str(member) for member in members]))


def members(known: type[StrEnum]) -> Callable[[str, Tables], Any]:
    """Return the reader of several codes with commas."""
    read = _member(known)
    return lambda text, tables: tuple(read(part, tables) for part in _parts(text))


def _number(least: int, most: int) -> Callable[[str, Tables], int]:
    def read(text: str, _: Tables) -> int:
        if not NUMBER.fullmatch(text) or not least <= int(text) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}, in plain digits")
        return int(text)

    return read


def _years(text: str, tables: Tables) -> tuple[int, ...]:
    read = _number(YEARS[0], YEARS[-1])
    return tuple(read(part, tables) for part in _parts(text))


def _names(text: str, _: Tables) -> tuple[str, ...]:
    parts = _parts(text)
    if not all(0 < len(part) <= MAX_NAME for part in parts):
        raise ValueError(f"each name must have 1 to {MAX_NAME} characters")
    return parts


def _parts(text: str) -> tuple[str, ...]:
    parts = tuple(text.split(","))
    if len(parts) > MAX_VALUES:
        raise ValueError(f"{len(parts)} values; {MAX_VALUES} is the most")
    return parts


def codes(known: Iterable[str]) -> Schema:
    """Return the schema of one of some codes."""
    return {"type": "string", "enum": [str(member) for member in known]}


def list_of(items: Schema) -> Schema:
    """Return the schema of several values with commas."""
    return {"type": "array", "items": items, "minItems": 1, "maxItems": MAX_VALUES}


def _amount(name: str, field: str, about: str) -> Parameter:
    schema = {"type": "integer", "minimum": 1, "maximum": MAX_AMOUNT}
    read = _number(1, MAX_AMOUNT)
    return Parameter(name, field, lambda _: schema, lambda text, tables: Yuan(read(text, tables)), about)


TEXT = Parameter(
    "q",
    "text",
    lambda _: {"type": "string", "maxLength": MAX_TEXT},
    _text,
    "Words to search. Conditions in them (杭州, 备案奖励, 100万以上) filter; the answer says which.",
)
REGION = Parameter(
    "region",
    "region",
    lambda _: {"$ref": "#/components/schemas/RegionCode"},
    _region,
    "Code of a region (GB/T 2260): that region and all below it.",
)
ABOVE = Parameter(
    "above",
    "above",
    lambda _: {"type": "integer", "enum": [1]},
    _flag,
    "1: also what applies in the region from the levels above it.",
)
KIND = Parameter(
    "kind",
    "kinds",
    lambda tables: list_of(codes(tables.kinds)),
    _kinds,
    "Kinds of incentive, any of them, with commas; documents: those that grant one of them.",
)
SCOPE = Parameter(
    "scope",
    "scope",
    lambda _: codes(Scope) | {"default": str(Scope.CURRENT)},
    _member(Scope),
    "current: not known to have ended. verified: known to be in force. all: also ended ones and drafts.",
)
STATES = Parameter(
    "state",
    "states",
    lambda _: list_of(codes(ValidityState)),
    members(ValidityState),
    "States of validity today, any of them, with commas, in place of scope. "
    "Documents: drafts whose final text is held are listed with draft only.",
)
LEAST = _amount("min", "min_amount", "Least amount in yuan. An incentive without a stated amount never reaches it.")
MOST = _amount("max", "max_amount", "Largest amount in yuan. An incentive without a stated amount is left out.")
LEVELS = Parameter(
    "level",
    "levels",
    lambda _: list_of(codes(IssuerLevel)),
    members(IssuerLevel),
    "Levels of the issuer, any of them, with commas.",
)
DOCUMENT_KINDS = Parameter(
    "type",
    "document_kinds",
    lambda _: list_of(codes(DocumentKind)),
    members(DocumentKind),
    "Kinds of document, any of them, with commas.",
)
ISSUERS = Parameter(
    "issuer",
    "issuers",
    lambda _: list_of({"type": "string", "minLength": 1, "maxLength": MAX_NAME, "pattern": "^[^,]+$"}),
    _names,
    "Issuers by their full name, any of them, with commas.",
)
YEAR = Parameter(
    "year",
    "years",
    lambda _: list_of({"type": "integer", "minimum": YEARS[0], "maximum": YEARS[-1]}),
    _years,
    "Years in which a document was published (else written, else took effect), any of them, with commas.",
)
SORT = Parameter(
    "sort",
    "sort",
    lambda _: codes(Sort),
    _member(Sort),
    "Order. Left out: by relevance where words are given, else the newest first; feeds: the newest first.",
)
PAGE = Parameter(
    "page",
    "page",
    lambda _: {"type": "integer", "minimum": 1, "maximum": MAX_HITS, "default": 1},
    _number(1, MAX_HITS),
    f"Page, from 1. Only the first {MAX_HITS} results can be turned to; beyond them there is no page (404).",
)
SIZE = Parameter(
    "size",
    "size",
    lambda _: {"type": "integer", "minimum": 1, "maximum": MAX_SIZE, "default": PAGE_SIZE},
    _number(1, MAX_SIZE),
    "Results a page.",
)

AFTER = Parameter(
    "after",
    "after",
    lambda _: {"type": "string", "maxLength": LONGEST},
    _as_it_is,
    "Go on behind this place: `after` of the answer before, all else unchanged. So a whole result can be walked, "
    "however long, with nothing lost or twice; `page` does not count then. After two new builds: 404, begin again.",
)

PAGING = (PAGE, SIZE)
SEARCH = (
    TEXT, REGION, ABOVE, KIND, SCOPE, STATES, LEAST, MOST, LEVELS, DOCUMENT_KINDS, ISSUERS, YEAR, SORT, *PAGING,
)  # fmt: skip
WALK = (*SEARCH, AFTER)
