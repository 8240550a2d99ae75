"""Conditional requests: the same answer is not sent twice."""

from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response


def conditional(request: Request, body: bytes, media: str, changed: datetime, seconds: int) -> Response:
    """Return `body`, or 304 if the asker has it.

    changed: when the answer can last have changed, UTC, whole seconds. seconds: for how long it may be kept.
    The mark is a weak one, as the server compresses answers on the way.
    """
    mark = f'W/"{sha256(body).hexdigest()[:32]}"'
    headers = {
        "ETag": mark,
        "Last-Modified": format_datetime(changed, usegmt=True),
        "Cache-Control": f"public, max-age={seconds}",
    }
    if _known(request, mark, changed):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media)


def _known(request: Request, mark: str, changed: datetime) -> bool:
    marks = request.headers.get("if-none-match")
    if marks is not None:
        return "*" in marks or any(_opaque(known) == _opaque(mark) for known in marks.split(","))
    since = request.headers.get("if-modified-since")
    if since is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except (ValueError, TypeError, OverflowError):
        return False
    return moment.tzinfo is not None and changed <= moment


def _opaque(mark: str) -> str:
    return mark.strip().removeprefix("W/")
