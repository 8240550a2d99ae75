"""The log: one JSON line an event, with its run, and never a secret."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.refresh.settings import Settings
from app.refresh.steps import FAILED, refresh
from data import journal
from data.tables import TABLES

SECRETS = {
    "ELASTICSEARCH_PASSWORD": "correct-horse-battery",
    "MY_API_KEY": "k3y-of-the-cluster",
    "TEAM_CHAT": "wecom://6a1f0c2e-77aa-4d0b-9e11-0123456789ab",
    "MAIL": "mailtos://robot:pass%20word-1234@mail.example.org?to=a@example.org",
    "ELASTICSEARCH_URL": "https://es.example.org:9200",
    "SHORT_TOKEN": "abc",
}


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "log" / "events.jsonl"
    journal.write_to(str(path), SECRETS)
    yield path
    journal.write_to("none")


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_an_event_is_one_line_with_its_run_and_what_it_tells(log: Path) -> None:
    with journal.run("20261121T0600Z"):
        journal.event("step ended", step="read", seconds=1.5, notes=("第一\n第二", None))
    journal.event("source crawled", error="blocked: 412", source="cac")
    first, second = lines(log)
    assert first.pop("at").endswith("+00:00")
    assert first == {
        "level": "info", "event": "step ended", "run": "20261121T0600Z", "step": "read", "seconds": 1.5,
        "notes": ["第一\n第二", None],
    }  # fmt: skip
    assert (second["level"], second["run"], second["error"], second["source"]) == ("error", None, "blocked: 412", "cac")


def test_a_run_without_a_name_gets_one_and_an_inner_run_its_own(log: Path) -> None:
    with journal.run() as outer:
        with journal.run("inner"):
            journal.event("one")
        journal.event("two")
    assert [line["run"] for line in lines(log)] == ["inner", outer]
    assert len(outer) == 12


@pytest.mark.parametrize(
    ("said", "secret"),
    [
        ("login failed for correct-horse-battery", "correct-horse-battery"),
        ("ApiKey k3y-of-the-cluster was refused", "k3y-of-the-cluster"),
        ("POST https://chat.example.org/send?key=6a1f0c2e-77aa-4d0b-9e11-0123456789ab: 500", "0123456789ab"),
        ("smtp: pass%20word-1234 is wrong", "pass%20word-1234"),
        ("https://elastic:hunter22@es.example.org:9200 does not answer", "hunter22"),
        ("GET /robot/send?access_token=a1b2c3d4e5 failed", "a1b2c3d4e5"),
        ("Authorization: Basic ZWxhc3RpYzpodW50ZXIyMg==", "ZWxhc3RpYzpodW50ZXIyMg"),
    ],
)
def test_no_secret_is_written_wherever_it_stands(log: Path, said: str, secret: str) -> None:
    journal.event("a", error=said)
    journal.event("b", deep={"list": [said, {"inner": said}]}, thing=ValueError(said))
    logging.getLogger("elastic_transport").warning("node said %s", said)
    logging.getLogger("app").error("fault", exc_info=RuntimeError(said))
    text = log.read_text(encoding="utf-8")
    assert text.count(journal.HIDDEN) >= 5
    assert secret not in text
    assert "RuntimeError" in lines(log)[-1]["trace"]


def test_what_is_no_secret_stays(log: Path) -> None:
    said = "https://es.example.org:9200: abc, 第三条 key=value, https://www.gov.cn/a?page=2&id=7"
    journal.event(said)
    assert lines(log)[0]["event"] == said


def test_half_a_character_and_a_file_that_was_moved_away(log: Path) -> None:
    journal.event("half", text="\ud800")
    log.rename(log.with_suffix(".1"))
    journal.event("anew")
    assert [line["event"] for line in lines(log)] == ["anew"]
    assert lines(log.with_suffix(".1"))[0]["text"] == "?"


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    journal.write_to(str(tmp_path / "file" / "events.jsonl"), {})
    journal.event("still said")
    said = capsys.readouterr().err.splitlines()
    assert "cannot be written" in said[0]
    assert json.loads(said[1])["event"] == "still said"
    journal.write_to("none")


def test_a_refresh_without_a_cluster_tells_each_step_under_its_own_run(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ELASTICSEARCH_URL", "http://someone:hunter22@127.0.0.1:9")
    folder = {name: tmp_path / name for name in ("archive", "read", "state", "reports")}
    settings = Settings(
        folder["archive"], TABLES, folder["read"], folder["state"], folder["reports"], tmp_path / "none.yml", None
    )
    assert refresh(settings, crawling=False, say=lambda _: None) == FAILED
    found = lines(log)
    report = json.loads(next((tmp_path / "reports").glob("*.json")).read_text(encoding="utf-8"))
    assert {line["run"] for line in found} == {report["refresh"]}
    assert [line["event"] for line in found if line["event"].startswith("refresh")] == [
        "refresh began",
        "refresh ended",
    ]
    steps = {line["step"]: line["level"] for line in found if line["event"] == "step ended"}
    assert steps["read"] == "info"
    assert steps["index"] == "error"
    assert "hunter22" not in log.read_text(encoding="utf-8")
