"""WARC files: pages and notes to gzip members, and back.

A file is a sequence of gzip members, one record each, so that a record can be read by its offset and length alone:

- `warcinfo`, once at the start of a file;
- `response`, one for each version of a page, in WARC 1.1 with times to the microsecond;
- `metadata`, JSON, one for each run that ended and for each page that went or came back.

What WARC has no field for stands as JSON in the field `WARC-JSON-Metadata`: `run`, and where they apply `imported`,
`url` (the address asked for, if it is not `WARC-Target-URI`, which is where the answer came from) and `final_url`.

Bodies are kept without transfer and content encoding. A header that no longer fits such a body (Content-Encoding,
Transfer-Encoding, a Content-Length of other bytes) is kept under the prefix `X-Archive-Orig-`, as web archives do, and
gets its name back when the page is read. Bytes that no HTTP header can have (line ends, NUL) become blanks.
"""

import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import quote

from warcio.archiveiterator import WARCIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParserException
from warcio.warcwriter import WARCWriter

from data.model import Page

Note = Mapping[str, Any]
"""The JSON object of a `metadata` record."""

PREFIX = "X-Archive-Orig-"
# Measured on government pages: half the time of the usual 6, and 8 % more room.
LEVEL = 2

_ABOUT = "WARC-JSON-Metadata"
_REASONS = {status.value: status.phrase for status in HTTPStatus}
_PRINTABLE = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"<>')
_NO_TOKEN = re.compile(r"[^!#$%&'*+\-.^_`|~0-9A-Za-z]")
_NO_VALUE = re.compile(r"[\r\n\0]")


class BrokenRecordError(ValueError):
    """Bytes that are no whole record of this archive."""


# What warcio and the reading below raise on bytes that somebody else, or nobody, wrote.
_UNREADABLE = (
    ArchiveLoadFailed,
    StatusAndHeadersParserException,
    EOFError,
    StopIteration,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
)


@dataclass(frozen=True, slots=True)
class Record:
    """One record. run: `None` for `warcinfo`. Exactly one of page and note is set, neither for `warcinfo`."""

    run: str | None
    page: Page | None = None
    note: Note | None = None


def pack_page(page: Page, run: str) -> bytes:
    """Return the `response` record of `page` as one gzip member."""
    http = _SentHeaders(page)
    target = as_uri(page.final_url or page.url)
    about = {"run": run, "imported": page.imported or None, "url": page.url if page.url != target else None}
    if page.final_url is not None:
        about["final_url"] = page.final_url
    fields = {
        "WARC-Date": _warc_date(page.fetched),
        "WARC-Payload-Digest": f"sha256:{page.digest}",
        _ABOUT: json.dumps({name: value for name, value in about.items() if value is not None}),
    }
    return _pack("response", target, fields, page.body, http)


def pack_note(note: Note, run: str, url: str | None = None) -> bytes:
    """Return a `metadata` record about `run`, or about `url` in that run, as one gzip member."""
    fields = {_ABOUT: json.dumps({"run": run}), "Content-Type": "application/json"}
    return _pack("metadata", as_uri(url) if url else "", fields, json.dumps(note).encode(), None)


def pack_info(name: str, source: str) -> bytes:
    """Return the `warcinfo` record that opens the file called `name`, as one gzip member."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=False, warc_version="1.1")
    info = {"software": "ai-policy-kb", "format": "WARC File Format 1.1", "isPartOf": source}
    writer.write_record(writer.create_warcinfo_record(name, info))
    return _gzip(out.getvalue())


def unpack(member: bytes) -> Record:
    """Return the record in `member`, the bytes of one record without gzip. Raises `BrokenRecordError`."""
    try:
        record = next(iter(WARCIterator(BytesIO(member), no_record_parse=True)))
        return _read(record.rec_type, record.rec_headers, record.raw_stream.read())
    except _UNREADABLE as error:
        raise BrokenRecordError(f"{type(error).__name__}: {error}") from error


def as_uri(url: str) -> str:
    """Return `url` with everything percent-encoded that may not stand in a URI, and the scheme in small letters."""
    scheme, colon, rest = url.partition(":")
    return scheme.lower() + colon + quote(rest, safe=_PRINTABLE)


class _SentHeaders(StatusAndHeaders):  # type: ignore[misc]
    """Status line and headers of a page. warcio's own writes other bytes for headers that are not ASCII."""

    def __init__(self, page: Page) -> None:
        line = f"{page.status} {_REASONS.get(page.status, '')}".strip()
        super().__init__(line, [_sent(name, value, len(page.body)) for name, value in page.headers], "HTTP/1.1")

    def compute_headers_buffer(self, header_filter: object = None) -> None:  # noqa: ARG002 - warcio's signature
        lines = [f"{self.protocol} {self.statusline}", *(f"{name}: {value}" for name, value in self.headers)]
        self.headers_buff = "\r\n".join([*lines, "", ""]).encode("latin-1")


def _sent(name: str, value: str, length: int) -> tuple[str, str]:
    name, value = clean_header(name, value)
    return (PREFIX + name if _misleads(name.lower(), value, length) else name), value


def clean_header(name: str, value: str) -> tuple[str, str]:
    """Return the header as HTTP can carry it. Headers that came over HTTP stay what they are."""
    value = _NO_VALUE.sub(" ", value).strip(" \t")
    if not value.isascii() and max(value) > "\xff":
        value = value.encode(errors="replace").decode("latin-1")
    return _NO_TOKEN.sub("_", name) or "_", value


def _misleads(name: str, value: str, length: int) -> bool:
    if name == "content-length":
        return value != str(length)
    return name in {"content-encoding", "transfer-encoding"} or name.startswith(PREFIX.lower())


def _pack(kind: str, uri: str, fields: dict[str, str], body: bytes, http: _SentHeaders | None) -> bytes:
    out = BytesIO()
    writer = WARCWriter(out, gzip=False, warc_version="1.1")
    record = writer.create_warc_record(
        uri, kind, payload=BytesIO(body), length=len(body), warc_headers_dict=fields, http_headers=http
    )
    writer.write_record(record)
    return _gzip(out.getvalue())


def _gzip(content: bytes) -> bytes:
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, zlib.MAX_WBITS + 16)
    return packer.compress(content) + packer.flush()


def _warc_date(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _read(kind: str, fields: StatusAndHeaders, content: bytes) -> Record:
    if kind == "warcinfo":
        return Record(None)
    about = json.loads(fields[_ABOUT])
    if kind == "metadata":
        return Record(about["run"], note=json.loads(content))
    if kind != "response":
        raise BrokenRecordError(f"a record of type {kind} is none of this archive's")
    return Record(about["run"], page=_read_page(fields, about, content))


def _read_page(fields: StatusAndHeaders, about: Note, content: bytes) -> Page:
    head, _, body = content.partition(b"\r\n\r\n")
    status, *headers = head.decode("latin-1").split("\r\n")
    page = Page(
        url=about.get("url", fields["WARC-Target-URI"]),
        fetched=datetime.fromisoformat(fields["WARC-Date"]),
        status=int(status.split()[1]),
        headers=tuple(_received(header) for header in headers),
        body=body,
        final_url=about.get("final_url"),
        imported=about.get("imported", False),
    )
    if fields["WARC-Payload-Digest"] != f"sha256:{page.digest}":
        raise BrokenRecordError(f"the body of {page.url} is not the one that was written")
    return page


def _received(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return (name[len(PREFIX) :] if name.startswith(PREFIX) else name), value.strip(" \t")
