"""What the cards say, and that no text becomes markup."""

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from app import cards, estimate_cards, metadata
from data.model import (
    Basis,
    Confidence,
    Document,
    DocumentKind,
    Incentive,
    Origin,
    Said,
    TitleStatus,
    Window,
    WindowState,
    Yuan,
)
from data.tables import Tables, load
from index.match import Answer, Reason
from index.said import Said as Sentence
from index.search import Hit, validity_of
from index.windows import window_state

DAY = date(2026, 11, 20)
TABLES: Tables = load()
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def tags(html: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Tags()
    parser.feed(html)
    return parser.seen


def hit(document_id: str, number: int = 1, day: date = DAY) -> Hit:
    document = TABLES.documents[document_id]
    grant = next(grant for grant in document.incentives if grant.no == number)
    return Hit(grant, replace(document, incentives=()), validity_of(document, day))


def test_card_says_amount_kind_place_validity_and_basis() -> None:
    card = cards.card(hit("cn-330400-2024-ai-hq-plan"), TABLES)
    for words in (
        "100 万元",
        "备案奖励",
        "浙江省嘉兴市",
        "有效",
        "指南所载",
        "2027年12月31日（还有 406 天）",
        "来源网页",
    ):
        assert words in card


def test_card_says_what_is_not_known() -> None:
    card = cards.card(hit("cn-330200-2024-ningbo-jxj-ai-call"), TABLES)
    for words in ("金额未载明", "效力未核实", "有效期至</dt><dd>未载明", "引文未收录，请核对来源"):
        assert words in card


def test_card_without_address_says_so() -> None:
    assert "来源网址未载明" in cards.card(hit("cn-410000-2025-ai-ecosystem"), TABLES)


def test_last_sixty_days_warn() -> None:
    document = TABLES.documents["cn-330400-2024-ai-hq-plan"]
    soon = cards.validity_tag(validity_of(document, date(2027, 11, 1)), TABLES)
    assert 'class="kb-tag soon"' in soon
    assert "60 天后到期" in soon
    assert "有效" in cards.validity_tag(validity_of(document, date(2027, 10, 31)), TABLES)


def test_absent_basis_is_said() -> None:
    assert "依据未载明" in cards.basis_tag(None, TABLES)
    assert "指南所载" in cards.basis_tag(Basis.GUIDE, TABLES)


def test_quote_is_shown_where_there_is_one() -> None:
    known = hit("cn-330400-2024-ai-hq-plan")
    assert "“给予100万元奖励”" in cards.card(
        replace(known, incentive=replace(known.incentive, quote="给予100万元奖励")), TABLES
    )


def evil_document() -> Document:
    grant = Incentive(1, "other", EVIL, EVIL, Yuan(1), clause=EVIL, quote=EVIL, note=EVIL)
    return Document(
        "cn-evil",
        TitleStatus.VERIFIED,
        DocumentKind.POLICY,
        Confidence.LOW,
        title=EVIL,
        doc_number=EVIL,
        issuers=(EVIL,),
        place=EVIL,
        url="javascript:alert(1)",
        url_note=EVIL,
        evidence=("javascript:alert(2)",),
        validity_note=EVIL,
        incentives=(grant,),
        note=EVIL,
    )


def test_text_never_becomes_markup_or_a_script_link() -> None:
    document = evil_document()
    validity = validity_of(document, DAY)
    html = "".join(
        [
            cards.card(Hit(document.incentives[0], document, validity), TABLES),
            cards.document_head(document, validity, TABLES),
            metadata.document_table(document, validity, TABLES),
            cards.origin(document),
            cards.note(document.note),
        ]
    )
    found = tags(html)
    assert {tag for tag, _ in found}.isdisjoint({"script", "img", "iframe", "style", "svg"})
    assert not [attrs for _, attrs in found if any(name.startswith("on") for name in attrs)]
    assert not [attrs["href"] for _, attrs in found if "javascript" in (attrs.get("href") or "")]


@pytest.mark.parametrize("document", list(TABLES.documents.values()), ids=list(TABLES.documents))
def test_every_document_can_be_drawn(document: Document) -> None:
    validity = validity_of(document, DAY)
    parts = [
        cards.document_head(document, validity, TABLES),
        metadata.document_table(document, validity, TABLES),
        cards.origin(document),
        cards.table(cards.succession(document, TABLES.documents, TABLES)),
        cards.table(cards.not_grants(document, TABLES)),
        metadata.windows(document, TABLES, DAY),
    ]
    html = "".join(parts)
    assert "None" not in html
    opened = [tag for tag, _ in tags(html) if tag != "br"]
    assert all(
        html.count(f"<{tag}") == html.count(f"</{tag}>") for tag in set(opened) - {"a", "td", "th", "tr", "table"}
    )


def test_succession_links_the_other_document() -> None:
    rows = cards.succession(TABLES.documents["cn-330108-2025-binjiang-new-gen-ai"], TABLES.documents, TABLES)
    assert rows[0][0] == "后续文件（据他处所载）"
    assert 'href="document?id=cn-330108-2026-binjiang-new-gen-ai"' in rows[0][1]
    assert "自2026年9月11日起" in rows[0][1]
    draft = cards.succession(TABLES.documents["cn-110106-2025-ai-fusion-draft"], TABLES.documents, TABLES)
    assert draft[0][0] == "正式文件"


def test_budgets_and_caps_are_named_as_what_they_are() -> None:
    rows = cards.not_grants(TABLES.documents["cn-440105-2024-ai-model-demo-zone"], TABLES)
    assert [name for name, _ in rows] == ["资金总额", "合计上限", "合计上限", "合计上限"]


def test_origin_names_table_and_clause() -> None:
    assert "表3 · 附件1 三（一）" in cards.origin(TABLES.documents["cn-440105-2024-ai-model-demo-zone"])
    assert "由编者补充收录" in cards.origin(TABLES.documents["cn-410000-2025-ai-ecosystem"])
    assert "脚注" in cards.origin(TABLES.documents["src-xinhua-20251225-700-filed"])


def test_a_window_says_its_hour_and_how_it_stands() -> None:
    document = TABLES.documents["cn-310104-2025-filing-reward-call"]
    shown = metadata.windows(document, TABLES, DAY)
    assert "2025年1月24日 17:30" in shown
    assert "已截止" in shown


@pytest.mark.parametrize(
    ("opens", "closes", "state", "said"),
    [
        (None, None, WindowState.UNKNOWN, "截止日未载明"),
        (date(2026, 11, 1), None, WindowState.UNKNOWN, "截止日未载明"),
        (date(2026, 11, 22), None, WindowState.NOT_YET, "尚未开始"),
        (None, date(2026, 11, 20), WindowState.CLOSED, "已截止"),
        (None, date(2026, 11, 21), WindowState.CLOSING, "即将截止，今天截止"),
        (date(2026, 11, 21), date(2026, 12, 5), WindowState.CLOSING, "即将截止，还有 14 天"),
        (date(2026, 11, 21), date(2026, 12, 6), WindowState.OPEN, "可申报，还有 15 天"),
    ],
)
def test_how_a_window_stands(opens: date | None, closes: date | None, state: WindowState, said: str) -> None:
    day = date(2026, 11, 21)
    window = Window(opens, closes)
    assert window_state(window, day) is state
    document = replace(next(iter(TABLES.documents.values())), windows=(window,))
    assert said in metadata.windows(document, TABLES, day)


def test_a_field_says_which_part_of_its_page_said_it() -> None:
    document = replace(
        TABLES.documents["cn-330400-2024-ai-hq-plan"], doc_number="嘉政办发〔2024〕1号", published=date(2024, 12, 5),
        provenance=(
            Said("doc_number", Origin.TABLE, "嘉政办发〔2024〕1号", "嘉政办发〔2024〕1号"),
            Said("published", Origin.META, "2024-12-05", "2024-12-05 08:00"),
            Said("issuers", Origin.TEXT, "别的机关", EVIL),
        ),
    )  # fmt: skip
    shown = metadata.document_table(document, validity_of(document, DAY), TABLES)
    assert '嘉政办发〔2024〕1号 <span class="kb-from">公开信息表</span>' in shown
    assert '2024年12月5日 <span class="kb-from">网页元数据：“2024-12-05 08:00”</span>' in shown
    assert "别的机关" not in shown
    assert f'<span class="kb-from">{metadata.FROM_CATALOG}</span>' in shown


def test_a_reason_that_holds_for_several_words_is_told_once_with_all_of_them() -> None:
    open_, no = Answer.OPEN, Answer.NO
    asked = Sentence("这句话的要求表格里问不到，需向发文机关确认")
    reasons = (
        Reason(open_, asked, "择优奖励"),
        Reason(no, Sentence("没有完成{what}", what="算法备案"), "完成<b>算法</b>备案"),
        Reason(open_, asked, "领先开发者"),
        Reason(open_, asked, "择优奖励"),
    )
    drawn = estimate_cards.reasons_list(reasons)
    assert drawn.count("<li") == 2
    assert drawn.index("不符合") < drawn.index("待确认")
    assert "<q>择优奖励</q><q>领先开发者</q></li>" in drawn
    assert "完成&lt;b&gt;算法" in drawn
