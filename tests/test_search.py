"""Searches on a real Elasticsearch with the real catalog."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations

import pytest
from elasticsearch import Elasticsearch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.model import ValidityState, Yuan
from data.tables import Tables, load
from index.build import DOCUMENTS, INCENTIVES, build
from index.client import Connection, SearchUnavailableError, connect
from index.corpus import catalog_corpus
from index.export import results_json
from index.fetch import Fetched
from index.found import incentive_results
from index.local_server import Node
from index.query import MAX_TEXT, Meaning, Query, QueryError, Scope, Sort
from index.search import Results, Searcher, validity_of
from index.tokens import Tokenizer, tokenizer
from index.understand import understand
from index.validity import state_on, states_filter, term_of

pytestmark = pytest.mark.node

DAY = date(2026, 11, 20)
HAIZHU = "cn-440105-2024-ai-model-demo-zone.1"
TABLES: Tables = load()


@pytest.fixture(scope="module")
def client(node: Node) -> Iterator[Elasticsearch]:
    with connect(Connection(node.url, node.writer.user, node.writer.password)) as writer:
        build(writer, catalog_corpus(TABLES), tokenizer())
        yield writer


@pytest.fixture(scope="module")
def searcher(node: Node, client: Elasticsearch) -> Iterator[Searcher]:  # noqa: ARG001 - the index must be there
    with connect(Connection(node.url, node.reader.user, node.reader.password)) as reader:
        yield Searcher(reader, TABLES, tokenizer())


def search(searcher: Searcher, **values: object) -> Results:
    return searcher.search(Query(**{"on": DAY, "size": 100} | values))  # type: ignore[arg-type]


def ids(results: Results) -> list[str]:
    return [hit.id for hit in results.hits]


def test_guangdong_filing_rewards(searcher: Searcher) -> None:
    rows = results_json(search(searcher, text="备案奖励", region="440000"), TABLES)["results"]
    found = {row["id"]: row for row in rows}
    assert found[HAIZHU]["amount_max_cny"] == 1_000_000
    assert found[HAIZHU]["region_name"] == "广东省广州市海珠区"
    assert all(row["region"].startswith("44") for row in rows)
    assert {row["kind"] for row in rows[:7]} == {"filing_reward"}


def test_zhejiang_filing_rewards_have_the_amounts_of_the_catalog(searcher: Searcher) -> None:
    results = search(searcher, region="330000", kinds=("filing_reward",), sort=Sort.AMOUNT)
    amounts = [(hit.document.region, hit.incentive.amount_max) for hit in results.hits]
    assert amounts == [
        ("330400", 1_000_000),
        ("330482", 1_000_000),
        ("330106", 500_000),
        ("330212", 500_000),
        ("330700", 500_000),
        ("330000", None),
        ("330200", None),
    ]


def test_region_is_it_and_all_below_and_above_adds_the_levels_above(searcher: Searcher) -> None:
    below = search(searcher, region="330106", scope=Scope.ALL)
    assert {hit.document.region for hit in below.hits} == {"330106"}
    above = search(searcher, region="330106", above=True, scope=Scope.ALL)
    assert {hit.document.region for hit in above.hits} == {"330106", "330100", "330000"}


def test_expired_on_the_day_after_its_end(searcher: Searcher) -> None:
    last = date(2026, 9, 16)
    for scope in (Scope.CURRENT, Scope.VERIFIED):
        on_last = ids(search(searcher, on=last, region="330102", scope=scope))
        on_next = ids(search(searcher, on=last + timedelta(days=1), region="330102", scope=scope))
        assert on_last == ["cn-330102-2025-shangcheng-ai.1"]
        assert on_next == []
    (hit,) = search(searcher, on=last + timedelta(days=1), region="330102", scope=Scope.ALL).hits
    assert hit.validity.state is ValidityState.EXPIRED


@pytest.mark.parametrize("day", [date(2024, 1, 1), date(2025, 7, 14), date(2025, 7, 15), DAY, date(2030, 1, 1)])
def test_elasticsearch_and_python_agree_on_validity(client: Elasticsearch, day: date) -> None:
    for count in range(len(ValidityState) + 1):
        for states in combinations(ValidityState, count):
            found = client.search(index=DOCUMENTS, query=states_filter(states, day), size=1000, source=False)
            expected = {d.id for d in TABLES.documents.values() if state_on(term_of(d), day) in states}
            assert {hit["_id"] for hit in found["hits"]["hits"]} == expected


def test_scopes_add_up(searcher: Searcher) -> None:
    totals = [search(searcher, scope=scope).total for scope in (Scope.VERIFIED, Scope.CURRENT, Scope.ALL)]
    counted = search(searcher).states
    assert totals[0] == counted[ValidityState.IN_FORCE]
    assert totals[1] == totals[0] + counted[ValidityState.UNKNOWN]
    assert totals[2] == sum(counted.values()) == 171


def test_least_amount_leaves_out_what_states_none(searcher: Searcher) -> None:
    hits = search(searcher, min_amount=Yuan(10_000_000), scope=Scope.ALL).hits
    assert hits
    assert all((hit.incentive.amount_max or 0) >= 10_000_000 for hit in hits)


def test_orders(searcher: Searcher) -> None:
    by_amount = [hit.incentive.amount_max for hit in search(searcher, sort=Sort.AMOUNT).hits]
    stated = [amount for amount in by_amount if amount is not None]
    assert stated == sorted(stated, reverse=True)
    assert by_amount[: len(stated)] == stated
    ends = [hit.validity.last_day for hit in search(searcher, sort=Sort.ENDS_SOONEST).hits]
    known = [day for day in ends if day]
    assert known == sorted(known)
    assert ends[: len(known)] == known
    newest = [hit.document.published or hit.document.written or hit.document.effective for hit in search(searcher).hits]
    dated = [day for day in newest if day]
    assert dated == sorted(dated, reverse=True)


def test_pages_lose_and_double_nothing(searcher: Searcher) -> None:
    for sort in Sort:
        pages = [ids(search(searcher, sort=sort, scope=Scope.ALL, size=20, page=page)) for page in range(1, 11)]
        everything = [name for page in pages for name in page]
        assert len(everything) == len(set(everything)) == 171


def test_counts_leave_out_their_own_filter(searcher: Searcher) -> None:
    one, both = search(searcher, kinds=("filing_reward",)), search(searcher, kinds=("filing_reward",), region="330000")
    assert both.regions == one.regions
    assert one.kinds["compute_voucher"] > 0
    assert both.regions["330000"] == both.total == both.kinds["filing_reward"]


def test_a_region_counts_all_below_it(searcher: Searcher) -> None:
    held = [document for document in TABLES.documents.values() if document.region]
    paths = [(TABLES.regions.path(document.region or ""), len(document.incentives)) for document in held]
    expected = Counter({region.code: 0 for path, _ in paths for region in path})
    for path, grants in paths:
        expected.update({region.code: grants for region in path})
    assert search(searcher, scope=Scope.ALL).regions == +expected
    nothing = search(searcher, text="“没有这样的词语”", region="330106")
    assert nothing.regions == {"330106": 0}


def test_a_region_that_the_tables_no_longer_know_is_not_counted() -> None:
    buckets = [{"key": "330106", "doc_count": 2}, {"key": "999999", "doc_count": 1}]
    counts = {"regions": {"counts": {"buckets": buckets}}, "kinds": {"counts": {"buckets": []}}}
    found = Fetched(3, {**counts, "states": {"counts": {"buckets": {}}}}, [], None)
    regions = incentive_results(found, Query(DAY), Meaning(understand("", TABLES)), TABLES.regions).regions
    assert regions == {"000000": 2, "330000": 2, "330100": 2, "330106": 2}


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ("浙政发〔2025〕10号", "cn-330000-2025-ai-innovation-measures"),
        ("浙政发[2025]10号", "cn-330000-2025-ai-innovation-measures"),
        ("浙政發（２０２５）10號", "cn-330000-2025-ai-innovation-measures"),
        ("珠海市推动人工智能与机器人产业高质量发展若干措施", "cn-440400-2025-ai-robot"),
        ("西湖 模型券", "cn-330106-2025-xihu-ai-measures"),
    ],
)
def test_number_and_title_find_their_document_first(searcher: Searcher, text: str, document: str) -> None:
    assert search(searcher, text=text).hits[0].document.id == document


@pytest.mark.parametrize(
    ("text", "same"),
    [
        *((f"备案奖励 {word}", "备案奖励") for word in ("名单", "最高", "全国", "申请", "鼓楼区")),
        ("浙江备案奖励明细", "浙江备案奖励"),
        ("登记奖励 名单", "登记奖励"),
        ("算力券 2025 100万", "算力券"),
    ],
)
def test_a_word_beside_a_kind_hides_none_of_the_kind(searcher: Searcher, text: str, same: str) -> None:
    found, whole = (search(searcher, text=said, scope=Scope.ALL) for said in (text, same))
    assert found.total == whole.total > 0
    assert set(ids(found)) == set(ids(whole))
    assert not found.loose


@pytest.mark.parametrize(("text", "amount"), [("备案奖励 二十万", 200_000), ("备案奖励100万", 1_000_000)])
def test_rows_of_the_very_amount_come_first(searcher: Searcher, text: str, amount: int) -> None:
    hits = search(searcher, text=text, scope=Scope.ALL).hits
    number = sum(hit.incentive.amount_max == amount for hit in hits)
    assert len(hits) > number > 1
    assert all(hit.incentive.amount_max == amount for hit in hits[:number])


@pytest.mark.parametrize(
    ("text", "first"), [("漳州 标注券 80%", "cn-350600"), ("海淀 5000万", "cn-110108"), ("银川 10%", "cn-640100")]
)
def test_a_bare_figure_beside_a_place_hides_nothing(searcher: Searcher, text: str, first: str) -> None:
    assert ids(search(searcher, text=text, scope=Scope.ALL))[0].startswith(first)


def test_traditional_script_finds_the_same(searcher: Searcher) -> None:
    assert ids(search(searcher, text="大模型備案獎勵")) == ids(search(searcher, text="大模型备案奖励"))


@pytest.mark.parametrize("text", ['"', "\\", "*", "OR", "title:备案 AND (", "<script>", "备", "\x00", "😀", "a" * 300])
def test_odd_text_answers(searcher: Searcher, text: str) -> None:
    assert search(searcher, text=text).total >= 0


def test_longest_text_answers_and_a_longer_one_is_refused(searcher: Searcher) -> None:
    text = "".join(chr(0x4E00 + number % 20_000) for number in range(MAX_TEXT))
    assert search(searcher, text=text).total >= 0
    with pytest.raises(QueryError, match="10000 is the most"):
        search(searcher, text=text + "长")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=400))
def test_any_text_answers(searcher: Searcher, text: str) -> None:
    assert search(searcher, text=text, size=1).total >= 0


def test_loosened_searches_find_what_they_say(searcher: Searcher) -> None:
    query = Query(on=DAY, region="330102", kinds=("filing_reward",))
    assert searcher.search(query).total == 0
    ways = searcher.loosened(query)
    assert {way.dropped for way in ways} == {"scope", "region"}
    for way in ways:
        assert searcher.search(way.query).total == way.total > 0


def test_nothing_to_loosen(searcher: Searcher) -> None:
    assert searcher.loosened(Query(on=DAY, scope=Scope.ALL)) == ()


@pytest.mark.parametrize("document_id", list(TABLES.documents))
def test_every_document_comes_back_whole(searcher: Searcher, document_id: str) -> None:
    assert searcher.document(document_id) == TABLES.documents[document_id]


def test_unknown_document(searcher: Searcher) -> None:
    assert searcher.document("no-such-thing") is None


def test_days_left() -> None:
    document = TABLES.documents["cn-330400-2024-ai-hq-plan"]
    assert validity_of(document, date(2027, 12, 30)).days_left == 1
    assert validity_of(document, date(2027, 12, 31)).days_left == 0
    assert validity_of(document, date(2028, 1, 1)).days_left is None


def test_other_lexicon_is_refused(client: Elasticsearch) -> None:
    drifted = Searcher(client, TABLES, Tokenizer(["别的词"]))
    with pytest.raises(SearchUnavailableError, match=r"another lexicon .*python -m index build"):
        drifted.search(Query(on=DAY))


def test_searcher_needs_an_index(client: Elasticsearch) -> None:
    empty = Searcher(client, TABLES, tokenizer())
    found = client.indices.get_alias(name=INCENTIVES)
    (index,) = found.body
    client.indices.delete_alias(index=index, name=INCENTIVES)
    try:
        with pytest.raises(SearchUnavailableError, match="no index yet: run `python -m index build`"):
            empty.search(Query(on=DAY))
    finally:
        client.indices.put_alias(index=index, name=INCENTIVES)


def test_silent_server_and_wrong_password_are_said(node: Node) -> None:
    for connection, message in (
        (Connection("http://127.0.0.1:9"), "does not answer .*is it running, and is the address right"),
        (Connection(node.url, node.reader.user, "wrong"), "refuses these credentials"),
    ):
        with connect(connection) as broken, pytest.raises(SearchUnavailableError, match=message):
            Searcher(broken, TABLES, tokenizer()).search(Query(on=DAY))
