"""The tables of the project, and what their reader refuses."""

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data import tables
from data.model import Basis, Document, RegionLevel, TitleStatus, ValidityState
from data.regions import read_regions
from data.strict import TableError, load_yaml
from data.tables import TABLES, Tables, load
from index.validity import state_on, term_of

SHARED = Path(__file__).resolve().parents[2] / "shared" / "catalog"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="../shared/catalog is not on this machine")
READ_ON = date(2026, 11, 20)


@pytest.fixture(scope="module")
def known() -> Tables:
    return load()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TABLES, tmp_path / "tables"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_catalog_holds_all_documents_and_incentives(known: Tables) -> None:
    documents = known.documents.values()
    assert len(documents) == 149
    items = [len(d.incentives) + len(d.budgets) + len(d.caps) for d in documents]
    assert sum(items) == 179


def test_fund_sizes_and_total_caps_are_no_incentives(known: Tables) -> None:
    document = known.documents["cn-330000-2025-ai-innovation-measures"]
    assert [budget.amount for budget in document.budgets] == [10_000_000_000]
    assert max(grant.amount_max or 0 for d in known.documents.values() for grant in d.incentives) <= 100_000_000


def test_a_share_or_a_graded_sum_is_never_told_as_a_fixed_one(known: Tables) -> None:
    """100 万元 is what each firm gets, 最高 100 万元 is a limit: what depends on spending or on a grade is a limit."""
    for document in known.documents.values():
        for grant in document.incentives:
            graded = re.search("比例|分档|按规模", grant.trigger) is not None
            fixed = grant.amount_max and not (grant.up_to or grant.rates or grant.tiers)
            assert not (fixed and (graded or grant.kind == "compute_voucher")), (document.id, grant.no)


def test_every_document_says_where_it_comes_from_or_that_it_was_added(known: Tables) -> None:
    cited = Counter(str(c.source) for d in known.documents.values() for c in d.cited_by[:1])
    assert cited == {"guide": 88, "seed": 39}


def test_notes_are_for_readers(known: Tables) -> None:
    texts = [text for document in known.documents.values() for text in _texts(document)]
    assert not [
        text for text in texts if re.search(r"type|status|in_force|third-party|residue|U\+4E00|compute_voucher", text)
    ]


def _texts(document: Document) -> Iterator[str]:
    items: tuple[Any, ...] = (*document.incentives, *document.budgets, *document.caps)
    yield from (item.note for item in items if item.note)
    yield from (text for text in (document.note, document.validity_note, document.url_note) if text)


def test_terms_of_like_named_members_differ(known: Tables) -> None:
    assert known.terms[Basis.GUIDE].zh == "指南所载"
    assert known.terms[TitleStatus.GUIDE].zh == "题名据指南"
    assert known.terms[ValidityState.DRAFT] != known.terms[Basis.DRAFT]
    assert len(set(map(repr, known.terms))) == len(known.terms)


def test_filing_procedure_cites_catalog_documents(known: Tables) -> None:
    assert [basis.clause for basis in known.filing.legal_basis] == [
        "第十七条",
        "第二十四条",
        "第十九条",
        "第十二条",
        "三（十三）",
    ]
    assert len(known.filing.materials) == 7


def test_regions_know_their_ways(known: Tables) -> None:
    regions = known.regions
    assert regions.full_name("330106") == "浙江省杭州市西湖区"
    assert regions.full_name("000000") == "全国"
    assert regions.full_name("110000-yizhuang") == "北京经济技术开发区"
    assert regions.full_name("510100-gaoxin") == "四川省成都高新技术产业开发区"
    assert regions.full_name("520100-guian") == "贵州省贵阳市贵安新区"
    assert regions.full_name("211321") == "辽宁省朝阳市朝阳县"
    assert [region.code for region in regions.path("110000-yizhuang")] == ["000000", "110000", "110000-yizhuang"]
    assert regions["110000-yizhuang"].level is RegionLevel.ZONE
    assert {region.code for region in regions.named("亦庄")} == {"110000-yizhuang"}
    assert len(regions.named("鼓楼区")) > 1
    assert regions.named("无此地") == ()
    assert "330106" in {region.code for region in regions.children("330100")}


def test_digest_changes_with_any_table(copy: Path) -> None:
    before = tables.digest(copy)
    assert before == tables.digest(TABLES)
    change(copy / "lexicon.txt", "大模型", "大模形")
    assert tables.digest(copy) != before


HAIZHU = "44-guangdong.yml"


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        (
            "44-guangdong.yml",
            "region: '440105'",
            "region: '449999'",
            r"44-guangdong.yml: .*field region: '449999' is no region",
        ),
        (
            "44-guangdong.yml",
            "region: '440105'",
            "region: 440105",
            r"field region: 440105 is not text; put it in quotes",
        ),
        (
            "44-guangdong.yml",
            "published: 2024-06-18",
            "published: 2024-06-31",
            r"field published: '2024-06-31' is no day",
        ),
        (
            "44-guangdong.yml",
            "kind: algorithm_filing_reward",
            "kind: gift",
            r"field incentives, no 2: kind: 'gift' is no kind",
        ),
        ("44-guangdong.yml", "    - no: 2\n", "    - no: 1\n", r"field no: 1 must be above zero and given once"),
        ("44-guangdong.yml", "expires: 2027-12-31", "expires: 2017-12-31", r"field expires: 2017-12-31 is before"),
        ("44-guangdong.yml", "title_status: lost", "title_status: guide", r"field title_status: is lost exactly when"),
        (
            "44-guangdong.yml",
            "url: https://www.haizhu.gov.cn/hdjlpt/yjzj/answer/36270",
            "url: ftp://x/y",
            r"field url: 'ftp://x/y'",
        ),
        (
            "44-guangdong.yml",
            "by: cn-440307-2026-ai-lead-revised",
            "by: cn-nowhere",
            r"field ending.by: 'cn-nowhere' is no other",
        ),
        ("44-guangdong.yml", "on: 2026-06-29", "on: 2020-06-29", r"field ending.on: 2020-06-29 is before"),
        (
            "44-guangdong.yml",
            "cap_per_entity: 200万元",
            "cap_per_entity: 20万元",
            r"cap_per_entity: is less than one amount_max",
        ),
        ("44-guangdong.yml", "pool: 3000万元", "pool: 3万元", r"incentives, no 3: pool: is less than one amount_max"),
        ("44-guangdong.yml", "- id: cn-440105-2024", "- id: CN_440105-2024", r"field id: only small letters"),
        ("33-zhejiang.yml", "floor: 20万元", "floor: 200万元", r"floor: must be less than amount_max"),
        ("33-zhejiang.yml", "tiers: [50万元, 10万元]", "tiers: [60万元, 10万元]", r"tiers: must be two or more"),
        (
            "33-zhejiang.yml",
            "written: 2025-04-17",
            "written: 2025-09-17",
            r"field published: 2025-05-16 is before it was written",
        ),
        ("31-shanghai.yml", "closes_at: 17:30", "closes_at: '25:30'", r"windows.closes_at: '25:30' is no time of day"),
        ("31-shanghai.yml", "closes: 2025-01-24", "closes: 2024-01-24", r"field windows: closes on 2024-01-24, before"),
        (
            "11-beijing.yml",
            "draft_of: cn-110106-2025-ai-fusion",
            "draft_of: cn-110106-2025-ai-fusion-draft",
            r"draft_of: .* is no other",
        ),
        (
            "51-sichuan.yml",
            "by_title: 成都市打造人工智能产业发展新高地若干政策",
            "note: x",
            r"unknown|names neither|stands|at line",
        ),
    ],
)
def test_each_broken_record_is_refused(copy: Path, file: str, old: str, new: str, fault: str) -> None:
    change(copy / "catalog" / file, old, new)
    with pytest.raises(TableError, match=fault):
        load(copy)


def test_same_id_in_two_files_is_refused(copy: Path) -> None:
    text = (copy / "catalog" / "14-shanxi.yml").read_text(encoding="utf-8")
    (copy / "catalog" / "99-again.yml").write_text(text, encoding="utf-8")
    with pytest.raises(TableError) as caught:
        load(copy)
    assert {problem.file for problem in caught.value.problems} == {"14-shanxi.yml", "99-again.yml"}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "  lost: {zh: 题名未恢复, en: Title lost, meaning: 指南文本受损，题名尚未查到}\n",
            "",
            "record title_status, field lost: has no term",
        ),
        ("  lost: {zh: 题名未恢复", "  gone: {zh: 题名未恢复", "field gone: is no known code"),
    ],
)
def test_terms_must_be_complete(copy: Path, old: str, new: str, fault: str) -> None:
    change(copy / "terms.yml", old, new)
    with pytest.raises(TableError, match=fault):
        load(copy)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("cn-000000-2022-deep-synthesis-provisions", "cn-none", "field document: cn-none is not there"),
        ("region: '310000'", "region: '319999'", "field region: 319999 is no region"),
    ],
)
def test_filing_procedure_is_checked(copy: Path, old: str, new: str, fault: str) -> None:
    change(copy / "filing_procedure.yml", old, new)
    with pytest.raises(TableError, match=fault):
        load(copy)


HEADER = "code,name,level,parent,aliases\n000000,全国,country,,\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("code,name\n", "the first line must be code,name,level,parent,aliases"),
        (HEADER + "110000,北京市,province\n", "line 3, field -: 3 cells, not 5"),
        (HEADER + "110000,北京市,land,000000,\n", "record 110000, field level: 'land' is none of"),
        (HEADER + "110101,东城区,county,110000,\n", "field parent: '110000' does not stand above this row"),
        (HEADER + "000000,全国,country,,\n", "field code: stands twice"),
        (HEADER + "110000,,province,000000,\n", "field code: code and name must not be empty"),
        (HEADER + "110000,北京市,province,000000,北京||京\n", "field aliases: an alias is empty or stands twice"),
        (HEADER + '110000,"北京市,province,000000,\n', "cannot be read"),
    ],
)
def test_broken_regions_are_refused(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "regions.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TableError, match=re.escape(fault)):
        read_regions(path)


def test_missing_regions_file(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="cannot be read"):
        read_regions(tmp_path / "none.csv")


@pytest.fixture(scope="module")
def shared() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = load_yaml(SHARED / "documents.yaml")
    return rows


def _figures(row: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (grant["type"], grant.get("amount_max_cny"), grant.get("rate_percent"))
        for grant in row.get("incentives", [])
        if grant.get("amount_max_cny") or grant.get("rate_percent")
    ]


@needs_shared
def test_every_figure_of_the_shared_catalog_is_kept(known: Tables, shared: list[dict[str, Any]]) -> None:
    # Amounts of 海珠's no. 5 and 6 are kept as what they are: a pool, and a cap over all talent rewards.
    moved = {("talent", 15_000_000, None), ("talent", 5_000_000, None)}
    for row in shared:
        document = known.documents[row["id"]]
        kept = {(g.kind, g.amount_max, g.rates[0] if g.rates else None) for g in document.incentives}
        missing = set(_figures(row)) - kept - (moved if row["id"].startswith("cn-440105") else set())
        assert not missing, row["id"]


SAME: tuple[tuple[str, Callable[[Document], object]], ...] = (
    ("title", lambda d: d.title),
    ("doc_number", lambda d: d.doc_number),
    ("issuers", lambda d: list(d.issuers) or None),
    ("url", lambda d: d.url),
    ("confidence", lambda d: d.confidence),
)


@needs_shared
@pytest.mark.parametrize(("field", "value"), SAME, ids=[field for field, _ in SAME])
def test_facts_of_the_shared_catalog_are_kept(
    known: Tables, shared: list[dict[str, Any]], field: str, value: Callable[[Document], object]
) -> None:
    renamed = {"eu-2024-1689-ai-act"} if field == "title" else set()
    different = [r["id"] for r in shared if value(known.documents[r["id"]]) != r.get(field) and r["id"] not in renamed]
    assert not different


@needs_shared
def test_validity_on_the_day_of_the_catalog(known: Tables, shared: list[dict[str, Any]]) -> None:
    told = {row["id"]: row["status_on_2026_11_20"].replace("repealed", "replaced") for row in shared}
    computed = {name: str(state_on(term_of(document), READ_ON)) for name, document in known.documents.items()}
    assert computed == told
