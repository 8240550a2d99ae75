"""The parts of a document in an answer: windows, clauses, money, citations, files."""

from app.api.fields import Field, code, day, flag, money, rows, span, text, texts, whole
from data.model import (
    Attachment,
    Budget,
    BudgetKind,
    Certainty,
    Citation,
    Clause,
    Conflict,
    Ending,
    Origin,
    OverallCap,
    Period,
    Relation,
    Said,
    Window,
)
from index.search import Snippet

WINDOW: list[Field[Window]] = [
    *day("opens", lambda window: window.opens, "First day on which applications are taken."),
    *day("closes", lambda window: window.closes, "Last day."),
    *text("closes_at", lambda window: window.closes_at, "Hour on the last day, local time."),
    *texts("kinds", lambda window: window.kinds, "Codes of the kinds it is for; empty if not stated."),
    *texts("materials", lambda window: window.materials, "What is to be handed in."),
    *text("office", lambda window: window.office, "Where, and how to ask."),
    *text("quote", lambda window: window.quote, "The words that give the days."),
    *text("note", lambda window: window.note, "What a reader must know."),
]

SNIPPET: list[Field[Snippet]] = [
    *text("text", lambda snippet: snippet.text, "A passage that answers, as it stands in the document.", always=True),
    *rows(
        "marks",
        [
            *whole("start", lambda mark: mark.start, "First character in `text`.", always=True),
            *whole("end", lambda mark: mark.end, "Character after the last.", always=True),
        ],
        lambda snippet: snippet.marks,
        "Where in it the searched words stand.",
    ),
    *texts("path", lambda snippet: snippet.path, "Numbers of the clause, from the outside in."),
]

CLAUSE: list[Field[Clause]] = [
    *texts("path", lambda clause: clause.path, "Its numbers, from the outside in."),
    *text("heading", lambda clause: clause.heading, "Its heading."),
    *span("span", lambda clause: clause.span, "Its place in the document's text, in characters."),
]
ENDING: list[Field[Ending]] = [
    *code("certainty", Certainty, lambda ending: ending.certainty, "How sure it is.", always=True),
    *text("by", lambda ending: ending.by, "Id of the document that took its place."),
    *text("by_title", lambda ending: ending.by_title, "Its title, where it is not held."),
    *day("on", lambda ending: ending.on, "First day without force."),
    *text("note", lambda ending: ending.note, "What that rests on."),
]
BUDGET: list[Field[Budget]] = [
    *code("kind", BudgetKind, lambda budget: budget.kind, "Fund, yearly budget or pot.", always=True),
    *money("amount", lambda budget: budget.amount, "Its size. No firm is promised it."),
    *text("purpose", lambda budget: budget.purpose, "What it is for.", always=True),
    *text("clause", lambda budget: budget.clause, "Where in the document."),
]
CAP: list[Field[OverallCap]] = [
    *money("amount", lambda cap: cap.amount, "The most that one beneficiary gets from all it holds over."),
    *text("scope", lambda cap: cap.scope, "What it holds over.", always=True),
    *code("period", Period, lambda cap: cap.period, "In which time."),
    *text("clause", lambda cap: cap.clause, "Where in the document."),
]
CITATION: list[Field[Citation]] = [
    *code("relation", Relation, lambda citation: citation.relation, "What it does to the other one.", always=True),
    *text("title", lambda citation: citation.title, "The other document as this one names it."),
    *text("doc_number", lambda citation: citation.doc_number, "Its 发文字号."),
    *text("target", lambda citation: citation.target, "Its id, where it is known."),
    *text("quote", lambda citation: citation.quote, "The words."),
]
ATTACHMENT: list[Field[Attachment]] = [
    *text("name", lambda attachment: attachment.name, "Name of the file.", always=True),
    *text("source_url", lambda attachment: attachment.url, "Where it is."),
    *flag("part", lambda attachment: attachment.part, "Its text is part of the document's text."),
    *text("method", lambda attachment: attachment.method, "How it was read."),
    *text("problem", lambda attachment: attachment.problem, "Why it could not be read."),
]
SAID: list[Field[Said]] = [
    *code("origin", Origin, lambda place: place.origin, "Where that stands.", always=True),
    *text("value", lambda place: place.value, "As read.", always=True),
    *text("words", lambda place: place.words, "As it stands there.", always=True),
]
CONFLICT: list[Field[Conflict]] = [
    *text("field", lambda conflict: conflict.field, "The field on which places disagree.", always=True),
    *rows("said", SAID, lambda conflict: conflict.said, "What each says; the first was taken."),
]
