"""算一算: a firm says what it is; the page says what it can claim, why or why not, and from how much to how much."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import streamlit as st

from app import compare_tray, estimate_cards
from app.address import parameters
from app.cards import page_head, section
from app.firm import Form, read_form
from app.language import say, text
from app.service import searcher, tables
from app.views import estimate_form
from data.model import OverallCap
from index.match import Assessment, Total, Verdict, applying, asked, assess, elsewhere, total
from index.overview import hits_of
from index.query import Scope
from index.search import Hit
from index.validity import today

STYLE = Path(__file__).parents[1] / "estimate.css"
MOST = 50
FRESH_SECONDS = 60
TAGLINE = "填几项企业情况，看能申领什么、为什么、大约多少。没填的按“未填”处理，不当作没有。"
PROMISE = "本页估算不构成申报承诺：是否符合、给多少，以发文机关公布的文件和审核结果为准。支出和金额都按一年计。"


def page() -> None:
    """Draw the form that the address holds, and what comes of it."""
    st.html(STYLE)
    st.html(page_head(say("算一算"), say(TAGLINE)))
    asked_for = parameters()
    form = read_form(estimate_form.of_form(asked_for), tables())
    estimate_form.draw(form, asked_for)
    st.html(f'<div class="kb-note">{text(say(PROMISE))}</div>')
    if bar := compare_tray.tray_bar(asked_for, path="estimate"):
        st.html(bar)
    with st.spinner(say("正在读取各地的激励…")):
        hits = _hits(today())
    found = [assess(form.firm, hit, today()) for hit in hits]
    counted = [one for one in found if form.everything or asked(one.hit.incentive)]
    if form.firm.region:
        _here(counted, len(found), form)
    else:
        st.info(say("先选注册地，再看能申领什么。下面是各地的比较。"))
    _where(counted, form)


@st.cache_resource(ttl=FRESH_SECONDS, show_spinner=False)
def _hits(day: date) -> Sequence[Hit]:
    return tuple(hits_of(searcher(), day, scope=Scope.ALL))


@st.cache_resource(ttl=FRESH_SECONDS * 10, show_spinner=False)
def _caps_of(document_id: str) -> tuple[OverallCap, ...]:
    # Rows of incentives carry their document without its caps.
    document = searcher().document(document_id)
    return document.caps if document else ()


def _caps(found: Sequence[Assessment]) -> dict[str, tuple[OverallCap, ...]]:
    names = {one.hit.document.id for one in found if one.estimate is not None}
    return {name: _caps_of(name) for name in names}


def _here(counted: Sequence[Assessment], of_all: int, form: Form) -> None:
    region, known = form.firm.region or "", tables()
    here = applying(counted, region, known.regions)
    sums = total(here, form.firm, _caps(here), today())
    st.html(section(say("{place}及各上级", place=known.regions.full_name(region))))
    st.html(estimate_cards.summary(sums, Counter(one.verdict for one in here)))
    if known.regions.children(region):
        st.caption(say("注册地没有选到最后一级，下级（区县、园区）的激励没有计入。"))
    if not here:
        st.info(say("本地区及上级还没有收录与表格有关的激励。没有收录不等于没有政策。"))
    for verdict in (Verdict.CAN, Verdict.OPEN, Verdict.CANNOT):
        chosen = [one for one in here if one.verdict is verdict]
        _group(verdict, sorted(chosen, key=_worth, reverse=True), sums)
    if not form.everything and len(counted) < of_all:
        st.caption(
            say("人才、租金、金融、自建数据集等表格没有问到的激励没有列出；打开“也列出表格没有问到的”可以看到。")
        )


def _worth(one: Assessment) -> int:
    return (one.estimate.high or 0) if one.estimate else 0


def _group(verdict: Verdict, chosen: Sequence[Assessment], sums: Total) -> None:
    if not chosen:
        return
    body = "".join(estimate_cards.card(one, tables(), sums, parameters()) for one in chosen[:MOST])
    title = f"{say(estimate_cards.NAMES[verdict])} ({len(chosen)})"
    if verdict is Verdict.CANNOT:
        with st.expander(title):
            st.html(body)
    else:
        st.html(section(title, body))
    if len(chosen) > MOST:
        st.caption(say("只列出金额最高的 {most} 项，合计含全部 {all} 项。", most=MOST, all=len(chosen)))


def _where(counted: Sequence[Assessment], form: Form) -> None:
    about = say("同一家企业若注册在别处，连同各上级能得多少。")
    st.html(section(say("哪里更划算"), f'<p class="kb-muted">{text(about)}</p>'))
    estimate_form.draw_order(form)
    firm = replace(form.firm, region=None)
    ranked = elsewhere(counted, firm, _caps(counted), tables().regions, today(), by_low=form.order == "low")
    st.html(estimate_cards.places(ranked, form.firm.region, tables(), parameters()))
