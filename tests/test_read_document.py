"""From a page and its files to a document, and from an archive to all documents."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from data.archive import Archive
from data.model import Basis, Certainty, Document, DocumentKind, Origin, Outcome, Page, ValidityState
from data.tables import Tables, load
from index.__main__ import main
from index.collect import Collector
from index.read.attachments import Read, Worker
from index.read.document import Reader, is_markup, page_id
from index.read.files import with_files
from index.read.kinds import kind_of_title, stated_validity
from index.read.metadata.articles import read_article
from index.read.parts import Article, Label, Link
from index.validity import state_on, term_of
from tests import attachment_files

FETCHED = datetime(2026, 11, 20, 1, tzinfo=UTC)
URL = "https://www.haizhu.gov.cn/zwgk/content/post_1001.html"
HTML = (("Content-Type", "text/html; charset=utf-8"),)

MEASURE = """<p>第一章 总则</p><p>第一条 为支持人工智能产业发展，制定本办法。</p>
<p>第二章 支持措施</p>
<p>第二条 对通过国家生成式人工智能服务备案的企业，每个模型给予50万元一次性奖励；
完成省级登记的，每个给予10万元一次性奖励。</p>
<p>第三条 对租用智能算力的企业，按实际支出的30%给予补贴，每家企业每年最高200万元。</p>
<p>第四条 本办法自2026年1月1日起施行，有效期3年。</p>"""

PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>栏目</title>
<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="2025-12-20 10:00"></head>
<body><div class="nav">首页 &gt; 政务公开</div><h1>{title}</h1>
<table class="xxgk"><tr><td>索引号：</td><td>{index}</td><td>有效性：</td><td>{status}</td></tr></table>
<div id="zoomcon" class="TRS_Editor">{body}</div><div class="footer">主办：某办公室</div></body></html>"""

TITLE = "广州市海珠区支持人工智能产业发展办法"


def html(body: str = MEASURE, *, title: str = TITLE, status: str = "有效", index: str = "GZ001-2025-7") -> bytes:
    return PAGE.format(title=title, body=body, status=status, index=index).encode()


def page(url: str = URL, body: bytes | None = None, headers: tuple[tuple[str, str], ...] = HTML) -> Page:
    return Page(url, FETCHED, 200, headers, html() if body is None else body)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load()


@pytest.fixture(scope="module")
def reader(tables: Tables) -> Iterator[Reader]:
    with Worker() as worker:
        yield Reader(tables, worker)


def test_a_page_becomes_a_document_with_words_for_every_figure(reader: Reader) -> None:
    document = reader.read(page())
    assert (document.title, document.region, document.index_number) == (TITLE, "440105", "GZ001-2025-7")
    assert (document.published, document.effective, document.expires, document.valid_years) == (
        date(2025, 12, 20), date(2026, 1, 1), date(2028, 12, 31), 3,
    )  # fmt: skip
    assert [(one.kind, one.amount_max, one.clause, one.basis) for one in document.incentives] == [
        ("filing_reward", 500_000, "第二章第二条", Basis.OFFICIAL_PAGE),
        ("registration_reward", 100_000, "第二章第二条", Basis.OFFICIAL_PAGE),
        ("compute_voucher", 2_000_000, "第二章第三条", Basis.OFFICIAL_PAGE),
    ]
    text = document.text or ""
    for grant in document.incentives:
        assert grant.span
        assert grant.quote == text[grant.span.start : grant.span.end]
        assert grant.rule
    assert document.in_force_seen == date(2026, 11, 20)
    assert state_on(term_of(document), date(2026, 11, 20)) is ValidityState.IN_FORCE
    assert any(said.field == "published" and said.origin is Origin.META for said in document.provenance)


def test_the_wording_alone_is_that_of_the_whole_reading(reader: Reader) -> None:
    more = page(URL.replace("1001", "1001_2"), html("<p>第五条 本办法由区科工商信局解释。</p>"))
    whole, worded = reader.read(page(), further=(more,)), reader.wording(page(), further=(more,))
    assert len(whole.clauses) == 5 + 2
    assert whole.incentives
    assert (worded.title, worded.text, worded.clauses) == (whole.title, whole.text, whole.clauses)
    assert (worded.id, worded.url, worded.kind, worded.fetched) == (whole.id, whole.url, whole.kind, whole.fetched)


def test_a_table_that_calls_it_void_ends_it(reader: Reader) -> None:
    document = reader.read(page(body=html(status="失效")))
    assert document.ending is not None
    assert document.ending.certainty is Certainty.STATED
    assert state_on(term_of(document), date(2026, 11, 20)) is ValidityState.REPLACED


def test_the_measure_in_a_file_is_a_part_and_a_form_is_not(reader: Reader) -> None:
    title = f"关于印发《{TITLE}》的通知"
    body = (
        f"<p>各有关单位：</p><p>现将《{TITLE}》印发给你们，请遵照执行。</p>"
        f'<p>附件：1.<a href="/files/1.docx">{TITLE}.docx</a></p><p>2.<a href="/files/2.docx">申报表.docx</a></p>'
        '<p>3.<a href="/files/3.pdf">办理流程.pdf</a></p>'
    )
    measure = attachment_files.numbered_docx([("第一条 对通过大模型备案的企业，给予80万元奖励。", None)])
    files = {
        "https://www.haizhu.gov.cn/files/1.docx": measure,
        "https://www.haizhu.gov.cn/files/2.docx": attachment_files.numbered_docx([("申报单位名称", None)]),
    }

    def held(url: str) -> Page | None:
        return Page(url, FETCHED, 200, (), files[url]) if url in files else None

    document = reader.read(page(body=html(body, title=title)), held)
    assert [(one.kind, one.amount_max) for one in document.incentives] == [("filing_reward", 800_000)]
    assert [(file.part, file.method, file.problem) for file in document.attachments] == [
        (True, "docx", None),
        (False, "docx", None),
        (False, None, "附件未抓取"),
    ]
    assert document.attachments[1].text == "申报单位名称"
    assert any("办理流程" in problem for problem in document.problems)


def test_a_file_without_a_page_is_read_by_itself(reader: Reader) -> None:
    body = attachment_files.numbered_docx(
        [("澜川市算力券办法", None), ("第一条 每家企业最高发放100万元算力券。", None)]
    )
    document = reader.read(page("https://www.haizhu.gov.cn/files/算力券办法.docx", body, ()))
    assert [(one.kind, one.amount_max) for one in document.incentives] == [("compute_voucher", 1_000_000)]


def test_a_file_that_cannot_be_read_is_flagged_not_dropped(reader: Reader) -> None:
    document = reader.read(page("https://www.haizhu.gov.cn/files/x.pdf", b"%PDF-1.7 torn", ()))
    assert document.problems
    assert (document.text, document.incentives) == ("", ())


def test_news_about_a_measure_grants_nothing(reader: Reader) -> None:
    document = reader.read(page(body=html(title="一图读懂《海珠区支持办法》")))
    assert (document.kind, document.incentives) == (DocumentKind.READING, ())


def test_second_pages_of_an_article_are_its_text(reader: Reader) -> None:
    more = page(
        "https://www.haizhu.gov.cn/zwgk/content/post_1001_2.html", html("<p>第五条 由区科工商信局解释。</p>" * 2)
    )
    text = reader.read(page(), further=(more,)).text or ""
    assert "第四条" in text
    assert text.rstrip().endswith("第五条 由区科工商信局解释。")


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("关于组织开展2026年算力券申报工作的通知", DocumentKind.NOTICE),
        ("《若干措施》政策解读", DocumentKind.READING),
        ("关于拟立项名单的公示", DocumentKind.ANNOUNCEMENT),
        ("中华人民共和国网络安全法", DocumentKind.LAW),
        ("海珠区支持人工智能若干措施", DocumentKind.POLICY),
        (None, DocumentKind.POLICY),
    ],
)
def test_kind_by_title(title: str | None, kind: DocumentKind) -> None:
    assert kind_of_title(title) is kind


def test_what_the_table_says_of_validity() -> None:
    said = [Label("文件状态", " 有 效 ", Origin.TABLE)]
    assert stated_validity(said) is True
    assert stated_validity([Label("有效性", "废止", Origin.TABLE)]) is False
    assert stated_validity([Label("有效性", "见正文", Origin.TABLE), Label("文号", "有效", Origin.TABLE)]) is None


def test_pages_and_files_are_told_by_their_bytes() -> None:
    assert is_markup(b"\xef\xbb\xbf  <!doctype html>", None)
    assert not is_markup(b"%PDF-1.7", "text/html")
    assert not is_markup(b"PK\x03\x04", None)
    assert is_markup(b"plain", "text/html")
    assert not is_markup(b"plain", None)


def test_one_file_in_two_formats_is_taken_once() -> None:
    links = (Link("甲市算力券办法.pdf", "u1"), Link("附件1：甲市算力券办法.docx", "u2"))
    article = Article("关于印发甲市算力券办法的通知", "", "现印发。", "", links=links)

    def held(url: str) -> Page | None:
        return Page(f"https://x.gov.cn/{url}", FETCHED, 200, (), b"x")

    def read(body: bytes, name: str) -> Read:
        return Read(f"正文{len(body)}{name[-4:]}", "pdf")

    found = with_files(article, held, read)
    assert [file.part for file in found.attachments] == [True, False]
    assert found.body.count("正文") == 1


def archive(folder: Path, *pages: Page, source: str = "haizhu") -> None:
    with Archive(folder) as held:
        run = held.begin(source, FETCHED)
        for one in pages:
            held.put(run, one)
        held.finish(run, Outcome.OK)


def collect(tables: Tables, folder: Path) -> tuple[dict[str, Document], int]:
    with Archive(folder / "archive") as held:
        collector = Collector(tables, held, folder / "read", say=lambda _: None)
        return dict(collector.documents()), collector.fresh


def test_archive_is_read_once_and_again_only_where_it_changed(tables: Tables, tmp_path: Path) -> None:
    link = f'<p>附件：<a href="/files/9.docx">{TITLE}.docx</a></p>'
    other = page("https://www.haizhu.gov.cn/zwgk/content/post_1002.html", html(link, title="通知", index="GZ001-8"))
    docx = attachment_files.numbered_docx([("第一条 对通过大模型备案的企业，给予80万元奖励。", None)])
    file = Page("https://www.haizhu.gov.cn/files/9.docx", FETCHED, 200, (), docx)
    archive(tmp_path / "archive", page(), other, file)
    documents, fresh = collect(tables, tmp_path)
    found = documents[page_id(URL)]
    assert (fresh, len(found.incentives)) == (2, 3)
    assert [one.amount_max for one in documents[page_id(other.url)].incentives] == [800_000]
    assert page_id(file.url) not in documents
    assert collect(tables, tmp_path) == (documents, 0)
    archive(tmp_path / "archive", page(body=html(MEASURE.replace("50万元", "60万元"))))
    again, fresh = collect(tables, tmp_path)
    assert fresh == 1
    assert again[page_id(URL)].incentives[0].amount_max == 600_000


def test_a_damaged_memory_is_read_anew(tables: Tables, tmp_path: Path) -> None:
    archive(tmp_path / "archive", page())
    documents, _ = collect(tables, tmp_path)
    for path in (tmp_path / "read").iterdir():
        path.write_text("{torn", encoding="utf-8")
    assert collect(tables, tmp_path) == (documents, 1)


@pytest.mark.parametrize("first", [None, "60万元"], ids=["loaded", "read beside"])
def test_a_damaged_record_among_those_of_several_sources_costs_no_document(
    tables: Tables, tmp_path: Path, first: str | None
) -> None:
    """It is found while all is loaded, or while others are read; then all is read again, whatever was read before."""
    addresses = [f"https://www.haizhu.gov.cn/zwgk/content/post_{number}.html" for number in range(6)]
    pages = [page(url, html(index=f"GZ001-{number}", title=f"通知{number}")) for number, url in enumerate(addresses)]
    archive(tmp_path / "archive", *pages[:3], source="cac")
    archive(tmp_path / "archive", *pages[3:])
    documents, _ = collect(tables, tmp_path)
    if first:
        changed = html(MEASURE.replace("50万元", first), index="GZ001-0", title="通知0")
        archive(tmp_path / "archive", page(addresses[0], changed), source="cac")
    with sqlite3.connect(tmp_path / "read" / "readings.sqlite") as db:
        db.execute("UPDATE readings SET document = ? WHERE url = ?", (b"\xc1", addresses[4]))
    db.close()
    found, _ = collect(tables, tmp_path)
    assert found.keys() == documents.keys()
    assert len(found) == len(tables.documents) + 6
    assert {name for name in found if found[name] != documents[name]} == ({page_id(addresses[0])} if first else set())
    assert collect(tables, tmp_path)[0] == found


def test_a_sum_beyond_all_bounds_costs_no_other_page(tables: Tables, tmp_path: Path) -> None:
    absurd = html(MEASURE.replace("50万元", "五亿亿亿元"), index="GZ001-9")
    archive(tmp_path / "archive", page("https://www.haizhu.gov.cn/zwgk/content/post_9.html", absurd), page())
    documents, fresh = collect(tables, tmp_path)
    assert (len(documents), fresh) == (len(tables.documents) + 2, 2)
    assert collect(tables, tmp_path) == (documents, 0)


def test_a_page_of_a_catalog_document_is_that_document(tables: Tables, tmp_path: Path) -> None:
    known = next(one for one in tables.documents.values() if one.url and one.incentives and one.region == "330400")
    archive(tmp_path / "archive", page(known.url or "", html(title=known.title or TITLE)), source="jiaxing")
    documents, _ = collect(tables, tmp_path)
    merged = documents[known.id]
    assert len(documents) == len(tables.documents)
    assert merged.text
    assert {one.no for one in known.incentives} <= {one.no for one in merged.incentives}
    assert merged.cited_by == known.cited_by


@pytest.mark.parametrize("which", ["--clauses", "--headers"])
def test_lines_that_cannot_be_read_do_not_stop_the_others(
    which: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Broken JSON, no object, no text, bytes of no encoding, half a character in a text or in an id."""
    lines = [
        b"{broken",
        b"[1]",
        b'{"id": "a", "text": 5}',
        b'{"id": "b"}',
        b"\xff\xfe\x00",
        b'{"id": "\\ud800", "text": "\\udc00"}',
    ]
    good = '{"id": "ok", "text": "给予50万元奖励"}'.encode()
    (tmp_path / "lines.jsonl").write_bytes(b"\n".join([*lines, b"", good]))
    assert main(["read", which, str(tmp_path / "lines.jsonl")]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["id"] for answer in answers] == [None, None, "a", "b", None, "\ud800", "ok"]
    assert ["error" in answer for answer in answers] == [True, True, True, True, True, False, False]


@pytest.mark.parametrize(
    ("label", "value", "opens", "closes"),
    [
        ("征集时间", "2025-03-01 至 2025-03-31", date(2025, 3, 1), date(2025, 3, 31)),
        ("意见反馈截止时间", "2025年3月31日", None, date(2025, 3, 31)),
        ("征集时间", "2025-03-01", None, None),
    ],
)
def test_days_for_comments_are_read_from_a_label(
    label: str, value: str, opens: date | None, closes: date | None, tables: Tables
) -> None:
    """A day alone may be the first or the last one, and is not taken."""
    article = Article(
        "澜川市算力券管理办法（征求意见稿）",
        "",
        "第一条 为促进人工智能发展，制定本办法。",
        "",
        labels=(Label(label, value, Origin.TABLE),),
    )
    window = read_article(article, url=URL, tables=tables).consultation
    assert ((window.opens, window.closes) if window else (None, None)) == (opens, closes)
