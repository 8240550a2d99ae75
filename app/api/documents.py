"""A document in an answer: as a line of a list, and as a whole."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from app.api.document_parts import (
    ATTACHMENT,
    BUDGET,
    CAP,
    CITATION,
    CLAUSE,
    CONFLICT,
    ENDING,
    SNIPPET,
    WINDOW,
)
from app.api.fields import Field, code, day, flag, one, rows, said, text, texts, whole
from app.api.incentives import INCENTIVE
from app.cards import place
from data.model import Confidence, Document, DocumentKind, IssuerLevel, TitleStatus, ValidityState
from index.rows import shown_title
from index.search import DocumentHit, Hit

MOST_TEXT = 200_000
MOST_ROWS = 1000
MOST_INCENTIVES = 100


def _of(get: Callable[[Document], Any]) -> Callable[[DocumentHit], Any]:
    return lambda hit: get(hit.document)


HEAD: list[Field[DocumentHit]] = [
    *text("id", _of(lambda document: document.id), "Its address.", always=True),
    *said("title", lambda hit, tables: shown_title(hit.document, tables.regions), "Title."),
    *code("title_status", TitleStatus, _of(lambda document: document.title_status), "How sure it is.", always=True),
    *code("kind", DocumentKind, _of(lambda document: document.kind), "Kind of document.", always=True),
    *code("confidence", Confidence, _of(lambda document: document.confidence), "How much was seen.", always=True),
    *code("level", IssuerLevel, _of(lambda document: document.level), "Level of the issuer."),
    *text("doc_number", _of(lambda document: document.doc_number), "发文字号."),
    *text("index_number", _of(lambda document: document.index_number), "索引号."),
    *texts("issuers", _of(lambda document: document.issuers), "Who issued it."),
    *text("region", _of(lambda document: document.region), "Code of the region it holds for."),
    *said("region_text", lambda hit, tables: place(hit.document, tables), "That region in full."),
    *day("written", _of(lambda document: document.written), "成文日期."),
    *day("printed", _of(lambda document: document.printed), "印发日期."),
    *day("published", _of(lambda document: document.published), "发布日期."),
    *day("effective", _of(lambda document: document.effective), "施行日期."),
    *day("expires", _of(lambda document: document.expires), "失效日期: last day in force, as stated."),
    *day("plan_until", _of(lambda document: document.plan_until), "Last day of the plan years it names."),
    *code("validity", ValidityState, lambda hit: hit.validity.state, "Whether it holds today.", always=True),
    *day("last_day", lambda hit: hit.validity.last_day, "Last day in force, as far as known."),
    *whole("days_left", lambda hit: hit.validity.days_left, "Days until then, if in force."),
    *text("validity_note", _of(lambda document: document.validity_note), "What it says of its validity."),
    *flag("is_draft", _of(lambda document: document.is_draft), "征求意见稿: no final text."),
    *text("note", _of(lambda document: document.note), "What a reader must know."),
    *rows("windows", WINDOW, _of(lambda document: document.windows), "Rounds in which applications are taken.", 100),
    *whole("incentive_count", lambda hit: hit.incentives, "How many incentives it grants.", always=True),
    *text("source_url", _of(lambda document: document.url), "Page of the issuer. Text from the web: check it."),
    *text("page", lambda hit: f"/document?{urlencode({'id': hit.document.id})}", "Page of this app.", always=True),
]

FOUND: list[Field[DocumentHit]] = [*HEAD, *rows("snippets", SNIPPET, lambda hit: hit.snippets, "Best passages first.")]


def _grants(hit: DocumentHit) -> list[Hit]:
    head = replace(hit.document, incentives=())
    return [Hit(grant, head, hit.validity) for grant in hit.document.incentives]


def _cut(document: Document) -> list[str]:
    """Return the fields that are longer than an answer may be."""
    lists = ("clauses", "budgets", "caps", "citations", "attachments", "conflicts", "problems", "evidence")
    long = [name for name in lists if len(getattr(document, name)) > MOST_ROWS]
    long += ["incentives"] if len(document.incentives) > MOST_INCENTIVES else []
    return long + (["text"] if len(document.text or "") > MOST_TEXT else [])


WHOLE: list[Field[DocumentHit]] = [
    *HEAD,
    *rows("incentives", INCENTIVE, _grants, "All that it grants.", MOST_INCENTIVES),
    *rows("budgets", BUDGET, _of(lambda document: document.budgets), "Money it sets aside as a whole.", MOST_ROWS),
    *rows("caps", CAP, _of(lambda document: document.caps), "Limits over several incentives.", MOST_ROWS),
    *one("ending", ENDING, _of(lambda document: document.ending), "How it ended before its own last day."),
    *text("draft_of", _of(lambda document: document.draft_of), "Id of the final text of this draft."),
    *rows("clauses", CLAUSE, _of(lambda document: document.clauses), "Its numbered parts.", MOST_ROWS),
    *rows("citations", CITATION, _of(lambda document: document.citations), "Documents that it names.", MOST_ROWS),
    *rows("attachments", ATTACHMENT, _of(lambda document: document.attachments), "Its files.", MOST_ROWS),
    *rows("conflicts", CONFLICT, _of(lambda document: document.conflicts), "Where places disagree.", MOST_ROWS),
    *texts("problems", _of(lambda document: document.problems[:MOST_ROWS]), "What could not be read of its page."),
    *texts("evidence", _of(lambda document: document.evidence[:MOST_ROWS]), "Further official pages that were seen."),
    *text("text", _of(lambda document: (document.text or "")[:MOST_TEXT] or None), "Its text, lines are paragraphs."),
    *whole("text_characters", _of(lambda document: len(document.text or "")), "Length of the whole text.", always=True),
    *texts("cut", _of(_cut), "Fields that are longer than an answer may be, and end early here."),
]
