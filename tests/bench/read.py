"""How fast reading is: `python -m tests.bench.read [--rounds 7]`, on the golden pages, and others that lie beside.

In one run, in turns, each as often as the rounds say, the fastest counts: lxml alone parses the same bytes; `read_html`
cuts the articles out; the whole reading makes documents, attachments left out. Seconds are those of one core.
Then each hostile page of the tests once, the whole way, in seconds of the clock: parsers have a process of their own.
"""

import argparse
import json
import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time

from lxml import etree

from data import tables
from data.model import Page
from index.read import line_kinds
from index.read.attachments import Worker
from index.read.document import Reader
from index.read.html import read_html
from index.read.incentives.kinds import kind_of
from index.read.parts import Article
from tests.bench.crawl import KEPT, machine
from tests.read_hostile import PAGES

TESTS = Path(__file__).parents[1]
FOLDERS = {"golden": TESTS / "pages", "real": TESTS / "../../shared/pages"}
DEAREST = 5
"""Hostile pages that are printed; all are kept."""
URL = "https://www.lanchuan.gov.cn/zc/202503/t1.html"


@dataclass(frozen=True, slots=True)
class Measured:
    """One set of pages. Seconds of a core for all of them. slowest: name and seconds of a page, whole reading."""

    name: str
    pages: int
    kilobytes: int
    letters: int
    lxml: float
    html: float
    whole: float
    slowest: tuple[str, float]


def seconds(work: Callable[[], object]) -> float:
    """Return the seconds of a core that `work` takes, with no line known from before."""
    line_kinds.brief.cache_clear()
    line_kinds.kind.cache_clear()
    kind_of.cache_clear()
    before = process_time()
    work()
    return process_time() - before


def article(body: bytes) -> Article:
    """Cut out the article of a page."""
    return read_html(body, url=URL)


def measure(name: str, files: Sequence[Path], reader: Reader, rounds: int) -> Measured:
    """Measure one set of pages."""
    pages = {file.name: _page(file.read_bytes()) for file in files}
    bodies = [page.body for page in pages.values()]

    def whole(page: Page) -> object:
        return reader.document(article(page.body), page)

    def spent(page: Page) -> float:
        return seconds(lambda: whole(page))

    for page in pages.values():
        whole(page)  # loads tables and compiles patterns
    turns: list[tuple[float, float, dict[str, float]]] = []
    for _ in range(rounds):
        bare = seconds(lambda: [etree.fromstring(body, etree.HTMLParser()) for body in bodies if body.strip()])
        html = seconds(lambda: [article(body) for body in bodies])
        turns.append((bare, html, {title: spent(page) for title, page in pages.items()}))
    each = {title: min(turn[2][title] for turn in turns) for title in pages}
    return Measured(
        name,
        len(pages),
        sum(map(len, bodies)) // 1024,
        sum(len(article(body).body) for body in bodies),
        min(turn[0] for turn in turns),
        min(turn[1] for turn in turns),
        sum(each.values()),
        max(each.items(), key=lambda item: item[1]),
    )


def hostile(reader: Reader) -> dict[str, float]:
    """Return the seconds of the clock that each hostile page takes, the dearest first."""

    def spent(body: bytes) -> float:
        before = perf_counter()
        reader.read(_page(body))
        return perf_counter() - before

    spent(b"")  # starts the process of the parsers
    each = {name: spent(make()) for name, make in PAGES.items()}
    return dict(sorted(each.items(), key=lambda item: -item[1]))


def _page(body: bytes) -> Page:
    return Page(url=URL, fetched=datetime(2026, 11, 20, tzinfo=UTC), status=200, headers=(), body=body)


def table(found: Sequence[Measured]) -> Iterator[str]:
    """Yield what was measured as a Markdown table."""
    yield "| pages | number | KB | letters of text | what | ms a page | pages/s and core | of lxml's rate |"
    yield "|---|---:|---:|---:|---|---:|---:|---:|"
    for one in found:
        head = f"| {one.name} | {one.pages} | {one.kilobytes} | {one.letters}"
        for what, spent in (("lxml alone", one.lxml), ("html", one.html), ("whole", one.whole)):
            rate = f"{1000 * spent / one.pages:.1f} | {one.pages / spent:.0f} | {one.lxml / spent:.2f}"
            yield f"{head} | {what} | {rate} |"


def main() -> int:
    """Measure, print, keep. Returns 0 whatever comes out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with Worker() as worker:
        reader = Reader(tables.load(), worker)
        sets = {name: sorted(folder.rglob("*.html")) for name, folder in FOLDERS.items()}
        found = [measure(name, files, reader, options.rounds) for name, files in sets.items() if files]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        dear = hostile(reader)
    print(machine(), "", *table(found), "", sep="\n")
    for one in found:
        print(f"slowest of {one.name}: {one.slowest[0]}, {1000 * one.slowest[1]:.0f} ms")
    print(*(f"hostile: {name}, {spent:.1f} s" for name, spent in islice(dear.items(), DEAREST)), sep="\n")
    print(f"peak memory {peak:.0f} MB")
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = {"machine": machine(), "rounds": options.rounds, "peak_mb": peak, "sets": [asdict(one) for one in found]}
    kept["hostile"] = dear
    (KEPT / "read.json").write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
