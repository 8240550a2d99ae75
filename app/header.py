"""What stands above every page: the name, the switch between 中文 and English, and the way to the other pages."""

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import urlencode

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from app.address import LANGUAGE, href, parameters
from app.language import Language, english, say, spoken

NAMES = {Language.ZH: "中文", Language.EN: "English"}
TAGS = {Language.ZH: "zh-CN", Language.EN: "en"}


def draw(pages: Sequence[StreamlitPage], chosen: StreamlitPage) -> None:
    """Draw the header; `chosen` is the page that is shown."""
    st.html(top(chosen.url_path, parameters()))
    kept = {LANGUAGE: str(Language.EN)} if english() else None
    with st.container(key="header", horizontal=True, vertical_alignment="center", gap="small"):
        for page in pages:
            st.page_link(page, query_params=kept)


def top(path: str, asked: Mapping[str, str]) -> str:
    """Return the line with the name and the switch. path: of the page, "" for the first; asked: its address."""
    switch = " / ".join(_language(one, path, asked) for one in Language)
    return (
        f'<div class="kb-top"><a href="{escape(href("./"))}" target="_self">{say("人工智能政策与补贴库")}</a>'
        f'<span class="kb-language">{switch}</span></div>'
    )


def _language(one: Language, path: str, asked: Mapping[str, str]) -> str:
    """Return the name of a language, as a link to the same page in it if it is the other one."""
    if one is spoken():
        return f"<b>{NAMES[one]}</b>"
    wanted = dict(asked) | ({LANGUAGE: str(one)} if one is Language.EN else {})
    address = f"{path or './'}?{urlencode(wanted)}" if wanted else path or "./"
    return f'<a lang="{TAGS[one]}" href="{escape(address)}" target="_self">{NAMES[one]}</a>'
