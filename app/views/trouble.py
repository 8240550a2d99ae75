"""What people see while the search cannot answer."""

import streamlit as st

from app.language import say
from index.client import SearchUnavailableError


def page(error: SearchUnavailableError) -> None:
    """Say that the search is down, and what helps."""
    st.error(say("检索服务暂时不可用，数据没有丢失。请稍后重试；若持续出现，请联系维护人员。"))
    st.button(say("重试"), key="retry")
    with st.expander(say("给维护人员的信息")):
        st.code(str(error), language=None, wrap_lines=True)
