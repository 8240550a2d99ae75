"""Articles that stand as JSON in a script of their page, because a script draws them (gkmlpt)."""

import json
import re
from collections.abc import Mapping
from itertools import islice

_DETAIL = re.compile(r"[\"']?\bDETAIL[\"']?\s*:\s*(?=\{)")
_HALF = re.compile(r"\\u[dD][89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]..")
"""An escape of half a character, that no text may hold."""

MOST_TRIES = 5


def detail_of(text: str) -> Mapping[str, object]:
    """Return the record of its article that a page's script holds; an empty one if there is none.

    Its field `content` is mark-up. text: of the whole page.
    """
    decoder = json.JSONDecoder()
    matches = list(islice(_DETAIL.finditer(text), MOST_TRIES))
    if matches and _HALF.search(text):
        return detail_of(_HALF.sub(r"\\ufffd", text))
    for match in matches:
        try:
            detail, _ = decoder.raw_decode(text, match.end())
        except (ValueError, RecursionError):
            continue
        if isinstance(detail, dict) and isinstance(detail.get("content"), str):
            return detail
    return {}
