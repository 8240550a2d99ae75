"""Searches for documents on a real Elasticsearch: invented documents with texts, and the whole catalog."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from elasticsearch import Elasticsearch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.model import (
    Clause,
    Confidence,
    Document,
    DocumentKind,
    Incentive,
    IssuerLevel,
    Span,
    TitleStatus,
    ValidityState,
    Yuan,
)
from data.tables import Tables, load
from index.build import build, trial
from index.client import Connection, SearchUnavailableError, connect
from index.corpus import Corpus, catalog_corpus
from index.export import results_json
from index.found import DocumentResults
from index.local_server import Node
from index.query import MAX_TEXT, Query, QueryError, Scope, Sort
from index.search import Searcher
from index.suggest import SuggestionKind, one_off
from index.tokens import tokenizer

pytestmark = pytest.mark.node

DAY = date(2026, 11, 20)
TABLES: Tables = load()
FILLER = "本办法所称企业，是指在本市依法登记、具有独立法人资格、从事相关研发和服务的单位。" * 12


def invented(name: str, title: str, clauses: list[str], **values: object) -> Document:
    text, parts = "", []
    for number, words in enumerate(clauses, 1):
        parts.append(Clause((f"第{number}条",), None, words, Span(len(text), len(text) + len(words))))
        text += words + "\n"
    known = Document(name, TitleStatus.VERIFIED, DocumentKind.POLICY, Confidence.HIGH, title=title)
    return replace(known, text=text, clauses=tuple(parts), **values)  # type: ignore[arg-type]


INVENTED = [
    invented(
        "measures",
        "云山市促进智能产业发展若干措施",
        [FILLER, FILLER, "对租用智能算力训练模型的企业，按合同额的三成发放训力券。", FILLER],
        region="330100",
        level=IssuerLevel.CITY,
        issuers=("云山市人民政府",),
        doc_number="云政发〔2025〕7号",
        published=date(2025, 3, 1),
        expires=date(2027, 3, 1),
        incentives=(
            Incentive(1, "compute_voucher", "租用算力", amount_max=Yuan(2_000_000)),
            Incentive(2, "filing_reward", "备案", amount_max=Yuan(100_000)),
        ),
    ),
    invented(
        "notice",
        "关于组织申报2026年度云山市数据要素项目的通知",
        ["请各单位对照要求组织申报，逾期不予受理。", "联系电话见附件。"],
        region="330106",
        level=IssuerLevel.DISTRICT,
        issuers=("云山市数据局",),
        kind=DocumentKind.NOTICE,
        published=date(2026, 2, 1),
    ),
    invented(
        "draft",
        "云山市促进智能产业发展若干措施（征求意见稿）",
        ["对租用智能算力的企业发放训力券。"],
        region="330100",
        level=IssuerLevel.CITY,
        is_draft=True,
        draft_of="measures",
        published=date(2024, 12, 1),
    ),
]
HELD = {found.id: found for found in INVENTED}


@pytest.fixture(scope="module")
def client(node: Node) -> Iterator[Elasticsearch]:
    with connect(Connection(node.url, node.writer.user, node.writer.password)) as writer:
        build(writer, catalog_corpus(TABLES), tokenizer())
        yield writer


@pytest.fixture(scope="module")
def catalog(client: Elasticsearch) -> Searcher:
    return Searcher(client, TABLES, tokenizer())


@pytest.fixture(scope="module")
def small(client: Elasticsearch) -> Iterator[Searcher]:
    with trial(client, Corpus(TABLES, HELD, "invented"), tokenizer()) as names:
        yield Searcher(client, TABLES, tokenizer(), names=names)


def search(searcher: Searcher, **values: object) -> DocumentResults:
    return searcher.documents(Query(**{"on": DAY, "scope": Scope.ALL} | values))  # type: ignore[arg-type]


def ids(results: DocumentResults) -> list[str]:
    return [hit.document.id for hit in results.hits]


def test_best_passage_of_a_long_document_is_shown_with_its_clause_and_place(small: Searcher) -> None:
    hit = search(small, text="租用算力 训力券").hits[0]
    best = hit.snippets[0]
    assert hit.document.id == "measures"
    assert [draft.id for draft in hit.drafts] == ["draft"]
    (measures,) = [hit for hit in search(small, text="租用算力 训力券").hits if hit.document.id == "measures"]
    snippet = next(shown for shown in measures.snippets if shown.span)
    assert snippet.path == ("第3条",)
    assert snippet.span is not None
    assert (INVENTED[0].text or "")[snippet.span.start : snippet.span.end] == snippet.text
    marked = [snippet.text[mark.start : mark.end] for mark in snippet.marks]
    assert "训力券" in marked
    assert best.text
    assert (measures.incentives, measures.document.text) == (2, None)


def test_folded_script_finds_the_raw_text(small: Searcher) -> None:
    assert ids(search(small, text="訓力券")) == ids(search(small, text="训力券"))


def test_exact_number_and_title_come_first(small: Searcher, catalog: Searcher) -> None:
    for text in ("云政发〔2025〕7号", "云政发2025 7号", "云政发（２０２５）7號", "云山市促进智能产业发展若干措施"):
        assert ids(search(small, text=text))[0] == "measures"
    for document in list(TABLES.documents.values())[::7]:
        if document.title and len(document.title) > 6:
            found = search(catalog, text=document.title, size=3).hits
            assert document.title in {one.title for hit in found for one in (hit.document, *hit.drafts)}


def test_quoted_words_stand_as_they_are_and_excluded_ones_nowhere(small: Searcher) -> None:
    assert set(ids(search(small, text="“发放训力券”"))) == {"measures", "draft"}
    assert ids(search(small, text="“按合同额的三成发放训力券”")) == ["measures"]
    assert ids(search(small, text="“合同训力”")) == []
    assert ids(search(small, text="训力券 -合同额")) == ["draft"]


def test_text_becomes_conditions_and_each_can_be_taken_back(small: Searcher) -> None:
    assert ids(search(small, text="杭州 算力券 100万以上")) == ["measures"]
    assert ids(search(small, text="杭州 备案奖励 100万以上")) == []  # the reward is one of 100,000
    taken_back = search(small, text="训力券 500万以上", kept_as_text=frozenset({"500万以上"}))
    assert "measures" in ids(taken_back)
    assert ids(search(small, text="训力券 500万以上")) == []


def test_typed_place_finds_what_applies_there_its_own_first(small: Searcher) -> None:
    assert ids(search(small, text="西湖区 云山市"))[0] == "notice"
    assert set(ids(search(small, text="西湖区 云山市"))) == set(HELD) - {"draft"}
    assert ids(search(small, text="宁波 云山市")) == []


def test_facets_leave_out_their_own_filter_and_keep_what_is_chosen(small: Searcher) -> None:
    found = search(small, region="330106", issuers=("没有这个机关",), years=(1999,), states=(ValidityState.EXPIRED,))
    assert found.total == 0
    assert found.facets["issuers"] == {"没有这个机关": 0}
    assert found.facets["years"] == {"1999": 0}
    narrow = search(small, document_kinds=(DocumentKind.NOTICE,))
    assert narrow.facets["document_kinds"] == {"policy": 2, "notice": 1}
    assert narrow.facets["regions"]["330106"] == narrow.total == 1
    assert narrow.facets["years"] == {"2026": 1}
    assert search(small).facets["states"]["draft"] == 0
    assert search(small, states=(ValidityState.DRAFT,)).facets["states"]["draft"] == 1
    assert search(small).facets["kinds"] == {"compute_voucher": 1, "filing_reward": 1}
    assert search(small).facets["levels"] == {"city": 1, "district": 1}


def test_rare_issuer_that_is_chosen_is_counted(catalog: Searcher) -> None:
    issuers = {name for document in TABLES.documents.values() for name in document.issuers}
    for name in sorted(issuers)[::20]:
        facet = search(catalog, issuers=(name,)).facets["issuers"]
        assert facet[name] == sum(name in document.issuers for document in TABLES.documents.values())


def test_orders(small: Searcher, catalog: Searcher) -> None:
    assert ids(search(small, sort=Sort.NEWEST)) == ["notice", "measures"]
    assert ids(search(small, sort=Sort.AMOUNT))[0] == "measures"
    assert ids(search(small, sort=Sort.ENDS_SOONEST))[0] == "measures"
    known = [hit.document.published for hit in search(catalog, sort=Sort.NEWEST).hits if hit.document.published]
    assert known == sorted(known, reverse=True)


def test_empty_search_is_the_newest_in_force(catalog: Searcher) -> None:
    found = catalog.documents(Query(on=DAY, scope=Scope.VERIFIED, size=100))
    assert {hit.validity.state for hit in found.hits} == {ValidityState.IN_FORCE}
    dates = [hit.document.published or hit.document.written or hit.document.effective for hit in found.hits]
    dated = [day for day in dates if day]
    assert dated == sorted(dated, reverse=True)


@pytest.mark.parametrize("text", ["", "人工智能", "备"])
@pytest.mark.parametrize("sort", list(Sort))
def test_pages_lose_and_double_nothing(catalog: Searcher, text: str, sort: Sort) -> None:
    total = search(catalog, text=text, sort=sort).total
    pages = [ids(search(catalog, text=text, sort=sort, size=13, page=page)) for page in range(1, total // 13 + 2)]
    everything = [name for page in pages for name in page]
    assert len(everything) == len(set(everything)) == total


def test_validity_is_that_of_the_day(small: Searcher) -> None:
    for day, state in ((date(2027, 3, 1), ValidityState.IN_FORCE), (date(2027, 3, 2), ValidityState.EXPIRED)):
        hits = {hit.document.id: hit for hit in search(small, on=day).hits}
        assert hits["measures"].validity.state is state
    assert "measures" not in ids(search(small, on=date(2027, 3, 1) + timedelta(days=1), scope=Scope.CURRENT))


def test_json_values(small: Searcher) -> None:
    found = results_json(search(small, text="云山市促进智能产业发展若干措施"), TABLES)
    assert found["total"] == len(found["results"])
    row = found["results"][0]
    assert (row["document"], row["validity"], row["incentives"]) == ("measures", "in_force", 2)
    assert all(len(mark) == 2 for passage in row["passages"] for mark in passage["marks"])


def test_suggestions_while_typing(catalog: Searcher) -> None:
    kinds = {typed: {found.kind for found in catalog.suggest(typed)} for typed in ("杭州", "算力", "国家", "先锋城市")}
    assert SuggestionKind.REGION in kinds["杭州"]
    assert SuggestionKind.INCENTIVE_KIND in kinds["算力"]
    assert SuggestionKind.ISSUER in kinds["国家"]
    assert kinds["先锋城市"] == {SuggestionKind.TITLE}
    assert catalog.suggest("杭州 算力")[0].text == "杭州 算力券/算力补贴"
    assert catalog.suggest("西湖")[0].text == "浙江省杭州市西湖区"
    assert [catalog.suggest(text) for text in ("", " ", "？", "长" * 61)] == [(), (), (), ()]
    assert all(len(catalog.suggest(text)) <= 8 for text in ("国", "市", "人工智能"))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("大模型备按奖励", "大模型备案奖励"),
        ("海诛区 备案奖励", "海珠区 备案奖励"),
        ("人工智能先峰城市", "人工智能先锋城市"),
        ("个人信息保户法", "个人信息保护法"),
    ],
)
def test_one_wrong_character_is_asked_about(catalog: Searcher, typed: str, meant: str) -> None:
    assert meant in catalog.did_you_mean(typed)


@pytest.mark.parametrize("typed", ["备案奖励", "个人信息保护法", "杭州", "完全没有这样的话", "", "字" * 300])
def test_nothing_is_asked_about_what_is_right_or_far_off(catalog: Searcher, typed: str) -> None:
    assert catalog.did_you_mean(typed) == ()


def test_one_off() -> None:
    assert one_off("先峰城市", "打造先锋城市的措施") == "先锋城市"
    assert one_off("先锋城市", "打造先锋城市的措施") is None
    assert one_off("很长很长的话", "短") is None


def test_similar_documents(catalog: Searcher, small: Searcher) -> None:
    found = catalog.similar("cn-110106-2025-ai-fusion", DAY)
    assert "cn-110106-2025-ai-fusion-draft" in [hit.document.id for hit in found]
    assert "cn-110106-2025-ai-fusion" not in [hit.document.id for hit in found]
    assert catalog.similar("no-such-thing", DAY) == ()
    assert [hit.document.id for hit in small.similar("measures", DAY, 1)] == ["draft"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=600))
def test_any_text_answers(catalog: Searcher, text: str) -> None:
    found = search(catalog, text=text, size=2)
    assert found.total >= len(found.hits)
    assert all(0 <= m.start < m.end <= len(s.text) for hit in found.hits for s in hit.snippets for m in s.marks)
    catalog.suggest(text[:30])
    catalog.did_you_mean(text[:30])


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(piece=st.text(min_size=1, max_size=50))
def test_long_text_answers_and_longer_is_refused(catalog: Searcher, piece: str) -> None:
    text = (piece * MAX_TEXT)[:MAX_TEXT]
    assert search(catalog, text=text, size=1).total >= 0
    with pytest.raises(QueryError, match="10000 is the most"):
        search(catalog, text=text + "长")


def test_cluster_that_is_gone_is_said(node: Node) -> None:
    with connect(Connection("http://127.0.0.1:9", node.reader.user, "x")) as broken:
        gone = Searcher(broken, TABLES, tokenizer())
        for ask in (lambda: search(gone), lambda: gone.suggest("杭州"), lambda: gone.similar("x", DAY)):
            with pytest.raises(SearchUnavailableError, match="does not answer"):
                ask()


def test_a_draft_comes_with_its_final_text_and_by_itself_where_drafts_are_asked_for(catalog: Searcher) -> None:
    draft, final = "cn-110106-2025-ai-fusion-draft", "cn-110106-2025-ai-fusion"
    asked = Query(DAY, "丰台区支持人工智能科技创新和产业创新融合发展的若干措施", scope=Scope.ALL)
    found = {hit.document.id: hit for hit in catalog.documents(asked).hits}
    assert draft not in found
    assert [one.id for one in found[final].drafts] == [draft]
    assert found[final].drafts[0].title
    drafts = catalog.documents(replace(asked, states=(ValidityState.DRAFT,)))
    assert draft in [hit.document.id for hit in drafts.hits]
    assert draft in [
        hit.document.id for hit in catalog.documents(replace(asked, text="“丰台区支持人工智能” -没有的话")).hits
    ]


def test_what_no_row_holds_is_looked_for_by_characters_and_said_so(small: Searcher, catalog: Searcher) -> None:
    by_words = search(small, text="算力合同")
    assert by_words.total
    assert not by_words.loose
    by_characters = search(catalog, text="大赛获奖", scope=Scope.ALL)
    assert by_characters.loose
    assert by_characters.total
    nothing = search(small, text="飞禽走兽")
    assert (nothing.total, nothing.loose) == (0, False), "nothing is listed, so it is not said that something is"
    elsewhere = search(small, text="算力合同", years=(1999,))
    assert (elsewhere.total, elsewhere.loose) == (0, False), "there are such words, only not in that year"
