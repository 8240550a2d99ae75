"""Documents that were found, and the years they are of, as HTML. Everything is escaped here, in `_e`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from urllib.parse import urlencode

from app import cards
from app.filters import write_address
from data.model import Document, Span
from data.tables import Tables
from index.query import Query
from index.rows import shown_title
from index.search import DocumentHit, Snippet
from index.words import ABSENT, say_date

PATH = "policies"
MOST_SNIPPETS = 3
MOST_TEXT = 400
MOST_BARS = 16


def policy_card(hit: DocumentHit, tables: Tables) -> str:
    """Return one document: title, tags, number, issuers, dates, and the passages that answer."""
    document = hit.document
    address = "document?" + urlencode({"id": document.id})
    tags = [
        f'<span class="kb-tag">{_e(tables.terms[document.kind].zh)}</span>',
        f'<span class="kb-place">{_e(cards.place(document, tables))}</span>',
        cards.validity_tag(hit.validity, tables),
    ]
    source = cards.link(document.url, "来源网页 ↗") if document.url else '<span class="kb-muted">来源网址未载明</span>'
    grants = f'<span class="kb-muted">含 {hit.incentives} 项激励</span>' if hit.incentives else ""
    snippets = "".join(snippet_html(snippet) for snippet in hit.snippets[:MOST_SNIPPETS] if snippet.text.strip())
    return (
        f'<article class="kb-policy"><div class="kb-head">{"".join(tags)}</div>'
        f'<h2><a href="{_e(address)}" target="_self">{_e(shown_title(document, tables.regions))}</a></h2>'
        f"{cards.facts(_facts(document, hit, tables))}{snippets}"
        f'<div class="kb-links"><a href="{_e(address)}" target="_self">查看文件</a>{source}{grants}</div></article>'
    )


def _facts(document: Document, hit: DocumentHit, tables: Tables) -> list[tuple[str, str]]:
    level = f"（{tables.terms[document.level].zh}）" if document.level else ""
    left = f"（还有 {hit.validity.days_left} 天）" if hit.validity.days_left is not None else ""
    return [
        ("文号", _e(document.doc_number or ABSENT)),
        ("发文机关", _e(("、".join(document.issuers) or ABSENT) + level)),
        ("日期", _e(_dates(document))),
        ("有效期至", _e(f"{say_date(hit.validity.last_day)}{left}")),
    ]


def _dates(document: Document) -> str:
    known = [
        f"{name} {say_date(day)}"
        for name, day in (("发布", document.published), ("成文", document.written), ("施行", document.effective))
        if day
    ]
    return " · ".join(known) or ABSENT


def snippet_html(snippet: Snippet) -> str:
    """Return a passage with what was searched marked; a long one around its first mark."""
    start, end = _window(snippet)
    path = f"<b>{_e(' '.join(snippet.path))}</b> " if snippet.path else ""
    origin = "" if snippet.span else '<span class="kb-muted">（目录所载）</span>'
    before, after = "…" if start else "", "…" if end < len(snippet.text) else ""
    return f'<p class="kb-snippet">{path}{before}{marked(snippet.text, snippet.marks, start, end)}{after}{origin}</p>'


def _window(snippet: Snippet) -> tuple[int, int]:
    first = min((mark.start for mark in snippet.marks), default=0)
    start = 0 if len(snippet.text) <= MOST_TEXT else max(0, min(first - 60, len(snippet.text) - MOST_TEXT))
    return start, min(len(snippet.text), start + MOST_TEXT)


def marked(text: str, marks: Sequence[Span], start: int, end: int) -> str:
    """Return `text` from `start` to `end`, escaped, with the marks in it. Marks that overlap count once."""
    shown, at = [], start
    for mark in sorted(marks, key=lambda mark: (mark.start, mark.end)):
        begin, stop = max(mark.start, at), min(mark.end, end)
        if begin < stop:
            shown += [_e(text[at:begin]), f"<mark>{_e(text[begin:stop])}</mark>"]
            at = stop
    return "".join([*shown, _e(text[at:end])])


def timeline(query: Query, years: Mapping[str, int], total: int) -> str:
    """Return the years as small bars; each is a link that adds its year to the search, or takes it out."""
    known = sorted((int(year), count) for year, count in years.items())
    shown = known[-MOST_BARS:]
    if not shown:
        return ""
    most = max(count for _, count in shown) or 1
    bars = "".join(_bar(query, year, count, count / most) for year, count in shown)
    earlier = sum(count for _, count in known[:-MOST_BARS])
    undated = 0 if query.years else total - sum(years.values())
    notes = [f"{shown[0][0]} 年以前 {earlier} 份"] if earlier else []
    notes += [f"日期未载明 {undated} 份"] if undated > 0 else []
    note = f'<p class="kb-muted">{_e("；".join(notes))}</p>' if notes else ""
    return f'<nav class="kb-years" aria-label="按年份">{bars}</nav>{note}'


def _bar(query: Query, year: int, count: int, share: float) -> str:
    chosen = year in query.years
    years = tuple(other for other in query.years if other != year) if chosen else (*query.years, year)
    address = f"{PATH}?{urlencode(write_address(replace(query, years=years, page=1)))}"
    current, words = (' aria-current="true"', "取消") if chosen else ("", "只看")
    return (
        f'<a href="{_e(address)}" target="_self" title="{words} {year} 年：{count} 份"{current}>'
        f'<i style="--share:{share:.3f}"></i><b>{count}</b><span>{year}</span></a>'
    )


def feed_line(query: Query, of: str = "documents") -> str:
    """Return the links to the feed and the data of this search for `documents` or `incentives`.

    "" where the API cannot say it (words kept as text).
    """
    if query.kept_as_text:
        return ""
    parameters = {name: value for name, value in write_address(query).items() if name not in {"page", "sort"}}
    said = f"?{urlencode(parameters)}" if parameters else ""
    return (
        f'<div class="kb-links"><a href="feeds/{of}.atom{_e(said)}" target="_blank">订阅这一检索（Atom）</a>'
        f'<a href="api/v1/{of}{_e(said)}" target="_blank">数据（JSON）</a></div>'
    )


def _e(text: object) -> str:
    return escape(str(text), quote=True)
