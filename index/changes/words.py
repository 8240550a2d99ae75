"""A change in Chinese, for digests and reports: what happened, when, and the words of the document that say it."""

from collections.abc import Iterator

from data.model import Change, ChangeKind, ClauseChange, Edit, Piece
from data.tables import Tables
from index.said import Said, SaidDate, SaidTerm

MARKS = {Edit.KEPT: ("", ""), Edit.ADDED: ("【新增：", "】"), Edit.REMOVED: ("【删去：", "】")}
AROUND = 30
"""Characters of kept words that are shown on each side of an edit."""

MOST_CLAUSES = 5
MOST_QUOTED = 400
DAYS = {
    ChangeKind.NEW: "{name}（发布日期：{day}{hour}）",
    ChangeKind.REPEALED: "{name}（自何日起：{day}{hour}）",
    ChangeKind.REPLACED: "{name}（自何日起：{day}{hour}）",
    ChangeKind.EXPIRED: "{name}（最后有效日：{day}{hour}）",
    ChangeKind.ENDING_SOON: "{name}（最后有效日：{day}{hour}）",
    ChangeKind.WINDOW_OPENED: "{name}（申报开始：{day}{hour}）",
    ChangeKind.WINDOW_CLOSING: "{name}（申报截止：{day}{hour}）",
    ChangeKind.WINDOW_CLOSED: "{name}（申报截止：{day}{hour}）",
}


def say_change(change: Change, tables: Tables) -> list[str]:
    """Return the lines that tell a change, without the document's name. What is not known is said to be so."""
    lines = [_head(change, tables)]
    if change.by or change.by_title:
        lines.append(Said("后续文件：{title}", title=f"《{change.by_title}》" if change.by_title else change.by))
    lines += list(_clauses(change))
    if change.quote:
        lines.append(Said("原文：“{words}”", words=_short(change.quote)))
    elif change.note:
        lines.append(Said("备注：{words}", words=_short(change.note)))
    elif not change.clauses and change.kind in DAYS and change.kind is not ChangeKind.NEW:
        lines.append(Said("原文：引文未收录，请核对来源"))
    return lines


def _head(change: Change, tables: Tables) -> str:
    name = SaidTerm(tables.terms[change.kind])
    if change.kind not in DAYS:
        return name
    hour = change.window.closes_at if change.window and change.kind is ChangeKind.WINDOW_CLOSING else None
    return Said(DAYS[change.kind], name=name, day=SaidDate(change.day), hour=f" {hour}" if hour else "")


def _clauses(change: Change) -> Iterator[str]:
    for clause in change.clauses[:MOST_CLAUSES]:
        yield f"{' '.join(clause.path) or '正文'}：{say_clause(clause)}"
    if (more := len(change.clauses) - MOST_CLAUSES) > 0:
        yield f"另有 {more} 处改动，见文件页"


def say_clause(clause: ClauseChange) -> str:
    """Return a clause with its edits marked, and as much around them as tells what they are about."""
    shown = []
    for number, piece in enumerate(clause.pieces):
        first, last = number == 0, number == len(clause.pieces) - 1
        before, after = MARKS[piece.edit]
        text = _around(piece, first=first, last=last) if piece.edit is Edit.KEPT else _short(piece.text)
        shown.append(f"{before}{' '.join(text.split())}{after}")
    return "".join(shown)


def _around(piece: Piece, *, first: bool, last: bool) -> str:
    text = piece.text
    if len(text) <= 2 * AROUND:
        return text
    head = "" if first else text[:AROUND]
    tail = "" if last else text[-AROUND:]
    return f"{head}……{tail}"


def _short(text: str) -> str:
    return text if len(text) <= MOST_QUOTED else f"{text[:MOST_QUOTED]}……（共 {len(text)} 字）"
