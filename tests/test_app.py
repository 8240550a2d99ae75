"""The app as people run it: `python -m app run`, its pages in a real Chromium, the search gone and back."""

import contextlib
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as TooLate

from index.client import Connection
from index.local_server import Node
from tests.proxy import Proxy

pytestmark = [pytest.mark.node, pytest.mark.browser]

ROOT = Path(__file__).resolve().parents[1]
WIDTHS = {"desktop": 1280, "phone": 390}


def cards(page: Page) -> list[str]:
    page.locator(".kb-card").first.wait_for()
    return page.locator(".kb-card").all_inner_texts()


def count(page: Page, number: int) -> None:
    """Wait until the page says `number`, and shows the cards too: they are drawn after the line that counts them."""
    expect(page.get_by_text(re.compile(rf"^共 {number} 条"))).to_be_visible()
    expect(page.locator(".kb-card")).to_have_count(min(number, 20))
    expect(page.locator("[data-stale=true] .kb-card")).to_have_count(0)


def choose(page: Page, box: str, option: str) -> None:
    """Choose from a menu; it is opened again if it closed because the panel around it was still unfolding."""
    wanted = page.get_by_role("option", name=option)
    for _ in range(5):
        page.get_by_role("combobox", name=box).click()
        with contextlib.suppress(TooLate):
            wanted.click(timeout=2_000)
            return
    raise AssertionError(f"no option {option} in {box}")


def test_region_and_kind_show_the_amounts_of_the_catalog(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("combobox", name="省份").click()
    page.get_by_role("option", name=re.compile("^浙江省")).click()
    page.get_by_role("button", name=re.compile("^备案奖励")).click()
    count(page, 7)
    text = "\n".join(cards(page))
    for words in ("浙江省嘉兴市\n", "100 万元", "50 万元 / 10 万元", "金额未载明", "每家企业累计最高 100 万元"):
        assert words in text
    assert page.url.endswith("/?region=330000&kind=filing_reward")


@pytest.mark.parametrize("pause", [0, 40, 120, 300])
def test_a_click_while_the_page_is_being_drawn_counts(page: Page, address: str, pause: int) -> None:
    page.goto(address)
    page.get_by_role("combobox", name="省份").click()
    page.get_by_role("option", name=re.compile("^浙江省")).click()
    page.wait_for_timeout(pause)
    page.get_by_role("button", name=re.compile("^备案奖励")).click()
    count(page, 7)
    page.get_by_role("button", name=re.compile("^研发资助")).click()
    page.wait_for_timeout(pause)
    page.get_by_role("button", name=re.compile("^备案奖励")).click()
    count(page, 6)
    assert page.url.endswith("/?region=330000&kind=rnd_grant")


def test_address_holds_the_search_back_forward_and_reload(page: Page, address: str) -> None:
    page.goto(f"{address}/?region=330000&kind=filing_reward")
    count(page, 7)
    page.get_by_role("combobox", name="城市").click()
    page.get_by_role("option", name=re.compile("^嘉兴市")).click()
    count(page, 2)
    assert "region=330400" in page.url
    page.go_back()
    count(page, 7)
    page.go_forward()
    count(page, 2)
    page.reload()
    count(page, 2)
    expect(page.get_by_role("combobox", name="城市")).to_have_value(re.compile("嘉兴市"))


def test_typed_search_document_and_back(page: Page, address: str) -> None:
    page.goto(address)
    box = page.get_by_role("textbox", name="检索词")
    box.fill("海珠 备案奖励")
    box.press("Enter")
    first = page.locator(".kb-card").first
    expect(first).to_contain_text("广东省广州市海珠区")
    expect(first).to_contain_text("100 万元")
    first.get_by_role("link", name="查看文件").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("广州市海珠区建设人工智能大模型应用示范区实施细则")
    expect(page.get_by_text("海科工商信规字〔2024〕1号")).to_be_visible()
    expect(page.get_by_role("heading", name="资金规模与合计上限")).to_be_visible()
    page.go_back()
    expect(page.locator(".kb-card").first).to_contain_text("海珠区")
    expect(page.get_by_role("textbox", name="检索词")).to_have_value("海珠 备案奖励")
    first.get_by_role("link", name="查看文件").click()
    page.get_by_role("link", name="返回找补贴").click()
    expect(page.get_by_role("textbox", name="检索词")).to_have_value("海珠 备案奖励")
    expect(page).to_have_title(re.compile("^找补贴"))


def test_words_are_found_by_relevance_whatever_order_stood_there_before(page: Page, address: str) -> None:
    page.goto(address)
    box = page.get_by_role("textbox", name="检索词")
    expect(page.get_by_role("combobox", name="排序")).to_have_value("最新发布")
    box.fill("浙江 备案奖励")
    box.press("Enter")
    expect(page.get_by_role("combobox", name="排序")).to_have_value("相关度")
    page.get_by_role("button", name=re.compile("^备案奖励")).click()
    page.wait_for_url("**kind=filing_reward*")
    assert "sort=" not in page.url


def test_validity_amount_and_order(page: Page, address: str) -> None:
    page.goto(f"{address}/?region=330000&kind=filing_reward")
    count(page, 7)
    page.get_by_role("button", name="显示全部").click()
    count(page, 11)
    assert "scope=all" in page.url
    expect(page.locator("[data-testid=stExpanderDetails]")).to_be_visible()
    choose(page, "最低金额", "100 万元以上")
    count(page, 3)
    choose(page, "排序", "金额从高到低")
    expect(page.locator(".kb-card").first).to_contain_text("最高 200 万元，30%")
    page.get_by_role("radio", name=re.compile("确认有效")).or_(
        page.get_by_role("button", name=re.compile("确认有效"))
    ).first.click()
    count(page, 2)


def test_levels_above_can_be_added(page: Page, address: str) -> None:
    page.goto(f"{address}/?region=330106&kind=filing_reward")
    count(page, 1)
    page.get_by_text("含上级政策").click()
    count(page, 2)
    assert "above=1" in page.url


def test_pages_of_results(page: Page, address: str) -> None:
    page.goto(address)
    count(page, 140)
    first = cards(page)
    assert len(first) == 20
    top = str(page.locator(".kb-card").first.get_attribute("id"))
    page.get_by_role("button", name="Page 2").click()
    page.wait_for_url(re.compile("page=2"))
    expect(page.locator(".kb-card").first).not_to_have_attribute("id", top)
    assert not set(first) & set(cards(page))


def test_nothing_found_says_what_to_loosen(page: Page, address: str) -> None:
    page.goto(f"{address}/?region=330102&kind=filing_reward")
    expect(page.get_by_text("没有找到符合全部条件的激励")).to_be_visible()
    page.get_by_role("button", name="包括已失效、已被替代的文件和征求意见稿（1 条）").click()
    expect(page.locator(".kb-card").first).to_contain_text("上城区")
    expect(page.locator(".kb-card").first).to_contain_text("已失效")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("region=999999", "网址中的 region=999999 无法识别，已忽略。"),
        ("colour=<b>red</b>", "网址中的 colour=<b>red</b> 无法识别，已忽略。"),
        ("q=" + "a" * 10_001, "检索词最长 10000 字，已忽略。"),
    ],
)
def test_odd_addresses_are_harmless(page: Page, address: str, query: str, message: str) -> None:
    page.goto(f"{address}/?{query}")
    expect(page.get_by_text(message)).to_be_visible()
    count(page, 140)


@pytest.mark.parametrize("query", ['q="', "q=%00", "q=😀", "q=" + "字" * 1500, "page=400"])
def test_odd_searches_are_harmless(page: Page, address: str, query: str) -> None:
    page.goto(f"{address}/?{query}")
    expect(page.get_by_role("heading", name="找补贴")).to_be_visible()
    expect(page.get_by_text(re.compile("^共 "))).to_be_visible()
    assert not page.get_by_text("Traceback").count()
    assert not page.locator("[data-testid=stException]").count()


def test_a_figure_leads_to_the_words_that_say_it(page: Page, address: str) -> None:
    page.goto(f"{address}/?region=330400&kind=filing_reward")
    card = page.locator('[id="cn-330400-2024-ai-hq-plan.1"]')
    expect(card).to_contain_text("原文网页")
    expect(card).to_contain_text("“对通过中央网信办生成式人工智能服务备案的企业，给予一次性奖励100万元”")
    card.get_by_role("link", name="查看文件").click()
    expect(page.locator(".kb-text mark")).to_have_text(
        "对通过中央网信办生成式人工智能服务备案的企业，给予一次性奖励100万元"
    )
    page.get_by_role("link", name="在全文中看").click()
    expect(page.locator(".kb-text mark")).to_be_in_viewport()
    page.locator(".kb-outline").get_by_role("link", name=re.compile("二 支持政策")).click()
    assert page.locator(".kb-text script").count() == 0
    expect(page.locator(".kb-text")).to_contain_text("<script>alert(1)</script>")


def test_pages_lead_to_each_other(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="备案指南").click()
    expect(page.get_by_role("heading", name="备案指南")).to_be_visible()
    expect(page.get_by_text("10,000").first).to_be_visible()
    page.get_by_role("link", name="看各地备案奖励").click()
    count(page, 36)


def test_a_province_on_the_grid_leads_to_its_incentives(page: Page, address: str) -> None:
    page.goto(f"{address}/regions")
    tile = page.get_by_role("link", name=re.compile("^浙 "))
    expect(tile).to_have_attribute("title", "浙江省：最高备案奖励 100 万元")
    expect(page.locator(".kb-tile")).to_have_count(34)
    expect(page.locator(".kb-bars a").first).to_contain_text("万元")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载全部地区").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    assert text.startswith("激励类型,地区代码,地区,最高金额（元）")
    assert "浙江省嘉兴市,1000000" in text
    tile.click()
    count(page, 7)


def test_unknown_document(page: Page, address: str) -> None:
    page.goto(f"{address}/document?id=no-such-thing")
    expect(page.get_by_text("没有这个文件")).to_be_visible()
    page.get_by_role("link", name="返回找补贴").click()
    count(page, 140)


CHINESE_OUTSIDE = """() => {
  const walk = document.createTreeWalker(document.querySelector("[data-testid=stMain]"), NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const at = node.parentElement;
    const chosen = at.closest("[data-testid=stSelectbox], style");
    if (/[\\u3400-\\u9fff]/.test(node.textContent) && !at.closest("[lang]").lang.startsWith("zh") && !chosen)
      found.push(node.textContent);
  }
  return found;
}"""
"""Chinese that is not marked as such on an English page, but for the names of regions in menus."""


def test_english_stays_from_the_search_to_the_document_and_back(page: Page, address: str) -> None:
    page.goto(f"{address}/?region=330000&kind=filing_reward")
    count(page, 7)
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Find funding")).to_be_visible()
    assert page.url == f"{address}/?region=330000&kind=filing_reward&lang=en"
    assert page.locator("html").get_attribute("lang") == "en"
    box = page.get_by_role("textbox", name="Search")
    box.fill("嘉兴")
    box.press("Enter")
    expect(page.get_by_text(re.compile("^3 incentives"))).to_be_visible()
    assert "lang=en" in page.url
    card = page.locator('[id="cn-330400-2024-ai-hq-plan.1"]')
    expect(card).to_contain_text("CNY 1,000,000")
    assert page.evaluate(CHINESE_OUTSIDE) == []
    card.get_by_role("link", name="Open document").click()
    page.wait_for_url(re.compile("/document.*lang=en"))
    page.go_back()
    expect(page.get_by_text(re.compile("^3 incentives"))).to_be_visible()
    page.reload()
    expect(page.get_by_text(re.compile("^3 incentives"))).to_be_visible()
    expect(page.get_by_role("textbox", name="Search")).to_have_value("嘉兴")


def test_english_is_kept_between_pages_and_left_again(page: Page, address: str) -> None:
    page.goto(f"{address}/?lang=en")
    page.get_by_role("link", name="Filing guide").click()
    expect(page.get_by_role("heading", name="Filing guide")).to_be_visible()
    assert page.url == f"{address}/filing?lang=en"
    expect(page.get_by_text("Safety assessment report")).to_be_visible()
    assert page.evaluate(CHINESE_OUTSIDE) == []
    page.go_back()
    expect(page.get_by_text(re.compile("^140 incentives"))).to_be_visible()
    page.get_by_role("link", name="中文").click()
    count(page, 140)
    assert page.url == f"{address}/"


@pytest.mark.parametrize("device", list(WIDTHS))
def test_nothing_is_wider_than_the_screen(page: Page, address: str, device: str) -> None:
    page.set_viewport_size({"width": WIDTHS[device], "height": 900})
    shown = {
        "/?region=330000&scope=all": ".kb-card",
        "/document?id=cn-440105-2024-ai-model-demo-zone": ".kb-card",
        "/document?id=cn-330400-2024-ai-hq-plan": ".kb-text",
        "/regions": ".kb-bars",
        "/filing": ".kb-steps",
    }
    for path, part in shown.items():
        page.goto(address + path)
        page.locator(part).first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[device]


def test_elasticsearch_gone_and_back(page: Page, address: str, proxy: Proxy) -> None:
    page.goto(f"{address}/?region=330000&kind=filing_reward")
    count(page, 7)
    proxy.cut()
    try:
        page.reload()
        expect(page.get_by_text("检索服务暂时不可用")).to_be_visible()
        assert not page.get_by_text("Traceback").count()
    finally:
        proxy.mend()
    page.get_by_role("button", name="重试").click()
    count(page, 7)


def test_port_in_use_is_said(address: str, node: Node) -> None:
    settings = Connection(node.url, node.writer.user, node.writer.password).settings()
    port = address.rsplit(":", 1)[1]
    done = subprocess.run(
        [sys.executable, "-m", "app", "run", "--port", port],
        cwd=ROOT,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: port {port} is held by another program")


def test_health(address: str) -> None:
    with urllib.request.urlopen(f"{address}/_stcore/health") as answer:  # noqa: S310 - our own server
        assert answer.status == 200
