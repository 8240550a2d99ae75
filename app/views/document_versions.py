"""文件: the versions of a document, two of them held against each other. The address holds which two, and how."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from app.address import parameters
from app.controls import meant, show
from app.language import say
from app.readers import comparison
from app.service import tables
from app.versions import VIEWS, View, comparison_html, name_of, versions_html
from index.versions import Versions

OLD, NEW, VIEW = "旧版", "新版", "显示方式"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Numbers of two versions, and how they are shown."""

    old: int
    new: int
    view: View = View.INLINE


def read_chosen(parameters: Mapping[str, str], known: Versions) -> Chosen | None:
    """Read URL parameters: old, new, diff. The last two versions by default; `None` where there are no two."""
    if len(known.all) < 2:
        return None
    numbers = {str(version.number): version.number for version in known.all}
    new = numbers.get(parameters.get("new", ""), known.all[-1].number)
    before = [number for number in numbers.values() if number < new]
    old = numbers.get(parameters.get("old", ""), before[-1] if before else new)
    view = parameters.get("diff", "")
    return Chosen(old, new, View(view) if view in VIEWS else View.INLINE)


def draw(document: str, known: Versions) -> None:
    """Draw the list of versions, and the comparison where there are two."""
    st.html(versions_html(known, tables()))
    chosen = read_chosen(parameters(), known)
    if chosen is None:
        return
    _controls(chosen, known)
    found = comparison(document, chosen.old, chosen.new)
    if found is None:
        st.warning(say("这两版的文字暂时读不到，请稍后再试。"))
    else:
        st.html(f'<div class="kb-doc">{comparison_html(found, chosen.view)}</div>')


def _controls(chosen: Chosen, known: Versions) -> None:
    names = {version.number: name_of(version) for version in known.all}
    show("v_old", chosen.old)
    show("v_new", chosen.new)
    show("v_view", chosen.view)
    left, right = st.columns(2)
    left.selectbox(say(OLD), list(names), key="v_old", format_func=names.__getitem__, on_change=_apply)
    right.selectbox(say(NEW), list(names), key="v_new", format_func=names.__getitem__, on_change=_apply)
    st.segmented_control(
        say(VIEW), list(VIEWS), key="v_view", required=True, format_func=lambda view: say(VIEWS[view]),
        on_change=_apply, label_visibility="collapsed",
    )  # fmt: skip


def _apply() -> None:
    st.query_params.update({"old": str(meant("v_old")), "new": str(meant("v_new")), "diff": str(meant("v_view"))})
