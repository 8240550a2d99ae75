"""Packed bodies are taken whole or not at all: half a page would be kept as if it had been amended.

Scrapy returns what it can of a body that was cut, and loses the end of some that are whole (deflate, where the last
bytes unpack to more than one step). A body is unpacked a step at a time, so that none grows beyond what is allowed.

A few bytes can unpack to many million. So that sites that send such bodies at the same moment do not fill the memory,
only one large body is unpacked at a time, over all sources, and the next when that one has been dealt with.
"""

import asyncio
import gc
import sys
import weakref
import zlib
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import ClassVar, Self

import brotli  # type: ignore[import-untyped]
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import DownloadCancelledError, ResponseDataLossError
from scrapy.http import Request, Response

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

STEP = 65_536
"""Bytes that are unpacked at a time."""

LARGE = 1 << 20
"""Bytes unpacked from which a body waits for its turn. Nearly all pages are smaller, and files are rarely packed."""

GLANCE = 0.02
"""Seconds between two looks whether it is one's turn."""

PATIENCE = 60.0
"""Seconds after which a large body is unpacked all the same: rather memory than a crawl that stands still."""

MOST_LAYERS = 3
"""How often a body may be packed. One is usual, two is a mistake that servers make, more is a trick."""

GZIP, DEFLATE, BARE = 31, 15, -15
"""What zlib calls the ways to pack: gzip, deflate, and deflate without its head, which some servers send."""

_NEXT_MEMBER = {GZIP: b"\x1f\x8b"}
_DAMAGED = (zlib.error, brotli.error, zstd.ZstdError)


class _Unpacker(HttpCompressionMiddleware):
    """Scrapy's middleware with `unpack` in it. most: bytes a body may unpack to."""

    def __init__(self, crawler: Crawler, most: int) -> None:
        super().__init__(crawler=crawler)
        self._max_size = most

    def _handle_encoding(self, body: bytes, content_encoding: list[bytes], max_size: int) -> tuple[bytes, list[bytes]]:
        layers, _ = self._split_encodings(content_encoding)
        if len(layers) > MOST_LAYERS:
            raise ResponseDataLossError(f"the body is packed {len(layers)} times")
        return super()._handle_encoding(body, content_encoding, max_size)

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        return unpack(body, encoding, max_size)


class WholeBodies:
    """Unpacks bodies, small ones at once and large ones in turn."""

    _in_hand: ClassVar[Callable[[], Request | Response | None]] = staticmethod(lambda: None)
    """Returns the large answer that is being dealt with, `None` when nobody holds it any more."""

    def __init__(self, crawler: Crawler) -> None:
        most = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._small = _Unpacker(crawler, min(LARGE, most))
        self._large = _Unpacker(crawler, most)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware of one crawl; the turn is the process's."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Say what can be unpacked here."""
        self._small.process_request(request)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """Return the answer with its body unpacked. Raises as `unpack` does."""
        if b"Content-Encoding" not in response.headers:
            return response
        try:
            return self._small.process_response(request, response)
        except DownloadCancelledError:
            await self._turn()
        whole = self._large.process_response(request, response)
        # Nobody can forget to give the turn back: it ends with the answer itself.
        WholeBodies._in_hand = weakref.ref(whole)
        return whole

    async def _turn(self) -> None:
        """Wait until no other large body is in hand. Between this and the unpacking nothing may wait."""
        waited = 0.0
        while WholeBodies._in_hand() is not None and waited < PATIENCE:
            await asyncio.sleep(GLANCE)
            waited += GLANCE
            if waited % 1 < GLANCE:
                # The frames of a failed request hold each other, and the answer.
                gc.collect()


def unpack(body: bytes, encoding: bytes, most: int) -> bytes:
    """Return what a body packs. encoding: gzip, x-gzip, deflate, br or zstd.

    Raises `ResponseDataLossError` for one that is cut or damaged, `DownloadCancelledError` for more than `most` bytes.
    """
    # Closed at the end, so that an error that is kept for its traceback does not keep what was unpacked.
    with BytesIO() as whole:
        try:
            for step in _STEPS[encoding](body):
                if whole.tell() + len(step) > most:
                    raise DownloadCancelledError(f"the {encoding.decode()} body unpacks to more than {most} bytes")
                whole.write(step)
        except _DAMAGED as error:
            raise ResponseDataLossError(f"the {encoding.decode()} body is damaged: {error}") from error
        return whole.getvalue()


def _gzip(body: bytes) -> Iterator[bytes]:
    return _zlib(body, GZIP)


def _deflate(body: bytes) -> Iterator[bytes]:
    try:
        zlib.decompressobj(DEFLATE).decompress(body, 1)
    except zlib.error:
        return _zlib(body, BARE)
    return _zlib(body, DEFLATE)


def _zlib(body: bytes, way: int) -> Iterator[bytes]:
    while body:
        opener = zlib.decompressobj(way)
        while not opener.eof:
            step = opener.decompress(body, STEP)
            body = opener.unconsumed_tail
            yield _going_on(step, is_over=opener.eof, has_more=bool(body))
        rest = opener.unused_data
        body = rest if way in _NEXT_MEMBER and rest.startswith(_NEXT_MEMBER[way]) else b""


def _brotli(body: bytes) -> Iterator[bytes]:
    opener = brotli.Decompressor()
    while not opener.is_finished():
        step = opener.process(body, output_buffer_limit=STEP)
        body = b""
        yield _going_on(step, is_over=opener.is_finished(), has_more=False)


def _zstd(body: bytes) -> Iterator[bytes]:
    while body:
        opener = zstd.ZstdDecompressor()
        given = body
        while not opener.eof:
            step = opener.decompress(given, STEP)
            given = b""
            yield _going_on(step, is_over=opener.eof, has_more=not opener.needs_input)
        body = opener.unused_data


def _going_on(step: bytes, *, is_over: bool, has_more: bool) -> bytes:
    """Return the step. Raises `ResponseDataLossError` if it brought nothing and nothing is left to bring the end."""
    if not step and not is_over and not has_more:
        raise ResponseDataLossError("the packed body is cut")
    return step


_STEPS: Mapping[bytes, Callable[[bytes], Iterator[bytes]]] = {
    b"gzip": _gzip,
    b"x-gzip": _gzip,
    b"deflate": _deflate,
    b"br": _brotli,
    b"zstd": _zstd,
}
