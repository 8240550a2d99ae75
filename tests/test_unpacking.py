"""A packed body is whole or it is refused, wherever it was cut."""

import asyncio
import gc
import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]
import pytest
from backports import zstd
from hypothesis import example, given
from hypothesis import strategies as st
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import DownloadCancelledError, ResponseDataLossError
from scrapy.http import Request, Response
from scrapy.utils.test import get_crawler

from crawler.unpacking import GLANCE, LARGE, STEP, WholeBodies, unpack

TEXT = "为支持人工智能产业发展，制定本办法。".encode() * 40
MOST = 1_000_000


def bare(text: bytes) -> bytes:
    return zlib.compress(text)[2:-4]


PACKERS: dict[str, tuple[bytes, Callable[[bytes], bytes]]] = {
    "gzip": (b"gzip", gzip.compress),
    "x-gzip": (b"x-gzip", gzip.compress),
    "deflate": (b"deflate", zlib.compress),
    "bare": (b"deflate", bare),
    "br": (b"br", brotli.compress),
    "zstd": (b"zstd", zstd.compress),
}


@pytest.mark.parametrize("name", PACKERS)
@given(st.binary(max_size=200), st.integers(0, 3))
@example(b"\0\0", 2)  # zlib takes all bytes in before it gives all out
def test_a_whole_body_comes_whole(name: str, text: bytes, steps: int) -> None:
    encoding, pack = PACKERS[name]
    plain = text + b" " * steps * STEP
    assert unpack(pack(plain), encoding, MOST) == plain


@pytest.mark.parametrize("name", PACKERS)
@given(st.data())
def test_a_cut_body_is_refused(name: str, data: st.DataObject) -> None:
    encoding, pack = PACKERS[name]
    body = pack(TEXT)
    cut = body[: data.draw(st.integers(1, len(body) - 1))]
    with pytest.raises(ResponseDataLossError, match=r"cut|damaged"):
        unpack(cut, encoding, MOST)


@pytest.mark.parametrize("name", PACKERS)
@given(st.binary(max_size=300))
def test_no_bytes_break_it_in_another_way(name: str, body: bytes) -> None:
    try:
        unpacked = unpack(body, PACKERS[name][0], MOST)
    except (ResponseDataLossError, DownloadCancelledError):
        return
    assert len(unpacked) <= MOST


@pytest.mark.parametrize("name", PACKERS)
def test_a_body_that_grows_too_large_is_refused(name: str) -> None:
    encoding, pack = PACKERS[name]
    assert len(unpack(pack(b" " * MOST), encoding, MOST)) == MOST
    with pytest.raises(DownloadCancelledError, match="more than 1000000 bytes"):
        unpack(pack(b" " * (MOST + 1)), encoding, MOST)


@pytest.mark.parametrize(("encoding", "pack"), [(b"gzip", gzip.compress), (b"zstd", zstd.compress)])
def test_several_members_are_one_body(encoding: bytes, pack: Callable[[bytes], bytes]) -> None:
    assert unpack(pack(TEXT) + pack(TEXT[:30]), encoding, MOST) == TEXT + TEXT[:30]
    with pytest.raises(ResponseDataLossError):
        unpack((pack(TEXT) + pack(TEXT))[:-20], encoding, MOST)


def test_what_stands_behind_a_gzip_body_is_no_part_of_it() -> None:
    assert unpack(gzip.compress(TEXT) + b"\0\0\0", b"gzip", MOST) == TEXT


def test_it_does_better_than_scrapys_own() -> None:
    request = Request("http://x.test/")
    packed = gzip.compress(TEXT)

    def answer(length: int) -> Response:
        return Response(request.url, headers={"Content-Encoding": "gzip"}, body=packed[:length])

    crawler = get_crawler(settings_dict={"DOWNLOAD_MAXSIZE": MOST})
    lenient, strict = HttpCompressionMiddleware.from_crawler(crawler), WholeBodies.from_crawler(crawler)
    came = asyncio.run(strict.process_response(request, answer(len(packed))))
    assert isinstance(came, Response)
    assert (came.body, came.headers.get("Content-Encoding")) == (TEXT, None)
    assert isinstance(lenient.process_response(request, answer(60)), Response)
    with pytest.raises(ResponseDataLossError):
        asyncio.run(strict.process_response(request, answer(60)))


REQUEST = Request("http://x.test/")


def packed_answer(size: int, encoding: str = "gzip") -> Response:
    body = b" " * size
    for _ in encoding.split(","):
        body = gzip.compress(body)
    return Response(REQUEST.url, headers={"Content-Encoding": encoding}, body=body)


def unpacker() -> WholeBodies:
    return WholeBodies.from_crawler(get_crawler(settings_dict={"DOWNLOAD_MAXSIZE": 3 * LARGE}))


def size(answer: Request | Response) -> int:
    assert isinstance(answer, Response)
    return len(answer.body)


def test_only_one_large_body_is_in_hand_over_all_sources() -> None:
    async def crawl() -> None:
        first = await unpacker().process_response(REQUEST, packed_answer(2 * LARGE))
        other = asyncio.ensure_future(unpacker().process_response(REQUEST, packed_answer(3 * LARGE)))
        await asyncio.sleep(5 * GLANCE)
        assert not other.done()
        assert size(await unpacker().process_response(REQUEST, packed_answer(LARGE))) == LARGE
        assert size(first) == 2 * LARGE
        del first
        assert size(await asyncio.wait_for(other, 5)) == 3 * LARGE

    asyncio.run(crawl())


def test_an_answer_that_a_failure_holds_does_not_stop_the_others() -> None:
    async def crawl() -> None:
        first = await unpacker().process_response(REQUEST, packed_answer(2 * LARGE))
        knot: list[object] = [first]
        knot.append(knot)
        del first, knot
        answer = await asyncio.wait_for(unpacker().process_response(REQUEST, packed_answer(2 * LARGE)), 5)
        assert size(answer) == 2 * LARGE

    gc.disable()
    try:
        asyncio.run(crawl())
    finally:
        gc.enable()


def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.unpacking.PATIENCE", 0.1)

    async def crawl() -> None:
        first = await unpacker().process_response(REQUEST, packed_answer(2 * LARGE))
        second = await asyncio.wait_for(unpacker().process_response(REQUEST, packed_answer(2 * LARGE)), 5)
        assert size(first) == size(second)

    asyncio.run(crawl())


def test_a_bomb_takes_no_turn() -> None:
    async def crawl() -> None:
        for _ in range(3):
            with pytest.raises(DownloadCancelledError, match=f"more than {3 * LARGE} bytes"):
                await asyncio.wait_for(unpacker().process_response(REQUEST, packed_answer(3 * LARGE + 1)), 5)

    asyncio.run(crawl())


def test_what_was_unpacked_of_a_bomb_is_not_kept_with_the_error() -> None:
    tracemalloc.start()
    try:
        with pytest.raises(DownloadCancelledError) as error:
            unpack(gzip.compress(b" " * 20 * MOST), b"gzip", 10 * MOST)
        assert error.traceback
        assert tracemalloc.get_traced_memory()[0] < MOST
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("layers", "whole"), [(1, True), (3, True), (4, False), (40, False)])
def test_a_body_is_not_unpacked_without_end(layers: int, *, whole: bool) -> None:
    answer = packed_answer(1000, ",".join(["gzip"] * layers))
    if whole:
        assert size(asyncio.run(unpacker().process_response(REQUEST, answer))) == 1000
        return
    with pytest.raises(ResponseDataLossError, match=f"packed {layers} times"):
        asyncio.run(unpacker().process_response(REQUEST, answer))
