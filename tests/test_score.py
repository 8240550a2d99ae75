"""How reading is scored: matching at three levels, negatives, leaks, fields."""

import json
from pathlib import Path
from typing import Any

import pytest

from index.read.score import Scores, main, score


def fact(kind: str = "filing_reward", amount: int | None = 500_000, rate: Any = None, **other: Any) -> dict[str, Any]:  # noqa: ANN401
    row = {"kind": kind, "amount_max_cny": amount, "tiers_cny": [], "rate_percent": rate, "per": None}
    return row | {"one_time": None, "pool_total_cny": None} | other


def item(name: str, *facts: dict[str, Any], others: tuple[int | None, ...] = ()) -> dict[str, Any]:
    roles = [{"amount_cny": amount, "role": "pool"} for amount in others]
    return {"id": name, "text": "略", "expected": list(facts), "not_incentive_amounts": roles}


def f1(scores: Scores) -> list[float]:
    return [round(scores.facts[level].f1, 3) for level in ("kind", "kind+amount", "kind+amount+rate")]


def test_all_right() -> None:
    scores = score([item("a", fact(rate=30))], {"a": [fact(rate=30)]})
    assert f1(scores) == [1.0, 1.0, 1.0]
    assert (scores.items_right["kind+amount"], scores.wrong, scores.compared) == (1, [], 1)


def test_levels_are_counted_apart() -> None:
    items = [item("a", fact(rate=30)), item("b", fact(amount=100, rate=20))]
    scores = score(items, {"a": [fact(rate=40)], "b": [fact(amount=200, rate=20)]})
    assert f1(scores) == [1.0, 0.5, 0.0]
    assert scores.wrong == ["b"]


def test_missing_and_extra_facts() -> None:
    scores = score([item("a", fact(), fact("talent", 10))], {"a": [fact(), fact(), fact("rent", 5)]})
    count = scores.facts["kind+amount"]
    assert (count.matched, count.extra, count.missed) == (1, 2, 1)
    assert [count.precision, count.recall] == pytest.approx([1 / 3, 0.5])
    assert scores.by_kind["rent"].extra == 1


def test_an_item_without_a_prediction_is_missed() -> None:
    assert f1(score([item("a", fact())], {})) == [0.0, 0.0, 0.0]


def test_null_equals_only_null() -> None:
    assert f1(score([item("a", fact(amount=None))], {"a": [fact(amount=None)]}))[1] == 1.0
    assert f1(score([item("a", fact(amount=None))], {"a": [fact(amount=0)]}))[1] == 0.0
    assert f1(score([item("a", fact())], {"a": [fact(rate=10)]}))[2] == 0.0


@pytest.mark.parametrize(
    ("label", "found", "same"),
    [
        (33.33, 33.3, True), (33.33, 33.0, False), ([40, 55], [55, 40], True), ([40, 55], 40, True),
        ([40, 55], 55, False), ([40, 55], [40, 50], False), (30, [30, 50], False), ([], None, True),
    ],
)  # fmt: skip
def test_rates(label: Any, found: Any, same: bool) -> None:  # noqa: ANN401, FBT001
    scores = score([item("a", fact(rate=label))], {"a": [fact(rate=found)]})
    assert (scores.facts["kind+amount+rate"].matched == 1) is same


def test_as_many_pairs_as_possible() -> None:
    # The first reported fact fits both labels, the second only the first label.
    labels = [fact(rate=[10, 20]), fact(rate=10)]
    scores = score([item("a", *labels)], {"a": [fact(rate=10), fact(rate=[10, 20])]})
    assert scores.facts["kind+amount+rate"].matched == 2


def test_negatives() -> None:
    items = [item("n1"), item("n2"), item("n3"), item("n4")]
    scores = score(
        items, {"n1": [fact()], "n2": [fact(amount=None)], "n3": [fact(amount=None, tiers_cny=[5])], "n4": []}
    )
    assert (scores.alarms, scores.bare_alarms, scores.false_alarms) == (["n1", "n3"], ["n2"], 0.5)


def test_leaks_are_amounts_that_no_label_has() -> None:
    items = [item("a", fact(amount=100), others=(100, 900, None)), item("n", others=(7,))]
    scores = score(items, {"a": [fact(amount=900), fact(amount=100)], "n": [fact(amount=8, tiers_cny=[7, 8])]})
    assert scores.leaks == [("a", 900), ("n", 7)]


def test_fields_of_matched_pairs() -> None:
    label = fact(per="model", one_time=True, tiers_cny=[1, 2], pool_total_cny=9)
    scores = score([item("a", label)], {"a": [fact(per="entity", one_time=True, tiers_cny=[1, 2])]})
    assert {name: scores.equal[name] for name in ("tiers_cny", "per", "one_time", "pool_total_cny")} == {
        "tiers_cny": 1, "per": 0, "one_time": 1, "pool_total_cny": 0,
    }  # fmt: skip


def test_nothing_to_score() -> None:
    scores = score([], {})
    assert (scores.false_alarms, f1(scores)) == (0.0, [1.0, 1.0, 1.0])


def test_the_table_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = item("a", fact()) | {"text": "完成大模型备案的，奖励50万元。"}
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    assert main([str(path)]) == 0
    printed = capsys.readouterr().out
    assert "kind+amount         1.000  1.000  1.000  1/1" in printed
    assert "false alarms 0/0" in printed


def test_no_file_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "name one or more files" in capsys.readouterr().err


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.jsonl")]) == 1
    assert "none.jsonl" in capsys.readouterr().err
