"""Which pages are one document.

The ladder, strictest first: its address, 索引号, issuer and 发文字号, region with title, issuer and date. Nothing less
makes two pages one: likeness alone is not enough.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from data.addresses import canonical
from data.model import Certainty, Document, Ending, Relation
from index.read.citations import Known
from index.read.merge import merge, merge_repost
from index.tokens import letters

Key = tuple[str, ...]

ENDED_BY = {Relation.REPEALS, Relation.REPLACES}


DRAFT = re.compile(r"[（(〔][^（()）〔〕]*(?:征求意见|送审|草案)[^（()）〔〕]*[)）〕]")
NAMED = re.compile(r"《([^》]{4,})》|印发(.{4,}?)(?:的通知|$)")


def core(title: str) -> str:
    """Return the letters of the rules' own name: 某办法 for 关于印发《某办法》的通知 and 《某办法（征求意见稿）》."""
    found = NAMED.search(title)
    return letters(DRAFT.sub("", (found[1] or found[2]) if found else title))


def keys(document: Document) -> Iterator[Key]:
    """Yield what a document is known by, strictest first."""
    for url in (document.url, *document.evidence):
        if url:
            yield ("url", canonical(url))
    if document.index_number:
        yield ("index", letters(document.index_number))
    if document.doc_number:
        for issuer in document.issuers or ("",):
            yield ("number", letters(document.doc_number), letters(issuer))
    day = document.written or document.published
    if document.title and document.region and day:
        for issuer in document.issuers:
            yield ("title", document.region, letters(document.title), letters(issuer), day.isoformat())


def united(catalog: Iterable[Document], read: Iterable[Document]) -> dict[str, Document]:
    """Return one document for each that is in the catalog or was read, by id, those of the catalog first.

    Relations are set: citations point to the documents meant, a draft to its final text, a repealed one to its end.
    """
    documents = {document.id: document for document in catalog}
    seen: set[str] = set()
    by_key: dict[Key, str] = {}
    for document in documents.values():
        _note(document, by_key)
    for page in sorted(read, key=lambda page: (not _at_home(page), page.id)):
        same = next((by_key[key] for key in keys(page) if key in by_key), None)
        if same is None:
            documents[page.id] = page
        elif same in seen or same.startswith("web-"):
            documents[same] = merge_repost(documents[same], page)
        else:
            documents[same] = merge(documents[same], page)
        seen.add(same or page.id)
        _note(documents[same or page.id], by_key)
    return _related(documents)


def _at_home(page: Document) -> bool:
    """Tell whether a page was read on a site that is sure of its number: such pages go first, reposts after."""
    return page.doc_number is not None and bool(page.issuers)


def _note(document: Document, by_key: dict[Key, str]) -> None:
    for key in keys(document):
        by_key.setdefault(key, document.id)


def _related(documents: dict[str, Document]) -> dict[str, Document]:
    known = Known.of(documents.values())
    related = {name: _resolved(one, known) for name, one in documents.items()}
    _pair_drafts(related)
    _end_repealed(related)
    return related


def _resolved(document: Document, known: Known) -> Document:
    """Return the document with its citations resolved; the very same one where that changes nothing."""
    citations = known.resolve(document.citations)
    return document if citations == document.citations else replace(document, citations=citations)


def _pair_drafts(documents: dict[str, Document]) -> None:
    finals: defaultdict[Key, list[str]] = defaultdict(list)
    for document in documents.values():
        if not document.is_draft and document.title and document.region:
            finals[document.region, core(document.title)].append(document.id)
    for name, document in list(documents.items()):
        if document.is_draft and document.draft_of is None and document.title and document.region:
            found = finals.get((document.region, core(document.title)), [])
            if len(found) == 1:
                documents[name] = replace(document, draft_of=found[0])


def _end_repealed(documents: dict[str, Document]) -> None:
    """Give a document that another one repeals in so many words its end, unless the catalog knows it already."""
    for document in list(documents.values()):
        if document.is_draft:
            continue
        for citation in document.citations:
            target = documents.get(citation.target or "")
            if target and citation.relation in ENDED_BY and target.id != document.id and _open(target.ending):
                by = Ending(Certainty.STATED, by=document.id, on=document.effective, note=citation.quote)
                documents[target.id] = replace(target, ending=by)


def _open(ending: Ending | None) -> bool:
    return ending is None or ending.certainty in {Certainty.LIKELY, Certainty.POSSIBLE}
