"""对比: up to six incentives side by side, from the ids in the address."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape
from pathlib import Path

import streamlit as st

from app import cards
from app.compare_tray import MOST, compare_address, read_ids, toggled
from app.service import searcher, tables
from data.model import ConditionKind, Document
from data.tables import Tables
from index.rows import shown_title
from index.search import Hit, validity_of
from index.validity import today
from index.words import ABSENT, say_date, say_money, say_rate

STYLE = Path(__file__).parents[1] / "estimate.css"


def page() -> None:
    """Draw the comparison."""
    st.html(STYLE)
    st.html('<h1 class="kb-brand">对比</h1>')
    ids = read_ids(st.query_params.get("ids", ""))
    hits = {name: hit for name in ids if (hit := _hit(name))}
    for missing in (name for name in ids if name not in hits):
        st.warning(f"没有这条激励：{missing}，可能已更名或被合并。")
    if not hits:
        st.info(f"还没有选激励。在“找补贴”或“算一算”里点“加入对比”，最多 {MOST} 项。")
        return
    st.html(side_by_side(hits, tables()))


def _hit(name: str) -> Hit | None:
    document_id, _, number = name.rpartition(".")
    document = searcher().document(document_id)
    grant = next((grant for grant in document.incentives if grant.no == int(number)), None) if document else None
    if document is None or grant is None:
        return None
    return Hit(grant, replace(document, incentives=()), validity_of(document, today()))


def side_by_side(hits: Mapping[str, Hit], known: Tables) -> str:
    """Return the table, one column for each incentive; what is not stated is 未载明."""
    ids = tuple(hits)
    heads = "".join(f'<th scope="col">{_head(hit, ids, known)}</th>' for hit in hits.values())
    rows = "".join(
        f'<tr><th scope="row">{name}</th>' + "".join(f"<td>{cell(hit, known)}</td>" for hit in hits.values()) + "</tr>"
        for name, cell in ROWS.items()
    )
    return (
        '<div class="kb-side" tabindex="0" role="region" aria-label="对比表"><table>'
        f"<thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _head(hit: Hit, ids: tuple[str, ...], known: Tables) -> str:
    away = compare_address(toggled(ids, hit.id))
    return (
        f"{_e(known.kinds[hit.incentive.kind].name)}<br>{_e(cards.place(hit.document, known))}<br>"
        f'<a href="{_e(away)}" target="_self">移出</a>'
    )


def _amount(hit: Hit, _: Tables) -> str:
    grant = hit.incentive
    if grant.amount_max is None:
        return ABSENT
    if grant.tiers:
        return _e(" / ".join(map(say_money, grant.tiers)))
    if grant.floor is not None:
        return _e(f"{say_money(grant.floor)} 至 {say_money(grant.amount_max)}")
    return _e(f"{'最高 ' if grant.up_to or grant.rates else ''}{say_money(grant.amount_max)}")


def _rate(hit: Hit, _: Tables) -> str:
    return _e("、".join(map(say_rate, hit.incentive.rates)) or ABSENT)


def _unit(hit: Hit, known: Tables) -> str:
    grant = hit.incentive
    return _e("、".join(known.terms[value].zh for value in (grant.per, grant.period) if value) or ABSENT)


def _cap(hit: Hit, _: Tables) -> str:
    """Return the cap for one firm, and those of the document over several of its incentives."""
    grant = hit.incentive
    caps = [f"每家企业累计最高 {say_money(grant.cap_per_entity)}"] if grant.cap_per_entity is not None else []
    holding = [cap for cap in hit.document.caps if cap.incentive_kind in {None, grant.kind}]
    caps += [f"{cap.scope} {say_money(cap.amount)}（{cap.beneficiary or '各类主体'}）" for cap in holding]
    return "<br>".join(map(_e, caps)) or ABSENT


def _conditions(hit: Hit, known: Tables) -> str:
    names = {kind: known.terms[kind].zh for kind in ConditionKind}
    return "<br>".join(f"{_e(names[c.kind])}：{_e(c.words)}" for c in hit.incentive.conditions) or ABSENT


def _validity(hit: Hit, known: Tables) -> str:
    return f"{cards.validity_tag(hit.validity, known)}<br>至 {_e(say_date(hit.validity.last_day))}"


def _document(hit: Hit, known: Tables) -> str:
    address = f"document?id={hit.document.id}"
    return f'<a href="{_e(address)}" target="_self">{_e(shown_title(hit.document, known.regions))}</a>'


def _source(hit: Hit, known: Tables) -> str:
    document: Document = hit.document
    page_link = cards.link(document.url, "来源网页 ↗") if document.url else "来源网址未载明"
    return f"{cards.basis_tag(hit.incentive.basis, known)}<br>{page_link}"


def _e(text: str) -> str:
    return escape(text, quote=True)


ROWS: Mapping[str, Callable[[Hit, Tables], str]] = {
    "事项": lambda hit, _: _e(hit.incentive.trigger),
    "对象": lambda hit, _: _e(hit.incentive.beneficiary or ABSENT),
    "金额": _amount,
    "比例": _rate,
    "计法": _unit,
    "上限": _cap,
    "条件": _conditions,
    "叠加": lambda hit, _: _e(hit.incentive.stacking or ABSENT),
    "有效期": _validity,
    "文件": _document,
    "条款": lambda hit, _: _e(hit.incentive.clause or ABSENT),
    "原文": lambda hit, _: _e(f"“{hit.incentive.quote}”") if hit.incentive.quote else "引文未收录",
    "来源": _source,
    "备注": lambda hit, _: _e(hit.incentive.note or ABSENT),
}
