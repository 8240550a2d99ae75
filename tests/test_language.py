"""Both languages of the pages: labels, amounts and dates, retold sentences, what stays Chinese, the page's `lang`."""

import asyncio
import re
from collections.abc import Iterator
from datetime import date

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message, Scope

from app import cards
from app.address import href
from app.header import top
from app.language import Language, absent, amount_of, day, listed, money, retell, say, speaking, terms_of, text
from app.page_language import PageLanguage
from data.model import Incentive, Per, Percent, Period, Yuan
from data.tables import load
from index.said import Said, SaidDate, SaidMoney, SaidRow
from index.search import Hit, validity_of

TABLES = load()
FIGURE = re.compile(r"CNY ([\d,]*\d)")
DAY = date(2026, 11, 20)


@pytest.fixture
def english() -> Iterator[None]:
    with speaking(Language.EN):
        yield


def grant(**values: object) -> Incentive:
    return Incentive(no=1, kind="filing_reward", trigger="通过备案", **values)  # type: ignore[arg-type]


GRANTS = [
    (grant(), "未载明", "not stated"),
    (grant(amount_max=Yuan(1_000_000)), "100 万元", "CNY 1,000,000"),
    (grant(amount_max=Yuan(150_000_000)), "1.5 亿元", "CNY 150,000,000"),
    (grant(amount_max=Yuan(1_234)), "1,234 元", "CNY 1,234"),
    (grant(amount_max=Yuan(500_000), up_to=True), "最高 50 万元", "up to CNY 500,000"),
    (grant(rates=(Percent(30),)), "30%", "30%"),
    (grant(amount_max=Yuan(2_000_000), rates=(Percent(30),)), "最高 200 万元，30%", "30%, up to CNY 2,000,000"),
    (
        grant(amount_max=Yuan(500_000), tiers=(Yuan(500_000), Yuan(100_000))),
        "50 万元 / 10 万元",
        "CNY 500,000 / CNY 100,000",
    ),
    (grant(amount_max=Yuan(500_000), floor=Yuan(100_000)), "10 万元 至 50 万元", "CNY 100,000 to CNY 500,000"),
]


@pytest.mark.parametrize(("given", "chinese", "said"), GRANTS)
def test_amounts(given: Incentive, chinese: str, said: str) -> None:
    assert amount_of(given) == chinese
    with speaking(Language.EN):
        assert amount_of(given) == said


def test_every_amount_of_the_catalog_is_the_same_in_both_languages() -> None:
    """Read back from the English, the figures are those of the record."""
    for document in TABLES.documents.values():
        for one in document.incentives:
            with speaking(Language.EN):
                said = amount_of(one)
            figures = {int(figure.replace(",", "")) for figure in FIGURE.findall(said)}
            stated = set(one.tiers) or {amount for amount in (one.floor, one.amount_max) if amount is not None}
            assert figures == (stated if one.amount_max is not None else set()), (document.id, one.no, said)


def test_terms_dates_and_lists(english: None) -> None:  # noqa: ARG001
    given = grant(per=Per.MODEL, period=Period.ONCE, cap_per_entity=Yuan(1_000_000), pool=Yuan(50_000_000))
    assert terms_of(given, TABLES) == [
        "per model",
        "one-off",
        "at most CNY 1,000,000 in all for each firm",
        "pool of CNY 50,000,000 (not for one firm)",
    ]
    assert (day(DAY), day(None), absent()) == ("20 Nov 2026", "not stated", "not stated")
    assert (money(Yuan(10_000)), listed(["30%", "50%"])) == ("CNY 10,000", "30%, 50%")


def test_say_counts_one_and_many() -> None:
    assert say("{n} 步", n=1) == "1 步"
    with speaking(Language.EN):
        assert [say("{n} 步", n=n) for n in (0, 1, 2)] == ["0 steps", "1 step", "2 steps"]
        assert say("没有这句话") == "没有这句话"
    assert say("重试") == "重试"


def test_sentences_of_the_index_are_retold() -> None:
    name = Said("生成式人工智能备案")
    late = Said("{what}完成于{day}，晚于文件有效期（至{last}）", what=name, day=SaidDate(DAY), last=SaidDate(DAY))
    assert late == "生成式人工智能备案完成于2026年11月20日，晚于文件有效期（至2026年11月20日）"
    row = SaidRow([Said("最高 {money}", money=SaidMoney(Yuan(10_000))), "评审后确定"])
    assert (retell(row), retell(late)) == (row, late)
    with speaking(Language.EN):
        assert retell(late) == "Generative AI filing: done on 20 Nov 2026, after the document's end (20 Nov 2026)"
        assert retell(row) == "up to CNY 10,000; 评审后确定"
        assert retell("原文") == "原文"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("plain", "plain"),
        ("通过备案", '<span lang="zh">通过备案</span>'),
        ("《AI 办法》（2025）", '<span lang="zh">《AI 办法》（2025）</span>'),
        ("Sector: 软件, not 芯片", 'Sector: <span lang="zh">软件</span>, not <span lang="zh">芯片</span>'),
        ("<b>通过</b>", '&lt;b&gt;<span lang="zh">通过</span>&lt;/b&gt;'),
    ],
)
def test_chinese_is_marked_on_an_english_page(english: None, given: str, shown: str) -> None:  # noqa: ARG001
    assert text(given) == shown


def test_a_chinese_page_marks_nothing() -> None:
    assert text('<b>"通过"</b>') == "&lt;b&gt;&quot;通过&quot;&lt;/b&gt;"


def test_a_card_in_english(english: None) -> None:  # noqa: ARG001
    document = TABLES.documents["cn-330400-2024-ai-hq-plan"]
    card = cards.card(Hit(document.incentives[0], document, validity_of(document, DAY)), TABLES, back="q=1")
    for words in (
        '<div class="kb-sum">CNY 1,000,000</div>',
        "Filing reward",
        '<span lang="zh">浙江省嘉兴市</span>',
        "31 Dec 2027 (406 days left)",
        "In force",
        "document?id=cn-330400-2024-ai-hq-plan&amp;back=q%3D1&amp;lang=en",
    ):
        assert words in card


def test_links_keep_the_language() -> None:
    assert (href("./"), href("news", {"region": "330000"})) == ("./", "news?region=330000")
    with speaking(Language.EN):
        assert (href("./"), href("news", {"region": "330000"})) == ("./?lang=en", "news?region=330000&lang=en")


def test_the_switch_leads_to_the_same_page() -> None:
    chinese = top("news", {"q": "a&b"})
    assert '<b>中文</b> / <a lang="en" href="news?q=a%26b&amp;lang=en" target="_self">English</a>' in chinese
    with speaking(Language.EN):
        assert '<a lang="zh-CN" href="./" target="_self">中文</a> / <b>English</b>' in top("", {})


async def page(_: object) -> Response:
    return HTMLResponse('<!doctype html><html lang="en"><head></head></html>')


async def data(_: object) -> Response:
    return JSONResponse({"page": '<html lang="en"'})


SERVED = PageLanguage(Starlette(routes=[Route("/", page), Route("/data", data)]))


def answer(path: str, query: str = "", accept: str = "text/html,*/*") -> tuple[str, dict[str, str]]:
    scope: Scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": query.encode(),
        "headers": [(b"host", b"kb"), (b"accept", accept.encode()), (b"accept-encoding", b"gzip")], "root_path": "",
    }  # fmt: skip
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(SERVED(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return b"".join(message.get("body", b"") for message in sent[1:]).decode(), headers


def test_the_page_names_its_language() -> None:
    body, headers = answer("/")
    assert '<html lang="zh-CN">' in body
    assert headers["content-length"] == str(len(body))
    assert '<html lang="en">' in answer("/", "region=330000&lang=en")[0]
    assert '<html lang="zh-CN">' in answer("/", "lang=fr")[0]


def test_what_is_no_page_goes_through_untouched() -> None:
    assert '<html lang=\\"en\\"' in answer("/data")[0]
    assert '<html lang="en">' in answer("/", accept="application/json")[0]
