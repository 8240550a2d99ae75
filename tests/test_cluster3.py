"""Three real nodes with TLS: one is killed during a build and one during searches, and nothing is lost."""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from elasticsearch.helpers import scan

from data.model import Document
from data.tables import load
from index.build import DOCUMENTS, INCENTIVES, build
from index.certificates import make
from index.client import Connection, SearchUnavailableError, clear_errors, connect
from index.corpus import Corpus, catalog_corpus
from index.node_folder import ROOT
from index.query import Query
from index.rows import digest_of
from index.search import Searcher
from index.tokens import tokenizer
from index.validity import today
from tests.three_nodes import Member, Trio, three_nodes

pytestmark = [pytest.mark.node, pytest.mark.long]

TABLES = load()
COPIES = 8
AFTER = 5
PATIENCE_SECONDS = 60
Answer = tuple[int, int, tuple[str, ...]]
GREEN_SECONDS = "60s"


@pytest.fixture(scope="module")
def trio() -> Iterator[Trio]:
    folder = ROOT / "var" / f"test-node-{os.getpid()}-trio"
    try:
        with three_nodes(folder) as started:
            yield started
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def client(trio: Trio) -> Iterator[Elasticsearch]:
    with connect(trio.connection()) as found:
        whole(found)
        yield found


def whole(client: Elasticsearch) -> None:
    """Wait until all three nodes are there with all copies."""
    health = client.options(request_timeout=70).cluster.health(
        wait_for_nodes="3", wait_for_status="green", timeout=GREEN_SECONDS
    )
    assert not health["timed_out"]


def many(copies: int = COPIES) -> Corpus:
    documents = {
        f"{name}-{copy}": replace(document, id=f"{name}-{copy}")
        for copy in range(copies)
        for name, document in TABLES.documents.items()
    }
    return Corpus(TABLES, documents, f"many-{copies}")


def holder(trio: Trio, client: Elasticsearch, alias: str) -> Member:
    """The node that holds the first copy of the index that is being written, or searched."""
    for routing in client.cluster.state(metric="routing_table")["routing_table"]["indices"].values():
        for shards in routing["shards"].values():
            for shard in shards:
                if shard["index"].startswith(f"{alias}-") and shard["primary"] and shard["node"]:
                    name = client.nodes.info(node_id=shard["node"])["nodes"][shard["node"]]["name"]
                    return next(member for member in trio.members if member.name == name)
    raise AssertionError(f"{alias} is on no node")


def digests(client: Elasticsearch) -> Mapping[str, str]:
    fields = {"query": {"match_all": {}}, "_source": False, "docvalue_fields": ["id", "digest"]}
    rows = scan(client, index=DOCUMENTS, query=fields, size=1000)
    return {row["fields"]["id"][0]: row["fields"]["digest"][0] for row in rows}


def expected(documents: Mapping[str, Document]) -> Mapping[str, str]:
    return {name: digest_of(document) for name, document in documents.items()}


def test_node_killed_during_a_build_loses_nothing(trio: Trio, client: Elasticsearch) -> None:
    corpus = many()
    killed: list[Member] = []

    def kill() -> None:
        # In the middle: rows have arrived, and more are to come.
        while not killed:
            time.sleep(0.05)
            found = client.options(ignore_status=404).indices.stats(index=f"{DOCUMENTS}-2*", metric="indexing")
            totals = found.body.get("_all", {}).get("primaries", {}).get("indexing", {})
            if totals.get("index_total", 0) > 150:
                victim = holder(trio, client, DOCUMENTS)
                victim.kill()
                killed.append(victim)

    killer = threading.Thread(target=kill)
    killer.start()
    with connect(trio.connection()) as writer:
        built = build(writer, corpus, tokenizer(), force=True, say=lambda _: None)
    killer.join()
    assert killed, "the build was over before a node was killed"
    grants = sum(len(document.incentives) for document in corpus.documents.values())
    assert (built.documents, built.incentives, built.rejected) == (len(corpus.documents), grants, ())
    assert digests(client) == expected(corpus.documents)
    trio.start()
    whole(client)
    assert digests(client) == expected(corpus.documents)


def test_prefix_shards_and_replicas_are_settings(trio: Trio, client: Elasticsearch) -> None:
    settings = {
        "ELASTICSEARCH_PREFIX": "policy-other",
        "ELASTICSEARCH_SHARDS": "2",
        "ELASTICSEARCH_REPLICAS": "2",
    }
    before = sorted(client.indices.get(index=f"{DOCUMENTS}-2*"))
    command = [sys.executable, "-m", "index", "build", "--archive", str(ROOT / "var" / "no-archive")]
    variables = os.environ | trio.connection().settings() | settings
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    (made,) = client.indices.get_settings(index="policy-other-documents").body.values()
    assert made["settings"]["index"]["number_of_shards"] == "2"
    assert made["settings"]["index"]["number_of_replicas"] == "2"
    assert client.count(index="policy-other-documents")["count"] == len(TABLES.documents)
    assert sorted(client.indices.get(index=f"{DOCUMENTS}-2*")) == before, "the other prefix was touched"


def test_a_certificate_of_somebody_else_is_refused(trio: Trio, tmp_path: Path) -> None:
    make(tmp_path, ["127.0.0.1"])
    wrong = replace(trio.connection(), ca=str(tmp_path / "ca.crt"))
    with (
        connect(wrong) as client,
        pytest.raises(SearchUnavailableError, match=r"does not answer \(TlsError.*CERTIFICATE_VERIFY_FAILED"),
        clear_errors(client),
    ):
        client.cluster.health()


def test_plain_text_is_refused(trio: Trio) -> None:
    plain = Connection(trio.members[0].url.replace("https", "http"), "nobody", "secret")
    with connect(plain) as client, pytest.raises(SearchUnavailableError) as caught, clear_errors(client):
        client.cluster.health()
    assert "secret" not in str(caught.value)


def test_node_killed_during_searches_fails_none(trio: Trio, client: Elasticsearch) -> None:
    build(client, catalog_corpus(TABLES), tokenizer(), force=True, say=lambda _: None)
    whole(client)
    searches = [Query(today(), text) for text in ("备案奖励", "算力券", "数据 交易 补贴", "")]
    done, counts = threading.Event(), [0] * len(searches)
    running: list[Future[list[Answer]]] = []

    def ask(searcher: Searcher, query: Query) -> Answer:
        found, documents = searcher.search(query), searcher.documents(query)
        return found.total, documents.total, tuple(sorted(hit.document.id for hit in found.hits))

    def reached(wanted: list[int]) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while any(now < least for now, least in zip(counts, wanted, strict=True)):
            assert time.monotonic() < until, f"searches stand still: {counts}, wanted {wanted}"
            assert not any(one.done() for one in running), [one.result() for one in running if one.done()]
            time.sleep(0.05)

    with connect(trio.connection()) as reader:
        searcher = Searcher(reader, TABLES, tokenizer())
        right = [ask(searcher, query) for query in searches]

        def search(number: int) -> list[Answer]:
            wrong = []
            while not done.is_set():
                found = ask(searcher, searches[number])
                counts[number] += 1
                if found[:2] != right[number][:2]:
                    wrong.append(found)
            return wrong

        with ThreadPoolExecutor(len(searches)) as pool:
            running += [pool.submit(search, number) for number in range(len(searches))]
            try:
                reached([AFTER] * len(searches))
                holder(trio, client, INCENTIVES).kill()
                reached([before + AFTER for before in counts])
            finally:
                done.set()
            # A search that failed raises here.
            assert [one.result() for one in running] == [[]] * len(searches)
        assert [ask(searcher, query) for query in searches] == right
