"""What is known of a document before its clauses are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from data.model import Conflict, Said, Window


@dataclass(frozen=True, slots=True)
class Metadata:
    """Metadata of one document; `None` and empty mean that it is not stated.

    The fields are those of `data.model.Document`. effective_words: between 自 and 起施行 where that is no day
    (印发之日). cited_numbers, repealed_numbers: numbers of other documents, each once, a repealed one only there.
    region: code of `data.regions`. plan_until: last day of the plan years in the title. provenance: one `Said` for
    each value. conflicts: places that disagree, the one that was taken first.
    """

    title: str | None = None
    doc_number: str | None = None
    index_number: str | None = None
    issuers: tuple[str, ...] = ()
    written: date | None = None
    printed: date | None = None
    published: date | None = None
    effective: date | None = None
    effective_words: str | None = None
    valid_years: int | None = None
    expires: date | None = None
    is_draft: bool = False
    consultation: Window | None = None
    cited_numbers: tuple[str, ...] = ()
    repealed_numbers: tuple[str, ...] = ()
    region: str | None = None
    plan_until: date | None = None
    provenance: tuple[Said, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def as_json(metadata: Metadata) -> Mapping[str, object]:
    """Return the values for JSON: days as YYYY-MM-DD, absent as null."""
    return {
        "title": metadata.title,
        "doc_number": metadata.doc_number,
        "index_number": metadata.index_number,
        "issuers": list(metadata.issuers),
        "written": _day(metadata.written),
        "printed": _day(metadata.printed),
        "published": _day(metadata.published),
        "effective": _day(metadata.effective),
        "effective_relative": metadata.effective_words,
        "valid_years": metadata.valid_years,
        "expires": _day(metadata.expires),
        "cited_numbers": list(metadata.cited_numbers),
        "repealed_numbers": list(metadata.repealed_numbers),
        "is_draft": metadata.is_draft,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
