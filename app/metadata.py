"""What is known of a document field by field, and which part of its page said so. All text is escaped here."""

from collections.abc import Iterator
from datetime import date
from html import escape

from app import cards
from app.reading import FIELDS
from data.model import Document, Said, Window, WindowState
from data.tables import Tables
from index.search import Validity
from index.tokens import letters
from index.windows import window_state
from index.words import ABSENT, say_date

OPEN = {WindowState.OPEN, WindowState.CLOSING, WindowState.ROLLING}
STYLES = {
    WindowState.NOT_YET: "not_yet",
    WindowState.OPEN: "in_force",
    WindowState.CLOSING: "soon",
    WindowState.ROLLING: "in_force",
    WindowState.CLOSED: "expired",
    WindowState.UNKNOWN: "unknown",
}
MOST_WORDS = 80
FROM_CATALOG = "目录"
LATEST = ("plan_until", "valid_years", "effective_words")
"""Fields that are only shown where they are known."""


def document_table(document: Document, validity: Validity, tables: Tables) -> str:
    """Return everything known of a document with where it was read; what is not known is said."""
    return cards.table(_rows(document, validity, tables))


def _rows(document: Document, validity: Validity, tables: Tables) -> Iterator[tuple[str, str]]:
    level = tables.terms[document.level].zh if document.level else ABSENT
    region = f"{_e(cards.place(document, tables))} <span class='kb-muted'>{_e(level)}</span>"
    yield _row("title", _e(document.title or ABSENT), document, tables)
    yield _row("doc_number", _e(document.doc_number or ABSENT), document, tables)
    yield _row("index_number", _e(document.index_number or ABSENT), document, tables)
    yield _row("issuers", _e("、".join(document.issuers) or ABSENT), document, tables)
    yield _row("region", region, document, tables)
    yield "效力", f"{_e(tables.terms[validity.state].zh)}：{_e(tables.terms[validity.state].meaning)}"
    for name in ("written", "printed", "published", "effective", "expires"):
        yield _row(name, _e(say_date(getattr(document, name))), document, tables)
    for name in LATEST:
        if (value := getattr(document, name)) is not None:
            yield _row(name, _e(say_date(value) if isinstance(value, date) else value), document, tables)
    yield "有效期说明", _e(document.validity_note or ABSENT)
    yield "来源网页", cards.link(document.url, document.url) if document.url else ABSENT
    if document.in_force_seen:
        yield "核对", _e(f"{say_date(document.in_force_seen)}未见废止")
    if document.url_note:
        yield "网址说明", _e(document.url_note)
    for address in document.evidence:
        yield "官方佐证", cards.link(address, address)


def _row(name: str, value: str, document: Document, tables: Tables) -> tuple[str, str]:
    return FIELDS[name], value + _origin(name, document, tables)


def _origin(name: str, document: Document, tables: Tables) -> str:
    """Return where a value was read, `""` where that is not known or there is none."""
    value = getattr(document, name)
    if not value:
        return ""
    said = next((one for one in document.provenance if one.field == name and _is(value, one)), None)
    if said is not None:
        words = said.words[:MOST_WORDS] + ("……" if len(said.words) > MOST_WORDS else "")
        quote = "" if letters(words) == letters(_text(value)) else f"：“{words}”"
        return f' <span class="kb-from">{_e(tables.terms[said.origin].zh)}{_e(quote)}</span>'
    known = tables.documents.get(document.id)
    if known is not None and getattr(known, name) == value:
        return f' <span class="kb-from">{FROM_CATALOG}</span>'
    return ""


def _is(value: object, said: Said) -> bool:
    return letters(said.value) == letters(_text(value))


def _text(value: object) -> str:
    return "".join(map(str, value)) if isinstance(value, tuple) else str(value)


def windows(document: Document, tables: Tables, today: date) -> str:
    """Return each application round: its days, how it stands, for what, with what, where to ask, and the words."""
    return "".join(cards.table(_window(window, tables, today)) for window in document.windows)


def _window(window: Window, tables: Tables, today: date) -> Iterator[tuple[str, str]]:
    hour = f" {window.closes_at}" if window.closes_at else ""
    days = _e(f"{say_date(window.opens)} 至 {say_date(window.closes)}{hour}")
    yield "申报期", f"{days} {_state(window, tables, today)}{cards.note(window.note)}"
    if window.kinds:
        yield "可申报", _e("、".join(tables.kinds[kind].name for kind in window.kinds))
    if window.materials:
        yield "申报材料", "".join(f"<div>{_e(one)}</div>" for one in window.materials)
    if window.office:
        yield "受理与咨询", _e(window.office)
    yield "原文", f"“{_e(window.quote)}”" if window.quote else "<span class='kb-muted'>引文未收录，请核对来源</span>"


def _state(window: Window, tables: Tables, today: date) -> str:
    state = window_state(window, today)
    left = (window.closes - today).days if window.closes and state in OPEN else None
    ends = "，今天截止" if left == 0 else f"，还有 {left} 天" if left is not None else ""
    return f'<span class="kb-tag {STYLES[state]}">{_e(tables.terms[state].zh)}{ends}</span>'


def _e(text: object) -> str:
    return escape(str(text), quote=True)
