"""Measures against values worked out by hand, and the table of judgements read strictly."""

from math import log2
from pathlib import Path

import pytest

from data.strict import TableError
from index.judgements import Half, read_judgements
from index.measures import measured, ndcg, recall, reciprocal_rank

GRADES = {"best": 3, "good": 2, "related": 1}


def test_ndcg() -> None:
    ideal = 7 + 3 / log2(3) + 1 / 2
    assert ndcg(["best", "good", "related"], GRADES) == 1
    assert ndcg(["none", "best"], GRADES) == pytest.approx(7 / log2(3) / ideal)
    assert ndcg(["none"] * 10 + ["best"], GRADES) == 0
    assert ndcg(["best"], {}) == 0


def test_reciprocal_rank_and_recall() -> None:
    assert reciprocal_rank(["none", "related"], GRADES) == 0.5
    assert reciprocal_rank(["none"] * 10 + ["best"], GRADES) == 0
    assert recall(["none", "related", "best"], GRADES) == pytest.approx(2 / 3)
    assert recall(["none"] * 50 + ["best"], GRADES) == 0
    assert recall(["best"], {}) == 0


def test_means() -> None:
    found = measured([(["best"], {"best": 3}), (["none"], {"best": 3})])
    assert (found.queries, found.ndcg, found.mrr, found.recall) == (2, 0.5, 0.5, 0.5)
    assert measured([]).ndcg == 0


def test_judgements_are_read_once_for_each_query_and_index() -> None:
    judged = read_judgements()
    assert len({(query.query, query.index) for query in judged}) == len(judged) >= 120
    halves = [query.half for query in judged]
    assert min(halves.count(half) for half in Half) > len(judged) / 3
    assert {query.query: query.half for query in judged}["训力券"] is {q.query: q.half for q in judged}["训力券"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("query,id\n", "line 1.*must be query,kind_of_query,id,grade,index"),
        ("query,kind_of_query,id,grade,index\n问,title,a,4,documents\n", "line 2.*grade of 1 to 3"),
        ("query,kind_of_query,id,grade,index\n问,title,a,1,others\n", "line 2.*an index"),
    ],
)
def test_faults_are_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "judgements.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TableError, match=message):
        read_judgements(path)
