"""What a crawl says at its end: a table for people, worst news first."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from data.archive import Archive
from data.model import Finding, Outcome
from data.tables import Tables

if TYPE_CHECKING:
    from crawler.crawl import Report

WIDEST_CAUSE, SHORTEST_ADDRESS = 90, 20
"""Characters of a cause in the table, and of the address in it."""

GOOD = (Outcome.OK, Outcome.UNCHANGED, Outcome.IMPORTED)


def table_of_reports(reports: Sequence["Report"], tables: Tables) -> Iterator[str]:
    """Yield the lines of the table: source, outcome, pages, new, changed, seconds, cause."""
    head = ("source", "publisher", "outcome", "pages", "new", "changed", "seconds", "cause")
    ordered = sorted(reports, key=lambda report: (report.outcome in GOOD, not report.fell, report.source))
    rows = [
        (
            report.source,
            tables.sources[report.source].publisher,
            f"{report.outcome or 'error'}{' (used to work)' if report.fell else ''}",
            str(report.pages),
            str(report.counts.get(Finding.NEW, 0)),
            str(report.counts.get(Finding.CHANGED, 0)),
            f"{report.seconds:.0f}",
            _cause(report.error or report.evidence.get("first_fault") or report.evidence.get("causes")),
        )
        for report in ordered
    ]
    yield ""
    yield from _aligned([head, *rows])
    good = sum(report.outcome in GOOD for report in reports)
    fell = sum(report.fell for report in reports)
    yield ""
    yield f"{good} of {len(reports)} sources good" + (f", {fell} used to work and do not now" if fell else "")


def table_of_runs(archive: Archive, tables: Tables) -> Iterator[str]:
    """Yield the lines of the table of last runs: source, outcome, when, last good, pages held."""
    head = ("source", "publisher", "outcome", "ended", "last good", "cause")
    rows = []
    for name, source in tables.sources.items():
        runs = archive.runs(name)
        last, good = runs[-1] if runs else None, archive.last_good(name)
        rows.append(
            (
                name,
                source.publisher,
                str(last.outcome or "not ended") if last else "never crawled",
                f"{last.ended:%Y-%m-%d %H:%M}" if last and last.ended else "-",
                f"{good.started:%Y-%m-%d %H:%M}" if good else "-",
                _cause(last.evidence.get("first_fault")) if last else "",
            )
        )
    yield from _aligned([head, *rows])


def _cause(text: object) -> str:
    """Return `address: what happened` in one line; where that is too long, the address gives way."""
    line = " ".join(str(text or "").split())
    address, colon, said = line.partition(": ")
    room = WIDEST_CAUSE - len(colon + said) - 1
    if len(line) > WIDEST_CAUSE and room >= SHORTEST_ADDRESS:
        line = f"{address[:room]}…{colon}{said}"
    return line[:WIDEST_CAUSE]


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))


def _width(text: Iterable[str]) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
