"""Windows and last days of a search as a calendar."""

from collections.abc import Iterator
from datetime import date

from app.api import ical
from app.api.entries import dated, page_of
from app.api.feeds import Asked
from app.api.ical import Event
from app.api.parameters import SEARCH
from app.api.search import query_of
from app.cards import place
from data.model import Window
from data.tables import Tables
from index.agenda import entries_of, soonest
from index.rows import shown_title
from index.search import DocumentHit
from index.words import ABSENT

PATH = "/feeds/calendar.ics"
PARAMETERS = SEARCH
UNUSED = ("sort", "page", "size")
"""Accepted, so that the address of any search can be used, but a calendar has neither order nor pages."""

MOST_DOCUMENTS = 1000
NAME = "人工智能政策：申报与到期"
ABOUT = "申报窗口的起止日和文件的有效期止日。以发文机关公布的文件为准。"


def calendar(asked: Asked) -> bytes:
    """Return the calendar of a search. Raises `ProblemError` and `SearchUnavailableError`."""
    documents, total = _documents(asked)
    tables, today = asked.backend.tables, asked.backend.today
    events = [event for hit in documents for event in _events(hit, tables, asked.base, today)]
    cut = f"只含最早到期的 {len(documents)} 个文件，共 {total} 个，请缩小检索范围。" if len(documents) < total else ""
    return ical.write(NAME, ABOUT + cut, sorted(events, key=lambda event: (event.day, event.id)))


def _documents(asked: Asked) -> tuple[list[DocumentHit], int]:
    values = {name: value for name, value in asked.values.items() if name not in UNUSED}
    return soonest(asked.backend.searcher, query_of(values, asked.backend.today), MOST_DOCUMENTS)


def _events(hit: DocumentHit, tables: Tables, base: str, today: date) -> Iterator[Event]:
    document = hit.document
    for entry in entries_of(hit):
        title = tables.terms[entry.kind].zh
        words = _words(entry.window) if entry.window else document.validity_note or ""
        yield Event(
            id=f"{document.id}.{entry.name}@ai-policy-kb",
            day=entry.day,
            title=f"{title}：{shown_title(document, tables.regions)}",
            description=_description(hit, words),
            page=page_of(document.id, base),
            stamp=dated(document, today),
            category=title,
            place=place(document, tables),
        )


def _words(window: Window) -> str:
    hour = f"截止时刻：{window.closes_at}" if window.closes_at else ""
    quote = f"原文：“{window.quote[:1000]}”" if window.quote else "原文：引文未收录，请核对来源"
    return "\n".join(part for part in (hour, window.note or "", quote) if part)


def _description(hit: DocumentHit, words: str) -> str:
    document = hit.document
    number = f"文号：{document.doc_number or ABSENT}"
    return "\n".join(part for part in (words, number, f"来源：{document.url or '来源网址未载明'}") if part)
