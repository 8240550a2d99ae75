"""The `lang` of the HTML page: Streamlit's says `en` for every page, and ours are Chinese unless the address asks."""

from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FOUND, CHINESE = b'<html lang="en"', b'<html lang="zh-CN"'


class PageLanguage:
    """Writes `zh-CN` into HTML pages whose address does not say `lang=en`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; what is no HTML page goes through untouched."""
        if scope["type"] != "http" or scope["method"] != "GET" or _asks_english(scope) or not _wants_html(scope):
            await self._app(scope, receive, send)
            return
        held: list[Message] = []
        body = b""

        async def send_rewritten(message: Message) -> None:
            nonlocal body
            if message["type"] == "http.response.start":
                held.append(message)
                return
            body += message.get("body", b"")
            if not message.get("more_body", False):
                await _send(held, body, send)

        await self._app(_uncompressed(scope), receive, send_rewritten)


async def _send(held: list[Message], body: bytes, send: Send) -> None:
    for start in held:
        headers = MutableHeaders(raw=start["headers"])
        if headers.get("content-type", "").startswith("text/html"):
            body = body.replace(FOUND, CHINESE, 1)
            headers["content-length"] = str(len(body))
            start["headers"] = headers.raw
        await send(start)
    await send({"type": "http.response.body", "body": body})


def _asks_english(scope: Scope) -> bool:
    return parse_qs(scope["query_string"].decode("latin-1")).get("lang") == ["en"]


def _wants_html(scope: Scope) -> bool:
    return "text/html" in Headers(scope=scope).get("accept", "")


def _uncompressed(scope: Scope) -> Scope:
    """Return the request without leave to compress, so that the answer can be written into."""
    headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    return {**scope, "headers": headers}
