"""找政策: search the documents by words, region, level, kind, issuer, year and validity."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from math import ceil

import streamlit as st

from app.address import go, parameters
from app.cards import page_head
from app.controls import counts_style, draw, label, meant, show
from app.filters import fits_address, read_address, still_kept, write_address
from app.language import kind, money, say, term
from app.meaning import chips, loose_line, meant_line, not_held
from app.policy_cards import PATH, feed_line, policy_card, timeline
from app.service import searcher, tables
from data.model import DocumentKind, IssuerLevel, ValidityState
from index.query import MAX_HITS, MAX_TEXT, SCOPE_STATES, Query, Scope, Sort
from index.search import DocumentResults
from index.validity import today

SCOPES = {Scope.CURRENT: "现行（含未核实）", Scope.VERIFIED: "确认有效", Scope.ALL: "全部"}
SORTS = {
    Sort.RELEVANCE: "相关度",
    Sort.NEWEST: "最新发布",
    Sort.ENDS_SOONEST: "最早到期",
    Sort.AMOUNT: "激励金额从高到低",
}
FURTHER = ("states", "years", "max_amount")
TAGLINE = "按全文检索人工智能政策文件：办法、通知、标准和解读分开列出，命中的原文标亮。"


def page() -> None:
    """Draw the page for the search that the address holds."""
    address = read_address(parameters(), tables(), today())
    query = address.query
    st.html(page_head(say("找政策"), say(TAGLINE)))
    for name, value in address.ignored:
        too_long = say("检索词最长 {most} 字，已忽略。", most=MAX_TEXT)
        st.warning(too_long if name == "q" else say("网址中有一个条件无法识别，已忽略："))
        if name != "q":
            st.text(f"{name}={value}")
    results = searcher().documents(query)
    _search_box(query)
    _understood(query, results)
    _controls(query, results)
    _summary(query, results)
    if results.hits:
        draw(not_held(query, results.meaning, (hit.document for hit in results.hits)))
        _list(query, results)
    else:
        _nothing(query)
    draw(feed_line(query))


def _go(query: Query) -> None:
    go(write_address(query))


def _apply() -> None:
    """Write into the address what all controls show, back on the first page (see `find._apply`)."""
    _go(_asked())


def _apply_scope() -> None:
    _go(replace(_asked(), states=()))


def _asked() -> Query:
    """Return the search of the address with what the controls show in place of what it says of them."""
    known = read_address(parameters(), tables(), today()).query
    region = meant("p_region")
    chosen = replace(
        known,
        text=(meant("p_q") or "").strip(),
        region=region if region in tables().regions else None,
        above=bool(meant("p_above")),
        document_kinds=tuple(meant("p_type") or ()),
        levels=tuple(meant("p_level") or ()),
        kinds=tuple(meant("p_kind") or ()),
        issuers=tuple(meant("p_issuer") or ()),
        scope=Scope(meant("p_scope") or Scope.CURRENT),
        sort=_sort(known),
        page=1,
    )
    return still_kept(chosen)


def _sort(known: Query) -> Sort:
    """Return the order that is shown. Without words nothing is relevant: by newest is what relevance comes to then."""
    shown = Sort(meant("p_sort") or Sort.RELEVANCE)
    return Sort.RELEVANCE if shown is Sort.NEWEST and not known.text else shown


def _search_box(query: Query) -> None:
    show("p_q", query.text)
    st.text_input(
        say("检索词"),
        key="p_q",
        placeholder=say("如：生成式人工智能 备案、沪府办规〔2025〕3号、算力券 管理办法"),
        icon=":material/search:",
        label_visibility="collapsed",
        on_change=_apply,
    )


def _understood(query: Query, results: DocumentResults) -> None:
    understood = chips(query, results.meaning, tables(), path=PATH, further=_without_control(query))
    draw(understood + loose_line(loose=results.loose))
    if query.text and (results.meaning.near or results.loose or not results.total):
        draw(meant_line(searcher().did_you_mean(query.text), query, path=PATH))


def _without_control(query: Query) -> tuple[str, ...]:
    if query.min_amount:
        st.caption(say("只列有 {money}以上激励的文件", money=money(query.min_amount)))
    return FURTHER


def _controls(query: Query, results: DocumentResults) -> None:
    facets = results.facets
    _region_control(query, facets["regions"])
    terms = tables().terms
    show("p_type", list(query.document_kinds))
    st.pills(
        say("文件种类"),
        list(DocumentKind),
        key="p_type",
        selection_mode="multi",
        format_func=lambda one: term(terms[one]),
        on_change=_apply,
    )
    show("p_level", list(query.levels))
    st.pills(
        say("发文层级"),
        list(IssuerLevel),
        key="p_level",
        selection_mode="multi",
        format_func=lambda level: term(terms[level]),
        on_change=_apply,
    )
    kinds, levels = facets["document_kinds"], facets["levels"]
    st.html(counts_style("p_type", [kinds.get(kind, 0) for kind in DocumentKind]))
    st.html(counts_style("p_level", [levels.get(level, 0) for level in IssuerLevel]))
    more = bool(query.issuers or query.kinds or query.scope is not Scope.CURRENT)
    with st.expander(say("更多条件：效力、发文机关、激励类型"), expanded=more):
        _more_controls(query, results)


def _region_control(query: Query, counts: Mapping[str, int]) -> None:
    regions = tables().regions
    options = [code for code in regions if counts.get(code) or code == query.region]
    columns = st.columns([5, 2], vertical_alignment="bottom")
    show("p_region", query.region)
    columns[0].selectbox(
        say("地区"),
        options,
        index=None,
        key="p_region",
        placeholder=say("不限，可输入地名"),
        format_func=partial(_region_label, counts),
        on_change=_apply,
    )
    show("p_above", query.above)
    columns[1].toggle(
        say("含上级政策"),
        key="p_above",
        disabled=query.region is None,
        help=say("同时列出上级（省、市、国家）适用于所选地区的文件"),
        on_change=_apply,
    )


def _region_label(counts: Mapping[str, int], code: str) -> str:
    return label("p_region", code, f"{tables().regions.full_name(code)}（{counts.get(code, 0)}）")


def _more_controls(query: Query, results: DocumentResults) -> None:
    show("p_scope", query.scope)
    st.segmented_control(
        say("效力"),
        list(SCOPES),
        key="p_scope",
        required=True,
        format_func=lambda scope: say(SCOPES[scope]),
        on_change=_apply_scope,
    )
    st.html(counts_style("p_scope", [_in_scope(scope, results) for scope in SCOPES]))
    issuers = [name for name in results.facets["issuers"] if fits_address(name)]
    show("p_issuer", list(query.issuers))
    st.multiselect(
        say("发文机关"),
        sorted({*issuers, *query.issuers}, key=lambda name: (-results.facets["issuers"].get(name, 0), name)),
        key="p_issuer",
        placeholder=say("不限，按文件多少排列"),
        on_change=_apply,
    )
    kinds, counts = tables().kinds, results.facets["kinds"]
    show("p_kind", list(query.kinds))
    st.pills(
        say("含有的激励类型"),
        list(kinds),
        key="p_kind",
        selection_mode="multi",
        format_func=lambda code: kind(kinds[code]),
        on_change=_apply,
    )
    st.html(counts_style("p_kind", [counts.get(code) or (0 if code in query.kinds else None) for code in kinds]))


def _in_scope(scope: Scope, results: DocumentResults) -> int:
    return sum(results.facets["states"].get(state, 0) for state in SCOPE_STATES[scope])


def _summary(query: Query, results: DocumentResults) -> None:
    wanted = set(query.states or SCOPE_STATES[query.scope])
    hidden = sum(count for state, count in results.facets["states"].items() if ValidityState(state) not in wanted)
    line = say("共 **{n}** 份文件", n=results.total)
    line += say("；另有 {n} 份不在所选效力范围内", n=hidden) if hidden else ""
    columns = st.columns([4.6, 1.5, 1.9], vertical_alignment="center")
    columns[0].markdown(line)
    if hidden:
        columns[1].button(
            say("显示全部"),
            key="p_show_all",
            width="stretch",
            on_click=lambda: _go(replace(_asked(), scope=Scope.ALL, states=())),
        )
    orders = [sort for sort in SORTS if query.text or sort is not Sort.RELEVANCE]
    show("p_sort", query.sort if query.sort in orders else Sort.NEWEST)
    columns[2].selectbox(
        say("排序"),
        orders,
        key="p_sort",
        format_func=lambda sort: say(SORTS[sort]),
        label_visibility="collapsed",
        on_change=_apply,
    )
    draw(timeline(query, results.facets["years"], results.total))


def _list(query: Query, results: DocumentResults) -> None:
    st.html("".join(policy_card(hit, tables()) for hit in results.hits))
    pages = ceil(min(results.total, MAX_HITS) / query.size)
    if pages > 1:
        show("p_page", min(query.page, pages))
        st.pagination(pages, key="p_page", on_change=lambda: _go(replace(_asked(), page=st.session_state["p_page"])))


def _nothing(query: Query) -> None:
    if query.page > 1:
        st.info(say("这一页没有内容。"))
        st.button(say("回到第一页"), on_click=_apply)
        return
    st.info(say("没有符合全部条件的文件。可以换个说法、少选几项，或清除条件重新检索。"))
    st.button(say("清除全部条件"), on_click=lambda: go({}))
