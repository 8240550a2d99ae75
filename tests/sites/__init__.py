"""The replica sites of this folder, as answers to requests: see README.md."""

from functools import cache
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from crawler.families.listing import Answer, Ask
from data.strict import load_yaml

SITES = Path(__file__).parent

INDEXES = ("index.html", "index.shtml", "index.htm")


def answer(ask: Ask) -> Answer:
    """Return what the replica of the asked host gives; 404 for what is not there."""
    parts = urlsplit(ask.url)
    sent = {**dict(parse_qsl(parts.query)), **dict(ask.form)}
    for route in _routes():
        wanted = route.get("with", {})
        if (route["host"], route["path"]) == (parts.netloc, parts.path) and wanted.items() <= sent.items():
            return _file(ask.url, SITES / route["file"], int(route.get("status", 200)))
    path = SITES / parts.netloc / parts.path.lstrip("/")
    found = [file for file in (path, *(path / name for name in INDEXES)) if file.is_file()]
    if not found:
        return Answer(ask.url, 404, {"Content-Type": "text/html"}, b"<html><body><h1>404 Not Found</h1></body></html>")
    return _file(ask.url, found[0], 200)


def _file(url: str, file: Path, status: int) -> Answer:
    content_type = guess_type(file.name)[0] or "text/html"
    return Answer(url, status, {"Content-Type": content_type}, file.read_bytes())


@cache
def _routes() -> list[dict[str, Any]]:
    routes: list[dict[str, Any]] = load_yaml(SITES / "routes.yml")
    return routes
