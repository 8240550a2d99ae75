"""The address and the search are two ways to write the same thing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.filters import fits_address, read_address, write_address
from data.model import DocumentKind, IssuerLevel, ValidityState, Yuan
from data.tables import Tables, load
from index.query import MAX_TEXT, Query, Scope, Sort, check

DAY = date(2026, 11, 20)
TABLES: Tables = load()


def test_empty_address_is_the_default_search() -> None:
    assert read_address({}, TABLES, DAY).query == Query(on=DAY)
    assert write_address(Query(on=DAY)) == {}


FULL = Query(
    on=DAY,
    text="备案 奖励 50%|40%",
    kept_as_text=frozenset({"备案", "50%|40%"}),
    region="330106",
    above=True,
    kinds=("filing_reward", "talent"),
    scope=Scope.ALL,
    states=(ValidityState.EXPIRED, ValidityState.DRAFT),
    min_amount=Yuan(500_000),
    max_amount=Yuan(2_000_000),
    levels=(IssuerLevel.CITY, IssuerLevel.PARK),
    document_kinds=(DocumentKind.NOTICE,),
    issuers=("云河市人民政府", "云河市财政局"),
    years=(2025, 2026),
    sort=Sort.AMOUNT,
    page=3,
)


def test_full_address() -> None:
    parameters = write_address(FULL)
    assert parameters == {
        "q": "备案 奖励 50%|40%",
        "kept": "50%25%7C40%25|备案",
        "region": "330106",
        "above": "1",
        "kind": "filing_reward,talent",
        "scope": "all",
        "state": "expired,draft",
        "min": "500000",
        "max": "2000000",
        "level": "city,park",
        "type": "notice",
        "issuer": "云河市人民政府,云河市财政局",
        "year": "2025,2026",
        "sort": "amount",
        "page": "3",
    }
    assert read_address(parameters, TABLES, DAY).query == FULL


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("region", "999999"),
        ("region", ""),
        ("kind", "gift"),
        ("kind", "talent,gift"),
        ("kind", ""),
        ("above", "yes"),
        ("scope", "some"),
        ("min", "-1"),
        ("min", "lots"),
        ("min", "1e9"),
        ("min", "9" * 20),
        ("max", "0"),
        ("max", "much"),
        ("state", "gone"),
        ("level", "city,moon"),
        ("level", ""),
        ("type", "poem"),
        ("issuer", ""),
        ("issuer", "甲,,乙"),
        ("issuer", "长" * 101),
        ("year", "1066"),
        ("year", "2025,next"),
        ("year", ",".join(["2025"] * 51)),
        ("kept", "长" * (MAX_TEXT + 1)),
        ("sort", "colour"),
        ("page", "0"),
        ("page", "999999"),
        ("page", "²"),
        ("q", "长" * (MAX_TEXT + 1)),
        ("colour", "red"),
        ("", "x"),
    ],
)
def test_what_cannot_be_read_is_left_out_and_said(name: str, value: str) -> None:
    address = read_address({name: value}, TABLES, DAY)
    assert address.query == Query(on=DAY)
    assert address.ignored == ((name, value[:60]),)


def test_a_largest_amount_below_the_least_is_left_out_and_said() -> None:
    address = read_address({"min": "100", "max": "99"}, TABLES, DAY)
    assert address.query == Query(on=DAY, min_amount=Yuan(100))
    assert address.ignored == (("max", "99"),)


def test_words_kept_as_text_count_only_while_they_are_typed() -> None:
    kept = read_address({"q": "杭州 备案", "kept": "杭州|宁波"}, TABLES, DAY).query.kept_as_text
    assert kept == {"杭州"}


def test_a_value_that_stands_twice_counts_once() -> None:
    query = read_address({"level": "city,city", "kind": "talent,talent"}, TABLES, DAY).query
    assert (query.levels, query.kinds) == ((IssuerLevel.CITY,), ("talent",))


@pytest.mark.parametrize(("name", "fits"), [("云河市财政局", True), ("甲,乙", False), ("", False), ("长" * 101, False)])
def test_a_name_fits_an_address_if_it_is_read_back_as_one(name: str, *, fits: bool) -> None:
    assert fits_address(name) is fits
    assert (read_address({"issuer": name}, TABLES, DAY).query.issuers == (name,)) is fits


NAMES = ("q", "kept", "region", "above", "kind", "scope", "state", "min", "max", "level", "type", "issuer", "year")
VALUES = st.text() | st.sampled_from(["1", "2025", "city,park", "draft", "notice", "a|b", "5", "1000", "current"])


@given(st.dictionaries(st.sampled_from([*NAMES, "sort", "page", "x"]), VALUES))
def test_any_address_gives_a_search_that_can_be_run(parameters: dict[str, str]) -> None:
    query = read_address(parameters, TABLES, DAY).query
    check(query, TABLES.regions, TABLES.kinds)
    assert read_address(write_address(query), TABLES, DAY).query == query
