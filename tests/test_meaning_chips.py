"""The chips: what was understood is said, and each link leads to the search without that part."""

from dataclasses import replace
from datetime import date
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from lxml import html

from app.filters import read_address
from app.meaning import MOST_OFFERED, chips, meant_line, say_amounts
from data.model import IssuerLevel, Yuan
from data.tables import Tables, load
from index.query import Query
from index.query.meaning import meaning
from index.understand import Ambiguity, Amounts, PartKind, Understood

DAY = date(2026, 11, 20)
TABLES: Tables = load()


def links(drawn: str) -> dict[str, Query]:
    """Return the search behind each link, by its text."""
    found = html.fragment_fromstring(drawn, create_parent="div").iter("a")
    return {str(one.text_content()): _query(one.get("href", "")) for one in found}


def _query(address: str) -> Query:
    read = read_address(dict(parse_qsl(urlsplit(address).query)), TABLES, DAY)
    assert not read.ignored
    return read.query


def drawn(query: Query, **options: object) -> str:
    return chips(query, meaning(query, TABLES), TABLES, **options)  # type: ignore[arg-type]


def test_each_part_is_said_and_its_link_keeps_its_words_as_text() -> None:
    query = Query(DAY, "杭州 备案奖励 100万元以上", kinds=("talent",), page=3)
    found = links(drawn(query))
    assert list(found) == [
        f"地区 {TABLES.regions.full_name('330100')} ✕",
        f"类型 {TABLES.kinds['filing_reward'].name} ✕",
        "金额 100 万元以上 ✕",
    ]
    for part, wanted in zip(meaning(query, TABLES).understood.parts, found.values(), strict=True):
        assert wanted == Query(DAY, query.text, kinds=("talent",), kept_as_text=frozenset({part.words}))
        assert part.words not in {left.words for left in meaning(wanted, TABLES).understood.parts}


@pytest.mark.parametrize("text", ["鼓楼区 备案奖励", "算力券 鼓楼区", "朝阳区", "普陀区 备案", "杭州 备案", "高新区"])
def test_words_that_may_mean_several_are_asked_about_and_each_answer_is_understood(text: str) -> None:
    query = Query(DAY, text, page=2)
    said = meaning(query, TABLES)
    asked = [one for one in said.understood.ambiguous if len(one.candidates) > 1]
    shown = drawn(query)
    assert [f"“{one.words}”是指：" in shown for one in asked] == [True for _ in asked]
    offered = [(one, code) for one in asked for code in one.candidates[:MOST_OFFERED]]
    answers = [wanted for name, wanted in links(shown).items() if "✕" not in name]
    assert len(answers) == len(offered) > 1
    for (one, code), wanted in zip(offered, answers, strict=True):
        understood = meaning(wanted, TABLES)
        assert wanted.page == 1
        assert code in (understood.regions if one.kind is PartKind.REGION else understood.kinds), wanted.text


def test_of_many_places_the_number_is_told() -> None:
    one = Ambiguity(PartKind.REGION, "中心区", (0, 3), tuple(sorted(TABLES.regions))[1:12])
    said = replace(meaning(Query(DAY, "中心区"), TABLES), understood=Understood((), "中心区", "中心区", (one,)))
    assert chips(Query(DAY, "中心区"), said, TABLES).count("<a ") == MOST_OFFERED
    assert "等 11 处" in chips(Query(DAY, "中心区"), said, TABLES)


def test_what_was_taken_back_can_be_given_back() -> None:
    query = Query(DAY, "杭州 算力", kept_as_text=frozenset({"杭州"}))
    shown = drawn(query)
    assert "只作文字检索：" in shown
    assert links(shown)["“杭州” ↺"] == Query(DAY, "杭州 算力")


def test_filters_without_a_control_are_shown_and_removable_one_by_one() -> None:
    query = Query(DAY, levels=(IssuerLevel.CITY, IssuerLevel.PARK), years=(2025,), max_amount=Yuan(500_000))
    assert drawn(query) == ""
    found = links(drawn(query, further=("levels", "years", "max_amount")))
    assert list(found) == ["发文层级 市级 ✕", "发文层级 园区 ✕", "年份 2025 年 ✕", "金额 50 万元以下 ✕"]
    assert found["发文层级 市级 ✕"].levels == (IssuerLevel.PARK,)
    assert found["年份 2025 年 ✕"].years == ()
    assert found["金额 50 万元以下 ✕"].max_amount is None


def test_other_parameters_and_the_path_stay() -> None:
    shown = drawn(Query(DAY, "杭州 算力"), path="policies", others={"compare": "a.1,b.2"})
    href = html.fragment_fromstring(shown, create_parent="div").find(".//a").get("href")
    assert href.startswith("policies?")
    assert dict(parse_qsl(urlsplit(href).query))["compare"] == "a.1,b.2"


@pytest.mark.parametrize("text", ['"<script>alert(1)</script>"', '“<img src=x onerror="alert(1)">”', '-"><b>'])
def test_typed_markup_stays_text(text: str) -> None:
    query = Query(DAY, f"杭州 {text}", kept_as_text=frozenset({text}))
    for shown in (drawn(query), drawn(Query(DAY, f"杭州 {text}")), meant_line([text], query)):
        assert {tag.tag for tag in html.fragment_fromstring(shown, create_parent="div").iter()} <= {
            "div",
            "p",
            "a",
            "span",
        }
    assert text in unescape(drawn(query))


def test_nothing_understood_draws_nothing() -> None:
    assert drawn(Query(DAY)) == ""
    assert chips(Query(DAY, "随便"), None, TABLES) == ""
    assert meant_line([], Query(DAY, "算立券")) == ""


def test_did_you_mean_leads_to_the_other_text_with_the_same_filters() -> None:
    query = Query(DAY, "算立券", region="330100", page=2, kept_as_text=frozenset({"算立"}))
    assert links(meant_line(["算力券"], query)) == {"算力券": Query(DAY, "算力券", region="330100")}


@pytest.mark.parametrize(
    ("least", "most", "said"),
    [
        (1_000_000, None, "100 万元以上"),
        (None, 500_000, "50 万元以下"),
        (500_000, 1_000_000, "50 万元至 100 万元"),
        (500_000, 500_000, "50 万元"),
    ],
)
def test_amounts_in_words(least: int | None, most: int | None, said: str) -> None:
    limits = Amounts(Yuan(least) if least else None, Yuan(most) if most else None)
    assert say_amounts(limits) == said
