"""The form of 算一算. What is typed goes into the address as it was typed, so that a slip can be shown and mended."""

from collections.abc import Mapping

import streamlit as st

from app import compare_tray
from app.address import go
from app.address import parameters as asked
from app.controls import show
from app.firm import Form
from app.language import day, listed, money, retell, say, text
from app.service import tables
from data.regions import COUNTRY
from index.match import PAPER_NAMES, SPEND_NAMES, Paper, Spend, match_words

LEVELS = ("省份", "城市", "区县 / 园区")
STATES = {"": "未填", "no": "没有", "yes": "已完成"}
FLAGS = {"": "未填", "1": "是", "0": "否"}
FLAG_NAMES = {"startup": "初创企业", "own": "模型自主研发"}
ORDER_NAMES = {"high": "按最多", "low": "按至少"}
MOST_TYPED = 40


def of_form(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters that belong to the form."""
    return {name: value for name, value in parameters.items() if name != compare_tray.PARAMETER}


def draw(form: Form, parameters: Mapping[str, str]) -> None:
    """Draw the form as the address holds it, and what of it could not be read."""
    _region(form)
    for column, paper in zip(st.columns(len(Paper)), Paper, strict=True):
        _choice(column, paper, retell(PAPER_NAMES[paper]), STATES, _standing(paper, parameters))
    for paper in Paper:
        if _standing(paper, parameters) == "yes":
            _when_done(paper, parameters)
    columns = st.columns(len(Spend))
    for column, spend in zip(columns, Spend, strict=True):
        _text(column, spend, say("{what}（万元/年）", what=retell(SPEND_NAMES[spend])), parameters, say("如 80"))
    columns = st.columns([1, 1, 1])
    _text(columns[0], "staff", say("员工人数"), parameters, say("如 30"))
    for column, (name, label) in zip(columns[1:], FLAG_NAMES.items(), strict=True):
        _choice(column, name, say(label), FLAGS, parameters.get(name, ""))
    names = {sector.code: sector.name for sector in match_words().sectors}
    _show("sector", list(form.firm.sectors))
    st.pills(
        say("行业（可多选）"),
        list(names),
        key=_key("sector"),
        selection_mode="multi",
        format_func=lambda code: say(names[code]),
        on_change=_apply,
    )
    _show("all", form.everything)
    st.toggle(say("也列出表格没有问到的激励（一律需人工确认）"), key=_key("all"), on_change=_apply)
    _say(form)


def draw_order(form: Form) -> None:
    """Draw the choice of what the places are ranked by."""
    _show("order", form.order)
    st.segmented_control(
        say("排序"),
        list(ORDER_NAMES),
        key=_key("order"),
        required=True,
        format_func=lambda order: say(ORDER_NAMES[order]),
        label_visibility="collapsed",
        on_change=_apply,
    )


def _region(form: Form) -> None:
    regions = tables().regions
    chosen = [region.code for region in regions.path(form.firm.region)[1:]] if form.firm.region else []
    columns = st.columns(len(LEVELS))
    for level, label in enumerate(LEVELS):
        above = COUNTRY if level == 0 else chosen[level - 1] if level <= len(chosen) else None
        options = [region.code for region in regions.children(above)] if above else []
        if not options:
            break
        _show(f"region{level}", chosen[level] if level < len(chosen) else None)
        columns[level].selectbox(
            say("注册地{level}", level=say(label)),
            options,
            index=None,
            key=_key(f"region{level}"),
            placeholder=say("未填"),
            format_func=lambda code: regions[code].name,
            on_change=_apply,
        )


def _standing(paper: Paper, parameters: Mapping[str, str]) -> str:
    """Return "", "no" or "yes"; whatever else is typed is meant to be the day on which it was done."""
    typed = parameters.get(paper, "")
    return typed if typed in STATES else "yes"


def _when_done(paper: Paper, parameters: Mapping[str, str]) -> None:
    typed, name = parameters.get(paper, ""), retell(PAPER_NAMES[paper])
    columns = st.columns(len(Paper))
    _show(f"{paper}_on", "" if typed == "yes" else typed)
    columns[0].text_input(
        say("{what}完成日期", what=name), key=_key(f"{paper}_on"), placeholder=say("如 2026-03-01"),
        max_chars=MOST_TYPED, on_change=_apply,
    )  # fmt: skip
    _text(columns[1], f"{paper}_n", say("{what}个数", what=name), parameters, "1")


def _choice(
    column: st.delta_generator.DeltaGenerator, name: str, label: str, names: Mapping[str, str], value: str
) -> None:
    _show(name, value if value in names else "")
    column.selectbox(label, list(names), key=_key(name), format_func=lambda code: say(names[code]), on_change=_apply)


def _text(
    column: st.delta_generator.DeltaGenerator, name: str, label: str, parameters: Mapping[str, str], hint: str
) -> None:
    _show(name, parameters.get(name, "")[:MOST_TYPED])
    column.text_input(label, key=_key(name), placeholder=hint, max_chars=MOST_TYPED, on_change=_apply)


def _say(form: Form) -> None:
    """Say how what was typed was understood, and what was not."""
    firm = form.firm
    read = [f"{retell(SPEND_NAMES[spend])} {money(amount)}" for spend, amount in firm.spends.items()]
    read += [f"{retell(PAPER_NAMES[paper])} {day(filing.on)}" for paper, filing in firm.filings.items() if filing.on]
    if read:
        st.html(f'<p class="kb-understood">{say("按此计算：")}{text(listed(read))}</p>')
    for name, typed in form.ignored:
        st.html(f'<div class="kb-note" role="alert">{text(_wrong(name, typed))}</div>')


def _wrong(name: str, typed: str) -> str:
    if name in set(Spend):
        return say(
            "{what}：“{typed}”不是金额，请写成 80、80万 或 80万元。", what=retell(SPEND_NAMES[Spend(name)]), typed=typed
        )
    if name in set(Paper):
        return say("{what}：“{typed}”不是日期，请写成 2026-03-01。", what=retell(PAPER_NAMES[Paper(name)]), typed=typed)
    if name == "staff" or name.removesuffix("_n") in set(Paper):
        return say("“{typed}”不是 1 至 10000 的整数，已忽略。", typed=typed)
    return say("网址中的 {name}={value} 无法识别，已忽略。", name=name, value=typed)


def _apply() -> None:
    """Write into the address what all controls show."""
    kept = {name: value for name, value in asked().items() if name == compare_tray.PARAMETER}
    values = {"region": _deepest()}
    for paper in Paper:
        values |= _filing(paper)
    values |= {name: _shown(name) for name in (*map(str, Spend), "staff", *FLAG_NAMES)}
    values["sector"] = ",".join(st.session_state.get(_key("sector")) or ())
    values["all"] = "1" if st.session_state.get(_key("all")) else ""
    order = st.session_state.get(_key("order"))
    values["order"] = "low" if order == "low" else ""
    go({name: value for name, value in values.items() if value} | kept)


def _filing(paper: Paper) -> dict[str, str]:
    state = _shown(paper)
    if state != "yes":
        return {paper: state}
    return {paper: _shown(f"{paper}_on") or "yes", f"{paper}_n": _shown(f"{paper}_n")}


def _deepest() -> str:
    """Return the deepest choice that lies in the one before it."""
    regions, above = tables().regions, COUNTRY
    for level in range(len(LEVELS)):
        code = st.session_state.get(_key(f"region{level}"))
        if code is None or regions[code].parent != above:
            break
        above = code
    return "" if above == COUNTRY else above


def _shown(name: str) -> str:
    return str(st.session_state.get(_key(name)) or "").strip()


def _show(name: str, value: object) -> None:
    show(_key(name), value)


def _key(name: str) -> str:
    return f"firm_{name}"
