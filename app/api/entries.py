"""What was found as entries of a feed: text only, every figure with the words it comes from or the gap named."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from app.api.atom import Entry, lines
from app.cards import place
from data.model import Change, Document
from data.tables import Tables
from index.changes.words import say_change
from index.rows import newest_date, shown_title
from index.search import DocumentHit, Hit, Validity
from index.words import ABSENT, say_amount, say_date, say_terms

COLLECTED = date(2026, 11, 20)
"""The day on which the catalog was checked: stands for the age of what states no day of its own."""

CHINA = ZoneInfo("Asia/Shanghai")
MOST_TITLE = 120
MOST_WORDS = 1000


def moment(day: date) -> datetime:
    """Return the start of a day in China, UTC."""
    return datetime.combine(day, time(), CHINA).astimezone(UTC)


def dated(document: Document, today: date) -> datetime:
    """Return when the document came to be, as far as known and not after today."""
    known = newest_date(document)
    return moment(known if known and known <= today else COLLECTED)


def incentive_entry(hit: Hit, tables: Tables, base: str, today: date) -> Entry:
    """Return an incentive as an entry. base: address of the app, without a slash at its end."""
    grant, document = hit.incentive, hit.document
    kind, amount = tables.kinds[grant.kind].name, say_amount(grant)
    shown = "金额未载明" if amount == ABSENT else amount
    return Entry(
        id=f"incentive/{quote(hit.id, safe='.-')}",
        title=_short(f"{place(document, tables)} · {kind} · {shown}：{grant.trigger}", MOST_TITLE),
        updated=dated(document, today),
        published=moment(document.published) if document.published else None,
        summary=lines(_incentive_lines(hit, tables)),
        page=page_of(document.id, base),
        source=document.url,
        authors=document.issuers,
        categories=_categories(document, tables, (grant.kind, kind)),
    )


def _incentive_lines(hit: Hit, tables: Tables) -> Iterator[str]:
    grant, document = hit.incentive, hit.document
    yield f"金额：{'；'.join([say_amount(grant), *say_terms(grant, tables.terms)])}"
    yield f"事项：{_short(grant.trigger, MOST_WORDS)}"
    yield f"对象：{_short(grant.beneficiary or ABSENT, MOST_WORDS)}"
    for condition in grant.conditions[:20]:
        yield f"{tables.terms[condition.kind].zh}：{_short(condition.words, MOST_WORDS)}"
    if grant.stacking:
        yield f"叠加：{_short(grant.stacking, MOST_WORDS)}"
    yield _validity(hit.validity, tables)
    yield f"文件：{_named(document, tables)}"
    yield f"条款：{_short(grant.clause or ABSENT, MOST_WORDS)}"
    yield f"原文：“{_short(grant.quote, MOST_WORDS)}”" if grant.quote else "原文：引文未收录，请核对来源"
    yield f"依据：{tables.terms[grant.basis].zh if grant.basis else ABSENT}"
    if grant.note:
        yield f"说明：{_short(grant.note, MOST_WORDS)}"


def document_entry(hit: DocumentHit, tables: Tables, base: str, today: date) -> Entry:
    """Return a document as an entry."""
    document = hit.document
    return Entry(
        id=f"document/{quote(document.id, safe='.-')}",
        title=_short(shown_title(document, tables.regions), MOST_TITLE),
        updated=dated(document, today),
        published=moment(document.published) if document.published else None,
        summary=lines(_document_lines(hit, tables)),
        page=page_of(document.id, base),
        source=document.url,
        authors=document.issuers,
        categories=_categories(document, tables, (document.kind, tables.terms[document.kind].zh)),
    )


def _document_lines(hit: DocumentHit, tables: Tables) -> Iterator[str]:
    document = hit.document
    yield f"文件：{_named(document, tables)}"
    yield f"发文机关：{'、'.join(document.issuers[:20]) or ABSENT}"
    yield f"地区：{place(document, tables)}"
    yield f"发布：{say_date(document.published)}；施行：{say_date(document.effective)}"
    yield _validity(hit.validity, tables)
    yield f"激励：{hit.incentives} 条"
    for snippet in hit.snippets:
        yield f"摘录：{_short(snippet.text, MOST_WORDS)}"
    if document.note:
        yield f"说明：{_short(document.note, MOST_WORDS)}"


def change_entry(change: Change, tables: Tables, base: str) -> Entry:
    """Return a change as an entry."""
    kind, title = tables.terms[change.kind].zh, change.title or "题名未恢复"
    known = change.region if change.region in tables.regions else None
    region = tables.regions.full_name(known) if known else ABSENT
    return Entry(
        id=f"change/{quote(change.id, safe='.-')}",
        title=_short(f"{kind}：{title}", MOST_TITLE),
        updated=moment(change.seen),
        summary=lines((f"文件：{title}", f"地区：{region}", *say_change(change, tables))),
        page=page_of(change.document, base),
        categories=((change.kind, kind), *(((known, region),) if known else ())),
    )


def page_of(document_id: str, base: str) -> str:
    """Return the address of a document's page."""
    return f"{base}/document?{urlencode({'id': document_id})}"


def _categories(document: Document, tables: Tables, kind: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return (kind, (document.region, place(document, tables))) if document.region else (kind,)


def _validity(validity: Validity, tables: Tables) -> str:
    return f"效力：{tables.terms[validity.state].zh}；有效期至：{say_date(validity.last_day)}"


def _named(document: Document, tables: Tables) -> str:
    number = f"（{document.doc_number}）" if document.doc_number else ""
    return f"{_short(shown_title(document, tables.regions), MOST_WORDS)}{number}"


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
