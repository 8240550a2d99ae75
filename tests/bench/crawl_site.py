"""A site of policy pages on loopback, served fast enough not to be the limit: `python -m tests.bench.crawl_site 2000`.

Lists are of the family trs_static, 20 rows a page with `createPageHTML`; pages are about 20 KB of Chinese text from the
catalog between the navigation and footer of such sites, no two alike. Everything has ETag and Last-Modified and answers
304. Pages are made as they are asked for, out of a few prepared ones, so that the size of the site costs no memory.
The process prints its port and serves until its input is closed. `SPAN` answers when the first request after the last
question of that kind came, and when the last one was answered, in seconds of a clock of its own.
"""

import asyncio
import random
import re
import sys
from collections.abc import Callable
from hashlib import sha256
from threading import Thread
from time import perf_counter

from data.tables import TABLES

HOST = "bench.test"
LIST = "/zcwj/index.html"
SPAN = "/span"
ROWS = 20
"""Rows on a page of the list."""

CHARACTERS = 5_000
"""Chinese characters in a page: 15 KB."""

LINKS = 40
"""Links in the navigation of a page."""

PREPARED = 64
MODIFIED = "Mon, 02 Nov 2026 08:00:00 GMT"

_LIST = re.compile(r"/zcwj/index(?:_(\d+))?\.html")
_PAGE = re.compile(r"/zcwj/2026\d\d/t2026\d{4}_(\d+)\.html")
_HELD = re.compile(rb"\r\nif-none-match: *([^\r]+)", re.IGNORECASE)

Show = Callable[[str], bytes | None]
"""Path to body; `None` where no page is."""


def page_path(number: int) -> str:
    """Return the path of page `number`, from 0, relative to the list."""
    month, day = number % 12 + 1, number % 28 + 1
    return f"2026{month:02}/t2026{month:02}{day:02}_{number}.html"


def shown(pages: int) -> Show:
    """Return what a site of so many pages shows."""
    lists = -(-pages // ROWS)
    prepared = [_prepared(number) for number in range(PREPARED)]

    def show(path: str) -> bytes | None:
        if (found := _PAGE.fullmatch(path)) and int(found[1]) < pages:
            return prepared[int(found[1]) % PREPARED].replace(b"@@@@@@", found[1].zfill(6).encode())
        found = _LIST.fullmatch(path)
        number = int(found[1] or 0) if found else lists
        return _list(number, lists, pages) if number < lists else None

    return show


def _prepared(seed: int) -> bytes:
    """Return a page with `@@@@@@` where its number belongs."""
    chance = random.Random(seed)  # noqa: S311 - the same pages each time
    phrases = _phrases()
    text, paragraphs = 0, []
    while text < CHARACTERS:
        paragraph = "，".join(chance.choices(phrases, k=12))
        text += len(paragraph)
        paragraphs.append(f'<p style="text-indent: 2em; line-height: 2;">{paragraph}。</p>')
    title = f"关于印发第@@@@@@号{chance.choice(phrases)[:12]}若干措施的通知"
    body = f'<h1>{title}</h1><div class="TRS_Editor">{"".join(paragraphs)}</div>'
    return _framed(title, f'<div class="article">{body}</div>').encode()


def _phrases() -> list[str]:
    tables = sorted((TABLES / "catalog").glob("*.yml"))
    text = "".join(path.read_text(encoding="utf-8") for path in tables)
    return sorted(set(re.findall(r"[\u4e00-\u9fff]{4,20}", text)))


def _list(number: int, lists: int, pages: int) -> bytes:
    rows = "".join(
        f'<li><a href="./{page_path(row)}" target="_blank">第{row:06}号若干措施的通知</a><span>2026-11-02</span></li>'
        for row in range(number * ROWS, min(pages, (number + 1) * ROWS))
    )
    paging = f'<script>createPageHTML({lists}, {number}, "index", "html");</script>'
    return _framed("政策文件", f'<ul class="list">{rows}</ul><div class="page">{paging}</div>').encode()


def _framed(title: str, content: str) -> str:
    links = "".join(f'<li><a href="/column{number}/" title="栏目">第{number}栏目</a></li>' for number in range(LINKS))
    meta = {"SiteName": "测试局", "ArticleTitle": title, "PubDate": "2026-11-02 08:00", "ColumnName": "政策文件"}
    named = "".join(f'<meta name="{name}" content="{value}">' for name, value in meta.items())
    return (
        f'<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>{title}</title>{named}'
        '<link rel="stylesheet" href="/style.css"><script src="/site.js"></script></head>'
        f'<body><div class="head"><ul class="nav">{links}</ul></div>{content}'
        '<div class="foot"><p>主办：测试局 网站标识码：0000000000</p></div></body></html>'
    )


class Site:
    """A site of so many pages, and when it was asked."""

    def __init__(self, pages: int) -> None:
        self._show = shown(pages)
        self._began: float | None = None
        self._ended = 0.0

    def answer(self, head: bytes) -> bytes:
        """Return the answer to a request."""
        path = head.split(b" ", 2)[1].decode("latin-1")
        if path == SPAN:
            return self._span()
        self._began = self._began or perf_counter()
        answer = _answer(head, self._show(path))
        self._ended = perf_counter()
        return answer

    def _span(self) -> bytes:
        said = f"{self._began} {self._ended}".encode()
        self._began = None
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(said), said)


def _answer(head: bytes, body: bytes | None) -> bytes:
    if body is None:
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    etag = f'"{sha256(body).hexdigest()[:16]}"'.encode()
    kept = b"ETag: %s\r\nLast-Modified: %s\r\nServer: bench\r\n" % (etag, MODIFIED.encode())
    held = _HELD.search(head)
    if held and held[1] == etag:
        return b"HTTP/1.1 304 Not Modified\r\n%s\r\n" % kept
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n%s\r\n%s" % (len(body), kept, body)


class Connection(asyncio.Protocol):
    """One connection, kept alive: GET only, which is all that a crawl asks of a static site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._asked = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where answers go."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        self._asked += data
        while b"\r\n\r\n" in self._asked:
            head, _, self._asked = self._asked.partition(b"\r\n\r\n")
            self._transport.write(self._site.answer(head))


async def serve(pages: int) -> None:
    """Serve a site until the input ends."""
    site = Site(pages)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(site), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    ended = asyncio.Event()
    Thread(target=lambda: (sys.stdin.read(), loop.call_soon_threadsafe(ended.set)), daemon=True).start()
    await ended.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
