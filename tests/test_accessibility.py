"""Every page for people who cannot see it as it is meant: axe-core's rules, and a way through it by keyboard alone."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.served import drawn

pytestmark = [pytest.mark.node, pytest.mark.browser]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
"""Best practice, which is more than WCAG asks, holds order of headings, landmarks and that all text stands in one."""

WIDTHS = (1280, 390)

PAGES = {
    "找补贴": "/?region=330000&kind=filing_reward&scope=all",
    "找补贴: nothing found": "/?region=330102&kind=filing_reward",
    "算一算": "/estimate?region=330482&filed=2026-03-01&own=1&sector=ai",
    "找政策": "/policies?q=%E6%9D%AD%E5%B7%9E%20%E5%A4%87%E6%A1%88&scope=all",
    "文件": "/document?id=cn-330400-2024-ai-hq-plan",
    "文件: none": "/document?id=no-such-thing",
    "对比": "/compare?ids=cn-330482-2025-ai-policy.1,cn-330400-2024-ai-hq-plan.1",
    "新规追踪": "/news",
    "地区对比": "/regions",
    "备案指南": "/filing",
    "数据来源": "/coverage",
}

STREAMLIT: Mapping[tuple[str, str], str] = {}
"""(rule, beginning of the HTML) of what axe-core finds in Streamlit's own markup, and why it has to stay."""


def found(page: Page) -> Iterator[str]:
    """Yield what axe-core objects to, except what is Streamlit's own and known."""
    response: dict[str, Any] = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response
    assert len(response["passes"]) > 20, "axe-core looked at next to nothing"
    for rule in response["violations"]:
        for node in rule["nodes"]:
            if not any(name == rule["id"] and node["html"].startswith(start) for name, start in STREAMLIT):
                yield f"{rule['id']}: {node['target']} {node['html'][:200]}: {node.get('failureSummary')}"


@pytest.mark.parametrize("name", list(PAGES))
def test_no_rule_is_broken(page: Page, address: str, name: str) -> None:
    page.goto(address + PAGES[name])
    drawn(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert list(found(page)) == [], f"{width} pixels wide"


def test_what_unfolds_breaks_none_either(page: Page, address: str) -> None:
    page.goto(f"{address}/?region=330000")
    drawn(page)
    page.get_by_text("更多条件").click()
    page.get_by_role("combobox", name="最低金额").wait_for()
    page.get_by_role("button", name="下载全部结果").click()
    page.get_by_role("button", name="CSV").wait_for()
    assert list(found(page)) == []


def test_axe_finds_what_is_wrong(page: Page) -> None:
    page.set_content("<html lang=zh><title>t</title><body><main><h1>h</h1><img src=x><input></main></body></html>")
    response = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response
    assert {rule["id"] for rule in response["violations"]} == {"image-alt", "label"}


def test_each_page_has_one_first_heading_and_a_title(page: Page, address: str) -> None:
    titles = set()
    for name in ("找补贴", "算一算", "找政策", "新规追踪", "地区对比", "备案指南", "数据来源"):
        page.goto(address + PAGES[name])
        drawn(page)
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        titles.add(page.title())
    assert len(titles) == 7


FOCUSED = """async () => {
  const one = document.activeElement, accent = 'rgb(11, 110, 110)';
  await new Promise(done => setTimeout(done, one.tagName === 'INPUT' ? 300 : 0));  // Streamlit fades its borders in.
  const parts = [one, one.parentElement, one.parentElement?.parentElement].filter(Boolean);
  const around = parts.map(part => getComputedStyle(part));
  const seen = around.some(s => s.borderColor === accent)
    || (around[0].outlineStyle !== 'none' && parseFloat(around[0].outlineWidth) > 0) || around[0].boxShadow !== 'none';
  const box = one.getBoundingClientRect(), name = one.getAttribute('aria-label') || one.innerText || '';
  return {name: name.trim().slice(0, 60), tag: one.tagName, seen, inside: box.bottom > 0 && box.top < innerHeight};
}"""


def tab_to(page: Page, name: str, *, tag: str, most: int = 80) -> list[dict[str, Any]]:
    """Press Tab until the element of that name has the focus; returns all that had it on the way."""
    way: list[dict[str, Any]] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        way.append(page.evaluate(FOCUSED))
        if way[-1]["tag"] == tag and name in way[-1]["name"]:
            return way
    raise AssertionError(f"{name} cannot be reached by Tab; on the way: {[one['name'] for one in way]}")


def test_search_filter_result_and_document_by_keyboard_alone(page: Page, address: str) -> None:
    page.goto(address)
    drawn(page)
    way = tab_to(page, "检索词", tag="INPUT")
    page.keyboard.type("浙江 备案奖励")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    drawn(page)
    way += tab_to(page, "备案奖励", tag="BUTTON")
    page.keyboard.press("Enter")
    page.wait_for_url("**kind=filing_reward*")
    drawn(page)
    way += tab_to(page, "查看文件", tag="A")
    page.keyboard.press("Enter")
    page.wait_for_url("**/document?id=*")
    drawn(page)
    # The column that scrolls is a stop too: Chromium's own, for the arrow keys.
    unseen = [one for one in way if one["tag"] != "MAIN" and not (one["seen"] and one["inside"])]
    assert unseen == []
