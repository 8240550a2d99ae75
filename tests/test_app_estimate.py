"""算一算 and 对比 as people use them: the pages by themselves, and the app in a real Chromium."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

from index.build import build
from index.client import Connection, connect
from index.corpus import catalog_corpus
from index.local_server import Node
from index.tokens import tokenizer
from tests.served import drawn

pytestmark = pytest.mark.node

PINGHU = {"region": "330482", "filed": "2026-03-01", "own": "1", "sector": "ai"}
REWARD = "cn-330482-2025-ai-policy.1"
ABOVE = "cn-330400-2024-ai-hq-plan.1"
WAIT = 120


@pytest.fixture(scope="module")
def indexed(node: Node) -> Iterator[Node]:
    """The node with the catalog in it, named in the environment as for the app."""
    from app import service
    from app.views import estimate

    with connect(Connection(node.url, node.writer.user, node.writer.password)) as writer:
        build(writer, catalog_corpus(service.tables()), tokenizer())
    with pytest.MonkeyPatch.context() as patch:
        for name, value in Connection(node.url, node.reader.user, node.reader.password).settings().items():
            patch.setenv(name, value)
        yield node
    service.searcher.clear()
    estimate._hits.clear()
    estimate._caps_of.clear()


def estimate_script() -> None:
    from app.views import estimate

    estimate.page()


def compare_script() -> None:
    from app.views import compare

    compare.page()


def opened(script: object, **parameters: str) -> AppTest:
    at = AppTest.from_function(script, default_timeout=WAIT)  # type: ignore[arg-type]
    for name, value in parameters.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def shown(at: AppTest) -> str:
    """All HTML of a page."""
    return "\n".join(str(block.proto.body) for block in at.get("html"))


def test_an_empty_form_asks_for_the_region_and_ranks_all(indexed: Node) -> None:  # noqa: ARG001
    at = opened(estimate_script)
    assert [info.value for info in at.info] == ["先选注册地，再看能申领什么。下面是各地的比较。"]
    assert "本页估算不构成申报承诺" in shown(at)
    assert "哪里更划算" in shown(at)
    assert shown(at).count("<tr><td>") == 10


def test_a_filed_model_in_a_county_level_city(indexed: Node) -> None:  # noqa: ARG001
    page = shown(opened(estimate_script, **PINGHU))
    assert "浙江省嘉兴市平湖市及各上级" in page
    assert "可申领 2 项" in page
    assert "<b>100 万元 至 200 万元</b>" in page
    assert f'id="{REWARD}"' in page
    assert f'id="{ABOVE}"' in page
    assert "完成日期2026年3月1日在文件所及的时间之内" in page
    assert "<q>通过中央网信办生成式人工智能服务备案</q>" in page
    assert "未载明" in page


def test_what_is_typed_comes_into_the_address_and_is_understood(indexed: Node) -> None:  # noqa: ARG001
    at = opened(estimate_script, **PINGHU)
    at.text_input(key="firm_compute").set_value("８０万元").run()
    assert at.query_params["compute"] in ("８０万元", ["８０万元"])
    assert "算力支出 80 万元" in shown(at)
    at.text_input(key="firm_compute").set_value("很多").run()
    assert "算力支出：“很多”不是金额，请写成 80、80万 或 80万元。" in shown(at)
    assert at.text_input(key="firm_compute").value == "很多"
    at.selectbox(key="firm_filed").set_value("no").run()
    assert at.query_params["filed"] in ("no", ["no"])
    assert "没有完成生成式人工智能备案" in shown(at)
    assert "可申领 0 项" in shown(at)


def test_dates_are_told(indexed: Node) -> None:  # noqa: ARG001
    early = shown(opened(estimate_script, **PINGHU | {"filed": "2025-01-01"}))
    assert "早于文件施行（2025年5月15日），是否追溯需确认" in early
    late = shown(opened(estimate_script, **PINGHU | {"filed": "2028-01-01"}))
    assert "晚于文件有效期（至2027年12月31日）" in late


def test_what_the_form_does_not_ask_is_listed_on_demand_only(indexed: Node) -> None:  # noqa: ARG001
    assert "cn-330482-2025-ai-policy.2" not in shown(opened(estimate_script, **PINGHU))
    page = shown(opened(estimate_script, **PINGHU | {"all": "1"}))
    assert 'id="cn-330482-2025-ai-policy.2"' in page
    assert "表格没有问到这项激励的条件" in page


def test_an_odd_address_is_harmless(indexed: Node) -> None:  # noqa: ARG001
    page = shown(
        opened(estimate_script, region="999", x="<script>alert(1)</script>", sector="magic", filed="2026-99-99")
    )
    assert "网址中的 region=999 无法识别，已忽略。" in page
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "“2026-99-99”不是日期" in page


def test_comparison(indexed: Node) -> None:  # noqa: ARG001
    at = opened(compare_script, ids=f"{REWARD},cn-440105-2024-ai-model-demo-zone.1,cn-no-such.1")
    page = shown(at)
    assert [warning.value for warning in at.warning] == ["没有这条激励：cn-no-such.1，可能已更名或被合并。"]
    for words in (
        "浙江省嘉兴市平湖市",
        "广东省广州市海珠区",
        "全部产业奖励年度累计上限（市、区1:1分担） 1000 万元",
        "叠加",
        "未载明",
    ):
        assert words in page
    assert opened(compare_script).info[0].value.startswith("还没有选激励")


# --- in a browser


def choose(page: Page, box: str, option: str) -> None:
    drawn(page)  # a menu that is drawn anew under the mouse takes no click
    page.get_by_role("combobox", name=box, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()


@pytest.mark.browser
def test_form_to_estimate_back_and_reload(page: Page, address: str) -> None:
    page.goto(f"{address}/estimate")
    choose(page, "注册地省份", "浙江省")
    page.wait_for_url(re.compile("region=330000"))
    choose(page, "注册地城市", "嘉兴市")
    page.wait_for_url(re.compile("region=330400"))
    choose(page, "注册地区县 / 园区", "平湖市")
    page.wait_for_url(re.compile("region=330482"))
    choose(page, "生成式人工智能备案", "已完成")
    page.wait_for_url(re.compile("filed=yes"))
    expect(page.get_by_text("未填写生成式人工智能备案的完成日期").first).to_be_visible()
    day = page.get_by_role("textbox", name="生成式人工智能备案完成日期")
    day.fill("2026年3月1日")
    day.press("Enter")
    expect(page.get_by_text("可申领 2 项")).to_be_visible()
    expect(page.locator("#total")).to_contain_text("100 万元 至 200 万元")
    page.reload()
    expect(page.locator("#total")).to_contain_text("100 万元 至 200 万元")
    expect(page.get_by_role("textbox", name="生成式人工智能备案完成日期")).to_have_value("2026年3月1日")
    page.go_back()
    expect(page.get_by_text("未填写生成式人工智能备案的完成日期").first).to_be_visible()
    page.go_forward()
    expect(page.get_by_text("可申领 2 项")).to_be_visible()


@pytest.mark.browser
def test_shared_link_elsewhere_and_comparison(page: Page, address: str) -> None:
    page.goto(f"{address}/estimate?region=330482&filed=2026-03-01&compute=80")
    box = page.get_by_role("textbox", name="算力支出（万元/年）")
    expect(box).to_have_value("80")
    expect(page.get_by_text("按此计算：算力支出 80 万元")).to_be_visible()
    page.locator(f'[id="{REWARD}"]').get_by_role("link", name="加入对比").click()
    page.locator(f'[id="{ABOVE}"]').get_by_role("link", name="加入对比").click()
    expect(page.get_by_text("对比（2/6）")).to_be_visible()
    expect(page.get_by_role("textbox", name="算力支出（万元/年）")).to_have_value("80")
    page.get_by_role("link", name="并排查看").click()
    expect(page.get_by_role("heading", name="对比")).to_be_visible()
    expect(page.locator(".kb-side thead th")).to_have_count(2)
    page.go_back()
    place = page.locator(".kb-places tbody a").first
    name = place.inner_text()
    place.click()
    expect(page.get_by_role("heading", name=f"{name}及各上级")).to_be_visible()
    expect(page.get_by_role("textbox", name="算力支出（万元/年）")).to_have_value("80")


@pytest.mark.browser
@pytest.mark.parametrize(
    "path", ["estimate?region=330106&filed=2026-03-01&compute=80&all=1", f"compare?ids={REWARD},{ABOVE}"]
)
def test_nothing_is_wider_than_a_phone(page: Page, address: str, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/{path}")
    page.locator(".kb-card, .kb-side").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
