"""What 算一算 shows, as HTML: the sum, each incentive with reasons and reckoning, the places. All is escaped."""

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import urlencode

from app import cards, compare_tray
from data.model import Yuan
from data.tables import Tables
from index.match import Answer, Assessment, Elsewhere, Estimate, Reason, Total, Verdict
from index.rows import shown_title
from index.words import ABSENT, say_money

NAMES: Mapping[Verdict, str] = {Verdict.CAN: "可申领", Verdict.OPEN: "需人工确认", Verdict.CANNOT: "不符合"}
SIGNS: Mapping[Answer, str] = {Answer.YES: "符合", Answer.OPEN: "待确认", Answer.NO: "不符合"}
_ORDER = (Answer.NO, Answer.OPEN, Answer.YES)


def say_range(low: Yuan, high: Yuan | None) -> str:
    """Return a range of money in Chinese; 金额未载明 where the upper end is not stated."""
    if high is None:
        return f"至少 {say_money(low)}，最高未载明" if low else "金额未载明"
    if low == high:
        return say_money(high)
    return f"{say_money(low)} 至 {say_money(high)}" if low else f"最多 {say_money(high)}"


def summary(sums: Total, counts: Mapping[Verdict, int]) -> str:
    """Return the sum over all incentives, and what is and is not in it."""
    rest = Yuan(sums.high - sums.sure)
    boxes = (
        ("估算合计（一年）", f"{say_money(sums.low)} 至 {say_money(sums.high)}", "下限只计文件写明的，上限含待确认的"),
        (f"可申领 {counts.get(Verdict.CAN, 0)} 项", say_range(sums.low, sums.sure), "所填各项符合文件写明的条件"),
        (
            f"需人工确认 {counts.get(Verdict.OPEN, 0)} 项",
            f"最多再加 {say_money(rest)}",
            "文件的要求表格问不到，或未填、未核实",
        ),
    )
    shown = "".join(
        f'<div class="kb-box"><span>{_e(name)}</span><b>{_e(sum_)}</b><em>{_e(hint)}</em></div>'
        for name, sum_, hint in boxes
    )
    return f'<div class="kb-boxes" id="total">{shown}</div>{_rules(sums)}'


def _rules(sums: Total) -> str:
    lines = [
        "同一地区对同一备案只计一次；写明就高不重复的只计最高一项；各级能否同时享受未载明的，下限只计最高一项。",
        "资金总额（资金池）不是单家企业所得，从不计入。",
    ]
    if sums.unknown:
        lines.append(f"另有 {sums.unknown} 项金额未载明，未计入合计。")
    lines += [f"已按合计上限 {say_money(cap.amount)} 计：{cap.scope}" for cap in sums.capped]
    return '<ul class="kb-rules">' + "".join(f"<li>{_e(line)}</li>" for line in lines) + "</ul>"


def card(found: Assessment, tables: Tables, sums: Total, parameters: Mapping[str, str]) -> str:
    """Return one incentive. parameters: of the address, which the link to the comparison keeps."""
    hit = found.hit
    head = (
        f'<span class="kb-verdict {found.verdict}">{NAMES[found.verdict]}</span>'
        f'<span class="kb-kind">{_e(tables.kinds[hit.incentive.kind].name)}</span>'
        f'<span class="kb-place">{_e(cards.place(hit.document, tables))}</span>'
        f"{cards.validity_tag(hit.validity, tables)}{cards.basis_tag(hit.incentive.basis, tables)}"
    )
    left_out = '<div class="kb-terms">与其他项只能得一项，未计入合计</div>' if hit.id in sums.left_out else ""
    return (
        f'<article class="kb-card" id="{_e(hit.id)}"><div>{_sum(found.estimate)}{left_out}</div>'
        f'<div><div class="kb-head">{head}</div><p class="kb-trigger">{_e(hit.incentive.trigger)}</p>'
        f"{_reasons(found.reasons)}{_facts(found, tables)}{_links(found, parameters)}</div></article>"
    )


def _sum(estimate: Estimate | None) -> str:
    if estimate is None:
        return '<div class="kb-sum absent">不计</div>'
    words = say_range(estimate.low, estimate.high)
    style = " absent" if estimate.high is None else " small" if len(words) > 8 else ""
    return f'<div class="kb-sum{style}">{_e(words)}</div>'


def _reasons(reasons: Sequence[Reason]) -> str:
    seen = dict.fromkeys(sorted(reasons, key=lambda reason: _ORDER.index(reason.answer)))
    rows = "".join(
        f'<li class="{reason.answer}"><b>{SIGNS[reason.answer]}</b> {_e(reason.says)}{_quoted(reason.words)}</li>'
        for reason in seen
    )
    return f'<ul class="kb-why">{rows}</ul>'


def _quoted(words: str | None) -> str:
    return f"<q>{_e(words)}</q>" if words else ""


def _facts(found: Assessment, tables: Tables) -> str:
    grant, document = found.hit.incentive, found.hit.document
    rows = []
    if found.estimate and found.estimate.steps:
        rows.append(("怎么算", "；".join(map(_e, found.estimate.steps))))
    rows += [
        ("叠加", _e(grant.stacking or ABSENT)),
        ("文件", f"{_e(shown_title(document, tables.regions))} {_e(grant.clause or '')}"),
    ]
    if grant.quote:
        rows.append(("原文", f"“{_e(grant.quote)}”"))
    return cards.facts(rows)


def _links(found: Assessment, parameters: Mapping[str, str]) -> str:
    address = "document?" + urlencode({"id": found.hit.document.id})
    source = cards.link(found.hit.document.url, "来源网页 ↗") if found.hit.document.url else ""
    compare = compare_tray.toggle_link(parameters, found.hit.id, path="estimate")
    return f'<div class="kb-links"><a href="{_e(address)}" target="_self">查看文件</a>{source}{compare}</div>'


def places(
    ranked: Sequence[Elsewhere], here: str | None, tables: Tables, parameters: Mapping[str, str], *, most: int = 10
) -> str:
    """Return the first places as rows that lead to the same form there, and the firm's own wherever it stands."""
    shown = [(rank, place) for rank, place in enumerate(ranked, 1) if rank <= most or place.region == here]
    rows = "".join(_place(rank, place, here, tables, parameters) for rank, place in shown)
    head = "<tr><th>名次</th><th>注册地</th><th>至少</th><th>最多</th></tr>"
    return f'<table class="kb-table kb-places"><thead>{head}</thead><tbody>{rows}</tbody></table>'


def _place(rank: int, place: Elsewhere, here: str | None, tables: Tables, parameters: Mapping[str, str]) -> str:
    address = "estimate?" + urlencode(dict(parameters) | {"region": place.region})
    name = tables.regions.full_name(place.region)
    own = "（现注册地）" if place.region == here else ""
    return (
        f'<tr><td>{rank}</td><td><a href="{_e(address)}" target="_self">{_e(name)}</a>{own}</td>'
        f"<td>{_e(say_money(place.total.low))}</td><td>{_e(say_money(place.total.high))}</td></tr>"
    )


def _e(text: str) -> str:
    return escape(text, quote=True)
