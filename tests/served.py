"""The app as people run it, once for all tests that drive it: `python -m app run`, and a real Chromium on it.

It keeps an index of its own beside those of other tests (`ELASTICSEARCH_PREFIX`), and reads an archive with one page.
"""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from data.archive import Archive
from data.model import Outcome
from data.model import Page as Pages
from index.client import Connection
from index.local_server import Node
from index.system import find
from tests.proxy import Proxy

ROOT = Path(__file__).resolve().parents[1]
PREFIX = "policy-served"
PATIENCE = 30_000
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
JIAXING = "https://www.jiaxing.gov.cn/art/2024/12/5/art_1229782153_2072.html"
PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>嘉兴市推动人工智能高质量发展实施方案</title>
<meta name="ArticleTitle" content="嘉兴市推动人工智能高质量发展实施方案"></head><body>
<h1>嘉兴市推动人工智能高质量发展实施方案</h1><div id="zoom">
<p>为推动人工智能高质量发展，结合本市实际，制定本方案。</p>
<p>一、总体要求</p><p>坚持应用牵引，到2027年底形成较为完善的产业体系&lt;script&gt;alert(1)&lt;/script&gt;。</p>
<p>二、支持政策</p>
<p>（一）鼓励合规上线。对通过中央网信办生成式人工智能服务备案的企业，给予一次性奖励100万元。</p>
<p>本方案自2024年10月10日起施行，有效期至2027年12月31日。</p></div></body></html>"""


QUIET = """() => new Promise(done => {
  const end = () => { watch.disconnect(); done(); };
  let timer = setTimeout(end, 300);
  setTimeout(end, 20000);
  const watch = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(end, 300); });
  watch.observe(document.body, {childList: true, subtree: true});
})"""
"""Waits until nothing has come or gone for 0.3 s, at most 20 s."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(settings: Mapping[str, str], port: int) -> Iterator[str]:
    """Run the app and give its address; it is stopped as Ctrl-C does, and must end well."""
    app = subprocess.Popen(
        [sys.executable, "-m", "app", "run", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert app.stdout is not None
    told = []
    for line in app.stdout:
        told.append(line)
        if line.startswith("ready:"):
            break
    assert told[-1].startswith(f"ready: http://127.0.0.1:{port} "), told
    yield f"http://127.0.0.1:{port}"
    app.send_signal(signal.SIGINT)
    rest = app.stdout.read()
    app.stdout.close()
    assert (app.wait(30), rest.strip()) == (0, "stopped")
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


@contextmanager
def pages_alone(settings: Mapping[str, str], port: int) -> Iterator[str]:
    """Run the pages as the container does, beside an index that is there."""
    command = [sys.executable, "-m", "streamlit", "run", "app/server.py", "--server.address=127.0.0.1"]
    app = subprocess.Popen([*command, f"--server.port={port}"], cwd=ROOT, env=os.environ | settings)
    try:
        until = monotonic() + 90
        while monotonic() < until and asked(f"http://127.0.0.1:{port}/healthz") != 200:
            sleep(0.3)
        yield f"http://127.0.0.1:{port}"
    finally:
        app.terminate()
        app.wait(20)


def asked(url: str, method: str = "GET", **headers: str) -> int:
    request = urllib.request.Request(url, method=method, headers=headers)  # noqa: S310 - our own server
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@pytest.fixture(scope="session")
def proxy(node: Node) -> Iterator[Proxy]:
    """The way from the app to Elasticsearch, which a test can cut."""
    with Proxy(int(node.url.rsplit(":", 1)[1])) as running:
        yield running


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with one page: that of a document of the catalog, whose filing reward it confirms."""
    folder = tmp_path_factory.mktemp("var") / "archive"
    with Archive(folder) as held:
        now = datetime(2026, 11, 20, tzinfo=UTC)
        run = held.begin("jiaxing", now)
        held.put(run, Pages(JIAXING, now, 200, (("Content-Type", "text/html"),), PAGE.encode()))
        held.finish(run, Outcome.OK)
    return folder


@pytest.fixture(scope="session")
def address(node: Node, proxy: Proxy, archive: Path) -> Iterator[str]:
    """The address of the running app."""
    settings = Connection(proxy.url, node.writer.user, node.writer.password).settings()
    own = {"CRAWLER_ARCHIVE": str(archive), "ELASTICSEARCH_PREFIX": PREFIX}
    with running(settings | own, free_port()) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Not for the session: while it is there, its event loop runs, and tests that start one of their own fail.
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find("chromium"), args=CHROMIUM)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    expect.set_options(timeout=PATIENCE)
    with browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900}) as context:
        context.set_default_timeout(PATIENCE)
        yield context.new_page()


def drawn(page: Page) -> None:
    """Wait until the script has run to its end and all of it is on the page.

    Streamlit fetches the code of each kind of control apart: one whose code is under way is a skeleton, and no stop
    of the Tab key.
    """
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    page.locator(".kb-brand, .kb-title, [data-testid=stAlert]").first.wait_for()
    expect(page.locator("[data-stale=true], [data-testid=stSkeleton]")).to_have_count(0)
    page.evaluate(QUIET)
