"""Results and documents as HTML. Every text that comes from tables or the web is escaped here, in `_e`."""

from collections.abc import Iterable, Mapping
from datetime import date
from html import escape
from urllib.parse import urlsplit

from app.address import href
from app.language import absent, amount_of, day, kind, meaning, money, retell, say, term, terms_of, text
from data.model import Basis, Budget, CitedBy, CitingSource, Document, Incentive, OverallCap, Window
from data.tables import Tables
from index.rounds import round_of
from index.rows import shown_title
from index.search import Hit, Validity

SOON_DAYS = 60
GUIDE = "《生成式人工智能服务合规备案指南（2026年）》"
LONG_SUM = 14
"""An amount of more characters is written smaller."""


def sum_html(grant: Incentive) -> str:
    """Return the amount, large; smaller where it is long or not stated."""
    amount = amount_of(grant)
    if amount == absent():
        return f'<div class="kb-sum absent">{say("金额未载明")}</div>'
    return f'<div class="kb-sum{" small" if len(amount) > LONG_SUM else ""}">{text(amount)}</div>'


def card(
    hit: Hit, tables: Tables, *, linked: bool = True, back: str = "", tools: str = "", on: date | None = None
) -> str:
    """Return one incentive. `linked`: with document and links; without on the document's own page.

    back: parameters of the search that the document's page leads back to. tools: more links, HTML already. on: the day
    for which the application round is said; it is not said without.
    """
    grant = hit.incentive
    terms = "<br>".join(text(part) for part in terms_of(grant, tables))
    head = [
        f'<span class="kb-kind">{text(kind(tables.kinds[grant.kind]))}</span>',
        f'<span class="kb-place">{text(place(hit.document, tables))}</span>' if linked else "",
        validity_tag(hit.validity, tables) if linked else "",
        basis_tag(grant.basis, tables),
    ]
    links = _links(hit, back, tools) if linked else ""
    return (
        f'<article class="kb-card" id="{_e(hit.id)}"><div>'
        f"{sum_html(grant)}"
        f'<div class="kb-terms">{terms}</div></div>'
        f'<div><div class="kb-head">{"".join(head)}</div>'
        f'<p class="kb-trigger">{text(grant.trigger)}</p>'
        f"{facts(_card_facts(hit, tables, linked=linked, on=on))}{note(grant.note)}{links}</div></article>"
    )


def _card_facts(hit: Hit, tables: Tables, *, linked: bool, on: date | None) -> list[tuple[str, str]]:
    grant, document = hit.incentive, hit.document
    rows = [(say("对象"), text(grant.beneficiary or absent())), (say("条款"), text(grant.clause or absent()))]
    if linked:
        number = f" <span class='kb-muted'>{text(document.doc_number)}</span>" if document.doc_number else ""
        rows.append((say("文件"), f"{text(title(document, tables))}{number}"))
        rows.append((say("有效期至"), text(until(hit.validity))))
    if on is not None:
        rows.append((say("申报期"), _round(hit, on, tables)))
    rows += [(term(tables.terms[condition.kind]), text(condition.words)) for condition in grant.conditions]
    rows += [
        (name, text(words)) for name, words in ((say("期限"), grant.duration), (say("叠加"), grant.stacking)) if words
    ]
    if grant.quote:
        rows.append((say("原文"), _quote(grant, linked=linked)))
    return rows


def _round(hit: Hit, on: date, tables: Tables) -> str:
    """Return how far the application round is, with its days; 未载明 where none is stated."""
    found = round_of(hit, on)
    if found.window is None:
        return absent()
    word, days = tables.terms[found.state], window_days(found.window)
    return f'<span class="kb-tag {found.state}" title="{_e(meaning(word))}">{_e(term(word))}</span> {days}'


def _quote(grant: Incentive, *, linked: bool) -> str:
    """Return the words of the document, on its own page with a link to where they stand."""
    words = text(f"“{grant.quote}”")
    if linked or grant.span is None:
        return words
    return f'{words} <a href="#i{grant.no}" target="_self">{say("在全文中看")}</a>'


def until(validity: Validity) -> str:
    """Return the last day and how many are left: 2027年12月31日（还有 406 天）."""
    if validity.last_day is None or validity.days_left is None:
        return day(validity.last_day)
    return say("{day}（还有 {n} 天）", day=day(validity.last_day), n=validity.days_left)


def _links(hit: Hit, back: str, tools: str) -> str:
    document = href("document", {"id": hit.document.id} | ({"back": back} if back else {}))
    unread = "" if hit.incentive.quote else f'<span class="kb-muted">{say("引文未收录，请核对来源")}</span>'
    return (
        f'<div class="kb-links"><a href="{_e(document)}" target="_self">{say("查看文件")}</a>'
        f"{source_link(hit.document.url)}{tools}{unread}</div>"
    )


def source_link(url: str | None) -> str:
    """Return the link to the page that a document was read from, or that none is known."""
    return link(url, say("来源网页 ↗")) if url else f'<span class="kb-muted">{say("来源网址未载明")}</span>'


def validity_tag(validity: Validity, tables: Tables) -> str:
    """Return the tag that says whether a document holds, with a warning colour when it ends within 60 days."""
    soon = validity.days_left is not None and validity.days_left <= SOON_DAYS
    word = tables.terms[validity.state]
    name = say("{n} 天后到期", n=validity.days_left) if soon else term(word)
    style = "soon" if soon else str(validity.state)
    return f'<span class="kb-tag {style}" title="{_e(meaning(word))}">{_e(name)}</span>'


def basis_tag(basis: Basis | None, tables: Tables) -> str:
    """Return the tag that says what the figures rest on."""
    if basis is None:
        return f'<span class="kb-tag basis none">{say("依据未载明")}</span>'
    word = tables.terms[basis]
    return f'<span class="kb-tag basis {basis}" title="{_e(meaning(word))}">{_e(term(word))}</span>'


def place(document: Document, tables: Tables) -> str:
    """Return the place a document holds for, in words."""
    if document.place:
        return document.place
    return tables.regions.full_name(document.region) if document.region else absent()


def title(document: Document, tables: Tables) -> str:
    """Return the title of a document, or what stands for one that is lost."""
    return retell(shown_title(document, tables.regions))


def page_head(name: str, about: str) -> str:
    """Return the heading of a page and the line below it."""
    return f'<h1 class="kb-brand">{text(name)}</h1><p class="kb-tagline">{text(about)}</p>'


def section(name: str, body: str = "") -> str:
    """Return a heading with what stands below it, HTML already."""
    return f'<h2 class="kb-section">{text(name)}</h2>{body}'


def facts(rows: Iterable[tuple[str, str]]) -> str:
    """Return a list of names and values; the values are HTML already."""
    return '<dl class="kb-facts">' + "".join(f"<dt>{text(name)}</dt><dd>{value}</dd>" for name, value in rows) + "</dl>"


def table(rows: Iterable[tuple[str, str]]) -> str:
    """Return a table of names and values; the values are HTML already."""
    body = "".join(f'<tr><th scope="row">{text(name)}</th><td>{value}</td></tr>' for name, value in rows)
    return f'<table class="kb-table"><tbody>{body}</tbody></table>'


def document_head(document: Document, validity: Validity, tables: Tables) -> str:
    """Return title and tags of a document."""
    tags = [
        validity_tag(validity, tables),
        f'<span class="kb-tag">{_e(term(tables.terms[document.kind]))}</span>',
        f'<span class="kb-tag">{_e(term(tables.terms[document.title_status]))}</span>',
        f'<span class="kb-tag">{_e(say("可信度：{degree}", degree=term(tables.terms[document.confidence])))}</span>',
    ]
    return f'<h1 class="kb-title">{text(title(document, tables))}</h1><div class="kb-head">{"".join(tags)}</div>'


def origin(document: Document) -> str:
    """Return where the record of a document comes from."""
    if not document.cited_by:
        return say("备案指南未引用，由编者补充收录。")
    return "<br>".join(text(_citation(cited)) for cited in document.cited_by)


def _citation(cited: CitedBy) -> str:
    if cited.source is CitingSource.SEED:
        return say("其他种子文件所引（{ref}）", ref=cited.ref)
    parts = [GUIDE]
    parts += [say("表{number}", number=cited.table)] if cited.table else []
    parts += [say("脚注")] if cited.footnote else []
    parts += [cited.clause] if cited.clause else []
    parts += [say("所印日期 {day}", day=cited.date_as_printed)] if cited.date_as_printed else []
    return " · ".join(parts)


def succession(document: Document, others: Mapping[str, Document], tables: Tables) -> list[tuple[str, str]]:
    """Return what replaced a document, or what it is the draft of, with links where the other one is known."""
    rows = []
    if document.draft_of:
        rows.append((say("正式文件"), _other(document.draft_of, others, tables)))
    if ending := document.ending:
        by = _other(ending.by, others, tables) if ending.by else text(f"《{ending.by_title}》")
        since = say("，自{day}起", day=day(ending.on)) if ending.on else ""
        rows.append((say("后续文件（{certainty}）", certainty=term(tables.terms[ending.certainty])), f"{by}{since}"))
        if ending.note:
            rows.append((say("判断依据"), text(ending.note)))
    return rows


def _other(document_id: str, others: Mapping[str, Document], tables: Tables) -> str:
    address = href("document", {"id": document_id})
    return f'<a href="{_e(address)}" target="_self">{text(title(others[document_id], tables))}</a>'


def not_grants(document: Document, tables: Tables) -> list[tuple[str, str]]:
    """Return money and limits that no single firm is promised."""
    rows = [_budget(item, tables) for item in document.budgets]
    return rows + [_cap(item, tables) for item in document.caps]


def _budget(item: Budget, tables: Tables) -> tuple[str, str]:
    return term(tables.terms[item.kind]), text(f"{money(item.amount)} · {item.purpose}") + note(item.note)


def _cap(item: OverallCap, tables: Tables) -> tuple[str, str]:
    every = f"{term(tables.terms[item.period])} " if item.period else ""
    who = f"{item.beneficiary}：" if item.beneficiary else ""
    return say("合计上限"), text(f"{every}{money(item.amount)} · {who}{item.scope}") + note(item.note)


def window_days(window: Window) -> str:
    """Return the days of an application round, "" where none is stated, and the remark on it."""
    hour = f" {window.closes_at}" if window.closes_at else ""
    dated = bool(window.opens or window.closes)
    span = say("{low} 至 {high}", low=day(window.opens), high=day(window.closes)) if dated else ""
    return text(f"{span}{hour}") + note(window.note)


def note(words: str | None) -> str:
    """Return a remark that readers should not miss; nothing if there is none."""
    return f'<div class="kb-note">{text(words)}</div>' if words else ""


def link(address: str, name: str) -> str:
    """Return a link to a page of the web; only its text for any other address."""
    if urlsplit(address).scheme not in {"http", "https"}:
        return text(name)
    return f'<a href="{_e(address)}" target="_blank" rel="noopener noreferrer">{text(name)}</a>'


def _e(value: object) -> str:
    return escape(str(value), quote=True)
