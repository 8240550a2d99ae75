"""What is known of a document field by field, and which part of its page said so. All text is escaped here."""

from collections.abc import Iterator
from datetime import date
from html import escape

from app import cards
from app.language import absent, day, kind, listed, meaning, say, term, text
from app.reading import FIELDS
from data.model import Document, Said, Window, WindowState
from data.tables import Tables
from index.search import Validity
from index.tokens import letters
from index.windows import window_state

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
    level, state = term(tables.terms[document.level]) if document.level else absent(), tables.terms[validity.state]
    region = f"{text(cards.place(document, tables))} <span class='kb-muted'>{_e(level)}</span>"
    yield _row("title", text(document.title or absent()), document, tables)
    yield _row("doc_number", text(document.doc_number or absent()), document, tables)
    yield _row("index_number", text(document.index_number or absent()), document, tables)
    yield _row("issuers", text("、".join(document.issuers) or absent()), document, tables)
    yield _row("region", region, document, tables)
    yield say("效力"), f"{text(term(state))} · {text(meaning(state))}"
    for name in ("written", "printed", "published", "effective", "expires"):
        yield _row(name, text(day(getattr(document, name))), document, tables)
    for name in LATEST:
        if (value := getattr(document, name)) is not None:
            yield _row(name, text(day(value) if isinstance(value, date) else value), document, tables)
    yield say("有效期说明"), text(document.validity_note or absent())
    yield say("来源网页"), cards.link(document.url, document.url) if document.url else absent()
    if document.in_force_seen:
        yield say("核对"), text(say("{day}未见废止", day=day(document.in_force_seen)))
    if document.url_note:
        yield say("网址说明"), text(document.url_note)
    for address in document.evidence:
        yield say("官方佐证"), cards.link(address, address)


def _row(name: str, value: str, document: Document, tables: Tables) -> tuple[str, str]:
    return say(FIELDS[name]), value + _origin(name, document, tables)


def _origin(name: str, document: Document, tables: Tables) -> str:
    """Return where a value was read, `""` where that is not known or there is none."""
    value = getattr(document, name)
    if not value:
        return ""
    said = next((one for one in document.provenance if one.field == name and _is(value, one)), None)
    if said is not None:
        words = said.words[:MOST_WORDS] + ("……" if len(said.words) > MOST_WORDS else "")
        quote = "" if letters(words) == letters(_text(value)) else f"：“{words}”"
        return f' <span class="kb-from">{text(term(tables.terms[said.origin]))}{text(quote)}</span>'
    known = tables.documents.get(document.id)
    if known is not None and getattr(known, name) == value:
        return f' <span class="kb-from">{say(FROM_CATALOG)}</span>'
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
    days = say("{low} 至 {high}", low=day(window.opens), high=day(window.closes))
    yield say("申报期"), f"{text(days + hour)} {_state(window, tables, today)}{cards.note(window.note)}"
    if window.kinds:
        yield say("可申报的激励"), text(listed([kind(tables.kinds[code]) for code in window.kinds]))
    if window.materials:
        yield say("申报材料"), "".join(f"<div>{text(one)}</div>" for one in window.materials)
    if window.office:
        yield say("受理与咨询"), text(window.office)
    unread = f'<span class="kb-muted">{say("引文未收录，请核对来源")}</span>'
    yield say("原文"), text(f"“{window.quote}”") if window.quote else unread


def _state(window: Window, tables: Tables, today: date) -> str:
    state = window_state(window, today)
    left = (window.closes - today).days if window.closes and state in OPEN else None
    ends = say("，今天截止") if left == 0 else say("，还有 {n} 天", n=left) if left is not None else ""
    return f'<span class="kb-tag {STYLES[state]}">{_e(term(tables.terms[state]))}{ends}</span>'


def _e(value: object) -> str:
    return escape(str(value), quote=True)
