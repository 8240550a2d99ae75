"""Searches are measured: on the judged queries with floors, and on any collection in BEIR's layout."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from data.tables import Tables, load
from index.beir import CollectionError, evaluate_collection, read_collection
from index.client import Connection, connect
from index.evaluate import ALL_KINDS, BASELINES, OURS, Evaluation, table
from index.evaluate_command import evaluate_catalog
from index.judgements import Half
from index.local_server import Node
from index.tokens import tokenizer

TABLES: Tables = load()
ROOT = Path(__file__).resolve().parents[1]

FLOORS = {
    (Half.TUNING, ALL_KINDS): 0.90,
    (Half.CONTROL, ALL_KINDS): 0.90,
    (Half.TUNING, "title"): 0.95,
    (Half.CONTROL, "title"): 0.95,
    (Half.TUNING, "number"): 0.95,
    (Half.CONTROL, "number"): 0.85,
    (Half.TUNING, "region_incentive"): 0.90,
    (Half.CONTROL, "region_incentive"): 0.90,
    (Half.TUNING, "alias"): 0.90,
    (Half.CONTROL, "alias"): 0.90,
    (Half.TUNING, "typo"): 0.85,
    (Half.CONTROL, "typo"): 0.85,
}
"""nDCG@10 under which the ranking got worse, see docs/decisions/ranking.md."""

CORPUS = [
    ("a", "关于发放算力券的办法", "企业租用算力的，发放算力券。" + "其他事项由主管部门解释。" * 40),
    ("b", "养老服务条例", "本条例所称养老服务，是指为老年人提供的生活照料。" * 30 + "居家养老设施应当无障碍。"),
    ("c", "", "杭州市2025年公共交通规划，新增线路十条。"),
    ("d", "道路停车收费", "停车一小时收费五元，最高不超过五十元。"),
]
QUERIES = {
    "1": "算力券怎么发放",
    "2": "居家养老设施要无障碍吗",
    "3": "杭州 2025年 公交线路",
    "4": "停车最高收费",
    "5": "无人判断",
}


@pytest.fixture(scope="module")
def client(node: Node) -> Iterator[Elasticsearch]:
    with connect(Connection(node.url, node.writer.user, node.writer.password)) as writer:
        yield writer


@pytest.fixture(scope="module")
def evaluations(client: Elasticsearch) -> list[Evaluation]:
    return evaluate_catalog(client, TABLES, tokenizer())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [{"_id": name, "title": title, "text": text} for name, title, text in CORPUS]
    queries = [{"_id": name, "text": text} for name, text in QUERIES.items()]
    for name, values in (("corpus", rows), ("queries", queries)):
        text = "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    (tmp_path / "qrels").mkdir()
    lines = ["query-id\tcorpus-id\tscore", "1\ta\t1", "2\tb\t1", "3\tc\t1", "4\td\t2", "4\ta\t0"]
    (tmp_path / "qrels" / "test.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


@pytest.mark.node
@pytest.mark.parametrize(("half", "kind"), FLOORS)
def test_ranking_stays_above_its_floors(evaluations: list[Evaluation], half: Half, kind: str) -> None:
    assert evaluations[0].measures[half, kind].ndcg >= FLOORS[half, kind]


@pytest.mark.node
@pytest.mark.parametrize("half", list(Half))
def test_ranking_is_better_than_every_plain_baseline(evaluations: list[Evaluation], half: Half) -> None:
    ours, *plain = (found.measures[half, ALL_KINDS].ndcg for found in evaluations)
    assert len(plain) == len(BASELINES) == 3
    assert ours > max(plain) + 0.02


@pytest.mark.node
def test_one_table_shows_all_ways_by_kind_and_half(evaluations: list[Evaluation]) -> None:
    lines = table(evaluations).splitlines()
    assert lines[2].split(" | ")[3:6] == [OURS, "standard analyzer", "bigrams"]
    assert len(lines) == 4 + len(evaluations[0].measures)


def test_collection_is_read_whole(folder: Path) -> None:
    found = read_collection(folder)
    assert list(found.documents) == ["a", "b", "c", "d"]
    assert (found.documents["c"].title, found.documents["a"].title) == (None, "关于发放算力券的办法")
    assert found.grades == {"1": {"a": 1}, "2": {"b": 1}, "3": {"c": 1}, "4": {"d": 2}}


@pytest.mark.node
def test_collection_is_searched_in_an_index_of_its_own(client: Elasticsearch, folder: Path) -> None:
    before = sorted(client.indices.get(index="policy-*"))
    report = evaluate_collection(client, read_collection(folder), TABLES, tokenizer())
    assert sorted(client.indices.get(index="policy-*")) == before
    assert (report.documents, report.rejected) == (4, 0)
    assert [way.way for way in report.ways] == [OURS, *BASELINES]
    assert report.ways[0].measures.ndcg == report.ways[0].measures.recall == 1
    assert all(0 < p50 <= p95 <= p99 for p50, p95, p99 in (way.seconds for way in report.ways))
    assert report.build_seconds > 0
    assert "p95 ms" in "\n".join(report.lines())


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("corpus.jsonl", "{}\n", r"corpus.jsonl, line 1: needs a JSON object with _id"),
        ("corpus.jsonl", '{"_id": "a"}\n[1]\n', r"corpus.jsonl, line 2: needs a JSON object"),
        ("corpus.jsonl", '{"_id": ""}\n', r"line 1: _id must have 1 to 400 bytes"),
        ("queries.jsonl", '{"_id": "1", "text": "x"}\n', r"query 2 is not in queries.jsonl"),
        ("qrels/test.tsv", "1\ta\n", r"test.tsv, line 1: needs query, document, grade"),
        ("qrels/test.tsv", "1\ta\t1\n1\tb\tmuch\n", r"test.tsv, line 2"),
    ],
)
def test_faults_of_a_collection_are_named(folder: Path, file: str, text: str, message: str) -> None:
    (folder / file).write_text(text, encoding="utf-8")
    with pytest.raises(CollectionError, match=message):
        read_collection(folder)


@pytest.mark.node
def test_command_line(node: Node, folder: Path) -> None:
    settings = Connection(node.url, node.writer.user, node.writer.password).settings()
    for place, code, words in ((folder, 0, "| ours | 4 | 1.000"), (folder / "none", 1, "corpus.jsonl: cannot be read")):
        done = subprocess.run(
            [sys.executable, "-m", "index", "evaluate", "--beir", str(place)],
            cwd=ROOT,
            env=os.environ | settings,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert (done.returncode, words in done.stdout + done.stderr) == (code, True), done.stderr
        assert "Traceback" not in done.stderr
