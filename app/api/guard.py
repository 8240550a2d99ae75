"""What holds for all our answers: security headers, cross-origin rules as Streamlit has them, figures."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from time import perf_counter

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.web.server.server_util import allow_all_cross_origin_requests, is_allowed_origin

from app.api.metrics import UNKNOWN, Metrics
from app.api.problems import problem

HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")

DATA_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Of answers that are read by programs: nothing in them may run or be framed."""

PAGE_HEADERS = {
    "Content-Security-Policy": "base-uri 'self'; form-action 'self'; frame-ancestors 'self'; object-src 'none'",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}
"""Of the pages: Streamlit needs its own scripts and styles, so only what it never does is forbidden."""

ROUTE = "policy.route"
"""Key in the scope under which a handler names its route."""


class Guard:
    """Wraps the routes of one mount."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, with our headers, and count it."""
        started, status = perf_counter(), int(HTTPStatus.INTERNAL_SERVER_ERROR)
        headers = DATA_HEADERS | _cross_origin(Headers(scope=scope).get("origin"))

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add(message, headers)
            await send(message)

        try:
            await self._checked(scope, receive, send_guarded)
        finally:
            route = scope.get(ROUTE, UNKNOWN)
            self._metrics.observe(route, scope["method"], status, perf_counter() - started)

    async def _checked(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = Headers(scope=scope).get("host", "")
        if HOST.fullmatch(host):
            await self._app(scope, receive, send)
        else:
            answer = problem(HTTPStatus.BAD_REQUEST, "the Host header is no name of a host")
            await answer(scope, receive, send)


class PageHeaders:
    """Adds headers to everything that the server sends, where they are not there yet."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request with our headers."""

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add(message, PAGE_HEADERS)
            await send(message)

        await self._app(scope, receive, send_guarded if scope["type"] == "http" else send)


def name_route(request: Request, route: str) -> None:
    """Say which route answers, for the figures."""
    request.scope[ROUTE] = route


def _add(message: Message, headers: Mapping[str, str]) -> None:
    sent = MutableHeaders(raw=message["headers"])
    for name, value in headers.items():
        sent.setdefault(name, value)
    message["headers"] = sent.raw


def _cross_origin(origin: str | None) -> dict[str, str]:
    """Return who may read the answer: what `server.enableCORS` and `server.corsAllowedOrigins` allow the pages."""
    if allow_all_cross_origin_requests():
        return {"Access-Control-Allow-Origin": "*"}
    if origin and is_allowed_origin(origin):
        return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
    return {"Vary": "Origin"}
