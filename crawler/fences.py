"""Only the source's own hosts are asked: every request, every redirect, every meta refresh.

One thing is asked elsewhere: the robots.txt of another host, where a host of the source redirects its own to that.
"""

from typing import Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware, RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Request, Response

from crawler.links import ALLOWED_SHAPE, IP_LIKE, allowed
from data.addresses import DEFAULT_PORTS

ROBOTS = "dont_obey_robotstxt"
"""The mark that Scrapy puts on requests for a robots.txt, and nothing else has here."""


LOOKED_AT = 65_536
"""Bytes of a page in which a meta refresh is looked for."""


class FencedOffError(IgnoreRequest):
    """An address outside the source's hosts was about to be asked."""


def check_allowed(crawler: Crawler, url: str) -> None:
    """Raise `FencedOffError` unless `url` is on a host of the source that is being crawled."""
    hosts = getattr(crawler.spider, "hosts", ())
    if not allowed(url, hosts):
        raise FencedOffError(f"{url} is not on a host of this source")


def check_robots(crawler: Crawler, url: str, sender: str) -> None:
    """Raise `FencedOffError` unless a robots.txt may be read at `url`, where one at `sender` redirects.

    RFC 9309 (2.3.1.2) wants such redirects followed to other hosts. No site can make us ask another host for anything
    but a file called robots.txt, by its name, on the usual port or the sender's.
    """
    if not _is_robots(url, _port(sender)):
        check_allowed(crawler, url)


def _is_robots(url: str, port: str) -> bool:
    shape = ALLOWED_SHAPE.fullmatch(url)
    if shape is None or IP_LIKE.fullmatch(shape[2]):
        return False
    parts = urlsplit(url)
    usual = DEFAULT_PORTS[shape[1].lower()]
    return parts.path.endswith("/robots.txt") and not parts.query and (shape[3] or usual) in {usual, port}


def _port(url: str) -> str:
    shape = ALLOWED_SHAPE.fullmatch(url)
    return (shape[3] or "") if shape else ""


class HostFence:
    """Refuses requests to other hosts, wherever they come from."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the fence of one crawl."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise `FencedOffError` for an address outside."""
        senders = request.meta.get("redirect_urls") if request.meta.get(ROBOTS) else None
        if senders:
            check_robots(self._crawler, request.url, senders[-1])
        else:
            check_allowed(self._crawler, request.url)


class FencedRedirect(RedirectMiddleware):
    """Follows a redirect only to the source's own hosts, one of a robots.txt also to another."""

    def _redirect(self, redirected: Request, request: Request, reason: object) -> Request:
        if request.meta.get(ROBOTS):
            check_robots(self.crawler, redirected.url, request.url)
        else:
            check_allowed(self.crawler, redirected.url)
        return super()._redirect(redirected, request, reason)

    def handle_referer(self, request: Request, response: Response) -> None:
        """Send no Referer."""


class FencedMetaRefresh(MetaRefreshMiddleware):
    """Follows a meta refresh only to the source's own hosts."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Look for a refresh where there is a body; most answers of a second crawl have none.

        Scrapy looks at the first 4,096 characters, and makes text of the whole body for that.
        """
        if not response.body:
            return response
        if len(response.body) <= LOOKED_AT or not isinstance(response, HtmlResponse):
            return super().process_response(request, response)
        head = HtmlResponse(response.url, headers=response.headers, body=response.body[:LOOKED_AT])
        found = super().process_response(request, head)
        return response if found is head else found

    def _redirect(self, redirected: Request, request: Request, reason: object) -> Request:
        check_allowed(self.crawler, redirected.url)
        return super()._redirect(redirected, request, reason)

    def handle_referer(self, request: Request, response: Response) -> None:
        """Send no Referer."""
