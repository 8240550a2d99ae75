"""The routes: each hands the work to a thread and makes an answer of what comes back."""

import json
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from app.api import atom, calendar, endpoints, feeds, ical, openapi
from app.api.backend import Backend, public_reason
from app.api.caching import conditional
from app.api.endpoints import ENDPOINTS, Endpoint
from app.api.feeds import FEEDS, FeedKind
from app.api.guard import Guard, name_route
from app.api.health import LIVES, readiness
from app.api.metrics import Metrics
from app.api.parameters import Parameter, read_parameters
from app.api.problems import ProblemError, http_problem, problem, problem_of, unforeseen
from data import journal
from data.tables import Tables
from index.client import SearchUnavailableError
from index.query import PlaceError, QueryError

JSON_SECONDS = 60
FEED_SECONDS = 900
MOST_HEADER = 4000
ADDRESS = "APP_URL"
"""Variable with the address under which the app is reached, for links in feeds; else the one that was asked."""

Work = Callable[[Request], Response]
Handler = Callable[[Request], Awaitable[Response]]


def routes(backend: Backend) -> list[BaseRoute]:
    """Return everything that we serve beside the pages."""
    metrics = Metrics()
    api = [_route(backend, openapi.ADDRESS, partial(_description, backend), "/api")]
    api += [_route(backend, one.path, partial(_json, backend, one), "/api") for one in ENDPOINTS]
    found = [_route(backend, kind.path, partial(_feed, backend, kind), "/feeds") for kind in FEEDS]
    found.append(_route(backend, calendar.PATH, partial(_calendar, backend), "/feeds"))
    own = [
        _route(backend, "/healthz", lambda _: _now(LIVES), threaded=False),
        _route(backend, "/readyz", lambda _: _ready(backend)),
        _route(backend, "/metrics", lambda _: metrics.answer(backend)),
    ]
    return [
        Mount("/api", app=Guard(_app(api), metrics)),
        Mount("/feeds", app=Guard(_app(found), metrics)),
        *(Route(route.path, Guard(_app([route]), metrics)) for route in own),
    ]


def _app(inner: Sequence[Route]) -> Starlette:
    handlers: dict[Any, Any] = {404: http_problem, 405: http_problem, 400: http_problem, Exception: unforeseen}
    app = Starlette(routes=inner, exception_handlers=handlers)
    app.router.redirect_slashes = False
    return app


def _route(backend: Backend, path: str, work: Work, mount: str = "", *, threaded: bool = True) -> Route:
    async def handle(request: Request) -> Response:
        name_route(request, path)
        try:
            return await backend.run(lambda: work(request)) if threaded else work(request)
        except ProblemError as error:
            return problem_of(error)
        except PlaceError as error:
            return problem(HTTPStatus.NOT_FOUND, str(error))
        except QueryError as error:
            return problem(HTTPStatus.BAD_REQUEST, str(error))
        except SearchUnavailableError as error:
            journal.event("request failed", error=str(error), route=path, status=int(HTTPStatus.SERVICE_UNAVAILABLE))
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, f"{public_reason(error)}; try again later")

    return Route(path.removeprefix(mount), handle, methods=["GET"])


def _given(request: Request, parameters: Sequence[Parameter], tables: Tables) -> tuple[dict[str, str], dict[str, Any]]:
    pairs = request.query_params.multi_items()
    return dict(pairs), dict(read_parameters(pairs, parameters, tables))


def _json(backend: Backend, endpoint: Endpoint, request: Request) -> Response:
    given, values = _given(request, endpoint.parameters, backend.tables)
    asked = endpoints.Asked(backend, endpoint.path, given, values, request.path_params.get("id", ""))
    changed = backend.changed if endpoint.searched else backend.started
    answer = endpoint.work(asked)
    response = conditional(request, _bytes(answer), "application/json", changed, JSON_SECONDS)
    if links := _link_header(answer.get("links") if not endpoint.identified else None):
        response.headers["Link"] = links
    return response


def _description(backend: Backend, request: Request) -> Response:
    read_parameters(request.query_params.multi_items(), (), backend.tables)
    body = _bytes(openapi.description(backend.tables))
    return conditional(request, body, "application/json", backend.started, JSON_SECONDS)


def _feed(backend: Backend, kind: FeedKind, request: Request) -> Response:
    changed = backend.changed
    body = feeds.feed(kind, _feed_asked(backend, kind.parameters, request))
    return conditional(request, body, f"{atom.MEDIA}; charset=utf-8", changed, FEED_SECONDS)


def _calendar(backend: Backend, request: Request) -> Response:
    changed = backend.changed
    body = calendar.calendar(_feed_asked(backend, calendar.PARAMETERS, request))
    return conditional(request, body, ical.MEDIA, changed, FEED_SECONDS)


def _feed_asked(backend: Backend, parameters: Sequence[Parameter], request: Request) -> feeds.Asked:
    given, values = _given(request, parameters, backend.tables)
    base = os.environ.get(ADDRESS) or str(request.base_url)
    return feeds.Asked(backend, given, values, base.rstrip("/"))


def _now(body: Mapping[str, Any], status: int = 200) -> Response:
    return JSONResponse(body, status, {"Cache-Control": "no-store"})


def _ready(backend: Backend) -> Response:
    status, body = readiness(backend)
    return _now(body, status)


def _bytes(answer: Mapping[str, Any]) -> bytes:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(errors="replace")


def _link_header(links: Mapping[str, str | None] | None) -> str:
    """Return the neighbours as a header; `""` where the address is too long for one."""
    header = ", ".join(f'<{address}>; rel="{name}"' for name, address in (links or {}).items() if address)
    return header if len(header) <= MOST_HEADER else ""
