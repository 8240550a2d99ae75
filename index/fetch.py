"""Ask Elasticsearch the requests of a search: totals and facets, and one page of rows.

The full sum of all but short texts is dear, so it is worked out for the best rows of a cheaper order only
(`Requests.window`, at most 1,000);
behind them that order goes on, and each page of it is ranked in itself. So no row is lost or comes twice, however deep
the page and whether it is turned to or walked to, and the totals are those of all rows.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from elasticsearch import ApiError, BadRequestError, Elasticsearch, NotFoundError
from elasticsearch.exceptions import HTTP_EXCEPTIONS

from index.client import BUSY, RETRIES
from index.query.counting import counts_of
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
    if not meant.loose:
        return found
    wider = fetch(client, index, request(meant), asked.query)
    return replace(wider, loose=bool(wider.total))


def settled(client: Elasticsearch, index: str, request: Request, asked: Asked) -> Asked:
    """Return a search as it is, or by characters where by words there is no row at all, whatever is chosen beside."""
    worded = request(asked).worded
    if worded is None:
        return asked
    body = {"query": worded, "size": 0, "track_total_hits": 1}
    found = client.search(index=index, body=body)["hits"]["total"]["value"]
    return asked if found else replace(asked, loose=True)


def together(client: Elasticsearch, index: str, bodies: Sequence[Body]) -> list[Mapping[str, Any]]:
    """Ask several searches at once and return their answers.

    Raises the client's error for one that fails, after the retries that a single search would get.
    """
    searches = [line for body in bodies for line in ({"index": index}, body)]
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
    """Count beside the two steps of ranking, which together take about as long.

    Where an index takes the place of another between the two, a page may come with the totals of the newer one.
    """
    page = _Page(client, index, requests, query, cursor)
    with ThreadPoolExecutor(1, thread_name_prefix="count") as beside:
        counting = beside.submit(page.asked, index, requests.counts)
        rows, after = page.rows()
        total, counts = counts_of(counting.result())
    return Fetched(total, counts, rows, after if len(rows) == query.size else None)


def _place(query: Query, cursor: Cursor | None) -> Body:
    begin: Body = {"search_after": list(cursor.values)} if cursor else {"from": (query.page - 1) * query.size}
    return {**begin, "size": query.size}


@dataclass(frozen=True, slots=True)
class _Page:
    """One page of a search. index: in which its first request looks."""

    client: Elasticsearch
    index: str
    requests: Requests
    query: Query
    cursor: Cursor | None

    def rows(self) -> tuple[Rows, Cursor | None]:
        """Return the rows of the page, and the place behind the last of them."""
        place, best, window = _place(self.query, self.cursor), self.requests.best, self.requests.window
        if best is None:
            rows = self._hits(self.index, {**self.requests.hits, **place})
            return rows, _behind(rows) if rows else None
        begins = (self.query.page - 1) * self.query.size
        if self.cursor.rest if self.cursor else begins >= window:
            return self._from_rest(self._hits(self.index, {**best, **place}))
        return self._ranked(best, self._hits(self.index, {**best, "size": window}))

    def asked(self, index: str, body: Body) -> Mapping[str, Any]:
        """Return what the same copy of an index answers: in another the scores may be others."""
        answer: Mapping[str, Any] = self.client.search(index=index, body=body, preference=search_key(self.query)).body
        return answer

    def _ranked(self, cheap: Body, best: Rows) -> tuple[Rows, Cursor | None]:
        """Return the page among `best`, all rows that are ranked, and where these end what lies behind them."""
        if not best:
            return [], None
        rows = self._among(best, _place(self.query, self.cursor))
        missing = self.query.size - len(rows)
        if missing and len(best) == self.requests.window:
            further = {**cheap, "search_after": best[-1]["sort"], "size": missing}
            last, after = self._from_rest(self._hits(best[-1]["_index"], further))
            return rows + last, after
        return rows, None if missing else _behind(rows)

    def _from_rest(self, cheap: Rows) -> tuple[Rows, Cursor | None]:
        """Return rows of the cheap order ranked among themselves, and the place behind them."""
        if not cheap:
            return [], None
        return self._among(cheap, {"size": len(cheap)}), replace(_behind(cheap), rest=True)

    def _among(self, best: Rows, place: Body) -> Rows:
        # The id is the last value of every order.
        ids = [row["sort"][-1] for row in best]
        return self._hits(best[-1]["_index"], {**among(self.requests.hits, ids), **place})

    def _hits(self, index: str, body: Body) -> Rows:
        return list(self.asked(index, body)["hits"]["hits"])


def _behind(rows: Rows) -> Cursor:
    return Cursor(rows[-1]["_index"], tuple(rows[-1]["sort"]))
