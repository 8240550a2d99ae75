"""A search as a value, what it means, and the Elasticsearch request it becomes, put together from small pure parts.

- `value`: the frozen `Query` and what is wrong with one;
- `meaning`: the conditions that its text names, each of which a person can take back;
- `ranking`: what orders, with all weights; `filters`: what must hold; `requests`: both together.
"""

from index.query.meaning import Meaning, meaning
from index.query.requests import Asked, count_body, document_request, incentive_request, loosenings
from index.query.value import (
    MAX_HITS,
    MAX_TEXT,
    PAGE_SIZE,
    SCOPE_STATES,
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
    "Meaning",
    "Query",
    "QueryError",
    "Scope",
    "Sort",
    "check",
    "count_body",
    "document_request",
    "incentive_request",
    "loosenings",
    "meaning",
]
