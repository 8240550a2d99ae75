"""The labelled clauses in `tests/reading/`: each line has the shape, the words and the amounts it claims.

Amounts are read here with a reader of its own, so that a slip of the pen in a label is not hidden by the extraction
that the set measures.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from data.model import IncentiveKind, Per
from data.strict import read_records

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT / "../shared/devset/incentives.jsonl"

Item = dict[str, Any]
"""One line of a set, as JSON gives it."""

KINDS = {kind.code for kind in read_records(ROOT / "data/tables/incentives.yml", IncentiveKind, key="code")}
PERS = {*map(str, Per), "entity_year", "project_year", "platform_year", "team_year", "person_month", "person_year"}
# fmt: off
ROLES = {
    "pool", "annual_pool", "annual_budget", "fund_size", "eligibility_threshold", "industry_target",
    "investment_target", "penalty_min", "penalty_max", "floor", "range_min", "lower_cap", "cap_over_units",
    "cap_over_years", "overall_cap", "unit_price", "face_value", "foreign_currency", "fee", "loan_amount",
    "paid_total", "payment_notice", "procurement_budget", "procurement_ceiling", "project_investment", "forecast",
    "statistic", "company_financing", "company_valuation", "aggregator_widget",
}
FACT_KEYS = {
    "kind", "amount_max_cny", "tiers_cny", "rate_percent", "per", "period", "one_time", "beneficiary", "trigger",
    "pool_total_cny",
}
# fmt: on
ITEM_KEYS = {"id", "text", "expected", "not_incentive_amounts", "tags"}
POOLS = {"pool", "annual_pool", "annual_budget"}

_DIGITS = {
    sign: value for value, signs in enumerate(("零〇", "一壹", "二贰两貳", "三叁參", "四肆", "五伍")) for sign in signs
}
_DIGITS |= {sign: value for value, signs in enumerate(("六陆陸", "七柒", "八捌", "九玖"), 6) for sign in signs}
_STEPS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_UNITS = {"": 1, "千": 1_000, "万": 10_000, "百万": 1_000_000, "亿": 100_000_000}
_CHINESE = "".join([*_DIGITS, *_STEPS])
_NUMERAL = rf"(\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?|[{_CHINESE}]+)(亿|百万|万|千)?"
_AMOUNT = re.compile(_NUMERAL)
_YUAN = re.compile(rf"(?<![\d.,])(?:(港币|澳门元|美元)约?)?{_NUMERAL}(美元|港元|澳门元|元)")
_PINYIN = re.compile(r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]+\)")


def plain(text: str) -> str:
    """Return `text` half-width, without blanks, line breaks and pinyin, with the money signs in Simplified script."""
    narrow = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    return _PINYIN.sub("", narrow).translate(str.maketrans("萬億幣門", "万亿币门"))


def chinese(numeral: str) -> int:
    """Return the value of a Chinese numeral below ten thousand (`二十`, `叁佰陆拾捌`)."""
    total, digit = 0, 0
    for sign in numeral:
        if sign in _STEPS:
            total, digit = total + (digit or 1) * _STEPS[sign], 0
        else:
            digit = _DIGITS[sign]
    return total + digit


def value(numeral: str, unit: str) -> float:
    number = float(numeral.replace(",", "")) if numeral[0].isdigit() else chinese(numeral)
    return round(number * _UNITS[unit], 2)


def printed_yuan(text: str) -> set[float]:
    """Return the amounts that `text` prints with their unit, in yuan; foreign money is left out."""
    found = (match.groups(default="") for match in _YUAN.finditer(plain(text)))
    return {value(numeral, unit) for before, numeral, unit, after in found if not before and after == "元"}


def possible_yuan(text: str) -> set[float]:
    """Return what any numeral of `text` could mean in yuan; without a unit it may borrow 万 (`200、100、50万元`)."""
    found = set()
    for form in (plain(text), *map(plain, text.split())):  # cells of a table must not grow together
        for numeral, unit in _AMOUNT.findall(form):
            found |= {value(numeral, unit)} if unit else {value(numeral, ""), value(numeral, "万")}
    return found


def paid(fact: Item) -> set[int]:
    """Return the amounts of a fact, its pool included."""
    amounts = [fact["amount_max_cny"], *fact["tiers_cny"], fact["pool_total_cny"]]
    return {amount for amount in amounts if amount is not None}


def labelled(item: Item) -> set[int]:
    """Return all amounts that the labels of an item name."""
    other = {entry["amount_cny"] for entry in item["not_incentive_amounts"]} - {None}
    return other.union(*map(paid, item["expected"]))


def shape_faults(item: Item) -> Iterator[str]:
    if item.keys() - {"note"} != ITEM_KEYS:
        yield f"keys {sorted(item)}"
    if bool(item["expected"]) == item["id"].startswith("neg-"):
        yield "neg- stands for items without facts, and for these only"
    if not item["tags"] or len(set(item["tags"])) < len(item["tags"]):
        yield "no tags, or one twice"
    for entry in item["not_incentive_amounts"]:
        if entry["role"] not in ROLES:
            yield f"role {entry['role']}"
        if (entry["amount_cny"] is None) != (entry["role"] == "foreign_currency"):
            yield f"{entry}: foreign money, and only this, has no amount"


def fact_faults(fact: Item) -> Iterator[str]:
    if fact.keys() != FACT_KEYS:
        yield f"keys of a fact: {sorted(fact.keys() ^ FACT_KEYS)}"
    if fact["kind"] not in KINDS or fact["per"] not in {*PERS, None}:
        yield f"kind or per: {fact['kind']}, {fact['per']}"
    if fact["one_time"] not in {True, None}:
        yield f"one_time {fact['one_time']}"
    if fact["tiers_cny"] and (len(fact["tiers_cny"]) == 1 or max(fact["tiers_cny"]) != fact["amount_max_cny"]):
        yield f"tiers {fact['tiers_cny']} against {fact['amount_max_cny']}"
    if any(amount <= 0 or not isinstance(amount, int) for amount in paid(fact)):
        yield f"amounts {paid(fact)} are not whole yuan above 0"


def word_faults(item: Item, fact: Item) -> Iterator[str]:
    text = plain(item["text"])
    for key in ("beneficiary", "trigger", "period"):
        if fact[key] is not None and plain(fact[key]) not in text:
            yield f"{key} {fact[key]} is not in the text"
    if fact["one_time"] and "一次性" not in text:
        yield "one_time without 一次性"


def amount_faults(item: Item) -> Iterator[str]:
    for amount in labelled(item) - possible_yuan(item["text"]):
        yield f"{amount} is not in the text"
    for printed in printed_yuan(item["text"]) - labelled(item):
        if printed.is_integer():  # parts of a yuan (0.08元) cannot be labelled
            yield f"{printed:.0f} is in the text and has no label"
    pools = {entry["amount_cny"] for entry in item["not_incentive_amounts"] if entry["role"] in POOLS}
    for fact in item["expected"]:
        if fact["pool_total_cny"] not in {*pools, None}:
            yield f"pool {fact['pool_total_cny']} has no role"


def faults(item: Item) -> list[str]:
    """Return what is wrong with one labelled clause."""
    found = [*shape_faults(item), *amount_faults(item)]
    for fact in item["expected"]:
        found += [*fact_faults(fact), *word_faults(item, fact)]
    return [f"{item['id']}: {fault}" for fault in found]


def read_set(path: Path) -> list[Item]:
    return [cast(Item, json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def incentive_sets() -> list[Path]:
    """Return the sets whose labels are lists of facts; those of metadata have an object there."""
    paths = sorted((ROOT / "tests/reading").glob("*.jsonl"))
    return [path for path in paths if isinstance(read_set(path)[0].get("expected"), list)]


@pytest.mark.parametrize("path", incentive_sets(), ids=lambda path: path.stem)
def test_labels_agree_with_the_texts(path: Path) -> None:
    assert [fault for item in read_set(path) for fault in faults(item)] == []


@pytest.mark.parametrize("path", incentive_sets(), ids=lambda path: path.stem)
def test_no_clause_stands_twice(path: Path) -> None:
    items = read_set(path)
    assert len({item["id"] for item in items}) == len(items)
    assert len({plain(item["text"]) for item in items}) == len(items)


def test_the_held_out_set_is_large_enough_and_knows_every_kind() -> None:
    items = read_set(ROOT / "tests/reading/incentives.jsonl")
    assert sum(bool(item["expected"]) for item in items) >= 120
    assert sum(not item["expected"] for item in items) >= 40
    assert {fact["kind"] for item in items for fact in item["expected"]} == KINDS


def test_no_words_are_taken_from_the_development_set() -> None:
    if not SHARED.exists():
        pytest.skip("the development set is not here")
    length = 24
    known = "\n".join(plain(item["text"]) for item in read_set(SHARED))
    runs = {known[start : start + length] for start in range(len(known) - length)}
    own = {item["id"]: plain(item["text"]) for item in read_set(ROOT / "tests/reading/incentives.jsonl")}
    assert {name for name, text in own.items() if any(text[i : i + length] in runs for i in range(len(text)))} == set()


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("奖励贰佰伍拾万元", {2_500_000}),
        ("按 １５０\n万 元", {1_500_000}),
        ("最高1.2亿元、5,000元", {120_000_000, 5_000}),
        ("二十萬(wàn)元", {200_000}),
        ("港幣300萬元、500萬港元、100万美元，另30万元", {300_000}),
        ("10万卡时、100万人、千亿参数、30%", set()),
    ],
)
def test_amounts_are_read(text: str, amounts: set[float]) -> None:
    assert printed_yuan(text) == amounts


def test_faults_are_found() -> None:
    fact = dict.fromkeys(FACT_KEYS) | {"kind": "rent", "amount_max_cny": 500_000, "tiers_cny": [], "trigger": "租房"}
    good = {
        "id": "own-001",
        "text": "租房的，给予50万元。",
        "expected": [fact],
        "not_incentive_amounts": [],
        "tags": ["a"],
    }
    assert faults(good) == []
    fact |= {"amount_max_cny": 600_000, "kind": "rents", "per": "firm", "beneficiary": "企业", "one_time": True}
    assert [fault.split(": ", 1)[1] for fault in faults(good)] == [
        "600000 is not in the text",
        "500000 is in the text and has no label",
        "kind or per: rents, firm",
        "beneficiary 企业 is not in the text",
        "one_time without 一次性",
    ]
