"""The command line of the index, run as people run it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from index.client import Connection
from index.local_server import Node

pytestmark = pytest.mark.node

ROOT = Path(__file__).resolve().parents[1]


def run(node: Node, *arguments: str, writer: bool = False) -> subprocess.CompletedProcess[str]:
    user = node.writer if writer else node.reader
    settings = Connection(node.url, user.user, user.password).settings()
    return subprocess.run(
        [sys.executable, "-m", "index", *arguments],
        cwd=ROOT,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module", autouse=True)
def built(node: Node) -> None:
    done = run(node, "build", writer=True)
    assert done.returncode == 0, done.stderr
    assert "149 documents, 171 incentives" in done.stderr


def test_guangdong_filing_rewards_as_json(node: Node) -> None:
    done = run(node, "search", "备案奖励", "--region", "440000", "--json")
    found = json.loads(done.stdout)
    haizhu = next(row for row in found["results"] if row["region"] == "440105" and row["kind"] == "filing_reward")
    assert haizhu["amount_max_cny"] == 1_000_000
    assert haizhu["validity"] == "in_force"
    assert found["total"] == len(found["results"])


def test_given_day_decides_what_is_in_force(node: Node) -> None:
    totals = []
    for day in ("2026-09-16", "2026-09-17"):
        done = run(node, "search", "--region", "330102", "--on", day, "--json")
        totals.append(json.loads(done.stdout)["total"])
    assert totals == [1, 0]


def test_lines_say_what_was_found_by_characters(node: Node) -> None:
    done = run(node, "search", "大赛获奖有奖金吗")
    assert re.match(r"\d+ results by characters: none holds these words\n", done.stdout)


def test_lines_for_people(node: Node) -> None:
    done = run(node, "search", "--region", "330100", "--kind", "filing_reward", "--min-amount", "50万")
    assert done.stdout.startswith("1 results\n\n50 万元 / 10 万元  备案奖励  浙江省杭州市西湖区\n")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["search", "--region", "999999"], 1, "error: region: '999999' is no code of regions.csv"),
        (["search", "--kind", "gift"], 1, "error: kind: gift is no kind of incentives.yml"),
        (["search", "字" * 10_001], 1, "error: text: 10001 characters; 10000 is the most"),
        (["search", "--on", "tomorrow"], 2, "'tomorrow' is no date; write it like 2026-11-20"),
        (["search", "--min-amount", "much"], 2, "is no amount; write it like 50万元"),
        (["search", "--page", "0"], 1, "error: page: must be 1 or more"),
        (["build"], 1, "error: Elasticsearch refuses these credentials (403)"),
    ],
)
def test_wrong_input_gives_a_line_and_no_traceback(node: Node, arguments: list[str], code: int, message: str) -> None:
    done = run(node, *arguments, *(["--force"] if arguments == ["build"] else []))
    assert (done.returncode, message in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr


def test_broken_table_gives_a_line_and_no_traceback(node: Node, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import data.tables, pathlib\ndata.tables.load.__defaults__ = (pathlib.Path(__file__).parent / 'tables',)\n"
    )
    (tmp_path / "tables").mkdir()
    settings = {"PYTHONPATH": str(tmp_path), "ELASTICSEARCH_URL": node.url}
    done = subprocess.run(
        [sys.executable, "-m", "index", "build"],
        cwd=ROOT,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("error: regions.csv: record -, field -: cannot be read")
