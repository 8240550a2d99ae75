"""A search as a value, what it means, and the request it becomes: pure parts, compared as dicts."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import DocumentKind, IssuerLevel, ValidityState, Yuan
from data.tables import Tables, load
from index.query import (
    MAX_TEXT,
    Asked,
    Meaning,
    Query,
    QueryError,
    Scope,
    Sort,
    check,
    document_request,
    incentive_request,
    loosenings,
    meaning,
)
from index.query.filters import (
    amount_part,
    document_facets,
    grant_part,
    kind_part,
    phrase_part,
    region_part,
    scope_part,
    typed_place_part,
    typed_year_part,
)
from index.query.meaning import without_conditions
from index.query.ranking import (
    LONGEST_TITLE,
    MOST_PIECES,
    WEIGHTS,
    first_part,
    outermost,
    shortened,
    topic_of,
    topic_part,
    widest,
    words_of,
)
from index.query.requests import sort_part
from index.tokens import tokenizer
from index.understand import Amounts
from index.understand.synonyms import groups
from index.validity import states_filter

DAY = date(2026, 11, 20)
TABLES: Tables = load()


def query(**values: object) -> Query:
    return Query(on=DAY, **values)  # type: ignore[arg-type]


def said(text: str, *kept: str) -> Meaning:
    return meaning(query(text=text, kept_as_text=frozenset(kept)), TABLES)


def asked(**values: object) -> Asked:
    made = query(**values)
    return Asked(made, meaning(made, TABLES), TABLES, tokenizer())


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (query(text="字" * (MAX_TEXT + 1)), "text: 10001 characters; 10000 is the most"),
        (query(region="999999"), "region: '999999' is no code"),
        (query(kinds=("gift", "filing_reward")), "kind: gift is no kind"),
        (query(min_amount=Yuan(-1)), "min_amount, max_amount: must not be below zero"),
        (query(min_amount=Yuan(2), max_amount=Yuan(1)), "min_amount: 2 is more than max_amount, 1"),
        (query(years=(20260,)), "years: 20260 is no year"),
        (query(page=0), "page: must be 1 or more"),
        (query(page=501), "page: only the first 10000 results can be turned to; narrow the search"),
        (query(size=0), "page: must be 1 or more"),
        (query(size=101), "with 1 to 100 results a page"),
        (query(region="杭州"), "is no code of regions.csv; did you mean 330100 杭州市"),
    ],
)
def test_what_no_table_knows_is_refused(wrong: Query, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        check(wrong, TABLES.regions, TABLES.kinds)


def test_longest_text_and_last_page_are_accepted() -> None:
    check(query(text="字" * MAX_TEXT, page=500), TABLES.regions, TABLES.kinds)


def test_text_becomes_conditions_and_what_ranks() -> None:
    found = said("杭州 备案奖励 100万以上")
    assert (found.regions, found.kinds) == (("330100",), ("filing_reward",))
    assert found.amounts == (Amounts(least=Yuan(1_000_000)),)
    assert (found.topic, found.needed) == ("备案奖励", "")


def test_each_part_can_be_taken_back() -> None:
    text = "杭州 备案奖励 100万以上"
    for part in said(text).understood.parts:
        kept = said(text, part.words)
        assert part.words not in {other.words for other in kept.understood.parts}
        assert part.words in kept.topic
        assert len(kept.understood.parts) == 2


def test_needed_is_what_no_condition_says() -> None:
    assert said("杭州 具身智能").needed == "具身智能"
    assert said("奖励五千万以上").needed == ""
    assert said("奖励").needed == "奖励"
    assert said("浙政发〔2025〕10号").needed == "浙政发〔2025〕10号"


@pytest.mark.parametrize(
    ("text", "amounts", "rates", "needed"),
    [
        ("海淀 5000万", (50_000_000,), (), ""),
        ("漳州 标注券 80%", (), (80.0,), ""),
        ("杭州 1.5亿 12.5% 具身智能", (150_000_000,), (12.5,), "具身智能"),
        ("备案奖励 二十万", (200_000,), (), ""),
        ("5000万", (50_000_000,), (), "5000万"),
        ("海淀 营收5000万", (), (), "营收5000万"),
        ("备案奖励100万以上", (), (), ""),
        ("海淀" + "企业算力" * 15 + "5000万", (), (), "海淀" + "企业算力" * 15 + "5000万"),
    ],
)
def test_bare_figures_rank_and_are_needed_only_alone(
    text: str, amounts: tuple[int, ...], rates: tuple[float, ...], needed: str
) -> None:
    found = said(text)
    assert (found.figures.amounts, found.figures.rates, found.needed) == (amounts, rates, needed)


def test_a_row_of_the_very_figure_is_lifted() -> None:
    incentives, documents = (
        str(request(asked(text="算力券 100万 50%")).hits) for request in (incentive_request, document_request)
    )
    assert "{'amount_max': [1000000]}" in incentives
    assert "{'rate': [50.0]}" in incentives
    assert "{'grants.amount': [1000000]}}, {'terms': {'grants.kind': ['compute_voucher']}}" in documents
    assert "grants.kind" not in str(document_request(asked(text="海淀 5000万")).hits)
    assert "amount" not in str(document_request(asked(text="算力券 50%")).hits["query"])


def test_beside_a_kind_no_word_is_needed_but_a_number_is() -> None:
    stray, numbered = asked(text="备案奖励 名单"), asked(text="厦府办规〔2025〕3号 备案奖励")
    assert (stray.meaning.kind_is_enough, numbered.meaning.kind_is_enough) == (True, False)
    assert incentive_request(stray).worded is None
    assert "held" not in str(incentive_request(stray).found)
    assert "{'kinds': ['filing_reward']}" in str(document_request(stray).found)
    assert "held" in str(incentive_request(numbered).found)


def test_a_document_is_to_speak_of_the_kind_not_of_its_year() -> None:
    assert asked(text="模型券 2025").spoken.plain == "模型券"
    assert asked(text="模型券 具身智能").spoken.plain == "具身智能"
    assert asked(text="杭州").spoken.empty


def test_a_title_in_brackets_comes_first() -> None:
    title = "《厦门市进一步推动人工智能产业高质量发展若干措施》"
    found = document_request(asked(text=f"{title}平台奖励"))
    assert f"'{title[1:-1]}'" in str(found.hits)
    assert said(f"{title}{'企业' * 30}").titles == ()
    assert said("《办法》 算力券").titles == ()


@pytest.mark.parametrize("words", ["征求意见稿", "徵求意見稿", "（草案）"])
def test_who_asks_for_drafts_gets_them_by_themselves(words: str) -> None:
    facets = document_facets(query(text=f"丰台 {words}"), said(f"丰台 {words}"), TABLES.regions, folding=True)
    assert facets["folded"] == []
    assert document_facets(query(text="丰台"), said("丰台"), TABLES.regions, folding=True)["folded"]


def test_other_names_and_near_names() -> None:
    assert "算力券" in said("训力券").others
    assert [near.meant for near in said("大模型备按奖励").near] == ["大模型备案"]


def test_half_a_kind_is_asked_for_and_lifts_what_it_may_mean() -> None:
    found = said("租用算力")
    assert found.kinds == ()
    assert said("杭州 备案").maybe


@pytest.mark.parametrize(
    "text", ["杭州 备案奖励 100万以上", "2025年 浙江", "浙政发〔2025〕10号", "“算力券” -登记", "", "备"]
)
def test_collection_without_conditions_ranks_by_all_that_is_typed(text: str) -> None:
    found = without_conditions(text, TABLES)
    assert (found.regions, found.kinds, found.amounts, found.years, found.numbers) == ((), (), (), (), ())
    assert (found.phrases, found.exclusions) == ((), ())
    assert all(word in found.topic for word in text.split())


def test_region_means_all_below_it_and_on_request_what_is_above() -> None:
    assert region_part(query(), TABLES.regions) == []
    assert region_part(query(region="330100"), TABLES.regions) == [{"term": {"region_path": "330100"}}]
    (part,) = region_part(query(region="330106", above=True), TABLES.regions)
    assert part["bool"]["should"] == [
        {"terms": {"region_path": ["330106"]}},
        {"terms": {"region": ["000000", "330000", "330100", "330106"]}},
    ]


def test_typed_place_includes_what_applies_there() -> None:
    (part,) = typed_place_part(said("余杭 算力券"), TABLES.regions)
    assert part["bool"]["should"][0] == {"terms": {"region_path": ["330110"]}}
    assert "330100" in part["bool"]["should"][1]["terms"]["region"]


def test_kinds_and_amounts() -> None:
    nothing = said("")
    assert kind_part(query()) == []
    assert kind_part(query(kinds=("talent", "rent"))) == [{"terms": {"kind": ["talent", "rent"]}}]
    assert amount_part(query(), nothing) == []
    assert amount_part(query(min_amount=Yuan(500_000)), said("100万以内")) == [
        {"range": {"amount_max": {"gte": 500_000}}},
        {"range": {"amount_max": {"lte": 1_000_000}}},
    ]


def test_amount_of_a_document_is_that_of_a_grant_of_the_kind() -> None:
    assert grant_part(query(kinds=("talent",)), said("")) == []
    (part,) = grant_part(query(), said("备案奖励 100万以上"))
    assert part["nested"]["query"]["bool"]["filter"] == [
        {"range": {"grants.amount": {"gte": 1_000_000}}},
        {"terms": {"grants.kind": ["filing_reward"]}},
    ]


def test_year_filters_alone_and_lifts_beside_words() -> None:
    assert typed_year_part(said("2025年")) == [{"terms": {"years": [2025]}}]
    assert typed_year_part(said("2025年 具身智能")) == []


def test_scope_asks_for_states_on_the_day() -> None:
    assert scope_part(query(scope=Scope.ALL)) == []
    assert scope_part(query(scope=Scope.VERIFIED)) == [states_filter([ValidityState.IN_FORCE], DAY)]
    assert scope_part(query()) == [states_filter([ValidityState.IN_FORCE, ValidityState.UNKNOWN], DAY)]
    drafts = scope_part(query(scope=Scope.ALL, states=(ValidityState.DRAFT,)))
    assert drafts == [states_filter([ValidityState.DRAFT], DAY)]


def test_each_case_of_validity_is_asked_once() -> None:
    found = states_filter([ValidityState.IN_FORCE, ValidityState.UNKNOWN], DAY)["bool"]
    assert len(found["must_not"]) == 5
    assert found["filter"] == []
    assert states_filter(list(ValidityState), DAY) == {"match_all": {}}
    assert states_filter([], DAY) == {"match_none": {}}


@pytest.mark.parametrize("sort", list(Sort))
def test_every_order_is_stable_and_puts_absent_values_last(sort: Sort) -> None:
    parts = sort_part(query(sort=sort))
    assert parts[-1] == {"id": {"order": "asc"}}
    assert all(order.get("missing", "_last") == "_last" for part in parts for order in part.values())


@pytest.mark.parametrize("text", ["", " ", '"', "\\", "＊？", "…—", "\u200b"])
def test_text_without_letters_searches_nothing(text: str) -> None:
    assert topic_part(topic_of(text, tokenizer())) == []
    made = incentive_request(asked(text=text, scope=Scope.ALL))
    assert made.hits["query"]["bool"] == {"should": [], "filter": [], "must_not": []}
    assert made.best is None


def test_three_forms_are_summed_with_their_weights() -> None:
    parts = topic_part(topic_of("算力券", tokenizer()))
    weights = {field: match["boost"] for part in parts for field, match in part["match"].items()}
    assert weights == {"text": WEIGHTS.characters, "text.pairs": WEIGHTS.pairs, "text_words": WEIGHTS.words}


@given(st.text(max_size=300))
def test_user_text_is_only_ever_matched(text: str) -> None:
    for made in (incentive_request(asked(text=text)), document_request(asked(text=text))):
        bodies = [made.counts, made.hits, made.best]
        assert {"query_string", "simple_query_string", "regexp", "wildcard", "script"}.isdisjoint(keys(bodies))


def keys(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


def test_number_comes_first_however_it_is_written() -> None:
    made = [str(first_part(said(text))[0]) for text in ("浙政发[2025]10号", "浙政發（２０２５）10號")]
    assert all("浙政发202510号" in text for text in made)


def test_phrases_and_exclusions_stand_on_raw_text() -> None:
    made = document_request(asked(text="“算力券” -登记")).hits["query"]["bool"]
    assert (
        phrase_part(("算力券",), "title", nested="passages")
        == [part for part in made["filter"] if "登记" not in str(part)][:1]
    )
    assert "match_phrase" in str(made["must_not"])
    assert "登记" in str(made["must_not"])


def test_facets_leave_out_their_own_filter() -> None:
    made = incentive_request(asked(region="330000", kinds=("talent",)))
    text = {name: str(facet["filter"]) for name, facet in made.counts["aggs"].items()}
    assert list(text) == ["all", "regions", "kinds", "states"]
    assert "region_path" not in text["regions"]
    assert "'kind'" in text["regions"]
    assert "'kind'" not in text["kinds"]
    assert "region_path" in text["kinds"]
    assert "term.draft" not in text["states"]
    assert all(part in text["all"] for part in ("region_path", "'kind'", "term.draft"))


def test_facets_of_which_nothing_is_chosen_are_counted_in_one_go() -> None:
    made = document_request(asked(issuers=("某局",))).counts
    assert list(made["aggs"]) == ["all", "issuers", "states"]
    assert list(made["aggs"]["all"]["aggs"]) == ["regions", "levels", "document_kinds", "years", "kinds"]
    assert made["aggs"]["issuers"]["aggs"]["chosen"]["terms"]["include"] == ["某局"]


def test_document_facets_leave_out_their_own_filter() -> None:
    chosen = {
        "regions": (query(region="330000"), "region_path"),
        "levels": (query(levels=(IssuerLevel.CITY,)), "'level'"),
        "document_kinds": (query(document_kinds=(DocumentKind.NOTICE,)), "document_kind"),
        "issuers": (query(issuers=("某局",)), "issuers"),
        "years": (query(years=(2025,)), "'year'"),
        "states": (query(states=(ValidityState.DRAFT,)), "term.draft"),
        "kinds": (query(kinds=("talent",)), "'kinds'"),
    }
    for name, (narrow, field) in chosen.items():
        made = document_request(Asked(narrow, meaning(narrow, TABLES), TABLES, tokenizer())).counts
        assert field not in str(made["aggs"][name]["filter"])
        assert all(field in str(facet["filter"]) for other, facet in made["aggs"].items() if other != name)
        assert field not in str(made["query"])


def test_what_is_chosen_beside_the_facets_holds_for_all_counts() -> None:
    made = incentive_request(asked(issuers=("某局",), years=(2025,))).counts
    assert all(field in str(made["query"]) for field in ("issuers", "'year'"))
    assert "exists" in str(document_request(asked()).counts["query"])


@pytest.mark.parametrize("sort", list(Sort))
def test_only_relevance_of_words_is_ranked_in_two_steps(sort: Sort) -> None:
    made = document_request(asked(text="人工智能产业", sort=sort))
    assert (made.best is not None) is (sort is Sort.RELEVANCE)
    assert document_request(asked(text="", sort=sort)).best is None


def test_a_short_text_without_other_names_is_ranked_in_one_step() -> None:
    steps = {text: 1 if document_request(asked(text=text)).best is None else 2 for text in ("算", "具身智能", "网信办")}
    assert steps == {"算": 1, "具身智能": 1, "网信办": 2}


def test_a_pasted_paragraph_is_not_compared_with_titles() -> None:
    told = [str(document_request(asked(text="企业算力" * times)).hits) for times in (30, 31)]
    assert ["title.pairs" in text for text in told] == [True, False]


PASTED = "".join(document.title or "" for document in TABLES.documents.values())[:600]


def test_a_pasted_text_is_searched_by_its_longest_pieces_in_their_order() -> None:
    whole = topic_of(PASTED, tokenizer())
    short = shortened(whole, tokenizer())
    assert len(short.pieces) == MOST_PIECES < len(whole.pieces)
    assert list(short.pieces) == [piece for piece in whole.pieces if piece in short.pieces]
    left_out = [len("".join(piece)) for piece in whole.pieces if piece not in short.pieces]
    assert min(len("".join(piece)) for piece in short.pieces) >= max(left_out)
    assert short.plain.split() == outermost(["".join(piece) for piece in short.pieces])
    assert set(short.words.split()) <= set(whole.words.split()) | {word for piece in short.pieces for word in piece}
    assert short.plain in str(document_request(asked(text=PASTED)).hits)


def test_a_text_that_may_be_a_title_stays_whole() -> None:
    topic = topic_of(PASTED[:LONGEST_TITLE], tokenizer())
    assert shortened(topic, tokenizer()) is topic


def test_a_pasted_text_stays_whole_where_it_has_no_pieces_or_characters_are_needed() -> None:
    signs = topic_of("😀" * 200, tokenizer())
    assert signs.pasted
    assert shortened(signs, tokenizer()) is signs
    loose = replace(asked(text=PASTED), loose=True)
    assert loose.needed.plain == topic_of(loose.meaning.needed, tokenizer()).plain


def test_names_are_found_by_their_outermost_words_once() -> None:
    made = str(document_request(asked(text="双备案")).best)
    assert "'held': '大模型备案'" not in made, "whoever holds it is found by 模型备案 too"
    assert "'held': '生成式人工智能服务'" in made
    assert "'held': '人工'" not in made, "whoever holds 生成式人工智能服务 holds it"


NAMES = sorted({name for group in groups() for name in group} | {kind.name for kind in TABLES.kinds.values()})


@pytest.mark.parametrize("name", NAMES)
def test_a_text_with_the_outermost_words_of_a_name_holds_all_its_words(name: str) -> None:
    words = words_of(name, tokenizer())
    assert set(words) <= set(tokenizer().held(" ".join(outermost(words))))


def test_a_name_that_is_left_out_asks_for_more_than_one_that_is_not() -> None:
    kept = widest(NAMES, tokenizer())
    asked_for = [set(words_of(name, tokenizer())) for name in kept]
    for name in set(NAMES) - set(kept):
        assert any(words <= set(words_of(name, tokenizer())) for words in asked_for), name
    assert len(kept) < len(NAMES)


def test_the_rows_that_are_ranked_are_fewer_for_a_long_text() -> None:
    windows = [document_request(asked(text="算力" * times)).window for times in (3, 5, 10, 60, 61)]
    assert windows == [1000, 1000, 500, 100, 1000], "the last is pasted, and of one piece only"


def test_counts_and_both_orders_find_the_same() -> None:
    made = document_request(asked(text="杭州 算力券 “训练” -登记", region="330000"))
    assert made.best is not None
    for body in (made.hits, made.best):
        assert body["query"]["bool"]["filter"] == made.found["bool"]["filter"]
        assert body["query"]["bool"]["must_not"] == made.found["bool"]["must_not"]
    counted = [*made.counts["query"]["bool"]["filter"], *made.counts["aggs"]["all"]["filter"]["bool"]["filter"]]
    assert sorted(map(str, counted)) == sorted(map(str, made.found["bool"]["filter"]))
    assert made.counts["query"]["bool"]["must_not"] == made.found["bool"]["must_not"]


def test_loosenings_drop_one_condition_each() -> None:
    narrow = query(text="宁波 备案奖励", region="330106", kinds=("talent",), min_amount=Yuan(1), page=3)
    ways = dict(loosenings(narrow, TABLES))
    assert list(ways) == ["scope", "min_amount", "kinds", "region", "conditions", "text"]
    assert ways["region"].region == "330100"
    assert ways["conditions"] == replace(narrow, kept_as_text=frozenset({"宁波", "备案奖励"}), page=1)
    assert all(way.page == 1 for way in ways.values())
    assert loosenings(query(scope=Scope.ALL), TABLES) == []
    assert dict(loosenings(query(region="000000"), TABLES))["region"].region is None
