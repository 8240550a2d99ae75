"""How documents hang together: what one names, and which ones name it, each once and from its own point of view."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.model import Document, Relation, Role
from data.records import from_json
from index.validity import ENDS_VALIDITY

MOST_NAMING = 200

OUTWARD = {
    Relation.REPEALS: Role.REPEALS,
    Relation.REPLACES: Role.REPLACES,
    Relation.AMENDS: Role.AMENDS,
    Relation.INTERPRETS: Role.INTERPRETS,
    Relation.DRAFT_OF: Role.FINAL,
    Relation.NOTICE_FOR: Role.ANNOUNCES,
    Relation.IMPLEMENTS: Role.BASIS,
    Relation.CITES: Role.CITES,
}
"""What a document is to the one that names it."""

INWARD = {
    Relation.REPEALS: Role.REPEALED_BY,
    Relation.REPLACES: Role.REPLACED_BY,
    Relation.AMENDS: Role.AMENDED_BY,
    Relation.INTERPRETS: Role.INTERPRETED_BY,
    Relation.DRAFT_OF: Role.DRAFT,
    Relation.NOTICE_FOR: Role.ANNOUNCED_BY,
    Relation.IMPLEMENTS: Role.IMPLEMENTED_BY,
    Relation.CITES: Role.CITED_BY,
}
"""What a document is to the one that it names."""

EARLIER = {
    Role.BASIS, Role.CITES, Role.ANNOUNCES, Role.INTERPRETS, Role.DRAFT, Role.REPLACES, Role.REPEALS, Role.AMENDS,
    Role.FOLLOWS,
}  # fmt: skip
"""What was there before a document; all others came after it."""


@dataclass(frozen=True, slots=True)
class Related:
    """Another document, and what it is to one.

    document: as lists show it, `None` if it is not held. title, doc_number: as it is named. quote: words that say it.
    """

    role: Role
    document: Document | None = None
    title: str | None = None
    doc_number: str | None = None
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Relations:
    """All that hangs together with one document, by role, strongest first. more: naming ones that are not listed."""

    all: tuple[Related, ...]
    more: int = 0


def links_of(document: Document) -> list[str]:
    """Return what the row of a document says of those that it names, to be found by: relation, blank, id."""
    links = {f"{cited.relation} {cited.target}" for cited in document.citations if cited.target}
    links |= {f"{Relation.DRAFT_OF} {document.draft_of}"} if document.draft_of else set()
    return sorted(links)


def naming_request(document: Document) -> dict[str, Any]:
    """Return the search for documents that name this one, and for those that it has put an end to."""
    named = [f"{relation} {document.id}" for relation in Relation]
    return {
        "query": {
            "bool": {
                "should": [{"terms": {"links": named}}, {"term": {"ended_by": document.id}}],
                "minimum_should_match": 1,
                "must_not": [{"term": {"id": document.id}}],
            }
        },
        "sort": [{"newest": {"order": "desc", "missing": "_last"}}, {"id": "asc"}],
        "size": MOST_NAMING,
        "track_total_hits": True,
        "source_includes": ["head", "links", "ended_by"],
    }


def named_ids(document: Document) -> list[str]:
    """Return the ids of the documents that one names, and of the one that ended it."""
    ended = document.ending.by if document.ending else None
    ids = [cited.target for cited in document.citations] + [document.draft_of, ended]
    return sorted({name for name in ids if name and name != document.id})


def relations(document: Document, held: Mapping[str, Document], naming: Mapping[str, Any]) -> Relations:
    """Return what hangs together with `document`.

    held: what it names, by id. naming: the answer to `naming_request`.
    """
    hits = naming["hits"]["hits"]
    found = [*_outward(document, held), *_inward(document, hits)]
    order = list(Role)
    best: dict[str, Related] = {}
    for one in sorted(found, key=lambda one: order.index(one.role)):
        best.setdefault(_key(one), one)
    return Relations(tuple(best.values()), naming["hits"]["total"]["value"] - len(hits))


def _key(one: Related) -> str:
    return one.document.id if one.document else f"{one.title} {one.doc_number}"


def _outward(document: Document, held: Mapping[str, Document]) -> Iterator[Related]:
    for cited in document.citations:
        if cited.target != document.id:
            known = held.get(cited.target or "")
            yield Related(OUTWARD[cited.relation], known, cited.title, cited.doc_number, cited.quote)
    if document.draft_of:
        yield Related(Role.FINAL, held.get(document.draft_of))
    ending = document.ending
    if ending and (ending.by or ending.by_title):
        role = Role.REPLACED_BY if ending.certainty in ENDS_VALIDITY else Role.FOLLOWED_BY
        yield Related(role, held.get(ending.by or ""), ending.by_title, quote=ending.note)


def _inward(document: Document, hits: Iterable[Mapping[str, Any]]) -> Iterator[Related]:
    for hit in hits:
        row = hit["_source"]
        other = from_json(row["head"], Document)
        for role in _roles(row.get("links") or [], document.id):
            yield Related(role, other)
        if row.get("ended_by") == document.id and other.ending:
            role = Role.REPLACES if other.ending.certainty in ENDS_VALIDITY else Role.FOLLOWS
            yield Related(role, other, quote=other.ending.note)


def _roles(links: Sequence[str], document_id: str) -> Iterator[Role]:
    for link in links:
        relation, _, target = link.partition(" ")
        if target == document_id:
            yield INWARD[Relation(relation)]
