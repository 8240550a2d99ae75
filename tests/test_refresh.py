"""Real refreshes in subprocesses: replica sites on loopback, a real Elasticsearch, killed at every step."""

import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from data.tables import load
from index.build import build
from index.changes.rows import ChangeQuery, ChangeSearcher
from index.client import Connection, connect
from index.corpus import catalog_corpus
from index.local_server import Node
from index.tokens import tokenizer
from tests.crawl_desk import Crawled, Desk, kill, wait_for
from tests.site_server import Reply, SiteServer, listing, page

pytestmark = [pytest.mark.node, pytest.mark.crawl, pytest.mark.long]

SITE = "yunxi.test"
PROGRAM = ("-m", "app")
BY_SELF = """
import os, signal, sys
import app.refresh.steps as steps
target, name = sys.argv[1], sys.argv[1].rpartition(".")[2]
import importlib
module = importlib.import_module(target.rpartition(".")[0])
real = getattr(module, name)
def dying(*given, **named):
    when = os.environ["DIE"]
    if when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    found = real(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(module, name, dying)
from app.__main__ import main
sys.exit(main(sys.argv[2:]))
"""


def rules(number: int, amount: int = 50) -> Reply:
    title = f"云溪市支持人工智能企业第{number}号办法"
    lines = [
        "第一条　为支持云溪市人工智能企业，制定本办法。",
        f"第二条　对首次完成生成式人工智能服务备案的企业，给予最高{amount}万元的一次性奖励。",
        "第三条　本办法自2026年1月1日起施行，有效期至2028年12月31日。",
    ]
    body = "".join(f"<p>{line}</p>" for line in lines)
    text = f"<h1>{title}</h1><div class='TRS_Editor'>{body}</div>"
    return page(f"<html><head><meta charset='utf-8'><title>{title}</title></head><body>{text}</body></html>").modified()


@pytest.fixture
def sites() -> Iterator[SiteServer]:
    with SiteServer() as server:
        yield server


class Office:
    """A desk with a site of three documents, and the settings of a refresh."""

    def __init__(self, folder: Path, sites: SiteServer) -> None:
        self.folder, self.sites = folder, sites
        self.desk = Desk(folder, sites)
        self.desk.add("yunxi", sites.url(SITE, "/zc/"))
        self.publish({1: 50, 2: 50, 3: 50})

    def publish(self, amounts: dict[int, int]) -> None:
        rows = [(self.path(number), f"云溪市支持人工智能企业第{number}号办法") for number in amounts]
        self.sites.script(SITE, "/zc/", listing(rows))
        for number, amount in amounts.items():
            self.sites.script(SITE, self.path(number), rules(number, amount))

    @staticmethod
    def path(number: int) -> str:
        return f"/zc/t20261102_{number}.html"

    def refresh(self, *arguments: str) -> Crawled:
        return self.desk.end(self.desk.start("refresh", *arguments, program=PROGRAM))

    def dying(self, function: str, when: str) -> Crawled:
        os.environ["DIE"] = when
        ended = self.desk.end(self.desk.start(function, "refresh", program=("-c", BY_SELF)))
        assert ended.code == -9
        return ended

    def report(self) -> dict[str, Any]:
        newest = max((self.folder / "reports").glob("*.json"))
        found: dict[str, Any] = json.loads(newest.read_text(encoding="utf-8"))
        return found

    def kinds(self) -> list[str]:
        with sqlite3.connect(self.folder / "refresh" / "state.sqlite") as db:
            rows = db.execute("SELECT json_extract(record, '$.kind') FROM changes ORDER BY number").fetchall()
        db.close()
        return [kind for (kind,) in rows]

    def titles(self) -> list[str]:
        with sqlite3.connect(self.folder / "refresh" / "state.sqlite") as db:
            rows = db.execute("SELECT title FROM outbox ORDER BY rowid").fetchall()
        db.close()
        return [title for (title,) in rows]


@pytest.fixture
def office(tmp_path: Path, sites: SiteServer, node: Node, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    settings = {
        "ELASTICSEARCH_URL": node.url,
        "ELASTICSEARCH_USER": node.writer.user,
        "ELASTICSEARCH_PASSWORD": node.writer.password,
        "REFRESH_READ": str(tmp_path / "read"),
        "REFRESH_FOLDER": str(tmp_path / "refresh"),
        "REFRESH_REPORTS": str(tmp_path / "reports"),
        "ALERTS_FILE": str(tmp_path / "subscriptions.yml"),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DIE", "")
    yield Office(tmp_path, sites)
    with connect(Connection(node.url, node.writer.user, node.writer.password)) as client:
        build(client, catalog_corpus(load()), tokenizer(), force=True, say=lambda _: None)
        for name in client.indices.get(index="policy-changes-*"):
            client.indices.delete(index=name)


@pytest.fixture
def client(node: Node) -> Iterator[Elasticsearch]:
    with connect(Connection(node.url, node.writer.user, node.writer.password)) as reader:
        yield reader


def subscribe(office: Office) -> None:
    """Subscribe with a recipient that is not there, so that every message stays in the outbox."""
    text = "subscriptions:\n- {name: 备案奖励, search: {q: 备案}, to: [ALERT_NOWHERE]}\noperators: [ALERT_OPERATORS]\n"
    (office.folder / "subscriptions.yml").write_text(text, encoding="utf-8")


def test_life_of_a_collection(office: Office, client: Elasticsearch) -> None:
    first = office.refresh()
    assert first.code == 0, first.out + first.err
    assert office.kinds() == []
    report = office.report()
    assert [(one["source"], one["outcome"], one["new"]) for one in report["sources"]] == [("yunxi", "ok", 3)]

    second = office.refresh()
    assert second.code == 0
    assert "index: unchanged" in second.out
    assert (office.kinds(), office.report()["changes"]) == ([], [])

    office.publish({1: 50, 2: 30, 3: 50, 4: 80})
    assert office.refresh().code == 0
    assert sorted(office.kinds()) == ["amended", "new"]
    changes = {one["kind"]: one for one in office.report()["changes"]}
    (clause,) = changes["amended"]["clauses"]
    assert clause["path"] == ["第二条"]
    assert [piece["text"] for piece in clause["pieces"] if piece["edit"] == "added"] == ["30"]
    ground = changes["amended"]["grounds"][0]
    assert ground["url"].endswith(office.path(2))
    assert ground["before"] != ground["after"]

    office.publish({1: 50, 2: 30, 4: 80})
    office.sites.script(SITE, office.path(3), page("404", 404))
    office.refresh()
    assert len(office.kinds()) == 2, "gone once is not withdrawn"
    office.refresh()
    assert office.kinds()[2:] == ["withdrawn"]
    office.refresh()
    assert len(office.kinds()) == 3
    office.sites.script(SITE, office.path(3), rules(3))
    office.refresh()
    assert office.kinds()[3:] == ["restored"]

    found = ChangeSearcher(client).search(ChangeQuery())
    assert [str(change.kind) for change in found.changes] == office.kinds()[::-1]
    assert found.total == 4
    assert "网页已恢复" in max((office.folder / "reports").glob("*.md")).read_text(encoding="utf-8")


STEPS = [
    ("app.refresh.steps.observe", "after"),
    ("app.refresh.steps.compare", "after"),
    ("app.refresh.steps.update", "after"),
    ("app.refresh.steps.load_changes", "after"),
    ("app.refresh.steps.tell_operators", "before"),
    ("app.refresh.steps.deliver", "before"),
    ("app.refresh.steps.write", "after"),
]


def test_killed_at_every_step_nothing_is_lost_or_told_twice(office: Office) -> None:
    subscribe(office)
    office.refresh()
    for expected, (function, when) in enumerate(STEPS, 1):
        office.publish({1: 50 + expected, 2: 50, 3: 50})
        office.dying(function, when)
        ended = office.refresh()
        assert ended.code == 1, f"{function}: {ended.out}{ended.err}"  # the recipient is not there
        assert office.kinds() == ["amended"] * expected, f"killed {when} {function}"
        assert len(office.titles()) == expected, f"killed {when} {function}"
        assert office.report()["counts"] == {"amended": 1}, f"killed {when} {function}"


def test_killed_in_the_middle_of_a_crawl(office: Office) -> None:
    office.refresh()
    slow = dict.fromkeys(range(1, 9), 50)
    office.publish(slow)
    for number in slow:
        office.sites.script(SITE, office.path(number), Reply(rules(number).body, wait=0.5))
    process = office.desk.start("refresh", program=PROGRAM)
    wait_for(iter(lambda: len(office.sites.asked(SITE)) > 8, None))
    kill(process)
    office.publish(slow)
    ended = office.refresh()
    assert ended.code == 0, ended.out + ended.err
    office.refresh()
    assert sorted(office.kinds()) == ["new"] * 5


def test_one_at_a_time(office: Office) -> None:
    office.sites.script(SITE, "/zc/", Reply(listing([(office.path(1), "云溪市办法")]).body, wait=3))
    first = office.desk.start("refresh", program=PROGRAM)
    wait_for(iter(lambda: (office.folder / "refresh" / "refresh.lock").exists(), None))
    wait_for(iter(lambda: bool(office.sites.asked(SITE)), None))
    second = office.refresh()
    assert (second.code, "refresh: under way already (process" in second.err) == (1, True)
    assert office.desk.end(first).code == 0


def test_without_elasticsearch_changes_are_kept_and_told_later(
    office: Office, monkeypatch: pytest.MonkeyPatch, node: Node
) -> None:
    subscribe(office)
    office.refresh()
    office.publish({1: 50, 2: 30, 3: 50})
    monkeypatch.setenv("ELASTICSEARCH_URL", "http://127.0.0.1:9")
    ended = office.refresh()
    assert ended.code == 3
    assert "does not answer" in ended.out
    assert office.kinds() == ["amended"]
    assert [title for title in office.titles() if "政策订阅" in title] == []
    assert any("更新任务" in title for title in office.titles())
    monkeypatch.setenv("ELASTICSEARCH_URL", node.url)
    office.refresh("--no-crawl")
    assert office.kinds() == ["amended"]
    titles = office.titles()
    assert sum("政策订阅" in title for title in titles) == 1
    assert sum("运行告警" in title for title in titles) == 1
    assert sum("运行恢复" in title for title in titles) == 1


def test_source_that_goes_silent_is_told_once_and_once_when_it_is_back(office: Office) -> None:
    subscribe(office)
    office.refresh()
    office.sites.script(SITE, "/zc/", page("<html><body>系统维护</body></html>"))
    for _ in range(3):
        assert office.refresh().code == 1
    assert [title for title in office.titles() if "运行" in title] == ["【运行告警】来源 yunxi"]
    assert office.report()["sources"][0]["fell"] is True
    office.publish({1: 50, 2: 50, 3: 50})
    office.refresh()
    office.refresh()
    assert [title for title in office.titles() if "运行" in title] == [
        "【运行告警】来源 yunxi",
        "【运行恢复】来源 yunxi",
    ]


def test_whole_site_gone_withdraws_nothing(office: Office) -> None:
    office.refresh()
    office.sites.script(SITE, "/zc/", page("404", 404))
    for number in (1, 2, 3):
        office.sites.script(SITE, office.path(number), page("404", 404))
    for _ in range(3):
        office.refresh()
    assert office.kinds() == []


def test_unknown_source_and_broken_subscriptions_are_said(office: Office) -> None:
    (office.folder / "subscriptions.yml").write_text("subscriptions:\n- {name: 一, to: [A]}\n", encoding="utf-8")
    ended = office.refresh("no-such-source")
    assert ended.code == 3
    assert "no such source" in ended.out
    assert "subscriptions.yml" in ended.out
    assert {step["name"] for step in office.report()["steps"] if step["error"]} == {"crawl", "subscriptions"}
