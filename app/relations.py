"""The documents that hang together with one, as HTML: a small graph, and a list with the words that say so."""

from collections.abc import Iterable, Sequence
from html import escape

from app import cards
from app.address import href
from app.language import day as say_day
from app.language import say, term, text
from data.model import Document, Role
from data.tables import Tables
from index.relations import EARLIER, Related, Relations
from index.rows import newest_date
from index.search import DocumentHit

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
    title = text(cards.title(document, tables))
    before, after = _side("earlier", EARLIER_HEAD, earlier, tables), _side("later", LATER_HEAD, later, tables)
    own = f'<div class="kb-self"><em>{say(SELF)}</em><b>{title}</b></div>'
    return f'<div class="kb-graph" role="group" aria-label="{say("文件关系图")}">{before}{own}{after}</div>'


def _side(style: str, head: str, some: Sequence[Related], tables: Tables) -> str:
    nodes = "".join(f"<li>{_node(one, tables)}</li>" for one in some[:MOST_NODES])
    more = len(some) - MOST_NODES
    rest = f'<li><span class="kb-node">{say("另有 {n} 份，见下表", n=more)}</span></li>' if more > 0 else ""
    return f'<ul class="{style}" aria-label="{say(head)}">{nodes}{rest}</ul>'


def _node(one: Related, tables: Tables) -> str:
    said = f"<em>{_e(term(tables.terms[one.role]))}</em><span>{text(_title(one, tables))}</span>"
    if one.document is None:
        return f'<span class="kb-node absent">{said}</span>'
    return f'<a class="kb-node" href="{_address(one.document)}" target="_self">{said}</a>'


def listed(found: Relations, tables: Tables) -> str:
    """Return all of them with the words that say so, by role."""
    rows = [(term(tables.terms[one.role]), _line(one, tables)) for one in _grouped(found.all)]
    more = f'<p class="kb-muted">{say("另有 {n} 份提到本文件，未列。", n=found.more)}</p>' if found.more else ""
    return cards.table(rows) + more


def _grouped(some: Iterable[Related]) -> list[Related]:
    """Return them by role, those that are held first."""
    return sorted(some, key=lambda one: (ORDER.index(one.role), one.document is None))


def _line(one: Related, tables: Tables) -> str:
    title = text(_title(one, tables))
    if one.document is None:
        number = f" {text(one.doc_number)}" if one.doc_number and one.title else ""
        name = f'{title}<span class="kb-muted">{number} · {say(NOT_HELD)}</span>'
    else:
        day = newest_date(one.document)
        said = " · ".join(part for part in (one.document.doc_number, say_day(day) if day else None) if part)
        name = (
            f'<a href="{_address(one.document)}" target="_self">{title}</a> <span class="kb-muted">{text(said)}</span>'
        )
    quote = (one.quote or "")[:MOST_QUOTED] + ("……" if len(one.quote or "") > MOST_QUOTED else "")
    return f'{name}<div class="kb-muted">{text(f"“{quote}”")}</div>' if quote else name


def similar(hits: Iterable[DocumentHit], tables: Tables) -> str:
    """Return documents about the same as links with place and date; `""` if there are none."""
    rows = [f"<li>{_similar(hit, tables)}</li>" for hit in hits]
    return f'<ul class="kb-similar">{"".join(rows)}</ul>' if rows else ""


def _similar(hit: DocumentHit, tables: Tables) -> str:
    title, where = cards.title(hit.document, tables), _where(hit.document, tables)
    link = f'<a href="{_address(hit.document)}" target="_self">{text(title)}</a>'
    return f'{link} {cards.validity_tag(hit.validity, tables)} <span class="kb-muted">{text(where)}</span>'


def _where(document: Document, tables: Tables) -> str:
    day = newest_date(document)
    return " · ".join([cards.place(document, tables), *([say_day(day)] if day else [])])


def _title(one: Related, tables: Tables) -> str:
    if one.document:
        return cards.title(one.document, tables)
    return f"《{one.title}》" if one.title else one.doc_number or say(NOT_HELD)


def _address(document: Document) -> str:
    return _e(href("document", {"id": document.id}))


def _e(value: object) -> str:
    return escape(str(value), quote=True)
