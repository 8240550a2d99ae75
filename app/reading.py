"""What was read of a document beyond its incentives, as HTML: conflicts, citations, attachments, gaps."""

from collections.abc import Iterable

from app import cards
from app.language import absent, english, money, say, term, text
from data.model import Attachment, Conflict, Document, Said, Yuan
from data.tables import Tables

FIELDS = {
    "title": "标题",
    "doc_number": "发文字号",
    "index_number": "索引号",
    "issuers": "发文机关",
    "written": "成文日期",
    "printed": "印发日期",
    "published": "发布日期",
    "effective": "施行日期",
    "expires": "失效日期",
    "is_draft": "是否征求意见稿",
    "region": "地区",
    "amount_max": "金额",
    "valid_years": "有效期（年）",
    "effective_words": "施行起点",
    "plan_until": "规划期至",
    "consultation": "征求意见期",
}
MOST_QUOTED = 160
MOST_INSIDE = 20_000


def conflicts(document: Document, tables: Tables) -> str:
    """Return the fields on which places disagree, the value that is shown first; `""` if none do."""
    return cards.table((_conflict_name(conflict), _sides(conflict, tables)) for conflict in document.conflicts)


def _conflict_name(conflict: Conflict) -> str:
    name, _, number = conflict.field.partition(".")
    return say("激励 {number}", number=number) if name == "incentives" else say(FIELDS.get(name, name))


def _sides(conflict: Conflict, tables: Tables) -> str:
    taken, *others = conflict.said
    shown = [f"<strong>{text(_value(taken))}{say('（采用）')}</strong>", *(text(_value(said)) for said in others)]
    return "<br>".join(f"{one} {_said(said, tables)}" for one, said in zip(shown, conflict.said, strict=True))


def _said(said: Said, tables: Tables) -> str:
    colon = ": " if english() else "："
    origin = text(term(tables.terms[said.origin]))
    return f"<span class='kb-muted'>{origin}{colon}{text(said.words[:MOST_QUOTED])}</span>"


def _value(said: Said) -> str:
    if said.field == "amount_max":
        return money(Yuan(int(said.value))) if said.value.isdecimal() else absent()
    if said.field == "is_draft":
        return say("是") if said.value == "true" else say("否")
    return said.value


def attachments(items: Iterable[Attachment]) -> str:
    """Return the files of a document: which are part of its text, which could not be read and why."""
    return cards.table((_kind(item), _attachment(item)) for item in items)


def _kind(item: Attachment) -> str:
    if item.problem and not item.text and not item.part:
        return say("未读取")
    return say("正文的一部分") if item.part else say("附件")


def _attachment(item: Attachment) -> str:
    link = cards.link(item.url, item.name) if item.url else text(item.name)
    problem = f"<span class='kb-muted'> {text(item.problem)}</span>" if item.problem else ""
    inside = (
        f"<details><summary>{say('附件文字')}</summary><pre>{text(item.text[:MOST_INSIDE])}</pre></details>"
        if item.text
        else ""
    )
    return f"{link}{problem}{inside}"


def problems(document: Document) -> str:
    """Return what could not be read, `""` if all was."""
    return "".join(cards.note(problem) for problem in document.problems)
