"""What refreshes brought: how changes are asked for, and one change in an answer."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from app.api.backend import Backend
from app.api.document_parts import WINDOW
from app.api.fields import Field, code, day, one, rows, said, text, texts
from app.api.parameters import (
    ABOVE,
    DOCUMENT_KINDS,
    ISSUERS,
    KIND,
    LEAST,
    LEVELS,
    MOST,
    PAGING,
    REGION,
    TEXT,
    YEAR,
    Parameter,
    codes,
    list_of,
    members,
)
from app.api.search import check_page, query_of
from data.model import Change, ChangeKind, ClauseChange, Edit, Ground, Piece
from data.tables import Tables
from index.changes.match import Matcher
from index.changes.rows import CHANGES, PAGE_SIZE, ChangeQuery, ChangeResults, ChangeSearcher
from index.changes.searched import searched
from index.changes.words import say_change, say_clause
from index.client import clear_errors
from index.query import Query
from index.tokens import tokenizer
from index.words import ABSENT

MOST_CLAUSES = 100
OF_CHANGES = {"change_kinds", "document", "since", "region", "page", "size"}


def _since(words: str, _: Tables) -> date:
    try:
        found = date.fromisoformat(words)
    except ValueError:
        raise ValueError("must be a day as YYYY-MM-DD") from None
    if words != found.isoformat():
        raise ValueError("must be a day as YYYY-MM-DD")
    return found


def _document(words: str, _: Tables) -> str:
    if not 0 < len(words) <= 200:
        raise ValueError("must be the id of a document, 1 to 200 characters")
    return words


CHANGE_KINDS = Parameter(
    "change",
    "change_kinds",
    lambda _: list_of(codes(ChangeKind)),
    members(ChangeKind),
    "Kinds of change, any of them, with commas.",
)
DOCUMENT = Parameter(
    "document",
    "document",
    lambda _: {"type": "string", "minLength": 1, "maxLength": 200},
    _document,
    "Id of a document: its changes only.",
)
SINCE = Parameter(
    "since",
    "since",
    lambda _: {"type": "string", "format": "date"},
    _since,
    "Changes that were seen on this day or later.",
)
PARAMETERS = (
    TEXT, REGION, ABOVE, KIND, LEAST, MOST, LEVELS, DOCUMENT_KINDS, ISSUERS, YEAR,
    CHANGE_KINDS, DOCUMENT, SINCE, *PAGING,
)  # fmt: skip

PIECE: list[Field[Piece]] = [
    Field("edit", {"type": "string", "enum": [str(edit) for edit in Edit]}, lambda piece, _: piece.edit),
    *text("text", lambda piece: piece.text, "Words.", always=True),
]
CLAUSE: list[Field[ClauseChange]] = [
    *texts("path", lambda clause: clause.path, "Its numbers, from the outside in."),
    *said("text", lambda clause, _: say_clause(clause), "The clause with its edits marked."),
    *rows("pieces", PIECE, lambda clause: clause.pieces, "The whole clause in runs of words."),
]
GROUND: list[Field[Ground]] = [
    *text("what", lambda ground: ground.what, "A visit, the catalog, or a field of the document.", always=True),
    *text("words", lambda ground: ground.words, "As the document says it; of `catalog` its note."),
    *text("source_url", lambda ground: ground.url, "Page that was visited."),
]


def _place(change: Change, tables: Tables) -> str:
    return tables.regions.full_name(change.region) if change.region in tables.regions and change.region else ABSENT


def _title(change: Change, _: Tables) -> str:
    return change.title or "题名未恢复"


CHANGE: list[Field[Change]] = [
    *text("id", lambda change: change.id, "Its address; the same event has the same one in every run.", always=True),
    *code("kind", ChangeKind, lambda change: change.kind, "What happened.", always=True),
    *text("document", lambda change: change.document, "Id of the document.", always=True),
    *said("title", _title, "Title of the document."),
    *text("region", lambda change: change.region, "Code of the region."),
    *said("region_text", _place, "That region in full."),
    *day("seen", lambda change: change.seen, "Day of the refresh that found it."),
    *day("day", lambda change: change.day, "Day of the event itself."),
    Field(
        "lines_text",
        {"type": "array", "items": {"type": "string"}, "description": "The change in words, line by line."},
        lambda change, tables: say_change(change, tables),
    ),
    *text("by", lambda change: change.by, "Id of the document that ended this one."),
    *text("by_title", lambda change: change.by_title, "Its title, where it is not held."),
    *one("window", WINDOW, lambda change: change.window, "The round that opened or closes."),
    *rows("clauses", CLAUSE, lambda change: change.clauses, "What differs, for amendments.", MOST_CLAUSES),
    *text("quote", lambda change: change.quote, "The document's words that say it."),
    *text("note", lambda change: change.note, "A remark where no words are held; no quotation."),
    *rows("grounds", GROUND, lambda change: change.grounds, "What it was derived from.", MOST_CLAUSES),
    *text("page", lambda change: f"/document?{urlencode({'id': change.document})}", "Page of this app.", always=True),
]


def changes_of(backend: Backend, values: Mapping[str, Any], **others: Any) -> ChangeResults:  # noqa: ANN401
    """Return a page of changes. others: what holds where the address says nothing.

    Where the address holds a search, the documents of the newest changes are searched with it, in whatever state they
    are. Raises `ProblemError` and `SearchUnavailableError`.
    """
    values = {"size": PAGE_SIZE} | others | dict(values)
    query = ChangeQuery(
        kinds=values.get("change_kinds", ()),
        document=values.get("document"),
        region=values.get("region"),
        since=values.get("since"),
        page=values.get("page", 1),
        size=values["size"],
    )
    check_page(query.page, query.size)
    search = _search_in(values, backend.today)
    with clear_errors(backend.client):
        if not backend.client.indices.exists_alias(name=CHANGES):
            return ChangeResults(0, (), {})
    if search is None:
        return ChangeSearcher(backend.client).search(query)
    return searched(Matcher(backend.client, backend.tables, tokenizer()), query, search)


def _search_in(values: Mapping[str, Any], today: date) -> Query | None:
    """Return the search for documents that an address holds, `None` if it names regions and changes only."""
    if set(values) <= OF_CHANGES:
        return None
    return query_of({name: value for name, value in values.items() if name not in OF_CHANGES - {"region"}}, today)
