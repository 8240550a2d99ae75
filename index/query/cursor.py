"""Where a page of results ended, as text that a program hands back to get the next one, however deep.

A cursor names the index the page came from, so that a walk goes on in the same rows while a build switches to others;
the previous generation stays until the build after that. Only an update in place may move what it changes. A cursor
belongs to one search: another one refuses it.
"""

import base64
import binascii
import json
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from index.query.value import PlaceError, Query

ORDER = 3
"""Raised with every change of how rows are ranked and in which steps: a place in another order is refused."""

LONGEST = 2_000
FAULT = "after: is no place in the results of this search; take it from the answer before, with all else unchanged"


@dataclass(frozen=True, slots=True)
class Cursor:
    """index: by its own name, no alias. values: of the last row, by which results are ordered.

    rest: those are of the order that costs little, as the row lies behind all that were ranked (`index.fetch`).
    """

    index: str
    values: tuple[Any, ...]
    rest: bool = False


def cursor_text(query: Query, place: Cursor) -> str:
    """Return a place as text: letters, digits, `-` and `_`."""
    told = json.dumps([search_key(query), place.index, list(place.values), place.rest], separators=(",", ":"))
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def cursor_of(query: Query) -> Cursor | None:
    """Return the place from which `query` goes on, `None` if it begins. Raises `PlaceError` for any other text."""
    if query.after is None:
        return None
    try:
        search, index, values, rest = json.loads(_decoded(query.after))
    except (ValueError, TypeError, RecursionError):
        raise PlaceError(FAULT) from None
    if (
        search != search_key(query)
        or not isinstance(index, str)
        or not _ordered_by(values)
        or not isinstance(rest, bool)
    ):
        raise PlaceError(FAULT)
    return Cursor(index, tuple(values), rest)


def _decoded(text: str) -> bytes:
    if not text.isascii() or len(text) > LONGEST:
        raise PlaceError(FAULT)
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise PlaceError(FAULT) from None


def _ordered_by(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(value, str | int | float | None) for value in values)


def search_key(query: Query) -> str:
    """Return what two pages of one search have in common, in short."""
    same = replace(query, page=1, size=1, after=None, kept_as_text=frozenset())
    told = f"{ORDER} {same!r} {sorted(query.kept_as_text)!r}"
    return sha256(told.encode(errors="surrogatepass")).hexdigest()[:16]
