"""A search as a value, what it means, and the Elasticsearch request it becomes, put together from small pure parts.

- `value`: the frozen `Query` and what is wrong with one;
- `meaning`: the conditions that its text names, each of which a person can take back;
- `cursor`: where a page ended, so that the next one goes on there, however deep;
- `ranking`: what orders, with all weights; `filters`: what must hold; `counting`: totals and facets;
- `requests`: all of it together;
- `loosening`: wider searches for one that finds nothing.
"""

from index.query.cursor import Cursor, cursor_of, cursor_text
from index.query.loosening import loosenings
from index.query.meaning import Meaning, meaning
from index.query.requests import Asked, Requests, count_body, document_request, incentive_request
from index.query.value import (
    MAX_HITS,
    MAX_TEXT,
    PAGE_SIZE,
    SCOPE_STATES,
    PlaceError,
    Query,
    QueryError,
    Scope,
    Sort,
    check,
)

__all__ = [
    "MAX_HITS",
    "MAX_TEXT",
    "PAGE_SIZE",
    "SCOPE_STATES",
    "Asked",
    "Cursor",
    "Meaning",
    "PlaceError",
    "Query",
    "QueryError",
    "Requests",
    "Scope",
    "Sort",
    "check",
    "count_body",
    "cursor_of",
    "cursor_text",
    "document_request",
    "incentive_request",
    "loosenings",
    "meaning",
]
