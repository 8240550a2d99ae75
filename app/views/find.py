"""找补贴: search the incentives by words, region, kind, validity and amount."""

from dataclasses import replace
from functools import partial
from math import ceil
from urllib.parse import urlencode

import streamlit as st

from app import cards
from app.address import go, parameters
from app.compare_tray import toggle_link, tray_bar
from app.controls import draw, show
from app.downloads import FORMATS, Format, all_hits, file_name
from app.filters import read_address, write_address
from app.language import Language, say, speaking, spoken, text
from app.meaning import FURTHER, chips, loose_line, meant_line, not_held
from app.policy_cards import feed_line
from app.service import searcher, tables
from app.views.find_controls import (
    apply,
    asked,
    controls,
    in_scope,
    open_search,
    search_box,
    search_parameters,
    tray_parameters,
)
from data.model import ValidityState
from index.query import MAX_HITS, MAX_TEXT, Query, Scope, Sort
from index.search import Results
from index.validity import today

SORTS = {Sort.RELEVANCE: "相关度", Sort.AMOUNT: "金额从高到低", Sort.NEWEST: "最新发布", Sort.ENDS_SOONEST: "最早到期"}

TAGLINE = "生成式人工智能备案、登记和算力、模型、语料补贴：给多少、给谁、到何时、依据哪一条。"
FOOT = (
    "数据整理自《生成式人工智能服务合规备案指南（2026年）》及公开网页，核对于2026年11月20日。"
    "指南文本受损，标注“指南所载”“第三方”的数字未与原文核对。"
    "金额、条件与期限以发文机关公布的文件为准，本站不构成申报承诺。"
)
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
    address = read_address(search_parameters(), tables(), today())
    query = address.query
    st.html(cards.page_head(say("找补贴"), say(TAGLINE)))
    for name, value in address.ignored:
        too_long = name == "q"
        odd = say("网址中的 {name}={value} 无法识别，已忽略。", name=name, value=value)
        st.warning(st_escape(say("检索词最长 {most} 字，已忽略。", most=MAX_TEXT) if too_long else odd))
    results = searcher().search(query)
    search_box(query)
    _understood(query, results)
    controls(query, results)
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


def _understood(query: Query, results: Results) -> None:
    """Draw what was understood of the text, each part to be taken back, and other words that may be meant."""
    tray = tray_parameters()
    lines = chips(query, results.meaning, tables(), further=(*FURTHER, "max_amount"), others=tray)
    lines += loose_line(loose=results.loose)
    if query.text and (results.loose or not results.total):
        lines += meant_line(searcher().did_you_mean(query.text), query, others=tray)
    draw(lines)


def _summary(query: Query, results: Results) -> None:
    hidden = in_scope(Scope.ALL, results) - in_scope(query.scope, results)
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
            say("显示全部"),
            key="show_all",
            on_click=lambda: open_search(replace(asked(), scope=Scope.ALL)),
            width="stretch",
        )
    orders = [sort for sort in SORTS if query.text or sort is not Sort.RELEVANCE]
    show("sort", query.sort if query.sort in orders else Sort.NEWEST)
    columns[2].selectbox(
        say("排序"),
        orders,
        key="sort",
        format_func=lambda sort: say(SORTS[sort]),
        label_visibility="collapsed",
        on_change=apply,
    )


def _list(query: Query, results: Results) -> None:
    back, here = urlencode(write_address(query)), parameters()
    drawn = (cards.card(hit, tables(), back=back, tools=toggle_link(here, hit.id), on=query.on) for hit in results.hits)
    st.html("".join([tray_bar(here), *drawn]))
    pages = ceil(min(results.total, MAX_HITS) / query.size)
    if pages > 1:
        show("page", min(query.page, pages))
        st.pagination(pages, key="page", on_change=lambda: open_search(replace(asked(), page=st.session_state["page"])))
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
        st.button(say("回到第一页"), on_click=apply)
        return
    st.info(say("没有找到符合全部条件的激励。可以放宽其中一项："))
    ways = searcher().loosened(query)
    for way in ways:
        st.button(
            say("{way}（{n} 条）", way=say(DROPPED[way.dropped]), n=way.total),
            key=f"loosen_{way.dropped}",
            on_click=open_search,
            args=(way.query,),
        )
    if not ways:
        st.button(say("清除全部条件"), on_click=lambda: go({}))


def _foot() -> None:
    st.html(f'<div class="kb-foot">{text(say(FOOT))}</div>')
