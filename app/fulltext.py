"""The text of a document as HTML: its clauses with anchors, tables as tables, the words of each incentive lit up.

All text is escaped here. The anchors are `c<number>` for clauses (from 1) and `i<number>` for incentives.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from app.language import say
from app.language import text as shown
from data.model import Clause, Document, Incentive, Span

MOST_CHARACTERS = 200_000
"""A longer text is cut on the page, which says so: browsers grow slow."""

LONG_OUTLINE = 400


def full_text(document: Document) -> str:
    """Return the text with its clauses, `""` if none was read."""
    text = (document.text or "")[:MOST_CHARACTERS]
    if not text:
        return ""
    spans = [grant for grant in document.incentives if grant.span]
    parts = [
        f'<section id="c{number}" class="kb-clause">{_lines(text, clause.span, spans)}</section>'
        for number, clause in enumerate(document.clauses, 1)
        if clause.span.start < len(text)
    ]
    cut = len(document.text or "") > MOST_CHARACTERS
    parts += [f'<div class="kb-note">{_cut()}</div>'] if cut else []
    return f'<div class="kb-text">{"".join(parts)}</div>'


def _cut() -> str:
    return say("全文过长，此处只列前 {most} 字，请看来源网页。", most=MOST_CHARACTERS)


def outline(document: Document) -> str:
    """Return links to the clauses that have a heading, and to those that make incentives; `""` without any."""
    rows = [
        (number, clause, _grants_in(clause, document.incentives)) for number, clause in enumerate(document.clauses, 1)
    ]
    links = [
        f'<li class="depth{len(clause.path)}"><a href="#c{number}">{shown("".join(clause.path[-1:]))} '
        f"{shown(clause.heading or '')}</a>{_badge(grants)}</li>"
        for number, clause, grants in rows
        if clause.path and (clause.heading or grants)
    ]
    return f'<ul class="kb-outline">{"".join(links[:LONG_OUTLINE])}</ul>' if links else ""


def _badge(grants: Sequence[Incentive]) -> str:
    return f' <span class="kb-tag basis">{say("{n} 项激励", n=len(grants))}</span>' if grants else ""


def _grants_in(clause: Clause, grants: Iterable[Incentive]) -> list[Incentive]:
    return [grant for grant in grants if grant.span and clause.span.start <= grant.span.start < clause.span.end]


def _lines(text: str, span: Span, grants: Sequence[Incentive]) -> str:
    blocks: list[str] = []
    rows: list[str] = []
    start = span.start
    for line in text[span.start : span.end].split("\n"):
        if "\t" in line:
            rows.append(_row(line, start, grants))
        else:
            blocks += _table(rows)
            rows = []
            blocks += [f"<p>{_marked(line, start, grants)}</p>"] if line.strip() else []
        start += len(line) + 1
    return "".join([*blocks, *_table(rows)])


def _table(rows: Sequence[str]) -> list[str]:
    return [f'<table class="kb-table kb-rows"><tbody>{"".join(rows)}</tbody></table>'] if rows else []


def _row(line: str, start: int, grants: Sequence[Incentive]) -> str:
    cells = []
    for cell in line.split("\t"):
        cells.append(f"<td>{_marked(cell, start, grants)}</td>")
        start += len(cell) + 1
    return f"<tr>{''.join(cells)}</tr>"


def _marked(words: str, start: int, grants: Sequence[Incentive]) -> str:
    """Return `words`, which stand at `start` of the text, with the incentives' own words in `<mark>`."""
    end = start + len(words)
    here = [grant for grant in grants if grant.span and grant.span.start < end and grant.span.end > start]
    return "".join(_pieces(words, start, here)) if here else shown(words)


def _pieces(words: str, start: int, grants: Sequence[Incentive]) -> Iterator[str]:
    spans = [(grant, grant.span) for grant in grants if grant.span]
    end = start + len(words)
    cuts = {start, end}
    for _, span in spans:
        cuts |= {max(start, span.start), min(end, span.end)}
    places = sorted(cuts)
    for one, other in pairwise(places):
        piece = shown(words[one - start : other - start])
        for grant, span in spans:
            if span.start == one:
                yield f'<a id="i{grant.no}" class="kb-anchor"></a>'
        lit = any(span.start <= one and span.end >= other for _, span in spans)
        yield f"<mark>{piece}</mark>" if lit else piece
