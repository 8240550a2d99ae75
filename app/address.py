"""The address of a page: what it asks for, and links that keep its language.

`lang` is no part of what is asked. It stands in every address of an English page, so that reload, back and a shared
link stay English.
"""

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlencode

import streamlit as st

from app.language import Language, english

LANGUAGE = "lang"
NOTHING: Mapping[str, str] = MappingProxyType({})


def asked_language() -> Language:
    """Return the language that the address asks for; Chinese for anything else than `lang=en`."""
    return Language.EN if st.query_params.get(LANGUAGE) == Language.EN else Language.ZH


def parameters() -> dict[str, str]:
    """Return what the address asks for, without its language."""
    return {name: value for name, value in st.query_params.to_dict().items() if name != LANGUAGE}


def go(wanted: Mapping[str, str]) -> None:
    """Write the address: `wanted` and the language it had."""
    kept = {LANGUAGE: str(Language.EN)} if asked_language() is Language.EN else {}
    st.query_params.from_dict(dict(wanted) | kept)


def href(path: str, wanted: Mapping[str, str] = NOTHING) -> str:
    """Return a link to a page of ours, not yet escaped; `path` is `./` for 找补贴."""
    spoken = {LANGUAGE: str(Language.EN)} if english() else {}
    query = urlencode(dict(wanted) | spoken, safe=",")
    return f"{path}?{query}" if query else path
