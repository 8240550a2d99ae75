"""Passages cover a text once, in order, in pieces of about 300 characters; marks stand on the raw text."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from data.model import Clause, Confidence, Document, DocumentKind, Span, TitleStatus
from index.marks import marks
from index.passages import MOST, SIZE, passages

TEXT = "总则如下。\n第一条 对备案的企业给予奖励。\n第二条 " + "支持算力平台建设；" * 80 + "\n第三条 附则。"


def document(text: str | None, *starts: tuple[int, tuple[str, ...]]) -> Document:
    clauses = tuple(Clause(path, None, "", Span(start, start + 1)) for start, path in starts)
    known = Document("invented", TitleStatus.VERIFIED, DocumentKind.POLICY, Confidence.HIGH, clauses=clauses)
    return Document(**{name: getattr(known, name) for name in known.__slots__} | {"text": text})


def test_document_without_text_has_none() -> None:
    assert list(passages(document(None))) == []
    assert list(passages(document(""))) == []


def test_short_clauses_are_joined_and_long_ones_are_cut_at_sentences() -> None:
    starts = [(TEXT.index(f"第{number}条"), (f"第{number}条",)) for number in "一二三"]
    parts = [TEXT[part.start : part.end] for part in passages(document(TEXT, *starts))]
    assert parts[0].startswith("总则如下。\n第一条")
    assert all(part.endswith(("；", "。")) for part in parts)
    assert len(parts) == 3


def test_each_passage_knows_the_clauses_in_it() -> None:
    starts = [(TEXT.index(f"第{number}条"), (f"第{number}条",)) for number in "一二三"]
    first, second, last = passages(document(TEXT, *starts))
    assert [path for _, path in first.paths] == [("第一条",), ("第二条",)]
    assert second.paths == ((second.start, ("第二条",)),)
    assert [path for _, path in last.paths] == [("第二条",), ("第三条",)]


def test_a_very_long_document_has_larger_passages() -> None:
    found = list(passages(document("支持算力。" * 600_000)))
    assert MOST * 0.5 < len(found) <= MOST * 2


@given(
    st.text(alphabet="一二。；！\n abc", max_size=2000),
    st.lists(st.integers(0, 2000), max_size=20, unique=True),
)
def test_nothing_is_left_out_or_doubled(text: str, cuts: list[int]) -> None:
    starts = [(cut, (str(cut),)) for cut in cuts if cut < len(text)]
    found = list(passages(document(text, *starts)))
    assert "".join(text[part.start : part.end] for part in found) == text
    assert all(0 < part.end - part.start <= SIZE for part in found)
    assert {path for part in found for _, path in part.paths} >= {path for _, path in starts}


def words(text: str, *searched: str) -> list[str]:
    return [text[span.start : span.end] for span in marks(text, searched)]


def test_marks_are_pieces_of_what_was_searched() -> None:
    assert words("对通过备案的大模型给予备案奖励", "大模型备案奖励") == ["备案", "大模型", "备案奖励"]
    assert words("最高100万元，不是1000万元", "100") == ["100"]
    assert words("发放算力券", "券") == ["券"]
    assert words("没有", "奖励") == []


def test_marks_stand_on_the_text_in_its_own_script_and_widths() -> None:
    assert words("大模型備案獎勵", "备案奖励") == ["備案獎勵"]
    assert words("调用ＡＰＩ的费用", "api") == ["ＡＰＩ"]


@given(st.text(max_size=200), st.text(max_size=50))
def test_marks_lie_in_the_text_apart_and_in_order(text: str, searched: str) -> None:
    found = marks(text, [searched])
    assert all(0 <= span.start < span.end <= len(text) for span in found)
    assert all(left.end < right.start for left, right in pairwise(found))
