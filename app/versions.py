"""The versions of a document as HTML: which there are, where each lies in the archive, and what differs between two."""

from collections.abc import Iterator
from enum import StrEnum
from html import escape

from app import cards
from app.language import day, say, text
from app.times import CHINA, say_time
from data.model import Capture, ClauseChange, Edit, Piece
from data.tables import Tables
from index.versions import Comparison, Version, Versions

MOST_CLAUSES = 200
MOST_WORDS = 5_000
"""Characters of one run of words that are shown; browsers grow slow."""

TAGS = {Edit.ADDED: "ins", Edit.REMOVED: "del"}
HEADS = ("版本", "最早见于", "最近存档", "与上一版相比", "来自")
ONLY = "存档中只有这一个版本：此后每次抓取，文字都没有变。"
MEMBER = "第 {start} 字节起，{n} 字节（gzip 压缩的 WARC 记录）"
RULE = "标点、空格、全半角和排版的差别不算改动；一次抓取所得算一个时点。"


class View(StrEnum):
    """How two versions are shown: in one text, or side by side."""

    INLINE = "inline"
    SIDE = "side"


VIEWS = {View.INLINE: "合并显示", View.SIDE: "左右对照"}


def versions_html(known: Versions, tables: Tables) -> str:
    """Return the list of versions, the newest first."""
    rows = "".join(_row(version, tables) for version in reversed(known.all))
    head = "".join(f'<th scope="col">{say(name)}</th>' for name in HEADS)
    said = ONLY if len(known.all) == 1 and not known.unread else RULE
    older = say("更早还有 {n} 次存档没有逐次比较。", n=known.unread) if known.unread else ""
    name = say("版本")
    return (
        f'<div class="kb-wide" tabindex="0" role="region" aria-label="{name}"><table><thead><tr>{head}</tr></thead>'
        f'<tbody>{rows}</tbody></table></div><p class="kb-muted">{say(said)} {older}</p>'
    )


def _row(version: Version, tables: Tables) -> str:
    first = say("最早收录的文字") if version.number == 1 else "—"
    changed = say("{n} 处改动", n=version.changed) if version.changed else first
    cells = [
        say("第 {number} 版", number=version.number),
        _e(say_time(version.first.at)),
        _e(say_time(version.last.at)),
        changed,
        _source(version.last, tables),
    ]
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _source(capture: Capture, tables: Tables) -> str:
    source = tables.sources.get(capture.source)
    name = source.publisher if source else capture.source
    by_hand = say("（人工导入）") if capture.imported else ""
    return f"{cards.link(capture.url, name)}{by_hand}"


def name_of(version: Version) -> str:
    """Return the name of a version in a menu."""
    seen = day(version.first.at.astimezone(CHINA).date())
    return say("第 {number} 版（{day}）", number=version.number, day=seen)


def comparison_html(found: Comparison, view: View) -> str:
    """Return the clauses that differ, with what was added and removed."""
    if not found.clauses:
        return f'<p class="kb-muted">{say("两版说的一样。")}</p>'
    draw = _inline if view is View.INLINE else _side
    rows = "".join(draw(clause) for clause in found.clauses[:MOST_CLAUSES])
    more = len(found.clauses) - MOST_CLAUSES
    rest = f'<p class="kb-muted">{say("另有 {n} 处改动未列。", n=more)}</p>' if more > 0 else ""
    number = say("共 {n} 处改动：", n=len(found.clauses))
    count = f"<p>{number}<del>{say('删去的文字')}</del> <ins>{say('新增的文字')}</ins></p>"
    heads = f"<div class='kb-sides head'><b>{name_of(found.old)}</b><b>{name_of(found.new)}</b></div>"
    return f'<div class="kb-versions">{count}{heads if view is View.SIDE else ""}{rows}{rest}</div>'


def _inline(clause: ClauseChange) -> str:
    return f'<p class="kb-diff">{_path(clause)}{"".join(map(_piece, clause.pieces))}</p>'


def _side(clause: ClauseChange) -> str:
    old = "".join(_pieces(clause, Edit.REMOVED)) or f'<span class="kb-muted">{say("（没有这一条）")}</span>'
    new = "".join(_pieces(clause, Edit.ADDED)) or f'<span class="kb-muted">{say("（这一条已删去）")}</span>'
    return f'<div class="kb-diff">{_path(clause)}<div class="kb-sides"><div>{old}</div><div>{new}</div></div></div>'


def _pieces(clause: ClauseChange, edit: Edit) -> Iterator[str]:
    """Yield the pieces of one side; nothing where that version had no such clause."""
    if any(piece.edit in {Edit.KEPT, edit} for piece in clause.pieces):
        yield from (_piece(piece) for piece in clause.pieces if piece.edit in {Edit.KEPT, edit})


def _path(clause: ClauseChange) -> str:
    return f"<b>{text(' '.join(clause.path) or say('正文'))}</b> "


def _piece(piece: Piece) -> str:
    words = piece.text if len(piece.text) <= MOST_WORDS else cut_short(piece.text)
    tag = TAGS.get(piece.edit)
    return f"<{tag}>{text(words)}</{tag}>" if tag else text(words)


def cut_short(words: str) -> str:
    """Return the beginning of long words, and how many characters there are."""
    return say("{words}……（共 {n} 字）", words=words[:MOST_WORDS], n=len(words))


def archived_html(capture: Capture, tables: Tables) -> str:
    """Return where the bytes lie that the shown text was read from."""
    return cards.table(
        [
            (say("抓取时间"), text(say("{time}（北京时间）", time=say_time(capture.at)))),
            (say("方式"), say("人工导入") if capture.imported else say("自动抓取")),
            (say("来源"), _source(capture, tables)),
            (say("网址"), cards.link(capture.url, capture.url)),
            ("SHA-256", f"<code>{_e(capture.digest)}</code>"),
            (say("存档文件"), f"<code>{_e(capture.source)}/{_e(capture.file)}</code>"),
            (
                say("位置"),
                say("第 {start} 字节起，{n} 字节（gzip 压缩的 WARC 记录）", start=capture.offset, n=capture.length),
            ),
        ]
    )


def original_command(capture: Capture) -> str:
    """Return the command that takes the bytes out as they came, where the archive is: warcio comes with the project."""
    place = f"var/archive/{capture.source}/{capture.file} {capture.offset}"
    return f".venv/bin/warcio extract --payload {place} > original"


def _e(value: object) -> str:
    return escape(str(value), quote=True)
