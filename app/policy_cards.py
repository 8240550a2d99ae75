"""Documents that were found, and the years they are of, as HTML. Everything is escaped here, in `_e`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from urllib.parse import urlencode

from app import cards
from app.address import href
from app.filters import write_address
from app.language import absent, day, say, term, text
from data.model import Document, Span
from data.tables import Tables
from index.query import Query
from index.search import DocumentHit, Snippet

PATH = "policies"
MOST_SNIPPETS = 3
MOST_TEXT = 400
MOST_BARS = 16


def policy_card(hit: DocumentHit, tables: Tables) -> str:
    """Return one document: title, tags, number, issuers, dates, and the passages that answer."""
    document = hit.document
    address = href("document", {"id": document.id})
    tags = [
        f'<span class="kb-tag">{_e(term(tables.terms[document.kind]))}</span>',
        f'<span class="kb-place">{text(cards.place(document, tables))}</span>',
        cards.validity_tag(hit.validity, tables),
    ]
    grants = f'<span class="kb-muted">{say("含 {n} 项激励", n=hit.incentives)}</span>' if hit.incentives else ""
    snippets = "".join(snippet_html(snippet) for snippet in hit.snippets[:MOST_SNIPPETS] if snippet.text.strip())
    return (
        f'<article class="kb-policy"><div class="kb-head">{"".join(tags)}</div>'
        f'<h2><a href="{_e(address)}" target="_self">{text(cards.title(document, tables))}</a></h2>'
        f"{cards.facts(_facts(document, hit, tables))}{snippets}"
        f'<div class="kb-links"><a href="{_e(address)}" target="_self">{say("查看文件")}</a>'
        f"{cards.source_link(document.url)}{grants}</div></article>"
    )


def _facts(document: Document, hit: DocumentHit, tables: Tables) -> list[tuple[str, str]]:
    level = f' <span class="kb-muted">{_e(term(tables.terms[document.level]))}</span>' if document.level else ""
    return [
        (say("文号"), text(document.doc_number or absent())),
        (say("发文机关"), text("、".join(document.issuers) or absent()) + level),
        (say("日期"), text(_dates(document))),
        (say("有效期至"), text(cards.until(hit.validity))),
        *((say("征求意见稿"), _draft(draft, tables)) for draft in hit.drafts),
    ]


def _draft(draft: Document, tables: Tables) -> str:
    """Return the title of a draft, which leads to it, and when it was published."""
    published = f" · {text(day(draft.published))}" if draft.published else ""
    address = href("document", {"id": draft.id})
    return f'<a href="{_e(address)}" target="_self">{text(cards.title(draft, tables))}</a>{published}'


def _dates(document: Document) -> str:
    known = [
        f"{name} {day(date)}"
        for name, date in (
            (say("发布"), document.published),
            (say("成文"), document.written),
            (say("施行"), document.effective),
        )
        if date
    ]
    return " · ".join(known) or absent()


def snippet_html(snippet: Snippet) -> str:
    """Return a passage with what was searched marked; a long one around its first mark."""
    start, end = _window(snippet)
    path = f"<b>{text(' '.join(snippet.path))}</b> " if snippet.path else ""
    origin = "" if snippet.span else f'<span class="kb-muted">{say("（目录所载）")}</span>'
    before, after = "…" if start else "", "…" if end < len(snippet.text) else ""
    return f'<p class="kb-snippet">{path}{before}{marked(snippet.text, snippet.marks, start, end)}{after}{origin}</p>'


def _window(snippet: Snippet) -> tuple[int, int]:
    first = min((mark.start for mark in snippet.marks), default=0)
    start = 0 if len(snippet.text) <= MOST_TEXT else max(0, min(first - 60, len(snippet.text) - MOST_TEXT))
    return start, min(len(snippet.text), start + MOST_TEXT)


def marked(words: str, marks: Sequence[Span], start: int, end: int) -> str:
    """Return `words` from `start` to `end`, escaped, with the marks in it. Marks that overlap count once."""
    shown, at = [], start
    for mark in sorted(marks, key=lambda mark: (mark.start, mark.end)):
        begin, stop = max(mark.start, at), min(mark.end, end)
        if begin < stop:
            shown += [text(words[at:begin]), f"<mark>{text(words[begin:stop])}</mark>"]
            at = stop
    return "".join([*shown, text(words[at:end])])


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
    notes = [say("{year} 年以前 {n} 份", year=shown[0][0], n=earlier)] if earlier else []
    notes += [say("日期未载明 {n} 份", n=undated)] if undated > 0 else []
    note = f'<p class="kb-muted">{_e("；".join(notes))}</p>' if notes else ""
    return f'<nav class="kb-years" aria-label="{say("按年份")}">{bars}</nav>{note}'


def _bar(query: Query, year: int, count: int, share: float) -> str:
    chosen = year in query.years
    years = tuple(other for other in query.years if other != year) if chosen else (*query.years, year)
    address = href(PATH, write_address(replace(query, years=years, page=1)))
    current = ' aria-current="true"' if chosen else ""
    title = say("取消 {year} 年：{n} 份" if chosen else "只看 {year} 年：{n} 份", year=year, n=count)
    return (
        f'<a href="{_e(address)}" target="_self" title="{_e(title)}"{current}>'
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
    links = ((f"feeds/{of}.atom", say("订阅这一检索（Atom）")), (f"api/v1/{of}", say("数据（JSON）")))
    shown = (f'<a href="{path}{_e(said)}" target="_blank">{_e(name)}</a>' for path, name in links)
    return f'<div class="kb-links">{"".join(shown)}</div>'


def _e(value: object) -> str:
    return escape(str(value), quote=True)
