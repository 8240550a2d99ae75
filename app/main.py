"""The pages: `streamlit run app/server.py` serves them with API and feeds, `make run` starts all they need."""

from pathlib import Path

import streamlit as st

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
    st.set_page_config(page_icon="📑", layout="wide")
    for style in STYLES:
        st.html(style)
    asked = from_environment()
    if not sign_in.passed(asked):
        return
    pages = [
        st.Page(find.page, title="找补贴", url_path="find", default=True),
        st.Page(estimate.page, title="算一算", url_path="estimate"),
        st.Page(policies.page, title="找政策", url_path="policies"),
        st.Page(news.page, title="新规追踪", url_path="news"),
        st.Page(regions.page, title="地区对比", url_path="regions"),
        st.Page(filing.page, title="备案指南", url_path="filing"),
        st.Page(coverage.page, title="数据来源", url_path="coverage"),
        st.Page(document.page, title="文件", url_path="document", visibility="hidden"),
        st.Page(compare.page, title="对比", url_path="compare", visibility="hidden"),
        st.Page(intake.page, title="导入", url_path="import", visibility="hidden"),
    ]
    chosen = st.navigation(pages, position="top")
    try:
        chosen.run()
    except SearchUnavailableError as error:
        trouble.page(error)
    sign_in.way_out(asked)


main()
