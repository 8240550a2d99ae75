"""找政策 and 新规追踪: the cards as HTML, the pages by themselves, and both in a real Chromium."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from lxml import html
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

from app import readers, service
from app.change_cards import change_card
from app.controls import counts_style
from app.meaning import not_held
from app.month import month_html
from app.policy_cards import feed_line, marked, policy_card, snippet_html, timeline
from app.views.news import Asked, ending_html, links_html, read_asked, region_options, write_asked
from data.model import (
    Change,
    ChangeKind,
    ClauseChange,
    Dated,
    Document,
    DocumentKind,
    Edit,
    IssuerLevel,
    Piece,
    Span,
    ValidityState,
    Window,
    Yuan,
)
from data.tables import Tables, load
from index.agenda import entries_of, month_of
from index.build import build
from index.client import Connection, connect
from index.corpus import catalog_corpus
from index.local_server import Node
from index.query import Query, Sort, meaning
from index.search import DocumentHit, Snippet, Validity
from index.tokens import tokenizer

DAY = date(2026, 11, 20)
TABLES: Tables = load()
EVIL = '<script>alert(1)</script><img src=x onerror="alert(2)">'
BARE = replace(
    next(iter(TABLES.documents.values())),
    title=None, working_title=None, doc_number=None, issuers=(), level=None, published=None, written=None,
    effective=None, url=None, region=None, place=None,
)  # fmt: skip


def hit_of(document: Document, *snippets: Snippet, days: int | None = None, grants: int = 0) -> DocumentHit:
    last = None if days is None else DAY + timedelta(days)
    return DocumentHit(document, Validity(ValidityState.IN_FORCE, last, days), snippets, grants)


def tags(drawn: str) -> set[str]:
    return {str(one.tag) for one in html.fragment_fromstring(drawn, create_parent="div").iter()}


@pytest.mark.parametrize(
    ("text", "marks", "said"),
    [
        ("给予算力券支持", [Span(2, 5)], "给予<mark>算力券</mark>支持"),
        ("算力算力", [Span(0, 2), Span(2, 4)], "<mark>算力</mark><mark>算力</mark>"),
        ("abcdef", [Span(0, 4), Span(2, 5)], "<mark>abcd</mark><mark>e</mark>f"),
        ("a<b>c", [Span(1, 4)], "a<mark>&lt;b&gt;</mark>c"),
        ("无", [], "无"),
        ("越界", [Span(1, 9)], "越<mark>界</mark>"),
    ],
)
def test_marks_stand_on_the_escaped_raw_text(text: str, marks: list[Span], said: str) -> None:
    assert marked(text, marks, 0, len(text)) == said


def test_a_long_passage_is_shown_around_its_first_mark() -> None:
    text = "前" * 900 + "算力券" + "后" * 900
    shown = snippet_html(Snippet(text, (Span(900, 903),), Span(0, len(text)), ("第三条",)))
    assert "<b>第三条</b> …" in shown
    assert "<mark>算力券</mark>" in shown
    assert shown.count("前") == 60
    assert len(shown) < 600


def test_what_is_not_stated_is_said_and_no_gap_is_filled() -> None:
    shown = policy_card(hit_of(BARE), TABLES)
    assert shown.count("未载明") >= 5
    assert "题名未恢复" in shown
    assert "含 " not in shown


def test_a_card_says_number_issuers_dates_and_grants() -> None:
    document = replace(
        BARE, title="云河市算力办法", doc_number="云政规〔2026〕3号", issuers=("云河市人民政府", "云河市财政局"),
        level=IssuerLevel.CITY, published=date(2026, 3, 1), url="https://example.gov.cn/3",
    )  # fmt: skip
    shown = policy_card(hit_of(document, days=11, grants=4), TABLES)
    for said in (
        "云河市算力办法",
        "云政规〔2026〕3号",
        "云河市人民政府、云河市财政局",
        "市级",
        "发布 2026年3月1日",
        "还有 11 天",
    ):
        assert said in shown
    assert "含 4 项激励" in shown
    assert 'href="https://example.gov.cn/3"' in shown


def test_text_of_the_web_never_becomes_markup_or_a_script_link() -> None:
    document = replace(BARE, title=EVIL, doc_number=EVIL, issuers=(EVIL,), place=EVIL, url="javascript:alert(1)")
    shown = policy_card(hit_of(document, Snippet(EVIL, (Span(0, 8),), Span(0, 50), (EVIL,)), days=3), TABLES)
    assert not tags(shown) & {"script", "img"}
    assert 'href="javascript' not in shown
    change = Change("c", "d", ChangeKind.AMENDED, DAY, title=EVIL, quote=EVIL, clauses=(
        ClauseChange((EVIL,), tuple(Piece(edit, EVIL) for edit in Edit)),
    ))  # fmt: skip
    assert not tags(change_card(change, TABLES)) & {"script", "img"}
    assert not tags(ending_html([hit_of(document, days=3)], TABLES)) & {"script", "img"}


def test_a_title_of_a_thousand_characters_is_shown_whole() -> None:
    assert "长" * 1000 in policy_card(hit_of(replace(BARE, title="长" * 1000)), TABLES)


def test_each_year_is_a_bar_that_adds_or_takes_out_its_year() -> None:
    shown = html.fragment_fromstring(timeline(Query(DAY, "算力", years=(2025,), page=2), {"2024": 2, "2025": 4}, 4))
    bars = shown.findall(".//a") if shown.tag != "a" else [shown]
    said = [dict(parse_qsl(urlsplit(bar.get("href")).query)) for bar in bars]
    assert said == [{"q": "算力", "year": "2025,2024"}, {"q": "算力"}]
    assert [bar.find("i").get("style") for bar in bars] == ["--share:0.500", "--share:1.000"]
    assert [bar.get("aria-current") for bar in bars] == [None, "true"]


def test_years_that_are_not_drawn_and_documents_without_a_date_are_counted() -> None:
    years = {str(year): 1 for year in range(2000, 2020)}
    drawn = timeline(Query(DAY), years, 25)
    assert drawn.count("<a ") == 16
    assert "2004 年以前 4 份；日期未载明 5 份" in drawn
    assert timeline(Query(DAY), {}, 0) == ""


def test_feed_of_a_search_and_none_where_the_feed_would_find_something_else() -> None:
    drawn = feed_line(Query(DAY, "算力", levels=(IssuerLevel.CITY,), page=3))
    assert "feeds/documents.atom?q=%E7%AE%97%E5%8A%9B&amp;level=city" in drawn
    assert feed_line(Query(DAY, "杭州", kept_as_text=frozenset({"杭州"}))) == ""
    grants = feed_line(Query(DAY, region="330000", min_amount=Yuan(500_000)), "incentives")
    assert "feeds/incentives.atom?region=330000&amp;min=500000" in grants
    assert "api/v1/incentives?region=330000&amp;min=500000" in grants


@pytest.mark.parametrize(
    ("typed", "held", "warned"),
    [
        ("厦府办规2025 3号", ["厦府办规〔2026〕3号", None], "“厦府办规〔2025〕3号”"),
        ("厦府办规〔2026〕3号", [None, "厦府办规〔2026〕3号"], None),
        ("厦府办规[2026]3号", ["厦府办规〔2026〕33号", "厦府办规（2026）3号"], None),
        ("国务院令第1号", [None], None),
        ("算力券", [None], None),
    ],
)
def test_a_number_that_is_not_held_is_said(typed: str, held: list[str | None], warned: str | None) -> None:
    query = Query(DAY, typed)
    documents = [replace(BARE, doc_number=number) for number in held]
    said = not_held(query, meaning(query, TABLES), documents)
    assert (warned in said) if warned else said == ""
    assert not_held(replace(query, page=2), meaning(query, TABLES), documents) == ""
    assert not_held(replace(query, sort=Sort.NEWEST), meaning(query, TABLES), documents) == ""


def test_a_button_without_a_count_is_hidden() -> None:
    style = counts_style("k", [3, None])
    assert ".st-key-k button:nth-of-type(1) p::after{content:' 3'}" in style
    assert ".st-key-k button:nth-of-type(2){display:none}" in style


@pytest.mark.parametrize(
    ("parameters", "asked"),
    [
        ({}, Asked()),
        ({"change": "amended,new"}, Asked((ChangeKind.NEW, ChangeKind.AMENDED))),
        ({"change": "x,new", "region": "999999", "page": "0"}, Asked((ChangeKind.NEW,))),
        ({"region": "330100", "page": "3"}, Asked((), "330100", 3)),
        ({"page": "9" * 5000}, Asked()),
        ({"page": "999999"}, Asked(page=500)),
        ({"page": "²"}, Asked()),
        ({"month": "2026-12", "region": "330100"}, Asked((), "330100", month=date(2026, 12, 1))),
        ({"kind": "rent,<b>,filing_reward"}, Asked(grants=("filing_reward", "rent"))),
        ({"month": "2026-13"}, Asked()),
        ({"month": "<b>"}, Asked()),
    ],
)
def test_address_of_news(parameters: dict[str, str], asked: Asked) -> None:
    assert read_asked(parameters, TABLES) == asked
    assert read_asked(write_asked(asked), TABLES) == asked


def test_regions_of_news_go_down_from_the_chosen_one() -> None:
    assert "330000" in region_options(None, TABLES)
    assert "330106" not in region_options(None, TABLES)
    assert {"110000", "330000", "330100", "330106"} <= set(region_options("330100", TABLES))


def test_feed_links_of_news_hold_the_filters() -> None:
    drawn = links_html(Asked((ChangeKind.NEW,), "330100", 2))
    assert "feeds/changes.atom?change=new&amp;region=330100" in drawn
    assert "feeds/calendar.ics?region=330100" in drawn
    drawn = links_html(Asked(grants=("filing_reward", "rent")))
    assert "feeds/changes.atom?kind=filing_reward%2Crent" in drawn
    assert "feeds/calendar.ics?kind=filing_reward%2Crent" in drawn


def test_a_change_shows_what_was_added_and_removed() -> None:
    pieces = (
        Piece(Edit.KEPT, "前" * 200 + "给予"),
        Piece(Edit.REMOVED, "50"),
        Piece(Edit.ADDED, "100"),
        Piece(Edit.KEPT, "万元。"),
    )
    change = Change(
        "c", "doc", ChangeKind.AMENDED, DAY, "云河市办法", "330100", clauses=(ClauseChange(("第三条",), pieces),)
    )
    shown = change_card(change, TABLES)
    assert "<del>50</del><ins>100</ins>万元。" in shown
    assert shown.count("前") < 50
    assert "<b>第三条</b>" in shown
    assert "2026年11月20日发现" in shown


def test_clauses_that_are_not_shown_are_counted() -> None:
    clause = ClauseChange(("一",), (Piece(Edit.ADDED, "新"),))
    shown = change_card(Change("c", "d", ChangeKind.AMENDED, DAY, clauses=(clause,) * 7), TABLES)
    assert shown.count("<ins>") == 5
    assert "另有 2 处改动" in shown


def test_what_ends_within_sixty_days() -> None:
    hits = [hit_of(replace(BARE, title=f"办法{days}"), days=days) for days in (0, 60, 61)]
    shown = ending_html([*hits, hit_of(BARE)], TABLES)
    assert "今天到期" in shown
    assert "办法60" in shown
    assert "办法61" not in shown
    assert "没有已知在 60 天内到期的文件" in ending_html([hit_of(BARE)], TABLES)


def test_a_month_is_a_grid_with_links_to_what_happens_on_its_days() -> None:
    window = Window(date(2026, 12, 1), date(2026, 12, 4), "17:30")
    notice = hit_of(replace(BARE, id="n", title=EVIL, windows=(window,)))
    ends = replace(
        hit_of(replace(BARE, id="e", title="办法")), validity=Validity(ValidityState.IN_FORCE, date(2026, 12, 4), 14)
    )
    entries = month_of([ends, notice], 2026, 12)
    assert [(entry.kind, entry.day.day, entry.hit.document.id) for entry in entries] == [
        (Dated.OPENS, 1, "n"), (Dated.CLOSES, 4, "n"), (Dated.ENDS, 4, "e"),
    ]  # fmt: skip
    assert month_of([ends, notice], 2026, 11) == []
    shown = month_html(date(2026, 12, 1), DAY, entries, {"region": "330100"}, TABLES)
    assert '<a href="#d-2026-12-04" target="_self">4<i class="soon">截 1</i><i class="expired">止 1</i></a>' in shown
    assert "news?region=330100&amp;month=2026-11" in shown
    assert "news?region=330100&amp;month=2027-01" in shown
    assert "申报截止 17:30" in shown
    assert not tags(shown) & {"script", "img"}
    empty = month_html(date(2026, 11, 1), DAY, [], {}, TABLES)
    assert "month=2026-10" not in empty, "what lies behind is among the changes"
    assert '<td aria-current="date"><span>20</span></td>' in empty
    assert "这个月没有已知" in empty


def test_the_last_day_of_a_round_stands_once() -> None:
    window = Window(None, date(2026, 12, 4))
    hit = replace(
        hit_of(replace(BARE, windows=(window,))), validity=Validity(ValidityState.IN_FORCE, window.closes, 14)
    )
    assert [entry.name for entry in entries_of(hit)] == ["closes-1"]


@pytest.fixture(scope="module")
def indexed(node: Node) -> Iterator[dict[str, str]]:
    """The settings of the node with the catalog in it, also in the environment as for the app."""
    with connect(Connection(node.url, node.writer.user, node.writer.password)) as writer:
        build(writer, catalog_corpus(TABLES), tokenizer())
    settings = Connection(node.url, node.reader.user, node.reader.password).settings()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        service.searcher.clear()
        readers.client.clear()
        yield settings
    service.searcher.clear()
    readers.client.clear()


def policies_script() -> None:
    from app.views import policies

    policies.page()


def news_script() -> None:
    from app.views import news

    news.page()


def opened(script: object, **parameters: str) -> AppTest:
    at = AppTest.from_function(script, default_timeout=60)  # type: ignore[arg-type]
    for name, value in parameters.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def drawn(at: AppTest) -> str:
    return "".join(element.proto.body for element in at.get("html"))


@pytest.mark.node
@pytest.mark.usefixtures("indexed")
class TestPages:
    """The pages by themselves."""

    def test_a_search_goes_into_the_address_and_keeps_what_stood_there(self) -> None:
        at = opened(policies_script, year="2025", scope="all")
        at.text_input(key="p_q").set_value("人工智能").run()
        assert not at.exception
        assert dict(at.query_params) == {"q": "人工智能", "year": "2025", "scope": "all"}
        assert 'class="kb-policy"' in drawn(at)
        assert "年份 2025 年" in drawn(at)

    def test_facets_filter(self) -> None:
        at = opened(policies_script, type="standard", scope="all")
        shown = drawn(at)
        assert shown.count('class="kb-policy"') == shown.count('<span class="kb-tag">标准</span>') > 0

    def test_what_cannot_be_read_is_said_and_nothing_found_offers_a_way_out(self) -> None:
        at = opened(policies_script, colour="<b>red</b>", q='"绝无此语绝无此语"')
        assert [text.value for text in at.text] == ["colour=<b>red</b>"]
        assert "没有符合全部条件的文件" in at.info[0].value
        at.button[0].click().run()
        assert dict(at.query_params) == {}

    def test_a_wrong_character_brings_an_offer(self) -> None:
        assert "您是不是要找：" in drawn(opened(policies_script, q="算立券"))

    def test_no_refresh_yet_is_said_and_what_ends_soon_is_listed_all_the_same(self) -> None:
        at = opened(news_script)
        assert "还没有变化记录" in at.info[0].value
        assert "60 天内到期" in drawn(at)
        assert "feeds/changes.atom" in drawn(at)
        assert "日历：申报起止与到期" in drawn(at)

    def test_the_calendar_shows_the_month_of_the_address(self) -> None:
        assert "2027年12月31日" in drawn(opened(news_script, month="2027-12", region="330000"))


@pytest.mark.node
@pytest.mark.browser
def test_in_a_browser_chips_pills_and_phone_width(page: Page, address: str) -> None:
    page.goto(f"{address}/policies?q=杭州 人工智能&scope=all")
    expect(page.locator(".kb-policy").first).to_be_visible()
    kinds = page.locator(".st-key-p_type button")
    expect(kinds).to_have_count(len(DocumentKind))
    kinds.filter(has_text="政策文件").click()
    page.wait_for_url("**type=policy*")
    expect(page.locator(".kb-policy .kb-tag", has_text="标准")).to_have_count(0)
    page.locator(".kb-chip", has_text="地区").click()
    page.wait_for_url("**kept=*")
    expect(page.locator(".kb-chips", has_text="只作文字检索")).to_be_visible()
    page.locator(".kb-policy mark").first.wait_for()
    expect(page.get_by_role("textbox", name="检索词")).to_have_value("杭州 人工智能")
    expect(page.get_by_role("button", name="政策文件")).to_have_attribute("aria-pressed", "true")
    page.set_viewport_size({"width": 390, "height": 800})
    for name in ("policies?q=人工智能", "news", "coverage"):
        page.goto(f"{address}/{name}")
        page.locator(".kb-brand").wait_for()
        page.locator(".kb-section, .kb-policy").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
