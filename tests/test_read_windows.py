"""Application rounds read from notices: the set in `reading/windows.jsonl`, whole notices, and any text at all."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.model import IncentiveKind, Window
from data.strict import read_records
from data.tables import TABLES
from index.read.windows import read_windows
from index.read.windows.words import words
from tests.hangs import HANGS

CASES: list[dict[str, Any]] = [
    json.loads(line) for line in (Path(__file__).parent / "reading" / "windows.jsonl").read_text("utf-8").splitlines()
]

NOTICE = """为落实市人工智能政策，现开展奖励申报工作。
一、申报条件
2025年1月1日至2025年12月31日期间通过备案的企业。截至2025年12月31日，已在本区注册。
二、申报时间
2026年3月1日9:00至3月31日17:30，逾期不予受理。
三、申报材料
1.申报表（见附件1）；
2.营业执照复印件；
3.备案证明材料，加盖公章。
四、受理部门
受理部门：云岭区科技和信息化局人工智能科
联系人：张三，电话：0571-88880000，手机13800001111
地址：云岭区创新路1号3楼305室（李四收）
邮箱：ylkj@yunling.example.cn
各区经信局于2026年4月10日前将推荐名单汇总后报送市经信局。
"""


def days(window: Window) -> tuple[str | None, str | None, str | None]:
    opens, closes = window.opens, window.closes
    return (opens.isoformat() if opens else None, closes.isoformat() if closes else None, window.closes_at)


def expected_days(case: dict[str, Any]) -> list[tuple[str | None, str | None, str | None]]:
    return [(each["opens"], each["closes"], each["closes_at"]) for each in case["windows"]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_windows_of_the_set(case: dict[str, Any]) -> None:
    found = read_windows(case["body"], title=case["title"], year=case["year"])
    assert [days(window) for window in found] == expected_days(case)
    for window, expected in zip(found, case["windows"], strict=True):
        assert window.quote
        assert window.quote in case["body"]
        if "kinds" in expected:
            assert list(window.kinds) == expected["kinds"]
        assert expected.get("note_has", "") in (window.note or "")


def test_whole_notice() -> None:
    (window,) = read_windows(NOTICE, title="关于开展2026年大模型备案奖励申报工作的通知", year=2026)
    assert (window.opens, window.closes, window.closes_at) == (date(2026, 3, 1), date(2026, 3, 31), "17:30")
    assert window.kinds == ("filing_reward",)
    assert window.materials == ("申报表", "营业执照复印件", "备案证明材料")
    assert window.note == "逾期不予受理；推荐上报：2026-04-10"
    assert window.quote == "2026年3月1日9:00至3月31日17:30"
    assert window.office == (
        "受理部门：云岭区科技和信息化局人工智能科；地址：云岭区创新路1号3楼305室；"
        "电话：0571-88880000；邮箱：ylkj@yunling.example.cn"
    )


@pytest.mark.parametrize(
    ("line", "name", "kept"),
    [
        ("联系人：王小明 0755-82345678", "王小明", "0755-82345678"),
        ("咨询电话：李老师，82345678", "李", "82345678"),
        ("受理部门：云岭区经信局王科长，电话：010-62345678", "王", "云岭区经信局"),
        ("联系单位：云岭区网信办 赵六（0571-88880001）", "赵六", "云岭区网信办"),
        ("受理地址：创新路8号政务中心2楼 钱七 收", "钱七", "创新路8号政务中心2楼"),
        ("联系单位：市科技局高新处孙处，地址：科技路3号201室孙八", "孙", "市科技局高新处"),
        ("业务咨询：周九（市经信局），400-123-4567", "周九", "400-123-4567"),
    ],
)
def test_names_of_persons_stay_behind(line: str, name: str, kept: str) -> None:
    (window,) = read_windows(f"申报时间：2025年9月1日至9月30日。\n{line}", title=None, year=2025)
    assert window.office is not None
    assert name not in window.office
    assert kept in window.office


def test_kinds_fall_back_to_title_then_to_what_the_caller_knows() -> None:
    body = "申报时间：2025年9月1日至9月30日。"
    (titled,) = read_windows(body, title="关于申报大模型备案奖励的通知", year=2025, kinds=["rent"])
    (told,) = read_windows(body, title="关于申报专项资金的通知", year=2025, kinds=["rent"])
    (silent,) = read_windows(body, title="关于申报专项资金的通知", year=2025)
    assert (titled.kinds, told.kinds, silent.kinds) == (("filing_reward",), ("rent",), ())


def test_kinds_of_the_table_exist() -> None:
    known = {kind.code for kind in read_records(TABLES / "incentives.yml", IncentiveKind, key="code")}
    assert set(words().kinds) | {"filing_reward", "registration_reward", "algorithm_filing_reward"} <= known


def test_the_set_is_large_enough_to_mean_something() -> None:
    assert sum(bool(case["windows"]) for case in CASES) >= 60
    assert sum(not case["windows"] for case in CASES) >= 20


# ruff: noqa: RUF005 - lists of words over several lines
_PIECES = st.sampled_from(
    [
        "申报时间：",
        "2025年9月31日",
        "2025年9月1日",
        "至",
        "3月1日",
        "17:30",
        "前",
        "起",
        "常年受理",
        "每年",
        "\n",
        "\t",
        "。",
    ]
    + [
        "，",
        "一、",
        "（一）",
        "1.",
        "申报材料：",
        "即日",
        "发布之日起",
        "30个工作日内",
        "2025.9.1-9.30",
        "第二批",
        "次年",
    ]
    + [
        "公示",
        "联系人：",
        "地址：",
        "电话：0571-88880000",
        "99月99日",
        "0月0日",
        "9999年12月31日",
        "１２月",
        "\u2028",
        "〇〇〇〇年",
    ]
)


@pytest.mark.parametrize(
    "body",
    ["2025年9月1日至" * 20_000, "申报时间：" * 50_000, "（" * 100_000, "1" * 100_000, "受理部门：" + "委长" * 20_000]
    + ["2025年9月1日至9月30日申报\n" * 2_000, "a\t2025年9月1日申报\n" * 2_000, "一、申报材料：\n1.a\n" * 2_000],
    ids=lambda body: body[:10],
)
@pytest.mark.timeout(HANGS)
def test_hostile_text_is_read_to_its_end(body: str) -> None:
    check_sound(body, 2025)


def check_sound(body: str, year: int | None) -> None:
    for window in read_windows(body, title=body[:40], year=year):
        assert window.quote is not None
        assert window.quote in body
        assert window.opens is None or window.closes is None or window.opens <= window.closes
        assert window.closes is not None or window.closes_at is None
        assert window.opens or window.closes or window.note, "a round without days says why"


@given(st.text(max_size=300), st.none() | st.integers(1, 9999))
@settings(max_examples=200)
def test_any_text(body: str, year: int | None) -> None:
    check_sound(body, year)


@given(st.lists(_PIECES, max_size=40).map("".join), st.none() | st.integers(1990, 2200))
@settings(max_examples=400)
def test_any_pieces_of_notices(body: str, year: int | None) -> None:
    check_sound(body, year)


@pytest.mark.parametrize(
    ("body", "days"),
    [
        ("申报时间：1月5日至2月10日。", (date(2026, 1, 5), date(2026, 2, 10))),
        ("申报时间：2025年1月5日至2月10日。", (date(2025, 1, 5), date(2025, 2, 10))),
        ("申报时间：12月20日至次年1月10日。", (date(2025, 12, 20), date(2026, 1, 10))),
    ],
)
def test_a_round_without_a_year_is_not_over_when_it_is_announced(body: str, days: tuple[date, date]) -> None:
    (window,) = read_windows(body, title="申报通知", year=2025, published=date(2025, 12, 15))
    assert (window.opens, window.closes) == days
    assert ("推定" in (window.note or "")) is (days[0] == date(2026, 1, 5))
