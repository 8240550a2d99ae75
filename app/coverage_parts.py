"""Parts of 数据来源 as HTML: documents without a text and how to bring it, and the scores of the last evaluation."""

from collections.abc import Iterable, Sequence
from html import escape

from app import cards
from app.address import href
from app.language import absent, day, say, term, text
from app.times import CHINA
from data.model import Document
from data.tables import Tables
from index.imports import import_command
from index.scores import Score, Scores

UPLOAD = "上传保存的网页"
NO_ADDRESS = "来源网址未载明"
NO_SOURCE = "该网站还不在来源表中，先按 docs/sources.md 添加来源，再导入"
MISSING_HEADS = ("文件", "发文层级", "来源网址", "导入")
SCORE_HEADS = ("检索方式", "查询组", "查询数", "nDCG@10", "MRR@10", "recall@50")
WAYS = {
    "ours": "本站检索",
    "standard analyzer": "只按单字",
    "bigrams": "只按二字词组",
    "jieba": "只按分词",
}
HALVES = {"tuning": "调参组", "control": "对照组"}
NOT_EVALUATED = "这个索引所在的集群上还没有做过评测。运行下面的命令后，结果会列在这里。"
EXPLAINED = "各项从 0 到 1，越高越好；权重只按调参组确定，看对照组才知道好坏。"


def table(name: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table that scrolls by itself where the screen is narrow; the cells are HTML already."""
    head = "".join(f'<th scope="col">{_e(one)}</th>' for one in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        f'<div class="kb-wide" tabindex="0" role="region" aria-label="{_e(name)}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def missing_html(documents: Sequence[Document], tables: Tables) -> str:
    """Return the documents of the catalog whose text is not held, each with what brings it."""
    return table(
        say("还没有全文的文件"), map(say, MISSING_HEADS), (_missing(document, tables) for document in documents)
    )


def _missing(document: Document, tables: Tables) -> list[str]:
    title = text(cards.title(document, tables))
    address = _e(href("document", {"id": document.id}))
    command = import_command(document, tables.sources.values())
    upload = f'<a href="{_e(href("./import", {"document": document.id}))}" target="_self">{say(UPLOAD)}</a>'
    how = f"{upload}<br><code>{_e(command)}</code>" if command else (say(NO_SOURCE) if document.url else "—")
    return [
        f'<a href="{address}" target="_self">{title}</a>',
        text(term(tables.terms[document.level]) if document.level else absent()),
        cards.link(document.url, document.url) if document.url else f'<span class="kb-muted">{say(NO_ADDRESS)}</span>',
        how,
    ]


def scores_html(scores: Scores | None) -> str:
    """Return what the last evaluation measured, with its date and command, or that there was none."""
    if scores is None:
        return f'<p class="kb-muted">{say(NOT_EVALUATED)}<br><code>python -m index evaluate</code></p>'
    at, words = day(scores.at.astimezone(CHINA).date()), _e(scores.words)
    command = f"<code>{_e(scores.command)}</code>"
    said = say("{day}评测，词表版本 {words}，命令 {command}。", day=at, words=words, command=command)
    head = f'<p class="kb-muted">{said} {say(EXPLAINED)}</p>'
    return head + table(say("检索质量"), map(say, SCORE_HEADS), map(_score, scores.scores))


def _score(one: Score) -> list[str]:
    way = say(WAYS[one.way]) if one.way in WAYS else one.way
    figures = [f"{value:.3f}" for value in (one.ndcg, one.mrr, one.recall)]
    return [_e(way), say(HALVES[one.half]), str(one.queries), *figures]


def _e(value: object) -> str:
    return escape(str(value), quote=True)
