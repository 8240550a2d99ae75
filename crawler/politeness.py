"""How a site is asked: one request a host at a time, patience when it says wait, no more of a host that is dead."""

import asyncio
import re
from collections import defaultdict
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import ClassVar, Self

from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest, ResponseDataLossError
from scrapy.http import Request, Response
from scrapy.settings import BaseSettings
from scrapy.utils.httpobj import urlparse_cached

BACK_OFF = (5.0, 30.0)
"""Seconds before the first and before further retries where the server asks for no time of its own."""

BUSY = frozenset({429, 503})
"""Answers that may say with Retry-After when to come back."""

BAD_ANSWERS = (ResponseDataLossError, DownloadCancelledError)
"""What Scrapy raises where the headers came and the body did not come whole, or anything grew too large."""


class OneAtATime:
    """One request a host in flight, over all sources that this process crawls side by side, and a rest after it.

    Scrapy keeps to that within one source; but departments share their government's hosts. The rest is the least that
    Scrapy's own delay may be, or what the host asks for: in its robots.txt always, with Retry-After once.
    """

    _locks: ClassVar[defaultdict[str, asyncio.Lock]] = defaultdict(asyncio.Lock)
    _rests_until: ClassVar[defaultdict[str, float]] = defaultdict(float)
    _asked_for: ClassVar[dict[str, float]] = {}

    def __init__(self, crawler: Crawler) -> None:
        self._holding: set[Request] = set()
        self._rest = crawler.settings.getfloat("DOWNLOAD_DELAY") / 2
        self._longest: int = crawler.settings["CRAWL_SETTINGS"].retry_after_max

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the gate of one crawl; the locks behind it are the process's."""
        return cls(crawler)

    @classmethod
    def slow_down(cls, host: str, seconds: float) -> None:
        """Rest so long after each request to `host` from now on, as its robots.txt asks (`Crawl-delay`)."""
        cls._asked_for[host] = seconds

    async def process_request(self, request: Request) -> None:
        """Wait until no other request to the host is in flight, and the host has had its rest."""
        host = urlparse_cached(request).netloc
        await self._locks[host].acquire()
        self._holding.add(request)
        await asyncio.sleep(max(0.0, self._rests_until[host] - monotonic()))

    def process_response(self, request: Request, response: Response) -> Response:
        """Let the next request go, later if the host asks for patience."""
        self._release(request, max(self._rest, min(patience(response), self._longest)))
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:  # noqa: ARG002 - Scrapy's signature
        """Let the next request go."""
        self._release(request, self._rest)

    def _release(self, request: Request, rest: float) -> None:
        if request in self._holding:
            host = urlparse_cached(request).netloc
            asked_for = min(self._asked_for.get(host, 0.0), self._longest)
            self._rests_until[host] = monotonic() + max(rest, asked_for)
            self._holding.remove(request)
            self._locks[host].release()


class DeadHostError(IgnoreRequest):
    """The host is left alone for the rest of the run, for the reason that the text says."""


class DeadHosts:
    """Leaves a host alone that failed to answer `TRIES` requests in a row, each with its retries.

    So it does with one that asks for more patience than the settings have.
    """

    TRIES = 3

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._failed: defaultdict[str, int] = defaultdict(int)
        self._asked_for: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the memory of one crawl."""
        return cls(crawler.settings["CRAWL_SETTINGS"].retry_after_max)

    def process_request(self, request: Request) -> None:
        """Raise `DeadHostError` for a host that is taken for dead."""
        host = urlparse_cached(request).netloc
        if self._failed[host] >= self.TRIES:
            raise DeadHostError(f"{host} did not answer {self.TRIES} times in a row")
        if host in self._asked_for:
            raise DeadHostError(f"{host} asks to come back in {self._asked_for[host]:.0f} s")

    def process_response(self, request: Request, response: Response) -> Response:
        """Take a host that answers for alive."""
        host = urlparse_cached(request).netloc
        self._failed[host] = 0
        if patience(response) > self._longest:
            self._asked_for[host] = patience(response)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count what is no answer. One that is cut short or too large is a bad answer, of a host that is alive."""
        host = urlparse_cached(request).netloc
        if isinstance(exception, BAD_ANSWERS):
            self._failed[host] = 0
        elif not isinstance(exception, IgnoreRequest):
            self._failed[host] += 1


class PatientRetry(RetryMiddleware):
    """Retries after a pause: the one that Retry-After asks for, else a growing one of our own.

    Where `SILENT` hosts and no other answered in this process, there is no network, and nothing is tried twice: a crawl
    of all sources behind a wall that swallows every packet would take an hour else.
    """

    SILENT = 8
    silent: ClassVar[set[str]] = set()
    answered: ClassVar[bool] = False

    def __init__(self, settings: BaseSettings) -> None:
        super().__init__(settings)
        self._longest: int = settings["CRAWL_SETTINGS"].retry_after_max
        self._back_off = BACK_OFF if settings.getfloat("DOWNLOAD_DELAY") else (0.0, 0.0)

    async def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Wait and ask again for 429 and 5xx, as often as the settings allow."""
        PatientRetry.answered = True
        again = super().process_response(request, response)
        if isinstance(again, Request):
            wait = retry_after(response)
            if wait is not None and wait > self._longest:
                return response
            await asyncio.sleep(self._pause(request) if wait is None else wait)
        return again

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:  # type: ignore[override]
        """Wait and ask again after a broken connection, unless there is no network at all."""
        PatientRetry.answered |= isinstance(exception, BAD_ANSWERS)
        self.silent.add(urlparse_cached(request).netloc)
        if not self.answered and len(self.silent) > self.SILENT:
            return None
        again = super().process_exception(request, exception)
        if isinstance(again, Request):
            await asyncio.sleep(self._pause(request))
            return again
        return None

    def _pause(self, request: Request) -> float:
        first, later = self._back_off
        return later if request.meta.get("retry_times") else first


def patience(response: Response) -> float:
    """Return the seconds for which a host that is busy asks to be left alone; 0 if it does not."""
    return (retry_after(response) or 0.0) if response.status in BUSY else 0.0


def retry_after(response: Response) -> float | None:
    """Return the seconds that `Retry-After` asks for (a number or a date, RFC 9110), `None` if it asks for nothing."""
    text = (response.headers.get(b"Retry-After") or b"").decode("latin-1").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())
