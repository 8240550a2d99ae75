"""How fast the pages are: `python -m tests.bench.app [--rounds 9] [--people 20]`, against an empty Streamlit app.

In one run and in turns: a real Chromium opens the empty app and 找补贴, until the first element and the first result; a
client without a browser (`streamlit_client`) clicks filters, against the bare search call and an empty rerun; then
that client alone, and as many people at once, each waiting 1 to 5 seconds between two clicks as people who read do.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic, perf_counter, sleep

from playwright.sync_api import sync_playwright

from data.tables import load
from index.client import connect
from index.cluster import cluster
from index.corpus import catalog_corpus
from index.query import Query
from index.search import Searcher
from index.system import find
from index.tokens import tokenizer
from index.update import update
from index.validity import today
from tests.bench.crawl import KEPT, machine
from tests.bench.streamlit_client import visiting
from tests.served import CHROMIUM, ROOT, free_port

EMPTY = "import streamlit as st\n\nst.title('empty')\n"
CLICKS: tuple[dict[str, str], ...] = (
    {"region": "330000"},
    {"region": "330000", "kind": "filing_reward"},
    {"kind": "filing_reward"},
    {"region": "440000", "scope": "all"},
    {"q": "杭州 备案奖励"},
    {},
)
ACTIONS = 12
THINK = (1.0, 5.0)


@dataclass(frozen=True, slots=True)
class Target:
    """One aim: what was found may be at most `factor` times what it is measured by. Milliseconds."""

    what: str
    found: float
    measure: float
    factor: float

    @property
    def ratio(self) -> float:
        """Return how many times as long it took."""
        return self.found / self.measure


@contextmanager
def served(script: Path, settings: dict[str, str]) -> Iterator[str]:
    """Run a script with Streamlit; gives its address."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.address=127.0.0.1"]
    app = subprocess.Popen([*command, f"--server.port={port}"], cwd=ROOT, env=os.environ | settings)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(f"{address}/_stcore/health")
        yield address
    finally:
        app.terminate()
        app.wait(20)


def _wait(address: str) -> None:
    until = monotonic() + 120
    while True:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own server
                return
        except OSError:
            if monotonic() > until:
                raise
            sleep(0.2)


def first_elements(pages: dict[str, tuple[str, str]], rounds: int) -> dict[str, float]:
    """Return milliseconds until an element is seen, by name: address and selector. The middle one of the rounds."""
    seen: dict[str, list[float]] = {name: [] for name in pages}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find("chromium"), args=CHROMIUM)
        for _ in range(rounds + 1):
            for name, (address, selector) in pages.items():
                with browser.new_context(locale="zh-CN") as context:
                    page = context.new_page()
                    started = perf_counter()
                    page.goto(address, wait_until="commit")
                    page.locator(selector).first.wait_for(timeout=120_000)
                    seen[name].append(1000 * (perf_counter() - started))
        browser.close()
    return {name: statistics.median(times[1:]) for name, times in seen.items()}


async def clicks(address: str, rounds: int) -> list[float]:
    """Return milliseconds of every click of one person who clicks without a pause."""
    async with visiting(address) as visitor:
        await visitor.draw()
        return [1000 * await visitor.draw(**click) for _ in range(rounds) for click in CLICKS]


async def person(address: str, number: int) -> list[float]:
    """Return milliseconds of every click of somebody who reads between them."""
    chance = random.Random(number)  # noqa: S311 - for the same pauses in each run
    async with visiting(address) as visitor:
        await asyncio.sleep(chance.uniform(0, THINK[1]))
        await visitor.draw()
        found = []
        for _ in range(ACTIONS):
            await asyncio.sleep(chance.uniform(*THINK))
            found.append(1000 * await visitor.draw(**chance.choice(CLICKS)))
        return found


async def together(address: str, people: int) -> list[float]:
    """Return milliseconds of every click of so many people at once."""
    found = await asyncio.gather(*(person(address, number) for number in range(people)))
    return [one for each in found for one in each]


def searches(searcher: Searcher, rounds: int) -> list[float]:
    """Return milliseconds of the bare search calls that the clicks need."""
    asked = [
        Query(text=c.get("q", ""), region=c.get("region"), kinds=tuple(filter(None, [c.get("kind")])), on=today())
        for c in CLICKS
    ]
    return [1000 * _seconds(lambda query=query: searcher.search(query)) for _ in range(rounds) for query in asked]  # type: ignore[misc]


def _seconds(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def p95(times: Sequence[float]) -> float:
    """Return the time within which 95 of 100 were done."""
    return statistics.quantiles(times, n=20)[-1]


def measure(empty: str, ours: str, searcher: Searcher, rounds: int, people: int) -> list[Target]:
    """Measure all."""
    first = first_elements({"empty": (empty, "h1"), "ours": (ours, ".kb-card")}, rounds)
    searches(searcher, 1)
    bare = statistics.median(searches(searcher, rounds)) + statistics.median(asyncio.run(clicks(empty, rounds)))
    click = statistics.median(asyncio.run(clicks(ours, rounds)))
    alone = p95(asyncio.run(together(ours, 1)) + asyncio.run(together(ours, 1)))
    return [
        Target("first result, against the first element of an empty app", first["ours"], first["empty"], 2),
        Target("filter click, against bare search and empty rerun", click, bare, 1.5),
        Target(f"p95 of {people} people, against p95 of one", p95(asyncio.run(together(ours, people))), alone, 4),
    ]


def main() -> int:
    """Measure, print, keep. Returns 0 whatever comes out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--people", type=int, default=20)
    options = parser.parse_args()
    tables = load()
    with cluster(print) as found, ExitStack() as stack:
        update(connect(found.writer), catalog_corpus(tables), tokenizer(), say=print)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "empty.py").write_text(EMPTY, encoding="utf-8")
        empty = stack.enter_context(served(folder / "empty.py", {}))
        ours = stack.enter_context(served(ROOT / "app" / "server.py", found.reader.settings()))
        searcher = Searcher(connect(found.reader), tables, tokenizer())
        targets = measure(empty, ours, searcher, options.rounds, options.people)
    load_now = f"load {os.getloadavg()[1]:.1f}"
    print(f"{machine()}, {load_now}", "", "| what | ms | measured by, ms | ratio | at most |", sep="\n")
    print("|---|---:|---:|---:|---:|")
    for one in targets:
        print(f"| {one.what} | {one.found:.0f} | {one.measure:.0f} | {one.ratio:.2f} | {one.factor:g} |")
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = {"machine": machine(), "load": load_now, "targets": [asdict(one) for one in targets]}
    (KEPT / "app.json").write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
