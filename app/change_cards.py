"""Changes of documents as HTML: what happened, when, and the words that differ. Everything is escaped here, in `_e`."""

from collections.abc import Iterator
from dataclasses import replace
from html import escape

from app.address import href
from app.language import absent, day, meaning, retell, say, text
from app.language import term as name_of
from data.model import Change, ChangeKind, ClauseChange, Edit, Piece
from data.tables import Tables
from index.changes.words import say_change

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
    place = tables.regions.full_name(change.region) if change.region in tables.regions and change.region else absent()
    lines = say_change(replace(change, clauses=()), tables)
    said = "".join(f'<p class="kb-diff">{text(retell(line))}</p>' for line in lines)
    style, seen = STYLES.get(change.kind, "expired"), say("{day}发现", day=day(change.seen))
    title = text(change.title or say("题名未恢复"))
    return (
        f'<article class="kb-policy"><div class="kb-head">'
        f'<span class="kb-tag {style}" title="{_e(meaning(term))}">{_e(name_of(term))}</span>'
        f'<span class="kb-place">{text(place)}</span><span class="kb-muted">{seen}</span></div>'
        f'<h2><a href="{_e(document_address(change.document))}" target="_self">{title}</a></h2>'
        f"{said}{''.join(_clauses(change))}</article>"
    )


def document_address(document: str) -> str:
    """Return the address of a document's page."""
    return href("document", {"id": document})


def _clauses(change: Change) -> Iterator[str]:
    for clause in change.clauses[:MOST_CLAUSES]:
        yield f'<p class="kb-diff"><b>{text(" ".join(clause.path) or say("正文"))}</b> {clause_html(clause)}</p>'
    if (more := len(change.clauses) - MOST_CLAUSES) > 0:
        yield f'<p class="kb-muted">{say("另有 {n} 处改动，见文件页", n=more)}</p>'


def clause_html(clause: ClauseChange) -> str:
    """Return a clause with what was added and removed marked, and as much around it as tells what it is about."""
    last = len(clause.pieces) - 1
    return "".join(_piece(piece, first=no == 0, last=no == last) for no, piece in enumerate(clause.pieces))


def _piece(piece: Piece, *, first: bool, last: bool) -> str:
    if piece.edit is Edit.KEPT:
        return text(_around(piece.text, first=first, last=last))
    words = (
        piece.text
        if len(piece.text) <= MOST_WORDS
        else say("{words}……（共 {n} 字）", words=piece.text[:MOST_WORDS], n=len(piece.text))
    )
    return f"<{TAGS[piece.edit]}>{text(words)}</{TAGS[piece.edit]}>"


def _around(words: str, *, first: bool, last: bool) -> str:
    if len(words) <= 2 * AROUND:
        return words
    return f"{'' if first else words[:AROUND]}……{'' if last else words[-AROUND:]}"


def _e(value: object) -> str:
    return escape(str(value), quote=True)
