"""The description of the API (OpenAPI 3.1), made of the rows that answer, so that it cannot say anything else."""

from typing import Any

from app.api.endpoints import BASE, ENDPOINTS, MOST_ID, Endpoint, list_schema
from app.api.fields import schema_of
from app.api.parameters import Parameter
from app.api.problems import MEDIA, PROBLEM_SCHEMA
from data.tables import Tables

VERSION = "1.0.0"
ADDRESS = f"{BASE}/openapi.json"
ABOUT = """Chinese AI policies and what they grant. Each figure stands beside the words it comes from.

Amounts are whole yuan, rates percent (30 is 30 %), dates YYYY-MM-DD. Absent is null: not stated or not found, never 0.
Validity is told for today in China. The parameters are those of the pages' addresses; feeds take the same ones.
No answer is a promise: what the issuer published counts."""

PROBLEMS = {
    "400": "A parameter is unknown or cannot be used; `faults` says which and why.",
    "404": "There is nothing at this address.",
    "503": "The search cannot answer now; try again after `Retry-After` seconds.",
}


def description(tables: Tables) -> dict[str, Any]:
    """Return the description for these tables: codes of regions and kinds are listed in it."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "AI policy knowledge base", "version": VERSION, "description": ABOUT},
        "servers": [{"url": "/"}],
        "paths": {endpoint.path: {"get": _operation(endpoint, tables)} for endpoint in ENDPOINTS} | _own_path(),
        "components": {"schemas": _schemas(tables)},
    }


def _own_path() -> dict[str, Any]:
    answer = {"200": {"description": "OpenAPI 3.1.", "content": {"application/json": {"schema": {"type": "object"}}}}}
    return {ADDRESS: {"get": {"operationId": "openapi", "summary": "This description.", "responses": answer}}}


def _schemas(tables: Tables) -> dict[str, Any]:
    rows = {endpoint.name: schema_of(endpoint.fields, endpoint.summary) for endpoint in reversed(ENDPOINTS)}
    return rows | {
        "Problem": PROBLEM_SCHEMA,
        "RegionCode": {"type": "string", "enum": list(tables.regions), "description": "See /api/v1/regions."},
    }


def _operation(endpoint: Endpoint, tables: Tables) -> dict[str, Any]:
    return {
        "operationId": endpoint.work.__name__,
        "summary": endpoint.summary,
        "parameters": [
            *([_identifier()] if endpoint.identified else []),
            *(_parameter(parameter, tables) for parameter in endpoint.parameters),
        ],
        "responses": _responses(endpoint),
    }


def _identifier() -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1, "maxLength": MOST_ID}
    return {"name": "id", "in": "path", "required": True, "schema": schema, "description": "Its id."}


def _parameter(parameter: Parameter, tables: Tables) -> dict[str, Any]:
    schema = parameter.schema(tables)
    style = {"style": "form", "explode": False} if schema.get("type") == "array" else {}
    return {
        "name": parameter.name,
        "in": "query",
        "required": False,
        "description": parameter.about,
        "schema": schema,
        **style,
    }


def _responses(endpoint: Endpoint) -> dict[str, Any]:
    answer = {"$ref": f"#/components/schemas/{endpoint.name}"} if endpoint.identified else list_schema(endpoint)
    codes = [code for code in PROBLEMS if code != "503" or endpoint.searched]
    return {
        "200": {
            "description": endpoint.summary,
            "headers": _headers(endpoint),
            "content": {"application/json": {"schema": answer}},
        },
        "304": {"description": "Nothing changed since the answer whose ETag or date was sent."},
        **{code: _problem(PROBLEMS[code]) for code in codes},
    }


def _headers(endpoint: Endpoint) -> dict[str, Any]:
    names = ["ETag", "Last-Modified", "Cache-Control", *([] if endpoint.identified else ["Link"])]
    return {name: {"schema": {"type": "string"}} for name in names}


def _problem(about: str) -> dict[str, Any]:
    return {"description": about, "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
