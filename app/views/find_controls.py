"""The controls of 找补贴: they show the search that the address holds, and write it anew when one of them is used."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import streamlit as st

from app.address import go, parameters
from app.compare_tray import PARAMETER
from app.controls import counts_style, label, meant, show
from app.filters import read_address, still_kept, write_address
from app.language import kind, money, say
from app.service import tables
from data.model import Region, Yuan
from data.regions import COUNTRY
from index.query import SCOPE_STATES, Query, Scope, Sort
from index.search import Results
from index.validity import today

SCOPES = {Scope.CURRENT: "现行（含未核实）", Scope.VERIFIED: "确认有效", Scope.ALL: "全部"}

ALWAYS_SHOWN = ("filing_reward", "registration_reward")
"""What people come for: shown with a count of 0 too, so that they see there is none."""

AMOUNTS = tuple(Yuan(amount * 10_000) for amount in (10, 20, 50, 100, 200, 500, 1000))
LEVELS = ("省份", "城市", "区县 / 园区")


def search_parameters() -> dict[str, str]:
    """Return the parameters of the search; the tray of the comparison is in the address too, but no part of it."""
    return {name: value for name, value in parameters().items() if name != PARAMETER}


def tray_parameters() -> dict[str, str]:
    """Return the parameter of the comparison's tray, which every new search keeps."""
    return {name: value for name, value in parameters().items() if name == PARAMETER}


def open_search(query: Query) -> None:
    """Write `query` into the address, which draws the page anew."""
    go(write_address(query) | tray_parameters())


def apply() -> None:
    """Write into the address what all controls show, back on the first page.

    All of them, not only the one that changed: whoever clicks twice before the page is drawn again would lose
    the first click, because the browser still sends the old address with the second.
    """
    open_search(asked())


def _apply_scope() -> None:
    open_search(replace(asked(), states=()))


def asked() -> Query:
    """Return the search of the address with what the controls show in place of what it says of them."""
    known = read_address(search_parameters(), tables(), today()).query
    chosen = replace(
        known,
        text=(meant("q") or "").strip(),
        region=_chosen_region(),
        above=bool(meant("above")),
        kinds=tuple(meant("kind") or ()),
        scope=Scope(meant("scope") or Scope.CURRENT),
        min_amount=meant("min"),
        sort=_sort(known),
        page=1,
    )
    return still_kept(chosen)


def _sort(known: Query) -> Sort:
    """Return the order that is shown. Without words nothing is relevant: by newest is what relevance comes to then."""
    shown = Sort(meant("sort") or Sort.RELEVANCE)
    return Sort.RELEVANCE if shown is Sort.NEWEST and not known.text else shown


def _chosen_region() -> str | None:
    """Return the deepest choice that lies in the one before it; a level below another province no longer counts."""
    regions, chosen = tables().regions, None
    for level in range(len(LEVELS)):
        code = meant(f"region{level}")
        if code not in regions or regions[code].parent != (chosen or COUNTRY):
            break
        chosen = code
    return chosen


def search_box(query: Query) -> None:
    """Draw the box for words."""
    show("q", query.text)
    st.text_input(
        say("检索词"),
        key="q",
        placeholder=say("如：大模型备案奖励、杭州 算力券、文号或文件名"),
        icon=":material/search:",
        label_visibility="collapsed",
        on_change=apply,
    )


def controls(query: Query, results: Results) -> None:
    """Draw the choices of region, kind, validity and amount, with what each would bring."""
    _region_control(query, results.regions)
    _kind_control(query, results.kinds)
    with st.expander(say("更多条件：效力、最低金额"), expanded=_has_more(query)):
        _more_controls(query, results)


def _has_more(query: Query) -> bool:
    return query.scope is not Scope.CURRENT or query.min_amount is not None


def _region_control(query: Query, counts: Mapping[str, int]) -> None:
    regions = tables().regions
    chosen = [region.code for region in regions.path(query.region)[1:]] if query.region else []
    columns = st.columns([3, 3, 3, 2.4], vertical_alignment="bottom")
    for level, name in enumerate(LEVELS):
        above = COUNTRY if level == 0 else chosen[level - 1] if level <= len(chosen) else None
        options = _options(regions.children(above), counts) if above else []
        if not options:
            break
        key = f"region{level}"
        show(key, chosen[level] if level < len(chosen) else None)
        columns[level].selectbox(
            say(name),
            options,
            index=None,
            key=key,
            placeholder=say("不限"),
            format_func=partial(_region_label, key, counts),
            on_change=apply,
        )
    show("above", query.above)
    columns[3].toggle(
        say("含上级政策"),
        key="above",
        disabled=query.region is None,
        help=say("同时列出上级（省、市、国家）适用于所选地区的政策"),
        on_change=apply,
    )


def _region_label(key: str, counts: Mapping[str, int], code: str) -> str:
    return label(key, code, f"{tables().regions[code].name}（{counts.get(code, 0)}）")


def _options(regions: tuple[Region, ...], counts: Mapping[str, int]) -> list[str]:
    return [region.code for region in sorted(regions, key=lambda region: not counts.get(region.code))]


def _kind_control(query: Query, counts: Mapping[str, int]) -> None:
    kinds = tables().kinds
    shown = {code for code in kinds if counts.get(code) or code in query.kinds or code in ALWAYS_SHOWN}
    show("kind", list(query.kinds))
    st.pills(
        say("激励类型"),
        list(kinds),
        key="kind",
        selection_mode="multi",
        format_func=lambda code: kind(kinds[code]),
        on_change=apply,
    )
    st.html(counts_style("kind", [counts.get(code, 0) if code in shown else None for code in kinds]))


def _more_controls(query: Query, results: Results) -> None:
    columns = st.columns([4, 2])
    show("scope", query.scope)
    columns[0].segmented_control(
        say("效力"),
        list(SCOPES),
        key="scope",
        required=True,
        format_func=lambda scope: say(SCOPES[scope]),
        on_change=_apply_scope,
    )
    with columns[0]:
        st.html(counts_style("scope", [in_scope(scope, results) for scope in SCOPES]))
    amounts = sorted({*AMOUNTS, *([query.min_amount] if query.min_amount else [])})
    show("min", query.min_amount)
    columns[1].selectbox(
        say("最低金额"),
        amounts,
        index=None,
        key="min",
        placeholder=say("不限"),
        format_func=lambda amount: say("{money}以上", money=money(amount)),
        on_change=apply,
    )


def in_scope(scope: Scope, results: Results) -> int:
    """Return how many results there are in a scope, whichever is chosen."""
    return sum(results.states.get(state, 0) for state in SCOPE_STATES[scope])
