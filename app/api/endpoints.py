"""The addresses of the API: each with its parameters, its answer and the work it does, in one row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from app.api.backend import Backend
from app.api.changes import CHANGE, changes_of
from app.api.changes import PARAMETERS as CHANGES
from app.api.documents import FOUND, WHOLE
from app.api.fields import Field, schema_of, value_of
from app.api.incentives import INCENTIVE
from app.api.lists import KIND, REGION
from app.api.parameters import PAGING, WALK, Parameter
from app.api.parameters import REGION as REGION_PARAMETER
from app.api.problems import ProblemError
from app.api.search import Place, check_page, query_of
from index.query import PAGE_SIZE, Query
from index.rows import incentive_id
from index.search import DocumentHit, DocumentResults, Hit, Results, validity_of
from index.understand import Amounts, Part, PartKind
from index.words import say_money

BASE = "/api/v1"
MOST_ID = 200
COUNTS: dict[str, Any] = {"type": "object", "additionalProperties": {"type": "integer"}}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as its endpoint sees it. given: parameters as they stand in the address. values: as read."""

    backend: Backend
    path: str
    given: Mapping[str, str]
    values: Mapping[str, Any]
    identifier: str = ""

    @property
    def page(self) -> tuple[int, int]:
        """Return number and size of the page that is asked for."""
        return self.values.get("page", 1), self.values.get("size", PAGE_SIZE)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address. fields: of the answer, or of one row if it is a list. counts: facets of a list that are counted.

    identified: the address ends in an id. searched: it answers from Elasticsearch.
    """

    path: str
    name: str
    summary: str
    fields: Sequence[Field[Any]]
    work: Callable[[Asked], dict[str, Any]]
    parameters: Sequence[Parameter] = ()
    counts: Sequence[str] = ()
    identified: bool = False
    searched: bool = True


def _said(part: Part) -> str | int:
    if not isinstance(part.value, Amounts):
        return part.value
    ends = ((part.value.least, "以上"), (part.value.most, "以下"))
    return " ".join(f"{say_money(amount)}{word}" for amount, word in ends if amount is not None)


PART: list[Field[Part]] = [
    Field("kind", {"type": "string", "enum": [str(kind) for kind in PartKind]}, lambda part, _: part.kind),
    Field("words", {"type": "string", "description": "As typed."}, lambda part, _: part.words),
    Field("value", {"type": ["string", "integer"], "description": "What it was read as."}, lambda part, _: _said(part)),
]


def list_schema(endpoint: Endpoint) -> dict[str, Any]:
    """Return the schema of a list's answer."""
    links = {
        name: {"type": "string", "format": "uri-reference"}
        if name in ("self", "first", "last")
        else {"type": ["string", "null"], "format": "uri-reference"}
        for name in ("self", "first", "prev", "next", "last")
    }
    properties: dict[str, Any] = {
        "total": {"type": "integer", "minimum": 0, "description": "Of all that was found."},
        "page": {"type": "integer", "minimum": 1},
        "size": {"type": "integer", "minimum": 1},
        "links": {"type": "object", "required": list(links), "properties": links, "additionalProperties": False},
        "results": {"type": "array", "items": {"$ref": f"#/components/schemas/{endpoint.name}"}, "maxItems": 100},
    }
    if endpoint.counts:
        counts = dict.fromkeys(endpoint.counts, COUNTS)
        properties["on"] = {"type": "string", "format": "date", "description": "The day that validity is told for."}
        properties["after"] = {
            "type": ["string", "null"],
            "description": "Place behind the last of these, for the parameter `after`; null where nothing is left.",
        }
        properties["loose"] = {
            "type": "boolean",
            "description": "No result holds the words of `q`: these hold most of its characters.",
        }
        properties["understood"] = {
            "type": "array",
            "items": schema_of(PART),
            "description": "Conditions that were read from `q` and filter.",
        }
        properties["counts"] = {
            "type": "object",
            "description": "Results by value, each without its own filter.",
            "required": list(counts),
            "properties": counts,
        }
    return {"type": "object", "required": list(properties), "properties": properties, "additionalProperties": False}


def _listing(
    asked: Asked, endpoint_fields: Sequence[Field[Any]], rows: Sequence[Any], total: int, after: str | None = None
) -> dict[str, Any]:
    page, size = asked.page
    return {
        "total": total,
        "page": page,
        "size": size,
        "links": Place(asked.path, asked.given, page, size, total, after).links(),
        "results": [value_of(endpoint_fields, row, asked.backend.tables) for row in rows],
    }


def _searched(
    found: Results | DocumentResults, query: Query, counts: Mapping[str, Mapping[Any, int]]
) -> dict[str, Any]:
    parts = found.meaning.understood.parts if found.meaning else ()
    return {
        "on": query.on.isoformat(),
        "after": found.after,
        "loose": found.loose,
        "understood": [{"kind": part.kind, "words": part.words, "value": _said(part)} for part in parts],
        "counts": {name: {str(value): count for value, count in facet.items()} for name, facet in counts.items()},
    }


def incentives(asked: Asked) -> dict[str, Any]:
    """Return the incentives that fit."""
    query = query_of(asked.values, asked.backend.today)
    found = asked.backend.searcher.search(query)
    counts: dict[str, Mapping[Any, int]] = {"regions": found.regions, "kinds": found.kinds, "states": found.states}
    return _listing(asked, INCENTIVE, found.hits, found.total, found.after) | _searched(found, query, counts)


def documents(asked: Asked) -> dict[str, Any]:
    """Return the documents that fit, with their best passages."""
    query = query_of(asked.values, asked.backend.today)
    found = asked.backend.searcher.documents(query)
    return _listing(asked, FOUND, found.hits, found.total, found.after) | _searched(found, query, found.facets)


def document(asked: Asked) -> dict[str, Any]:
    """Return one document."""
    return value_of(WHOLE, _document(asked, asked.identifier), asked.backend.tables)


def incentive(asked: Asked) -> dict[str, Any]:
    """Return one incentive."""
    hit = _document(asked, asked.identifier.rpartition(".")[0])
    for grant in hit.document.incentives:
        if incentive_id(hit.document, grant) == asked.identifier:
            return value_of(INCENTIVE, Hit(grant, hit.document, hit.validity), asked.backend.tables)
    raise _not_there(asked)


def _document(asked: Asked, document_id: str) -> DocumentHit:
    if not 0 < len(document_id) <= MOST_ID or not document_id.isprintable():
        raise _not_there(asked)
    found = asked.backend.searcher.document(document_id)
    if found is None:
        raise _not_there(asked)
    return DocumentHit(found, validity_of(found, asked.backend.today), (), len(found.incentives))


def _not_there(asked: Asked) -> ProblemError:
    return ProblemError(HTTPStatus.NOT_FOUND, f"there is no {asked.identifier[:MOST_ID]!r} here")


def changes(asked: Asked) -> dict[str, Any]:
    """Return what refreshes brought, the newest first."""
    found = changes_of(asked.backend, asked.values, size=PAGE_SIZE)
    return _listing(asked, CHANGE, found.changes, found.total)


def regions(asked: Asked) -> dict[str, Any]:
    """Return regions in the order of the table."""
    known, code = asked.backend.tables.regions, asked.values.get("region")
    found = [region for region in known.values() if code is None or code in {up.code for up in known.path(region.code)}]
    return _paged(asked, REGION, found)


def kinds(asked: Asked) -> dict[str, Any]:
    """Return the kinds of incentive."""
    return _paged(asked, KIND, list(asked.backend.tables.kinds.values()))


def _paged(asked: Asked, endpoint_fields: Sequence[Field[Any]], found: Sequence[Any]) -> dict[str, Any]:
    page, size = asked.page
    check_page(page, size)
    return _listing(asked, endpoint_fields, found[(page - 1) * size : page * size], len(found))


FACETS = ("regions", "levels", "document_kinds", "issuers", "years", "states", "kinds")
ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        f"{BASE}/incentives", "Incentive", "Search the incentives.", INCENTIVE, incentives, WALK,
        counts=("regions", "kinds", "states"),
    ),
    Endpoint(f"{BASE}/incentives/{{id}}", "Incentive", "One incentive.", INCENTIVE, incentive, identified=True),
    Endpoint(f"{BASE}/documents", "FoundDocument", "Search the documents.", FOUND, documents, WALK, counts=FACETS),
    Endpoint(f"{BASE}/documents/{{id}}", "Document", "One document, whole.", WHOLE, document, identified=True),
    Endpoint(f"{BASE}/changes", "Change", "What refreshes brought, the newest first.", CHANGE, changes, CHANGES),
    Endpoint(
        f"{BASE}/regions", "Region", "Regions: all, or one with all below it.", REGION, regions,
        (REGION_PARAMETER, *PAGING), searched=False,
    ),
    Endpoint(f"{BASE}/kinds", "Kind", "The kinds of incentive.", KIND, kinds, PAGING, searched=False),
)  # fmt: skip
