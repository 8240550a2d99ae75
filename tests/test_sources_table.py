"""The table of sources: it loads, it covers what it must, and every fault of a file is named."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from crawler import families
from data.model import Confidence, Listing, Need, Source, Watch
from data.sources import (
    FAMILIES,
    PAGES,
    by_host,
    check_sources,
    host_of,
    read_sources,
    read_watch_words,
    watched_word,
)
from data.strict import TableError
from data.tables import TABLES, Tables, load

ROOT = Path(__file__).resolve().parents[1]
PORTALS = ROOT.parent / "shared" / "sources" / "portals.yaml"
REGIONS = {"000000", "330100"}

GOOD: Mapping[str, Any] = {
    "id": "somewhere",
    "publisher": "某市人民政府",
    "region": "330100",
    "family": "trs_static",
    "hosts": ["www.example.gov.cn"],
    "listings": [{"name": "文件", "url": "https://www.example.gov.cn/zc/"}],
    "expected": 10,
    "interval_days": 30,
    "verified": "never",
    "confidence": "high",
    "as_of": "2026-08",
}


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load()


def write(folder: Path, row: object, name: str = "somewhere.yml") -> None:
    with (folder / name).open("w", encoding="utf-8") as file:
        YAML(typ="safe").dump(row, file)


def read(folder: Path, **changes: object) -> Source:
    row = {key: value for key, value in {**GOOD, **changes}.items() if value is not ...}
    write(folder, row)
    return read_sources(folder, REGIONS)["somewhere"]


# --- the table itself ---


def test_the_sources_are_as_many_as_the_files(tables: Tables) -> None:
    assert len(tables.sources) == len(list((TABLES / "sources").iterdir()))
    assert Counter(source.family == PAGES for source in tables.sources.values()) == {False: 100, True: 26}


def test_every_host_of_the_catalog_has_a_source(tables: Tables) -> None:
    known = by_host(tables.sources.values())
    cited = {
        host_of(url) for document in tables.documents.values() for url in (document.url, *document.evidence) if url
    }
    assert len(cited) > 50
    assert cited - known.keys() == set()


def test_at_least_ninety_of_the_known_portals_can_be_listed(tables: Tables) -> None:
    if not PORTALS.is_file():
        pytest.skip("the shared folder is not on this machine")
    ids = {"govcn_zcwjk": "gov-cn"}
    portals = [portal["id"] for portal in YAML(typ="safe").load(PORTALS)]
    found = [tables.sources.get(ids.get(portal, portal.replace("_", "-"))) for portal in portals]
    assert sum(source is not None for source in found) >= 90
    assert sum(bool(source and source.listings) for source in found) >= 90


def test_no_source_claims_what_nobody_has_fetched(tables: Tables) -> None:
    verified = {source.id for source in tables.sources.values() if source.verified is not None}
    assert verified == set()


def test_nothing_lies_on_a_host_whose_robots_forbid_it(tables: Tables) -> None:
    assert "sousuo.www.gov.cn" not in by_host(tables.sources.values())


def test_zones_hang_where_they_belong(tables: Tables) -> None:
    assert tables.sources["kfqgw"].region == "110000-yizhuang"
    assert tables.sources["cdht"].region == "510100-gaoxin"


def test_every_family_is_used(tables: Tables) -> None:
    assert {source.family for source in tables.sources.values()} == set(FAMILIES)


def test_families_are_those_of_the_crawler() -> None:
    assert set(FAMILIES) == {*families.FAMILIES, PAGES}


def test_every_listing_says_what_its_family_understands(tables: Tables) -> None:
    listed = [(source, listing) for source in tables.sources.values() for listing in source.listings]
    assert len(listed) > 200
    for source, listing in listed:
        asks = families.FAMILIES[source.family].first(listing)
        assert [host_of(ask.url) for ask in asks] == [host_of(listing.url)] * len(asks)


def test_no_listing_repeats_a_default_of_its_family(tables: Tables) -> None:
    for source in tables.sources.values():
        for listing in source.listings:
            known = families.FAMILIES[source.family].options
            repeated = {name for name, value in listing.options.items() if known[name][0] == value}
            assert repeated == set(), source.id


@pytest.mark.parametrize(
    ("host", "owner"),
    [
        ("www.beijing.gov.cn", "beijing"),
        ("www.lg.gov.cn", "szlg"),
        ("www.wuhan.gov.cn", "wuhan"),
        ("3g.wuhan.gov.cn", "wuhan"),
        ("jxj.wuhan.gov.cn", "wuhan-jxj"),
        ("www.zj.gov.cn", "zj-columns"),
        ("www.miit.gov.cn", "miit-search"),
    ],
)
def test_a_host_of_several_sources_belongs_to_one(host: str, owner: str, tables: Tables) -> None:
    assert by_host(tables.sources.values())[host].id == owner


def section(heading: str) -> str:
    text = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_the_document_names_every_portal_that_was_left_out(tables: Tables) -> None:
    if not PORTALS.is_file():
        pytest.skip("the shared folder is not on this machine")
    portals = {portal["id"] for portal in YAML(typ="safe").load(PORTALS)} - {"govcn_zcwjk"}
    told = set(re.findall(r"^- `(\w+)`", section("Left out"), re.MULTILINE))
    assert told == {portal for portal in portals if portal.replace("_", "-") not in tables.sources}


def test_the_document_tells_every_key_and_every_family() -> None:
    rows = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)
    assert set(rows.findall(section("Keys"))) == {*Source.__dataclass_fields__, "options"}
    assert tuple(rows.findall(section("Families"))) == FAMILIES


# --- reading ---


def test_a_good_file_is_read_as_it_stands(tmp_path: Path) -> None:
    assert read(tmp_path) == Source(
        id="somewhere",
        publisher="某市人民政府",
        region="330100",
        family="trs_static",
        hosts=("www.example.gov.cn",),
        verified=None,
        confidence=Confidence.HIGH,
        as_of="2026-08",
        listings=(Listing("https://www.example.gov.cn/zc/", {}, "文件"),),
        expected=10,
        interval_days=30,
        watch=Watch.TITLE,
    )


def test_options_of_the_file_go_into_every_listing_and_its_own_are_stronger(tmp_path: Path) -> None:
    source = read(
        tmp_path,
        options={"row": "li", "date": "span"},
        listings=[
            {"url": "https://www.example.gov.cn/a/"},
            {"url": "https://www.example.gov.cn/b/", "options": {"row": "tr"}},
        ],
    )
    assert [listing.options for listing in source.listings] == [
        {"row": "li", "date": "span"},
        {"row": "tr", "date": "span"},
    ]


def test_one_address_may_be_asked_with_different_options(tmp_path: Path) -> None:
    url = "https://www.example.gov.cn/list"
    listings = [{"url": url, "options": {"channel": "1"}}, {"url": url, "options": {"channel": "2"}}]
    assert len(read(tmp_path, listings=listings).listings) == 2


def test_the_day_of_the_last_crawl_is_a_date(tmp_path: Path) -> None:
    assert read(tmp_path, verified="2026-11-20").verified == date(2026, 11, 20)


def test_a_site_that_needs_a_browser_expects_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, needs="browser", expected=..., interval_days=...).needs is Need.BROWSER


URL = "https://www.example.gov.cn/zc/"

FAULTS: list[tuple[str, dict[str, object]]] = [
    ("field id: must be 'somewhere', like the name of the file", {"id": "elsewhere"}),
    ("field region: '999999' is no region of regions.csv", {"region": "999999"}),
    ("field family: 'wordpress' is none of trs_static", {"family": "wordpress"}),
    ("field hosts: must name at least the site's own host", {"hosts": []}),
    (
        "field hosts: 'https://www.example.gov.cn' is no host",
        {"hosts": ["www.example.gov.cn", "https://www.example.gov.cn"]},
    ),
    ("field hosts: 'WWW.example.gov.cn' is no host", {"hosts": ["www.example.gov.cn", "WWW.example.gov.cn"]}),
    ("field hosts: www.example.gov.cn stands 2 times", {"hosts": ["www.example.gov.cn"] * 2}),
    ("field listings: must be empty for the family pages, and only for it", {"listings": []}),
    ("field listings: must be empty for the family pages, and only for it", {"family": "pages"}),
    (
        "field listings.url: 'ftp://www.example.gov.cn/' is no http address",
        {"listings": [{"url": "ftp://www.example.gov.cn/"}]},
    ),
    (
        "field listings.url: www.elsewhere.cn is none of the source's hosts",
        {"listings": [{"url": "https://www.elsewhere.cn/"}]},
    ),
    (f"field listings: {URL} stands twice with the same options", {"listings": [{"url": URL}, {"url": URL}]}),
    ("field listings: must be a list of records", {"listings": [URL]}),
    ("field listings.options: ['row'] is not a record with keys", {"listings": [{"url": URL, "options": ["row"]}]}),
    (
        "field listings[0].options[page_size]: 20 is not text",
        {"listings": [{"url": URL, "options": {"page_size": 20}}]},
    ),
    ("field listings[0]: unknown key label", {"listings": [{"url": URL, "label": "文件"}]}),
    ("field options: None is not a record with keys", {"options": None}),
    ("field expected: is missing", {"expected": ...}),
    ("field expected: 0 must be above zero", {"expected": 0}),
    ("field expected: says what a crawl of the lists brings", {"needs": "browser"}),
    (
        "field interval_days: says what a crawl of the lists brings",
        {"family": "pages", "listings": [], "expected": ...},
    ),
    ("field interval_days: -1 must be above zero", {"interval_days": -1}),
    ("field delay: 0 must be above zero", {"delay": 0}),
    ("field needs: 'login' is none of browser", {"needs": "login"}),
    ("field watch: 'some' is none of title, all", {"watch": "some"}),
    ("field weak_ciphers: 'yes' is not true or false", {"weak_ciphers": "yes"}),
    ("field verified: must be never or the day", {"verified": ...}),
    ("field verified: must be never or the day", {"verified": None}),
    ("field verified: '2026-02-30' is no day of the calendar", {"verified": "2026-02-30"}),
    ("field verified: 'not yet' is no date", {"verified": "not yet"}),
    ("field as_of: '2026-13' is no date", {"as_of": "2026-13"}),
    ("field as_of: 'last year' is no date", {"as_of": "last year"}),
    ("field confidence: is missing", {"confidence": ...}),
    ("field -: unknown key encoding", {"encoding": "utf-8"}),
]


@pytest.mark.parametrize(("problem", "changes"), FAULTS, ids=[problem for problem, _ in FAULTS])
def test_a_fault_is_named_with_file_record_and_field(problem: str, changes: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(TableError) as raised:
        read(tmp_path, **changes)
    record = changes.get("id", "somewhere")
    assert any(line.startswith(f"somewhere.yml: record {record}, {problem}") for line in str(raised.value).splitlines())


def test_an_id_is_made_of_small_letters_digits_and_hyphens(tmp_path: Path) -> None:
    write(tmp_path, {**GOOD, "id": "Some_where"}, "Some_where.yml")
    with pytest.raises(TableError, match="only small letters, digits and single hyphens"):
        read_sources(tmp_path, REGIONS)


def test_a_list_belongs_to_one_source(tmp_path: Path) -> None:
    write(tmp_path, {**GOOD, "id": "other"}, "other.yml")
    with pytest.raises(TableError) as raised:
        read(tmp_path)
    assert [(problem.file, problem.problem) for problem in raised.value.problems] == [
        ("other.yml", f"{URL} is a list of another source too"),
        ("somewhere.yml", f"{URL} is a list of another source too"),
    ]


def test_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "broken.yml").write_text("id: [", encoding="utf-8")
    write(tmp_path, [GOOD], "listed.yml")
    with pytest.raises(TableError) as raised:
        read(tmp_path, region="999999")
    assert [problem.file for problem in raised.value.problems] == ["broken.yml", "listed.yml", "somewhere.yml"]


def test_a_folder_without_sources_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="holds no source"):
        read_sources(tmp_path, REGIONS)


def test_the_real_sources_have_no_fault_left(tables: Tables) -> None:
    files = [(f"{source.id}.yml", source) for source in tables.sources.values()]
    assert list(check_sources(files, tables.regions)) == []


# --- hosts ---


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.gov.cn/zhengce/", "www.gov.cn"),
        ("HTTP://WWW.GOV.CN", "www.gov.cn"),
        ("http://127.0.0.1:8010/x", "127.0.0.1:8010"),
        ("https://user@www.gov.cn/", None),
        ("https://www.gov.cn:port/", None),
        ("https:///zhengce", None),
        ("//www.gov.cn/", None),
        ("javascript:void(0)", None),
        ("https://[::1", None),
    ],
)
def test_the_host_of_an_address(url: str, host: str | None) -> None:
    assert host_of(url) == host


def test_a_host_goes_to_the_source_that_owns_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        {**GOOD, "id": "a", "hosts": ["a.gov.cn", "b.gov.cn"], "listings": [{"url": "https://a.gov.cn/"}]},
        "a.yml",
    )
    write(tmp_path, {**GOOD, "id": "b", "hosts": ["b.gov.cn"], "listings": [{"url": "https://b.gov.cn/"}]}, "b.yml")
    write(
        tmp_path,
        {**GOOD, "id": "c", "hosts": ["b.gov.cn", "c.gov.cn"], "listings": [{"url": "https://c.gov.cn/"}]},
        "c.yml",
    )
    found = by_host(read_sources(tmp_path, REGIONS).values())
    assert {host: source.id for host, source in found.items()} == {"a.gov.cn": "a", "b.gov.cn": "b", "c.gov.cn": "c"}


# --- watch words ---


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("关于开展生成式人工智能服务备案奖励申报的通知", "人工智能"),
        ("关于申报２０２５年度大 模 型 备案补贴的通知", "大模型"),
        ("上海市算力券实施细则", "算力"),
        ("海淀区ＡＩ＋行动方案", "ai"),
        ("“Shanghai Daily”征订通知", None),
        ("关于做好2026年春季造林绿化工作的通知", None),
        ("关于印发城市供水价格管理办法的通知", None),
    ],
)
def test_titles_are_watched(title: str, word: str | None, tables: Tables) -> None:
    assert watched_word(title, tables.watch_words) == word


def test_measures_of_the_catalog_would_be_watched(tables: Tables) -> None:
    granting = {document.title for document in tables.documents.values() if document.incentives and document.title}
    missed = {title for title in granting if watched_word(title, tables.watch_words) is None}
    assert len(granting) > 40
    assert missed == {"2024年“促进经济巩固向好、加快绿色低碳高质量发展”政策清单（第二批）"}


@given(st.lists(st.sampled_from([" ", "\u3000", "\n", "\u00a0"]), min_size=4, max_size=4))
def test_blanks_inside_a_word_do_not_hide_it(blanks: list[str]) -> None:
    title = "".join(letter + blank for letter, blank in zip("人工智能", blanks, strict=True))
    assert watched_word(f"关于{title}的通知", ["人工智能"]) == "人工智能"


def test_comments_and_empty_lines_are_no_words(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("# 技术\n\n人工智能\n算力 # 和算力券\nＡＩ\n", encoding="utf-8")
    assert read_watch_words(path) == ("人工智能", "算力", "ai")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("人工智能\n人工 智能\n", "words.txt: record line 2, field -: 人工智能 stands 2 times"),
        ("# 无\n", "words.txt: record -, field -: holds no word"),
    ],
)
def test_faults_of_the_words_are_named(text: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TableError) as raised:
        read_watch_words(path)
    assert problem in str(raised.value)


def test_words_that_cannot_be_read_are_a_fault(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_bytes("算力".encode("gb18030"))
    for name in ("words.txt", "missing.txt"):
        with pytest.raises(TableError, match=r"\.txt: record -, field -: cannot be read"):
            read_watch_words(tmp_path / name)
