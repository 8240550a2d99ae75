"""From the values of an address to a search, and to the addresses of the pages before and after it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from app.api.problems import ProblemError
from index.query import MAX_HITS, Query


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a list an answer stands. path, given: its own address. total: of all that was found.

    after: place behind its last row, where the list can be walked beyond the pages that can be turned to.
    """

    path: str
    given: Mapping[str, str]
    page: int
    size: int
    total: int
    after: str | None = None

    @property
    def last(self) -> int:
        """Return the last page that can be turned to, 1 for an empty list."""
        within = MAX_HITS // self.size * self.size
        return max(1, -(-min(self.total, within) // self.size))

    def links(self) -> dict[str, str | None]:
        """Return the addresses of this page and of its neighbours; `None` where there is none."""
        return {
            "self": address(self.path, self.given) if "after" in self.given else self._address(self.page),
            "first": self._address(1),
            "prev": self._address(min(self.page - 1, self.last)) if self.page > 1 else None,
            "next": self._next(),
            "last": self._address(self.last),
        }

    def _next(self) -> str | None:
        if "after" not in self.given and self.page < self.last:
            return self._address(self.page + 1)
        if self.after is None or ("after" not in self.given and self.page * self.size >= self.total):
            return None
        return address(self.path, self._search | {"after": self.after})

    @property
    def _search(self) -> dict[str, str]:
        """Return the parameters but those that say where in the list."""
        return {name: value for name, value in self.given.items() if name not in ("page", "after")}

    def _address(self, page: int) -> str:
        return address(self.path, self._search | ({"page": str(page)} if page > 1 else {}))


def address(path: str, parameters: Mapping[str, str]) -> str:
    """Return `path` with its parameters."""
    return f"{path}?{urlencode(parameters, errors='replace')}" if parameters else path


def query_of(values: Mapping[str, Any], day: date, **others: Any) -> Query:  # noqa: ANN401 - any field of a query
    """Return the search of an address on a day. others: what holds where the address says nothing.

    Raises `ProblemError` for amounts that exclude each other and for a page that cannot be turned to.
    """
    query = replace(Query(on=day), **(others | dict(values)))
    if query.min_amount and query.max_amount and query.min_amount > query.max_amount:
        raise ProblemError(HTTPStatus.BAD_REQUEST, f"min: {query.min_amount} is more than max, {query.max_amount}")
    check_page(query.page, query.size)
    return query


def check_page(page: int, size: int) -> None:
    """Raise `ProblemError` for a page that cannot be turned to."""
    if page * size > MAX_HITS:
        raise ProblemError(
            HTTPStatus.NOT_FOUND,
            f"page: only the first {MAX_HITS} results can be turned to, {size} a page; narrow the search, or go on "
            "with after",
        )
