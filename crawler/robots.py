"""robots.txt as RFC 9309 says, stricter where a site hides it: what may be asked of a host, and why not.

- 200: its rules, and the `Crawl-delay` that many of them have beside the standard.
- 404 and other 4xx: there are none.
- A redirect is followed up to five times, also to the robots.txt of another host (`fences.check_robots`), and what is
  found holds for the host that was asked. One that leads anywhere else off the source, to a front page or an error
  page, leads to no robots.txt: there are none.
- 5xx, 429, no answer, an answer cut short: the rules are there and we cannot read them. Nothing is asked.
- 401, 403: a site that hides its rules does not want to be crawled. Nothing is asked.
- A wall (table `challenges.yml`), whatever its status: no robots.txt, and each further page would run into it again.
  Nothing is asked; the source is `blocked`, as it is where its pages stand behind a wall.
"""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.robotstxt import ProtegoRobotParser, RobotParser
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred

from crawler.challenges import challenge_in, read_challenges
from crawler.families.listing import Answer
from crawler.fences import FencedOffError
from crawler.politeness import OneAtATime
from crawler.settings import NAME

REFUSALS = frozenset({401, 403})
"""Answers to robots.txt that mean no."""

BUSY = 429
"""The one 4xx that says nothing of whether there are rules."""

MOST_READ = 512 * 1024
"""Bytes that are read; the standard asks for 500 KiB at least."""


class RobotsRefusedError(IgnoreRequest):
    """robots.txt says no, or the site refuses to show it."""


class RobotsWalledError(IgnoreRequest):
    """Where robots.txt should be stands a wall."""


class RobotsUnreadError(IgnoreRequest):
    """robots.txt did not come: no page of the host is asked for (RFC 9309, 2.3.1.4). `__cause__` says why."""


class _Shut(RobotParser):
    """Allows nothing. error, said: what is raised for each request; said goes on after "robots.txt of <host>"."""

    def __init__(self, error: type[IgnoreRequest], said: str, cause: Exception | None = None) -> None:
        self._error = error
        self._said = said
        self._cause = cause
        # It is kept as long as the crawl; its frames would keep what they had unpacked.
        link: BaseException | None = cause
        while link is not None:
            link.__traceback__ = None
            link = link.__cause__ or link.__context__

    @classmethod
    def from_crawler(cls, crawler: Crawler, robotstxt_body: bytes) -> Self:
        raise NotImplementedError

    def allowed(self, url: str | bytes, user_agent: str | bytes) -> bool:  # noqa: ARG002 - Scrapy's signature
        return False

    def refuse(self, netloc: str) -> None:
        raise self._error(f"robots.txt of {netloc} {self._said}") from self._cause


class StrictRobots(RobotsTxtMiddleware):
    """Scrapy's reading of robots.txt with the answers that the module's text gives to all that is none."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._challenges = read_challenges(crawler.settings["CRAWL_SETTINGS"].tables)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if shut := self._shut(response):
            self._settle(netloc, shut)
            return
        rules = response.body[:MOST_READ] if response.status == 200 else b""
        await super()._parse_robots(response.replace(body=rules), netloc, request)
        parser = self._parsers[netloc]
        if isinstance(parser, ProtegoRobotParser) and (delay := parser.rp.crawl_delay(NAME)):
            OneAtATime.slow_down(netloc, delay)

    def _shut(self, response: Response) -> _Shut | None:
        if response.status in REFUSALS:
            return _Shut(RobotsRefusedError, f"is refused with status {response.status}")
        headers = {name.decode("latin-1"): b"".join(values).decode("latin-1") for name, values in _headers(response)}
        answer = Answer(response.url, response.status, headers, response.body)
        if wall := challenge_in(answer, self._challenges):
            said = f"is a wall of {wall.product} ({wall.id}), status {response.status}"
            return _Shut(RobotsWalledError, said)
        if response.status == BUSY or response.status >= 500:
            return _Shut(RobotsRefusedError, f"cannot be read, status {response.status}")
        return None

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Raise `RobotsRefusedError`, `RobotsWalledError` or `RobotsUnreadError` where nothing may be asked."""
        netloc = urlparse_cached(request).netloc
        if isinstance(rp, _Shut):
            rp.refuse(netloc)
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as error:
            raise RobotsRefusedError(f"robots.txt of {netloc} says no") from error

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        absent = isinstance(exc, FencedOffError)
        self._settle(netloc, None if absent else _Shut(RobotsUnreadError, "did not come", exc))

    def _settle(self, netloc: str, parser: RobotParser | None) -> None:
        waiting = self._parsers[netloc]
        self._parsers[netloc] = parser
        if isinstance(waiting, Deferred):
            waiting.callback(parser)


def _headers(response: Response) -> list[tuple[bytes, list[bytes]]]:
    return [(name, response.headers.getlist(name)) for name in response.headers]
