"""Answers that are broken HTTP, by name: what goes over the wire, and which bodies a client may make of it.

`kept` lists what may be archived as the page: the good page where the fault does no harm to it. Empty: nothing at all
may be, because the page did not come whole, or is no page.
"""

import gzip
import random
import zlib
from dataclasses import dataclass

from tests.site_server import Raw

GOOD = "<html><head><title>办法</title></head><body><p>第一条　为支持人工智能，制定本办法。</p></body></html>".encode()
EVIL = b"<html><body>this answer was never asked for</body></html>"
BINARY = random.Random(7).randbytes(20_000)  # noqa: S311 - the same bytes each time
DEEP = b"<html><body>" + b"<div>" * 200_000 + "人工智能".encode()
NUL = GOOD.replace(b"<p>", b"<p>\0\0<a hr\0ef='x.pdf'>")

_HTML = b"Content-Type: text/html\r\n"
_OK = b"HTTP/1.1 200 OK\r\n" + _HTML
_CLOSE = b"Connection: close\r\n"


@dataclass(frozen=True, slots=True)
class Broken:
    """One kind of broken answer. kept: bodies that may be archived for it."""

    raw: Raw
    kept: tuple[bytes, ...] = ()


def _length(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n" % len(body)


def _sent(*pieces: bytes | float, kept: tuple[bytes, ...] = ()) -> Broken:
    return Broken(Raw(pieces), kept)


def _headed(*headers: bytes, body: bytes = GOOD, kept: tuple[bytes, ...] = (GOOD,)) -> Broken:
    """A good answer with strange headers in it."""
    lines = b"".join(header + b"\r\n" for header in headers)
    return _sent(_OK + _length(body) + lines + b"\r\n" + body, kept=kept)


def _status(line: bytes, *headers: bytes, body: bytes = GOOD, kept: tuple[bytes, ...] = ()) -> Broken:
    """A good answer under a strange status line."""
    lines = b"".join(header + b"\r\n" for header in headers)
    return _sent(line + b"\r\n" + _HTML + _length(body) + lines + b"\r\n" + body, kept=kept)


def _sized(*headers: bytes, body: bytes = GOOD, kept: tuple[bytes, ...] = ()) -> Broken:
    """An answer whose length is said in a strange way."""
    lines = b"".join(header + b"\r\n" for header in headers)
    return _sent(_OK + lines + b"\r\n" + body, kept=kept)


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


_CHUNKED = b"Transfer-Encoding: chunked"
_PACKED = gzip.compress(GOOD * 50)

BROKEN: dict[str, Broken] = {
    # No answer
    "empty_reply": _sent(),
    "reset_at_once": Broken(Raw((), reset=True)),
    "reset_in_headers": Broken(Raw((_OK,), reset=True)),
    "reset_in_body": Broken(Raw((_OK + _length(GOOD) + b"\r\n" + GOOD[:40], 0.05), reset=True)),
    "closed_in_status_line": _sent(b"HTTP/1."),
    "closed_in_headers": _sent(_OK + b"Content-Le"),
    "stalls_before_answer": _sent(8.0),
    "stalls_in_body": _sent(_OK + _length(GOOD) + b"\r\n" + GOOD[:30], 8.0),
    "drips_headers": _sent(*(piece for letter in _OK for piece in (bytes([letter]), 0.3))),
    "drips_body": _sent(_OK + _length(GOOD) + b"\r\n", *(piece for _ in range(40) for piece in (b"<", 0.3))),
    # Status lines
    "no_status_line": _sent(_HTML + b"\r\n" + GOOD),
    "garbage_status_line": _sent(b"HELLO WORLD\r\n\r\n" + GOOD),
    "http_0_9": _sent(GOOD),
    "http_9_9": _status(b"HTTP/9.9 200 OK", kept=(GOOD,)),
    "http_2_frames": _sent(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80\x00\x04\x00\x01\x00\x00"),
    "tls_alert": _sent(b"\x15\x03\x01\x00\x02\x02\x50"),
    "status_is_a_word": _status(b"HTTP/1.1 abc OK"),
    "status_is_negative": _status(b"HTTP/1.1 -200 OK"),
    "status_999": _status(b"HTTP/1.1 999 Denied"),
    "status_of_thirty_digits": _status(b"HTTP/1.1 " + b"2" * 30 + b" OK"),
    "status_without_reason": _status(b"HTTP/1.1 200", kept=(GOOD,)),
    "status_line_of_a_megabyte": _status(b"HTTP/1.1 200 " + b"O" * 1_000_000, kept=(GOOD,)),
    "blank_lines_first": _sent(b"\r\n\r\n" + _OK + _length(GOOD) + b"\r\n" + GOOD, kept=(GOOD,)),
    # Headers
    "header_without_colon": _headed(b"this is no header"),
    "header_without_name": _headed(b": value"),
    "header_of_a_megabyte": _headed(b"X-Long: " + b"a" * 1_000_000),
    "fifty_thousand_headers": _headed(*(b"X-%d: 1" % number for number in range(50_000))),
    "header_with_bare_returns": _headed(b"X-Split: a\rSet-Cookie: b=c\nX-More: d"),
    "header_with_nul": _headed(b"X-Nul: a\0b", b"X\0Y: c"),
    "header_folded": _headed(b"X-Fold: a", b"  b", b"\tc"),
    "header_not_ascii": _headed("X-Name: 人工智能".encode(), b"X-Bytes: \xff\xfe"),
    "etag_with_returns": _headed(b'ETag: "a\rb\nHost: evil.test"', b"Last-Modified: \xff\0"),
    "content_type_garbage": _headed(b"Content-Type: text/html; charset=\xff\xfe;;=;charset=utf-7"),
    "charset_is_a_codec": _headed(b"Content-Type: text/html; charset=zlib_codec"),
    "retry_after_garbage": _status(b"HTTP/1.1 503 Busy", "Retry-After: ²".encode("latin-1")),
    "retry_after_negative": _status(b"HTTP/1.1 429 Slow", b"Retry-After: -5"),
    "retry_after_next_age": _status(b"HTTP/1.1 503 Busy", b"Retry-After: Fri, 31 Dec 99999 23:59:59 GMT"),
    "refresh_header_garbage": _headed(b"Refresh: \xff;url=\xfe"),
    # Lengths
    "length_too_short": _sized(b"Content-Length: 60", kept=(GOOD[:60],)),
    "length_too_long": _sized(b"Content-Length: 100000"),
    "length_negative": _sized(b"Content-Length: -1"),
    "length_is_a_word": _sized(b"Content-Length: many"),
    "lengths_differ": _sized(b"Content-Length: 5", _length(GOOD).strip()),
    "length_of_an_exabyte": _sized(b"Content-Length: 1152921504606846976"),
    "no_length_but_closed": _sized(b"Connection: close", kept=(GOOD,)),
    # Chunks
    "chunk_size_garbage": _sized(_CHUNKED, body=b"zz\r\n" + GOOD),
    "chunk_size_negative": _sized(_CHUNKED, body=b"-5\r\n" + GOOD),
    "chunk_size_beyond_all": _sized(_CHUNKED, body=b"f" * 40 + b"\r\n" + GOOD),
    "chunk_cut": _sized(_CHUNKED, body=_chunk(GOOD)[:-20]),
    "chunk_end_missing": _sized(_CHUNKED, body=_chunk(GOOD)),
    "chunk_without_line_ends": _sized(_CHUNKED, body=b"%x" % len(GOOD) + GOOD),
    "chunks_and_length": _sized(_CHUNKED, b"Content-Length: 5", body=_chunk(GOOD) + b"0\r\n\r\n", kept=(GOOD,)),
    "transfer_encoding_unknown": _sized(b"Transfer-Encoding: rot13", kept=(GOOD,)),
    # Packing
    "gzip_is_none": _headed(b"Content-Encoding: gzip", kept=(GOOD,)),
    "gzip_cut": _headed(b"Content-Encoding: gzip", body=_PACKED[: len(_PACKED) // 2], kept=()),
    "gzip_wrong_sum": _headed(b"Content-Encoding: gzip", body=_PACKED[:-8] + b"12345678", kept=(GOOD * 50,)),
    "deflate_garbage": _headed(b"Content-Encoding: deflate", body=BINARY, kept=()),
    "deflate_without_head": _headed(b"Content-Encoding: deflate", body=zlib.compress(GOOD)[2:-4]),
    "br_garbage": _headed(b"Content-Encoding: br", body=BINARY, kept=()),
    "zstd_garbage": _headed(b"Content-Encoding: zstd", body=BINARY, kept=()),
    "packing_unknown": _headed(b"Content-Encoding: aes256", body=BINARY, kept=()),
    "packed_a_hundred_times": _headed(b"Content-Encoding: " + b", ".join([b"gzip"] * 100), kept=(GOOD,)),
    # Answers out of place
    "flood_of_102": _sent(
        b"HTTP/1.1 102 Processing\r\n\r\n" * 20_000 + _OK + _length(GOOD) + b"\r\n" + GOOD, kept=(GOOD,)
    ),
    "switches_protocols": _status(b"HTTP/1.1 101 Switching Protocols", b"Upgrade: h2c"),
    "no_content_with_content": _status(b"HTTP/1.1 204 No Content"),
    "reset_content_with_content": _status(b"HTTP/1.1 205 Reset Content"),
    "part_never_asked_for": _status(b"HTTP/1.1 206 Partial", b"Content-Range: bytes 0-9/1000"),
    "not_modified_never_asked_for": _status(b"HTTP/1.1 304 Not Modified"),
    "two_answers_at_once": _sent(
        _OK + _length(GOOD) + b"\r\n" + GOOD + _OK + _length(EVIL) + b"\r\n" + EVIL, 0.3, kept=(GOOD,)
    ),
    # Redirects to nowhere
    "redirect_without_location": _status(b"HTTP/1.1 302 Found"),
    "redirect_to_nothing": _status(b"HTTP/1.1 302 Found", b"Location:"),
    "redirect_two_ways": _status(b"HTTP/1.1 302 Found", b"Location: /nowhere.html", b"Location: http://evil.test/"),
    "redirect_not_ascii": _status(b"HTTP/1.1 302 Found", "Location: /政策/办法.html".encode()),
    "redirect_in_gbk": _status(b"HTTP/1.1 302 Found", "Location: /政策/办法.html".encode("gbk")),
    "redirect_with_returns": _status(b"HTTP/1.1 302 Found", b"Location: /a\r\n b\rX: c"),
    "redirect_to_bad_port": _status(b"HTTP/1.1 302 Found", b"Location: http://broken.test:99999/"),
    "redirect_to_open_bracket": _status(b"HTTP/1.1 302 Found", b"Location: http://[::1/"),
    "redirect_to_script": _status(b"HTTP/1.1 302 Found", b"Location: javascript:alert(1)"),
    "multiple_choices": _status(b"HTTP/1.1 300 Multiple Choices"),
    # Bodies
    "html_is_binary": _headed(body=BINARY, kept=(BINARY,)),
    "html_with_nul": _headed(body=NUL, kept=(NUL,)),
    "html_two_hundred_thousand_deep": _headed(body=DEEP, kept=(DEEP,)),
    "empty_body": _headed(body=b"", kept=()),
}
