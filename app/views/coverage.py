"""数据来源: every source with what its last run brought, and of how many documents the text is held."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

import streamlit as st

from app import cards
from app.address import go, href, parameters
from app.causes import say_cause, word_of
from app.coverage_parts import missing_html, scores_html, table
from app.language import absent, day, english, say, term, text
from app.readers import coverage
from app.service import tables
from app.sheets import MISSING_NAME, missing_csv
from app.times import say_time
from data.model import Need, Outcome
from data.tables import Tables
from index.coverage import Coverage, LevelTexts, SourceState

NEVER = "从未抓取"
ABOUT = "每个来源抓取得怎样、哪些文件还没有全文。没抓过的就写从未抓取，不以空代有。"
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
TEXT_HEADS = ("发文层级", "目录所列文件：有全文 / 全部", "索引中全部文件：有全文 / 全部")
SOURCE_HEADS = ("发布机构", "地区", "最近一次抓取", "最近一次成功", "存有网页", "记录核对", "网站类型")
SUMMARY = "共 {n} 个来源：{good} 个最近一次正常，{bad} 个最近一次未成功，{never} 个从未抓取；存有网页 {pages} 个。"
SHOWN = {"all": "全部", "never": NEVER, "bad": "最近一次未成功", "good": "最近一次正常"}


def page() -> None:
    """Draw the page."""
    st.html(cards.page_head(say("数据来源"), say(ABOUT)))
    known = coverage()
    st.html(texts_html(known.levels, tables()) + versions_html(known))
    st.html(
        f'<div class="kb-links"><a href="{_e(href("import"))}" target="_self">{say("导入保存的网页或文件")}</a></div>'
    )
    _missing(known)
    st.html(f'<h2 class="kb-section">{say("检索质量")}</h2>{scores_html(known.scores)}')
    st.html(f'<h2 class="kb-section">{say("来源")}</h2>')
    if known.sources is None:
        st.info(say("来源状况还没有载入索引：请管理员运行 `make refresh`。"))
        return
    asked = parameters().get("show", "all")
    chosen = st.segmented_control(
        say("显示"), list(SHOWN), key="coverage_show", default=asked if asked in SHOWN else "all", required=True,
        format_func=lambda one: say(SHOWN[one]), label_visibility="collapsed",
    )  # fmt: skip
    go(parameters() | {"show": chosen})
    shown = [state for state in known.sources if chosen in {"all", standing(state)}]
    st.html(summary_html(known.sources) + sources_html(shown, tables()))


def _missing(known: Coverage) -> None:
    """Draw the documents of the catalog without a text, folded: there may be many."""
    documents = [one for name in known.untexted if (one := tables().documents.get(name))]
    if not documents:
        return
    with st.expander(say("目录所列文件中，{n} 份还没有全文：来源网址与导入办法", n=len(documents))):
        st.html(f'<p class="kb-muted">{say(HOW_TO_IMPORT)}</p>{missing_html(documents, tables())}')
        file = missing_csv(documents, tables())
        st.download_button(say("下载清单（CSV）"), file, MISSING_NAME, "text/csv", key="missing_csv")


def standing(state: SourceState) -> str:
    """Return `never`, `good` or `bad`: how the newest run of a source ended. Pages imported by hand are no run."""
    if state.last is None or (state.last.outcome is Outcome.IMPORTED and state.last_good is None):
        return "never"
    return "good" if state.last.outcome in GOOD else "bad"


def texts_html(levels: Sequence[LevelTexts], known: Tables) -> str:
    """Return how many documents have a text, by the level of their issuers."""
    if not levels:
        return f'<p class="kb-muted">{say("索引里还没有文件。")}</p>'
    rows = [_level_row(term(known.terms[one.level]) if one.level else absent(), [one]) for one in levels]
    rows.append(_level_row(say("合计"), levels))
    return f'<h2 class="kb-section">{say("全文覆盖")}</h2>' + table(say("各级文件的全文"), map(say, TEXT_HEADS), rows)


def _level_row(name: str, levels: Sequence[LevelTexts]) -> list[str]:
    catalog = _share(sum(one.catalog_with_text for one in levels), sum(one.catalog for one in levels))
    return [_e(name), catalog, _share(sum(one.with_text for one in levels), sum(one.documents for one in levels))]


def _share(part: int, whole: int) -> str:
    return f"{part} / {whole}{_in_brackets(part * 100 // whole)}" if whole else "0 / 0"


def _in_brackets(share: int) -> str:
    return f" ({share}%)" if english() else f"（{share}%）"


def versions_html(known: Coverage) -> str:
    """Return the versions of lexicon and index, and when the index was made."""
    parts = [
        say("词表版本 {words}", words=known.words or absent()),
        say("索引版本 {number}", number=known.mapping if known.mapping is not None else absent()),
        say("索引建于 {time}（北京时间）", time=say_time(known.built)),
    ]
    return f'<p class="kb-muted">{_e(" · ".join(parts))}</p>'


def summary_html(states: Sequence[SourceState]) -> str:
    """Return the line that counts the sources by how they stand."""
    counts: Mapping[str, int] = {name: sum(standing(state) == name for state in states) for name in SHOWN}
    pages = sum(state.pages for state in states)
    standings = {name: counts[name] for name in ("good", "bad", "never")}
    return f'<p class="kb-muted">{say(SUMMARY, n=len(states), pages=pages, **standings)}</p>'


def sources_html(states: Iterable[SourceState], known: Tables) -> str:
    """Return the table of sources."""
    rows = [_row(state, known) for state in states]
    if not rows:
        return f'<p class="kb-muted">{say("没有这样的来源。")}</p>'
    return table(say("来源"), map(say, SOURCE_HEADS), rows)


def _row(state: SourceState, known: Tables) -> list[str]:
    region = known.regions.full_name(state.region) if state.region in known.regions else absent()
    return [
        text(state.publisher),
        text(region),
        _last_html(state),
        _e(say_time(state.last_good) if state.last_good else say("无")),
        _e(state.pages),
        _e(day(state.verified) if state.verified else say(NEVER)),
        f'<span class="kb-muted">{_e(word_of("family", state.family))}</span>',
    ]


def _last_html(state: SourceState) -> str:
    note = f'<div class="kb-muted">{say(NEEDS.get(state.needs, "需要特别处理"))}</div>' if state.needs else ""
    if state.last is None:
        return f'<span class="kb-outcome never">{say(NEVER)}</span>{note}'
    outcome = state.last.outcome
    style = "good" if outcome in GOOD else "never" if outcome in {None, Outcome.IMPORTED} else "bad"
    name = say(OUTCOMES[outcome]) if outcome else say("未完成")
    cause = _cause_html(state.last.cause) if state.last.cause and outcome not in GOOD else ""
    return f'<span class="kb-outcome {style}">{_e(name)}</span> {_e(say_time(state.last.started))}{cause}{note}'


def _cause_html(cause: str) -> str:
    return f'<div class="kb-muted" title="{_e(cause)}">{_e(say_cause(cause))}</div>'


def _e(value: object) -> str:
    return escape(str(value), quote=True)
