"""Head, body and tail of a text, trap by trap."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.strict import read_records
from index.read.bounds import cut, is_salutation
from index.read.line_kinds import BOUNDS, LineRule, brief, form, kind

TITLE = "澜川市人民政府办公室关于印发澜川市算力券管理办法的通知"
NOTICE = "现将《澜川市算力券管理办法》印发给你们，请认真执行。"
CLAUSES = "第一条 为支持算力，制定本办法。\n第二条 本办法自印发之日起施行。"
MEASURE = f"澜川市算力券管理办法\n{CLAUSES}"


def body(text: str, title: str | None = TITLE) -> str:
    return cut(text, title)[1]


@pytest.mark.parametrize("rule", read_records(BOUNDS, LineRule, key="name"), ids=lambda rule: rule.name)
def test_each_rule_knows_its_example(rule: LineRule) -> None:
    line = brief(rule.example)
    found = form(line) if rule.part == "form" else kind(line, rule.part)
    assert found == rule.name


@pytest.mark.parametrize("title", [TITLE, None])
def test_title_on_three_lines_number_and_salutation_are_head(title: str | None) -> None:
    head = (
        "澜川市人民政府办公室\n关于印发澜川市算力券管理\n办法的通知\n澜川政办规〔2025〕4号\n各区人民政府，市有关部门："
    )
    assert cut(f"{head}\n{NOTICE}", title) == (head, NOTICE, "")


@pytest.mark.parametrize(
    "number",
    [
        "澜府办规〔2025〕8号",
        "澜府办规[2025] 8 号",
        "澜府办规（２０２５）８号",
        "澜府办规〔2025〕X号",
        "第746号",
        "澜川市人民政府令",
    ],
)
def test_number_in_any_form_is_head(number: str) -> None:
    assert cut(f"{number}\n第一条 为支持算力，制定本办法。", None)[0] == number


def test_note_below_the_title_is_head_on_one_line_or_several() -> None:
    one = "（2021年7月27日澜川市人民政府令第9号公布）"
    two = "（2021年7月27日澜川市人民政府令第9号公布\n根据2024年3月1日《关于修改部分规章的决定》修正）"
    assert body(f"{one}\n第一章 总则\n第一条 略。") == "第一章 总则\n第一条 略。"
    assert body(f"{two}\n第一章 总则\n第一条 略。") == "第一章 总则\n第一条 略。"


def test_contents_are_head_and_the_chapters_themselves_are_not() -> None:
    assert (
        body("目　录\n第一章 总则\n第二章 附则\n第一章 总则\n第一条 略。\n第二章 附则\n第二条 略。").count("第一章")
        == 1
    )


def test_covering_notice_and_measure_are_both_body_and_the_signature_between_is_tail() -> None:
    text = (
        f"各有关单位：\n{NOTICE}\n附件：1.算力券申请表\n2.评分标准\n澜川市科技局　澜川市财政局\n2025年3月1日\n{MEASURE}"
    )
    head, proper, tail = cut(text, TITLE)
    assert head == "各有关单位："
    assert proper == f"{NOTICE}\n{MEASURE}"
    assert tail == "附件：1.算力券申请表\n2.评分标准\n澜川市科技局　澜川市财政局\n2025年3月1日"


def test_decree_signed_by_a_person_before_the_measure() -> None:
    text = f"《办法》已经通过，现予公布，自2025年5月1日起施行。\n市　长　某某某\n2025年3月10日\n{MEASURE}"
    assert body(text) == f"《办法》已经通过，现予公布，自2025年5月1日起施行。\n{MEASURE}"


@pytest.mark.parametrize(
    "date", ["2025年3月1日", "二〇二五年三月一日", "２０２５年３月１日", "2025 年 3 月", "2025-03-01"]
)
def test_signature_with_its_date_in_any_form_is_tail(date: str) -> None:
    assert cut(f"{NOTICE}\n澜川市科技局\n{date}", TITLE)[1:] == (NOTICE, f"澜川市科技局\n{date}")


def test_signer_and_date_on_one_line_and_signer_without_a_date() -> None:
    assert body(f"{NOTICE}\n澜川市科技局 2025年3月1日") == NOTICE
    assert body(f"{NOTICE}\n澜川市科技局\n公开方式：主动公开") == NOTICE


def test_signature_after_the_list_of_annexes_and_before_it() -> None:
    assert body(f"{NOTICE}\n附件：1.申请表\n2.承诺书\n澜川市科技局\n2025年3月1日") == NOTICE
    assert body(f"{NOTICE}\n澜川市科技局\n2025年3月1日\n附件：\n1.申请表\n2.承诺书") == NOTICE


@pytest.mark.parametrize(
    "line",
    ["公开方式：主动公开", "（此件公开发布）", "（此件主动公开）", "信息公开选项：主动公开", "抄送：市委，市政协。",
     "澜川市人民政府办公室秘书处  2025年7月4日印发", "（联系人：某同志，联系电话：0000-1234567）", "主题词：科技 通知"],
)  # fmt: skip
def test_line_below_the_document_is_tail(line: str) -> None:
    assert cut(f"{NOTICE}\n{line}", TITLE)[1:] == (NOTICE, line)


def test_annex_that_lays_down_scores_is_body_and_its_listing_is_not() -> None:
    annex = "附件\n积分指标体系及分值表\n类别\t指标\t分值\n基础\t年限\t8分\n注：总分满150分方可申请。"
    assert body(f"{CLAUSES}\n附件：积分指标体系及分值表\n{annex}\n公开方式：主动公开") == f"{CLAUSES}\n{annex}"


@pytest.mark.parametrize("name", ["算力券申请表", "承诺书（样式）", "申报书模板", "办理流程图", "算力券申请程序"])
def test_annex_to_be_filled_in_is_tail(name: str) -> None:
    assert body(f"{CLAUSES}\n附件1\n{name}\n一、单位名称\n二、申请金额") == CLAUSES


def test_measure_that_is_called_after_a_form_is_body() -> None:
    text = f"{NOTICE}\n澜川市科技局\n2025年3月1日\n附件\n澜川市备案申请表管理办法\n第一条 略。"
    assert body(text).endswith("第一条 略。")


def test_form_between_two_annexes_is_left_out_alone() -> None:
    text = f"{NOTICE}\n附件1\n申请表\n单位\t电话\n附件2\n奖励标准\n国家级奖励50万元。"
    assert body(text) == f"{NOTICE}\n附件2\n奖励标准\n国家级奖励50万元。"


def test_empty_table_without_a_name_is_a_form() -> None:
    rows = "\n".join("项目\t\t\t\t备注\t\t完" for _ in range(6))
    assert body(f"{CLAUSES}\n附件1\n某某清单项\n{rows}") == CLAUSES


@pytest.mark.parametrize(
    "line",
    [
        "支持对象包括以下单位：",
        "有下列情形之一的，不予支持：",
        "一、支持各类企业：",
        "申报材料包括各部门证明：",
        "为了支持各企业，制定以下办法：",
    ],
)
def test_sentence_that_ends_with_a_colon_is_no_salutation(line: str) -> None:
    assert not is_salutation(brief(line))


@pytest.mark.parametrize(
    "line", ["各区人民政府，市政府各部门、各直属机构：", "各有关单位:", "各县（市、区）经信局：", "市级有关部门："]
)
def test_salutation_is_known(line: str) -> None:
    assert is_salutation(brief(line))


def test_date_that_heads_a_part_of_a_schedule_stays() -> None:
    text = "活动安排如下：\n2025年3月1日\n上午报到，下午开幕。\n2025年3月2日\n分组讨论。"
    assert body(text) == text


def test_sentence_that_mentions_an_annex_stays() -> None:
    text = "一、申报单位填写申请表（附件1），并提供附件2所列材料。\n附件所列标准按年度调整。"
    assert body(text) == text


def test_document_of_a_head_only_has_no_body() -> None:
    assert cut(f"{TITLE}\n各有关单位：", TITLE) == (f"{TITLE}\n各有关单位：", "", "")


def test_nothing_is_cut_into_nothing() -> None:
    assert cut("", None) == ("", "", "")


LINES = st.sampled_from(
    [TITLE, NOTICE, *MEASURE.split("\n"), "澜政〔2025〕1号", "各有关单位：", "附件：1.表", "附件", "2.表",
     "澜川市科技局", "2025年3月1日",
     "目录", "第一章 总则", "（2025年1月1日通过", "公布）", "抄送：市委", "某办公室2025年3月1日印发", "a\tb\t\tc",
     "公开方式：主动公开", "附件1 申请表"]
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(LINES | st.text(min_size=1, max_size=12), max_size=30), st.sampled_from([TITLE, None, "x"]))
def test_every_line_goes_to_one_part_and_keeps_its_order(lines: list[str], title: str | None) -> None:
    text = "\n".join(lines)
    kept = [line for line in text.split("\n") if line.strip()]
    parts = [part.split("\n") if part else [] for part in cut(text, title)]
    assert sorted(line for part in parts for line in part) == sorted(kept)
    for part in parts:
        places = iter(kept)
        assert all(line in places for line in part)


def test_patterns_do_not_run_away() -> None:
    for line in ("（" * 399, "（通过" * 100, "附件：" + "1." * 150, "第" + "一" * 390, "局" * 60 + "2025年3月1"):
        assert cut("\n".join([line] * 50), None) is not None
    assert re.compile(r"\d").search(TITLE) is None
