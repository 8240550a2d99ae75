"""The result of a search as CSV, XLSX and JSON, opened again with other programs' readers."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.downloads import COLUMNS, FORMATS, MOST_IN_CELL, all_hits, as_csv, as_json, as_xlsx, file_name
from data.model import Condition, ConditionKind, Incentive
from data.tables import load
from index.query import Query
from index.search import Hit, Searcher, validity_of
from index.words import ABSENT

TABLES = load()
DAY = date(2026, 11, 20)
HITS = [Hit(one, of, validity_of(of, DAY)) for of in TABLES.documents.values() for one in of.incentives]


def with_words(words: str) -> Hit:
    made = Incentive(no=1, kind="talent", trigger=words, note=words, conditions=(Condition(ConditionKind.GATE, words),))
    return replace(HITS[0], incentive=made)


def csv_rows(hits: Sequence[Hit]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(hits, TABLES).decode("utf-8-sig"), newline="")))


def xlsx_rows(hits: Sequence[Hit]) -> list[dict[str, object]]:
    sheet = load_workbook(io.BytesIO(as_xlsx(hits, TABLES))).active
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def test_all_three_hold_every_result() -> None:
    data = json.loads(as_json(HITS, TABLES))
    assert data["total"] == len(HITS) == len(csv_rows(HITS)) == len(xlsx_rows(HITS))
    for hit, row, line, record in zip(HITS, xlsx_rows(HITS), csv_rows(HITS), data["results"], strict=True):
        amount = hit.incentive.amount_max
        assert record["id"] == row["编号"] == line["编号"] == hit.id
        assert record["amount_max_cny"] == amount
        assert row["最高金额（元）"] == (ABSENT if amount is None else amount)
        assert line["最高金额（元）"] == (ABSENT if amount is None else str(amount))
        assert line["激励类型"] == TABLES.kinds[hit.incentive.kind].name


def test_excel_reads_the_csv_as_chinese() -> None:
    assert as_csv(HITS[:1], TABLES).startswith(b"\xef\xbb\xbf")
    assert list(csv_rows(HITS[:1])[0]) == list(COLUMNS.values())


@pytest.mark.parametrize("words", ["=1+1", "+SUM(A1)", "-2", "@x", "  =cmd|' /C calc'!A0", "\t=1", "|x"])
def test_words_are_never_formulas(words: str) -> None:
    assert csv_rows([with_words(words)])[0]["事项"].startswith("'")
    sheet = load_workbook(io.BytesIO(as_xlsx([with_words(words)], TABLES))).active
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert any(cell.value == words for cell in cells)


def test_what_excel_cannot_hold() -> None:
    row = xlsx_rows([with_words("字" * 40_000)])[0]
    assert len(str(row["事项"])) < 32_767
    assert str(row["事项"]).endswith("全文见 JSON）")
    assert len(json.loads(as_json([with_words("字" * 40_000)], TABLES))["results"][0]["trigger"]) == 40_000
    assert len(str(xlsx_rows([with_words("字" * MOST_IN_CELL)])[0]["事项"])) == MOST_IN_CELL


@given(st.text(st.characters(), min_size=1, max_size=40))
def test_any_text_can_be_written(words: str) -> None:
    for kind in FORMATS:
        assert kind.make([with_words(words)], TABLES)


def test_nothing_found_is_a_file_with_a_head() -> None:
    assert csv_rows([]) == []
    assert json.loads(as_json([], TABLES)) == {"total": 0, "results": []}
    assert xlsx_rows([]) == []


def test_conditions_stacking_and_rates_are_told() -> None:
    made = replace(with_words("区内企业"), incentive=replace(with_words("区内企业").incentive, stacking="就高不重复"))
    row = csv_rows([made])[0]
    assert (row["条件"], row["叠加"], row["比例（%）"]) == ("必备条件：区内企业", "就高不重复", ABSENT)
    assert json.loads(as_json([made], TABLES))["results"][0]["conditions"] == [{"kind": "gate", "words": "区内企业"}]


def test_all_pages_are_asked_for() -> None:
    asked = []

    def search(query: Query) -> SimpleNamespace:
        asked.append((query.page, query.size, query.text, query.after))
        start = int(query.after or 0)
        hits = [HITS[0]] * min(query.size, 250 - start)
        return SimpleNamespace(total=250, hits=hits, after=str(start + query.size) if len(hits) == 100 else None)

    searcher = cast("Searcher", SimpleNamespace(search=search))
    assert len(list(all_hits(searcher, Query(on=DAY, text="算力", page=3)))) == 250
    assert asked == [(1, 100, "算力", None), (1, 100, "算力", "100"), (1, 100, "算力", "200")]


def test_file_names() -> None:
    names = [file_name(Query(on=DAY, region="330000"), kind, TABLES) for kind in FORMATS]
    assert names == ["激励-浙江省-2026-11-20.csv", "激励-浙江省-2026-11-20.xlsx", "激励-浙江省-2026-11-20.json"]
    assert file_name(Query(on=DAY), FORMATS[0], TABLES) == "激励-2026-11-20.csv"
