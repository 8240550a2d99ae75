"""What people see before they have signed in, where sign-in is set up."""

import streamlit as st

from app import cards, header
from app.address import parameters
from app.language import say
from app.sign_in import SignIn


def passed(sign_in: SignIn | None) -> bool:
    """Return whether the visitor may see the pages; draws the way to sign in for who may not."""
    user = st.user.to_dict()
    if sign_in is None or sign_in.admits(user):
        return True
    st.html(header.top("", parameters()))
    st.html(cards.page_head(say("人工智能政策与补贴库"), say("本站只对登录的人开放。")))
    if user.get("is_logged_in"):
        st.warning(say("您已登录，但这个账号不在允许之列。请换一个账号，或联系管理员。"))
        st.button(say("换一个账号"), on_click=st.logout)
    else:
        st.button(say("登录"), type="primary", on_click=st.login)
    return False


def way_out(sign_in: SignIn | None) -> None:
    """Draw the way out for who has signed in."""
    if sign_in is not None:
        user = st.user.to_dict()
        name = _plain(str(user.get("name") or user.get("email") or ""))
        st.button(say("退出登录（{name}）", name=name), on_click=st.logout)


def _plain(name: str) -> str:
    """Return a name that a button takes for text: its label is Markdown."""
    return "".join(f"\\{mark}" if mark in "\\`*_{}[]()#+-.!|<>:$~&@" else mark for mark in name[:60])
