"""Run a search and return what was found as values of `data.model`."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from time import monotonic
from types import MappingProxyType
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from data.model import Document
from data.records import from_json
from data.tables import Tables
from index import mapping
from index.build import DOCUMENTS, INCENTIVES
from index.client import SearchUnavailableError, clear_errors
from index.fetch import Fetched, fetch_settled, together
from index.found import (
    DocumentHit,
    DocumentResults,
    Hit,
    Results,
    Snippet,
    Validity,
    document_results,
    drafts_request,
    incentive_results,
    validity_of,
)
from index.generations import current_meta
from index.query.loosening import loosenings
from index.query.meaning import Meaning, meaning
from index.query.ranking import WEIGHTS, Weights
from index.query.requests import Asked, count_body, document_request, incentive_request
from index.query.value import Query, Scope, check
from index.relations import Relations, named_ids, naming_request, relations
from index.suggest import (
    MAX_TYPED,
    Suggestion,
    corrected,
    issuers_of,
    issuers_request,
    mixed,
    name_suggestions,
    near_title_searches,
    near_titles,
    similar_hits,
    similar_request,
    title_request,
    title_suggestions,
)
from index.tokens import Tokenizer, letters
from index.understand import near_names
from index.validity import today

__all__ = [
    "DocumentHit",
    "DocumentResults",
    "Hit",
    "Loosened",
    "Results",
    "Searcher",
    "Snippet",
    "Validity",
    "validity_of",
]

CHECKED_SECONDS = 5.0
ISSUERS_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Loosened:
    """A wider search: which condition was dropped (a field of `Query`), the search, how many it finds."""

    dropped: str
    query: Query
    total: int


class Searcher:
    """Answers searches on one cluster with one set of tables and words.

    All methods raise `SearchUnavailableError` if the cluster cannot answer, those that take a `Query` also
    `QueryError`.
    """

    def __init__(
        self,
        client: Elasticsearch,
        tables: Tables,
        tokenizer: Tokenizer,
        weights: Weights = WEIGHTS,
        names: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """names: indices to search in place of those in use, by alias."""
        self._client = client
        self._documents, self._incentives = names.get(DOCUMENTS, DOCUMENTS), names.get(INCENTIVES, INCENTIVES)
        self._tables = tables
        self._tokenizer = tokenizer
        self._weights = weights
        self._checked = -CHECKED_SECONDS
        self._known_issuers: tuple[float, tuple[str, ...]] = (-ISSUERS_SECONDS, ())

    def search(self, query: Query) -> Results:
        """Return the incentives that fit."""
        asked = self._asked(query)
        with self._ready():
            found = fetch_settled(self._client, self._incentives, incentive_request, asked)
        return incentive_results(found, query, asked.meaning, self._tables.regions)

    def documents(self, query: Query, said: Meaning | None = None) -> DocumentResults:
        """Return the documents that fit, with their best passages. said: what the text means, if not what it says."""
        asked = self._asked(query, said)
        with self._ready():
            found = fetch_settled(self._client, self._documents, document_request, asked)
            drafts = self._drafts(found, query)
        return document_results(found, query, asked.meaning, self._tables.regions, drafts)

    def loosened(self, query: Query) -> tuple[Loosened, ...]:
        """Return what finds something when `query` finds nothing, with how much: each way drops one condition."""
        ways = loosenings(query, self._tables)
        if not ways:
            return ()
        bodies = [count_body(self._asked(wider)) for _, wider in ways]
        with self._ready():
            answers = together(self._client, self._incentives, bodies)
        found = zip(ways, (answer["hits"]["total"]["value"] for answer in answers), strict=True)
        return tuple(Loosened(dropped, wider, total) for (dropped, wider), total in found if total)

    def document(self, document_id: str) -> Document | None:
        """Return one document with all its incentives, `None` if there is none of this id."""
        with self._ready():
            try:
                row = self._client.get(index=self._documents, id=document_id, source_includes=["record"])
            except NotFoundError:
                return None
        return from_json(row["_source"]["record"], Document)

    def suggest(self, text: str, size: int = 8) -> tuple[Suggestion, ...]:
        """Return what `text` may be the beginning of: places, kinds, issuers, titles; nothing for pasted text."""
        if len(text) > MAX_TYPED or not letters(text):
            return ()
        with self._ready():
            found = self._client.search(index=self._documents, **title_request(text, size))
            issuers = self._issuers()
        names = name_suggestions(text, self._tables, issuers, size)
        return mixed(names, title_suggestions(found.body), size)

    def did_you_mean(self, text: str) -> tuple[str, ...]:
        """Return texts that differ from `text` in one character and name something, where `text` stands nowhere."""
        check(Query(today(), text), self._tables.regions, self._tables.kinds)
        names = corrected(text, near_names(text, self._tables))
        if names or not 4 <= len(letters(text)) <= MAX_TYPED:
            return names
        with self._ready():
            answers = together(self._client, self._documents, near_title_searches(text))
        return near_titles(text, answers)

    def similar(self, document_id: str, on: date, size: int = 5) -> tuple[DocumentHit, ...]:
        """Return documents about the same, the most similar first; nothing for an unknown document."""
        with self._ready():
            found = self._client.search(index=self._documents, **similar_request(self._documents, document_id, size))
        return similar_hits(found.body, on)

    def relations(self, document: Document) -> Relations:
        """Return the documents that `document` names and those that name it."""
        ids = named_ids(document)
        with self._ready():
            naming = self._client.search(index=self._documents, **naming_request(document))
            rows = self._client.mget(index=self._documents, ids=ids, source_includes=["head"])["docs"] if ids else []
        held = {row["_id"]: from_json(row["_source"]["head"], Document) for row in rows if row.get("found")}
        return relations(document, held, naming.body)

    def _issuers(self) -> tuple[str, ...]:
        """Return all issuers, the most frequent first; kept for a minute."""
        kept, known = self._known_issuers
        if monotonic() - kept > ISSUERS_SECONDS:
            known = issuers_of(self._client.search(index=self._documents, **issuers_request()).body)
            self._known_issuers = (monotonic(), known)
        return known

    def _asked(self, query: Query, said: Meaning | None = None) -> Asked:
        check(query, self._tables.regions, self._tables.kinds)
        said = said or meaning(query, self._tables)
        return Asked(query, said, self._tables, self._tokenizer, self._weights)

    def _drafts(self, found: Fetched, query: Query) -> Sequence[Mapping[str, Any]]:
        """Return the rows of the drafts of what was found, of the very index that this is in."""
        if not found.rows or query.scope is not Scope.ALL:  # in another scope no draft would be listed either
            return ()
        answer = self._client.search(index=found.rows[0]["_index"], body=drafts_request(found))
        rows: Sequence[Mapping[str, Any]] = answer["hits"]["hits"]
        return rows

    @contextmanager
    def _ready(self) -> Iterator[None]:
        with clear_errors(self._client):
            self._check_index()
            yield

    def _check_index(self) -> None:
        """See whether the index was made with the same words; the answer holds for a few seconds."""
        if monotonic() - self._checked < CHECKED_SECONDS:
            return
        built = current_meta(self._client, self._incentives)
        if not built:
            raise SearchUnavailableError("there is no index yet: run `python -m index build`")
        if built["words"] != self._tokenizer.version:
            raise SearchUnavailableError(
                f"the index was cut with another lexicon ({built['words']}, here {self._tokenizer.version}): "
                "run `python -m index build`"
            )
        if built["mapping"] != mapping.VERSION:
            raise SearchUnavailableError("the index is of another version: run `python -m index build`")
        self._checked = monotonic()
