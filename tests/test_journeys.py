"""Ways through the app from end to end in a real Chromium, and the days on which nothing is as it should be."""

import contextlib
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import feedparser  # type: ignore[import-untyped]
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as TooLate

from index.client import Connection
from index.local_server import Node
from tests import odd_index
from tests.proxy import Proxy
from tests.served import PREFIX, ROOT, free_port, pages_alone

pytestmark = [pytest.mark.node, pytest.mark.browser]

ZHEJIANG = "/?region=330000&kind=filing_reward"
CLAUSE = "对通过中央网信办生成式人工智能服务备案的企业，给予一次性奖励100万元"


def results(page: Page, number: int) -> None:
    expect(page.get_by_text(re.compile(rf"^共 {number} 条"))).to_be_visible()
    expect(page.locator(".kb-card")).to_have_count(number)


def test_search_filter_document_clause_and_all_the_way_back(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("textbox", name="检索词").fill("嘉兴 备案")
    page.get_by_role("textbox", name="检索词").press("Enter")
    page.wait_for_url("**q=*")
    page.get_by_role("button", name=re.compile("^备案奖励")).click()
    page.wait_for_url("**kind=filing_reward*")
    card = page.locator(f'[id="{odd_index.SCRIPT}.1"]')
    card.get_by_role("link", name="查看文件").click()
    page.get_by_role("link", name="在全文中看").first.click()
    expect(page.locator(".kb-text mark").first).to_be_in_viewport()
    expect(page.locator(".kb-text mark").first).to_contain_text(CLAUSE)
    page.go_back()
    expect(page.locator(".kb-title")).to_contain_text("嘉兴市")
    page.go_back()
    expect(card).to_be_visible()
    expect(page.get_by_role("textbox", name="检索词")).to_have_value("嘉兴 备案")
    page.go_back()
    page.wait_for_url(lambda url: "kind=" not in url)
    page.go_back()
    expect(page.get_by_role("textbox", name="检索词")).to_have_value("")


def test_a_shared_link_shows_somebody_else_the_same(page: Page, address: str, browser: Browser) -> None:
    page.goto(address + ZHEJIANG)
    results(page, 7)
    page.get_by_role("button", name="显示全部").click()
    results(page, 11)
    mine = page.locator(".kb-card").evaluate_all("cards => cards.map(card => card.id)")
    with browser.new_context(locale="zh-CN") as other:
        theirs = other.new_page()
        theirs.goto(page.url)
        results(theirs, 11)
        assert theirs.locator(".kb-card").evaluate_all("cards => cards.map(card => card.id)") == mine


def test_compare_from_the_results(page: Page, address: str) -> None:
    page.goto(address + ZHEJIANG)
    results(page, 7)
    for no in (0, 2):
        page.locator(".kb-card").nth(no).get_by_role("link", name="加入对比").click()
        expect(page.locator(".kb-card").nth(no).get_by_role("link", name="移出对比")).to_be_visible()
    page.get_by_role("link", name="并排查看").click()
    expect(page.locator(".kb-side thead th")).to_have_count(2)
    page.locator(".kb-side thead").get_by_role("link", name="移出").first.click()
    expect(page.locator(".kb-side thead th")).to_have_count(1)
    page.go_back()
    page.go_back()
    results(page, 7)
    expect(page.get_by_text("对比（2/6）")).to_be_visible()


def test_the_whole_result_opens_as_a_workbook(page: Page, address: str) -> None:
    page.goto(address + ZHEJIANG)
    results(page, 7)
    page.get_by_role("button", name="下载全部结果").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Excel").click()
    assert re.fullmatch(r"激励-浙江省-\d{4}-\d\d-\d\d\.xlsx", waiting.value.suggested_filename)
    with Path(waiting.value.path()).open("rb") as file:
        head, *rows = load_workbook(file, read_only=True).active.iter_rows(values_only=True)
    assert len(rows) == 7
    amounts = [row[head.index("最高金额（元）")] for row in rows]
    assert 1_000_000 in amounts
    assert "未载明" in amounts


def test_the_feed_of_a_search_holds_what_the_page_holds(page: Page, address: str) -> None:
    page.goto(f"{address}/policies?region=330000&type=policy")
    total = int(re.findall(r"\d+", page.get_by_text(re.compile(r"^共 \d+ 份")).inner_text())[0])
    link = page.get_by_role("link", name=re.compile("订阅")).first.get_attribute("href")
    with urllib.request.urlopen(f"{address}/{link}") as answer:  # noqa: S310 - our own server
        feed = feedparser.parse(answer.read())
    assert not feed.bozo
    assert len(feed.entries) == min(total, 50)


def test_elasticsearch_stops_between_two_clicks_and_comes_back(page: Page, address: str, proxy: Proxy) -> None:
    page.goto(address + ZHEJIANG)
    results(page, 7)
    proxy.cut()
    try:
        page.get_by_role("button", name=re.compile("^研发资助")).click()
        expect(page.get_by_text("检索服务暂时不可用")).to_be_visible()
        page.get_by_role("button", name="重试").click()
        expect(page.get_by_text("检索服务暂时不可用")).to_be_visible()
        assert "Traceback" not in page.content()
    finally:
        proxy.mend()
    with contextlib.suppress(TooLate):  # the try before may still have been under way, and have found it mended
        page.get_by_role("button", name="重试").click(timeout=5_000)
    expect(page.get_by_text("检索服务暂时不可用")).to_have_count(0)
    page.locator(".kb-card").first.wait_for()
    assert "kind=filing_reward%2Crnd_grant" in page.url
    expect(page.get_by_role("button", name=re.compile("^研发资助"))).to_have_attribute("aria-pressed", "true")


@pytest.fixture(scope="module", params=["none", "hostile"])
def odd(request: pytest.FixtureRequest, node: Node) -> Iterator[tuple[str, str]]:
    """The pages on an index without a document, and on one whose documents are attacks: its name and address."""
    own = {"ELASTICSEARCH_PREFIX": f"{PREFIX}-{request.param}"}
    settings = Connection(node.url, node.writer.user, node.writer.password).settings() | own
    command = [sys.executable, "-m", "tests.odd_index", request.param]
    subprocess.run(command, cwd=ROOT, env=os.environ | settings, check=True, timeout=300)
    with pages_alone(settings, free_port()) as address:
        yield request.param, address


EMPTY = {
    "/": "没有找到符合全部条件的激励",
    "/estimate?region=330482&filed=2026-03-01": "还没有收录与表格有关的激励",
    "/policies": "没有符合全部条件的文件",
    "/news": "还没有变化记录",
    "/regions": "没有现行的这类激励",
    "/filing": "法规依据",
    "/coverage": "索引里还没有文件",
    "/document?id=cn-330400-2024-ai-hq-plan": "没有这个文件",
    "/compare?ids=cn-330482-2025-ai-policy.1": "没有这条激励",
}


def test_odd_days(page: Page, odd: tuple[str, str]) -> None:
    name, address = odd
    if name == "none":
        for path, said in EMPTY.items():
            page.goto(address + path)
            expect(page.get_by_text(said).first).to_be_visible()
            assert page.locator("[data-testid=stException]").count() == 0, path
        return
    harmless(page, address)
    endures(page, address)


def harmless(page: Page, address: str) -> None:
    for path in (
        "/", "/?q=script", "/policies", "/policies?q=script",
        f"/document?id={odd_index.SCRIPT}", "/estimate?region=330400",
        f"/compare?ids={odd_index.SCRIPT}.1", "/regions", "/news",
    ):  # fmt: skip
        page.goto(address + path)
        page.locator(".kb-card, .kb-policy, .kb-title, .kb-side, .kb-bars, .kb-section").first.wait_for()
        assert page.locator("[data-testid=stException]").count() == 0, path
        assert page.evaluate("window.harmed") is None, path
        assert page.locator("main script, main img[src=x], main [onerror], main a[href^='javascript:' i]").count() == 0
    page.goto(f"{address}/document?id={odd_index.SCRIPT}")
    expect(page.locator(".kb-text")).to_contain_text("<script>window.harmed = 1</script>")


def endures(page: Page, address: str) -> None:
    page.goto(f"{address}/document?id={odd_index.HUGE}")
    expect(page.locator(".kb-title")).to_contain_text("长" * 1000)
    expect(page.get_by_text("全文过长")).to_be_visible()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(f"{address}/policies")
    expect(page.locator(".kb-policy h2", has_text="长" * 1000)).to_be_visible()
