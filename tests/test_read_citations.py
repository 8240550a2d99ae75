"""Citations: what a page names, in which relation, and which known document that is."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.model import Citation, Confidence, Document, DocumentKind, Relation, TitleStatus
from index.read.citations import Known, read_citations
from index.read.metadata import Metadata
from index.read.parts import Article


def _cite(body: str, *, head: str = "", title: str | None = None, draft: bool = False) -> tuple[Citation, ...]:
    metadata = Metadata(title=title, doc_number="石数规〔2026〕1号", is_draft=draft)
    return read_citations(Article(title, head, body, ""), metadata)


def _short(citations: tuple[Citation, ...]) -> list[tuple[str, str | None, str | None]]:
    return [(str(item.relation), item.title, item.doc_number) for item in citations]


def _document(name: str, title: str, number: str | None = None, issuer: str = "石桥区数据局") -> Document:
    return Document(
        id=name,
        title_status=TitleStatus.VERIFIED,
        kind=DocumentKind.POLICY,
        confidence=Confidence.HIGH,
        title=title,
        doc_number=number,
        issuers=(issuer,),
        written=date(2025, 1, 1),
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "根据《甲条例》（沧府〔2020〕1号）和《乙办法》，制定本办法。",
            [("implements", "甲条例", "沧府〔2020〕1号"), ("implements", "乙办法", None)],
        ),
        ("为深入贯彻落实《甲规划》精神，现就有关事项通知如下", [("implements", "甲规划", None)]),
        (
            "《甲办法》（沧府〔2020〕1号）、《乙细则》同时废止。",
            [("repeals", "甲办法", "沧府〔2020〕1号"), ("repeals", "乙细则", None)],
        ),
        ("决定废止《甲办法》和《乙细则》。", [("repeals", "甲办法", None), ("repeals", "乙细则", None)]),
        ("根据《甲条例》，《乙细则》予以废止。", [("implements", "甲条例", None), ("repeals", "乙细则", None)]),
        ("《甲办法》废止前受理的申请继续办理。", [("cites", "甲办法", None)]),
        ("对《甲办法》作如下修改：", [("amends", "甲办法", None)]),
        ("关于修改《甲办法》的决定", [("amends", "甲办法", None)]),
        ("《甲办法》（沧府〔2020〕1号）有效期延长至2028年3月31日。", [("amends", "甲办法", "沧府〔2020〕1号")]),
        ("以本办法代替《甲办法》。", [("replaces", "甲办法", None)]),
        ("参见《丙指南》第三章。", [("cites", "丙指南", None)]),
        ("应当提交《营业执照》和《申请表》。", []),
        ("沧府〔2020〕1号文件停止执行。", [("repeals", None, "沧府〔2020〕1号")]),
        ("本办法（石数规〔2026〕1号）适用于全区。", []),
    ],
)
def test_relations(body: str, expected: list[tuple[str, str | None, str | None]]) -> None:
    assert _short(_cite(body)) == expected


def test_nested_titles_are_one_title() -> None:
    body = "《甲局关于印发〈乙办法〉的通知》（沧府〔2020〕1号）同时废止。《丙局关于印发《丁办法》的通知》有效。"
    assert _short(_cite(body)) == [
        ("repeals", "甲局关于印发〈乙办法〉的通知", "沧府〔2020〕1号"),
        ("cites", "丙局关于印发《丁办法》的通知", None),
    ]


def test_measure_handed_out_by_its_notice() -> None:
    title = "石桥区数据局关于印发《石桥区算力办法》的通知"
    found = _cite("现将《石桥区算力办法》印发给你们。\n第一条 根据《甲条例》，制定本办法。", title=title)
    assert _short(found) == [("notice_for", "石桥区算力办法", None), ("implements", "甲条例", None)]


def test_application_round_is_a_notice_for_its_basis() -> None:
    found = _cite("根据《石桥区算力办法》（石数规〔2025〕3号），现组织申报。", title="关于组织申报2026年算力券的通知")
    assert _short(found) == [("notice_for", "石桥区算力办法", "石数规〔2025〕3号")]


def test_reading_and_draft_speak_of_the_document_in_their_title() -> None:
    reading = _cite("《石桥区算力办法》共九条。", title="《石桥区算力办法》解读")
    draft = _cite(
        "《石桥区算力办法（征求意见稿）》见附件。",
        title="关于征求《石桥区算力办法（征求意见稿）》意见的通知",
        draft=True,
    )
    assert _short(reading) == [("interprets", "石桥区算力办法", None)]
    assert _short(draft) == [("draft_of", "石桥区算力办法（征求意见稿）", None)]


def test_one_document_is_cited_once_with_its_strongest_relation() -> None:
    body = "根据《甲办法》（沧府〔2020〕1号）执行。\n《甲办法》同时废止。"
    assert _short(_cite(body)) == [("repeals", "甲办法", "沧府〔2020〕1号")]


def test_quotes_stand_in_the_body_and_head_has_no_span() -> None:
    article = Article(
        None, "（根据《甲条例》修订）", "第一段。\n　　根据《乙办法》（沧府[2020]１号），制定本办法。", ""
    )
    head, body = read_citations(article, Metadata())
    assert (head.title, head.span) == ("甲条例", None)
    assert body.doc_number == "沧府〔2020〕1号"
    assert body.span is not None
    assert article.body[body.span.start : body.span.end] == body.quote == "根据《乙办法》（沧府[2020]１号），制定本办法"


def test_number_decides_which_document_is_meant() -> None:
    known = [_document("a", "甲办法", "沧府〔2020〕1号"), _document("b", "甲办法", "沧府〔2023〕9号")]
    found = Known.of(known).resolve(
        [
            Citation(Relation.CITES, title="甲办法", doc_number="沧府〔2023〕第09号"),
            Citation(Relation.CITES, title="甲办法"),
            Citation(Relation.CITES, title="甲办法", doc_number="沧府〔2024〕7号"),
        ],
    )
    assert [citation.target for citation in found] == ["b", None, None]


def test_title_decides_alone_and_an_issuer_beside_it() -> None:
    known = [
        _document("a", "算力券管理办法", issuer="石桥区数据局"),
        _document("b", "算力券管理办法", issuer="松溪县数据局"),
        _document("c", "石桥区“模型券”办法（试行）"),
    ]
    found = Known.of(known).resolve(
        [
            Citation(Relation.CITES, title="算力券管理办法"),
            Citation(Relation.CITES, title="算力券管理办法", quote="松溪县数据局《算力券管理办法》"),
            Citation(Relation.CITES, title='石桥区"模型券"办法(试行)'),
            Citation(Relation.CITES, title="模型券办法"),
        ],
    )
    assert [citation.target for citation in found] == [None, "b", "c", None]


@settings(max_examples=150)
@given(
    st.one_of(
        st.text(),
        st.lists(
            st.sampled_from(["《", "》", "〈", "〉", "甲", "（石数〔2025〕1号）", "废止", "根据", "。", "、"])
        ).map("".join),
    )
)
def test_any_text_is_read_without_an_error(text: str) -> None:
    article = Article(text, text, text, text)
    for citation in read_citations(article, Metadata(title=text)):
        assert citation.title or citation.doc_number
        assert citation.span is None or article.body[citation.span.start : citation.span.end] == citation.quote
