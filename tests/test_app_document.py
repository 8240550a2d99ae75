"""文件: the page by itself, and in a real Chromium: versions, relations, clauses, citation, the archived text."""

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from streamlit.testing.v1 import AppTest

from app import readers, service
from data.tables import Tables, load
from index.build import build
from index.client import Connection, connect
from index.corpus import read_corpus
from index.local_server import Node
from index.read.document import page_id
from index.system import find
from index.tokens import tokenizer
from index.versions.loading import keep_versions
from index.versions.rows import VERSIONS
from tests.document_archive import DRAFT_TITLE, ID, NOTICE_TITLE, NOTICE_URL, TITLE, put_all

pytestmark = [pytest.mark.node]

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
TABLES: Tables = load()


@pytest.fixture(scope="module")
def settings(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The settings of the node with the archive's documents and versions in it, also in the environment."""
    var = tmp_path_factory.mktemp("var")
    archive, read = var / "archive", var / "read"
    put_all(archive)
    corpus = read_corpus(TABLES, archive=archive, cache=read, say=lambda _: None)
    with connect(Connection(node.url, node.writer.user, node.writer.password)) as writer:
        build(writer, corpus, tokenizer(), say=lambda _: None)
        keep_versions(writer, corpus, archive, read)
        said = Connection(node.url, node.reader.user, node.reader.password).settings()
        with pytest.MonkeyPatch.context() as patch:
            for name, value in said.items():
                patch.setenv(name, value)
            service.searcher.clear()
            readers.client.clear()
            yield said
        service.searcher.clear()
        readers.client.clear()
        writer.indices.delete(index=list(writer.indices.get(index=f"{VERSIONS}-*")))


def script() -> None:
    from app.views import document

    document.page()


def opened(**parameters: str) -> AppTest:
    at = AppTest.from_function(script, default_timeout=60)
    for name, value in parameters.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def drawn(at: AppTest) -> str:
    return "".join(element.proto.body for element in at.get("html"))


@pytest.mark.usefixtures("settings")
class TestPage:
    """The page by itself."""

    def test_two_versions_are_held_against_each_other_and_punctuation_made_none(self) -> None:
        at = opened(id=ID)
        shown = drawn(at)
        assert "版本（2）" in shown
        assert "共 2 处改动" in shown
        assert "<del>50</del><ins>100</ins>万元" in shown
        assert "第四条" in shown
        at.selectbox(key="v_new").set_value(1).run()
        assert "两版说的一样" in drawn(at)
        assert (at.query_params["old"], at.query_params["new"]) == ("1", "1")

    def test_the_address_holds_the_choice(self) -> None:
        shown = drawn(opened(id=ID, old="2", new="1", diff="side"))
        assert "<del>100</del>" in shown
        assert "（这一条已删去）" in shown
        assert "<del>50</del>" in drawn(opened(id=ID, old="7", new="x", diff="<b>"))

    def test_where_the_bytes_lie_and_how_to_cite(self) -> None:
        at = opened(id=ID)
        shown = drawn(at)
        assert "jiaxing/jiaxing-00001.warc.gz" in shown
        assert "字节起" in shown
        original, formal, simple = (code.value for code in at.code)
        assert original.startswith(".venv/bin/warcio extract --payload var/archive/jiaxing/jiaxing-00001.warc.gz ")
        assert formal.startswith(f"嘉兴市人民政府办公室. {TITLE}[A/OL]. (2024-10-10)[2026-09-15]. https://")
        assert simple.startswith(f"《{TITLE}》，嘉兴市人民政府办公室，2024年10月10日，https://")

    def test_who_names_it_and_what_is_like_it(self) -> None:
        shown = drawn(opened(id=ID))
        for said in (DRAFT_TITLE, NOTICE_TITLE, "征求意见稿", "内容相近的文件"):
            assert said in shown
        related = shown[shown.index('class="kb-graph"') :]
        assert related.index(DRAFT_TITLE) < related.index("本文件") < related.index(NOTICE_TITLE)

    def test_a_document_without_a_page_has_no_versions(self) -> None:
        shown = drawn(opened(id="cn-440105-2024-ai-model-demo-zone"))
        assert 'id="s-versions"' not in shown
        assert "./import?document=cn-440105-2024-ai-model-demo-zone" in shown
        assert "SHA-256" not in shown

    def test_a_notice_says_its_round(self) -> None:
        shown = drawn(opened(id=page_id(NOTICE_URL)))
        assert "2026年11月2日 至 2026年12月4日 17:30" in shown
        assert f"document?id={ID}" in shown


@pytest.fixture
def address(settings: dict[str, str]) -> Iterator[str]:
    """The address of the pages, served by Streamlit for one test."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app/main.py", "--server.headless=true"]
    app = subprocess.Popen([*command, f"--server.port={port}"], cwd=ROOT, env=os.environ | settings)
    try:
        until = monotonic() + 60
        while monotonic() < until:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2).close()
                break
            except OSError:
                sleep(0.3)
        yield f"http://127.0.0.1:{port}"
    finally:
        app.terminate()
        app.wait(20)


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find("chromium"), args=CHROMIUM)
        page = chromium.new_page(locale="zh-CN", viewport={"width": 1280, "height": 900})
        page.set_default_timeout(40_000)
        expect.set_options(timeout=40_000)
        yield page
        chromium.close()


@pytest.mark.browser
def test_in_a_browser_from_a_grant_to_its_clause_through_versions_to_the_notice_and_back(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/document?id={ID}")
    lit = page.locator("#i1 + mark")
    expect(page.locator("#s-origin")).to_be_attached()
    page.get_by_role("link", name="在全文中看").click()
    page.wait_for_url("**#i1")
    expect(lit).to_be_in_viewport()
    assert lit.evaluate("mark => getComputedStyle(mark).outlineStyle") == "solid"
    page.locator(".st-key-v_view button", has_text="左右对照").click()
    page.wait_for_url("**diff=side*")
    expect(page.locator(".kb-sides ins").first).to_have_text("100")
    page.reload()
    expect(page.locator(".kb-sides del").first).to_have_text("50")
    with page.expect_download() as text:
        page.get_by_role("button", name="下载收录的文字").click()
    said = Path(text.value.path()).read_text(encoding="utf-8")
    assert "SHA-256：" in said
    assert "给予一次性奖励100万元" in said
    page.locator(".kb-graph a", has_text=NOTICE_TITLE).click()
    expect(page.locator(".kb-title")).to_have_text(NOTICE_TITLE)
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.go_back()
    expect(page.locator(".kb-title")).to_have_text(TITLE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
