"""Amounts and dates as people write them."""

from datetime import date

import pytest

from data.model import Incentive, Per, Percent, Period, Yuan
from data.tables import load
from index.words import say_amount, say_date, say_money, say_rate, say_terms


def grant(**values: object) -> Incentive:
    return Incentive(no=1, kind="filing_reward", trigger="备案", **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("yuan", "said"),
    [
        (1_000_000, "100 万元"),
        (10_000_000, "1000 万元"),
        (100_000_000, "1 亿元"),
        (250_000_000, "2.5 亿元"),
        (15_000, "1.5 万元"),
        (800, "800 元"),
        (12_345, "12,345 元"),
        (123_456_789, "123,456,789 元"),
        (99_990_000, "9999 万元"),
    ],
)
def test_money(yuan: int, said: str) -> None:
    assert say_money(Yuan(yuan)) == said


@pytest.mark.parametrize(("rate", "said"), [(30.0, "30%"), (33.33, "33.33%"), (0.2, "0.2%"), (100.0, "100%")])
def test_rate(rate: float, said: str) -> None:
    assert say_rate(rate) == said


@pytest.mark.parametrize(
    ("incentive", "said"),
    [
        (grant(), "未载明"),
        (grant(amount_max=Yuan(1_000_000)), "100 万元"),
        (grant(amount_max=Yuan(1_000_000), up_to=True), "最高 100 万元"),
        (grant(amount_max=Yuan(10_000_000), rates=(Percent(30),)), "最高 1000 万元，30%"),
        (grant(rates=(Percent(50), Percent(35))), "50%、35%"),
        (grant(amount_max=Yuan(500_000), tiers=(Yuan(500_000), Yuan(100_000))), "50 万元 / 10 万元"),
        (grant(amount_max=Yuan(1_000_000), floor=Yuan(200_000)), "20 万元 至 100 万元"),
    ],
)
def test_amount(incentive: Incentive, said: str) -> None:
    assert say_amount(incentive) == said


def test_terms_say_unit_period_cap_and_that_a_pool_is_nobodys() -> None:
    incentive = grant(per=Per.MODEL, period=Period.YEARLY, cap_per_entity=Yuan(2_000_000), pool=Yuan(30_000_000))
    assert say_terms(incentive, load().terms) == [
        "每个模型",
        "每年",
        "每家企业累计最高 200 万元",
        "资金总额 3000 万元（非单家所得）",
    ]
    assert say_terms(grant(), load().terms) == []


def test_dates() -> None:
    assert say_date(date(2026, 1, 5)) == "2026年1月5日"
    assert say_date(None) == "未载明"
