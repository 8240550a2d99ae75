"""Whether the process lives, and whether it can answer."""

from typing import Any

from app.api.backend import Backend, public_reason
from index.client import SearchUnavailableError
from index.query import Query

LIVES = {"status": "ok"}


def readiness(backend: Backend) -> tuple[int, dict[str, Any]]:
    """Return status code and answer: 200 if a search is answered, else 503 with the reason.

    A search needs all three: Elasticsearch answers, the index is there, and it was cut with this program's lexicon.
    """
    try:
        found = backend.searcher.search(Query(on=backend.today, size=1))
    except SearchUnavailableError as error:
        return 503, {"status": "unavailable", "reason": public_reason(error)}
    return 200, {"status": "ready", "incentives": found.total}
