"""Cutting a text into numbered parts."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from index.read.clauses import number_of, read_clauses


def paths(text: str) -> list[str]:
    return [" / ".join(clause.path) for clause in read_clauses(text)]


MEASURE = """澜川市支持大模型发展办法
第一章 总则
第一条 为支持大模型发展，制定本办法。
第二条  【适用对象】本办法适用于：
（一）在本市登记的企业；
（二）科研机构。
第二章 支持措施
第三条 备案奖励。对通过备案的，奖励50万元。
第三条所称备案，是指国家备案。
第四条 算力券。
1.每家最高100万元。
2.1亿元为总额。
（1）按合同；
①先付；
附件1：申报材料
一、申请表"""


def test_parts_lie_in_the_parts_above() -> None:
    assert paths(MEASURE) == [
        "",
        "第一章",
        "第一章 / 第一条",
        "第一章 / 第二条",
        "第一章 / 第二条 / （一）",
        "第一章 / 第二条 / （二）",
        "第二章",
        "第二章 / 第三条",
        "第二章 / 第四条",
        "第二章 / 第四条 / 1",
        "第二章 / 第四条 / 1 / （1）",
        "第二章 / 第四条 / 1 / （1） / ①",
        "附件1",
        "附件1 / 一",
    ]


def test_spans_are_exact_and_cover_all_words() -> None:
    clauses = read_clauses(MEASURE)
    assert all(clause.text == MEASURE[clause.span.start : clause.span.end] for clause in clauses)
    assert "\n".join(clause.text for clause in clauses) == MEASURE


def test_headings() -> None:
    named = {clause.path[-1]: clause.heading for clause in read_clauses(MEASURE) if clause.path}
    assert named["第一章"] == "总则"
    assert named["第二条"] == "适用对象"
    assert named["第三条"] == "备案奖励"
    assert named["第一条"] is None


def test_a_reference_to_an_article_is_no_article() -> None:
    assert paths("第一条 甲。\n第五条、第六条的规定适用。\n第九条 乙。\n第二条 丙。") == ["第一条", "第二条"]


def test_articles_below_items_and_items_below_articles() -> None:
    assert paths("一、总则\n第一条 甲\n二、措施\n第二条 乙") == ["一", "一 / 第一条", "二", "二 / 第二条"]
    assert paths("第一条 甲\n一、子\n二、丑\n第二条 乙") == ["第一条", "第一条 / 一", "第一条 / 二", "第二条"]


def test_figures_at_the_start_of_a_line_are_no_numbers() -> None:
    assert paths("2.5亿元用于算力。\n100万元\n2025年实施。") == [""]


def test_full_width_and_spaced_numbers() -> None:
    assert paths("第 一 条　甲\n（一）乙\n１．丙\n(２)丁") == [
        "第一条",
        "第一条 / （一）",
        "第一条 / （一） / １",
        "第一条 / （一） / １ / (２)",
    ]


def test_numbers() -> None:
    said = {
        "一": 1,
        "十": 10,
        "十二": 12,
        "二十": 20,
        "二十三": 23,
        "一百零五": 105,
        "12": 12,
        "③": 3,
        "甲": None,
        "": None,
    }
    assert {words: number_of(words) for words in said} == said


@given(st.text(alphabet=st.sampled_from("第一二十条章（）1、.①附件\n 。款a"), max_size=200) | st.text(max_size=200))
def test_any_text_is_cut_without_loss(text: str) -> None:
    clauses = read_clauses(text)
    assert all(clause.text == text[clause.span.start : clause.span.end] for clause in clauses)
    assert all(one.span.end <= next_.span.start for one, next_ in pairwise(clauses))
    kept = "".join("".join(clause.text.split()) for clause in clauses)
    assert kept == "".join(text.split())
