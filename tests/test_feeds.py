"""Feeds and calendar: read by the parsers that people's readers use, on a real Elasticsearch with the real catalog."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from xml.etree.ElementTree import fromstring

import feedparser  # type: ignore[import-untyped]
import icalendar
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.api import atom, ical
from app.api.atom import Entry, Feed
from app.api.backend import Backend
from app.api.calendar import _events
from app.api.entries import COLLECTED, change_entry, dated, document_entry, incentive_entry, moment
from app.api.feeds import feed_id
from app.api.ical import Event
from app.api.search import address
from data.model import (
    Change,
    ChangeKind,
    Confidence,
    Document,
    DocumentKind,
    Incentive,
    TitleStatus,
    ValidityState,
    Window,
    Yuan,
)
from data.tables import Tables, load
from index.build import build
from index.changes.pages import Observed
from index.changes.rows import load_changes
from index.changes.state import State
from index.changes.store import open_store
from index.client import Connection, connect
from index.corpus import catalog_corpus
from index.local_server import Node
from index.search import DocumentHit, Hit, Validity
from index.tokens import tokenizer
from tests.api_server import get, serving

DAY = date(2026, 11, 20)
HAIZHU = "cn-440105-2024-ai-model-demo-zone"
TABLES: Tables = load()
BASE = "https://policies.example"
HOSTILE = '<script>alert("1")</script> & \x00\x0b\ud800\ufffe ]]> 一二三'
HOLDS = Validity(ValidityState.IN_FORCE, date(2027, 1, 1), 42)


def document(**values: object) -> Document:
    known = {"title_status": TitleStatus.VERIFIED, "kind": DocumentKind.POLICY, "confidence": Confidence.HIGH}
    return Document(**({"id": "cn-1", "title": "甲市若干措施"} | known | values))  # type: ignore[arg-type]


def change(number: int, kind: ChangeKind, document_id: str, **values: object) -> Change:
    return Change(f"change-{number}", document_id, kind, DAY, title=f"文件{number}", **values)  # type: ignore[arg-type]


def feed_of(*entries: Entry) -> bytes:
    return atom.write(Feed("feed/x", HOSTILE, HOSTILE, HOSTILE, moment(DAY), (), entries))


@pytest.fixture(scope="module")
def api(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    reader = Connection(node.url, node.reader.user, node.reader.password)
    found = [
        change(1, ChangeKind.NEW, HAIZHU, region="440105", day=DAY),
        change(2, ChangeKind.EXPIRED, "cn-330000-2025-ai-innovation-measures", region="330000", day=DAY),
        change(3, ChangeKind.ENDING_SOON, HAIZHU, region="440105", day=date(2026, 12, 31), quote="有效期至<b>年底</b>"),
    ]
    with (
        connect(Connection(node.url, node.writer.user, node.writer.password)) as writer,
        open_store(tmp_path_factory.mktemp("state") / "changes.sqlite") as store,
    ):
        build(writer, catalog_corpus(TABLES), tokenizer(), say=lambda _: None)
        store.commit(State(None, {}), State(DAY, {}), Observed({}, (), {}), found, "run-1")
        load_changes(writer, store, TABLES.regions)
        with serving(Backend(lambda: TABLES, lambda: reader)) as base:
            yield base
        for name in list(writer.indices.get(index="policy-changes-*")):
            writer.indices.delete(index=name)


def parsed(body: bytes) -> feedparser.FeedParserDict:
    found = feedparser.parse(body)
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    assert found.feed.id.startswith("tag:ai-policy-kb,2026:")
    assert found.feed.updated_parsed
    assert found.feed.title
    assert found.feed.author
    ids = [entry.id for entry in found.entries]
    assert len(set(ids)) == len(ids)
    assert all(entry.title and entry.updated_parsed and entry.link and entry.summary for entry in found.entries)
    return found


@pytest.mark.node
@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("incentives", {}),
        ("incentives", {"region": "330000", "kind": "filing_reward", "scope": "all"}),
        ("incentives", {"q": '海珠 "备案" <奖励>', "sort": "amount"}),
        ("documents", {}),
        ("documents", {"q": "算力", "level": "city,district", "year": "2024,2025"}),
        ("changes", {}),
        ("incentives", {"region": "330102", "kind": "filing_reward"}),
    ],
)
def test_feeds_are_valid_and_find_what_the_api_finds(api: str, name: str, query: dict[str, str]) -> None:
    answer = get(api, address(f"/feeds/{name}.atom", query | {"size": "100"}))
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    found, rows = parsed(answer.body), get(api, address(f"/api/v1/{name}", query | {"size": "100"})).json["results"]
    one = name.removesuffix("s")
    assert {entry.id for entry in found.entries} == {f"tag:ai-policy-kb,2026:{one}/{row['id']}" for row in rows}


@pytest.mark.node
def test_entries_hold_figure_words_and_gaps(api: str) -> None:
    found = parsed(get(api, "/feeds/incentives.atom", q="备案奖励", region="440105").body)
    (entry,) = [entry for entry in found.entries if entry.id.endswith(f"/{HAIZHU}.1")]
    assert entry.title.startswith("广东省广州市海珠区 · 备案奖励 · 100 万元：")
    for words in ("金额：100 万元", "引文未收录，请核对来源", "海科工商信规字〔2024〕1号", "依据："):
        assert words in entry.summary
    assert entry.link == f"{api}/document?id={HAIZHU}"


@pytest.mark.node
def test_newest_come_first_and_pages_follow(api: str) -> None:
    seen, asked = [], "/feeds/incentives.atom?size=60"
    while asked:
        found = parsed(get(api, asked).body)
        assert found.feed.id == "tag:ai-policy-kb,2026:feed/incentives"
        seen += found.entries
        following = [link.href for link in found.feed.links if link.rel == "next"]
        asked = following[0].removeprefix(api) if following else ""
    known = [entry.published for entry in seen if "published" in entry]
    assert len(seen) == 140
    assert len(known) > 50
    assert known[0] > known[-1]


@pytest.mark.node
def test_changes_by_kind_region_and_search(api: str) -> None:
    def ids(**query: object) -> list[str]:
        asked = address("/feeds/changes.atom", {name: str(value) for name, value in query.items()})
        return [entry.id.rpartition("/")[2] for entry in parsed(get(api, asked).body).entries]

    assert ids() == ["change-3", "change-2", "change-1"]
    assert ids(change="new,expired") == ["change-2", "change-1"]
    assert ids(region="440000") == ["change-3", "change-1"]
    assert ids(document=HAIZHU, change="new") == ["change-1"]
    assert ids(since="2026-11-21") == []
    assert ids(q="海珠 备案奖励") == ["change-3", "change-1"]
    assert ids(kind="filing_reward", size=1, page=2) == ["change-2"]
    assert ids(kind="filing_reward", region="440000", size=1, page=2) == ["change-1"]
    assert ids(kind="rent", region="440105", above=1) == []
    assert get(api, "/feeds/changes.atom", since="20261120").status == 400
    told = get(api, "/api/v1/changes", change="ending_soon").json["results"][0]
    assert (told["day"], told["day_text"], told["kind_text"]) == ("2026-12-31", "2026年12月31日", "即将到期")
    assert told["quote"] == "有效期至<b>年底</b>"


@pytest.mark.node
@pytest.mark.parametrize("path", ["/feeds/incentives.atom", "/feeds/changes.atom", "/feeds/calendar.ics"])
def test_readers_may_ask_often(api: str, path: str) -> None:
    first = get(api, path, region="440000")
    assert first.headers["cache-control"] == "public, max-age=900"
    again = get(api, path, headers={"If-None-Match": f'"x", {first.headers["etag"]}'}, region="440000")
    assert (again.status, again.body) == (304, b"")
    assert get(api, path, headers={"If-None-Match": first.headers["etag"]}, region="330000").status == 200


@pytest.mark.node
def test_feeds_refuse_what_they_do_not_know(api: str) -> None:
    for path in ("/feeds/incentives.atom", "/feeds/changes.atom", "/feeds/calendar.ics"):
        answer = get(api, path, colour="red")
        assert (answer.status, answer.json["faults"][0]["parameter"]) == (400, "colour")


@pytest.mark.node
def test_links_name_the_address_that_people_use(api: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_URL", "https://kb.example/policies/")
    found = parsed(get(api, "/feeds/incentives.atom", size=1).body)
    assert found.entries[0].link.startswith("https://kb.example/policies/document?id=")


@pytest.mark.node
def test_calendar_holds_last_days(api: str) -> None:
    answer = get(api, "/feeds/calendar.ics", region="330000", sort="amount", page=2)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar = icalendar.Calendar.from_ical(answer.body)
    events = {str(event["UID"]): event for event in calendar.walk("VEVENT")}
    event = events["cn-330000-2025-ai-innovation-measures.last-day@ai-policy-kb"]
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (date(2027, 12, 31), date(2028, 1, 1))
    assert str(event["SUMMARY"]).startswith("有效期止：")
    rows = get(api, "/api/v1/documents", region="330000", size=100).json["results"]
    assert len(events) == sum(bool(row["last_day"]) for row in rows) > 3
    assert all(len(line) <= 75 for line in answer.body.split(b"\r\n"))


def test_windows_open_and_close_and_their_end_is_told_once() -> None:
    window = Window(date(2026, 12, 1), date(2026, 12, 20), "17:00", quote="12月1日至12月20日17时")
    notice = document(kind=DocumentKind.NOTICE, windows=(window, Window(None, None)))
    hit = DocumentHit(notice, Validity(ValidityState.IN_FORCE, date(2026, 12, 20), 30), (), 0)
    events = list(_events(hit, TABLES, BASE, DAY))
    assert [(event.id, event.day, event.category) for event in events] == [
        (f"{notice.id}.opens-1@ai-policy-kb", date(2026, 12, 1), "申报开始"),
        (f"{notice.id}.closes-1@ai-policy-kb", date(2026, 12, 20), "申报截止"),
    ]
    assert all("17:00" in event.description and "12月1日" in event.description for event in events)


def test_hostile_text_stays_text() -> None:
    grant = Incentive(1, "filing_reward", HOSTILE, HOSTILE, Yuan(1_000_000), quote=HOSTILE, note=HOSTILE)
    paper = document(id='x"<y>/?&', title=HOSTILE * 40, url="javascript:alert(1)", issuers=(HOSTILE,), place=HOSTILE)
    entries = (
        incentive_entry(Hit(grant, paper, HOLDS), TABLES, BASE, DAY),
        document_entry(DocumentHit(paper, HOLDS, (), 1), TABLES, BASE, DAY),
        change_entry(change(1, ChangeKind.NEW, paper.id, quote=HOSTILE), TABLES, BASE),
    )
    body = feed_of(*entries)
    found = parsed(body)
    assert b"<script" not in body
    assert b"javascript:" not in body
    assert found.entries[0].id == "tag:ai-policy-kb,2026:incentive/x%22%3Cy%3E%2F%3F%26.1"
    assert len(found.entries[1].title) <= 120
    root = fromstring(body)  # noqa: S314 - our own
    summary = root.find(f".//{{{atom.NAMESPACE}}}entry/{{{atom.NAMESPACE}}}summary")
    assert summary is not None
    assert '<script>alert("1")</script> &' in (summary.text or "")


def test_only_web_addresses_become_links() -> None:
    for url in (
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://x.example/",
        "http://x.example/ a",
        "//x.example",
    ):
        entry = document_entry(DocumentHit(document(url=url), HOLDS, (), 0), TABLES, BASE, DAY)
        assert [link.rel for link in parsed(feed_of(entry)).entries[0].links] == ["alternate"]
    entry = document_entry(DocumentHit(document(url="https://x.example/a?b=c&d"), HOLDS, (), 0), TABLES, BASE, DAY)
    assert parsed(feed_of(entry)).entries[0].links[1].href == "https://x.example/a?b=c&d"


def test_ages_are_known_or_the_day_of_collection() -> None:
    assert dated(document(published=date(2025, 3, 1)), DAY) == datetime(2025, 2, 28, 16, tzinfo=UTC)
    assert dated(document(), DAY) == moment(COLLECTED)
    assert dated(document(effective=date(2027, 1, 1)), DAY) == moment(COLLECTED)


def test_one_search_has_one_id() -> None:
    assert feed_id("x", {"b": "2", "a": "杭州"}) == feed_id("x", {"a": "杭州", "b": "2"})
    assert feed_id("x", {"a": "1"}) != feed_id("x", {"a": "2"})
    assert feed_id("x", {}) == "feed/x"


@given(st.text())
@example(HOSTILE)
def test_any_text_makes_a_feed_that_can_be_read(text: str) -> None:
    entry = Entry("e/1", text, moment(DAY), text, BASE, categories=(("a", text),), authors=(text,))
    root = fromstring(feed_of(entry))  # noqa: S314 - our own
    summary = root.find(f".//{{{atom.NAMESPACE}}}entry/{{{atom.NAMESPACE}}}summary")
    assert summary is not None
    assert (summary.text or "") == atom.clean(text).replace("\r\n", "\n").replace("\r", "\n")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400))
@example("字" * 200 + ";,\\n\n\r\n：" + "😀" * 60)
def test_any_text_comes_back_from_a_calendar(text: str) -> None:
    event = Event("id@x", DAY, text, text, BASE, moment(DAY), "申报截止", "甲市")
    body = ical.write("名称", text, [event])
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    (found,) = icalendar.Calendar.from_ical(body).walk("VEVENT")
    expected = ical.CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    assert str(found["DESCRIPTION"]) == expected
    assert found.decoded("DTSTART") == DAY
