"""The catalog and a page as one document; several pages of one document; drafts, reposts, repeals."""

from dataclasses import replace
from datetime import UTC, date, datetime

from data.model import (
    Basis,
    Certainty,
    Citation,
    Condition,
    ConditionKind,
    Confidence,
    Document,
    DocumentKind,
    Ending,
    Incentive,
    Origin,
    Percent,
    Relation,
    Said,
    Span,
    TitleStatus,
    Yuan,
)
from index.read.confirm import confirm
from index.read.identity import core, united
from index.read.merge import merge

FETCHED = datetime(2026, 11, 20, tzinfo=UTC)
WAN = 10_000


def grant(no: int, kind: str = "filing_reward", amount: int | None = 100, **rest: object) -> Incentive:
    most = None if amount is None else Yuan(amount * WAN)
    return replace(Incentive(no=no, kind=kind, trigger="通过备案", amount_max=most), **rest)  # type: ignore[arg-type]


def known(**rest: object) -> Document:
    basic = Document("cn-1", TitleStatus.GUIDE, DocumentKind.POLICY, Confidence.MEDIUM, title="澜川市若干措施")
    return replace(basic, url="https://www.lanchuan.gov.cn/a.html", region="330100", **rest)  # type: ignore[arg-type]


def page(name: str = "web-1", **rest: object) -> Document:
    basic = Document(name, TitleStatus.VERIFIED, DocumentKind.POLICY, Confidence.HIGH, fetched=FETCHED, text="文")
    values = {"url": "https://www.lanchuan.gov.cn/a.html", "region": "330100"} | rest
    return replace(basic, **values)  # type: ignore[arg-type]


def test_a_clause_that_says_the_same_figure_makes_it_original() -> None:
    condition = Condition(ConditionKind.GATE, "在本区注册")
    said = grant(
        1, quote="奖励100万元", span=Span(3, 10), clause="第三条", up_to=True, conditions=(condition,), rule="r"
    )
    result = confirm([grant(4, basis=Basis.GUIDE, note="指南所载")], [said])
    (found,) = result.incentives
    assert (found.no, found.basis, found.quote, found.clause) == (4, Basis.OFFICIAL_PAGE, "奖励100万元", "第三条")
    assert (found.note, found.up_to, found.conditions, found.rule) == ("指南所载", True, (condition,), "r")
    assert result.conflicts == ()


def test_another_figure_is_a_conflict_and_the_page_wins() -> None:
    result = confirm([grant(2, basis=Basis.GUIDE)], [grant(1, amount=80, quote="奖励80万元")])
    (found,), (conflict,) = result.incentives, result.conflicts
    assert (found.no, found.amount_max, found.quote) == (2, 80 * WAN, "奖励80万元")
    assert conflict.field == "incentives.2"
    assert [(said.origin, said.value) for said in conflict.said] == [
        (Origin.TEXT, str(80 * WAN)),
        (Origin.CATALOG, str(100 * WAN)),
    ]


def test_what_only_one_side_has_stays_with_its_basis_and_numbers_are_never_given_again() -> None:
    mine = [grant(1, basis=Basis.GUIDE), grant(7, "talent", 5, basis=Basis.THIRD_PARTY)]
    read = [grant(1, quote="百万"), grant(2, "compute_voucher", 500, basis=Basis.OFFICIAL_PAGE)]
    result = confirm(mine, read)
    assert [(one.no, one.kind, one.basis) for one in result.incentives] == [
        (1, "filing_reward", Basis.OFFICIAL_PAGE),
        (7, "talent", Basis.THIRD_PARTY),
        (8, "compute_voucher", Basis.OFFICIAL_PAGE),
    ]
    assert result.conflicts == ()


def test_two_of_a_kind_are_not_guessed_at() -> None:
    result = confirm([grant(1, amount=10), grant(2, amount=20)], [grant(1, amount=30), grant(2, amount=40)])
    assert [one.no for one in result.incentives] == [1, 2, 3, 4]
    assert result.conflicts == ()


def test_rates_without_amounts_are_compared_and_nothing_stated_confirms_nothing() -> None:
    half = (Percent(50.0),)
    assert (
        confirm([grant(1, amount=None, rates=half)], [grant(1, amount=None, rates=half, quote="五成")])
        .incentives[0]
        .quote
    )
    assert len(confirm([grant(1, amount=None)], [grant(1, amount=None)]).incentives) == 2


def test_tiers_that_differ_do_not_confirm() -> None:
    mine, read = grant(1, tiers=(Yuan(100 * WAN), Yuan(50 * WAN))), grant(1, tiers=(Yuan(100 * WAN), Yuan(30 * WAN)))
    assert confirm([mine], [read]).conflicts[0].field == "incentives.1"


def test_the_page_wins_where_it_speaks_and_the_difference_is_shown() -> None:
    said = Said("expires", Origin.TABLE, "2027-12-31", "失效日期：2027-12-31")
    read = page(title="澜川市若干措施", expires=date(2027, 12, 31), provenance=(said,), doc_number="澜府〔2025〕1号")
    found = merge(known(expires=date(2028, 12, 31), issuers=("澜川市政府",), note="n"), read)
    assert (found.expires, found.doc_number, found.issuers, found.note) == (
        date(2027, 12, 31), "澜府〔2025〕1号", ("澜川市政府",), "n",
    )  # fmt: skip
    assert found.title_status is TitleStatus.VERIFIED
    (conflict,) = found.conflicts
    assert conflict.field == "expires"
    assert conflict.said[0] == said
    assert conflict.said[1].value == "2028-12-31"


def test_a_longer_form_of_the_title_is_no_conflict_and_a_draft_is() -> None:
    read = page(title="澜川市人民政府关于印发澜川市若干措施的通知", is_draft=True)
    assert [conflict.field for conflict in merge(known(), read).conflicts] == ["is_draft"]


def test_a_page_at_the_catalogs_address_or_with_its_number_is_that_document() -> None:
    number = {"doc_number": "澜府〔2025〕1号", "issuers": ("澜川市人民政府",)}
    by_number = page("web-2", url="https://other.gov.cn/b.html", **number)
    documents = united([known(**number)], [page(), by_number])
    assert list(documents) == ["cn-1"]
    assert documents["cn-1"].evidence == ("https://other.gov.cn/b.html",)


def test_likeness_is_not_enough() -> None:
    one, other = (page(f"web-{n}", url=f"https://x.gov.cn/{n}", title="申报通知") for n in (1, 2))
    assert len(united([], [one, other])) == 2


def test_reposts_fold_into_the_page_that_knows_its_number() -> None:
    full = page(
        "web-9",
        url="https://a.gov.cn/1",
        title="甲办法",
        index_number="X/1",
        doc_number="甲〔2025〕1号",
        issuers=("甲局",),
    )
    bare = page("web-1", url="https://b.gov.cn/2", title="甲办法", index_number="X/1", written=date(2025, 1, 1))
    (document,) = united([], [bare, full]).values()
    assert (document.id, document.evidence, document.written) == ("web-9", ("https://b.gov.cn/2",), date(2025, 1, 1))


def test_a_draft_finds_its_final_text() -> None:
    final = page("web-1", url="https://a.gov.cn/1", title="澜川市政府关于印发《澜川市算力券办法》的通知")
    draft = page(
        "web-2",
        url="https://a.gov.cn/2",
        title="关于《澜川市算力券办法（征求意见稿）》公开征求意见的公告",
        is_draft=True,
    )
    assert united([], [final, draft])["web-2"].draft_of == "web-1"
    assert core("澜川市算力券办法（征求意见稿）") == "澜川市算力券办法"


def test_what_another_document_repeals_has_ended_unless_the_catalog_knows_better() -> None:
    old = page("web-1", url="https://a.gov.cn/1", title="旧办法", doc_number="甲〔2020〕1号", issuers=("甲局",))
    cited = Citation(Relation.REPEALS, "旧办法", "甲〔2020〕1号", quote="同时废止")
    new = page("web-2", url="https://a.gov.cn/2", title="新办法", effective=date(2026, 1, 1), citations=(cited,))
    documents = united([], [old, new])
    assert documents["web-2"].citations[0].target == "web-1"
    assert documents["web-1"].ending == Ending(Certainty.STATED, "web-2", on=date(2026, 1, 1), note="同时废止")
    told = replace(old, ending=Ending(Certainty.REPORTED, by_title="别的"))
    assert united([], [told, new])["web-1"].ending == told.ending
    assert united([], [old, replace(new, is_draft=True)])["web-1"].ending is None
