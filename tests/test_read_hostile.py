"""Hostile pages and texts are read to their end, in bounded memory: the whole way to a document.

How long each takes is measured by `python -m tests.bench.read`; here only what does not end fails."""

import resource
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from data import tables
from data.model import Document, Page, Relation
from index.read.attachments import Limits, Worker
from index.read.bounds import MAX_TEXT
from index.read.document import Reader
from index.read.html import read_html
from index.read.metadata.mentions import Own, find_mentions
from index.read.metadata.strings import read_string
from index.read.parts import Article
from tests.hangs import HANGS
from tests.read_hostile import LETTERS, PAGES, PIECES, text

MEMORY = 1_500
"""MB. A page of 10 MB makes a tree of about 400."""

TITLE = "澜川市关于印发算力券申报通知"

pytestmark = [pytest.mark.long, pytest.mark.timeout(HANGS)]


@cache
def _tables() -> tables.Tables:
    return tables.load()


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker(Limits()) as started:
        yield started


def _page(body: bytes) -> Page:
    return Page(
        url="https://www.lanchuan.gov.cn/zc/1.html",
        fetched=datetime(2026, 11, 20, tzinfo=UTC),
        status=200,
        headers=(("Content-Type", "text/html"),),
        body=body,
    )


def _peak(pid: int | None) -> float:
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return max((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), default=0)


@pytest.mark.parametrize("name", PAGES)
def test_hostile_page_becomes_a_document(name: str, worker: Worker) -> None:
    worker.run(len, "")  # its start is not the page's
    document = Reader(_tables(), worker).read(_page(PAGES[name]()))
    assert isinstance(document, Document)
    assert _peak(worker.pid) < MEMORY
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 < 2 * MEMORY


@pytest.mark.parametrize("piece", PIECES)
def test_text_of_one_piece_is_read_to_its_end(piece: str, worker: Worker) -> None:
    """As a file gives it: blanks are not joined there as they are in pages."""
    whole = text(piece)
    document = Reader(_tables(), worker).document(Article(TITLE, whole, whole, whole), _page(b""))
    assert all(whole[clause.span.start : clause.span.end] == clause.text for clause in document.clauses)


@pytest.mark.parametrize("piece", PIECES)
def test_page_of_one_piece_is_read_to_its_end(piece: str) -> None:
    whole = text(piece).replace("\n", "<br>").replace("\t", "</td><td>")
    for shape in ("<div class='TRS_Editor'><table><tr><td>%s</table></div>", "<p>%s</p>", "<title>%s</title><h1>%s"):
        read_html(shape.replace("%s", whole).encode(), url="https://www.lanchuan.gov.cn/1.html")


class TestFound:
    """What fuzzing, and patterns run on long runs of one sign, found."""

    def test_signs_that_a_tree_gives_and_does_not_take_back(self) -> None:
        """lxml raised for U+FFFE and U+FFFF in a text that it had parsed itself."""
        assert (
            read_html(
                "<div id=zoom><p>对完成备案的企业给予\uffff奖\ufffe励。</p></div>".encode(), url="https://a.test/"
            ).body
            == "对完成备案的企业给予奖励。"
        )

    def test_half_a_character_in_the_record_of_a_script(self) -> None:
        """Such an escape is no text: whatever is written out afterwards raised."""
        record = r'DETAIL: {"content": "<p>给予\ud800奖励。</p>", "title": "\udc00通知\ud83d\ude00"}'
        article = read_html(f"<script>{record}</script>".encode(), url="https://a.test/")
        assert repr(article).encode()
        assert "奖励" in article.body

    def test_many_offices_without_a_stop_between_them(self) -> None:
        """They were parted by a function that called itself for each, until Python gave up."""
        assert read_string("发布机构：" + "澜川市科技局" * 4_000).issuers

    def test_quotes_within_quotes_before_a_statement_of_validity(self) -> None:
        """Took time with two to the power of their number."""
        assert read_string("《" + "〈〉" * 40 + "自2025年3月7日起施行").title is None

    def test_an_order_without_a_number_before_many_blanks(self) -> None:
        """Took time with the fourth power of their number."""
        for word in ("令", "公告"):
            assert read_string(word + " " * LETTERS).doc_number is None

    def test_many_repeals_in_one_sentence(self) -> None:
        """Each verb went over all documents before it."""
        found = list(find_mentions("废止《甲办法》" * 10_000, Own()))
        ended = sum(mention.relation is Relation.REPEALS for mention in found)
        assert ended > 0.98 * len(found)  # a sentence without an end is cut, at times within a verb

    def test_more_text_than_is_read_is_cut_and_said(self) -> None:
        article = read_html(PAGES["one line of 10 MB"](), url="https://www.lanchuan.gov.cn/1.html")
        assert len(article.body) <= MAX_TEXT
        assert any("只读取了前面部分" in problem for problem in article.problems)
