"""The server of the replica sites, by itself: what the crawl tests rest on."""

import gzip
import http.client
import socket
import threading
import time
import zlib
from collections.abc import Iterator

import brotli  # type: ignore[import-untyped]
import pytest
from backports import zstd

from tests.broken_http import BROKEN
from tests.hangs import HANGS
from tests.site_server import GIGABYTE, Asked, Raw, Reply, SiteServer, bomb, most_in_flight, page


@pytest.fixture
def sites() -> Iterator[SiteServer]:
    with SiteServer() as server:
        yield server


def ask(
    sites: SiteServer, name: str, path: str, *, method: str = "GET", body: str | None = None, **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(sites.address, sites.port, timeout=10)
    sent = {"Host": sites.host(name), **{key.replace("_", "-"): value for key, value in headers.items()}}
    try:
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def test_virtual_hosts_serve_their_folders_with_addresses_that_lead_back(sites: SiteServer) -> None:
    response, body = ask(sites, "trs.test", "/zcfb/index_1.html")
    assert (response.status, response.headers["Content-Type"]) == (200, "text/html")
    assert f'href="http://www.trs.test:{sites.port}/zcfb/202603/t20260318_1005.html"'.encode() in body
    _, answers = ask(sites, "gov.test", "/gongbao/gbgl.json")
    assert f'"http://gov.test:{sites.port}/gongbao/2026/issue_12586/"'.encode() in answers
    assert ask(sites, "cac.test", "/zcfb/index.html")[0].status == 404


def test_routes_look_at_forms(sites: SiteServer) -> None:
    _, body = ask(sites, "cac.test", "/cms/JsonList", method="POST", body="channelCode=A09370303&pageno=2")
    assert b'"totalRec":3' in body
    assert sites.asked("cac.test")[0].form == (("channelCode", "A09370303"), ("pageno", "2"))


def test_a_page_that_did_not_change_is_304(sites: SiteServer) -> None:
    first, body = ask(sites, "trs.test", "/zcfb/")
    assert body
    for headers in ({"If_None_Match": first.headers["ETag"]}, {"If_Modified_Since": first.headers["Last-Modified"]}):
        again, nothing = ask(sites, "trs.test", "/zcfb/", **headers)
        assert (again.status, nothing, again.headers["Content-Length"]) == (304, b"", None)
    sites.script("trs.test", "/zcfb/", page("<p>amended").modified())
    changed, _ = ask(sites, "trs.test", "/zcfb/", If_None_Match=first.headers["ETag"])
    assert changed.status == 200


def test_scripts_answer_in_turn_and_plans_go_before_them(sites: SiteServer) -> None:
    sites.script("a.test", "/", Reply(status=429, headers=(("Retry-After", "1"),)), page("1"), page("2"))
    assert [ask(sites, "a.test", "/")[1] for _ in range(4)] == [b"", b"1", b"2", b"2"]
    sites.plan("a.test", lambda _: page("planned") if len(sites.asked("a.test")) > 5 else None)
    assert [ask(sites, "a.test", "/")[1] for _ in range(2)] == [b"2", b"planned"]
    sites.script("b.test", "/x", lambda asked: page(asked.headers["user-agent"]))
    assert ask(sites, "b.test", "/x", User_Agent="me")[1] == b"me"


def test_raw_answers_go_out_as_they_are(sites: SiteServer) -> None:
    sites.script("a.test", "/", Raw((b"HTTP/1.1 2", 0.05, b"00 OK\r\n\r\nx")))
    with socket.create_connection((sites.address, sites.port)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
        received = b"".join(iter(lambda: connection.recv(100), b""))
    assert received == b"HTTP/1.1 200 OK\r\n\r\nx"
    sites.script("a.test", "/", BROKEN["reset_at_once"].raw)
    with pytest.raises(ConnectionResetError):
        ask(sites, "a.test", "/")


def test_the_table_of_broken_answers_is_what_it_says(sites: SiteServer) -> None:
    assert len(BROKEN) >= 30
    for name, broken in BROKEN.items():
        if name.startswith(("stalls", "drips")):
            continue
        sites.script("broken.test", f"/{name}", broken.raw)
        with socket.create_connection((sites.address, sites.port)) as connection:
            connection.sendall(f"GET /{name} HTTP/1.1\r\nHost: broken.test\r\n\r\n".encode())
            sent = b"".join(piece for piece in broken.raw.pieces if isinstance(piece, bytes))
            received = b""
            try:
                received = b"".join(iter(lambda: connection.recv(1 << 20), b""))
            except ConnectionResetError:
                assert broken.raw.reset, name
        assert received == sent or broken.raw.reset, name


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_bombs_are_small_and_unpack_to_a_gigabyte(encoding: str) -> None:
    packed = bomb(encoding).body
    assert len(packed) < 5_000_000
    assert unpacked_size(encoding, packed) == GIGABYTE


def unpacked_size(encoding: str, packed: bytes) -> int:
    step = 1 << 22
    if encoding == "br":
        opener = brotli.Decompressor()
        size = len(opener.process(packed, output_buffer_limit=step))
        while not opener.is_finished():
            size += len(opener.process(b"", output_buffer_limit=step))
        return size
    if encoding == "zstd":
        one = len(zstd.decompress(packed[: len(packed) // 1024]))
        return one * 1024
    opener_z = zlib.decompressobj(31 if encoding == "gzip" else 15)
    size = len(opener_z.decompress(packed, step))
    while opener_z.unconsumed_tail:
        size += len(opener_z.decompress(opener_z.unconsumed_tail, step))
    return size + len(opener_z.flush())


def test_the_log_tells_requests_that_overlap(sites: SiteServer) -> None:
    slow = page("slow")
    sites.script("a.test", "/slow", Reply(slow.body, wait=0.3))
    threads = [threading.Thread(target=ask, args=(sites, "a.test", "/slow")) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _ in range(3):
        ask(sites, "b.test", "/")
    assert most_in_flight(sites.log) == {"a.test": 2, "b.test": 1}


def test_most_in_flight_counts_what_never_ended() -> None:
    def asked(started: float, ended: float | None) -> Asked:
        return Asked("a.test", "GET", "/", {}, (), started, ended)

    assert most_in_flight([asked(1, 2), asked(2, 3)]) == {"a.test": 1}
    assert most_in_flight([asked(1, None), asked(2, 3), asked(2.5, 4)]) == {"a.test": 3}


@pytest.mark.timeout(HANGS)
def test_the_server_ends_with_connections_open() -> None:
    with SiteServer() as sites:
        sites.script("a.test", "/", Reply(wait=3_600))
        idle = socket.create_connection((sites.address, sites.port))
        waiting = socket.create_connection((sites.address, sites.port))
        waiting.sendall(b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
        while not sites.log:
            time.sleep(0.01)
    idle.close()
    waiting.close()


def test_gzip_of_a_reply_is_the_bytes_of_the_reply(sites: SiteServer) -> None:
    packed = gzip.compress(b"text")
    sites.script("a.test", "/", Reply(packed, headers=(("Content-Encoding", "gzip"),)))
    response, body = ask(sites, "a.test", "/")
    assert (response.headers["Content-Length"], body) == (str(len(packed)), packed)
