"""The door of the server: what needs a right is refused here, before Streamlit or a route sees the request.

The pages themselves are open, being an empty shell: what they show comes through the web socket, and `main.py` draws
nothing but the way to sign in for who may not read. The web socket tells the pages in `MARK` who may import.
"""

import json
from http import HTTPStatus
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import AUTH_COOKIE_NAME
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

from app.access import Visitor, may_import, may_read
from app.api.problems import problem
from app.sign_in import SignIn

MARK = "x-policy-may-import"
READING = ("/api", "/feeds", "/metrics", "/media")
UPLOADING = "/_stcore/upload_file"


class Door:
    """Wraps the whole server. sign_in: `None` where nobody is asked who they are."""

    def __init__(self, app: ASGIApp, sign_in: SignIn | None) -> None:
        self._app = app
        self._sign_in = sign_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is allowed."""
        if scope["type"] == "websocket":
            await self._app(self._marked(scope), receive, send)
        elif scope["type"] == "http" and (refused := self._refused(scope)):
            status, reason = refused
            await problem(status, reason)(scope, receive, send)
        else:
            await self._app(scope, receive, self._kept_private(scope, send))

    def _kept_private(self, scope: Scope, send: Send) -> Send:
        """Return `send` so that no cache keeps for others, or after signing out, what only some may read."""
        if self._sign_in is None or scope["type"] != "http" or not _guarded(scope["path"]):
            return send

        async def send_private(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                headers["Cache-Control"] = "private, no-cache"
                message["headers"] = headers.raw
            await send(message)

        return send_private

    def _refused(self, scope: Scope) -> tuple[HTTPStatus, str] | None:
        path = scope["path"]
        if _below(path, UPLOADING) and scope["method"] != "OPTIONS" and not self._may_import(scope):
            return HTTPStatus.FORBIDDEN, "files are taken from signed-in people, or at this machine itself"
        if _guarded(path) and not may_read(self._visitor(scope), self._sign_in):
            return HTTPStatus.UNAUTHORIZED, "sign in on the pages first, or send the key as a bearer token"
        return None

    def _marked(self, scope: Scope) -> Scope:
        """Return the scope with our header, and without one of that name that came from outside."""
        headers = MutableHeaders(raw=list(scope["headers"]))
        headers[MARK] = "1" if self._may_import(scope) else "0"
        return {**scope, "headers": headers.raw}

    def _may_import(self, scope: Scope) -> bool:
        return may_import(self._visitor(scope), self._sign_in, config.get_option("server.address"))

    def _visitor(self, scope: Scope) -> Visitor:
        peer = scope.get("client") or ("", 0)
        user = _user(scope, self._sign_in.cookie_secret) if self._sign_in else {}
        return Visitor(peer[0], dict(Headers(scope=scope)), user)


def _guarded(path: str) -> bool:
    return any(_below(path, part) for part in READING)


def _below(path: str, part: str) -> bool:
    return path == part or path.startswith(f"{part}/")


def _user(scope: Scope, secret: str) -> dict[str, Any]:
    """Return what the cookie says that Streamlit signed at sign-in; nothing if its signature is not ours or too old."""
    cookies = HTTPConnection(scope).cookies

    def read(name: str) -> bytes | None:
        return decode_signed_value(secret, name, cookies[name].encode("latin-1")) if name in cookies else None

    try:
        said = json.loads(get_cookie_with_chunks(read, AUTH_COOKIE_NAME) or b"{}")
    except (ValueError, UnicodeEncodeError):
        return {}
    return said if isinstance(said, dict) else {}
