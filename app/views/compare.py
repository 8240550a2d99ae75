"""对比: up to six incentives side by side, from the ids in the address."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from html import escape
from pathlib import Path

import streamlit as st

from app import cards
from app.address import href, parameters
from app.compare_tray import MOST, compare_address, read_ids, toggled
from app.language import absent, day, kind, listed, money, say, term, text
from app.service import searcher, tables
from data.model import ConditionKind, OverallCap
from data.tables import Tables
from index.search import Hit, validity_of
from index.validity import today
from index.words import say_rate

STYLE = Path(__file__).parents[1] / "estimate.css"


def page() -> None:
    """Draw the comparison."""
    st.html(STYLE)
    st.html(cards.page_head(say("对比"), say("最多六项激励并排看：给多少、给谁、要什么、到何时、依据哪一条。")))
    ids = read_ids(parameters().get("ids", ""))
    hits = {name: hit for name in ids if (hit := _hit(name))}
    for missing in (name for name in ids if name not in hits):
        st.warning(say("没有这条激励：{id}，可能已更名或被合并。", id=missing))
    if not hits:
        st.info(say("还没有选激励。在“找补贴”或“算一算”里点“加入对比”，最多 {most} 项。", most=MOST))
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
    rows = "".join(_row(name, [cell(hit, known) for hit in hits.values()]) for name, cell in ROWS.items())
    return (
        f'<div class="kb-side" tabindex="0" role="region" aria-label="{say("对比表")}"><table>'
        f"<thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(name: str, cells: Iterable[str]) -> str:
    return f'<tr><th scope="row">{text(say(name))}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def _head(hit: Hit, ids: tuple[str, ...], known: Tables) -> str:
    away = compare_address(toggled(ids, hit.id))
    return (
        f"{text(kind(known.kinds[hit.incentive.kind]))}<br>{text(cards.place(hit.document, known))}<br>"
        f'<a href="{_e(away)}" target="_self">{say("移出")}</a>'
    )


def _amount(hit: Hit, _: Tables) -> str:
    grant = hit.incentive
    if grant.amount_max is None:
        return absent()
    if grant.tiers:
        return text(" / ".join(map(money, grant.tiers)))
    if grant.floor is not None:
        return text(say("{low} 至 {high}", low=money(grant.floor), high=money(grant.amount_max)))
    most = money(grant.amount_max)
    return text(say("最高 {money}", money=most) if grant.up_to or grant.rates else most)


def _rate(hit: Hit, _: Tables) -> str:
    return text(listed(list(map(say_rate, hit.incentive.rates))) or absent())


def _unit(hit: Hit, known: Tables) -> str:
    grant = hit.incentive
    return text(listed([term(known.terms[value]) for value in (grant.per, grant.period) if value]) or absent())


def _cap(hit: Hit, _: Tables) -> str:
    """Return the cap for one firm, and those of the document over several of its incentives."""
    grant = hit.incentive
    own = grant.cap_per_entity
    caps = [say("每家企业累计最高 {money}", money=money(own))] if own is not None else []
    holding = [cap for cap in hit.document.caps if cap.incentive_kind in {None, grant.kind}]
    caps += map(_overall, holding)
    return "<br>".join(map(text, caps)) or absent()


def _overall(cap: OverallCap) -> str:
    who = cap.beneficiary or say("各类主体")
    return say("{scope} {money}（限{who}）", scope=cap.scope, money=money(cap.amount), who=who)


def _conditions(hit: Hit, known: Tables) -> str:
    names = {one: term(known.terms[one]) for one in ConditionKind}
    rows = (f'<span class="kb-muted">{text(names[c.kind])}</span> {text(c.words)}' for c in hit.incentive.conditions)
    return "<br>".join(rows) or absent()


def _validity(hit: Hit, known: Tables) -> str:
    last = hit.validity.last_day
    until = say("至 {day}", day=day(last)) if last else say("终止日未载明")
    return f"{cards.validity_tag(hit.validity, known)}<br>{text(until)}"


def _document(hit: Hit, known: Tables) -> str:
    address = href("document", {"id": hit.document.id})
    return f'<a href="{_e(address)}" target="_self">{text(cards.title(hit.document, known))}</a>'


def _source(hit: Hit, known: Tables) -> str:
    return f"{cards.basis_tag(hit.incentive.basis, known)}<br>{cards.source_link(hit.document.url)}"


def _e(text: str) -> str:
    return escape(text, quote=True)


ROWS: Mapping[str, Callable[[Hit, Tables], str]] = {
    "事项": lambda hit, _: text(hit.incentive.trigger),
    "对象": lambda hit, _: text(hit.incentive.beneficiary or absent()),
    "金额": _amount,
    "比例": _rate,
    "计法": _unit,
    "上限": _cap,
    "条件": _conditions,
    "叠加": lambda hit, _: text(hit.incentive.stacking or absent()),
    "有效期": _validity,
    "文件": _document,
    "条款": lambda hit, _: text(hit.incentive.clause or absent()),
    "原文": lambda hit, _: text(f"“{hit.incentive.quote}”") if hit.incentive.quote else say("引文未收录"),
    "来源": _source,
    "备注": lambda hit, _: text(hit.incentive.note or absent()),
}
