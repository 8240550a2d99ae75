"""What reading reaches on labelled sets; floors, so that a change that reads worse is seen."""

import json
from pathlib import Path

import pytest

from index.read import incentives, score
from index.read.evaluate import main, score_pages

HERE = Path(__file__).parent
SHARED = HERE.resolve().parents[1] / "shared"


def scores_of(folder: Path) -> score.Scores:
    path = folder / "incentives.jsonl"
    if not path.exists():
        pytest.skip(f"{path} is not on this machine")
    lines = path.read_text(encoding="utf-8").splitlines()
    read = {answer["id"]: answer["incentives"] for answer in incentives.read_lines(lines)}
    return score.score([json.loads(line) for line in lines], read)


@pytest.mark.parametrize("folder", [HERE / "reading", SHARED / "devset"], ids=["own", "devset"])
def test_incentives_of_clauses(folder: Path) -> None:
    scores = scores_of(folder)
    assert scores.facts["kind+amount"].f1 >= 0.95
    assert scores.facts["kind+amount+rate"].f1 >= 0.95
    assert scores.false_alarms <= 0.04
    assert not scores.leaks


def test_real_pages_are_read_right() -> None:
    folder = SHARED / "pages"
    if not folder.exists():
        pytest.skip(f"{folder} is not on this machine")
    found = score_pages(folder)
    assert found.compared > 80
    assert found.misses == ()


def test_a_set_that_is_not_there_is_said_and_a_wrong_value_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.html").write_text("<html><body><h1>甲办法</h1><p>第一条 乙。</p></body></html>", encoding="utf-8")
    expected = {"title": "丙办法", "body_first_sentence": "丁", "written_date": None}
    entry = {"file": "a.html", "site": "x.gov.cn", "url": None, "region_code": "100000", "expected": expected}
    (tmp_path / "index.json").write_text(json.dumps([entry]), encoding="utf-8")
    assert main([str(tmp_path), str(tmp_path / "nowhere")]) == 0
    told = capsys.readouterr().out
    assert "pages: 1 of 4 values right" in told
    assert "expected '丙办法'" in told
    assert "nowhere: not there, not measured" in told
