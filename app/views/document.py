"""文件: everything known of one document, where it comes from, and what is not known."""

from dataclasses import replace
from html import escape
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from app import cards, fulltext, reading
from app.filters import read_address, write_address
from app.service import searcher, tables
from data.model import Document
from index.search import Hit, Validity, validity_of
from index.validity import today
from index.words import say_date


def page() -> None:
    """Draw the document that the address names."""
    st.html(f'<div class="kb-links"><a href="{_way_back()}" target="_self">← 返回找补贴</a></div>')
    document_id = st.query_params.get("id", "")
    document = searcher().document(document_id) if document_id else None
    if document is None:
        st.warning("没有这个文件：网址中的文件编号不存在，可能已更名或被合并。")
        return
    _draw(document)


def _way_back() -> str:
    """Return the address of the search that led here; only what is a search is handed on."""
    parameters = dict(parse_qsl(st.query_params.get("back", "")))
    return escape("./?" + urlencode(write_address(read_address(parameters, tables(), today()).query)))


def _draw(document: Document) -> None:
    known, validity = tables(), validity_of(document, today())
    st.html(cards.document_head(document, validity, known) + cards.note(document.note))
    others = {other: found for other in _related(document) if (found := searcher().document(other))}
    if rows := cards.succession(document, others, known):
        _section("替代与后续", cards.table(rows))
    if document.windows:
        _section("申报窗口", cards.table(map(cards.window_row, document.windows)))
    if document.conflicts:
        _section("各处说法不一", reading.conflicts(document, known))
    if document.incentives:
        _section(f"激励措施（{len(document.incentives)}）", _grants(document, validity))
    if rows := cards.not_grants(document, known):
        _section("资金规模与合计上限（不是单个企业可得的补贴）", cards.table(rows))
    _section("文件信息", cards.document_table(document, validity, known))
    _read_parts(document)
    _section("收录来源", f'<p class="kb-doc">{cards.origin(document)}</p>')


def _grants(document: Document, validity: Validity) -> str:
    head = replace(document, incentives=())
    return "".join(cards.card(Hit(grant, head, validity), tables(), linked=False) for grant in document.incentives)


def _read_parts(document: Document) -> None:
    """Draw what was read from the page itself, or say that none was."""
    if document.attachments:
        _section("附件", reading.attachments(document.attachments))
    if document.citations:
        cited = {cited.target for cited in document.citations if cited.target}
        held = {name: found for name in cited if (found := searcher().document(name))}
        _section("文中提到的文件", reading.citations(document, held, tables()))
    if document.text:
        read = f"读取于 {say_date(document.fetched.date())}" if document.fetched else ""
        body = f'{reading.problems(document)}<p class="kb-muted">{read}。标出的是激励的原文。</p>'
        _section("全文", body + fulltext.outline(document) + fulltext.full_text(document))
    else:
        _section("全文", '<p class="kb-muted">尚未收录原文。抓取或导入来源网页后，这里会显示全文和条款。</p>')


def _related(document: Document) -> list[str]:
    by = document.ending.by if document.ending else None
    return [other for other in (document.draft_of, by) if other]


def _section(title: str, body: str) -> None:
    st.html(f'<h2 class="kb-section">{title}</h2><div class="kb-doc">{body}</div>')
