"""What goes wrong in operation, made to go wrong: nothing is lost, nothing is there twice, a sentence says why."""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from elasticsearch import Elasticsearch
from elasticsearch.helpers import scan

from data.archive import Archive, ArchiveDamaged, repair
from data.model import Confidence, Document, DocumentKind, Outcome, Page, TitleStatus
from data.tables import Tables, load
from index import local_server, mapping
from index.build import DOCUMENTS, INCENTIVES, BuildError, build
from index.build_lock import build_lock
from index.client import Connection, SearchUnavailableError, clear_errors, connect
from index.cluster import cluster
from index.corpus import Corpus, catalog_corpus, read_corpus
from index.export import results_json
from index.local_server import Node
from index.query import Query, Scope
from index.rows import digest_of
from index.search import Searcher
from index.tokens import Tokenizer, tokenizer
from index.update import update
from index.validity import state_on, term_of, today
from tests.fault_proxy import Fault, FaultProxy

pytestmark = pytest.mark.node

TWIN = pytest.mark.long
"""Cases beside one of the same kind that `make test` has: they run with `make long`."""

ROOT = Path(__file__).parents[1]
TABLES: Tables = load()
CATALOG = catalog_corpus(TABLES)
GRANTING = {name: document for name, document in TABLES.documents.items() if document.incentives}
FEW = Corpus(TABLES, dict(list(GRANTING.items())[:30]), "few")
NOON = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)
ALWAYS = 10**6


def quiet(_: str) -> None:
    """Nobody listens."""


@pytest.fixture(scope="module")
def writer(node: Node) -> Iterator[Elasticsearch]:
    with connect(Connection(node.url, node.writer.user, node.writer.password)) as found:
        yield found
        build(found, CATALOG, tokenizer(), force=True, say=quiet)  # what other test files expect to find


@pytest.fixture
def client(writer: Elasticsearch) -> Elasticsearch:
    """Thirty documents are indexed at the beginning of each test."""
    build(writer, FEW, tokenizer(), force=True, say=quiet)
    return writer


@pytest.fixture
def proxy(node: Node) -> Iterator[FaultProxy]:
    with FaultProxy(int(node.url.rpartition(":")[2])) as between:
        yield between


@pytest.fixture
def through(proxy: FaultProxy, node: Node, monkeypatch: pytest.MonkeyPatch) -> Iterator[Elasticsearch]:
    """A client that goes through the proxy, and waits a thousandth of what it would."""
    monkeypatch.setattr("index.bulk.time", SimpleNamespace(sleep=lambda seconds: time.sleep(seconds / 1000)))
    with connect(Connection(proxy.url, node.writer.user, node.writer.password)) as found:
        yield found


def held(client: Elasticsearch, name: str = DOCUMENTS) -> Mapping[str, str]:
    """What is searched: digest by id. A row that is there twice would come twice."""
    fields = {"query": {"match_all": {}}, "_source": False, "docvalue_fields": ["id", "digest"]}
    rows = list(scan(client, index=name, query=fields, size=5_000))
    found = {row["fields"]["id"][0]: row["fields"]["digest"][0] for row in rows}
    assert len(found) == len(rows)
    return found


def wanted(documents: Mapping[str, Document]) -> Mapping[str, str]:
    return {name: digest_of(document) for name, document in documents.items()}


# Elasticsearch that is busy, slow, or gone in the middle


@pytest.mark.parametrize(
    "fault",
    [
        Fault("/_bulk", times=7, status=429),
        pytest.param(Fault("/_bulk", times=7, status=503), marks=TWIN),
        Fault("/_bulk", times=3, items=429),
        pytest.param(Fault("/_bulk", times=3, items=503), marks=TWIN),
        Fault("/_bulk", times=7, cut="request"),
        Fault("/_bulk", times=7, cut="answer"),
        Fault("/_bulk", times=2, seconds=1.5),
    ],
    ids=["429", "503", "rows-429", "rows-503", "cut-half-way", "cut-before-the-answer", "slow"],
)
def test_a_fault_that_passes_costs_a_build_nothing(
    client: Elasticsearch, through: Elasticsearch, proxy: FaultProxy, fault: Fault
) -> None:
    proxy.add(replace(fault))
    built = build(through, CATALOG, tokenizer(), force=True, say=quiet)
    assert built.rejected == ()
    assert held(client) == wanted(TABLES.documents)
    assert client.count(index=INCENTIVES)["count"] == sum(len(one.incentives) for one in TABLES.documents.values())


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("/_bulk", times=ALWAYS, status=429), "answered 429.*overloaded or still starting; try again"),
        pytest.param(
            Fault("/_bulk", times=ALWAYS, status=503),
            "answered 503.*overloaded or still starting; try again",
            marks=TWIN,
        ),
        (Fault("/_bulk", times=ALWAYS, cut="request"), "does not answer.*is it running"),
        pytest.param(Fault("/_bulk", times=ALWAYS, cut="answer"), "does not answer.*is it running", marks=TWIN),
        (
            Fault("/_bulk", times=ALWAYS, items=429),
            "does not take .* rows.*the fault proxy says no.*run the same again",
        ),
    ],
    ids=["429", "503", "cut-half-way", "cut-before-the-answer", "rows-429"],
)
def test_a_fault_that_stays_leaves_what_is_in_use_and_is_said(
    client: Elasticsearch, through: Elasticsearch, proxy: FaultProxy, fault: Fault, said: str
) -> None:
    before = held(client)
    proxy.add(replace(fault))
    with pytest.raises(SearchUnavailableError, match=f"(?s){said}"), clear_errors(through):
        build(through, CATALOG, tokenizer(), force=True, say=quiet)
    assert held(client) == before
    proxy.clear()
    assert build(through, CATALOG, tokenizer(), say=quiet).fresh
    assert held(client) == wanted(TABLES.documents)


@pytest.mark.parametrize("cut", ["request", "answer"])
def test_an_update_that_is_cut_is_made_whole_by_the_next(
    client: Elasticsearch, through: Elasticsearch, proxy: FaultProxy, cut: str
) -> None:
    name = next(iter(FEW.documents))
    changed = Corpus(TABLES, {**FEW.documents, name: replace(FEW.documents[name], title="改过的题名")}, "changed")
    proxy.add(Fault("/_bulk", times=ALWAYS, cut=cut))
    with pytest.raises(SearchUnavailableError, match="does not answer"), clear_errors(through):
        update(through, changed, tokenizer(), say=quiet)
    assert held(client) == wanted(FEW.documents)
    proxy.clear()
    assert update(through, changed, tokenizer(), say=quiet).fresh
    assert held(client) == wanted(changed.documents)


@pytest.mark.parametrize("fault", [Fault("_search", 2, status=503), Fault("_search", 2, cut="answer")])
def test_a_search_is_asked_again(
    client: Elasticsearch, through: Elasticsearch, proxy: FaultProxy, fault: Fault
) -> None:
    right = Searcher(client, TABLES, tokenizer()).search(Query(today(), "备案"))
    proxy.add(held_back := replace(fault))
    assert right.total
    assert Searcher(through, TABLES, tokenizer()).search(Query(today(), "备案")) == right
    assert held_back.hits == 2


def test_a_search_that_takes_too_long_is_said(
    client: Elasticsearch,  # noqa: ARG001 - the index must be there
    proxy: FaultProxy,
    node: Node,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proxy.add(Fault("_search", times=ALWAYS, seconds=1))
    connection = Connection(proxy.url, node.reader.user, node.reader.password)
    with monkeypatch.context() as hurried:
        hurried.setattr("index.client.TIMEOUT_SECONDS", 0.3)
        with (
            connect(connection) as reader,
            pytest.raises(SearchUnavailableError, match="does not answer \\(ConnectionTimeout"),
        ):
            Searcher(reader, TABLES, tokenizer()).search(Query(today(), "备案"))
    proxy.clear()
    with connect(connection) as reader:
        assert Searcher(reader, TABLES, tokenizer()).search(Query(today(), scope=Scope.ALL)).total


# A full disk


BLOCK = "index.blocks.read_only_allow_delete"


def test_a_full_disk_of_the_node_leaves_what_is_in_use_and_is_said(client: Elasticsearch) -> None:
    """Elasticsearch forbids writing where its disk is nearly full; so does this, on the index in use."""
    before = held(client)
    changed = Corpus(TABLES, dict(list(FEW.documents.items())[:28]), "fewer")
    (name,) = client.indices.get_alias(name=DOCUMENTS)
    client.indices.put_settings(index=name, settings={BLOCK: True})
    try:
        with pytest.raises(SearchUnavailableError, match="flood-stage"), clear_errors(client):
            update(client, changed, tokenizer(), say=quiet)
        assert held(client) == before
    finally:
        client.indices.put_settings(index=name, settings={BLOCK: None})
    assert update(client, changed, tokenizer(), say=quiet).fresh
    assert held(client) == wanted(changed.documents)


SMALL_DISK = 'mount -t tmpfs -o size=64k tmpfs "$0" || exit 77; exec "$@"'
READ = """
import sys
from pathlib import Path
from index.corpus import read_corpus
print(len(read_corpus(archive=Path(sys.argv[1]), cache=Path(sys.argv[2])).documents))
"""


def test_a_full_disk_where_readings_are_kept_loses_no_document(tmp_path: Path) -> None:
    archive, cache = tmp_path / "archive", tmp_path / "cache"
    cache.mkdir()
    collect(archive, {"yunxi": 60})
    before = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", SMALL_DISK, str(cache))
    if shutil.which("unshare") is None or subprocess.run([*before, "true"], capture_output=True).returncode:
        pytest.skip("this system lets nobody mount a small disk")
    command = [*before, sys.executable, "-c", READ, str(archive), str(cache)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(len(TABLES.documents) + 60)
    assert done.stdout.count("disk is full") == 1, "it is said once"


# The clock


def test_a_year_later_validity_is_another_without_a_rebuild(client: Elasticsearch) -> None:
    build(client, CATALOG, tokenizer(), force=True, say=quiet)
    later = today() + timedelta(days=365)
    searcher = Searcher(client, TABLES, tokenizer())

    def current(day: date) -> set[str]:
        found: set[str] = set()
        pages = [searcher.documents(Query(day, scope=Scope.CURRENT, size=100, page=page)) for page in (1, 2)]
        for results in pages:
            for hit in results.hits:
                assert hit.validity.state is state_on(term_of(TABLES.documents[hit.document.id]), day)
                found.add(hit.document.id)
        return found

    now, then = current(today()), current(later)
    assert now - then, "nothing ends within a year"
    assert all(term_of(TABLES.documents[name]).last_day for name in now - then)
    assert not build(client, CATALOG, tokenizer(), say=quiet).fresh


def test_a_lock_from_a_clock_that_was_ahead_holds_nobody_up(client: Elasticsearch) -> None:
    ahead = timedelta(days=365).total_seconds()
    with build_lock(client, lambda: time.time() + ahead):
        assert build(client, CATALOG, tokenizer(), force=True, say=quiet).fresh


# The archive


def article(number: int) -> bytes:
    lines = (
        f"云溪市支持人工智能企业第{number}号办法",
        "第一条　为支持本市人工智能企业发展，制定本办法。",
        f"第二条　对首次完成生成式人工智能服务备案的企业，给予最高{number + 10}万元的一次性奖励。",
        "第三条　本办法自2026年1月1日起施行，有效期至2028年12月31日。",
    )
    body = "".join(f"<p>{line}</p>" for line in lines[1:])
    head = f"<html><head><meta charset='utf-8'><title>{lines[0]}</title></head><body><h1>{lines[0]}</h1>"
    return f"{head}<div class='TRS_Editor'>{body}</div></body></html>".encode()


def collect(folder: Path, sources: Mapping[str, int]) -> None:
    """Fill an archive with so many pages a source."""
    with Archive(folder) as archive:
        for source, pages in sources.items():
            run = archive.begin(source, NOON)
            for number in range(pages):
                url = f"https://www.{source}.gov.cn/zc/t2026_{number}.html"
                archive.put(run, Page(url, NOON, 200, (("Content-Type", "text/html"),), article(number)))
            archive.finish(run, Outcome.OK, at=NOON)


def read(tmp_path: Path) -> Corpus:
    return read_corpus(TABLES, archive=tmp_path / "archive", cache=tmp_path / "read", say=quiet)


def command_fails_with(tmp_path: Path, node: Node) -> str:
    """What `python -m index build` says."""
    variables = os.environ | Connection(node.url, node.writer.user, node.writer.password).settings()
    command = [sys.executable, "-m", "index", "build", "--archive", str(tmp_path / "archive")]
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_truncated_warc_costs_what_was_cut_off_and_nothing_else(
    tmp_path: Path, client: Elasticsearch, node: Node
) -> None:
    collect(tmp_path / "archive", {"xingtan": 4, "yunxi": 12})
    before = read(tmp_path).documents
    warc = next((tmp_path / "archive" / "yunxi").glob("*.warc.gz"))
    os.truncate(warc, warc.stat().st_size // 2)
    shutil.rmtree(tmp_path / "read")
    assert "run `python -m crawler repair`" in command_fails_with(tmp_path, node)
    assert held(client) == wanted(FEW.documents)
    repair(tmp_path / "archive")
    after = read(tmp_path)
    assert 0 < len(before) - len(after.documents) < 12
    assert {name: before[name] for name in after.documents} == after.documents
    assert build(client, after, tokenizer(), say=quiet).rejected == ()
    assert held(client) == wanted(after.documents)


@pytest.mark.parametrize("how", ["overwritten", "gone", "half"])
def test_a_broken_ledger_costs_nothing_after_a_repair(
    tmp_path: Path, client: Elasticsearch, node: Node, how: str
) -> None:
    collect(tmp_path / "archive", {"xingtan": 4, "yunxi": 12})
    before = read(tmp_path)
    ledger = tmp_path / "archive" / "yunxi" / "ledger.sqlite"
    if how == "gone":
        ledger.unlink()
    elif how == "half":
        os.truncate(ledger, ledger.stat().st_size // 2)
    else:
        ledger.write_bytes(random.Random(8).randbytes(40_000))  # noqa: S311 - the same bytes each time
    for beside in ledger.parent.glob("ledger.sqlite-*"):
        beside.unlink()
    with pytest.raises(ArchiveDamaged, match=r"yunxi.*run `python -m crawler repair`"):
        read(tmp_path)
    assert "run `python -m crawler repair`" in command_fails_with(tmp_path, node)
    assert held(client) == wanted(FEW.documents)
    repair(tmp_path / "archive")
    assert read(tmp_path).digest == before.digest


# What is indexed


def small(number: int) -> Document:
    return Document(
        f"small-{number}",
        TitleStatus.VERIFIED,
        DocumentKind.POLICY,
        Confidence.HIGH,
        title=f"云溪市第{number}号办法",
        region="330100",
        published=date(2026, 1, 1),
    )


def poison(kind: int, number: int) -> Document:
    """Of four kinds: no row can be made, no JSON, refused by the server for its name, and for its content."""
    good = small(number)
    kinds = (
        replace(good, region="no such place"),
        replace(good, note="\ud800"),
        replace(good, id=f"{good.id}-" + "x" * 600),
        replace(good, issuers=("长" * 20_000,)),
    )
    return kinds[kind % 4]


def sick(count: int, every: int) -> Corpus:
    """So many documents, of which one in `every` is poison, of the four kinds in turn."""
    found = [poison(number // every, number) if number % every == 3 else small(number) for number in range(count)]
    return Corpus(TABLES, {document.id: document for document in found}, f"sick-{count}")


def healthy(corpus: Corpus, every: int) -> Mapping[str, Document]:
    return {name: one for number, (name, one) in enumerate(corpus.documents.items()) if number % every != 3}


@pytest.mark.long
def test_five_thousand_poison_documents_among_twenty_thousand(client: Elasticsearch) -> None:
    """A quarter of all is no accident of single documents: it is said, and what is in use stays as it is."""
    corpus, before = sick(20_000, 4), held(client)
    assert (len(corpus.documents), len(healthy(corpus, 4))) == (20_000, 15_000)
    with pytest.raises(BuildError, match=r"rows were rejected:\n(  .*\n?){10,20}$"):
        build(client, corpus, tokenizer(), force=True, say=quiet)
    assert held(client) == before


def test_one_poison_document_in_twenty_is_set_aside_and_the_rest_is_there(client: Elasticsearch) -> None:
    corpus = sick(2_000, 20)
    built = build(client, corpus, tokenizer(), force=True, say=quiet)
    assert len(built.rejected) == 100
    assert all(row.reason for row in built.rejected)
    assert held(client) == wanted(healthy(corpus, 20))


def test_an_index_of_an_older_version_is_refused_and_built_anew(
    client: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    searcher = Searcher(client, TABLES, tokenizer())
    monkeypatch.setattr(mapping, "VERSION", mapping.VERSION + 1)  # the program is newer than the index
    with pytest.raises(SearchUnavailableError, match="of another version: run `python -m index build`"):
        searcher.search(Query(today(), "备案"))
    assert update(client, FEW, tokenizer(), say=quiet).fresh
    assert searcher.search(Query(today(), scope=Scope.ALL)).total
    assert held(client) == wanted(FEW.documents)


def test_a_lexicon_that_changed_after_the_build_is_refused_and_built_anew(client: Elasticsearch) -> None:
    other = Tokenizer([*tokenizer().lexicon, "云溪新词"])
    right = Searcher(client, TABLES, tokenizer()).search(Query(today(), "备案奖励"))
    searcher = Searcher(client, TABLES, other)
    assert right.total
    with pytest.raises(SearchUnavailableError, match=r"another lexicon.*run `python -m index build`"):
        searcher.search(Query(today(), "备案奖励"))
    assert update(client, FEW, other, say=quiet).fresh
    assert searcher.search(Query(today(), "备案奖励")).total == right.total
    assert held(client) == wanted(FEW.documents)


# The drill


@pytest.mark.long
def test_drill_the_index_and_the_node_are_deleted_and_made_again(
    tmp_path: Path, spare_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Archive and tables are all there is: what docs/operation.md says of backup and restore."""
    monkeypatch.delenv("ELASTICSEARCH_URL", raising=False)
    monkeypatch.setattr(local_server, "FOLDER", spare_folder)
    collect(tmp_path / "archive", {"xingtan": 4, "yunxi": 12})
    answers = []
    for _ in range(2):
        with cluster(quiet) as found, connect(found.writer) as writer, connect(found.reader) as reader:
            built = build(writer, read(tmp_path), tokenizer(), say=quiet)
            assert (built.fresh, built.documents) == (True, len(TABLES.documents) + 16)
            answers.append(searched(Searcher(reader, TABLES, tokenizer())))
        shutil.rmtree(spare_folder)
        shutil.rmtree(tmp_path / "read")
    assert answers[0] == answers[1]
    assert "第二条" in answers[0]


def searched(searcher: Searcher) -> str:
    day = date(2026, 11, 20)
    queries = [Query(day, text, size=100) for text in ("备案奖励", "算力券", "云溪市 奖励", "")]
    found = [results_json(searcher.search(query), TABLES) for query in queries]
    return json.dumps(found, ensure_ascii=False, sort_keys=True)
