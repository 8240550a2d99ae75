"""Addresses of the web in one canonical form: what is fetched, kept and looked up is one address however written.

`canonical` keeps every address fetchable: it drops what does not name the page (fragments, session ids, time stamps)
and folds twins onto the form that the lists of the CMS families use.
"""

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

import idna

DEFAULT_PORTS = {"http": "80", "https": "443"}

SESSION_NAMES = re.compile(r"jsessionid|phpsessid|aspsessionid\w*|sessionid|session_id|sid", re.IGNORECASE)
SESSION_VALUE = re.compile(r"(?=.*\d)[0-9A-Za-z.!_-]{16,}")
"""A session's id is long; `sid=755001` is the number of a site and stays."""

CLOCK_NAMES = re.compile(r"_|_?t|ts|_ts|time|timestamp|r|rnd|rand|random|nocache", re.IGNORECASE)
CLOCK_VALUE = re.compile(r"\d{10}(?:\d{3})?|0?\.\d{6,}")

TWINS = ((re.compile(r"/mpost_(\d+\.)"), r"/post_\1"), (re.compile(r"_wap(\.s?html?)$"), r"_pc\1"))
"""Mobile addresses and the ones that lists use: gkmlpt `mpost_`, nda `_wap`."""

PLAIN = re.compile(r"[\w/:?@!$&'()*+,;=~.\[\]-]*", re.ASCII)
"""Text of an address in which nothing is encoded and nothing needs to be: nearly all of them."""


@lru_cache(maxsize=50_000)
def canonical(url: str) -> str:
    """Return the one form of an http(s) address; any other text comes back as it is.

    Small letters in scheme and host, IDN as ASCII, no default port, no dot segments, no fragment, no session id, no
    time stamp, percent-encoding only where needed, twins folded. The order of the query is kept: it may matter.
    """
    head, mark, query = url.strip().partition("?")
    try:
        parts = urlsplit(head.replace("\\", "/") + mark + query)
    except ValueError:
        return url
    authority = _authority(parts.scheme, parts.netloc)
    if authority is None:
        return url
    query = "&".join(part for part in _encoded(parts.query).split("&") if part and not _is_noise(part))
    return f"{parts.scheme}://{authority}{_path(parts.path)}" + (f"?{query}" if query else "")


def _authority(scheme: str, netloc: str) -> str | None:
    """Return host and port of an http(s) address in canonical form; `None` for what is not plainly host and port."""
    match = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]@:\s]+)(?::(\d{0,5}))?", netloc)
    host = _host(match[1]) if match and scheme in DEFAULT_PORTS else None
    if match is None or host is None:
        return None
    port = (match[2] or "").lstrip("0")
    return host if port in {"", DEFAULT_PORTS[scheme]} else f"{host}:{port}"


def _host(host: str) -> str | None:
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except UnicodeError:
            return None
    host = host.lower().rstrip(".")
    return host if re.fullmatch(r"\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*", host) else None


def _path(path: str) -> str:
    kept: list[str] = []
    segments = re.sub(r";jsessionid=[^/;]*", "", _encoded(path), flags=re.IGNORECASE).split("/")[1:] or [""]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    tail = "/" if segments[-1] in {".", ".."} and kept else ""
    joined = "/" + "/".join(kept) + tail
    for pattern, form in TWINS:
        joined = pattern.sub(form, joined)
    return joined


def _encoded(text: str) -> str:
    """Encode what must be, decode what need not be, leave the rest: the meaning stays."""
    if PLAIN.fullmatch(text):
        return text
    whole = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text)
    plain = re.sub(r"%[0-9A-Fa-f]{2}", lambda match: _unreserved(match[0]), whole)
    readable = plain.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return quote(readable, safe="%/:?@!$&'()*+,;=~[]")


def _unreserved(triple: str) -> str:
    character = chr(int(triple[1:], 16))
    return character if re.match(r"[A-Za-z0-9._~-]", character) else triple.upper()


def _is_noise(part: str) -> bool:
    name, _, value = part.partition("=")
    if SESSION_NAMES.fullmatch(name):
        return SESSION_VALUE.fullmatch(value) is not None
    return CLOCK_NAMES.fullmatch(name) is not None and CLOCK_VALUE.fullmatch(value) is not None
