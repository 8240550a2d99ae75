"""Figures for Prometheus: requests, how long they took, whether the search answers, how old the index is."""

from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.responses import Response

from app.api.backend import Backend
from index.client import SearchUnavailableError

METHODS = ("GET", "HEAD")
UNKNOWN = "unknown"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The figures of one server."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("route", "method", "status")
        self._requests = Counter("policy_requests", "Requests answered.", labels, registry=self.registry)
        self._seconds = Histogram(
            "policy_request_seconds", "Time to the answer.", ("route",), buckets=BUCKETS, registry=self.registry
        )
        self._up = Gauge("policy_search_up", "1 if Elasticsearch answers.", registry=self.registry)
        self._age = Gauge(
            "policy_index_age_seconds", "Time since the index was built; NaN if unknown.", registry=self.registry
        )

    def observe(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request. route: its pattern, never the address itself."""
        self._requests.labels(route, method if method in METHODS else "other", str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def answer(self, backend: Backend) -> Response:
        """Return the figures as text."""
        age, up = float("nan"), 0
        try:
            state, up = backend.state(fresh=True), 1
            if state.built:
                age = (datetime.now(UTC) - state.built).total_seconds()
        except SearchUnavailableError:
            pass
        self._up.set(up)
        self._age.set(age)
        return Response(
            generate_latest(self.registry),
            headers={"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE_LATEST},
        )
