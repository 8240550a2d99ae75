"""备案指南: the two routes, materials, steps, counts and legal basis, each marked as literal or as a reading."""

from html import escape

import streamlit as st

from app import cards
from app.address import href
from app.language import english, say, text
from app.service import tables
from data.filing import Count, FilingProcedure, LegalBasis, LocalSteps, Reading, Route, Step

BASES = {Reading.LITERAL: "指南原文", Reading.READING: "推定"}
READINGS = "“指南原文”是指南里确有的文字；“推定”由受损的文本推出，不是引文，请以网信部门的要求为准。"
LINKS = (
    ("看各地备案奖励", {"kind": "filing_reward"}),
    ("看各地登记奖励", {"kind": "registration_reward"}),
    ("看各地算法备案奖励", {"kind": "algorithm_filing_reward"}),
)


def page() -> None:
    """Draw the page."""
    filing = tables().filing
    st.html(cards.page_head(say("备案指南"), say(filing.about)) + f'<p class="kb-muted">{text(say(READINGS))}</p>')
    st.html(f'<div class="kb-routes">{"".join(map(_route, filing.routes))}</div>')
    _section(say("材料"), _steps(filing.materials))
    _section(say("步骤"), _steps(filing.steps))
    _section(say("数量要求"), _counts(filing.requirements))
    _section(say("已备案与已登记的数量"), _counts(filing.figures))
    _section(say("各地步骤数（指南所列流程）"), _local(filing))
    _section(say("法规依据"), cards.table(map(_basis, filing.legal_basis)))
    links = "".join(f'<a href="{_e(href("./", query))}" target="_self">{say(name)}</a>' for name, query in LINKS)
    st.html(f'<div class="kb-links">{links}</div>')


def _route(route: Route) -> str:
    way = " → ".join(text(say(who)) for who in route.review)
    rows = [(say("适用"), text(say(route.for_whom))), (say("审核"), way)]
    rows += [(say("之后"), text(say(route.after)))] if route.after else []
    facts = cards.facts(rows) + cards.note(say(route.note) if route.note else None)
    return f'<section class="kb-route"><h2>{_both(route.name)} {_tag(route.basis)}</h2>{facts}</section>'


def _steps(steps: tuple[Step, ...]) -> str:
    return (
        '<ol class="kb-steps">' + "".join(f"<li>{_both(step.text)} {_tag(step.basis)}</li>" for step in steps) + "</ol>"
    )


def _both(words: str) -> str:
    """Return words of the guide, on an English page with the Chinese behind: forms are handed in in Chinese."""
    original = f' <span class="kb-muted">{text(words)}</span>' if english() else ""
    return text(say(words)) + original


def _counts(counts: tuple[Count, ...]) -> str:
    return cards.table((say(count.what), f"<strong>{count.value:,}</strong> {_tag(count.basis)}") for count in counts)


def _local(filing: FilingProcedure) -> str:
    return cards.table((_place(local), _number_of_steps(local)) for local in filing.local_steps)


def _number_of_steps(local: LocalSteps) -> str:
    return say("{n} 步", n=local.steps) + cards.note(say(local.note) if local.note else None)


def _place(local: LocalSteps) -> str:
    return tables().regions[local.region].name if local.region else say("地名未恢复")


def _basis(basis: LegalBasis) -> tuple[str, str]:
    title = cards.title(tables().documents[basis.document], tables())
    address = _e(href("document", {"id": basis.document}))
    return basis.clause, f'<a href="{address}" target="_self">{text(title)}</a>'


def _tag(basis: Reading) -> str:
    style = "basis" if basis is Reading.LITERAL else "basis none"
    return f'<span class="kb-tag {style}">{say(BASES[basis])}</span>'


def _section(title: str, body: str) -> None:
    st.html(f'<h2 class="kb-section">{_e(title)}</h2><div class="kb-doc">{body}</div>')


def _e(value: object) -> str:
    return escape(str(value), quote=True)
