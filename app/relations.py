"""The documents that hang together with one, as HTML: a small graph, and a list with the words that say so."""

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import urlencode

from app import cards
from data.model import Document, Role
from data.tables import Tables
from index.relations import EARLIER, Related, Relations
from index.rows import newest_date, shown_title
from index.search import DocumentHit
from index.words import say_date

MOST_NODES = 5
"""Documents on each side of the graph; the list has all."""

MOST_QUOTED = 200
ORDER = tuple(Role)
SELF, EARLIER_HEAD, LATER_HEAD = "本文件", "在先", "在后"
NOT_HELD = "未收录"


def graph(document: Document, found: Relations, tables: Tables) -> str:
    """Return the graph: what came before on one side, what came after on the other; `""` if there is nothing."""
    if not found.all:
        return ""
    earlier = [one for one in found.all if one.role in EARLIER]
    later = [one for one in found.all if one.role not in EARLIER]
    title = _e(shown_title(document, tables.regions))
    return (
        f'<div class="kb-graph" role="group" aria-label="文件关系图">{_side("earlier", EARLIER_HEAD, earlier, tables)}'
        f'<div class="kb-self"><em>{SELF}</em><b>{title}</b></div>{_side("later", LATER_HEAD, later, tables)}</div>'
    )


def _side(style: str, head: str, some: Sequence[Related], tables: Tables) -> str:
    nodes = "".join(f"<li>{_node(one, tables)}</li>" for one in some[:MOST_NODES])
    more = len(some) - MOST_NODES
    rest = f'<li><span class="kb-node">另有 {more} 份，见下表</span></li>' if more > 0 else ""
    return f'<ul class="{style}" aria-label="{head}">{nodes}{rest}</ul>'


def _node(one: Related, tables: Tables) -> str:
    said = f"<em>{_e(tables.terms[one.role].zh)}</em><span>{_e(_title(one, tables))}</span>"
    if one.document is None:
        return f'<span class="kb-node absent">{said}</span>'
    return f'<a class="kb-node" href="{_address(one.document)}" target="_self">{said}</a>'


def listed(found: Relations, tables: Tables) -> str:
    """Return all of them with the words that say so, by role."""
    rows = [(tables.terms[one.role].zh, _line(one, tables)) for one in _grouped(found.all)]
    more = f'<p class="kb-muted">另有 {found.more} 份提到本文件，未列。</p>' if found.more else ""
    return cards.table(rows) + more


def _grouped(some: Iterable[Related]) -> list[Related]:
    """Return them by role, those that are held first."""
    return sorted(some, key=lambda one: (ORDER.index(one.role), one.document is None))


def _line(one: Related, tables: Tables) -> str:
    title = _e(_title(one, tables))
    if one.document is None:
        number = f" {_e(one.doc_number)}" if one.doc_number and one.title else ""
        name = f'{title}<span class="kb-muted">{number}（{NOT_HELD}）</span>'
    else:
        day = newest_date(one.document)
        said = " · ".join(text for text in (one.document.doc_number, say_date(day) if day else None) if text)
        name = f'<a href="{_address(one.document)}" target="_self">{title}</a> <span class="kb-muted">{_e(said)}</span>'
    quote = (one.quote or "")[:MOST_QUOTED] + ("……" if len(one.quote or "") > MOST_QUOTED else "")
    return f'{name}<div class="kb-muted">“{_e(quote)}”</div>' if quote else name


def similar(hits: Iterable[DocumentHit], tables: Tables) -> str:
    """Return documents about the same as links with place and date; `""` if there are none."""
    rows = [f"<li>{_similar(hit, tables)}</li>" for hit in hits]
    return f'<ul class="kb-similar">{"".join(rows)}</ul>' if rows else ""


def _similar(hit: DocumentHit, tables: Tables) -> str:
    title, where = shown_title(hit.document, tables.regions), _where(hit.document, tables)
    link = f'<a href="{_address(hit.document)}" target="_self">{_e(title)}</a>'
    return f'{link} {cards.validity_tag(hit.validity, tables)} <span class="kb-muted">{_e(where)}</span>'


def _where(document: Document, tables: Tables) -> str:
    day = newest_date(document)
    return " · ".join([cards.place(document, tables), *([say_date(day)] if day else [])])


def _title(one: Related, tables: Tables) -> str:
    if one.document:
        return shown_title(one.document, tables.regions)
    return f"《{one.title}》" if one.title else one.doc_number or NOT_HELD


def _address(document: Document) -> str:
    return _e("document?" + urlencode({"id": document.id}))


def _e(text: object) -> str:
    return escape(str(text), quote=True)
