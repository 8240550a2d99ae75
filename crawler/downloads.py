"""Scrapy's HTTP, with an end to what a server may send before the body: status line, headers, interim answers.

Scrapy bounds bodies and Twisted bounds each line, but nobody bounds the number of lines: a server could send headers
for as long as a request may take.
"""

from typing import Any, NoReturn

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError
from scrapy.http import Response
from twisted.web.client import ResponseFailed

MOST_HEAD = 262_144
"""Bytes before the body: what browsers allow. Servers themselves rarely send more than 16 KB."""


class BoundedHTTP(HTTP11DownloadHandler):
    """Scrapy's handler of http and https. Raises `DownloadCancelledError` for an answer whose head is too large."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _BoundedFactory

    async def download_request(self, request: Request) -> Response:
        """Return the answer to `request`."""
        try:
            return await super().download_request(request)
        except DownloadFailedError as error:
            if _has_large_head(error.__cause__):
                raise DownloadCancelledError(f"more than {MOST_HEAD} bytes of headers, or a line too long") from None
            raise


class _LargeHeadError(Exception):
    pass


def _has_large_head(error: BaseException | None) -> bool:
    return isinstance(error, ResponseFailed) and any(reason.check(_LargeHeadError) for reason in error.reasons)


class _BoundedParser(_LenientHTTPClientParser):
    _head = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 - Twisted's name
        self._head += len(line) + 1
        if self._head > MOST_HEAD:
            self._refuse()
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: ARG002, N802 - Twisted's name
        self._refuse()

    def _refuse(self) -> NoReturn:
        # Twisted would close politely, and over TLS go on reading until the other side agrees.
        transport: Any = self.transport
        transport._producer.abortConnection()
        raise _LargeHeadError


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Any:  # noqa: ANN401 - Twisted's interfaces are no types
        answer = super().request(request)
        # As Scrapy does it: Twisted has no other way to name the parser.
        self._parser.__class__ = _BoundedParser
        return answer


class _BoundedFactory(_LenientHTTP11ClientFactory):
    noisy = False

    def buildProtocol(self, addr: Any) -> _BoundedProtocol:  # noqa: ANN401, ARG002, N802 - Twisted's interface
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
