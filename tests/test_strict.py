"""Strict reading of YAML: every fault is named with file, record and field, and all of them at once."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import Document
from data.strict import TableError, load_yaml, parse_money, read_record, read_records

GOOD = """\
- id: cn-1
  title: 某办法
  title_status: verified
  kind: policy
  confidence: high
"""


def faults(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "table.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TableError) as caught:
        read_records(path, Document)
    return [str(problem) for problem in caught.value.problems]


def test_good_record_is_read(tmp_path: Path) -> None:
    path = tmp_path / "table.yml"
    path.write_text(GOOD, encoding="utf-8")
    (document,) = read_records(path, Document)
    assert (document.id, document.title, document.incentives) == ("cn-1", "某办法", ())


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("colour: red", "table.yml: record cn-1, field -: unknown key colour"),
        ("published: 2024-13-01", "field published: '2024-13-01' is no day of the calendar"),
        ("published: 1 May", "field published: '1 May' is no date; write it like 2026-11-20"),
        ("doc_number: 12", "field doc_number: 12 is not text"),
        ("place: ' 全国'", "field place: ' 全国' is empty or has blanks around it"),
        ("is_draft: 'yes'", "field is_draft: 'yes' is not true or false"),
        ("level: town", "field level: 'town' is none of central, province"),
        ("issuers: 市政府", "field issuers: '市政府' is not a list"),
        ("ending: soon", "field ending: 'soon' is not a record with keys"),
        ("ending: {by: cn-2}", "field ending.certainty: is missing"),
        ("windows: [{opens: 2026-01-01, closes: null, kinds: [a, 1]}]", "field windows[0].kinds[1]: 1 is not text"),
        ("incentives: [{no: true, kind: a, trigger: b}]", "field incentives[0].no: True is not a whole number"),
        ("incentives: [{no: 1, kind: a, trigger: b, amount_max: 100}]", "incentives[0].amount_max: 100 is no amount"),
        ("incentives: [{no: 1, kind: a, trigger: b, rates: [130]}]", "incentives[0].rates[0]: 130 is no percentage"),
        ("incentives: [{no: 1, kind: a, trigger: b, rates: [ten]}]", "incentives[0].rates[0]: 'ten' is no percentage"),
    ],
)
def test_each_fault_is_named(tmp_path: Path, line: str, fault: str) -> None:
    (found,) = faults(tmp_path, f"{GOOD}  {line}\n")
    assert fault in found


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    found = faults(tmp_path, GOOD + "  level: x\n  colour: y\n- id: cn-2\n- plain\n")
    assert len(found) == 6
    assert found[-1] == "table.yml: record number 3, field -: 'plain' is not a record with keys"


def test_record_without_name_is_called_by_its_number(tmp_path: Path) -> None:
    assert "record number 2, field id: is missing" in faults(tmp_path, GOOD + GOOD.replace("id: cn-1", "place: x"))[0]


@pytest.mark.parametrize("text", ["a: [", "a: 1\na: 2\n", "\tx"])
def test_broken_yaml_is_named_with_its_line(tmp_path: Path, text: str) -> None:
    (found,) = faults(tmp_path, text)
    assert found.startswith("table.yml: record at line ")


def test_file_must_hold_a_list(tmp_path: Path) -> None:
    assert faults(tmp_path, "a: 1") == ["table.yml: record -, field -: the file must hold a list of records"]


def test_missing_file_and_wrong_encoding(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"gone\.yml: .*cannot be read"):
        load_yaml(tmp_path / "gone.yml")
    (tmp_path / "gbk.yml").write_bytes("- id: 办法".encode("gbk"))
    with pytest.raises(TableError, match=r"gbk\.yml: .*cannot be read"):
        load_yaml(tmp_path / "gbk.yml")


def test_single_record_file(tmp_path: Path) -> None:
    path = tmp_path / "one.yml"
    path.write_text("id: cn-1\n", encoding="utf-8")
    with pytest.raises(TableError, match=r"one\.yml: record -, field title_status: is missing"):
        read_record(path, Document)


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("100万元", 1_000_000),
        ("2.5亿元", 250_000_000),
        ("800元", 800),
        ("0.5万元", 5_000),
        ("1.23456789亿元", 123_456_789),
    ],
)
def test_money(text: str, yuan: int) -> None:
    assert parse_money(text) == yuan


@pytest.mark.parametrize(
    "text", ["100", "100万", "万元", "-5万元", "0元", "1.5元", "1,000元", "１００万元 ", "100 万元"]
)
def test_no_money(text: str) -> None:
    with pytest.raises(ValueError, match="元"):
        parse_money(text)


@given(st.text())
def test_money_never_guesses(text: str) -> None:
    if re.fullmatch(r"\d+(\.\d+)?(亿|万)?元", text):
        return
    with pytest.raises(ValueError, match="元"):
        parse_money(text)
