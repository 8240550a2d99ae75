"""Answers that say what went wrong: problem details as JSON (RFC 9457), for every error the same form."""

import json
import traceback
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from data import journal

MEDIA = "application/problem+json"
RETRY_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Fault:
    """One parameter that cannot be used: its name, the start of what was given, and why."""

    parameter: str
    value: str
    reason: str


class ProblemError(Exception):
    """A request that gets no answer. detail: what happened and what to do, in one sentence."""

    def __init__(self, status: HTTPStatus, detail: str, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.faults = faults


PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "Problem details, RFC 9457.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "const": "about:blank"},
        "title": {"type": "string", "description": "Name of the status code."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened, and what to do."},
        "faults": {
            "type": "array",
            "description": "The parameters that cannot be used.",
            "items": {
                "type": "object",
                "required": ["parameter", "value", "reason"],
                "properties": {name: {"type": "string"} for name in ("parameter", "value", "reason")},
            },
        },
    },
}


def problem(
    status: HTTPStatus, detail: str, faults: tuple[Fault, ...] = (), headers: Mapping[str, str] | None = None
) -> Response:
    """Return the answer for a request that failed."""
    body: dict[str, Any] = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail}
    if faults:
        body["faults"] = [asdict(fault) for fault in faults]
    sent = {"Cache-Control": "no-store", **(headers or {})}
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        sent["Retry-After"] = str(RETRY_SECONDS)
    text = json.dumps(body, ensure_ascii=False).encode(errors="replace")
    return Response(text, int(status), sent, media_type=MEDIA)


def problem_of(error: ProblemError) -> Response:
    """Return the answer for an error that one of our own handlers raised."""
    return problem(error.status, error.detail, error.faults)


async def http_problem(request: Request, error: Exception) -> Response:
    """Return the answer for what the router refuses: an unknown address, a method that is not there."""
    if not isinstance(error, HTTPException):
        return await unforeseen(request, error)
    status = HTTPStatus(error.status_code)
    details = {
        HTTPStatus.NOT_FOUND: "there is nothing at this address; /api/v1/openapi.json lists what there is",
        HTTPStatus.METHOD_NOT_ALLOWED: "this address can only be read: GET or HEAD",
    }
    return problem(status, details.get(status, error.detail), headers=error.headers)


async def unforeseen(request: Request, error: Exception) -> Response:
    """Return the answer for a fault of ours; what it is stands in the log, not in the answer."""
    trace = "".join(traceback.format_exception(error))
    journal.event("request met a fault", error=repr(error), path=request.url.path, trace=trace)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "the request met a fault of the program; it is in the server's log"
    )
