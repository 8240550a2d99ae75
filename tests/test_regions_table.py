"""The table of regions: its shape, its counts, and rows that everybody knows."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "data" / "tables" / "regions.csv"
SHARED = Path(__file__).resolve().parents[2] / "shared"

HEADER = ["code", "name", "level", "parent", "aliases"]

# Pinned, so that an update of the table shows its effect here.
COUNTS = {"country": 1, "province": 34, "prefecture": 333, "county": 2847, "zone": 6}

PARENT_LEVELS = {
    "province": {"country"},
    "prefecture": {"province"},
    "county": {"province", "prefecture"},
    "zone": {"province", "prefecture"},
}

PLACEHOLDERS = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}


def read_lines() -> list[list[str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def read_rows() -> list[dict[str, str]]:
    lines = read_lines()
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def by_code() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in read_rows()}


def aliases_of(row: dict[str, str]) -> list[str]:
    return row["aliases"].split("|") if row["aliases"] else []


def test_the_file_is_plain() -> None:
    raw = TABLE.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    assert b'"' not in raw
    assert raw.endswith(b"\n")


def test_header_and_width() -> None:
    lines = read_lines()
    assert lines[0] == HEADER
    assert {len(line) for line in lines} == {len(HEADER)}


def test_no_cell_has_spaces_around_it() -> None:
    assert [line for line in read_lines() if any(cell != cell.strip() for cell in line)] == []


def test_codes_are_unique_and_sorted() -> None:
    codes = [row["code"] for row in read_rows()]
    assert len(set(codes)) == len(codes)
    assert codes == sorted(codes)


def test_counts_per_level() -> None:
    assert Counter(row["level"] for row in read_rows()) == COUNTS


def test_the_root_is_the_country() -> None:
    assert read_lines()[1] == ["000000", "全国", "country", "", "中央|国家"]


def test_every_parent_exists_and_stands_before_its_child() -> None:
    seen: dict[str, str] = {}
    for row in read_rows():
        if row["level"] == "country":
            assert row["parent"] == ""
        else:
            assert seen.get(row["parent"]) in PARENT_LEVELS[row["level"]], row
        seen[row["code"]] = row["level"]


@pytest.mark.parametrize(
    ("level", "pattern"),
    [
        ("province", r"\d{2}0000"),
        ("prefecture", r"\d{4}00"),
        ("county", r"\d{6}"),
        ("zone", r"\d{6}-[a-z]+"),
    ],
)
def test_codes_have_the_shape_of_their_level(level: str, pattern: str) -> None:
    codes = [row["code"] for row in read_rows() if row["level"] == level]
    assert [code for code in codes if not re.fullmatch(pattern, code)] == []
    if level == "county":
        assert [code for code in codes if code.endswith("00")] == []


def test_a_code_starts_with_the_digits_of_its_parent() -> None:
    for row in read_rows():
        code, parent = row["code"], row["parent"]
        if row["level"] == "prefecture":
            assert code[:2] == parent[:2], row
        elif row["level"] == "county":
            digits = 2 if parent.endswith("0000") else 4
            assert code[:digits] == parent[:digits], row
        elif row["level"] == "zone":
            assert code.split("-")[0] == parent, row


def test_a_county_hangs_below_the_province_only_where_it_has_no_prefecture() -> None:
    rows = by_code()
    for row in rows.values():
        if row["level"] == "county" and row["parent"].endswith("0000"):
            assert row["code"][:4] + "00" not in rows, row


def test_placeholders_are_no_places() -> None:
    rows = read_rows()
    assert [row for row in rows if row["name"] in PLACEHOLDERS or "直辖" in row["name"]] == []
    assert [row for row in rows if re.fullmatch(r"\d{4}01", row["code"]) and row["name"] == "市辖区"] == []


def test_names_are_unique_below_one_parent() -> None:
    names = Counter((row["parent"], row["name"]) for row in read_rows())
    assert [key for key, times in names.items() if times > 1] == []


def test_aliases_are_real_and_not_repeated() -> None:
    for row in read_rows():
        aliases = aliases_of(row)
        assert all(aliases), row
        assert len(set(aliases)) == len(aliases), row
        assert row["name"] not in aliases, row


def test_one_character_aliases_belong_to_provinces() -> None:
    rows = read_rows()
    short = [row["code"] for row in rows if any(len(alias) == 1 for alias in aliases_of(row))]
    assert {code[2:] for code in short} == {"0000"}


def test_the_short_name_of_a_province_means_the_province() -> None:
    rows = read_rows()
    provinces = {alias for row in rows if row["level"] == "province" for alias in aliases_of(row)}
    others = {alias for row in rows if row["level"] != "province" for alias in aliases_of(row)}
    assert provinces & others == set()
    assert len(provinces) == sum(len(aliases_of(row)) for row in rows if row["level"] == "province")


@pytest.mark.parametrize("word", ["资源", "合作", "新兴", "公安", "惠民", "新建", "平安", "东方", "新", "云"])
def test_everyday_words_are_no_aliases(word: str) -> None:
    assert [row["code"] for row in read_rows() if word in aliases_of(row)] == []


@pytest.mark.parametrize(
    ("code", "name", "parent"),
    [
        ("110108", "海淀区", "110000"),
        ("120116", "滨海新区", "120000"),
        ("130629", "容城县", "130600"),
        ("232700", "大兴安岭地区", "230000"),
        ("310115", "浦东新区", "310000"),
        ("320613", "崇川区", "320600"),
        ("320614", "海门区", "320600"),
        ("330105", "拱墅区", "330100"),
        ("330113", "临平区", "330100"),
        ("330114", "钱塘区", "330100"),
        ("330383", "龙港市", "330300"),
        ("350405", "沙县区", "350400"),
        ("370116", "莱芜区", "370100"),
        ("410307", "偃师区", "410300"),
        ("419001", "济源市", "410000"),
        ("429021", "神农架林区", "420000"),
        ("440112", "黄埔区", "440100"),
        ("440311", "光明区", "440300"),
        ("441900", "东莞市", "440000"),
        ("442000", "中山市", "440000"),
        ("460302", "西沙区", "460300"),
        ("460400", "儋州市", "460000"),
        ("469002", "琼海市", "460000"),
        ("500157", "两江新区", "500000"),
        ("500235", "云阳县", "500000"),
        ("510118", "新津区", "510100"),
        ("540481", "米林市", "540400"),
        ("540581", "错那市", "540500"),
        ("620200", "嘉峪关市", "620000"),
        ("653132", "岑岭县", "653100"),
        ("653228", "和康县", "653200"),
        ("653229", "和安县", "653200"),
        ("659009", "昆玉市", "650000"),
        ("659012", "白杨市", "650000"),
        ("659013", "草湖市", "650000"),
        ("710000", "台湾省", "000000"),
        ("810000", "香港特别行政区", "000000"),
        ("820000", "澳门特别行政区", "000000"),
        ("110000-yizhuang", "北京经济技术开发区", "110000"),
        ("320500-sip", "苏州工业园区", "320500"),
        ("340100-gaoxin", "合肥高新技术产业开发区", "340100"),
        ("510100-gaoxin", "成都高新技术产业开发区", "510100"),
        ("520100-guian", "贵安新区", "520100"),
    ],
)
def test_well_known_rows(code: str, name: str, parent: str) -> None:
    row = by_code()[code]
    assert (row["name"], row["parent"]) == (name, parent)


@pytest.mark.parametrize(
    "code",
    [
        "110100",  # 市辖区, a placeholder
        "130101",  # 市辖区, a placeholder
        "500200",  # 县, a placeholder
        "659000",  # 自治区直辖县级行政区划, a placeholder
        "320602",  # 港闸, old 崇川: made one district in 2020
        "320684",  # 海门市, a district since 2020
        "330103",  # 下城, went into 拱墅 in 2021
        "330104",  # 江干, went into 上城 and 钱塘 in 2021
        "350427",  # 沙县, a district since 2021
        "460321",  # 西沙群岛, districts since 2020
        "500105",  # 江北 (重庆), went into 两江新区 in 2025
        "500112",  # 渝北, went into 两江新区 (some towns into 北碚) in 2025
    ],
)
def test_codes_that_are_gone(code: str) -> None:
    assert code not in by_code()


@pytest.mark.parametrize(
    ("code", "alias"),
    [
        ("110000", "京"),
        ("150000", "内蒙"),
        ("450000", "广西"),
        ("650000", "新疆"),
        ("222400", "延边"),
        ("152500", "锡林郭勒"),
        ("429021", "神农架"),
        ("140109", "万柏林"),
        ("310115", "浦东"),
        ("320106", "鼓楼"),
        ("469029", "保亭"),
        ("653000", "克孜勒苏"),
        ("150723", "鄂伦春"),
        ("110000-yizhuang", "亦庄"),
        ("330108", "杭州高新区"),
        ("440112", "广州开发区"),
        ("320214", "无锡高新区"),
        ("440305", "南山"),
    ],
)
def test_what_people_type(code: str, alias: str) -> None:
    assert alias in aliases_of(by_code()[code])


@pytest.mark.parametrize("code", ["130133", "140302", "140303", "140311", "533103"])
def test_a_name_of_one_character_is_no_alias(code: str) -> None:
    assert by_code()[code]["aliases"] == ""


@pytest.mark.parametrize("file", ["catalog/documents.yaml", "sources/portals.yaml"])
def test_every_region_of_the_shared_catalog_exists(file: str) -> None:
    path = SHARED / file
    if not path.is_file():
        pytest.skip(f"{file}: the shared folder is not on this machine")
    entries = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    wanted = {entry["region_code"] for entry in entries if entry.get("region_code")}
    assert wanted
    assert wanted - by_code().keys() == set()
