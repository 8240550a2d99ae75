"""Builds on a real Elasticsearch: beside what is in use, checked, switched; nothing half-done is ever searched."""

import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from elasticsearch import Elasticsearch

import index.build as module
from data.model import Clause, Document, Span
from data.tables import Tables, load
from index import generations
from index.build import DOCUMENTS, INCENTIVES, BuildError, Built, IndexKind, build, trial
from index.build_lock import LEASE_SECONDS, LOCK, ROW, BuildingError, build_lock
from index.bulk import Rejected, bulk
from index.client import Connection, connect
from index.corpus import Corpus, catalog_corpus
from index.local_server import Node
from index.mapping import KEYWORD
from index.rows import digest_of
from index.tokens import Tokenizer, tokenizer
from index.update import differences, update

pytestmark = pytest.mark.node

TABLES: Tables = load()
CATALOG = catalog_corpus(TABLES)
FEW = dict(list(TABLES.documents.items())[:20])
CLAUSE_CHANGES: list[dict[str, Any]] = [
    {"path": ("第二条",)},
    {"heading": "题"},
    {"text": "别的"},
    {"span": Span(0, 5)},
]
HAIZHU = "cn-440105-2024-ai-model-demo-zone"


@pytest.fixture
def client(node: Node) -> Iterator[Elasticsearch]:
    with connect(Connection(node.url, node.writer.user, node.writer.password)) as writer:
        yield writer
        build(writer, CATALOG, tokenizer(), force=True)  # what other test files expect to find


def corpus(documents: Mapping[str, Document], digest: str) -> Corpus:
    return Corpus(TABLES, documents, digest)


def names(client: Elasticsearch) -> list[str]:
    return sorted(client.indices.get(index=f"{DOCUMENTS}-2*,{INCENTIVES}-2*"))


def in_use(client: Elasticsearch) -> list[str]:
    return sorted(client.indices.get_alias(name=f"{DOCUMENTS},{INCENTIVES}"))


def shown(client: Elasticsearch, document: str) -> str:
    title: str = client.get(index=DOCUMENTS, id=document)["_source"]["title"]
    return title


def test_second_build_does_nothing_and_a_changed_lexicon_builds_again(client: Elasticsearch) -> None:
    build(client, CATALOG, tokenizer(), force=True)
    before = in_use(client)
    assert build(client, CATALOG, tokenizer()) == Built({DOCUMENTS: 149, INCENTIVES: 171}, fresh=False)
    assert in_use(client) == before
    assert build(client, CATALOG, Tokenizer(["新词"])).fresh
    assert in_use(client) != before


def test_previous_generation_is_kept_and_older_ones_are_gone(client: Elasticsearch) -> None:
    for _ in range(3):
        build(client, CATALOG, tokenizer(), force=True)
    assert len(names(client)) == 4
    assert set(in_use(client)) < set(names(client))


def test_poison_is_set_aside_and_told_again_by_the_next_build(client: Elasticsearch) -> None:
    strange = replace(TABLES.documents[HAIZHU], id="poison", region="no such place")
    too_long = replace(TABLES.documents[HAIZHU], id="x" * 600, incentives=())
    sick = corpus({**TABLES.documents, strange.id: strange, too_long.id: too_long}, "sick")
    built = build(client, sick, tokenizer())
    assert (built.documents, built.incentives, built.fresh) == (149, 171, True)
    reasons = {row.id[:6]: row.reason for row in built.rejected}
    assert set(reasons) == {"poison", "xxxxxx"}
    assert reasons["poison"] == "KeyError: 'no such place'"
    assert "is too long, must be no longer than 512 bytes" in reasons["xxxxxx"]
    again = build(client, sick, tokenizer())
    assert not again.fresh
    assert set(again.rejected) == set(built.rejected)


def test_what_cannot_be_written_as_json_is_set_aside(client: Elasticsearch) -> None:
    half = replace(TABLES.documents[HAIZHU], id="half", note="\ud800", incentives=())
    built = build(client, corpus({**TABLES.documents, "half": half}, "half"), tokenizer())
    assert built.documents == 149
    assert [row.id for row in built.rejected] == ["half"]
    assert "cannot be written as JSON" in built.rejected[0].reason or "surrogate" in built.rejected[0].reason


def test_requests_begin_small_and_grow(client: Elasticsearch, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def sent(_: Elasticsearch, lines: list[tuple[str, str, list[bytes]]]) -> list[Rejected]:
        sizes.append(len(lines))
        return []

    monkeypatch.setattr("index.bulk._sent", sent)
    with bulk(client) as sender:
        for number in range(3 + 5 + 10 + 20 + 40 + 40 + 1):
            sender.put("anywhere", {"id": str(number), "text": "a" * 100_000})
    assert sorted(sizes) == [1, 3, 5, 10, 20, 40, 40]


def test_a_row_that_is_more_than_the_node_s_memory_allows_is_set_aside(
    client: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.bulk.RETRIES", 1)
    index, name = "policy-test-overfull", "large"
    client.indices.create(index=index, mappings={"dynamic": False}, settings={"number_of_replicas": 0})
    try:
        with bulk(client) as sender:
            sender.put(index, {"id": "first"})
            sender.put(index, {"id": name, "text": "字" * 19_000_000})  # the test's node takes 51 MB at once
            sender.put(index, {"id": "last"})
        client.indices.refresh(index=index)
        assert [(row.id, "rejected" in row.reason) for row in sender.rejected] == [(name, True)]
        assert client.count(index=index)["count"] == 2
    finally:
        client.indices.delete(index=index)


def test_too_many_rejected_rows_stop_the_build_and_leave_what_is_in_use(
    client: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(client, CATALOG, tokenizer(), force=True)
    before = in_use(client)
    poison = IndexKind(INCENTIVES, module.INDICES[1].mappings, lambda _, document: [{"id": document.id, "no_field": 1}])
    monkeypatch.setattr(module, "INDICES", (module.INDICES[0], poison))
    with pytest.raises(BuildError, match=r"149 of 149 rows were rejected:\n  .*no_field"):
        build(client, CATALOG, tokenizer(), force=True)
    assert in_use(client) == before
    monkeypatch.undo()
    assert build(client, CATALOG, tokenizer(), force=True).fresh
    assert len(names(client)) == 4


def test_missing_rows_stop_the_build(client: Elasticsearch, monkeypatch: pytest.MonkeyPatch) -> None:
    twice = IndexKind(INCENTIVES, module.INDICES[1].mappings, lambda *_: [{"id": "same"}])
    monkeypatch.setattr(module, "INDICES", (module.INDICES[0], twice))
    with pytest.raises(BuildError, match="20 rows were sent, 1 arrived"):
        build(client, corpus(FEW, "few"), tokenizer(), force=True)


def test_further_indices_are_a_line_of_the_table(client: Elasticsearch, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = IndexKind(
        "policy-testsources",
        {"properties": {"id": KEYWORD}},
        of_corpus=lambda held: ({"id": name} for name in held.tables.sources),
    )
    monkeypatch.setattr(module, "INDICES", (*module.INDICES, sources))
    built = build(client, CATALOG, tokenizer(), force=True)
    assert built.rows["policy-testsources"] == len(TABLES.sources) > 0
    client.indices.delete(index=list(client.indices.get(index="policy-testsources-*")))


def test_progress_is_told(client: Elasticsearch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REPORT_EVERY", 100)
    told: list[str] = []
    build(client, CATALOG, tokenizer(), force=True, say=told.append)
    assert told == ["index: 100 of 149 documents"]


def test_second_build_at_once_is_refused(client: Elasticsearch) -> None:
    with build_lock(client), pytest.raises(BuildError, match=r"another build is under way \(process \d+ on .*wait"):
        build(client, CATALOG, tokenizer(), force=True)
    assert build(client, CATALOG, tokenizer(), force=True).fresh


def test_lock_of_a_killed_build_is_taken_over_and_a_renewed_one_is_not(client: Elasticsearch) -> None:
    times = iter([0.0, 0.0, 20.0, 20.0, 20.0])
    with build_lock(client, lambda: next(times)) as renew:
        renew()
        with pytest.raises(BuildingError), build_lock(client, lambda: 20.0 + LEASE_SECONDS):
            pass
        with build_lock(client, lambda: 21.0 + LEASE_SECONDS):
            pass


def test_lock_of_a_process_that_is_gone_is_taken_over_at_once(client: Elasticsearch) -> None:
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    gone = f"process {int(ended.stdout)} on {socket.gethostname()}"
    with build_lock(client):
        client.index(index=LOCK, id=ROW, document={"holder": gone, "seen": time.time()})
        with build_lock(client):
            pass
        client.index(index=LOCK, id=ROW, document={"holder": "process 1 on elsewhere", "seen": time.time()})
        with pytest.raises(BuildingError, match="process 1 on elsewhere"), build_lock(client):
            pass


def test_every_change_of_a_document_changes_its_digest() -> None:
    known = replace(
        TABLES.documents[HAIZHU], text="第一条 内容", clauses=(Clause(("第一条",), None, "内容", Span(0, 6)),)
    )
    (clause,) = known.clauses
    others = [
        replace(known, text="第一条 内容。"),
        replace(known, text=None),
        replace(known, original="第一條 內容"),
        replace(known, note="另有说明"),
        replace(known, clauses=()),
        *(replace(known, clauses=(replace(clause, **change),)) for change in CLAUSE_CHANGES),
    ]
    assert digest_of(replace(known)) == digest_of(known)
    assert len({digest_of(found) for found in (known, *others)}) == 1 + len(others)


def test_update_sends_only_what_changed(client: Elasticsearch) -> None:
    build(client, CATALOG, tokenizer(), force=True)
    before = in_use(client)
    first, second, *_ = [name for name, found in TABLES.documents.items() if len(found.incentives) > 1]
    changed = replace(TABLES.documents[first], title="改过的题名", incentives=TABLES.documents[first].incentives[:1])
    new = replace(TABLES.documents[HAIZHU], id="new-one", title="新来的文件")
    rest = {name: found for name, found in TABLES.documents.items() if name != second}
    other = corpus({**rest, first: changed, "new-one": new}, "other")
    told: list[str] = []
    built = update(client, other, tokenizer(), say=told.append)
    assert told == ["index: 2 documents changed, 1 are gone"]
    assert (built.touched, in_use(client)) == (3, before)
    grants = [grant for found in other.documents.values() for grant in found.incentives]
    assert (built.documents, built.incentives) == (149, len(grants))
    assert shown(client, first) == "改过的题名"
    assert not client.exists(index=DOCUMENTS, id=second)
    assert differences(client, other) == ((), ())
    assert not update(client, other, tokenizer()).fresh


def test_new_indices_have_their_copies_and_keep_what_they_take(client: Elasticsearch) -> None:
    build(client, corpus(FEW, "few"), tokenizer(), force=True)
    for found in client.indices.get_settings(index=[DOCUMENTS, INCENTIVES], flat_settings=True).body.values():
        settings = found["settings"]
        assert settings["index.auto_expand_replicas"] == "0-1"
        assert settings["index.translog.durability"] == "request"


class Counted(Mapping[str, Document]):
    """Documents of which it is known how often each was asked for."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self.documents, self.asked = documents, Counter[str]()

    def __getitem__(self, name: str) -> Document:
        self.asked[name] += 1
        return self.documents[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.documents)

    def __len__(self) -> int:
        return len(self.documents)


def test_documents_are_asked_for_one_by_one_and_of_known_digests_only_the_changed(client: Elasticsearch) -> None:
    stream = Counted(FEW)
    build(client, Corpus(TABLES, stream, "few"), tokenizer(), force=True)
    assert stream.asked == dict.fromkeys(FEW, 1)
    name = next(iter(FEW))
    later = Counted({**FEW, name: replace(FEW[name], title="改过的题名")})
    digests = {one: digest_of(document) for one, document in later.documents.items()}
    built = update(client, Corpus(TABLES, later, "later", digests), tokenizer())
    assert (built.touched, later.asked) == (1, {name: 1})
    assert shown(client, name) == "改过的题名"


def test_update_is_invisible_until_its_end(client: Elasticsearch, monkeypatch: pytest.MonkeyPatch) -> None:
    build(client, CATALOG, tokenizer(), force=True)
    name = next(iter(TABLES.documents))
    changed = corpus({**TABLES.documents, name: replace(TABLES.documents[name], level=None)}, "changed")
    monkeypatch.setattr("index.update.finished", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        update(client, changed, tokenizer())
    (hit,) = client.search(index=DOCUMENTS, query={"term": {"id": name}})["hits"]["hits"]
    assert hit["_source"]["level"] == TABLES.documents[name].level
    monkeypatch.undo()
    half = in_use(client)
    assert update(client, CATALOG, tokenizer()).fresh  # the same corpus as before, yet built beside
    assert set(half).isdisjoint(in_use(client))
    assert differences(client, CATALOG) == ((), ())


def test_update_with_other_words_or_much_change_builds_beside(client: Elasticsearch) -> None:
    build(client, CATALOG, tokenizer(), force=True)
    before = in_use(client)
    assert update(client, CATALOG, Tokenizer(["新词"])).fresh
    second = in_use(client)
    assert set(before).isdisjoint(second)
    few = update(client, corpus(FEW, "few"), Tokenizer(["新词"]))
    assert few.documents == len(FEW)
    assert set(second).isdisjoint(in_use(client))


def test_searches_during_builds_see_a_whole_index(client: Elasticsearch) -> None:
    build(client, CATALOG, tokenizer(), force=True)
    seen: set[int] = set()
    done = threading.Event()

    def search() -> None:
        while not done.is_set():
            seen.add(int(client.count(index=DOCUMENTS)["count"]))

    searching = threading.Thread(target=search)
    searching.start()
    try:
        build(client, corpus(FEW, "few"), tokenizer(), force=True)
        build(client, CATALOG, tokenizer(), force=True)
    finally:
        done.set()
        searching.join()
    assert seen <= {len(FEW), 149}
    assert 149 in seen


def test_trial_leaves_nothing_and_touches_nothing(client: Elasticsearch) -> None:
    build(client, CATALOG, tokenizer(), force=True)
    before = in_use(client)
    with trial(client, corpus(FEW, "few"), tokenizer()) as held:
        assert int(client.count(index=held[DOCUMENTS])["count"]) == len(FEW)
        assert in_use(client) == before
    assert list(client.indices.get(index=f"{generations.TRIAL}-*")) == []
