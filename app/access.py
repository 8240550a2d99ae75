"""Who may do what: the rules by themselves, on what is known of a connection.

Without sign-in everybody may read, and only who sits at the machine may import. With sign-in nobody may do anything
before it. A header can only take a right away, never give one: the peer of the connection is what the socket says.
"""

import hmac
from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from app.sign_in import SignIn

FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
"""What proxies add: whoever comes by one does not sit at this machine, even if the proxy does."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """One connection. peer: address of its other end. headers: names in small letters. user: what our cookie says."""

    peer: str
    headers: Mapping[str, str]
    user: Mapping[str, Any]


def may_read(visitor: Visitor, sign_in: SignIn | None) -> bool:
    """Return whether API, feeds and files may be read."""
    return sign_in is None or sign_in.admits(visitor.user) or _has_key(visitor.headers, sign_in.api_key)


def may_import(visitor: Visitor, sign_in: SignIn | None, bound: str | None) -> bool:
    """Return whether pages may be put into the archive. bound: address the server listens on, `None` for all."""
    return sign_in.admits(visitor.user) if sign_in else on_loopback(visitor, bound)


def on_loopback(visitor: Visitor, bound: str | None) -> bool:
    """Return whether the visitor sits at this machine: server, peer, Host and Origin all say so, and no proxy does."""
    if not is_loopback(bound) or not is_loopback(visitor.peer) or any(name in visitor.headers for name in FORWARDED):
        return False
    origin = visitor.headers.get("origin")
    named = [f"//{visitor.headers.get('host', '')}", *([origin] if origin is not None else [])]
    return all(is_loopback(_host(address)) for address in named)


def is_loopback(host: str | None) -> bool:
    """Return whether a name or address is that of this machine itself."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _has_key(headers: Mapping[str, str], key: str) -> bool:
    """Return whether the key stands in `Authorization`, as a bearer token or as the password of whatever name."""
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            given = b64decode(given.strip(), validate=True).decode().partition(":")[2]
        except (NoBase64, UnicodeDecodeError):
            return False
    elif scheme.lower() != "bearer":
        return False
    return bool(key) and hmac.compare_digest(given.strip().encode(), key.encode())
