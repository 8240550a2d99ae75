"""文件: everything known of one document, where it comes from, and what is not known."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import parse_qsl

import streamlit as st

from app import cards, fulltext, metadata, reading, relations
from app.address import href, parameters
from app.filters import read_address, write_address
from app.language import day, english, say
from app.readers import versions
from app.service import searcher, tables
from app.times import CHINA, say_time
from app.versions import archived_html, original_command
from app.views import document_versions
from data.model import Document
from index.citing import gb7714, plain
from index.relations import Relations
from index.search import Hit, Validity, validity_of
from index.validity import today
from index.versions import Versions

BACK = "← 返回找补贴"
UNKNOWN = "没有这个文件：网址中的文件编号不存在，可能已更名或被合并。"
NO_TEXT = "尚未收录原文。抓取或导入来源网页后，这里会显示全文和条款。"
IMPORT = "导入保存的网页"
TAKE_OUT = "在存放档案的机器上，用这条命令取出抓取时的原件（网页或 PDF）"
NO_CITATION = "题名未恢复，写不出引文。"
SECTIONS = {
    "succession": "替代与后续",
    "windows": "申报窗口",
    "conflicts": "各处说法不一",
    "grants": "激励措施",
    "budgets": "资金规模与合计上限（不是单个企业可得的补贴）",
    "facts": "文件信息",
    "related": "相关文件",
    "attachments": "附件",
    "versions": "版本",
    "text": "全文",
    "archived": "存档原件",
    "cite": "引用本文件",
    "similar": "内容相近的文件",
    "origin": "收录来源",
}
"""Sections by their anchor, in the order of the page. One that has nothing to show is left out."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A document with all that the page shows of it."""

    document: Document
    validity: Validity
    relations: Relations
    versions: Versions


def page() -> None:
    """Draw the document that the address names."""
    st.html(f'<div class="kb-links"><a href="{_way_back()}" target="_self">{say(BACK)}</a></div>')
    document_id = parameters().get("id", "")
    document = searcher().document(document_id) if document_id else None
    if document is None:
        st.warning(say(UNKNOWN))
        return
    found, known = searcher().relations(document), versions(document.id)
    _draw(Shown(document, validity_of(document, today()), found, known))


def _way_back() -> str:
    """Return the address of the search that led here; only what is a search is handed on."""
    search = dict(parse_qsl(parameters().get("back", "")))
    return escape(href("./", write_address(read_address(search, tables(), today()).query)))


def _draw(shown: Shown) -> None:
    document, known = shown.document, tables()
    st.html(cards.document_head(document, shown.validity, known) + cards.note(document.note))
    bodies = {name: body for name, draw in PARTS.items() if (body := draw(shown))}
    names = [name for name in SECTIONS if name in bodies or (name in DRAWN and _has(name, shown))]
    st.html(_jumps(names))
    for name in names:
        if name in bodies:
            st.html(f'{_head(name, shown)}<div class="kb-doc">{bodies[name]}</div>')
        else:
            st.html(_head(name, shown))
            DRAWN[name](shown)


def _has(name: str, shown: Shown) -> bool:
    """Tell whether a section with controls has something to show: what was never archived has no versions."""
    return name == "cite" or bool(shown.versions.all)


def _jumps(names: list[str]) -> str:
    links = "".join(f'<a href="#s-{name}" target="_self">{_short(name)}</a>' for name in names)
    return f'<nav class="kb-jumps" aria-label="{say("本页内容")}">{links}</nav>'


def _short(name: str) -> str:
    """Return the name of a section without what stands in brackets."""
    return re.split(r"[（(]", say(SECTIONS[name]))[0].strip()


def _head(name: str, shown: Shown) -> str:
    counts = {"grants": len(shown.document.incentives), "versions": len(shown.versions.all)}
    brackets = " ({})" if english() else "（{}）"
    count = brackets.format(counts[name]) if counts.get(name) else ""
    return f'<h2 class="kb-section" id="s-{name}">{say(SECTIONS[name])}{count}</h2>'


def _succession(shown: Shown) -> str:
    others = {one.document.id: one.document for one in shown.relations.all if one.document}
    rows = cards.succession(shown.document, others, tables())
    return cards.table(rows) if rows else ""


def _conflicts(shown: Shown) -> str:
    return reading.conflicts(shown.document, tables()) if shown.document.conflicts else ""


def _grants(shown: Shown) -> str:
    document = shown.document
    hits = (Hit(grant, replace(document, incentives=()), shown.validity) for grant in document.incentives)
    return "".join(cards.card(hit, tables(), linked=False) for hit in hits)


def _budgets(shown: Shown) -> str:
    rows = cards.not_grants(shown.document, tables())
    return cards.table(rows) if rows else ""


def _related(shown: Shown) -> str:
    found = shown.relations
    if not found.all:
        return ""
    return relations.graph(shown.document, found, tables()) + relations.listed(found, tables())


def _attachments(shown: Shown) -> str:
    return reading.attachments(shown.document.attachments) if shown.document.attachments else ""


def _text(shown: Shown) -> str:
    document = shown.document
    if not document.text:
        address = escape(href("./import", {"document": document.id}))
        return f'<p class="kb-muted">{say(NO_TEXT)} <a href="{address}" target="_self">{say(IMPORT)}</a></p>'
    read = say("读取于 {day}。", day=day(document.fetched.astimezone(CHINA).date())) if document.fetched else ""
    lit = say("标出的是激励的原文。") if any(grant.span for grant in document.incentives) else ""
    head = f'{reading.problems(document)}<p class="kb-muted">{read} {lit}</p>'
    return head + fulltext.outline(document) + fulltext.full_text(document)


def _similar(shown: Shown) -> str:
    hits = searcher().similar(shown.document.id, today())
    return relations.similar(hits, tables())


PARTS: dict[str, Callable[[Shown], str]] = {
    "succession": _succession,
    "windows": lambda shown: metadata.windows(shown.document, tables(), today()),
    "conflicts": _conflicts,
    "grants": _grants,
    "budgets": _budgets,
    "facts": lambda shown: metadata.document_table(shown.document, shown.validity, tables()),
    "related": _related,
    "attachments": _attachments,
    "text": _text,
    "similar": _similar,
    "origin": lambda shown: f"<p>{cards.origin(shown.document)}</p>",
}
"""Sections that are HTML."""


def _draw_versions(shown: Shown) -> None:
    document_versions.draw(shown.document.id, shown.versions)


def _draw_archived(shown: Shown) -> None:
    """Draw where the archive keeps the bytes and how to take them out, and hand out the text that was read of them."""
    last, document = shown.versions.all[-1].last, shown.document
    st.html(f'<div class="kb-doc">{archived_html(last, tables())}</div>')
    lines = [
        document.title or "",
        last.url,
        say("抓取：{time}（北京时间）", time=say_time(last.at)),
        f"SHA-256{': ' if english() else '：'}{last.digest}",
        "",
    ]
    held = "\n".join([*lines, document.original or document.text or ""])
    st.download_button(say("下载收录的文字（TXT）"), held.encode(), f"{document.id}.txt", "text/plain", key="original")
    st.html(f'<h3 class="kb-label">{say(TAKE_OUT)}</h3>')
    st.code(original_command(last), language=None, wrap_lines=True)


def _draw_citation(shown: Shown) -> None:
    document = shown.document
    read = document.fetched.astimezone(CHINA).date() if document.fetched else today()
    formal, simple = gb7714(document, read), plain(document)
    if formal is None or simple is None:
        st.html(f'<p class="kb-doc kb-muted">{say(NO_CITATION)}</p>')
        return
    for name, words in (("GB/T 7714", formal), (say("一般写法"), simple)):
        st.html(f'<h3 class="kb-label">{name}</h3>')
        st.code(words, language=None, wrap_lines=True)


DRAWN: dict[str, Callable[[Shown], None]] = {
    "versions": _draw_versions,
    "archived": _draw_archived,
    "cite": _draw_citation,
}
"""Sections with controls in them."""
