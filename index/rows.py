"""From a corpus to rows: what one document with its passages and one incentive look like in the index."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from data.model import Document, Incentive
from data.records import digest, packed, to_json
from data.regions import Regions
from data.tables import Tables
from index.passages import SIZE, passages
from index.relations import links_of
from index.said import Said
from index.tokens import Tokenizer, letters, normalise
from index.validity import term_of

Row = dict[str, Any]

YEAR_SAID = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
GIST_CHARACTERS = 600
"""Of a document's text, beside its headings: enough to tell what it is about."""


class RowMaker:
    """Makes the rows of documents with one set of tables and words."""

    def __init__(self, tables: Tables, tokenizer: Tokenizer) -> None:
        self._tables = tables
        self._tokenizer = tokenizer

    def document(self, document: Document) -> Row:
        """Return the row of a document."""
        record, title = to_json(document), shown_title(document, self._tables.regions)
        amounts = [grant.amount_max for grant in document.incentives if grant.amount_max is not None]
        parts = list(self._passages(document, title))
        return {
            **_common(document, self._tables.regions),
            "title": normalise(title),
            "id": document.id,
            "digest": digest_of(document),
            "record": record,
            "head": to_json(head_of(document)),
            "incentives": len(document.incentives),
            "with_text": document.text is not None,
            "links": links_of(document),
            "final": document.draft_of if document.is_draft else None,
            "ended_by": document.ending.by if document.ending else None,
            "kinds": sorted({grant.kind for grant in document.incentives}),
            "grants": [{"kind": grant.kind, "amount": grant.amount_max} for grant in document.incentives],
            "amount_max": max(amounts, default=None),
            "gist_words": self._words(self._gist(document)),
            "held": self._held(part["text"] for part in parts),
            "passages": parts,
        }

    def incentives(self, document: Document) -> Iterator[Row]:
        """Yield one row for each incentive of a document."""
        if not document.incentives:
            return
        title, head = shown_title(document, self._tables.regions), to_json(head_of(document))
        common = {**_common(document, self._tables.regions), "title": normalise(title), "record": head}
        front = self._front(document, title)
        for grant in document.incentives:
            text = _lines(front + _grant_texts(grant, self._tables))
            value, plain = to_json(grant), normalise(text)
            yield {
                **common,
                "id": incentive_id(document, grant),
                "text": plain,
                "held": self._held([plain]),
                "text_words": self._words(text),
                "incentive": value,
                "document": document.id,
                "kind": grant.kind,
                "amount_max": grant.amount_max,
                "rate": max(grant.rates, default=None),
            }

    def _passages(self, document: Document, title: str) -> Iterator[Row]:
        """Yield what is known of a document beside its text, then its text, each part with the title in front."""
        for number, about in enumerate(_packed(self._about(document))):
            front = _lines(self._front(document, title)) if number == 0 else title
            # Always with something to show, if empty: of a passage that is left with no field at all the place is lost.
            yield {
                "text": normalise(f"{front}\n{about}"),
                "text_words": self._words(f"{front}\n{about}"),
                "shown": about,
            }
        plain_title, words = normalise(title), self._words(title)
        for part in passages(document):
            shown = (document.text or "")[part.start : part.end]
            plain = normalise(shown)
            paths = [{"at": at, "path": list(path)} for at, path in part.paths]
            yield {
                "text": f"{plain_title}\n{plain}",
                "text_words": f"{words} {' '.join(self._tokenizer.cut_plain(plain))}",
                "shown": shown,
                "start": part.start,
                "paths": paths,
            }

    def _front(self, document: Document, title: str) -> list[str | None]:
        """Return what stands in front: title, number, issuers, and the names of the places it holds for."""
        regions = self._tables.regions
        above = regions.path(document.region)[1:] if document.region else ()
        place = [name for region in above for name in (region.name, *region.aliases)]
        return [title, document.doc_number, *document.issuers, *place, document.place]

    def _about(self, document: Document) -> Iterator[str]:
        """Yield what is said of a document elsewhere than in its text: notes, and incentives known from the catalog."""
        yield from (text for text in (document.note, document.validity_note) if text)
        for grant in document.incentives:
            if grant.span is None:
                yield " ".join(text for text in _grant_texts(grant, self._tables, short=True) if text)

    def _gist(self, document: Document) -> str:
        headings = [clause.heading for clause in document.clauses if clause.heading]
        kinds = [self._tables.kinds[kind].name for kind in sorted({grant.kind for grant in document.incentives})]
        text = (document.text or document.note or "")[:GIST_CHARACTERS]
        return _lines([document.title or document.working_title, *headings, *kinds, text])

    def _held(self, texts: Iterable[str]) -> str:
        """Return all that normalised texts can be asked for, each once."""
        return " ".join(self._tokenizer.held("\n".join(texts)))

    def _words(self, text: str) -> str:
        return " ".join(self._tokenizer.cut(text))


def incentive_id(document: Document, grant: Incentive) -> str:
    """Return the address of one incentive: its document's id and its number there."""
    return f"{document.id}.{grant.no}"


def digest_of(document: Document) -> str:
    """Return a digest of a document: the same one means the same rows."""
    return digest(packed(document))


def head_of(document: Document) -> Document:
    """Return a document without its text and all that belongs to it: what a list of results shows."""
    return replace(
        document,
        incentives=(),
        budgets=(),
        caps=(),
        clauses=(),
        text=None,
        original=None,
        citations=(),
        attachments=(),
        provenance=(),
        conflicts=(),
        problems=(),
    )


def shown_title(document: Document, regions: Regions) -> str:
    """Return the title, the working title, or 题名未恢复 with region and date, so that no document is nameless."""
    known = document.title or document.working_title
    if known:
        return known
    place = document.place or (regions.full_name(document.region) if document.region else Said("地区未载明"))
    day = newest_date(document)
    return Said("题名未恢复 · {place} · {day}", place=place, day=day.isoformat() if day else Said("日期未载明"))


def newest_date(document: Document) -> date | None:
    """Return the day that orders documents by age: published, else written, else in force."""
    return document.published or document.written or document.effective


def _grant_texts(grant: Incentive, tables: Tables, *, short: bool = False) -> list[str | None]:
    kind = tables.kinds[grant.kind]
    if short:
        return [kind.name, grant.trigger, grant.beneficiary]
    return [kind.name, grant.trigger, grant.beneficiary, grant.clause, grant.quote]


def _common(document: Document, regions: Regions) -> Row:
    term, newest = term_of(document), newest_date(document)
    path = [region.code for region in regions.path(document.region)] if document.region else []
    return {
        "number": letters(document.doc_number) if document.doc_number else None,
        "exact_title": letters(document.title) if document.title else None,
        "document_kind": document.kind,
        "level": document.level,
        "issuers": list(document.issuers),
        "region": document.region,
        "region_path": path,
        "newest": newest,
        "year": newest.year if newest else None,
        "years": _years(document, newest),
        "last_day": term.last_day,
        "term": asdict(term),
    }


def _years(document: Document, newest: date | None) -> list[int]:
    """Return the years that a person may name it by: of its newest date, its number and its title."""
    said = YEAR_SAID.findall(f"{document.doc_number or ''} {document.title or ''}")
    return sorted({*map(int, said), *([newest.year] if newest else [])})


def _packed(texts: Iterator[str]) -> list[str]:
    """Join texts to passages; there is always one, as every document is found by its title."""
    packed = [""]
    for text in texts:
        if packed[-1] and len(packed[-1]) + len(text) > SIZE:
            packed.append("")
        packed[-1] = f"{packed[-1]}\n{text}".strip()
    return packed


def _lines(texts: list[str | None]) -> str:
    return "\n".join(text for text in texts if text)
