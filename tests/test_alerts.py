"""Alerts: the subscriptions file, digests, the outbox, and real deliveries to a web and a mail server on loopback."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from elasticsearch import Elasticsearch

from app.alerts.announce import Announcer, register
from app.alerts.delivery import AGAIN, deliver, parts_of
from app.alerts.digest import Message, digest
from app.alerts.incidents import REFRESH, tell_operators
from app.alerts.outbox import Entry, Outbox
from app.alerts.subscriptions import Often, Subscription, parameters, read_subscriptions
from data.model import Change, ChangeKind, ClauseChange, Edit, Ground, Incentive, Piece, Yuan
from data.strict import TableError
from data.tables import load
from index.build import build
from index.changes import State
from index.changes.match import Matcher
from index.changes.pages import Observed
from index.changes.rows import ChangeQuery, ChangeSearcher, load_changes
from index.changes.store import Store
from index.client import Connection, connect
from index.corpus import catalog_corpus
from index.local_server import Node
from index.tokens import tokenizer

ROOT = Path(__file__).parents[1]
TABLES = load()
NOW = datetime(2026, 11, 16, 1, tzinfo=UTC)
DAY = date(2026, 11, 16)


class Hook:
    """A web server that keeps what it is sent. status: of its answers. wait: set to let it answer."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.status = 200
        self.wait = threading.Event()
        self.wait.set()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if hook.status == 200:
                    hook.got.append((dict(self.headers), json.loads(body)))
                hook.wait.wait(20)
                self.send_response(hook.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"json://127.0.0.1:{self._server.server_address[1]}/hook-secret-token"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.wait.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def hook() -> Iterator[Hook]:
    made = Hook()
    yield made
    made.close()


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    made = Outbox(tmp_path / "state.sqlite")
    yield made
    made.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "state.sqlite")
    yield made
    made.close()


def post(outbox: Outbox, *recipients: str, body: str = "内容", number: int = 1) -> None:
    outbox.register("甲", 0)
    outbox.post("甲", number, NOW, Message(f"标题{number}", body), recipients)


# --- the file ---------------------------------------------------------------------------------------------------------


def written(folder: Path, text: str) -> Path:
    path = folder / "subscriptions.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_example_can_be_read() -> None:
    found = read_subscriptions(ROOT / "subscriptions.example.yml", TABLES)
    assert len(found.subscriptions) >= 3
    assert found.operators
    for one in found.subscriptions:
        assert one.query(TABLES, DAY).on == DAY


def test_address_and_parameters_are_the_same_search(tmp_path: Path) -> None:
    text = """subscriptions:
- {name: 一, search: "http://127.0.0.1:8501/?q=备案&region=330100&above=1&min=500000", to: [HOOK]}
- {name: 二, search: {q: 备案, region: 330100, above: true, min: 500000}, to: [HOOK], often: weekly, changes: [new]}
"""
    one, two = read_subscriptions(written(tmp_path, text), TABLES).subscriptions
    assert one.query(TABLES, DAY) == two.query(TABLES, DAY)
    assert (two.often, two.changes, one.changes) == (Often.WEEKLY, (ChangeKind.NEW,), ())
    assert one.query(TABLES, DAY).min_amount == 500_000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "subscriptions:\n- {name: 一, search: {q: 备案}, to: ['slack://a/b/secret']}",
            "no secret stands in this file",
        ),
        ("subscriptions:\n- {name: 一, search: {q: 备案, region: '999999'}, to: [A]}", "region=999999 cannot be read"),
        ("subscriptions:\n- {name: 一, search: {q: 备案, sorte: new}, to: [A]}", "sorte=new cannot be read"),
        ("subscriptions:\n- {name: 一, search: {q: 备案}, to: [A], changes: [gone]}", "'gone' is none of new, amended"),
        ("subscriptions:\n- {name: 一, search: {q: 备案}, to: [A], offen: daily}", "unknown key offen"),
        ("subscriptions:\n- {name: 一, search: {q: 备案}, to: []}", "names nobody"),
        ("subscriptions:\n- {name: 一, search: {}, to: [A]}", "would find everything"),
        ("subscriptions:\n- {name: 一, to: [A]}", "search: is missing"),
        ("subscriptions:\n- {name: 一, search: {q: 甲}, to: [A]}\n- {name: 一, search: {q: 乙}, to: [A]}", "twice"),
        ("- 1", "must hold"),
        ("subscriptions: 3", "3 is not a list"),
        ("operators: [mailto]", "environment variable"),
    ],
)
def test_faults_are_named_and_secrets_not_shown(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(TableError) as error:
        read_subscriptions(written(tmp_path, text), TABLES)
    assert said in str(error.value)
    assert "secret'" not in str(error.value)


def test_no_file_is_no_subscription(tmp_path: Path) -> None:
    assert read_subscriptions(tmp_path / "none.yml", TABLES).subscriptions == ()


# --- digests ----------------------------------------------------------------------------------------------------------


def amended(document: str = "a") -> Change:
    pieces = (
        Piece(Edit.KEPT, "给予最高"),
        Piece(Edit.REMOVED, "50"),
        Piece(Edit.ADDED, "30"),
        Piece(Edit.KEPT, "万元"),
    )
    ground = Ground("visit", url="https://yunxi.test/a.html", at=NOW)
    clauses = (ClauseChange(("第二条",), pieces),)
    return Change(
        f"amended-{document}",
        document,
        ChangeKind.AMENDED,
        DAY,
        "云溪市办法",
        "330100",
        clauses=clauses,
        grounds=(ground,),
    )


def test_digest_names_what_changed_and_quotes_the_clause() -> None:
    grant = Incentive(1, "filing_reward", "完成备案", amount_max=Yuan(300_000), clause="第二条", quote="给予最高30万元")
    new = Change("n", "b", ChangeKind.NEW, DAY, "新办法", None, day=date(2026, 11, 10))
    kind = next(iter(TABLES.kinds))
    grants = {"b": (Incentive(1, kind, "备案", amount_max=grant.amount_max, clause="第二条", quote=grant.quote),)}
    made = digest("甲", [amended(), new], grants, {"q": "备案"}, TABLES, day=DAY, app="https://app.test")
    assert made.title == "【政策订阅】甲：2 份文件有变化（2026-11-16）"
    for said in (
        "1. 云溪市办法（浙江省杭州市）" if "浙江省杭州市" in made.body else "1. 云溪市办法",
        "第二条：给予最高【删去：50】【新增：30】万元",
        "新收录（发布日期：2026年11月10日）",
        "30 万元",
        "原文（第二条）：“给予最高30万元”",
        "https://app.test/document?id=b",
        "2026-11-16 抓取 https://yunxi.test/a.html",
        "https://app.test/?q=",
    ):
        assert said in made.body


def test_digest_shows_gaps_as_gaps_and_stays_short() -> None:
    kind = next(iter(TABLES.kinds))
    bare = Change("c", "b", ChangeKind.EXPIRED, DAY)
    made = digest("甲", [bare], {}, {}, TABLES, day=DAY, app=None)
    assert "题名未恢复（未载明）" in made.body
    assert "引文未收录，请核对来源" in made.body
    many = [Change(f"c{number}", f"d{number:03}", ChangeKind.NEW, DAY) for number in range(30)]
    grants = {change.document: (Incentive(1, kind, "备案"),) for change in many}
    made = digest("甲", many, grants, {}, TABLES, day=DAY, app=None)
    assert "另有 10 份文件有变化" in made.body
    assert made.body.count("金额未载明") == 20


# --- deliveries -------------------------------------------------------------------------------------------------------


def test_webhook_gets_each_message_once(outbox: Outbox, hook: Hook) -> None:
    post(outbox, "HOOK", "HOOK")
    done = deliver(outbox, {"HOOK": hook.url}, now=NOW)
    assert (done.messages, done.failed, outbox.waiting()) == (1, (), [])
    ((headers, body),) = hook.got
    assert body["title"] == "标题1"
    assert body["message"].startswith("内容\n\n编号 ")
    assert headers["X-Message-Number"] == body["message"].rpartition(" ")[2]
    assert deliver(outbox, {"HOOK": hook.url}, now=NOW).messages == 0
    assert len(hook.got) == 1


class Mail:
    def __init__(self) -> None:
        self.got: list[tuple[list[str], str, str]] = []

    async def handle_DATA(self, _: object, __: object, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd calls it
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content)
        texts = [part for part in message.walk() if part.get_content_type() == "text/plain"] or [message]
        payload = texts[0].get_payload(decode=True)
        assert isinstance(payload, bytes)
        subject = str(make_header(decode_header(message["Subject"])))
        self.got.append((envelope.rcpt_tos, subject, payload.decode()))
        return "250 OK"


def test_mail_server_gets_the_digest(outbox: Outbox) -> None:
    mail = Mail()
    server = Controller(mail, hostname="127.0.0.1", port=0)
    server.port = _free_port()
    server.start()
    try:
        url = f"mailto://127.0.0.1:{server.port}/?from=kb@app.test&to=reader@app.test&mode=insecure&format=text"
        post(outbox, "MAIL", body="第二条：给予最高【删去：50】【新增：30】万元 <b>")
        done = deliver(outbox, {"MAIL": url}, now=NOW)
        assert done.failed == ()
    finally:
        server.stop()
    ((to, subject, text),) = mail.got
    assert (to, subject) == (["reader@app.test"], "标题1")
    assert "第二条：给予最高【删去：50】【新增：30】万元 <b>" in text


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_failure_is_shown_without_the_secret_and_retried_until_it_arrives(outbox: Outbox, hook: Hook) -> None:
    post(outbox, "HOOK", "OTHER", "NOT_SET", "NONSENSE")
    environment = {"HOOK": hook.url, "OTHER": "json://127.0.0.1:9/other-secret-token", "NONSENSE": "nonsense"}
    hook.status = 500
    done = deliver(outbox, environment, now=NOW)
    assert done.messages == 0
    assert len(done.failed) == 4
    errors = " ".join(error for _, _, error in done.failed)
    assert "secret" not in errors
    assert "500" in errors
    assert "NOT_SET: this environment variable is not set" in errors
    hook.status = 200
    assert deliver(outbox, environment, now=NOW + timedelta(minutes=4)).messages == 0, "not before its time"
    assert deliver(outbox, environment, now=NOW + timedelta(minutes=6)).messages == 1
    assert [entry.tries for entry in outbox.waiting()] == [2, 2, 2]
    for day in range(1, 8):
        deliver(outbox, environment, now=NOW + timedelta(days=day))
    assert len(hook.got) == 1
    assert len(outbox.waiting()) == 3, "never given up"


def test_long_message_goes_on_where_it_failed(outbox: Outbox, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"第{number}行" + "字" * 60 for number in range(400)]
    post(outbox, "HOOK", body="\n".join(lines))
    real, calls = Outbox.begin, []

    def begin(self: Outbox, entry: Entry) -> None:
        real(self, entry)
        calls.append(entry.id)
        if len(calls) == 2:
            hook.status = 503

    monkeypatch.setattr(Outbox, "begin", begin)
    assert deliver(outbox, {"HOOK": hook.url}, now=NOW).messages == 0
    assert len(hook.got) == 1
    hook.status = 200
    assert deliver(outbox, {"HOOK": hook.url}, now=NOW + timedelta(hours=1)).messages == 1
    text = "\n".join(body["message"].rpartition("\n\n编号")[0] for _, body in hook.got)
    assert text == "\n".join(lines)
    assert [body["title"] for _, body in hook.got] == [
        f"标题1（{n}/{len(hook.got)}）" for n in range(1, len(hook.got) + 1)
    ]


def test_parts_hold_all_and_are_short() -> None:
    text = "短\n" + "长" * 2500 + "\n\n" + "行\n" * 900
    parts = parts_of(text, 1000)
    assert all(0 < len(part) <= 1000 for part in parts)
    assert "".join(parts).replace("\n", "") == text.replace("\n", "")


KILLED = """
import sys
from pathlib import Path
from app.alerts.delivery import deliver
from app.alerts.outbox import Entry, Outbox
deliver(Outbox(Path(sys.argv[1])))
"""


def test_killed_while_sending_it_is_sent_again_with_the_same_number_and_says_so(
    outbox: Outbox, hook: Hook, tmp_path: Path
) -> None:
    post(outbox, "HOOK")
    post(outbox, "HOOK", number=2)
    hook.wait.clear()
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path / "state.sqlite")], cwd=ROOT, env=os.environ | {"HOOK": hook.url}
    )
    while not hook.got:
        assert process.poll() is None
        threading.Event().wait(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait(20)
    hook.wait.set()
    assert deliver(outbox, {"HOOK": hook.url}, now=datetime.now(UTC)).messages == 2
    assert [body["title"] for _, body in hook.got] == ["标题1", "标题1", "标题2"]
    numbers = [headers["X-Message-Number"] for headers, _ in hook.got]
    assert numbers[0] == numbers[1] != numbers[2]
    assert [AGAIN in body["message"] for _, body in hook.got] == [False, True, False]


# --- operators --------------------------------------------------------------------------------------------------------


def test_operators_hear_once_of_each_and_once_that_it_is_well(outbox: Outbox) -> None:
    def tell(broken: dict[str, str], *well: str) -> list[str]:
        return [message.title for message in tell_operators(outbox, broken, well, NOW, ["OPS"])]

    assert tell({"cac": "blocked"}, REFRESH) == ["【运行告警】来源 cac"]
    assert tell({"cac": "blocked"}, REFRESH) == []
    assert tell({"cac": "blocked", REFRESH: "磁盘已满"}) == ["【运行告警】更新任务"]
    assert tell({REFRESH: "磁盘已满"}, "cac") == ["【运行恢复】来源 cac"]
    assert tell({}, "cac", REFRESH) == ["【运行恢复】更新任务"]
    assert tell({}, "cac", REFRESH) == []
    assert tell({"cac": "empty"}) == ["【运行告警】来源 cac"]


# --- from changes to messages, on a real index ------------------------------------------------------------------------


@pytest.fixture
def client(node: Node) -> Iterator[Elasticsearch]:
    with connect(Connection(node.url, node.writer.user, node.writer.password)) as writer:
        build(writer, catalog_corpus(TABLES), tokenizer(), say=lambda _: None)
        yield writer
        for name in writer.indices.get(index="policy-changes-*"):
            writer.indices.delete(index=name)


def enter(store: Store, *found: Change, refresh: str = "r1") -> None:
    state = State(DAY, {})
    store.commit(state, state, Observed({}, (), {}), found, refresh)


def change(document: str, kind: ChangeKind, number: int = 0) -> Change:
    return Change(f"{document}-{kind}-{number}", document, kind, DAY, TABLES.documents[document].title)


def by_end(client: Elasticsearch, *, ended: bool) -> str:
    """Return a document of the catalog with a grant, in force or over."""
    day = DAY.isoformat()
    limits = {"lt": "2026-01-01"} if ended else {"gt": day}
    query = {"bool": {"filter": [{"range": {"term.ends": limits}}, {"range": {"incentives": {"gt": 0}}}]}}
    hits = client.search(index="policy-documents", query=query, sort=["id"], size=1)["hits"]["hits"]
    return str(hits[0]["_id"])


@pytest.mark.node
def test_subscription_is_told_what_its_search_finds_once(client: Elasticsearch, store: Store, outbox: Outbox) -> None:
    announcer = Announcer(store, outbox, Matcher(client, TABLES, tokenizer()), TABLES, DAY, None)
    present, over = by_end(client, ended=False), by_end(client, ended=True)
    region = TABLES.documents[present].region or ""
    everything = Subscription("全部", {"scope": "current"}, ("A",))
    here = Subscription("本地", {"region": region}, ("A", "B"), changes=(ChangeKind.AMENDED,))
    weekly = Subscription("每周", {"scope": "current"}, ("A",), often=Often.WEEKLY)
    every = (everything, here, weekly)
    enter(store, change(present, ChangeKind.NEW, 9), refresh="r0")
    register(store, outbox, every, refresh="r1")
    enter(store, change(present, ChangeKind.AMENDED), change(over, ChangeKind.NEW), change(over, ChangeKind.EXPIRED))

    made = {one.subscription: one.changes for one in announcer.announce(every, NOW)}
    assert made == {"全部": 2, "本地": 1, "每周": 2}, "what is over is no news, its end is"
    assert len(outbox.waiting()) == 4
    assert [one.message for one in announcer.announce(every, NOW)] == [None, None]
    assert len(outbox.waiting()) == 4

    enter(store, change(present, ChangeKind.AMENDED, 1), refresh="r2")
    later = {one.subscription: one.changes for one in announcer.announce(every, NOW + timedelta(days=1))}
    assert later == {"全部": 1, "本地": 1}
    week = {one.subscription: one.changes for one in announcer.announce(every, NOW + timedelta(days=7))}
    assert week["每周"] == 1


@pytest.mark.node
def test_changes_are_rows_and_loaded_once(client: Elasticsearch, store: Store) -> None:
    name = next(iter(TABLES.documents))
    enter(store, change(name, ChangeKind.NEW), change(name, ChangeKind.AMENDED))
    assert load_changes(client, store, TABLES.regions) == 2
    assert load_changes(client, store, TABLES.regions) == 0
    enter(store, change(name, ChangeKind.AMENDED, 1), refresh="r2")
    assert load_changes(client, store, TABLES.regions) == 1
    searcher = ChangeSearcher(client)
    found = searcher.search(ChangeQuery(kinds=(ChangeKind.AMENDED,), document=name, since=DAY))
    assert (found.total, found.kinds) == (2, {ChangeKind.AMENDED: 2, ChangeKind.NEW: 1})
    assert found.changes[0].id.endswith("-1")
    (in_use,) = client.indices.get_alias(name="policy-changes")
    client.indices.delete(index=in_use)
    assert load_changes(client, store, TABLES.regions) == 3
    assert searcher.search(ChangeQuery()).total == 3


@pytest.mark.node
def test_dry_run_prints_and_changes_nothing(
    client: Elasticsearch, node: Node, store: Store, outbox: Outbox, tmp_path: Path
) -> None:
    written(tmp_path, "subscriptions:\n- {name: 试, search: {scope: current}, to: [NOWHERE]}\n")
    (one,) = read_subscriptions(tmp_path / "subscriptions.yml", TABLES).subscriptions
    register(store, outbox, [one])
    enter(store, change(by_end(client, ended=False), ChangeKind.AMENDED))
    settings = {
        "ELASTICSEARCH_URL": node.url,
        "ELASTICSEARCH_USER": node.reader.user,
        "ELASTICSEARCH_PASSWORD": node.reader.password,
        "REFRESH_FOLDER": str(tmp_path),
        "ALERTS_FILE": str(tmp_path / "subscriptions.yml"),
    }
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-m", "app", "alerts", "--dry-run"],
            cwd=ROOT,
            env=os.environ | settings,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert "=== 试 (refresh) -> NOWHERE (not set)" in done.stdout
        assert "【政策订阅】试：1 份文件有变化" in done.stdout
    assert outbox.waiting() == []


def test_parameters_of_an_address() -> None:
    assert parameters("?q=备案&region=330100") == {"q": "备案", "region": "330100"}
    assert parameters("http://a.test/find?q=%E5%A4%87%E6%A1%88#x") == {"q": "备案"}
