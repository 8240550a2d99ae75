"""`python -m app doctor`: each thing that can be wrong is found, named, and says what to do; well is well."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from app.doctor.archive import archive
from app.doctor.cluster import cluster, connection
from app.doctor.finding import Finding, Grade, some
from app.doctor.machine import disk, memory, packages, programs, python
from app.doctor.routine import routine
from app.refresh.ledger import Ledger
from app.refresh.settings import Settings
from data.archive import Archive
from data.model import Outcome, Page
from data.tables import load
from index import generations, local_server, mapping
from index.build import DOCUMENTS, INCENTIVES, build
from index.client import Connection, connect
from index.corpus import catalog_corpus
from index.local_server import Node
from index.tokens import tokenizer

ROOT = Path(__file__).parents[1]
TABLES = load()
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
KNOWN = {name: replace(next(iter(TABLES.sources.values())), id=name) for name in ("xingtan", "yunxi")}


def grades(findings: Iterable[Finding]) -> dict[str, Grade]:
    return {finding.what: finding.grade for finding in findings}


def only(findings: Iterable[Finding], what: str) -> Finding:
    (found,) = [finding for finding in findings if finding.what == what]
    return found


def advised(finding: Finding, grade: Grade, found: str, do: str) -> None:
    assert (finding.grade, found in finding.found, do in finding.do) == (grade, True, True), finding


# The machine


def test_packages_are_compared_with_the_pins(tmp_path: Path) -> None:
    pins = tmp_path / "requirements.txt"
    pins.write_text('-e .\npytest==0.1\nno-such-thing==1.0\nolder==1.0; python_version < "3.0"\n', encoding="utf-8")
    found = packages(pins)
    advised(found, Grade.FAULT, "no-such-thing missing (pinned 1.0)", f"pip install -r {pins}")
    assert "(pinned 0.1)" in found.found
    assert "older" not in found.found
    pins.write_text(f"pytest=={pytest.__version__}\n", encoding="utf-8")
    assert packages(pins).grade is Grade.GOOD
    assert packages(tmp_path / "none").grade is Grade.DOUBT


def test_what_a_local_node_needs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("app.doctor.machine.HOME", tmp_path)
    monkeypatch.setattr("app.doctor.machine.find", lambda _: None)
    java, maven = programs()
    advised(java, Grade.FAULT, "not found", "install openjdk-25-jre-headless or openjdk-21")
    advised(maven, Grade.FAULT, "not found", "install maven")
    monkeypatch.setattr("app.doctor.machine.find", lambda _: Path("/usr/bin/true"))
    assert set(grades(programs()).values()) == {Grade.GOOD}


@pytest.mark.parametrize(("free", "grade"), [(0.5, Grade.FAULT), (3.0, Grade.DOUBT), (50.0, Grade.GOOD)])
def test_a_disk_is_told_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free: float, grade: Grade) -> None:
    monkeypatch.setattr("app.doctor.machine.shutil.disk_usage", lambda _: SimpleNamespace(free=free * 10**9))
    (found,) = disk([tmp_path / "not" / "yet" / "there", tmp_path])
    assert (found.grade, found.found) == (grade, f"{free:.1f} GB free")


def test_memory(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    assert list(memory(meminfo)) == []
    meminfo.write_text("MemTotal: 9 kB\nMemAvailable:    1000000 kB\n", encoding="ascii")
    (found,) = memory(meminfo)
    advised(found, Grade.DOUBT, "1.0 GB", "ES_HEAP=512m")
    meminfo.write_text("MemAvailable:    8000000 kB\n", encoding="ascii")
    assert grades(memory(meminfo)) == {"memory": Grade.GOOD}
    assert python().grade is Grade.GOOD


# The archive


def collect(folder: Path, source: str, at: datetime, outcome: Outcome = Outcome.OK, **evidence: str) -> None:
    with Archive(folder) as held:
        run = held.begin(source, at)
        held.put(run, Page(f"https://www.{source}.gov.cn/1.html", at, 200, (), source.encode() * 9_000))
        held.finish(run, outcome, evidence, at=at)


def test_an_empty_archive(tmp_path: Path) -> None:
    (found,) = archive(tmp_path, KNOWN, NOW)
    advised(found, Grade.DOUBT, "is empty", "make refresh")


def test_a_healthy_archive(tmp_path: Path) -> None:
    for name in KNOWN:
        collect(tmp_path, name, NOW - timedelta(days=3))
    assert grades(archive(tmp_path, KNOWN, NOW)) == dict.fromkeys(("archive", "clock", "sources"), Grade.GOOD)


def test_sources_never_run_bad_and_silent(tmp_path: Path) -> None:
    known = {**KNOWN, "yexi": KNOWN["yunxi"], "qingxi": KNOWN["yunxi"]}
    collect(tmp_path, "xingtan", NOW - timedelta(days=16))
    collect(tmp_path, "yunxi", NOW - timedelta(days=2), Outcome.BLOCKED, first_fault="a challenge page")
    collect(tmp_path, "yexi", NOW - timedelta(days=1), Outcome.LAYOUT_CHANGED)
    found = list(archive(tmp_path, known, NOW))
    advised(only(found, "sources never run"), Grade.DOUBT, "qingxi", "make refresh")
    advised(only(found, "sources silent"), Grade.DOUBT, "xingtan", "schedule")
    advised(only(found, "source yunxi"), Grade.DOUBT, "blocked on 2026-11-18: a challenge page", "crawler import")
    advised(only(found, "source yexi"), Grade.DOUBT, "layout_changed", "data/tables/sources/yexi.yml")


@pytest.mark.parametrize("how", ["overwritten", "gone", "short"])
def test_damage_is_found_and_costs_one_source(tmp_path: Path, how: str) -> None:
    for name in KNOWN:
        collect(tmp_path, name, NOW)
    ledger = tmp_path / "yunxi" / "ledger.sqlite"
    warc = tmp_path / "yunxi" / "yunxi-00001.warc.gz"
    if how == "overwritten":
        ledger.write_bytes(random.Random(8).randbytes(40_000))  # noqa: S311 - the same bytes each time
    elif how == "gone":
        ledger.unlink()
    else:
        os.truncate(warc, warc.stat().st_size - 1)
    found = list(archive(tmp_path, KNOWN, NOW))
    advised(only(found, "yunxi"), Grade.FAULT, "", "python -m crawler repair")
    assert "1 sources" in only(found, "archive").found


def test_a_clock_that_is_behind(tmp_path: Path) -> None:
    collect(tmp_path, "yunxi", NOW + timedelta(days=365))
    advised(only(archive(tmp_path, KNOWN, NOW), "clock"), Grade.FAULT, "2027-11-20", "NTP")


# The routine


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    names = {name: tmp_path / name for name in ("archive", "tables", "read", "folder", "reports", "subscriptions")}
    names["folder"].mkdir()
    return Settings(**names, app=None, scheduler=None)


def test_no_refresh_was_made_and_none_is_made_by_looking(settings: Settings) -> None:
    (found,) = routine(settings, NOW)
    advised(found, Grade.DOUBT, "none was made", "make refresh")
    assert list(settings.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("code", "days", "grade", "said"),
    [
        (0, 3, Grade.GOOD, "well on"),
        (0, 9, Grade.DOUBT, "the last one was on"),
        (1, 3, Grade.DOUBT, "was not complete"),
        (3, 3, Grade.FAULT, "failed with code 3"),
        (None, 3, Grade.DOUBT, "has not ended"),
    ],
)
def test_how_the_last_refresh_ended(settings: Settings, code: int | None, days: int, grade: Grade, said: str) -> None:
    then = NOW - timedelta(days=days)
    with closing(Ledger(settings.state)) as ledger:
        begun = ledger.begin(then)
        if code is not None:
            ledger.end(begun, then, code)
    found = list(routine(settings, NOW))
    advised(only(found, "refresh"), grade, said, "")
    assert only(found, "schedule").grade is Grade.DOUBT
    (settings.folder / "schedule.alive").touch()
    assert only(routine(settings, NOW), "schedule").grade is Grade.GOOD


def test_a_broken_state_file(settings: Settings) -> None:
    settings.state.write_bytes(b"no database" * 1_000)
    (found,) = routine(settings, NOW)
    advised(found, Grade.FAULT, "state", "move")


# Elasticsearch


def test_no_cluster_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ELASTICSEARCH_URL", raising=False)
    monkeypatch.setattr(local_server, "FOLDER", tmp_path)
    way, found = connection()
    assert way is None
    advised(found, Grade.DOUBT, "no local node runs", "make run")


def test_a_cluster_that_does_not_answer() -> None:
    (found,) = cluster(Connection("http://127.0.0.1:9", "kb", "secret"))
    advised(found, Grade.FAULT, "does not answer", "put that right")
    assert "secret" not in repr(found)


@pytest.fixture(scope="module")
def client(node: Node) -> Iterator[Elasticsearch]:
    with connect(Connection(node.url, node.writer.user, node.writer.password)) as writer:
        build(writer, catalog_corpus(TABLES), tokenizer(), say=lambda _: None)
        yield writer


@pytest.fixture
def way(node: Node, client: Elasticsearch) -> Connection:  # noqa: ARG001 - the index must be there
    return Connection(node.url, node.reader.user, node.reader.password)


@pytest.mark.node
def test_a_healthy_cluster(way: Connection) -> None:
    found = grades(cluster(way))
    for what in ("version", "clocks", DOCUMENTS, INCENTIVES):
        assert found[what] is Grade.GOOD


@pytest.mark.node
def test_an_index_that_does_not_fit(way: Connection, client: Elasticsearch, monkeypatch: pytest.MonkeyPatch) -> None:
    meta = dict(generations.current_meta(client, DOCUMENTS))

    def told(**values: Any) -> Finding:  # noqa: ANN401 - whatever stands in the index
        monkeypatch.setattr("app.doctor.cluster.current_meta", lambda *_: {**meta, **values})
        return only(cluster(way), DOCUMENTS)

    advised(told(words="other"), Grade.FAULT, "another lexicon (other", "python -m index build")
    advised(told(mapping=mapping.VERSION - 1), Grade.FAULT, f"of version {mapping.VERSION - 1}", "index build")
    advised(told(corpus="half updated"), Grade.DOUBT, "did not come to its end", "index build")
    told(rejected=[["policy-documents-1", "poison", "KeyError"]])
    advised(only(cluster(way), "set aside"), Grade.DOUBT, "poison: KeyError", "documents")
    monkeypatch.setattr("app.doctor.cluster.current_meta", lambda *_: {})
    advised(only(cluster(way), "index"), Grade.FAULT, DOCUMENTS, "python -m index build")


@pytest.mark.node
def test_a_full_disk_of_the_node(way: Connection, client: Elasticsearch) -> None:
    (name,) = client.indices.get_alias(name=DOCUMENTS)
    client.indices.put_settings(index=name, settings={"index.blocks.read_only_allow_delete": True})
    try:
        advised(only(cluster(way), "writing"), Grade.FAULT, name, "make room")
    finally:
        client.indices.put_settings(index=name, settings={"index.blocks.read_only_allow_delete": None})


@pytest.mark.node
def test_clocks_that_are_apart(way: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.doctor.cluster.time", SimpleNamespace(time=lambda: NOW.timestamp() - 86_400 * 365))
    advised(only(cluster(way), "clocks"), Grade.DOUBT, "s apart from a node's", "NTP")


# The command


def command(tmp_path: Path, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    folders = {
        "CRAWLER_ARCHIVE": str(tmp_path / "archive"),
        "REFRESH_FOLDER": str(tmp_path / "refresh"),
        "ELASTICSEARCH_URL": "http://127.0.0.1:9",
    }
    return subprocess.run(
        [sys.executable, "-m", "app", "doctor", *arguments],
        cwd=ROOT,
        env=os.environ | folders | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_command_says_all_and_changes_nothing(tmp_path: Path) -> None:
    done = command(tmp_path)
    assert (done.returncode, done.stderr) == (2, "")
    assert "FAULT elasticsearch: Elasticsearch at http://127.0.0.1:9 does not answer" in done.stdout
    assert "look  archive: " in done.stdout
    assert "ok    tables: 149 documents" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_findings_as_json(tmp_path: Path) -> None:
    lines: list[Mapping[str, str]] = [json.loads(line) for line in command(tmp_path, "--json").stdout.splitlines()]
    assert {"grade", "what", "found", "do"} == set(lines[0])
    assert {"good", "fault"} <= {line["grade"] for line in lines}


def test_many_names_are_cut() -> None:
    assert some(["a", "b", "c"], 2) == "a, b and 1 more"
    assert some(["a"]) == "a"
