"""The replica sites of `tests/sites` and whatever a test scripts beside them, on one real HTTP server on loopback.

The virtual host is told by the Host header, so that one port carries any number of sites; their names end in `.test`
and a file like /etc/hosts (`SiteServer.write_hosts`) leads a crawler to them. What a page answers is, first to last:
a host's `plan`, a page's `script`, the folder of the replica. Addresses inside replicas get the server's port.

Every request is logged with the moments between which the server had it in hand, so that tests can look at the
crawler's manners. An answer with ETag or Last-Modified answers conditional requests with 304.
"""

import re
import socket
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl

import brotli  # type: ignore[import-untyped]
from backports import zstd

from crawler.families.listing import Ask
from tests.sites import answer

LOOPBACK = "127.0.0.1"
MODIFIED = "Thu, 20 Aug 2026 08:00:00 GMT"
GIGABYTE = 1 << 30
PIECE = 1 << 20

_ADDRESS = re.compile(rb"(?:https?:)?((?:\\?/){2}(?:[a-z0-9-]+\.)+test)(?![\w:.-])")
_ADDRESS_WITH_SCHEME = re.compile(rb"https?:(?=(?:\\?/){2}(?:[a-z0-9-]+\.)+test(?![\w:.-]))")


@dataclass(slots=True)
class Asked:
    """One request. started, ended: monotonic seconds; `ended` is taken just before the last bytes go out."""

    host: str
    method: str
    target: str
    headers: Mapping[str, str]
    form: tuple[tuple[str, str], ...]
    started: float
    ended: float | None = None
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer in good HTTP. wait: seconds before it. A `Content-Length` that is given is sent as it is."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html"),)
    wait: float = 0

    def modified(self, *, etag: bool = True, last_modified: str | None = MODIFIED) -> "Reply":
        """Return the answer with an ETag of its bytes, and Last-Modified."""
        added = [("ETag", f'"{sha256(self.body).hexdigest()[:16]}"')] if etag else []
        added += [("Last-Modified", last_modified)] if last_modified else []
        return replace(self, headers=(*self.headers, *added))


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes to send as they are, with pauses in seconds between them; then the connection is closed, or reset.

    pieces: may go on for ever; sending ends when the other side leaves.
    """

    pieces: Iterable[bytes | float]
    reset: bool = False


Script = Reply | Raw | Callable[[Asked], "Reply | Raw"]
Plan = Callable[[Asked], Reply | Raw | None]


def page(body: str, status: int = 200) -> Reply:
    """Return an HTML page without a charset, as sites send them."""
    return Reply(body.encode(), status)


def article(title: str, text: str = "为支持人工智能企业，制定本办法。", beside: str = "") -> Reply:
    """Return a document page. beside: mark-up inside the body, for attachments and pages."""
    body = f'<h1>{title}</h1><div class="TRS_Editor"><p>{text}</p>{beside}</div>'
    return page(f"<html><head><meta charset='utf-8'><title>{title}</title></head><body>{body}</body></html>")


def listing(rows: Iterable[tuple[str, str]], after: str = "") -> Reply:
    """Return a list of (href, title). after: mark-up behind it, for links to further pages."""
    items = "".join(f'<li><a href="{href}">{title}</a><span>2026-11-02</span></li>' for href, title in rows)
    return page(f"<html><head><title>政策文件</title></head><body><ul class='list'>{items}</ul>{after}</body></html>")


def redirect(target: str, status: int = 302) -> Reply:
    """Return a redirect; `target` is sent as it is."""
    return Reply(status=status, headers=(("Location", target),))


def bomb(encoding: str) -> Reply:
    """Return a page that unpacks to 1 GB of blanks. encoding: gzip, deflate, br or zstd."""
    headers = (("Content-Type", "text/html"), ("Content-Encoding", encoding))
    return Reply(_packed_gigabyte(encoding), headers=headers)


@cache
def _packed_gigabyte(encoding: str) -> bytes:
    piece = b" " * PIECE
    if encoding == "zstd":
        return zstd.compress(piece) * (GIGABYTE // PIECE)
    if encoding == "br":
        squeezer = brotli.Compressor(quality=1)
        return b"".join([*(squeezer.process(piece) for _ in range(GIGABYTE // PIECE)), squeezer.finish()])
    packer = zlib.compressobj(1, zlib.DEFLATED, 31 if encoding == "gzip" else 15)
    return b"".join([*(packer.compress(piece) for _ in range(GIGABYTE // PIECE)), packer.flush()])


@dataclass(slots=True)
class _Site:
    pages: dict[str, list[Script]] = field(default_factory=dict)
    plan: Plan | None = None


class SiteServer:
    """The server; use it in a `with` block. certificate, key: PEM files for https; without them it speaks http."""

    def __init__(self, address: str = LOOPBACK, *, certificate: Path | None = None, key: Path | None = None) -> None:
        self.log: list[Asked] = []
        self.address = address
        self._sites: dict[str, _Site] = {}
        self._lock = threading.Lock()
        self.closing = threading.Event()
        self._server = _Server(self, address, certificate, key)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.cut()
        self._server.server_close()

    @property
    def port(self) -> int:
        """The port, which every site's address carries."""
        return int(self._server.server_address[1])

    def host(self, name: str) -> str:
        """Return the host as sources write it."""
        return f"{name}:{self.port}"

    def url(self, name: str, path: str = "/") -> str:
        """Return the address of a page."""
        return f"{self._server.scheme}://{self.host(name)}{path}"

    def write_hosts(self, path: Path, *names: str) -> Path:
        """Write a file that leads all names to the server."""
        path.write_text("".join(f"{self.address} {name}\n" for name in names), encoding="utf-8")
        return path

    def script(self, name: str, target: str, *scripts: Script) -> None:
        """Say what a page answers: each in turn, then the last for ever. target: path with query."""
        with self._lock:
            self._sites.setdefault(name, _Site()).pages[target] = list(scripts)

    def plan(self, name: str, plan: Plan | None) -> None:
        """Ask `plan` before everything else on a host; where it returns None the rest goes on as ever."""
        with self._lock:
            self._sites.setdefault(name, _Site()).plan = plan

    def asked(self, name: str) -> list[Asked]:
        """Return the requests to a host in the order of their arrival."""
        with self._lock:
            return [asked for asked in self.log if asked.host == name]

    def targets(self, name: str) -> list[str]:
        """Return path and query of the requests to a host, in order."""
        return [asked.target for asked in self.asked(name)]

    def forget(self) -> None:
        """Empty the log."""
        with self._lock:
            self.log.clear()

    def enter(self, asked: Asked) -> None:
        """Log a request."""
        with self._lock:
            self.log.append(asked)

    def answer(self, asked: Asked) -> Reply | Raw:
        """Return what the site answers."""
        with self._lock:
            site = self._sites.get(asked.host, _Site())
            scripts = site.pages.get(asked.target, [])
            script = scripts.pop(0) if len(scripts) > 1 else next(iter(scripts), None)
        planned = site.plan(asked) if site.plan else None
        if planned is not None:
            return planned
        if script is None:
            return self._replica(asked)
        return script if isinstance(script, Reply | Raw) else script(asked)

    def _replica(self, asked: Asked) -> Reply:
        given = answer(Ask(f"http://{asked.host}{asked.target}", asked.method, asked.form))
        body = self._with_port(given.body)
        reply = Reply(body, given.status, tuple(given.headers.items()))
        return reply.modified() if given.status == 200 else reply

    def _with_port(self, body: bytes) -> bytes:
        here = _ADDRESS_WITH_SCHEME.sub(self._server.scheme.encode() + b":", body)
        return _ADDRESS.sub(lambda match: match[0] + b":%d" % self.port, here)


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    request_queue_size = 128

    def __init__(self, sites: SiteServer, address: str, certificate: Path | None, key: Path | None) -> None:
        self.sites = sites
        self.scheme = "https" if certificate else "http"
        self._connections: set[socket.socket] = set()
        super().__init__((address, 0), _Handler)
        self._tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH) if certificate else None
        if self._tls is not None and certificate is not None:
            self._tls.load_cert_chain(certificate, key)

    def finish_request(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]
        self._connections.add(request)
        try:
            if self._tls is None:
                _Handler(request, client_address, self)
                return
            with self._tls.wrap_socket(request, server_side=True) as secured:
                self._connections.add(secured)
                _Handler(secured, client_address, self)
        except OSError:
            return  # the other side left, or did not like the certificate
        finally:
            self._connections.discard(request)

    def handle_error(self, request: object, client_address: object) -> None:
        if not self.sites.closing.is_set():
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def cut(self) -> None:
        for connection in list(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_HEAD(self) -> None:
        self._serve()

    def log_message(self, *_: object) -> None:
        """Say nothing: tests read the log."""

    def _serve(self) -> None:
        sites = self.server.sites
        asked = self._asked()
        sites.enter(asked)
        reply = sites.answer(asked)
        if isinstance(reply, Raw):
            self._send_raw(reply, asked)
        else:
            sites.closing.wait(reply.wait)
            self._send(self._conditional(reply, asked), asked)

    def _asked(self) -> Asked:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        form = tuple(parse_qsl(body.decode(), keep_blank_values=True))
        host = headers.get("host", "").partition(":")[0]
        return Asked(host, self.command, self.path, headers, form, time.monotonic())

    def _conditional(self, reply: Reply, asked: Asked) -> Reply:
        kept = {name.lower(): value for name, value in reply.headers}
        held, since = asked.headers.get("if-none-match"), asked.headers.get("if-modified-since")
        if asked.method != "GET" or reply.status != 200:
            return reply
        same = held == kept.get("etag") if held else since is not None and since == kept.get("last-modified")
        validators = tuple(item for item in reply.headers if item[0].lower() in {"etag", "last-modified"})
        return Reply(status=304, headers=validators) if same else reply

    def _send(self, reply: Reply, asked: Asked) -> None:
        head = [f"HTTP/1.1 {reply.status} {'OK' if reply.status == 200 else 'Other'}"]
        head += [f"{name}: {value}" for name, value in reply.headers]
        if reply.status not in {204, 304} and "content-length" not in {name.lower() for name, _ in reply.headers}:
            head.append(f"Content-Length: {len(reply.body)}")
        asked.status, asked.ended = reply.status, time.monotonic()
        sent = "\r\n".join([*head, "", ""]).encode("latin-1")
        self._write(sent + (b"" if asked.method == "HEAD" else reply.body))

    def _send_raw(self, raw: Raw, asked: Asked) -> None:
        self.close_connection = True
        for piece, is_last in _with_last(raw.pieces):
            asked.ended = time.monotonic() if is_last else None
            if isinstance(piece, bytes):
                if not self._write(piece):
                    break
            elif self.server.sites.closing.wait(piece):
                break
        asked.ended = asked.ended or time.monotonic()
        if raw.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.rfile.close()
            self.connection.close()

    def _write(self, data: bytes) -> bool:
        """Return whether the other side took it."""
        try:
            self.wfile.write(data)
        except OSError:
            self.close_connection = True
            return False
        return True


def _with_last(pieces: Iterable[bytes | float]) -> Iterator[tuple[bytes | float, bool]]:
    """Yield each piece, and whether it is the last one."""
    going = iter(pieces)
    piece = next(going, None)
    while piece is not None:
        following = next(going, None)
        yield piece, following is None
        piece = following


def most_in_flight(log: Iterable[Asked]) -> dict[str, int]:
    """Return for each host the most requests that it had in hand at one time."""
    most: dict[str, int] = {}
    by_host: dict[str, list[Asked]] = {}
    for asked in log:
        by_host.setdefault(asked.host, []).append(asked)
    for host, requests in by_host.items():
        ends = [asked.ended or float("inf") for asked in requests]
        most[host] = max(
            sum(other.started <= asked.started < end for other, end in zip(requests, ends, strict=True))
            for asked in requests
        )
    return most
