"""A way to Elasticsearch on loopback that answers wrongly, late or not at all when a test says so.

Unlike `tests.proxy` it knows requests: a fault hits the next requests that it fits, and is counted.
"""

import gzip
import json
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

JSON = {"Content-Type": "application/json", "X-Elastic-Product": "Elasticsearch"}
OWN = {"connection", "transfer-encoding", "content-length", "keep-alive", "host"}


@dataclass(slots=True)
class Fault:
    """What goes wrong with requests whose path holds `path`, `times` times, after `after` of them went well.

    status: answered without asking the server. seconds: how late. cut: `request` closes the connection while the
    request is half read, `answer` after the server has done what was asked and before it is said. items: status of
    every row of a bulk, in an answer that is itself 200; the server sees nothing of it.
    """

    path: str
    times: int = 1
    after: int = 0
    status: int | None = None
    seconds: float = 0.0
    cut: str | None = None
    items: int | None = None
    hits: int = 0


@dataclass(slots=True)
class Request:
    """One request as it came."""

    method: str
    path: str
    body: bytes = b""


@dataclass(slots=True)
class _State:
    target: int
    faults: list[Fault] = field(default_factory=list)
    seen: list[Request] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fault(self, path: str) -> Fault | None:
        """Take the first fault that fits and is not used up."""
        with self.lock:
            for fault in self.faults:
                if fault.path in path and fault.times:
                    if fault.after:
                        fault.after -= 1
                        return None
                    fault.times -= 1
                    fault.hits += 1
                    return fault
        return None


class FaultProxy:
    """Stands before the server on port `target`; use it in a `with` block."""

    def __init__(self, target: int) -> None:
        self._state = _State(target)
        self._server = _Server(self._state)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def seen(self) -> list[Request]:
        return self._state.seen

    def add(self, fault: Fault) -> Fault:
        """Let a fault happen from now on."""
        self._state.faults.append(fault)
        return fault

    def clear(self) -> None:
        """Let all go well from now on, and forget what was seen."""
        self._state.faults.clear()
        self._state.seen.clear()

    def __enter__(self) -> "FaultProxy":
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    def __init__(self, state: _State) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.state = state

    def handle_error(self, *_: object) -> None:
        """Say nothing: clients go away in the middle, that is the point."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    server: _Server

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def answer(self) -> None:
        fault = self.server.state.fault(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        if fault is not None and fault.cut == "request":
            self.rfile.read(length // 2)
            self.close_connection = True
            return
        body = self.rfile.read(length)
        self.server.state.seen.append(Request(self.command, self.path, body))
        if fault is not None:
            time.sleep(fault.seconds)
        if fault is not None and (fault.status or fault.items):
            self._send(fault.status or 200, JSON, _refusal(fault.status) if fault.status else _items(fault, body))
            return
        status, headers, text = self._forward(body)
        if fault is not None and fault.cut == "answer":
            self.close_connection = True
            return
        self._send(status, headers, text)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - names that http.server asks for

    def _forward(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        connection = HTTPConnection("127.0.0.1", self.server.state.target, timeout=60)
        try:
            kept = {name: value for name, value in self.headers.items() if name.lower() not in OWN}
            connection.request(self.command, self.path, body or None, kept)
            answer = connection.getresponse()
            headers = {name: value for name, value in answer.getheaders() if name.lower() not in OWN}
            return answer.status, headers, answer.read()
        except (OSError, HTTPException):
            return 502, JSON, _refusal(502)
        finally:
            connection.close()

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _refusal(status: int) -> bytes:
    return b'{"error":{"type":"busy","reason":"the fault proxy says no"},"status":%d}' % status


def _items(fault: Fault, body: bytes) -> bytes:
    """Return the answer to a bulk of `index` operations of which each row was refused."""
    heads = [json.loads(line)["index"] for line in _plain(body).splitlines()[::2]]
    error = {"type": "es_rejected_execution_exception", "reason": "the fault proxy says no"}
    items = [{"index": {**head, "status": fault.items, "error": error}} for head in heads]
    return json.dumps({"took": 1, "errors": True, "items": items}).encode()


def _plain(body: bytes) -> bytes:
    return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
