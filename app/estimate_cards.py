"""What 算一算 shows, as HTML: the sum, each incentive with reasons and reckoning, the places. All is escaped."""

from collections.abc import Mapping, Sequence
from html import escape

from app import cards, compare_tray
from app.address import href
from app.language import absent, kind, money, retell, say, text
from data.model import Yuan
from data.tables import Tables
from index.match import Answer, Assessment, Elsewhere, Estimate, Reason, Total, Verdict
from index.said import SaidRow

NAMES: Mapping[Verdict, str] = {Verdict.CAN: "可申领", Verdict.OPEN: "需人工确认", Verdict.CANNOT: "不符合"}
SIGNS: Mapping[Answer, str] = {Answer.YES: "符合", Answer.OPEN: "待确认", Answer.NO: "不符合"}
_ORDER = (Answer.NO, Answer.OPEN, Answer.YES)


def say_range(low: Yuan, high: Yuan | None) -> str:
    """Return a range of money; 金额未载明 where the upper end is not stated."""
    if high is None:
        return say("至少 {money}，最高未载明", money=money(low)) if low else say("金额未载明")
    if low == high:
        return money(high)
    if low:
        return say("{low} 至 {high}", low=money(low), high=money(high))
    return say("最多 {money}", money=money(high))


def summary(sums: Total, counts: Mapping[Verdict, int]) -> str:
    """Return the sum over all incentives, and what is and is not in it."""
    both = say("{low} 至 {high}", low=money(sums.low), high=money(sums.high))
    more = say("最多再加 {money}", money=money(Yuan(sums.high - sums.sure)))
    boxes = (
        (say("估算合计（一年）"), both, say("下限只计文件写明的，上限含待确认的")),
        (
            say("可申领 {n} 项", n=counts.get(Verdict.CAN, 0)),
            say_range(sums.low, sums.sure),
            say("所填各项符合文件写明的条件"),
        ),
        (
            say("需人工确认 {n} 项", n=counts.get(Verdict.OPEN, 0)),
            more,
            say("文件的要求表格问不到，或未填、未核实"),
        ),
    )
    shown = "".join(
        f'<div class="kb-box"><span>{_e(name)}</span><b>{_e(sum_)}</b><em>{_e(hint)}</em></div>'
        for name, sum_, hint in boxes
    )
    return f'<div class="kb-boxes" id="total">{shown}</div>{_rules(sums)}'


def _rules(sums: Total) -> str:
    lines = [
        say("同一地区对同一备案只计一次；写明就高不重复的只计最高一项；各级能否同时享受未载明的，下限只计最高一项。"),
        say("资金总额（资金池）不是单家企业所得，从不计入。"),
    ]
    if sums.unknown:
        lines.append(say("另有 {n} 项金额未载明，未计入合计。", n=sums.unknown))
    lines += [say("已按合计上限 {money} 计：{scope}", money=money(cap.amount), scope=cap.scope) for cap in sums.capped]
    return '<ul class="kb-rules">' + "".join(f"<li>{text(line)}</li>" for line in lines) + "</ul>"


def card(found: Assessment, tables: Tables, sums: Total, parameters: Mapping[str, str]) -> str:
    """Return one incentive. parameters: of the address, which the link to the comparison keeps."""
    hit = found.hit
    head = (
        f'<span class="kb-verdict {found.verdict}">{say(NAMES[found.verdict])}</span>'
        f'<span class="kb-kind">{text(kind(tables.kinds[hit.incentive.kind]))}</span>'
        f'<span class="kb-place">{text(cards.place(hit.document, tables))}</span>'
        f"{cards.validity_tag(hit.validity, tables)}{cards.basis_tag(hit.incentive.basis, tables)}"
    )
    alone = f'<div class="kb-terms">{say("与其他项只能得一项，未计入合计")}</div>' if hit.id in sums.left_out else ""
    return (
        f'<article class="kb-card" id="{_e(hit.id)}"><div>{_sum(found.estimate)}{alone}</div>'
        f'<div><div class="kb-head">{head}</div><p class="kb-trigger">{text(hit.incentive.trigger)}</p>'
        f"{reasons_list(found.reasons)}{_facts(found, tables)}{_links(found, parameters)}</div></article>"
    )


def _sum(estimate: Estimate | None) -> str:
    if estimate is None:
        return f'<div class="kb-sum absent">{say("不计")}</div>'
    words = say_range(estimate.low, estimate.high)
    style = " absent" if estimate.high is None else " small" if len(words) > cards.LONG_SUM - 4 else ""
    return f'<div class="kb-sum{style}">{_e(words)}</div>'


def reasons_list(reasons: Sequence[Reason]) -> str:
    """Return the reasons, what speaks against it first. One that holds for several words is told once, with all."""
    told: dict[tuple[Answer, str], list[str]] = {}
    for why in sorted(reasons, key=lambda reason: _ORDER.index(reason.answer)):
        told.setdefault((why.answer, why.says), []).extend([why.words] if why.words else [])
    return f'<ul class="kb-why">{"".join(_reason(*why, words) for why, words in told.items())}</ul>'


def _reason(answer: Answer, says: str, words: Sequence[str]) -> str:
    quoted = "".join(f"<q>{text(one)}</q>" for one in dict.fromkeys(words))
    return f'<li class="{answer}"><b>{say(SIGNS[answer])}</b> {text(retell(says))}{quoted}</li>'


def _facts(found: Assessment, tables: Tables) -> str:
    grant, document = found.hit.incentive, found.hit.document
    rows = []
    if found.estimate and found.estimate.steps:
        rows.append((say("怎么算"), text(retell(SaidRow(found.estimate.steps)))))
    rows += [
        (say("叠加"), text(grant.stacking or absent())),
        (say("文件"), f"{text(cards.title(document, tables))} {text(grant.clause or '')}"),
    ]
    if grant.quote:
        rows.append((say("原文"), text(f"“{grant.quote}”")))
    return cards.facts(rows)


def _links(found: Assessment, parameters: Mapping[str, str]) -> str:
    address = href("document", {"id": found.hit.document.id})
    source = cards.link(found.hit.document.url, say("来源网页 ↗")) if found.hit.document.url else ""
    compare = compare_tray.toggle_link(parameters, found.hit.id, path="estimate")
    return f'<div class="kb-links"><a href="{_e(address)}" target="_self">{say("查看文件")}</a>{source}{compare}</div>'


def places(
    ranked: Sequence[Elsewhere], here: str | None, tables: Tables, parameters: Mapping[str, str], *, most: int = 10
) -> str:
    """Return the first places as rows that lead to the same form there, and the firm's own wherever it stands."""
    shown = [(rank, place) for rank, place in enumerate(ranked, 1) if rank <= most or place.region == here]
    rows = "".join(_place(rank, place, here, tables, parameters) for rank, place in shown)
    names = (say("名次"), say("注册地"), say("至少"), say("最多"))
    head = f"<tr>{''.join(f'<th>{_e(name)}</th>' for name in names)}</tr>"
    return f'<table class="kb-table kb-places"><thead>{head}</thead><tbody>{rows}</tbody></table>'


def _place(rank: int, place: Elsewhere, here: str | None, tables: Tables, parameters: Mapping[str, str]) -> str:
    address = href("estimate", dict(parameters) | {"region": place.region})
    name = tables.regions.full_name(place.region)
    own = say("（现注册地）") if place.region == here else ""
    return (
        f'<tr><td>{rank}</td><td><a href="{_e(address)}" target="_self">{text(name)}</a>{own}</td>'
        f"<td>{_e(money(place.total.low))}</td><td>{_e(money(place.total.high))}</td></tr>"
    )


def _e(value: str) -> str:
    return escape(value, quote=True)
