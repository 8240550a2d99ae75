"""The judgements: ids that are there, grades that mean something, enough queries of every kind."""

import csv
import re
from collections import Counter, defaultdict

import pytest

from data.tables import TABLES, Tables, load
from index.rows import incentive_id
from index.understand import understand

ALL: Tables = load()
KINDS = {
    *("title", "half_title", "number", "issuer_topic", "region_incentive", "question", "amount", "year", "alias"),
    *("traditional", "full_width", "single_character", "typo", "paragraph"),
}
Row = dict[str, str]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    with (TABLES / "judgements.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_columns(rows: list[Row]) -> None:
    assert all(list(row) == ["query", "kind_of_query", "id", "grade", "index"] for row in rows)
    assert all(all(value == value.strip() != "" for value in row.values()) for row in rows)


def test_every_id_is_in_its_index(rows: list[Row]) -> None:
    ids = {
        "documents": set(ALL.documents),
        "incentives": {incentive_id(d, grant) for d in ALL.documents.values() for grant in d.incentives},
    }
    assert [row for row in rows if row["id"] not in ids[row["index"]]] == []


def test_nothing_is_judged_twice(rows: list[Row]) -> None:
    counted = Counter((row["query"], row["index"], row["id"]) for row in rows)
    assert [key for key, count in counted.items() if count > 1] == []
    kinds = defaultdict(set)
    for row in rows:
        kinds[row["query"]].add(row["kind_of_query"])
    assert [query for query, known in kinds.items() if len(known) > 1] == []


def test_grades_and_a_good_answer_for_every_query(rows: list[Row]) -> None:
    assert {row["grade"] for row in rows} <= {"1", "2", "3"}
    best: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        key = row["query"], row["index"]
        best[key] = max(best[key], int(row["grade"]))
    assert [key for key, grade in best.items() if grade < 2] == []


def test_enough_queries_of_every_kind(rows: list[Row]) -> None:
    queries = Counter(kind for _, kind in {(row["query"], row["kind_of_query"]) for row in rows})
    assert sum(queries.values()) >= 120
    assert set(queries) == KINDS
    assert min(queries.values()) >= 4
    assert {row["index"] for row in rows} == {"documents", "incentives"}


def test_readme_names_every_kind() -> None:
    told = (TABLES / "judgements.md").read_text(encoding="utf-8")
    assert {kind for kind in KINDS if not re.search(rf"\b{kind}\b", told)} == set()


def test_paragraphs_are_longer_than_what_is_read_for_conditions(rows: list[Row]) -> None:
    for query in {row["query"] for row in rows if row["kind_of_query"] == "paragraph"}:
        assert understand(query, ALL).parts == ()
