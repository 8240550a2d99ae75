"""What holds for every page and text, however strange: no reader raises, and every value shows the words it is from."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache

from data import tables
from data.model import Document, Page, Span
from index.read.attachments import Worker
from index.read.bounds import cut
from index.read.characters import fold
from index.read.citations import read_citations
from index.read.clauses import read_clauses
from index.read.document import Reader
from index.read.encoding import decode
from index.read.html import read_html
from index.read.incentives import read_body, read_clause
from index.read.metadata import read_article
from index.read.metadata.result import as_json
from index.read.metadata.strings import read_string
from index.read.parts import Article
from index.read.script import is_traditional, simplify
from index.read.windows import read_windows

URL = "https://www.lanchuan.gov.cn/zc/202503/t1.html"


@cache
def reader() -> Reader:
    """A reader whose worker is never started: pages are cut up in this process, where a fuzzer sees."""
    return Reader(tables.load(), Worker())


def check_text(text: str) -> None:
    """Read a text with every reader of texts."""
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)
    is_traditional(text)
    simplify(text)
    as_json(read_string(text))
    _check_cut(text)
    _check_clauses(text)
    _check_incentives(text)
    _check_windows(text)
    _check_document(Article(text[:40] or None, text[:200], text, text[-200:]))


def check_page(body: bytes, content_type: str | None = None) -> None:
    """Read a page from its bytes to its document."""
    decode(body, content_type)
    article = read_html(body, url=URL, content_type=content_type)
    for part in (article.head, article.body, article.tail):
        assert "\x00" not in part
        assert all(line.strip() for line in part.split("\n") if part)
    _check_document(article)


def _check_cut(text: str) -> None:
    """Every line goes to exactly one part, and keeps its place there."""
    for title in (None, text.split("\n")[0]):
        parts = [part.split("\n") for part in cut(text, title) if part]
        rows = [row for row in text.split("\n") if row.strip()]
        assert sorted(row for part in parts for row in part) == sorted(rows)


def _check_clauses(text: str) -> None:
    end = 0
    for clause in read_clauses(text):
        _check_span(text, clause.span, clause.text)
        assert clause.span is not None
        assert clause.span.start >= end
        end = clause.span.end


def _check_incentives(text: str) -> None:
    for found in read_clause(text):
        _check_span(text, found.incentive.span, found.incentive.quote)
    for grant in read_body(text, read_clauses(text)).incentives:
        _check_span(text, grant.span, grant.quote)
        assert grant.amount_max is None or grant.amount_max >= 0


def _check_windows(text: str) -> None:
    for window in read_windows(text, title="申报通知", year=2025):
        assert window.quote
        assert window.quote in text
        assert not (window.opens and window.closes) or window.opens <= window.closes


def _check_document(article: Article) -> None:
    metadata = read_article(article, url=URL, tables=reader().tables)
    for citation in read_citations(article, metadata):
        if citation.span:
            _check_span(article.body, citation.span, citation.quote)
    page = Page(url=URL, fetched=datetime(2026, 11, 20, tzinfo=UTC), status=200, headers=(), body=b"")
    document = reader().document(article, page)
    assert isinstance(document, Document)
    _check_order(document.incentives)


def _check_order(numbered: Iterable[object]) -> None:
    assert [getattr(one, "no", None) for one in numbered] == list(range(1, len(list(numbered)) + 1))


def _check_span(text: str, span: Span | None, quote: str | None) -> None:
    assert span is not None
    assert 0 <= span.start < span.end <= len(text)
    assert text[span.start : span.end] == quote
