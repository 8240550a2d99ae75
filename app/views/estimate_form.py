"""The form of 算一算. What is typed goes into the address as it was typed, so that a slip can be shown and mended."""

from collections.abc import Mapping
from html import escape

import streamlit as st

from app import compare_tray
from app.firm import Form
from app.service import tables
from data.regions import COUNTRY
from index.match import PAPER_NAMES, SPEND_NAMES, Paper, Spend, match_words
from index.words import say_date, say_money

LEVELS = ("省份", "城市", "区县 / 园区")
STATES = {"": "未填", "no": "没有", "yes": "已完成"}
FLAGS = {"": "未填", "1": "是", "0": "否"}
FLAG_NAMES = {"startup": "初创企业", "own": "模型自主研发"}
ORDER_NAMES = {"high": "按最多", "low": "按至少"}
MOST_TYPED = 40
WRONG = {
    "amount": "不是金额，请写成 80、80万 或 80万元",
    "day": "不是日期，请写成 2026-03-01",
    "count": "不是 1 至 10000 的整数",
}


def of_form(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters that belong to the form."""
    return {name: value for name, value in parameters.items() if name != compare_tray.PARAMETER}


def draw(form: Form, parameters: Mapping[str, str]) -> None:
    """Draw the form as the address holds it, and what of it could not be read."""
    _region(form)
    for paper in Paper:
        _paper(paper, parameters)
    columns = st.columns(len(Spend))
    for column, spend in zip(columns, Spend, strict=True):
        _text(column, spend, f"{SPEND_NAMES[spend]}（万元/年）", parameters, "如 80")
    columns = st.columns([1, 1, 1])
    _text(columns[0], "staff", "员工人数", parameters, "如 30")
    for column, (name, label) in zip(columns[1:], FLAG_NAMES.items(), strict=True):
        _choice(column, name, label, FLAGS, parameters.get(name, ""))
    names = {sector.code: sector.name for sector in match_words().sectors}
    _show("sector", list(form.firm.sectors))
    st.pills(
        "行业（可多选）",
        list(names),
        key=_key("sector"),
        selection_mode="multi",
        format_func=names.__getitem__,
        on_change=_apply,
    )
    _show("all", form.everything)
    st.toggle("也列出表格没有问到的激励（一律需人工确认）", key=_key("all"), on_change=_apply)
    _say(form)


def draw_order(form: Form) -> None:
    """Draw the choice of what the places are ranked by."""
    _show("order", form.order)
    st.segmented_control(
        "排序",
        list(ORDER_NAMES),
        key=_key("order"),
        required=True,
        format_func=ORDER_NAMES.__getitem__,
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
            f"注册地{label}",
            options,
            index=None,
            key=_key(f"region{level}"),
            placeholder="未填",
            format_func=lambda code: regions[code].name,
            on_change=_apply,
        )


def _paper(paper: Paper, parameters: Mapping[str, str]) -> None:
    typed, name = parameters.get(paper, ""), PAPER_NAMES[paper]
    done = "yes" if typed not in STATES else typed
    columns = st.columns([2, 2, 1])
    _choice(columns[0], paper, name, STATES, done)
    if done == "yes":
        _show(f"{paper}_on", "" if typed == "yes" else typed)
        columns[1].text_input(
            f"{name}完成日期", key=_key(f"{paper}_on"), placeholder="如 2026-03-01", max_chars=MOST_TYPED,
            on_change=_apply,
        )  # fmt: skip
        _text(columns[2], f"{paper}_n", f"{name}个数", parameters, "1")


def _choice(
    column: st.delta_generator.DeltaGenerator, name: str, label: str, names: Mapping[str, str], value: str
) -> None:
    _show(name, value if value in names else "")
    column.selectbox(label, list(names), key=_key(name), format_func=names.__getitem__, on_change=_apply)


def _text(
    column: st.delta_generator.DeltaGenerator, name: str, label: str, parameters: Mapping[str, str], hint: str
) -> None:
    _show(name, parameters.get(name, "")[:MOST_TYPED])
    column.text_input(label, key=_key(name), placeholder=hint, max_chars=MOST_TYPED, on_change=_apply)


def _say(form: Form) -> None:
    """Say how what was typed was understood, and what was not."""
    firm = form.firm
    read = [f"{SPEND_NAMES[spend]} {say_money(amount)}" for spend, amount in firm.spends.items()]
    read += [f"{PAPER_NAMES[paper]} {say_date(filing.on)}" for paper, filing in firm.filings.items() if filing.on]
    if read:
        st.html(f'<p class="kb-understood">按此计算：{escape("、".join(read))}</p>')
    for name, typed in form.ignored:
        st.html(f'<div class="kb-note" role="alert">{escape(_wrong(name, typed))}</div>')


def _wrong(name: str, typed: str) -> str:
    if name in set(Spend):
        return f"{SPEND_NAMES[Spend(name)]}：“{typed}”{WRONG['amount']}。"
    if name in set(Paper):
        return f"{PAPER_NAMES[Paper(name)]}：“{typed}”{WRONG['day']}。"
    if name == "staff" or name.removesuffix("_n") in set(Paper):
        return f"“{typed}”{WRONG['count']}，已忽略。"
    return f"网址中的 {name}={typed} 无法识别，已忽略。"


def _apply() -> None:
    """Write into the address what all controls show."""
    kept = {name: value for name, value in st.query_params.to_dict().items() if name == compare_tray.PARAMETER}
    values = {"region": _deepest()}
    for paper in Paper:
        values |= _filing(paper)
    values |= {name: _shown(name) for name in (*map(str, Spend), "staff", *FLAG_NAMES)}
    values["sector"] = ",".join(st.session_state.get(_key("sector")) or ())
    values["all"] = "1" if st.session_state.get(_key("all")) else ""
    order = st.session_state.get(_key("order"))
    values["order"] = "low" if order == "low" else ""
    st.query_params.from_dict({name: value for name, value in values.items() if value} | kept)


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
    """Make a control show `value`. One that shows it already is left alone, so as not to undo a click under way."""
    key = _key(name)
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def _key(name: str) -> str:
    return f"firm_{name}"
