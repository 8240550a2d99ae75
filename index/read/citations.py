"""Citations: which documents a text names, what it does to them, and which known documents they are."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from data.model import Citation, Document, Relation, Span
from index.read.characters import fold
from index.read.metadata.mentions import Mention, Own, bare, find_mentions
from index.read.metadata.numbers import number_key
from index.read.metadata.result import Metadata
from index.read.parts import Article
from index.tokens import letters

_STRONGEST = (
    Relation.REPEALS,
    Relation.REPLACES,
    Relation.AMENDS,
    Relation.INTERPRETS,
    Relation.DRAFT_OF,
    Relation.NOTICE_FOR,
    Relation.IMPLEMENTS,
    Relation.CITES,
)
"""Of two relations to one document the first of these is kept."""


def read_citations(article: Article, metadata: Metadata) -> tuple[Citation, ...]:
    """Return the documents that a page names, each once, in the order of the text.

    quote: the sentence, as it stands. span: where it stands in `article.body`, `None` for the head.
    """
    own = Own(metadata.title or "", metadata.doc_number, metadata.is_draft)
    found: dict[str, Citation] = {}
    for citation in (*_cited(article.head, own, in_body=False), *_cited(article.body, own, in_body=True)):
        key = _same_as(citation, found)
        found[key] = _stronger(found[key], citation) if key in found else citation
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Known:
    """The documents that citations may mean, by number and by title: looked through once, asked for each citation."""

    by_number: Mapping[str, Sequence[Document]]
    by_title: Mapping[str, Sequence[Document]]

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Self:
        """Return the known documents in the order of `documents`."""
        by_number: defaultdict[str, list[Document]] = defaultdict(list)
        by_title: defaultdict[str, list[Document]] = defaultdict(list)
        for document in documents:
            if document.doc_number:
                by_number[number_key(fold(document.doc_number))].append(document)
            if document.title:
                by_title[letters(document.title)].append(document)
        return cls(by_number, by_title)

    def resolve(self, citations: Iterable[Citation]) -> tuple[Citation, ...]:
        """Return the citations with `target` set where exactly one known document is meant.

        A number decides; without one the whole title, and where several documents have it the issuer or place that the
        title or the quote names. What stays ambiguous has no target.
        """
        return tuple(replace(citation, target=self._target(citation)) for citation in citations)

    def _target(self, citation: Citation) -> str | None:
        if citation.doc_number:
            numbered = self.by_number.get(number_key(citation.doc_number), ())
            if numbered:
                return _only(citation, numbered)
        titled = self.by_title.get(letters(citation.title), ()) if citation.title else ()
        return _only(citation, [document for document in titled if not _contradicts(citation, document)])


def _cited(text: str, own: Own, *, in_body: bool) -> Iterator[Citation]:
    for mention in find_mentions(fold(text), own):
        quote, start, end = _quote(text, mention)
        yield Citation(
            relation=mention.relation,
            title=mention.title,
            doc_number=mention.number,
            quote=quote,
            span=Span(start, end) if in_body else None,
        )


def _quote(text: str, mention: Mention) -> tuple[str, int, int]:
    """Return the sentence without blanks around it, and where it stands."""
    sentence = text[mention.sentence_start : mention.sentence_end]
    start = mention.sentence_start + len(sentence) - len(sentence.lstrip())
    quote = sentence.strip()
    return quote, start, start + len(quote)


def _same_as(citation: Citation, found: Mapping[str, Citation]) -> str:
    """Return the key under which the document was found before, or a new one: its number, else its title."""
    title = bare(citation.title or "")
    number = number_key(citation.doc_number) if citation.doc_number else None
    for key, other in found.items():
        if number and other.doc_number:
            if number_key(other.doc_number) == number:
                return key
        elif title and bare(other.title or "") == title:
            return key
    return f"{number or ''} {title}"


def _stronger(one: Citation, other: Citation) -> Citation:
    first, second = sorted((one, other), key=lambda citation: _STRONGEST.index(citation.relation))
    return replace(first, title=first.title or second.title, doc_number=first.doc_number or second.doc_number)


def _contradicts(citation: Citation, document: Document) -> bool:
    """Say whether the number shows that a document of the same title is another one (an earlier version)."""
    if citation.doc_number is None or document.doc_number is None:
        return False
    return number_key(citation.doc_number) != number_key(fold(document.doc_number))


def _only(citation: Citation, documents: Sequence[Document]) -> str | None:
    if len(documents) > 1:
        named = letters(f"{citation.title or ''}{citation.quote or ''}")
        documents = [item for item in documents if any(letters(issuer) in named for issuer in item.issuers)]
    return documents[0].id if len(documents) == 1 else None
