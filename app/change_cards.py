"""Changes of documents as HTML: what happened, when, and the words that differ. Everything is escaped here, in `_e`."""

from collections.abc import Iterator
from dataclasses import replace
from html import escape
from urllib.parse import urlencode

from data.model import Change, ChangeKind, ClauseChange, Edit, Piece
from data.tables import Tables
from index.changes.words import say_change
from index.words import ABSENT, say_date

MOST_CLAUSES = 5
MOST_WORDS = 600
AROUND = 40
"""Characters of unchanged words that are shown on each side of an edit."""

TAGS = {Edit.ADDED: "ins", Edit.REMOVED: "del"}
STYLES = {
    ChangeKind.NEW: "in_force",
    ChangeKind.RESTORED: "in_force",
    ChangeKind.WINDOW_OPENED: "in_force",
    ChangeKind.ENDING_SOON: "soon",
    ChangeKind.WINDOW_CLOSING: "soon",
    ChangeKind.AMENDED: "unknown",
    ChangeKind.WITHDRAWN: "unknown",
}


def change_card(change: Change, tables: Tables) -> str:
    """Return one change, with a link to its document."""
    term = tables.terms[change.kind]
    place = tables.regions.full_name(change.region) if change.region in tables.regions and change.region else ABSENT
    said = "".join(f'<p class="kb-diff">{_e(line)}</p>' for line in say_change(replace(change, clauses=()), tables))
    title = _e(change.title or "题名未恢复")
    return (
        f'<article class="kb-policy"><div class="kb-head">'
        f'<span class="kb-tag {STYLES.get(change.kind, "expired")}" title="{_e(term.meaning)}">{_e(term.zh)}</span>'
        f'<span class="kb-place">{_e(place)}</span><span class="kb-muted">{_e(say_date(change.seen))}发现</span></div>'
        f'<h2><a href="{_e(document_address(change.document))}" target="_self">{title}</a></h2>'
        f"{said}{''.join(_clauses(change))}</article>"
    )


def document_address(document: str) -> str:
    """Return the address of a document's page."""
    return "document?" + urlencode({"id": document})


def _clauses(change: Change) -> Iterator[str]:
    for clause in change.clauses[:MOST_CLAUSES]:
        yield f'<p class="kb-diff"><b>{_e(" ".join(clause.path) or "正文")}</b> {clause_html(clause)}</p>'
    if (more := len(change.clauses) - MOST_CLAUSES) > 0:
        yield f'<p class="kb-muted">另有 {more} 处改动，见文件页</p>'


def clause_html(clause: ClauseChange) -> str:
    """Return a clause with what was added and removed marked, and as much around it as tells what it is about."""
    last = len(clause.pieces) - 1
    return "".join(_piece(piece, first=no == 0, last=no == last) for no, piece in enumerate(clause.pieces))


def _piece(piece: Piece, *, first: bool, last: bool) -> str:
    if piece.edit is Edit.KEPT:
        return _e(_around(piece.text, first=first, last=last))
    words = piece.text if len(piece.text) <= MOST_WORDS else f"{piece.text[:MOST_WORDS]}……（共 {len(piece.text)} 字）"
    return f"<{TAGS[piece.edit]}>{_e(words)}</{TAGS[piece.edit]}>"


def _around(text: str, *, first: bool, last: bool) -> str:
    if len(text) <= 2 * AROUND:
        return text
    return f"{'' if first else text[:AROUND]}……{'' if last else text[-AROUND:]}"


def _e(text: object) -> str:
    return escape(str(text), quote=True)
