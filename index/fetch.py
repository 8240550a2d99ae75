"""Ask Elasticsearch the requests of a search: totals and facets, and one page of rows.

The full sum is dear, so it is worked out for the best rows of a cheaper order only (`Requests.window`, at most 1,000);
behind them that order goes on, and each page of it is ranked in itself. So no row is lost or comes twice, however deep
the page and whether it is turned to or walked to, and the totals are those of all rows.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from elasticsearch import ApiError, BadRequestError, Elasticsearch, NotFoundError
from elasticsearch.exceptions import HTTP_EXCEPTIONS

from index.client import BUSY, RETRIES
from index.query.cursor import FAULT, Cursor, cursor_of, search_key
from index.query.requests import Asked, Body, Requests, among
from index.query.value import PlaceError, Query

GONE = "after: the indices were built anew since; begin again without it"

Rows = list[dict[str, Any]]
Request = Callable[[Asked], Requests]


@dataclass(frozen=True, slots=True)
class Fetched:
    """total: of all rows. counts: the facets, as Elasticsearch gives them. rows: one page of hits.

    after: place behind the last row of a full page. loose: found by characters, as no row holds the words.
    """

    total: int
    counts: Mapping[str, Any]
    rows: Rows
    after: Cursor | None
    loose: bool = False


def fetch(client: Elasticsearch, index: str, requests: Requests, query: Query) -> Fetched:
    """Return a page and the totals. A walk goes on in the index in which it began, whatever is in use now.

    index: alias or name. Raises `PlaceError` for a place that is not in this index, and the client's errors.
    """
    cursor = cursor_of(query)
    if cursor is None:
        return _fetched(client, index, requests, query, None)
    if cursor.index != index and not cursor.index.startswith(f"{index}-"):
        raise PlaceError(FAULT)
    try:
        return _fetched(client, cursor.index, requests, query, cursor)
    except BadRequestError:
        raise PlaceError(FAULT) from None
    except NotFoundError:
        raise PlaceError(GONE) from None


def fetch_settled(client: Elasticsearch, index: str, request: Request, asked: Asked) -> Fetched:
    """Return what `fetch` finds by words; where no row has these, what it finds by characters. Raises as it does."""
    found = fetch(client, index, request(asked), asked.query)
    meant = asked if found.total else settled(client, index, request, asked)
    return replace(fetch(client, index, request(meant), asked.query), loose=True) if meant.loose else found


def settled(client: Elasticsearch, index: str, request: Request, asked: Asked) -> Asked:
    """Return a search as it is, or by characters where by words there is no row at all, whatever is chosen beside."""
    if not asked.needed.pieces:
        return asked
    body = {"query": request(asked).counts["query"], "size": 0, "track_total_hits": 1}
    found = client.search(index=index, body=body)["hits"]["total"]["value"]
    return asked if found else replace(asked, loose=True)


def together(
    client: Elasticsearch, index: str, bodies: Sequence[Body], preference: str | None = None
) -> list[Mapping[str, Any]]:
    """Ask several searches at once and return their answers. preference: the same one, the same copy of the index.

    Raises the client's error for one that fails, after the retries that a single search would get.
    """
    head = {"index": index} | ({"preference": preference} if preference else {})
    searches = [line for body in bodies for line in (head, body)]
    answers = client.msearch(searches=searches)
    for attempt in range(RETRIES):
        if not any(answer.get("status") in BUSY for answer in answers["responses"]):
            break
        time.sleep(2**attempt / 10)
        answers = client.msearch(searches=searches)
    for answer in answers["responses"]:
        if "error" in answer:
            status = int(answer["status"])
            kind = HTTP_EXCEPTIONS.get(status, ApiError)
            raise kind(str(answer["error"]["type"]), replace(answers.meta, status=status), answer)
    return list(answers["responses"])


def _fetched(client: Elasticsearch, index: str, requests: Requests, query: Query, cursor: Cursor | None) -> Fetched:
    copy = search_key(query)
    if requests.best is None:
        counted, found = together(client, index, [requests.counts, {**requests.hits, **_place(query, cursor)}], copy)
        rows = found["hits"]["hits"]
        after = Cursor(rows[-1]["_index"], tuple(rows[-1]["sort"])) if len(rows) == query.size else None
    else:
        page = _Page(client, requests.hits, requests.best, requests.window, query, cursor)
        first, behind = page.first()
        counted, found = together(client, index, [requests.counts, first], copy)
        rows, after = (page.behind if behind else page.ranked)(found["hits"]["hits"])
        after = after if len(rows) == query.size else None
    total = counted["hits"]["total"]["value"]
    return Fetched(total, counted["aggregations"], rows, after)


def _place(query: Query, cursor: Cursor | None) -> Body:
    begin: Body = {"search_after": list(cursor.values)} if cursor else {"from": (query.page - 1) * query.size}
    return {**begin, "size": query.size}


@dataclass(frozen=True, slots=True)
class _Page:
    """One page of a search that is ranked in two steps. hits, best, window: as in `Requests`."""

    client: Elasticsearch
    hits: Body
    best: Body
    window: int
    query: Query
    cursor: Cursor | None

    def first(self) -> tuple[Body, bool]:
        """Return the request in the cheap order, and whether its rows lie behind those that are ranked."""
        begins = (self.query.page - 1) * self.query.size
        behind = self.cursor.rest if self.cursor else begins >= self.window
        return {**self.best, **(_place(self.query, self.cursor) if behind else {"size": self.window})}, behind

    def ranked(self, best: Rows) -> tuple[Rows, Cursor | None]:
        """Return the page among `best`, all rows that are ranked, and where these end what lies behind them."""
        if not best:
            return [], None
        rows = self._among(best, _place(self.query, self.cursor))
        missing = self.query.size - len(rows)
        if missing and len(best) == self.window:
            further = {**self.best, "search_after": best[-1]["sort"], "size": missing}
            last, after = self.behind(self._asked(best, further))
            return rows + last, after
        return rows, None if missing else Cursor(rows[-1]["_index"], tuple(rows[-1]["sort"]))

    def behind(self, cheap: Rows) -> tuple[Rows, Cursor | None]:
        """Return rows of the cheap order ranked among themselves, and the place behind them."""
        if not cheap:
            return [], None
        after = Cursor(cheap[-1]["_index"], tuple(cheap[-1]["sort"]), rest=True)
        return self._among(cheap, {"size": len(cheap)}), after

    def _among(self, best: Rows, place: Body) -> Rows:
        # The id is the last value of every order.
        ids = [row["sort"][-1] for row in best]
        body = {**among(self.hits, ids), **place}
        return self._asked(best, body)

    def _asked(self, best: Rows, body: Body) -> Rows:
        """Return what the same copy of the same index answers: in another the scores may be others."""
        found = self.client.search(index=best[-1]["_index"], body=body, preference=search_key(self.query))
        return list(found["hits"]["hits"])
