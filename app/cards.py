"""Results and documents as HTML. Every text that comes from tables or the web is escaped here, in `_e`."""

from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import urlencode, urlsplit

from data.model import Basis, Budget, CitedBy, CitingSource, Document, Incentive, OverallCap
from data.tables import Tables
from index.rows import shown_title
from index.search import Hit, Validity
from index.words import ABSENT, say_amount, say_date, say_money, say_terms

SOON_DAYS = 60


def card(hit: Hit, tables: Tables, *, linked: bool = True, back: str = "", tools: str = "") -> str:
    """Return one incentive. `linked`: with document and links; without on the document's own page.

    back: parameters of the search that the document's page leads back to. tools: more links, HTML already.
    """
    grant = hit.incentive
    amount = say_amount(grant)
    size = " absent" if amount == ABSENT else " small" if len(amount) > 12 else ""
    terms = "<br>".join(_e(part) for part in say_terms(grant, tables.terms))
    head = [
        f'<span class="kb-kind">{_e(tables.kinds[grant.kind].name)}</span>',
        f'<span class="kb-place">{_e(place(hit.document, tables))}</span>' if linked else "",
        validity_tag(hit.validity, tables) if linked else "",
        basis_tag(grant.basis, tables),
    ]
    links = _links(hit, back, tools) if linked else ""
    return (
        f'<article class="kb-card" id="{_e(hit.id)}"><div>'
        f'<div class="kb-sum{size}">{_e("金额未载明" if amount == ABSENT else amount)}</div>'
        f'<div class="kb-terms">{terms}</div></div>'
        f'<div><div class="kb-head">{"".join(head)}</div>'
        f'<p class="kb-trigger">{_e(grant.trigger)}</p>'
        f"{facts(_card_facts(hit, tables, linked=linked))}{note(grant.note)}{links}</div></article>"
    )


def _card_facts(hit: Hit, tables: Tables, *, linked: bool) -> list[tuple[str, str]]:
    grant, document = hit.incentive, hit.document
    rows = [("对象", _e(grant.beneficiary or ABSENT)), ("条款", _e(grant.clause or ABSENT))]
    if linked:
        number = f" <span class='kb-muted'>{_e(document.doc_number)}</span>" if document.doc_number else ""
        rows.append(("文件", f"{_e(shown_title(document, tables.regions))}{number}"))
        rows.append(("有效期至", _until(hit.validity)))
    rows += [(tables.terms[condition.kind].zh, _e(condition.words)) for condition in grant.conditions]
    rows += [(name, _e(words)) for name, words in (("期限", grant.duration), ("叠加", grant.stacking)) if words]
    if grant.quote:
        rows.append(("原文", _quote(grant, linked=linked)))
    return rows


def _quote(grant: Incentive, *, linked: bool) -> str:
    """Return the words of the document, on its own page with a link to where they stand."""
    words = f"“{_e(grant.quote)}”"
    return words if linked or grant.span is None else f'{words} <a href="#i{grant.no}" target="_self">在全文中看</a>'


def _until(validity: Validity) -> str:
    if validity.last_day is None:
        return ABSENT
    left = f"（还有 {validity.days_left} 天）" if validity.days_left is not None else ""
    return f"{say_date(validity.last_day)}{left}"


def _links(hit: Hit, back: str, tools: str) -> str:
    document = "document?" + urlencode({"id": hit.document.id} | ({"back": back} if back else {}))
    source = (
        link(hit.document.url, "来源网页 ↗") if hit.document.url else "<span class='kb-muted'>来源网址未载明</span>"
    )
    unread = "" if hit.incentive.quote else '<span class="kb-muted">引文未收录，请核对来源</span>'
    return f'<div class="kb-links"><a href="{_e(document)}" target="_self">查看文件</a>{source}{tools}{unread}</div>'


def validity_tag(validity: Validity, tables: Tables) -> str:
    """Return the tag that says whether a document holds, with a warning colour when it ends within 60 days."""
    soon = validity.days_left is not None and validity.days_left <= SOON_DAYS
    name = f"{validity.days_left} 天后到期" if soon else tables.terms[validity.state].zh
    style = "soon" if soon else str(validity.state)
    return f'<span class="kb-tag {style}" title="{_e(tables.terms[validity.state].meaning)}">{_e(name)}</span>'


def basis_tag(basis: Basis | None, tables: Tables) -> str:
    """Return the tag that says what the figures rest on."""
    if basis is None:
        return '<span class="kb-tag basis none">依据未载明</span>'
    term = tables.terms[basis]
    return f'<span class="kb-tag basis {basis}" title="{_e(term.meaning)}">{_e(term.zh)}</span>'


def place(document: Document, tables: Tables) -> str:
    """Return the place a document holds for, in words."""
    if document.place:
        return document.place
    return tables.regions.full_name(document.region) if document.region else ABSENT


def facts(rows: Iterable[tuple[str, str]]) -> str:
    """Return a list of names and values; the values are HTML already."""
    return '<dl class="kb-facts">' + "".join(f"<dt>{_e(name)}</dt><dd>{value}</dd>" for name, value in rows) + "</dl>"


def table(rows: Iterable[tuple[str, str]]) -> str:
    """Return a table of names and values; the values are HTML already."""
    body = "".join(f'<tr><th scope="row">{_e(name)}</th><td>{value}</td></tr>' for name, value in rows)
    return f'<table class="kb-table"><tbody>{body}</tbody></table>'


def document_head(document: Document, validity: Validity, tables: Tables) -> str:
    """Return title and tags of a document."""
    tags = [
        validity_tag(validity, tables),
        f'<span class="kb-tag">{_e(tables.terms[document.kind].zh)}</span>',
        f'<span class="kb-tag">{_e(tables.terms[document.title_status].zh)}</span>',
        f'<span class="kb-tag">可信度：{_e(tables.terms[document.confidence].zh)}</span>',
    ]
    title = _e(shown_title(document, tables.regions))
    return f'<h1 class="kb-title">{title}</h1><div class="kb-head">{"".join(tags)}</div>'


def origin(document: Document) -> str:
    """Return where the record of a document comes from."""
    if not document.cited_by:
        return "备案指南未引用，由编者补充收录。"
    return "<br>".join(_e(_citation(cited)) for cited in document.cited_by)


def _citation(cited: CitedBy) -> str:
    if cited.source is CitingSource.SEED:
        return f"其他种子文件所引（{cited.ref}）"
    parts = ["《生成式人工智能服务合规备案指南（2026年）》"]
    parts += [f"表{cited.table}"] if cited.table else []
    parts += ["脚注"] if cited.footnote else []
    parts += [cited.clause] if cited.clause else []
    parts += [f"所印日期 {cited.date_as_printed}"] if cited.date_as_printed else []
    return " · ".join(parts)


def succession(document: Document, others: Mapping[str, Document], tables: Tables) -> list[tuple[str, str]]:
    """Return what replaced a document, or what it is the draft of, with links where the other one is known."""
    rows = []
    if document.draft_of:
        rows.append(("正式文件", _other(document.draft_of, others, tables)))
    if ending := document.ending:
        by = _other(ending.by, others, tables) if ending.by else f"《{_e(ending.by_title)}》"
        since = f"，自{say_date(ending.on)}起" if ending.on else ""
        rows.append((f"后续文件（{tables.terms[ending.certainty].zh}）", f"{by}{since}"))
        if ending.note:
            rows.append(("判断依据", _e(ending.note)))
    return rows


def _other(document_id: str, others: Mapping[str, Document], tables: Tables) -> str:
    title = shown_title(others[document_id], tables.regions)
    return f'<a href="document?{_e(urlencode({"id": document_id}))}" target="_self">{_e(title)}</a>'


def not_grants(document: Document, tables: Tables) -> list[tuple[str, str]]:
    """Return money and limits that no single firm is promised."""
    rows = [_budget(item, tables) for item in document.budgets]
    return rows + [_cap(item, tables) for item in document.caps]


def _budget(item: Budget, tables: Tables) -> tuple[str, str]:
    return tables.terms[item.kind].zh, _e(f"{say_money(item.amount)} · {item.purpose}") + note(item.note)


def _cap(item: OverallCap, tables: Tables) -> tuple[str, str]:
    every = f"{tables.terms[item.period].zh} " if item.period else ""
    who = f"{item.beneficiary}：" if item.beneficiary else ""
    return "合计上限", _e(f"{every}{say_money(item.amount)} · {who}{item.scope}") + note(item.note)


def note(text: str | None) -> str:
    """Return a remark that readers should not miss; nothing if there is none."""
    return f'<div class="kb-note">{_e(text)}</div>' if text else ""


def link(address: str, text: str) -> str:
    """Return a link to a page of the web; only its text for any other address."""
    if urlsplit(address).scheme not in {"http", "https"}:
        return _e(text)
    return f'<a href="{_e(address)}" target="_blank" rel="noopener noreferrer">{_e(text)}</a>'


def _e(text: object) -> str:
    return escape(str(text), quote=True)
