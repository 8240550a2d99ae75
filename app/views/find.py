"""找补贴: search the incentives by words, region, kind, validity and amount."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from math import ceil
from urllib.parse import urlencode

import streamlit as st

from app import cards
from app.address import go, parameters
from app.compare_tray import PARAMETER, toggle_link, tray_bar
from app.controls import counts_style, draw, label, meant, show
from app.downloads import FORMATS, Format, all_hits, file_name
from app.filters import read_address, still_kept, write_address
from app.language import Language, kind, money, say, speaking, spoken, text
from app.meaning import FURTHER, chips, meant_line, not_held
from app.policy_cards import feed_line
from app.service import searcher, tables
from data.model import Region, ValidityState, Yuan
from data.regions import COUNTRY
from index.query import MAX_HITS, MAX_TEXT, SCOPE_STATES, Query, Scope, Sort
from index.search import Results
from index.validity import today

SCOPES = {Scope.CURRENT: "现行（含未核实）", Scope.VERIFIED: "确认有效", Scope.ALL: "全部"}
SORTS = {Sort.RELEVANCE: "相关度", Sort.AMOUNT: "金额从高到低", Sort.NEWEST: "最新发布", Sort.ENDS_SOONEST: "最早到期"}

ALWAYS_SHOWN = ("filing_reward", "registration_reward")
"""What people come for: shown with a count of 0 too, so that they see there is none."""

AMOUNTS = tuple(Yuan(amount * 10_000) for amount in (10, 20, 50, 100, 200, 500, 1000))
TAGLINE = "生成式人工智能备案、登记和算力、模型、语料补贴：给多少、给谁、到何时、依据哪一条。"
FOOT = (
    "数据整理自《生成式人工智能服务合规备案指南（2026年）》及公开网页，核对于2026年11月20日。"
    "指南文本受损，标注“指南所载”“第三方”的数字未与原文核对。"
    "金额、条件与期限以发文机关公布的文件为准，本站不构成申报承诺。"
)
LEVELS = ("省份", "城市", "区县 / 园区")
DROPPED = {
    "scope": "包括已失效、已被替代的文件和征求意见稿",
    "min_amount": "不限最低金额",
    "kinds": "不限激励类型",
    "region": "扩大到上一级地区",
    "conditions": "检索词中的地区、类型、金额等只作文字检索",
    "text": "去掉检索词",
}


def page() -> None:
    """Draw the page for the search that the address holds."""
    address = read_address(_search_parameters(), tables(), today())
    query = address.query
    st.html(cards.page_head(say("找补贴"), say(TAGLINE)))
    for name, value in address.ignored:
        too_long = name == "q"
        odd = say("网址中的 {name}={value} 无法识别，已忽略。", name=name, value=value)
        st.warning(st_escape(say("检索词最长 {most} 字，已忽略。", most=MAX_TEXT) if too_long else odd))
    results = searcher().search(query)
    _search_box(query)
    _understood(query, results)
    _controls(query, results)
    _summary(query, results)
    if results.hits:
        draw(not_held(query, results.meaning, (hit.document for hit in results.hits)))
        _list(query, results)
    else:
        _nothing(query)
    draw(feed_line(query, "incentives"))
    _foot()


def st_escape(text: str) -> str:
    """Return `text` so that Markdown takes no character of it for a command."""
    return "".join(f"\\{mark}" if mark in "\\`*_{}[]()#+-.!|<>:$~&@" else mark for mark in text)


def _search_parameters() -> dict[str, str]:
    """Return the parameters of the search; the tray of the comparison is in the address too, but no part of it."""
    return {name: value for name, value in parameters().items() if name != PARAMETER}


def _tray() -> dict[str, str]:
    return {name: value for name, value in parameters().items() if name == PARAMETER}


def _go(query: Query) -> None:
    go(write_address(query) | _tray())


def _apply() -> None:
    """Write into the address what all controls show, back on the first page.

    All of them, not only the one that changed: whoever clicks twice before the page is drawn again would lose
    the first click, because the browser still sends the old address with the second.
    """
    _go(_asked())


def _apply_scope() -> None:
    _go(replace(_asked(), states=()))


def _asked() -> Query:
    """Return the search of the address with what the controls show in place of what it says of them."""
    known = read_address(_search_parameters(), tables(), today()).query
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


def _understood(query: Query, results: Results) -> None:
    """Draw what was understood of the text, each part to be taken back, and other words that may be meant."""
    tray = _tray()
    lines = chips(query, results.meaning, tables(), further=(*FURTHER, "max_amount"), others=tray)
    if query.text and not results.total:
        lines += meant_line(searcher().did_you_mean(query.text), query, others=tray)
    draw(lines)


def _chosen_region() -> str | None:
    """Return the deepest choice that lies in the one before it; a level below another province no longer counts."""
    regions, chosen = tables().regions, None
    for level in range(len(LEVELS)):
        code = meant(f"region{level}")
        if code not in regions or regions[code].parent != (chosen or COUNTRY):
            break
        chosen = code
    return chosen


def _search_box(query: Query) -> None:
    show("q", query.text)
    st.text_input(
        say("检索词"),
        key="q",
        placeholder=say("如：大模型备案奖励、杭州 算力券、文号或文件名"),
        icon=":material/search:",
        label_visibility="collapsed",
        on_change=_apply,
    )


def _controls(query: Query, results: Results) -> None:
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
            on_change=_apply,
        )
    show("above", query.above)
    columns[3].toggle(
        say("含上级政策"),
        key="above",
        disabled=query.region is None,
        help=say("同时列出上级（省、市、国家）适用于所选地区的政策"),
        on_change=_apply,
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
        on_change=_apply,
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
        st.html(counts_style("scope", [_in_scope(scope, results) for scope in SCOPES]))
    amounts = sorted({*AMOUNTS, *([query.min_amount] if query.min_amount else [])})
    show("min", query.min_amount)
    columns[1].selectbox(
        say("最低金额"),
        amounts,
        index=None,
        key="min",
        placeholder=say("不限"),
        format_func=lambda amount: say("{money}以上", money=money(amount)),
        on_change=_apply,
    )


def _in_scope(scope: Scope, results: Results) -> int:
    return sum(results.states.get(state, 0) for state in SCOPE_STATES[scope])


def _summary(query: Query, results: Results) -> None:
    hidden = _in_scope(Scope.ALL, results) - _in_scope(query.scope, results)
    unknown = results.states.get(ValidityState.UNKNOWN, 0) if query.scope is Scope.CURRENT else 0
    line = say("共 **{n}** 条", n=results.total)
    if unknown:
        line += say("，其中 {n} 条效力未核实", n=unknown)
    if hidden:
        line += say("；另有 {n} 条不在所选效力范围内", n=hidden)
    columns = st.columns([4.6, 1.5, 1.9], vertical_alignment="center")
    columns[0].markdown(line)
    if hidden:
        columns[1].button(
            say("显示全部"), key="show_all", on_click=lambda: _go(replace(_asked(), scope=Scope.ALL)), width="stretch"
        )
    orders = [sort for sort in SORTS if query.text or sort is not Sort.RELEVANCE]
    show("sort", query.sort if query.sort in orders else Sort.NEWEST)
    columns[2].selectbox(
        say("排序"),
        orders,
        key="sort",
        format_func=lambda sort: say(SORTS[sort]),
        label_visibility="collapsed",
        on_change=_apply,
    )


def _list(query: Query, results: Results) -> None:
    back, here = urlencode(write_address(query)), parameters()
    drawn = (cards.card(hit, tables(), back=back, tools=toggle_link(here, hit.id), on=query.on) for hit in results.hits)
    st.html("".join([tray_bar(here), *drawn]))
    pages = ceil(min(results.total, MAX_HITS) / query.size)
    if pages > 1:
        show("page", min(query.page, pages))
        st.pagination(pages, key="page", on_change=lambda: _go(replace(_asked(), page=st.session_state["page"])))
    _downloads(query)


def _downloads(query: Query) -> None:
    """Draw the ways to take the whole result away; a file is made when its button is pressed."""
    with st.popover(say("下载全部结果"), icon=":material/download:"):
        for form in FORMATS:
            st.download_button(
                form.label,
                partial(_made, form, query, spoken()),
                file_name=file_name(query, form, tables()),
                mime=form.mime,
                key=f"download_{form.ending}",
                on_click="ignore",
            )


def _made(form: Format, query: Query, language: Language) -> bytes:
    with speaking(language):
        return form.make(list(all_hits(searcher(), query)), tables())


def _nothing(query: Query) -> None:
    if query.page > 1:
        st.info(say("这一页没有内容。"))
        st.button(say("回到第一页"), on_click=_apply)
        return
    st.info(say("没有找到符合全部条件的激励。可以放宽其中一项："))
    ways = searcher().loosened(query)
    for way in ways:
        st.button(
            say("{way}（{n} 条）", way=say(DROPPED[way.dropped]), n=way.total),
            key=f"loosen_{way.dropped}",
            on_click=_go,
            args=(way.query,),
        )
    if not ways:
        st.button(say("清除全部条件"), on_click=lambda: go({}))


def _foot() -> None:
    st.html(f'<div class="kb-foot">{text(say(FOOT))}</div>')
