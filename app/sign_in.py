"""Sign-in by OpenID Connect, for teams: off unless set up. Streamlit does the exchange, this says with whom.

| variable | meaning |
|---|---|
| `LOGIN_METADATA_URL` | the provider's `…/.well-known/openid-configuration`; setting it switches sign-in on |
| `LOGIN_CLIENT_ID`, `LOGIN_CLIENT_SECRET` | who we are there |
| `LOGIN_COOKIE_SECRET` | signs the cookie that says who somebody is, at least 32 characters |
| `LOGIN_ALLOWED` | who may in: e-mail addresses and `@domains`, with commas between; `*`: all |
| `LOGIN_API_KEY` | lets programs read API and feeds without a cookie, at least 32 characters; unset: none may |
| `APP_URL` | the address that people use; the provider sends them back to `<APP_URL>/oauth2callback` |
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

SHORTEST_SECRET = 32
SWITCH = "LOGIN_METADATA_URL"
NEEDED = (SWITCH, "LOGIN_CLIENT_ID", "LOGIN_CLIENT_SECRET", "LOGIN_COOKIE_SECRET", "LOGIN_ALLOWED", "APP_URL")
EVERYBODY = "*"


class SignInError(ValueError):
    """Sign-in is set up in part or wrongly; the text names the variable and what it must be."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """How people sign in. allowed: e-mail addresses and `@domains` in small letters, or `*` alone."""

    metadata_url: str
    client_id: str
    client_secret: str = field(repr=False)
    cookie_secret: str = field(repr=False)
    allowed: frozenset[str]
    app_url: str
    api_key: str = field(default="", repr=False)

    def secrets(self) -> dict[str, Any]:
        """Return what Streamlit wants in its secrets."""
        auth = {
            "redirect_uri": f"{self.app_url}/oauth2callback",
            "cookie_secret": self.cookie_secret,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "server_metadata_url": self.metadata_url,
        }
        return {"auth": auth}

    def admits(self, user: Mapping[str, Any]) -> bool:
        """Return whether somebody whom the provider vouches for may in; an address that it calls unverified may not."""
        if user.get("is_logged_in") is not True:
            return False
        if EVERYBODY in self.allowed:
            return True
        email = user.get("email")
        if not isinstance(email, str) or user.get("email_verified") is False:
            return False
        name, mark, domain = email.lower().rpartition("@")
        return bool(name) and (email.lower() in self.allowed or mark + domain in self.allowed)


def from_environment(environment: Mapping[str, str] = os.environ) -> SignIn | None:
    """Return the settings, `None` if sign-in is off. Raises `SignInError`."""
    given = {name: environment.get(name, "").strip() for name in (*NEEDED, "LOGIN_API_KEY")}
    if not given[SWITCH]:
        return None
    if missing := [name for name in NEEDED if not given[name]]:
        raise SignInError(f"{SWITCH} is set, so {', '.join(missing)} must be too; see docs/operation.md")
    for name in (SWITCH, "APP_URL"):
        if urlsplit(given[name]).scheme not in {"http", "https"} or not urlsplit(given[name]).hostname:
            raise SignInError(f"{name}: {given[name]!r} is no address that begins with https://")
    for name in ("LOGIN_COOKIE_SECRET", "LOGIN_API_KEY"):
        if 0 < len(given[name]) < SHORTEST_SECRET:
            raise SignInError(f"{name}: shorter than {SHORTEST_SECRET} characters; make one with: openssl rand -hex 32")
    return SignIn(
        metadata_url=given[SWITCH],
        client_id=given["LOGIN_CLIENT_ID"],
        client_secret=given["LOGIN_CLIENT_SECRET"],
        cookie_secret=given["LOGIN_COOKIE_SECRET"],
        allowed=_allowed(given["LOGIN_ALLOWED"]),
        app_url=given["APP_URL"].rstrip("/"),
        api_key=given["LOGIN_API_KEY"],
    )


def _allowed(text: str) -> frozenset[str]:
    parts = frozenset(part.strip().lower() for part in text.split(",") if part.strip())
    for part in parts - {EVERYBODY}:
        name, mark, domain = part.rpartition("@")
        if not mark or "." not in domain or "@" in name:
            raise SignInError(f"LOGIN_ALLOWED: {part!r} is neither an e-mail address nor an @domain nor *")
    if EVERYBODY in parts and len(parts) > 1:
        raise SignInError("LOGIN_ALLOWED: * lets everybody in, so that it stands alone")
    return parts
