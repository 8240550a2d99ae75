"""Documents that name each other: who cites one of ours, what it cites, and what the one is to the other."""

from dataclasses import dataclass
from enum import StrEnum

from data.model.clauses import Span


class CitingSource(StrEnum):
    """`guide`: 《生成式人工智能服务合规备案指南（2026年）》. `seed`: another document the collection started from."""

    GUIDE = "guide"
    SEED = "seed"


@dataclass(frozen=True, slots=True)
class CitedBy:
    """Where a source cites a document: table number and clause of the guide, the date as printed there, or a footnote.

    ref: which seed, for `CitingSource.SEED`.
    """

    source: CitingSource
    table: int | None = None
    clause: str | None = None
    date_as_printed: str | None = None
    footnote: bool = False
    ref: str | None = None


class Relation(StrEnum):
    """What a document does to one that it cites. `cites`: it names it, no more can be said."""

    CITES = "cites"
    IMPLEMENTS = "implements"
    AMENDS = "amends"
    REPEALS = "repeals"
    REPLACES = "replaces"
    INTERPRETS = "interprets"
    NOTICE_FOR = "notice_for"
    DRAFT_OF = "draft_of"


class Role(StrEnum):
    """What another document is to one, seen from that one: each `Relation` from both of its ends, strongest first.

    `followed_by`, `follows`: a later document on the subject, of which it is not certain that it ended this one.
    """

    REPEALED_BY = "repealed_by"
    REPLACED_BY = "replaced_by"
    AMENDED_BY = "amended_by"
    FINAL = "final"
    DRAFT = "draft"
    BASIS = "basis"
    REPEALS = "repeals"
    REPLACES = "replaces"
    AMENDS = "amends"
    INTERPRETS = "interprets"
    INTERPRETED_BY = "interpreted_by"
    ANNOUNCES = "announces"
    ANNOUNCED_BY = "announced_by"
    IMPLEMENTED_BY = "implemented_by"
    FOLLOWED_BY = "followed_by"
    FOLLOWS = "follows"
    CITES = "cites"
    CITED_BY = "cited_by"


@dataclass(frozen=True, slots=True)
class Citation:
    """Another document as this one names it. target: id of the document meant, where it is known."""

    relation: Relation
    title: str | None = None
    doc_number: str | None = None
    target: str | None = None
    quote: str | None = None
    span: Span | None = None
