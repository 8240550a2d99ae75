"""备案指南: the two routes, materials, steps, counts and legal basis, each marked as literal or as a reading."""

from html import escape
from urllib.parse import urlencode

import streamlit as st

from app import cards
from app.service import tables
from data.filing import Count, FilingProcedure, LegalBasis, LocalSteps, Reading, Route, Step
from index.rows import shown_title

BASES = {Reading.LITERAL: "指南原文", Reading.READING: "推定"}
LINKS = (
    ("看各地备案奖励", {"kind": "filing_reward"}),
    ("看各地登记奖励", {"kind": "registration_reward"}),
    ("看各地算法备案奖励", {"kind": "algorithm_filing_reward"}),
)


def page() -> None:
    """Draw the page."""
    filing = tables().filing
    st.html(
        '<h1 class="kb-brand">备案指南</h1>'
        f'<p class="kb-tagline">{_e(filing.about)}</p>'
        '<p class="kb-muted">“指南原文”是指南里确有的文字；“推定”由受损的文本推出，不是引文，'
        "请以网信部门的要求为准。</p>"
    )
    st.html(f'<div class="kb-routes">{"".join(map(_route, filing.routes))}</div>')
    _section("材料", _steps(filing.materials))
    _section("步骤", _steps(filing.steps))
    _section("数量要求", _counts(filing.requirements))
    _section("已备案与已登记的数量", _counts(filing.figures))
    _section("各地步骤数（指南所列流程）", _local(filing))
    _section("法规依据", cards.table(map(_basis, filing.legal_basis)))
    links = "".join(f'<a href="./?{_e(urlencode(query))}" target="_self">{_e(name)}</a>' for name, query in LINKS)
    st.html(f'<div class="kb-links">{links}</div>')


def _route(route: Route) -> str:
    way = " → ".join(map(_e, route.review))
    rows = [("适用", _e(route.for_whom)), ("审核", way)]
    rows += [("之后", _e(route.after))] if route.after else []
    note = cards.note(route.note)
    return f'<section class="kb-route"><h2>{_e(route.name)} {_tag(route.basis)}</h2>{cards.facts(rows)}{note}</section>'


def _steps(steps: tuple[Step, ...]) -> str:
    return '<ol class="kb-steps">' + "".join(f"<li>{_e(step.text)} {_tag(step.basis)}</li>" for step in steps) + "</ol>"


def _counts(counts: tuple[Count, ...]) -> str:
    return cards.table((count.what, f"<strong>{count.value:,}</strong> {_tag(count.basis)}") for count in counts)


def _local(filing: FilingProcedure) -> str:
    return cards.table((_place(local), f"{local.steps} 步{cards.note(local.note)}") for local in filing.local_steps)


def _place(local: LocalSteps) -> str:
    return tables().regions[local.region].name if local.region else "地名未恢复"


def _basis(basis: LegalBasis) -> tuple[str, str]:
    title = shown_title(tables().documents[basis.document], tables().regions)
    address = _e("document?" + urlencode({"id": basis.document}))
    return basis.clause, f'<a href="{address}" target="_self">{_e(title)}</a>'


def _tag(basis: Reading) -> str:
    style = "basis" if basis is Reading.LITERAL else "basis none"
    return f'<span class="kb-tag {style}">{BASES[basis]}</span>'


def _section(title: str, body: str) -> None:
    st.html(f'<h2 class="kb-section">{_e(title)}</h2><div class="kb-doc">{body}</div>')


def _e(text: object) -> str:
    return escape(str(text), quote=True)
