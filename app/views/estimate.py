"""算一算: a firm says what it is; the page says what it can claim, why or why not, and from how much to how much."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import streamlit as st

from app import compare_tray, estimate_cards
from app.firm import Form, read_form
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
HEAD = (
    '<h1 class="kb-brand">算一算</h1>'
    '<p class="kb-tagline">填几项企业情况，看能申领什么、为什么、大约多少。没填的按“未填”处理，不当作没有。</p>'
)
PROMISE = (
    '<div class="kb-note">本页估算不构成申报承诺：是否符合、给多少，以发文机关公布的文件和审核结果为准。'
    "支出和金额都按一年计。</div>"
)


def page() -> None:
    """Draw the form that the address holds, and what comes of it."""
    st.html(STYLE)
    st.html(HEAD)
    parameters = st.query_params.to_dict()
    form = read_form(estimate_form.of_form(parameters), tables())
    estimate_form.draw(form, parameters)
    st.html(PROMISE)
    if bar := compare_tray.tray_bar(parameters, path="estimate"):
        st.html(bar)
    found = [assess(form.firm, hit, today()) for hit in _hits(today())]
    counted = [one for one in found if form.everything or asked(one.hit.incentive)]
    if form.firm.region:
        _here(counted, len(found), form)
    else:
        st.info("先选注册地，再看能申领什么。下面是各地的比较。")
    _where(counted, form)


@st.cache_resource(ttl=FRESH_SECONDS, show_spinner="正在读取各地的激励…")
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
    st.html(f'<h2 class="kb-section">{known.regions.full_name(region)}及各上级</h2>')
    st.html(estimate_cards.summary(sums, Counter(one.verdict for one in here)))
    if known.regions.children(region):
        st.caption("注册地没有选到最后一级，下级（区县、园区）的激励没有计入。")
    if not here:
        st.info("本地区及上级还没有收录与表格有关的激励。没有收录不等于没有政策。")
    for verdict in (Verdict.CAN, Verdict.OPEN, Verdict.CANNOT):
        chosen = [one for one in here if one.verdict is verdict]
        _group(verdict, sorted(chosen, key=_worth, reverse=True), sums)
    if not form.everything and len(counted) < of_all:
        st.caption("人才、租金、金融、自建数据集等表格没有问到的激励没有列出；打开“也列出表格没有问到的”可以看到。")


def _worth(one: Assessment) -> int:
    return (one.estimate.high or 0) if one.estimate else 0


def _group(verdict: Verdict, chosen: Sequence[Assessment], sums: Total) -> None:
    if not chosen:
        return
    parameters = st.query_params.to_dict()
    body = "".join(estimate_cards.card(one, tables(), sums, parameters) for one in chosen[:MOST])
    title = f"{estimate_cards.NAMES[verdict]}（{len(chosen)}）"
    if verdict is Verdict.CANNOT:
        with st.expander(title):
            st.html(body)
    else:
        st.html(f'<h2 class="kb-section">{title}</h2>{body}')
    if len(chosen) > MOST:
        st.caption(f"只列出金额最高的 {MOST} 项，合计含全部 {len(chosen)} 项。")


def _where(counted: Sequence[Assessment], form: Form) -> None:
    st.html(
        '<h2 class="kb-section">哪里更划算</h2><p class="kb-muted">同一家企业若注册在别处，连同各上级能得多少。</p>'
    )
    estimate_form.draw_order(form)
    firm = replace(form.firm, region=None)
    ranked = elsewhere(counted, firm, _caps(counted), tables().regions, today(), by_low=form.order == "low")
    st.html(estimate_cards.places(ranked, form.firm.region, tables(), st.query_params.to_dict()))
