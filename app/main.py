"""The pages: `streamlit run app/server.py` serves them with API and feeds, `make run` starts all they need."""

from pathlib import Path

import streamlit as st

from app import header
from app.address import asked_language
from app.controls import drawn
from app.language import say, speak
from app.sign_in import from_environment
from app.views import (
    compare,
    coverage,
    document,
    estimate,
    filing,
    find,
    intake,
    news,
    policies,
    regions,
    sign_in,
    trouble,
)
from index.client import SearchUnavailableError

STYLES = tuple(Path(__file__).with_name(name) for name in ("style.css", "lists.css"))


def main() -> None:
    """Draw the page that the address names."""
    speak(asked_language())
    st.set_page_config(page_icon="📑", layout="wide")
    for style in STYLES:
        st.html(style)
    asked = from_environment()
    if not sign_in.passed(asked):
        return
    pages = [
        st.Page(find.page, title=say("找补贴"), url_path="find", default=True),
        st.Page(estimate.page, title=say("算一算"), url_path="estimate"),
        st.Page(policies.page, title=say("找政策"), url_path="policies"),
        st.Page(news.page, title=say("新规追踪"), url_path="news"),
        st.Page(regions.page, title=say("地区对比"), url_path="regions"),
        st.Page(filing.page, title=say("备案指南"), url_path="filing"),
        st.Page(coverage.page, title=say("数据来源"), url_path="coverage"),
    ]
    behind = [
        st.Page(document.page, title=say("文件"), url_path="document"),
        st.Page(compare.page, title=say("对比"), url_path="compare"),
        st.Page(intake.page, title=say("导入"), url_path="import"),
    ]
    # Streamlit's own menu drops the language from the address.
    chosen = st.navigation([*pages, *behind], position="hidden")
    header.draw(pages, chosen)
    try:
        chosen.run()
    except SearchUnavailableError as error:
        trouble.page(error)
    else:
        drawn()
    sign_in.way_out(asked)


main()
