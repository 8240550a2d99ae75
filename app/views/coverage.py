"""数据来源: every source with what its last run brought, and of how many documents the text is held."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

import streamlit as st

from app.causes import say_cause
from app.coverage_parts import missing_html, scores_html, table
from app.readers import coverage
from app.service import tables
from app.sheets import MISSING_NAME, missing_csv
from app.times import say_time
from data.model import Need, Outcome
from data.source_words import word_of
from data.tables import Tables
from index.coverage import Coverage, LevelTexts, SourceState
from index.words import ABSENT, say_date

NEVER = "从未抓取"
GOOD = {Outcome.OK, Outcome.UNCHANGED}
OUTCOMES = {
    Outcome.OK: "正常",
    Outcome.UNCHANGED: "正常，无新内容",
    Outcome.PARTIAL: "只取到一部分",
    Outcome.EMPTY: "列表为空",
    Outcome.LAYOUT_CHANGED: "网站改版，读不出列表",
    Outcome.BLOCKED: "被网站拦截",
    Outcome.ROBOTS: "robots.txt 不允许",
    Outcome.UNREACHABLE: "网站连不上",
    Outcome.STALE: "久未更新",
    Outcome.NEEDS_BROWSER: "需要浏览器才能列出",
    Outcome.IMPORTED: "人工导入",
}
NEEDS = {
    Need.BROWSER: "列表由脚本生成，普通请求读不到",
}
HOW_TO_IMPORT = (
    "在浏览器里打开来源网址，把网页或 PDF 存成文件，再上传，或运行所列命令（FILE 换成文件名），然后 make refresh。"
)
SHOWN = {"all": "全部", "never": NEVER, "bad": "最近一次未成功", "good": "最近一次正常"}


def page() -> None:
    """Draw the page."""
    st.html(
        '<h1 class="kb-brand">数据来源</h1>'
        '<p class="kb-tagline">每个来源抓取得怎样、哪些文件还没有全文。没抓过的就写从未抓取，不以空代有。</p>'
    )
    known = coverage()
    st.html(texts_html(known.levels, tables()) + versions_html(known))
    st.html('<div class="kb-links"><a href="import" target="_self">导入保存的网页或文件</a></div>')
    _missing(known)
    st.html(f'<h2 class="kb-section">检索质量</h2>{scores_html(known.scores)}')
    st.html('<h2 class="kb-section">来源</h2>')
    if known.sources is None:
        st.info("来源状况还没有载入索引：请管理员运行 `make refresh`。")
        return
    asked = st.query_params.get("show", "all")
    chosen = st.segmented_control(
        "显示", list(SHOWN), key="coverage_show", default=asked if asked in SHOWN else "all", required=True,
        format_func=SHOWN.__getitem__, label_visibility="collapsed",
    )  # fmt: skip
    st.query_params["show"] = chosen
    shown = [state for state in known.sources if chosen in {"all", standing(state)}]
    st.html(summary_html(known.sources) + sources_html(shown, tables()))


def _missing(known: Coverage) -> None:
    """Draw the documents of the catalog without a text, folded: there may be many."""
    documents = [one for name in known.untexted if (one := tables().documents.get(name))]
    if not documents:
        return
    with st.expander(f"目录所列文件中，{len(documents)} 份还没有全文：来源网址与导入办法"):
        st.html(f'<p class="kb-muted">{HOW_TO_IMPORT}</p>{missing_html(documents, tables())}')
        file = missing_csv(documents, tables())
        st.download_button("下载清单（CSV）", file, MISSING_NAME, "text/csv", key="missing_csv")


def standing(state: SourceState) -> str:
    """Return `never`, `good` or `bad`: how the newest run of a source ended. Pages imported by hand are no run."""
    if state.last is None or (state.last.outcome is Outcome.IMPORTED and state.last_good is None):
        return "never"
    return "good" if state.last.outcome in GOOD else "bad"


def texts_html(levels: Sequence[LevelTexts], known: Tables) -> str:
    """Return how many documents have a text, by the level of their issuers."""
    if not levels:
        return '<p class="kb-muted">索引里还没有文件。</p>'
    rows = [_level_row(known.terms[one.level].zh if one.level else ABSENT, [one]) for one in levels]
    rows.append(_level_row("合计", levels))
    return '<h2 class="kb-section">全文覆盖</h2>' + table(
        "各级文件的全文",
        ["发文层级", "目录所列文件：有全文 / 全部", "索引中全部文件：有全文 / 全部"],
        rows,
    )


def _level_row(name: str, levels: Sequence[LevelTexts]) -> list[str]:
    catalog = _share(sum(one.catalog_with_text for one in levels), sum(one.catalog for one in levels))
    return [_e(name), catalog, _share(sum(one.with_text for one in levels), sum(one.documents for one in levels))]


def _share(part: int, whole: int) -> str:
    return f"{part} / {whole}（{part * 100 // whole}%）" if whole else "0 / 0"


def versions_html(known: Coverage) -> str:
    """Return the versions of lexicon and index, and when the index was made."""
    parts = [
        f"词表版本 {known.words or ABSENT}",
        f"索引版本 {known.mapping if known.mapping is not None else ABSENT}",
        f"索引建于 {say_time(known.built)}",
    ]
    return f'<p class="kb-muted">{_e(" · ".join(parts))}（北京时间）</p>'


def summary_html(states: Sequence[SourceState]) -> str:
    """Return the line that counts the sources by how they stand."""
    counts: Mapping[str, int] = {name: sum(standing(state) == name for state in states) for name in SHOWN}
    pages = sum(state.pages for state in states)
    line = (
        f"共 {len(states)} 个来源：{counts['good']} 个最近一次正常，{counts['bad']} 个最近一次未成功，"
        f"{counts['never']} 个{NEVER}；存有网页 {pages} 个。"
    )
    return f'<p class="kb-muted">{_e(line)}</p>'


def sources_html(states: Iterable[SourceState], known: Tables) -> str:
    """Return the table of sources."""
    rows = [_row(state, known) for state in states]
    if not rows:
        return '<p class="kb-muted">没有这样的来源。</p>'
    return table("来源", ["发布机构", "地区", "最近一次抓取", "最近一次成功", "存有网页", "记录核对", "网站类型"], rows)


def _row(state: SourceState, known: Tables) -> list[str]:
    region = known.regions.full_name(state.region) if state.region in known.regions else ABSENT
    return [
        _e(state.publisher),
        _e(region),
        _last_html(state),
        _e(say_time(state.last_good) if state.last_good else "无"),
        _e(state.pages),
        _e(say_date(state.verified) if state.verified else NEVER),
        f'<span class="kb-muted">{_e(word_of("family", state.family))}</span>',
    ]


def _last_html(state: SourceState) -> str:
    note = f'<div class="kb-muted">{_e(NEEDS.get(state.needs, "需要特别处理"))}</div>' if state.needs else ""
    if state.last is None:
        return f'<span class="kb-outcome never">{NEVER}</span>{note}'
    outcome = state.last.outcome
    style = "good" if outcome in GOOD else "never" if outcome in {None, Outcome.IMPORTED} else "bad"
    name = OUTCOMES[outcome] if outcome else "未完成"
    cause = _cause_html(state.last.cause) if state.last.cause and outcome not in GOOD else ""
    return f'<span class="kb-outcome {style}">{_e(name)}</span> {_e(say_time(state.last.started))}{cause}{note}'


def _cause_html(cause: str) -> str:
    return f'<div class="kb-muted" title="{_e(cause)}">{_e(say_cause(cause))}</div>'


def _e(text: object) -> str:
    return escape(str(text), quote=True)
