"""Metadata of strings and pages: golden strings, precedence of places, hostile text."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.model import Origin, Window
from data.strict import TableError
from data.tables import Tables, load
from index.read.metadata import Metadata, as_json, read_article, read_lines, read_string
from index.read.metadata import words as words_module
from index.read.metadata.dates import add_months, mask, number, parse_day, veil
from index.read.metadata.drafts import find_consultation
from index.read.metadata.issuers import is_issuer, split_issuers
from index.read.metadata.numbers import find_numbers, number_key
from index.read.metadata.titles import clean_title, plan_until
from index.read.parts import Article, Label
from index.read.score_metadata import KeyScore, Miss, load_items, report, score
from tests.hangs import HANGS

GOLDEN = Path(__file__).parent / "reading" / "metadata.jsonl"
DEVSET = Path(__file__).resolve().parents[1] / "../shared/devset/metadata.jsonl"
URL = "https://www.haizhu.gov.cn/zwgk/content/post_1.html"


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load()


def _table(**values: str) -> tuple[Label, ...]:
    return tuple(Label(name, value, Origin.TABLE) for name, value in values.items())


def _meta(**values: str) -> tuple[Label, ...]:
    return tuple(Label(name, value, Origin.META) for name, value in values.items())


def _read(
    tables: Tables, *, head: str = "", body: str = "", tail: str = "", url: str = URL, **rest: object
) -> Metadata:
    title = rest.get("title")
    labels = rest.get("labels", ())
    assert title is None or isinstance(title, str)
    assert isinstance(labels, tuple)
    return read_article(Article(title, head, body, tail, labels=labels), url=url, tables=tables)


@pytest.mark.parametrize("item", load_items(GOLDEN), ids=lambda item: str(item["id"]))
def test_golden_string(item: Mapping[str, object]) -> None:
    assert score([item])[1] == ()


def test_golden_set_is_large_and_scores_every_key() -> None:
    items = load_items(GOLDEN)
    keys = {key for item in items for key in json.loads(json.dumps(item["expected"]))}
    assert len(items) >= 80
    assert len({str(item["id"]) for item in items}) == len(items)
    assert keys == set(as_json(Metadata()))


def test_development_set() -> None:
    if not DEVSET.exists():
        pytest.skip("the development set is not here")
    scores, misses = score(load_items(DEVSET))
    floor = {"title": 0.98, "doc_number": 0.98, "index_number": 0.98}
    assert all(row.share >= floor.get(row.key, 0.95) for row in scores), misses


def test_score_counts_misses_and_values_where_none_should_be() -> None:
    items = [
        {"id": "a", "text": "沧澜政发〔2025〕3号", "expected": {"doc_number": None, "title": None}},
        {"id": "b", "text": "沧澜政发〔2025〕3号", "expected": {"doc_number": "沧澜政发 〔2025〕3号"}},
        {"id": "c", "text": "本办法自2025年1月1日起施行，有效期1年。", "expected": {"expires": "2026-01-01"}},
    ]
    scores, misses = score(items)
    assert scores == (KeyScore("doc_number", 2, 1, 1), KeyScore("expires", 1, 1, 0), KeyScore("title", 1, 1, 0))
    assert misses == (Miss("a", "doc_number", None, "沧澜政发〔2025〕3号"),)
    assert "| doc_number | 1 | 2 | 0.500 | 1 |" in report(scores)


def test_table_wins_over_meta_and_meta_over_text(tables: Tables) -> None:
    labels = (*_meta(ArticleTitle="甲办法", PubDate="2025-03-02 09:00"), *_table(标题="乙办法", 发布日期="2025-03-01"))
    found = _read(tables, head="丙区办法\n2025-03-03", labels=labels, title="丁办法")
    assert (found.title, found.published) == ("乙办法", date(2025, 3, 1))
    assert [(conflict.field, [said.value for said in conflict.said]) for conflict in found.conflicts] == [
        ("title", ["乙办法", "甲办法", "丁办法", "丙区办法"]),
        ("published", ["2025-03-01", "2025-03-02", "2025-03-03"]),
    ]


def test_meta_title_that_is_the_column_or_cut_off_is_no_title(tables: Tables) -> None:
    column = _read(tables, title="石桥区算力券办法", labels=_meta(ArticleTitle="通知公告", ColumnName="通知公告"))
    cut = _read(tables, title="石桥区算力券管理暂行办法", labels=_meta(ArticleTitle="石桥区算力券管理…"))
    assert (column.title, cut.title) == ("石桥区算力券办法", "石桥区算力券管理暂行办法")
    assert column.conflicts == cut.conflicts == ()


def test_reposting_office_does_not_win_over_the_text(tables: Tables) -> None:
    found = _read(
        tables,
        title="（转载）广州市人民政府办公厅关于印发广州市算力办法的通知",
        labels=_table(发文机关="广州市海珠区人民政府某街道办事处"),
        body="现将办法印发给你们。\n广州市人民政府办公厅\n2025年3月2日",
    )
    assert found.title == "广州市人民政府办公厅关于印发广州市算力办法的通知"
    assert found.issuers == ("广州市人民政府办公厅",)
    assert found.region == "440100"
    assert [conflict.field for conflict in found.conflicts] == ["issuers"]
    assert [said.origin for said in found.conflicts[0].said] == [Origin.TEXT, Origin.TABLE]


def test_table_that_names_one_of_two_issuers(tables: Tables) -> None:
    found = _read(
        tables,
        title="广州市科学技术局广州市财政局关于印发广州市算力券办法的通知",
        labels=_table(发布机关="广州市科学技术局"),
        tail="广州市科学技术局　广州市财政局\n2025年3月2日",
    )
    assert found.issuers == ("广州市科学技术局", "广州市财政局")
    assert found.conflicts == ()
    assert found.written == date(2025, 3, 2)


def test_signature_names_what_the_title_leaves_out(tables: Tables) -> None:
    found = _read(
        tables,
        title="广州市科学技术局等3部门关于印发广州市算力券办法的通知",
        tail="广州市科学技术局\n广州市财政局\n广州市政务服务和数据管理局\n2025年3月2日",
    )
    assert found.issuers == ("广州市科学技术局", "广州市财政局", "广州市政务服务和数据管理局")


def test_expiry_of_the_table_wins_and_the_difference_is_shown(tables: Tables) -> None:
    found = _read(
        tables,
        labels=_table(施行日期="2025年1月1日", 失效日期="2027-06-30"),
        body="第九条 本办法自印发之日起施行，有效期5年。",
    )
    assert (found.effective, found.expires, found.valid_years) == (date(2025, 1, 1), date(2027, 6, 30), 5)
    assert found.effective_words == "印发之日"
    assert [(c.field, [s.value for s in c.said]) for c in found.conflicts] == [
        ("expires", ["2027-06-30", "2029-12-31"])
    ]


def test_day_of_printing_resolves_the_relative_start(tables: Tables) -> None:
    found = _read(
        tables, body="本办法自印发之日起施行，有效期3年。", tail="广州市人民政府办公厅秘书处 2025年4月18日印发"
    )
    assert (found.printed, found.effective, found.expires) == (date(2025, 4, 18), date(2025, 4, 18), date(2028, 4, 17))
    said = {said.field: said for said in found.provenance}
    assert "自印发之日起施行" in said["effective"].words
    assert "2025年4月18日印发" in said["effective"].words
    assert found.written is None


def test_start_relative_to_publication_needs_the_pages_table(tables: Tables) -> None:
    body = "本办法自公布之日起施行，有效期2年。"
    with_table = _read(tables, body=body, labels=_table(发布日期="2025-05-06"))
    with_meta = _read(tables, body=body, labels=_meta(PubDate="2025-05-06"))
    assert (with_table.effective, with_table.expires) == (date(2025, 5, 6), date(2027, 5, 5))
    assert (with_meta.effective, with_meta.expires) == (None, None)


def test_offset_start_is_left_as_words(tables: Tables) -> None:
    found = _read(tables, body="本办法自印发之日起30日后施行，有效期3年。", tail="2025年4月18日印发")
    assert (found.effective, found.expires, found.effective_words) == (None, None, "印发之日起30日后")


def test_covering_letter_gives_the_written_day(tables: Tables) -> None:
    body = "现将办法印发给你们。\n广州市数据局\n2025年6月30日\n广州市算力办法\n第一条 为了规范，制定本办法。"
    found = _read(tables, title="广州市数据局关于印发广州市算力办法的通知", body=body, tail="2025年7月4日印发")
    assert (found.written, found.printed, found.issuers) == (date(2025, 6, 30), date(2025, 7, 4), ("广州市数据局",))


def test_national_regulation_on_a_city_site(tables: Tables) -> None:
    head = "中华人民共和国某某条例\n（2021年7月27日中华人民共和国国务院令第746号公布　自2022年3月1日起施行）"
    found = _read(tables, head=head, body="第一条 为了规范，制定本条例。", url="http://scjgj.gz.gov.cn/a.html")
    assert (found.doc_number, found.issuers, found.region) == ("国务院令第746号", ("国务院",), "000000")
    assert (found.written, found.effective) == (date(2021, 7, 27), date(2022, 3, 1))


def test_two_ways_to_print_one_number_are_no_conflict(tables: Tables) -> None:
    found = _read(tables, head="石数规〔2025〕第03号", labels=_table(文号="石数规[2025]3号"))
    assert (found.doc_number, found.conflicts) == ("石数规〔2025〕3号", ())


def test_empty_table_cell_leaves_the_number_to_the_text(tables: Tables) -> None:
    found = _read(tables, head="石数规〔2025〕3号", labels=_table(文号="无", 索引号="-"))
    assert (found.doc_number, found.index_number) == ("石数规〔2025〕3号", None)


def test_number_named_in_the_body_is_not_the_documents_own(tables: Tables) -> None:
    found = _read(
        tables, title="关于领取证书的通告", body="根据《甲办法》（石数规〔2025〕3号），现就领取事项通告如下："
    )
    assert (found.doc_number, found.cited_numbers) == (None, ("石数规〔2025〕3号",))


def test_consultation_period_is_read_for_drafts_only(tables: Tables) -> None:
    body = "现公开征求意见，请于2026年3月1日至2026年3月31日17:30前反馈意见。"
    draft = _read(tables, title="关于公开征求《甲办法（征求意见稿）》意见的公告", body=body)
    final = _read(tables, title="甲办法", body=body)
    assert draft.is_draft
    assert draft.consultation is not None
    assert (draft.consultation.opens, draft.consultation.closes) == (date(2026, 3, 1), date(2026, 3, 31))
    assert draft.consultation.closes_at == "17:30"
    assert (draft.effective, draft.expires) == (None, None)
    assert (final.is_draft, final.consultation) == (False, None)


def test_consultation_with_a_last_day_only() -> None:
    found = find_consultation(mask("有关单位可在2026年4月30日前提出意见。"))
    assert found == Window(None, date(2026, 4, 30), quote="有关单位可在2026年4月30日前提出意见")
    assert find_consultation(mask("2026年4月30日召开会议。")) is None


@pytest.mark.parametrize(
    "title",
    [
        "关于《甲办法（征求意见稿）》公开征求意见情况的反馈",
        "《甲办法（征求意见稿）》起草说明",
        "《甲办法（草案）》解读",
        "甲办法（2025年修订）",
    ],
)
def test_what_speaks_of_a_draft_is_none(title: str, tables: Tables) -> None:
    assert not _read(tables, title=title).is_draft


@pytest.mark.parametrize(
    "text",
    [
        "营业执照有效期至2027年12月31日。",
        "申报单位应持有许可证，有效期3年。",
        "《中华人民共和国某某法》自2021年1月1日起施行。",
        "新标准自2026年1月1日起实施。",
        "自2026年5月20日起施行的办法继续有效。",
        "本市企业自2025年1月1日起执行15%的税率。",
        "项目执行期为2025年1月1日至2026年12月31日。",
        "申请人应当自登记之日起30日内申请变更。",
    ],
)
def test_validity_of_other_things_is_not_the_documents(text: str, tables: Tables) -> None:
    found = _read(tables, title="关于申报的通知", body=text)
    assert (found.effective, found.expires, found.valid_years, found.effective_words) == (None, None, None, None)


def test_measure_named_by_its_title_starts_with_its_notice(tables: Tables) -> None:
    body = "《石桥区算力办法》自2025年1月1日起施行，有效期2年。"
    found = _read(tables, title="关于印发《石桥区算力办法》的通知", body=body)
    assert (found.effective, found.expires) == (date(2025, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("（自 2 0 2 5 年 3 月 1 日 起 施 行，有 效 期 至 2 0 2 8 年 2 月 2 9 日）", ("2025-03-01", "2028-02-29")),
        ("本办法试行期为两年，自2025年5月1日至2027年4月30日。", ("2025-05-01", "2027-04-30")),
        ("本办法自2025年6月1日起施行，2028年6月1日起废止。", ("2025-06-01", "2028-05-31")),
        ("本办法自2025年1月31日起施行，有效期18个月。", ("2025-01-31", "2026-07-30")),
        ("本办法自2025年5月1日起试行两年。", ("2025-05-01", "2027-04-30")),
        ("本办法有效期为3年（2025年1月1日至2027年12月31日）。", ("2025-01-01", "2027-12-31")),
    ],
)
def test_forms_of_validity(text: str, expected: tuple[str, str]) -> None:
    found = as_json(read_string(text))
    assert (found["effective"], found["expires"]) == expected


@pytest.mark.parametrize(
    "line",
    [
        "2025年6月30日 来源：石桥区数据局",
        "来源：石桥区数据局 2025-06-30 10:12",
        "【字体：大 中 小】 2025-06-30 10:12 来源：石桥区数据局",
        "发布于 2025-06-30",
        "发布日期：2025-06-30 浏览次数：7",
    ],
)
def test_page_lines_give_the_day_of_publication_and_no_other(line: str, tables: Tables) -> None:
    found = _read(tables, head=f"石桥区算力办法\n{line}", body="第一条 为了规范，制定本办法。")
    assert (found.published, found.written, found.issuers) == (date(2025, 6, 30), None, ())


@pytest.mark.parametrize(
    ("title", "until"),
    [
        ("甲行动计划（2025—2027年）", date(2027, 12, 31)),
        ("甲行动计划（2025-2026年）", date(2026, 12, 31)),
        ("甲市“十四五”数字经济规划", date(2025, 12, 31)),
        ("甲办法（2025年修订）", None),
        (None, None),
    ],
)
def test_plan_years(title: str | None, until: date | None) -> None:
    assert plan_until(title) == until


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025年3月7日", date(2025, 3, 7)),
        ("二〇二五年十二月三十一日", date(2025, 12, 31)),
        ("二零二五年十月廿三日", date(2025, 10, 23)),
        ("2024年2月底", date(2024, 2, 29)),
        ("2026年末", date(2026, 12, 31)),
        ("2025.3.7", date(2025, 3, 7)),
        ("2025年3月", None),
        ("2025年2月30日", None),
        ("1.2.3", None),
    ],
)
def test_days(text: str, expected: date | None) -> None:
    assert parse_day(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("十", 10),
        ("二十一", 21),
        ("一百零二", 102),
        ("〇五", 5),
        ("两", 2),
        ("7", 7),
        ("", None),
        ("甲", None),
        ("12345", None),
    ],
)
def test_small_numbers(text: str, expected: int | None) -> None:
    assert number(text) == expected


def test_months_after_a_day_that_the_month_does_not_have() -> None:
    assert add_months(date(2024, 2, 29), 12) == date(2025, 3, 1)
    assert add_months(date(2025, 10, 31), 1) == date(2025, 12, 1)
    assert add_months(date(2025, 12, 31), 2) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("按照沧府规〔2020〕3号和沧府规〔2021〕4号执行", ["沧府规〔2020〕3号", "沧府规〔2021〕4号"]),
        ("原沧府规〔2020〕3号停止执行", ["沧府规〔2020〕3号"]),
        ("原平政发〔2020〕3号", ["原平政发〔2020〕3号"]),
        ("和平府办〔2020〕3号", ["和平府办〔2020〕3号"]),
        ("（2023）云01民初55号判决", []),
        ("位于某路〔2020〕3号楼", []),
        ("许可证〔2020〕3号", []),
        ("国令第784号", ["国令第784号"]),
        ("中华人民共和国主席令\n（第七十九号）", ["中华人民共和国主席令第79号"]),
    ],
)
def test_numbers_in_sentences(text: str, numbers: list[str]) -> None:
    assert [item.value for item in find_numbers(mask(text).text)] == numbers


def test_keys_of_numbers_join_ways_to_print_them() -> None:
    assert number_key("石数规〔2025〕第03号") == number_key("石数规〔2025〕3号")
    assert number_key("国令第784号") == number_key("国务院令第784号")
    assert number_key("石数规〔2025〕30号") != number_key("石数规〔2025〕3号")


def test_offices_glued_together_are_cut() -> None:
    assert split_issuers("广州市财政局广州市审计局") == ("广州市财政局", "广州市审计局")
    assert split_issuers("中共石桥区委办公室石桥区人民政府办公室") == ("中共石桥区委办公室", "石桥区人民政府办公室")
    assert split_issuers("石桥区科学技术局、财政局（代章）") == ("石桥区科学技术局", "财政局")
    assert not is_issuer("各有关部门")
    assert not is_issuer("甲" * 60 + "局")


def test_title_keeps_blanks_in_latin_words_only() -> None:
    assert clean_title("关于 支持 Open Source 社区 的 通知（石数〔2025〕1号）") == "关于支持Open Source社区的通知"
    assert clean_title("（转载）") is None


def test_region_falls_back_to_the_host_and_says_so(tables: Tables) -> None:
    found = _read(tables, title="甲办法")
    assert found.region == "440105"
    assert [said.origin for said in found.provenance if said.field == "region"] == [Origin.HOST]


def test_every_value_says_where_it_stands(tables: Tables) -> None:
    found = _read(
        tables,
        head="广州市数据局关于印发广州市算力办法的通知\n穗数规〔2025〕1号",
        body="本办法自2025年7月1日起施行，有效期2年。",
        labels=_table(索引号="ABC-1"),
    )
    said = {item.field: item for item in found.provenance}
    assert {"title", "doc_number", "issuers", "effective", "valid_years", "expires", "index_number"} <= set(said)
    assert said["doc_number"].words == "穗数规〔2025〕1号"
    assert "有效期2年" in said["expires"].words


def test_unreadable_lines_are_reported_and_the_rest_goes_on() -> None:
    lines = ['{"id": "a", "text": "石数规〔2025〕1号"}', "{broken", "", '{"id": "b"}', "[1]", '{"id": 3, "text": "甲"}']
    found = list(read_lines(lines))
    assert [item["id"] for item in found] == ["a", None, "b", None, 3]
    assert found[0]["doc_number"] == "石数规〔2025〕1号"
    assert ["error" in item for item in found] == [False, True, True, True, False]
    assert "line 2" in str(found[1]["error"])


def test_half_a_character_is_no_reason_to_stop() -> None:
    line = json.dumps({"id": 1, "text": "\ud800\n石数规〔2025〕1号"})
    assert [item["doc_number"] for item in read_lines([line])] == ["石数规〔2025〕1号"]


def test_label_table_with_a_name_twice_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "labels.yml"
    path.write_text("- {field: title, names: [标题]}\n- {field: wrong, names: [标题]}\n", encoding="utf-8")
    monkeypatch.setattr(words_module, "LABELS", path)
    with pytest.raises(TableError, match="标题 stands twice"):
        words_module.label_fields.__wrapped__()


PIECES = [
    "自",
    "起施行",
    "有效期",
    "《",
    "》",
    "〈",
    "（",
    "）",
    "〔2025〕",
    "3号",
    "2025年1月1日",
    "至",
    "废止",
    "根据",
    "\n",
    "\t",
]
PIECES += [
    "　",
    "局",
    "关于",
    "的通知",
    "令第",
    "索引号：",
    "。",
    "，",
    "规(guī)",
    "\ue000",
    "二〇二五年",
    "石数规",
    "9" * 30,
]


@settings(max_examples=150)
@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join)))
def test_any_text_is_read_without_an_error(text: str) -> None:
    found = as_json(read_string(text))
    assert json.loads(json.dumps(found)) == found


@settings(max_examples=60)
@given(text=st.lists(st.sampled_from(PIECES)).map("".join), value=st.text(), url=st.text())
def test_any_page_is_read_without_an_error(text: str, value: str, url: str) -> None:
    labels = tuple(
        Label(name, value, Origin.TABLE) for name in ("文号", "标题", "有效期", "发文机关", "成文日期", value)
    )
    found = read_article(Article(value, text, text, text, labels=labels), url=url, tables=load_once())
    assert all(said.value for said in found.provenance)


@settings(max_examples=200)
@given(st.text(alphabet="0123456789年月日底〇一二十 至-./石\ue000\n"))
def test_masks_keep_length_and_words(text: str) -> None:
    assert len(veil(text)) == len(text)
    masked = mask(text)
    assert masked.unmask(masked.text) == text.replace("\ue000", "\ufffd")


@pytest.mark.parametrize(
    "piece",
    [
        "石 桥 ",
        "《",
        "〈《",
        "自起",
        "（",
        "2025年",
        "2 0 2 5",
        "关于",
        "局",
        "索引号 ",
        "〔2025〕",
        "二〇",
        "《甲》（石〔2025〕1号）、",
        "\n石桥区数据局",
    ],
)
@pytest.mark.timeout(HANGS)
def test_much_of_one_thing_is_read_to_its_end(piece: str) -> None:
    assert isinstance(read_string(piece * (200_000 // len(piece))), Metadata)


@pytest.mark.timeout(HANGS)
def test_a_megabyte_of_text_is_read_to_its_end() -> None:
    clause = "第九条 对符合《石桥区算力办法》（石数规〔2025〕1号）的企业，自2025年1月1日起按规定给予支持，有效期3年。\n"
    found = read_string(clause * (1_000_000 // len(clause)))
    assert found.cited_numbers == ("石数规〔2025〕1号",)


_LOADED: list[Tables] = []


def load_once() -> Tables:
    if not _LOADED:
        _LOADED.append(load())
    return _LOADED[0]
