"""The text of a document as HTML: anchors, words lit up, tables, and that no text becomes markup."""

from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from app import cards, fulltext, reading, relations
from data.model import (
    Attachment,
    Citation,
    Confidence,
    Conflict,
    Document,
    DocumentKind,
    Incentive,
    Origin,
    Relation,
    Role,
    Said,
    Span,
    TitleStatus,
    Yuan,
)
from data.tables import Tables, load
from index.read.clauses import read_clauses
from index.relations import Related, Relations

TABLES: Tables = load()
EVIL = "<script>alert(1)</script>\"'&"
TEXT = "澜川市办法\n第一条 总则。\n第二条 奖励。对备案的奖励50万元；登记的奖励10万元。\n类别\t金额\n一等\t30万元"


def document(text: str = TEXT, *grants: Incentive) -> Document:
    basic = Document("web-1", TitleStatus.VERIFIED, DocumentKind.POLICY, Confidence.HIGH, title="办法")
    return replace(basic, text=text, clauses=read_clauses(text), incentives=grants, fetched=datetime.now(UTC))


def grant(no: int, words: str, text: str = TEXT) -> Incentive:
    start = text.index(words)
    span = Span(start, start + len(words))
    return Incentive(no, "filing_reward", "备案", amount_max=Yuan(1), quote=words, span=span)


class Shown(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text, self.lit, self.tags, self._deep = "", "", set[str](), 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - HTMLParser's signature
        self.tags.add(tag)
        self._deep += tag == "mark"

    def handle_endtag(self, tag: str) -> None:
        self._deep -= tag == "mark"

    def handle_data(self, data: str) -> None:
        self.text += data
        self.lit += data if self._deep else ""


def shown(html: str) -> Shown:
    parser = Shown()
    parser.feed(html)
    parser.close()
    return parser


def test_words_of_incentives_are_lit_and_can_be_jumped_to() -> None:
    html = fulltext.full_text(
        document(TEXT, grant(1, "备案的奖励50万元"), grant(2, "登记的奖励10万元"), grant(3, "30万元"))
    )
    assert shown(html).lit == "备案的奖励50万元登记的奖励10万元30万元"
    assert all(f'id="i{number}"' in html for number in (1, 2, 3))
    assert 'id="c3"' in html


def test_words_that_overlap_or_go_over_lines_are_lit_once() -> None:
    html = fulltext.full_text(
        document(TEXT, grant(1, "备案的奖励50万元；登记"), grant(2, "奖励50万元；登记的奖励10万元。\n类别"))
    )
    assert shown(html).lit == "备案的奖励50万元；登记的奖励10万元。类别"
    assert html.count('id="i2"') == 1


def test_rows_are_a_table() -> None:
    html = fulltext.full_text(document())
    assert html.count("<tr>") == 2
    assert "<td>30万元</td>" in html


def test_outline_names_clauses_with_heading_or_incentives() -> None:
    html = fulltext.outline(document(TEXT, grant(1, "备案的奖励50万元")))
    assert 'href="#c3"' in html
    assert "第二条 奖励" in shown(html).text
    assert "1 项激励" in html
    assert "第一条" not in html
    assert fulltext.outline(document("没有条款")) == ""


def test_nothing_read_draws_nothing_and_a_huge_text_is_cut_with_a_word() -> None:
    assert fulltext.full_text(replace(document(), text=None, clauses=())) == ""
    html = fulltext.full_text(document("第一条 甲。\n" + "很长。" * 100_000))
    assert "全文过长" in html
    assert len(html) < 300_000


def test_no_text_becomes_markup() -> None:
    text = f"第一条 {EVIL}\n{EVIL}\t{EVIL}"
    one = document(text, grant(1, EVIL, text))
    said = Said("title", Origin.TEXT, EVIL, EVIL)
    full = replace(
        one,
        conflicts=(Conflict("title", (said, said)), Conflict("incentives.1", (said,))),
        citations=(Citation(Relation.CITES, EVIL, EVIL, target="x"),),
        attachments=(Attachment(EVIL, "javascript:alert(1)", text=EVIL, problem=EVIL), Attachment(EVIL, part=True)),
        problems=(EVIL,),
    )
    related = Relations((Related(Role.BASIS, full, EVIL, EVIL, EVIL), Related(Role.CITED_BY, None, EVIL, EVIL, EVIL)))
    html = "".join(
        [
            fulltext.full_text(full),
            fulltext.outline(full),
            reading.conflicts(full, TABLES),
            relations.listed(related, TABLES),
            relations.graph(full, related, TABLES),
            reading.attachments(full.attachments),
            reading.problems(full),
            cards.note(EVIL),
        ]
    )
    parsed = shown(html)
    assert "script" not in parsed.tags
    assert 'href="javascript' not in html
    assert EVIL in parsed.text


def test_conflicts_show_what_was_taken_first() -> None:
    sides = (
        Said("amount_max", Origin.TEXT, "800000", "奖励80万元"),
        Said("amount_max", Origin.CATALOG, "None", "指南"),
    )
    html = reading.conflicts(replace(document(), conflicts=(Conflict("incentives.2", sides),)), TABLES)
    text = shown(html).text
    assert "激励 2" in text
    assert "80 万元（采用）" in text
    assert "未载明" in text
    assert "目录：指南" in text


def test_conflict_about_being_a_draft() -> None:
    said = Said("is_draft", Origin.TEXT, "true", "征求意见稿")
    assert "是（采用）" in reading.conflicts(replace(document(), conflicts=(Conflict("is_draft", (said,)),)), TABLES)


def test_attachments_say_what_they_are() -> None:
    text = shown(
        reading.attachments(
            (Attachment("办法.docx", "https://a.cn/1", part=True), Attachment("表.doc", problem="损坏"))
        )
    ).text
    assert "正文的一部分" in text
    assert "未读取" in text
    assert "损坏" in text


@given(
    st.text(alphabet=st.sampled_from("第一二条（）、\n\t<&甲。"), max_size=120), st.integers(0, 120), st.integers(1, 60)
)
def test_all_words_are_shown_whatever_is_lit(text: str, start: int, length: int) -> None:
    end = min(start + length, len(text))
    lit = (Incentive(1, "other", "x", span=Span(start, end)),) if start < end else ()
    html = fulltext.full_text(document(text, *lit))
    assert "".join(unescape(shown(html).text).split()) == "".join(text.split())
