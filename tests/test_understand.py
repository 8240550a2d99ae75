"""What people type, in parts: every example of the issue, what must stay text, and any text at all."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.model import DocumentKind, Yuan
from data.strict import TableError
from data.tables import TABLES, Tables, load
from index.tokens import letters, normalise
from index.understand import (
    Ambiguity,
    Amounts,
    Part,
    PartKind,
    Understood,
    narrowest,
    near_names,
    removed,
    synonyms,
    understand,
)
from index.understand.numerals import chinese, yuan
from index.understand.query_words import PATH, query_words
from index.understand.synonyms import groups
from index.understand.typed import fold
from index.understand.vocabulary import vocabulary
from tests.hangs import HANGS

ALL: Tables = load()
Shown = list[tuple[str, object]]


def read(text: str, *kept: str) -> Understood:
    return understand(text, ALL, kept_as_text=frozenset(kept))


def shown(text: str, *kept: str) -> Shown:
    return [(str(part.kind), part.value) for part in read(text, *kept).parts]


def asked(text: str) -> dict[str, tuple[str, ...]]:
    return {unclear.words: unclear.candidates for unclear in read(text).ambiguous}


def region(code: str) -> Shown:
    return [("region", code)]


def kind(code: str) -> Shown:
    return [("incentive_kind", code)]


@pytest.mark.parametrize(
    ("text", "parts", "rest"),
    [
        ("余杭 算力券", [*region("330110"), *kind("compute_voucher")], ""),
        ("余杭算力券", [*region("330110"), *kind("compute_voucher")], ""),
        ("大模型备案成功能拿多少钱", kind("filing_reward"), ""),
        ("大模型備案成功能拿多少錢", kind("filing_reward"), ""),
        ("备案奖励100万以上", [*kind("filing_reward"), ("amount", Amounts(least=Yuan(1_000_000)))], ""),
        ("双备案", kind("filing_reward"), ""),
        ("上线备案", kind("filing_reward"), ""),
        ("生成式AI备案奖励", kind("filing_reward"), ""),
        ("训力券 深圳", [*kind("compute_voucher"), *region("440300")], ""),
        ("２０２５年　亦莊　算力券", [("year", 2025), *region("110000-yizhuang"), *kind("compute_voucher")], ""),
        ("杭州的算力券怎么领", [*region("330100"), *kind("compute_voucher")], ""),
        ("请问南京市有哪些大模型备案奖励", [*region("320100"), *kind("filing_reward")], ""),
        ("深圳市工信局 训力券", [*region("440300"), *kind("compute_voucher")], "工信局"),
        ("杭州市政府 模型券", [*region("330100"), *kind("model_voucher")], "政府"),
        ("备案奖励 -登记", [*kind("filing_reward"), ("exclusion", "登记")], ""),
        ("备案奖励 －登记", [*kind("filing_reward"), ("exclusion", "登记")], ""),
        ("“合规备案” 海珠区", [("phrase", "合规备案"), *region("440105")], ""),
        ('"算力" 具身智能', [("phrase", "算力")], "具身智能"),
        ("徐汇 申报通知", [*region("310104"), ("document_kind", "notice")], ""),
        ("我在苏州，想申请AI大模型备案奖励", [*region("320500"), *kind("filing_reward")], ""),
        ("算法备案和大模型备案", [*kind("algorithm_filing_reward"), *kind("filing_reward")], ""),
        ("京 具身智能", region("110000"), "具身智能"),
        ("备", [], "备"),
        ("有哪些", [], "有哪些"),
        ("", [], ""),
        (" \n", [], ""),
    ],
)
def test_what_people_type(text: str, parts: Shown, rest: str) -> None:
    assert (shown(text), read(text).rest) == (parts, rest)


@pytest.mark.parametrize(
    "text",
    [
        "厦府办规2025 3号",
        "厦府办规 2025 3号",
        "厦府办规〔2025〕3号",
        "厦府办规(2025)3",
        "厦府办规［2025］3號",
        "根据厦府办规【2025】3号",
        "厦府办规2025年第3号",
        "厦府办规2025年3号",
    ],
)
def test_numbers_in_any_brackets(text: str) -> None:
    assert shown(text) == [("doc_number", "厦府办规〔2025〕3号")]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("杭政函〔2025〕65号 算力", "杭政函〔2025〕65号"),
        ("主席令第五十三号", "主席令第五十三号"),
        ("国家互联网信息办公室令第15号", "国家互联网信息办公室令第15号"),
        ("gb/t 45654-2025", "GB/T 45654-2025"),
        ("GBT45654", "GBT45654"),
        ("TC260—003", "TC260-003"),
        ("〔2025〕3号", "〔2025〕3号"),
    ],
)
def test_other_numbers(text: str, number: str) -> None:
    assert shown(text)[0] == ("doc_number", number)


@pytest.mark.parametrize(
    "text", ["余杭2025 3号楼", "2025 3号", "杭州2025 100", "算力券 2025 100万", "A级2024", "t/hello"]
)
def test_no_numbers(text: str) -> None:
    assert read(text).of(PartKind.DOC_NUMBER) == ()


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("100万以上", 1_000_000, None),
        ("100万元及以上", 1_000_000, None),
        ("100万元（含）以上", 1_000_000, None),
        ("100万元(含)及以下", None, 1_000_000),
        ("≥50万", 500_000, None),
        (">= 50万", 500_000, None),
        ("不低于100万元", 1_000_000, None),
        ("超过50w", 500_000, None),
        ("一百万以上", 1_000_000, None),
        ("百万以上", 1_000_000, None),
        ("两千五百万元以上", 25_000_000, None),
        ("1.5亿以上", 150_000_000, None),
        ("1,000万以上", 10_000_000, None),
        ("100万+", 1_000_000, None),
        ("50-100万", 500_000, 1_000_000),
        ("５０～１００万元", 500_000, 1_000_000),
        ("50万到100万元", 500_000, 1_000_000),
        ("五十至一百万", 500_000, 1_000_000),
        ("8000元至2万元", 8_000, 20_000),
        ("不超过20万", None, 200_000),
        ("20万以内", None, 200_000),
        ("最高不超过20万", None, 200_000),
        ("<20万元", None, 200_000),
    ],
)
def test_amounts(text: str, least: int | None, most: int | None) -> None:
    (part,) = read(f"奖励 {text}").parts
    assert part.value == Amounts(Yuan(least) if least else None, Yuan(most) if most else None)
    assert (part.words, read(f"奖励 {text}").rest) == (text, "奖励")


@pytest.mark.parametrize(
    "text",
    [
        "50万",  # how much, but not whether more or less
        "最高50万",
        "营收5000万以上",
        "总投资额达到1亿元以上",
        "合同金额50万元以下",
        "算力费用100万以上",
        "研发支出1000万以上",
        "超十万卡集群",
        "不少于1万小时",
        "超过10万人参赛",
        "不少于1万平方米",
        "超过10亿参数",
        "3个以上",
        "100以上",
        "100-50万",
        "0万以上",
        "0.00001元以上",
        "十百万以上",
        "9999999999亿以上",
    ],
)
def test_no_amounts(text: str) -> None:
    assert shown(text) == []
    assert read(text).rest == text


@pytest.mark.parametrize(
    ("text", "year"),
    [("2025年", 2025), ("2025", 2025), ("2024年度", 2024), ("二〇二五年", 2025), ("二零二四年 ", 2024)],
)
def test_years(text: str, year: int) -> None:
    assert shown(f"{text} 模型") == [("year", year)]


@pytest.mark.parametrize(
    "text",
    ["2023-2025年", "2025年版", "备案（2025）", "2025年以后", "2025年3月", "2025-01-02", "12025", "2025家", "1850年"],
)
def test_no_years(text: str) -> None:
    assert shown(text) == []
    assert read(text).rest == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("杭州", "330100"),
        ("余杭", "330110"),
        ("浦东", "310115"),
        ("浦东新区", "310115"),
        ("亦庄", "110000-yizhuang"),
        ("经开区 北京", "110000-yizhuang"),
        ("北京经开区", "110000-yizhuang"),
        ("成都高新区", "510100-gaoxin"),
        ("无锡高新区", "320214"),
        ("浙江省杭州市西湖区", "330106"),
        ("杭州西湖", "330106"),
        ("南京鼓楼", "320106"),
        ("鼓楼区，南京", "320106"),
        ("福建省鼓楼区", "350102"),
        ("大同", "140200"),
        ("西安", "610100"),
        ("吉林", "220000"),
        ("深圳光明", "440311"),
        ("北京朝阳区", "110105"),
        ("大连中山", "210202"),
        ("長沙", "430100"),
        ("乾县", "610424"),
    ],
)
def test_places(text: str, code: str) -> None:
    codes = [str(part.value) for part in read(f"{text} 具身智能").of(PartKind.REGION)]
    assert narrowest(codes, ALL.regions) == (code,)
    assert set(read(f"{text} 具身智能").rest) <= set("，具身智能")


@pytest.mark.parametrize(
    "text",
    [
        "北京大学",
        "中山大学",
        "杭州银行",
        "模型和平台",
        "新建智算中心",
        "全国",
        "国家网信办",
        "光明前景",
        "京津冀",
        "公共资源",
    ],
)
def test_names_inside_other_words_are_no_places(text: str) -> None:
    assert read(text).of(PartKind.REGION) == ()
    assert text in read(text).rest


def test_a_district_belongs_to_the_city_before_it() -> None:
    assert shown("武汉东湖") == region("420100")
    assert read("武汉东湖").rest == "东湖"
    assert shown("武汉东湖高新区") == shown("东湖高新区") == region("420100-donghu")
    assert shown("东湖区") == region("360102")
    assert shown("江苏省南京市鼓楼区 备案奖励") == [*region("320106"), *kind("filing_reward")]
    assert shown("江苏省徐州市鼓楼区") == region("320302")
    assert shown("杭州 宁波") == [*region("330100"), *region("330200")]
    assert narrowest(["330100", "330200", "330106", "330106"], ALL.regions) == ("330200", "330106")


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("鼓楼区", ("320106", "320302", "350102", "410204")),
        ("江苏 鼓楼区", ("320106", "320302")),
        ("南山", ("230404", "440305")),
        ("朝阳", ("110105", "211300", "211321", "220104")),
        ("经开区", ("110000-yizhuang",)),
        ("高新区", ("340100-gaoxin", "510100-gaoxin")),
        ("光明", ("440311",)),
    ],
)
def test_ambiguous_places_ask_and_stay_in_the_text(text: str, candidates: tuple[str, ...]) -> None:
    words = text.split()[-1]
    assert asked(f"{text} 具身智能") == {words: candidates}
    assert words in read(f"{text} 具身智能").rest
    assert candidates[0] not in {part.value for part in read(f"{text} 具身智能").parts}


def test_zone_of_another_city_is_not_asked_for() -> None:
    assert (shown("合肥经开区"), asked("合肥经开区"), read("合肥经开区").rest) == (region("340100"), {}, "经开区")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("算法备案", "algorithm_filing_reward"),
        ("算法备案奖励", "algorithm_filing_reward"),
        ("算法 备案奖励", "algorithm_filing_reward"),
        ("深度合成备案", "algorithm_filing_reward"),
        ("备案奖励", "filing_reward"),
        ("大模型 备案", "filing_reward"),
        ("模型备案补贴", "filing_reward"),
        ("登记奖励", "registration_reward"),
        ("大模型登记", "registration_reward"),
        ("算力补贴政策", "compute_voucher"),
        ("智算券", "compute_voucher"),
        ("語料券", "data_voucher"),
        ("房租补贴", "rent"),
        ("贴息", "finance"),
    ],
)
def test_kinds(text: str, code: str) -> None:
    assert shown(text) == kind(code)
    assert (read(text).rest, read(text).topic) == ("", text)


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("备案", ("filing_reward", "algorithm_filing_reward")),
        ("登记", ("registration_reward",)),
        ("知识产权", ("standards_ip",)),
        ("Token", ("model_voucher",)),
    ],
)
def test_half_names_and_topics_only_ask(text: str, candidates: tuple[str, ...]) -> None:
    assert (shown(f"网信办 {text}"), asked(f"网信办 {text}")) == ([], {text: candidates})
    assert read(f"网信办 {text}").rest == f"网信办 {text}"


def test_no_latin_word_is_cut() -> None:
    assert asked("Tokenizer") == {}


@pytest.mark.parametrize(
    "text",
    [
        "《杭州市关于支持算力券的若干措施》",
        "杭州市人民政府办公厅关于印发支持人工智能全产业链高质量发展若干措施的通知",
        "珠海市推动人工智能与机器人产业高质量发展若干措施",
        "余杭区算力券管理办法（试行）",
        "国务院关于深入实施“人工智能+”行动的意见",
        "广州市海珠区建设人工智能大模型应用示范区实施",  # half of a known title
        "关于发布生成式人工智能服务已备案信息的公告（2025年9月至10月）",
    ],
)
def test_pasted_titles_stay_text(text: str) -> None:
    assert shown(text) == []
    assert read(text).rest == text


def test_number_beside_a_title_is_still_a_number() -> None:
    found = read("《杭州市智能体若干措施》（杭政办函〔2024〕40号）")
    assert [part.value for part in found.parts] == ["杭政办函〔2024〕40号"]
    assert "《杭州市智能体若干措施》" in found.rest


def test_question_about_measures_is_no_title() -> None:
    assert shown("杭州有哪些支持人工智能发展的政策措施") == region("330100")


def test_pasted_paragraphs_are_text() -> None:
    text = "在杭州登记的企业，大模型通过中央网信办备案的，给予不超过50万元的一次性奖励，2025年起施行。" * 2
    assert len(text) > 60
    assert read(f" {text}") == Understood((), text, text)


def test_parts_are_taken_back_as_words() -> None:
    text = "余杭 算力券 100万以上 怎么申请"
    for part in read(text).parts:
        found = read(text, part.words)
        assert found.parts == tuple(other for other in read(text).parts if other != part)
        assert found.rest == part.words
    assert read(text, "余杭", "算力券").rest == "余杭 算力券"
    assert read("鼓楼区 算力", "鼓楼区").ambiguous == ()


def test_shorter_name_does_not_take_the_place_of_one_taken_back() -> None:
    assert shown("杭州市 具身智能", "杭州市") == []


def test_parts_are_removed_with_their_words() -> None:
    text = "余杭 算力券 100万以上"
    (place, *_) = read(text).parts
    assert removed(text, place) == "算力券 100万以上"


def test_quotation_inside_a_sentence_is_no_phrase() -> None:
    assert read("实施“人工智能+”行动").of(PartKind.PHRASE) == ()


def test_topic_keeps_what_ranks() -> None:
    found = read("深圳 训力券 2025年 具身智能 -登记")
    assert (found.rest, found.topic) == ("具身智能", "训力券 2025年 具身智能")


def test_synonyms_name_what_else_it_is_called() -> None:
    (found,) = synonyms("深圳訓力券")
    assert (found.words, found.others[0]) == ("训力券", "算力券")
    assert "训力券" in next(iter(synonyms("算力券"))).others
    assert [found.words for found in synonyms("国家网信办 AI")] == ["国家网信办", "ai"]
    assert synonyms("chain 余杭 ") == ()
    assert synonyms("") == ()
    everywhere = synonyms("、".join(groups()[0]))
    assert everywhere == ()


@pytest.mark.parametrize("name", ["双备案", "上线备案", "大模型备案"])
def test_names_of_the_filing(name: str) -> None:
    (found,) = synonyms(name)
    assert found.others[0] == "生成式人工智能服务备案"


@pytest.mark.parametrize(
    ("text", "words", "meant", "codes"),
    [
        ("杭州 算立券", "算立券", "算力券", ("compute_voucher",)),
        ("海淀模形券怎么领", "模形券", "模型券", ("model_voucher",)),
        ("大模型備按奖励", "大模型備按", "大模型备案", ("filing_reward",)),
        ("海诛区 具身智能", "海诛区", "海珠区", ("440105",)),
        ("浙讧省", "浙讧省", "浙江省", ("330000",)),
    ],
)
def test_names_one_character_off(text: str, words: str, meant: str, codes: tuple[str, ...]) -> None:
    near = {found.meant: found for found in near_names(text, ALL)}[meant]
    assert (near.words, near.codes, text[slice(*near.span)]) == (words, codes, words)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "海珠区 算力券",
        "杭州有哪些模型券",
        "算法备案",
        "购买算法",
        "人工智能 大模型",
        "算立",
        "安全区域",
        "宁夏 算力之都",
        "已备案信息公告",
        "算立券" * 21,
    ],
)
def test_nothing_is_near_to_what_is_understood_short_or_pasted(text: str) -> None:
    assert near_names(text, ALL) == ()


@pytest.mark.parametrize("line", ["甲, 乙", "甲, = 乙", "甲 = 甲", "甲 = 乙 = 丙", "= 乙"])
def test_faulty_line_of_synonyms_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "synonyms.txt"
    path.write_text(f"# 说明\n\n{line}\n", encoding="utf-8")
    with pytest.raises(TableError, match=r"synonyms.txt: record line 3.*must read"):
        groups(path)


def test_faulty_lists_are_named(tmp_path: Path) -> None:
    path = tmp_path / "query_words.yml"
    text = PATH.read_text(encoding="utf-8")
    path.write_text(text.replace("particles:", "partikels:"), encoding="utf-8")
    with pytest.raises(TableError, match="partikels"):
        query_words(path)
    path = tmp_path / "twice.yml"
    path.write_text(text.replace("  - 哪些\n", "  - 哪些\n  - 哪些\n"), encoding="utf-8")
    with pytest.raises(TableError, match="'哪些' stands twice"):
        query_words(path)


def test_lists_speak_of_what_is_there() -> None:
    words, known = query_words(), vocabulary(ALL)
    for name in (*words.ordinary_words, *words.generic_places, *words.always_ask):
        assert name in known.regions, name
    for topic in words.topics:
        assert topic == "其他" or normalise(topic) in known.kinds, topic
    assert set(words.document_kinds) <= set(DocumentKind)
    for half in words.half_named_kinds:
        assert {*half.meant_by, half.unless_named} - {None} <= set(ALL.kinds)


def test_every_name_of_a_region_is_found_or_asked_for() -> None:
    """Names of two characters and more, each typed by itself."""
    missed = []
    for place in ALL.regions.values():
        for name in (place.name, *place.aliases):
            found = read(f"{name} 具身智能")
            codes = {str(part.value) for part in found.parts} | {code for a in found.ambiguous for code in a.candidates}
            if place.parent and len(name) > 1 and not codes:
                missed.append(name)
    assert missed == []


def test_every_title_of_the_catalog_stays_whole() -> None:
    for document in ALL.documents.values():
        if document.title and len(document.title) >= 16:
            assert letters(read(document.title).rest) == letters(document.title)


def test_every_number_of_the_catalog_is_one() -> None:
    numbers = [d.doc_number for d in ALL.documents.values() if d.doc_number and re.search("[〔/]", d.doc_number)]
    assert len(numbers) > 50
    missed = [number for number in numbers if [part.kind for part in read(number).parts] != [PartKind.DOC_NUMBER]]
    assert [number for number in missed if not number.startswith("Regulation")] == []
    differ = [
        number
        for number in numbers
        if number not in missed and letters(str(read(number).parts[0].value)) != letters(number)
    ]
    assert differ == []


def test_numerals() -> None:
    assert [chinese(said) for said in ("十", "一百二十", "两千零五", "二〇二五", "三百", "十百", "一二十")] == [
        10,
        120,
        2005,
        2025,
        300,
        None,
        None,
    ]
    assert yuan("1,000.5", "万") == 10_005_000
    assert yuan("0.1", "") is None


PIECES = st.sampled_from(
    [
        *(
            "杭州",
            "鼓楼区",
            "南京",
            "经开区",
            "京",
            "算力券",
            "备案",
            "大模型",
            "登记",
            "Token",
            "有哪些",
            "的",
            "多少",
        ),
        *(
            "100万",
            "以上",
            "≥",
            "-",
            "－",
            "一百",
            "50",
            "2025",
            "年",
            "〔2025〕3号",
            "厦府办规",
            "《",
            "》",
            "“",
            "”",
            '"',
        ),
        *(" ", "　", "，", "ﬁ", "e\u0301", "\u0301", "㈠", "İ", "ᄀ", "ᅡ", "\u09c7\u09be", "𠮷", "關", "乾"),
    ]
)
TEXTS = st.one_of(st.text(max_size=70), st.lists(PIECES, max_size=14).map("".join))


def check(text: str, found: Understood) -> None:
    end = 0
    for part in found.parts:
        assert end <= part.span[0] < part.span[1] <= len(text)
        end = part.span[1]
    items: tuple[Part | Ambiguity, ...] = (*found.parts, *found.ambiguous)
    assert all(item.words == text[slice(*item.span)] for item in items)
    for left in (found.rest, found.topic):
        typed = iter(text)
        assert all(character in typed for character in left if not character.isspace())


@settings(max_examples=400)
@given(text=TEXTS)
def test_any_text_is_understood_and_nothing_is_made_up(text: str) -> None:
    found = read(text)
    check(text, found)
    for part in found.parts:
        again = read(text, part.words)
        check(text, again)
        assert again.parts == tuple(other for other in found.parts if other.words != part.words)
        assert "".join(part.words.split()) in "".join(again.rest.split())
    assert len(fold(text)) == len(text)
    assert all(near.words == text[slice(*near.span)] and near.codes for near in near_names(text, ALL))


@settings(max_examples=20)
@given(text=st.text(min_size=60, max_size=10_000))
def test_long_texts(text: str) -> None:
    check(text, read(text))
    assert len(fold(text)) == len(text)
    synonyms(text)


@pytest.mark.parametrize(
    "unit", ["一", "1", "1,", "〔", "2025", "百", "-", " ", "的", "《", "“", "备案", "1万", "杭", "t/a"]
)
@pytest.mark.timeout(HANGS)  # it takes milliseconds; a runaway pattern takes minutes
def test_no_pattern_runs_away(unit: str) -> None:
    for length in (60, 10_000):
        text = (unit * length)[:length]
        check(text, read(text))
        synonyms(text)


def test_tables_are_where_people_look() -> None:
    for name in ("synonyms.txt", "query_words.yml"):
        assert (TABLES / name).read_text(encoding="utf-8").startswith("# ")
