"""Which of some documents a stored search finds: the search itself, run by the same code, among these documents only.

A search finds incentives, and through them documents. A document that grants nothing (a notice of a round, a repeal)
is found where the search for documents finds it. What has ended is looked for without regard to validity: a
subscriber of what is in force wants to hear of its end.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from elasticsearch import Elasticsearch

from data.model import Incentive
from data.records import from_json
from data.tables import Tables
from index.build import DOCUMENTS, INCENTIVES
from index.client import clear_errors
from index.fetch import Request, settled
from index.query import Asked, Query, Scope, check, document_request, incentive_request, meaning
from index.tokens import Tokenizer

MOST = 1000
"""Documents asked for at a time, and incentives of them."""

Found = Mapping[str, tuple[Incentive, ...]]
"""Ids of the documents that were found, with the incentives in them that fit; () for a document that grants none."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """Runs stored searches on one cluster."""

    client: Elasticsearch
    tables: Tables
    tokenizer: Tokenizer

    def found(self, query: Query, documents: Collection[str], *, ended: bool = False) -> Found:
        """Return which of `documents` the search finds. ended: in whatever state they are.

        Raises `QueryError` and `SearchUnavailableError`.
        """
        check(query, self.tables.regions, self.tables.kinds)
        wanted = sorted(documents)
        found: dict[str, tuple[Incentive, ...]] = {}
        asked = self._asked(query, ended=ended)
        with clear_errors(self.client):
            for start in range(0, len(wanted), MOST):
                some = wanted[start : start + MOST]
                found |= self._granting(asked, some)
                found |= self._without_grants(asked, some)
        return found

    def _asked(self, query: Query, *, ended: bool) -> Asked:
        plain = replace(query, page=1, size=100)
        if ended:
            plain = replace(plain, scope=Scope.ALL, states=())
        return Asked(plain, meaning(plain, self.tables), self.tables, self.tokenizer, folding=False)

    def _granting(self, asked: Asked, documents: list[str]) -> dict[str, tuple[Incentive, ...]]:
        found: dict[str, tuple[Incentive, ...]] = {}
        for hit in self._hits(INCENTIVES, incentive_request, asked, {"terms": {"document": documents}}):
            grant = from_json(hit["_source"]["incentive"], Incentive)
            found[hit["_source"]["document"]] = (*found.get(hit["_source"]["document"], ()), grant)
        return found

    def _without_grants(self, asked: Asked, documents: list[str]) -> dict[str, tuple[Incentive, ...]]:
        only: dict[str, Any] = {"bool": {"filter": [{"terms": {"id": documents}}, {"term": {"incentives": 0}}]}}
        return {hit["_id"]: () for hit in self._hits(DOCUMENTS, document_request, asked, only)}

    def _hits(self, index: str, request: Request, asked: Asked, only: dict[str, Any]) -> list[dict[str, Any]]:
        """Return all hits of a search among some rows, in the order of their ids."""
        found = {"bool": {"filter": [request(settled(self.client, index, request, asked)).found, only]}}
        body = {"query": found, "_source": ["incentive", "document"], "size": MOST, "sort": [{"id": "asc"}]}
        hits: list[dict[str, Any]] = []
        while True:
            page = self.client.search(index=index, body=body)["hits"]["hits"]
            hits += page
            if len(page) < MOST:
                return hits
            body["search_after"] = page[-1]["sort"]
