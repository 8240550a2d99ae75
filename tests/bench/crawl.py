"""How fast the crawler is: `python -m tests.bench.crawl [--pages 2000] [--long 20000] [--rounds 3]`.

One site on loopback, served by another process; ours, a bare Scrapy spider and ours again over the same pages, in
turns, each in a process of its own. Seconds are those that the site saw, from the first request to the last answer;
the median of the rounds counts. Nothing here fails for being slow; it fails if what came is not what the site has.
"""

import argparse
import http.client
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

from data.archive import Archive
from data.model import Finding
from data.tables import TABLES
from tests.bench.crawl_site import HOST, LIST, SPAN, page_path

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "var" / "bench"
SOURCE = "bench"

LEAST_OF_BARE = 0.6
MOST_OF_FIRST = 0.5
MOST_MEMORY = 300
FLAT = 1.1
"""Most memory of the long crawl over that of the short one; what addresses that were seen need, and noise."""

LISTS = "1000000"
"""Pages of the list that are read at most: all."""


class BenchError(RuntimeError):
    """A crawl did not bring what the site has, so that its time means nothing."""


@dataclass(frozen=True, slots=True)
class Process:
    """What a process cost: seconds from its start to its end, seconds of a core, most memory in MB (0: not known)."""

    whole: float
    core: float
    peak: float


@dataclass(frozen=True, slots=True)
class Ran:
    """One crawl. seconds: from the first request to the last answer. process: what it cost."""

    pages: int
    seconds: float
    process: "Process"

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to reach."""

    name: str
    value: float
    limit: float
    at_least: bool = False

    @property
    def reached(self) -> bool:
        """Whether it is reached."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def __str__(self) -> str:
        sign, said = ("≥" if self.at_least else "≤"), ("reached" if self.reached else "missed")
        return f"{self.name}: {self.value:.3g} ({sign} {self.limit:g}) {said}"


@contextmanager
def served(pages: int) -> Iterator[int]:
    """Serve a site of so many pages; yields the port."""
    command = [sys.executable, "-m", "tests.bench.crawl_site", str(pages)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdin is None or process.stdout is None:
            raise BenchError("the site has no pipes")
        yield int(process.stdout.readline())
        process.stdin.close()


def span(port: int) -> float:
    """Return the seconds from the first request to the last answer since this was last asked."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", SPAN)
    began, ended = connection.getresponse().read().split()
    connection.close()
    return float(ended) - float(began)


def ceiling(port: int, pages: int) -> float:
    """Return the pages a second that a client gets which does nothing else, one request at a time."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for number in range(pages):
        connection.request("GET", f"/zcwj/{page_path(number)}")
        if not connection.getresponse().read():
            raise BenchError("the site sends empty pages")
    connection.close()
    return pages / span(port)


def watched(arguments: Sequence[str], environment: dict[str, str]) -> tuple[str, Process]:
    """Run a module to its end: what it printed, and what it cost."""
    began, peak = perf_counter(), 0.0
    command = [sys.executable, "-m", *arguments]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            peak = max(peak, _peak(process.pid))
            sleep(0.02)
        whole, (_, status, usage) = perf_counter() - began, ended
        process.returncode = os.waitstatus_to_exitcode(status)
        said = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise BenchError(f"{' '.join(arguments)} ended with {process.returncode}\n{said}")
    return said, Process(whole, usage.ru_utime + usage.ru_stime, peak)


def _peak(pid: int) -> float:
    with suppress(OSError):
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
        return int(found[1]) / 1024 if found else 0.0
    return 0.0


class Ours:
    """The project's crawler with tables of one source and an archive of its own, in `folder`."""

    def __init__(self, folder: Path, port: int, pages: int) -> None:
        self._folder, self._port, self._pages = folder, port, pages
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("CRAWLER_")}
        self._environment |= {
            "CRAWLER_ARCHIVE": str(folder / "archive"),
            "CRAWLER_TABLES": str(_tables(folder / "tables", f"{HOST}:{port}", pages)),
            "CRAWLER_HOSTS": str(folder / "hosts"),
            "CRAWLER_ALLOW_PRIVATE": "1",
            "CRAWLER_DELAY": "0",
            "CRAWLER_LIST_PAGES": LISTS,
        }
        (folder / "hosts").write_text(f"{HOST} 127.0.0.1\n", encoding="utf-8")

    def crawl(self, finding: Finding) -> Ran:
        """Crawl the site. finding: what every page must be found to be."""
        said, process = watched(["crawler", "crawl", SOURCE], self._environment)
        with Archive(self._folder / "archive") as archive:
            run = archive.runs(SOURCE)[-1]
        if run.counts != {finding: self._pages}:
            raise BenchError(f"expected {self._pages} pages {finding}, found {dict(run.counts)}\n{said}")
        return Ran(self._pages, span(self._port), process)


def _tables(folder: Path, host: str, pages: int) -> Path:
    """Make tables with one source and an empty catalog."""
    shutil.copytree(TABLES, folder, ignore=shutil.ignore_patterns("sources", "catalog", "filing_procedure.yml"))
    (folder / "catalog").mkdir()
    (folder / "sources").mkdir()
    parts = ("routes", "materials", "steps", "requirements", "figures", "local_steps", "legal_basis")
    filing = {"about": "无", **dict.fromkeys(parts, ())}
    (folder / "filing_procedure.yml").write_text(json.dumps(filing), encoding="utf-8")
    source = {
        "id": SOURCE,
        "publisher": "测试局",
        "region": "000000",
        "family": "trs_static",
        "watch": "all",
        "hosts": [host],
        "listings": [{"url": f"http://{host}{LIST}"}],
        "expected": pages,
        "verified": "never",
        "confidence": "low",
    }
    (folder / "sources" / f"{SOURCE}.yml").write_text(json.dumps(source), encoding="utf-8")
    return folder


def bare(port: int, pages: int, at_once: int) -> Ran:
    """Let the bare spider download the site."""
    url = f"http://127.0.0.1:{port}{LIST}"
    said, process = watched(["tests.bench.bare_spider", url, str(at_once)], dict(os.environ))
    came, reason = said.split()
    if (int(came), reason) != (pages, "finished"):
        raise BenchError(f"the bare spider got {came} of {pages} pages: {reason}")
    return Ran(pages, span(port), process)


def measure(pages: int, long: int, rounds: int) -> tuple[float, dict[str, list[Ran]]]:
    """Run everything; returns the site's own pages a second, and the crawls of each kind."""
    ran: dict[str, list[Ran]] = {name: [] for name in ("ours", "bare", "bare, 8 at once", "ours again", "ours, long")}
    KEPT.mkdir(parents=True, exist_ok=True)
    with served(pages) as port:
        most = ceiling(port, pages)
        for _ in range(rounds):
            with TemporaryDirectory(dir=KEPT) as folder:
                ours = Ours(Path(folder), port, pages)
                _note(ran, "ours", ours.crawl(Finding.NEW))
                _note(ran, "bare", bare(port, pages, 1))
                _note(ran, "ours again", ours.crawl(Finding.UNCHANGED))
                _note(ran, "bare, 8 at once", bare(port, pages, 8))
    with served(long) as port, TemporaryDirectory(dir=KEPT) as folder:
        _note(ran, "ours, long", Ours(Path(folder), port, long).crawl(Finding.NEW))
    return most, ran


def _note(ran: dict[str, list[Ran]], name: str, one: Ran) -> None:
    ran[name].append(one)
    cost = one.process
    print(
        f"  {name}: {one.pages} pages in {one.seconds:.2f} s, {cost.core:.2f} s of a core, {cost.peak:.0f} MB",
        flush=True,
    )


def middle(runs: Sequence[Ran]) -> Ran:
    """Return the run of the median rate."""
    return sorted(runs, key=lambda run: run.rate)[len(runs) // 2]


def targets(ran: dict[str, list[Ran]]) -> list[Target]:
    """Return what issue 4 asks for beside what was measured."""
    peaks = {name: max(run.process.peak for run in runs) for name, runs in ran.items()}
    rates = {name: median(run.rate for run in runs) for name, runs in ran.items()}
    return [
        Target("pages a second, ours of bare", rates["ours"] / rates["bare"], LEAST_OF_BARE, at_least=True),
        Target("time of a re-crawl of the first crawl's", rates["ours"] / rates["ours again"], MOST_OF_FIRST),
        Target("memory of the long crawl in MB", peaks["ours, long"], MOST_MEMORY),
        Target("memory of the long crawl of the short one's", peaks["ours, long"] / peaks["ours"], FLAT),
    ]


def table(ceiling_rate: float, ran: dict[str, list[Ran]]) -> Iterator[str]:
    """Yield what was measured as a Markdown table."""
    yield "| crawl | pages | seconds | pages/s | whole process, s | of a core, s | peak memory, MB |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for name, runs in ran.items():
        run, peak = middle(runs), max(each.process.peak for each in runs)
        cost = f"{run.process.whole:.1f} | {run.process.core:.1f} | {peak:.0f}"
        yield f"| {name} | {run.pages} | {run.seconds:.1f} | {run.rate:.0f} | {cost} |"
    yield f"| the site itself, plain client | | | {ceiling_rate:.0f} | | | |"


def machine() -> str:
    """Say what was measured on."""
    with suppress(OSError):
        found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
        named = found[1] if found else platform.processor()
        return f"{os.cpu_count()} cores of {named}, Python {platform.python_version()}, Scrapy {version('Scrapy')}"
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, Scrapy {version('Scrapy')}"


def main() -> int:
    """Measure, print, keep. Returns 0 whether or not targets are reached, 2 if nothing could be measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=2_000)
    parser.add_argument("--long", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    try:
        most, ran = measure(options.pages, options.long, options.rounds)
    except BenchError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    judged = targets(ran)
    print("", machine(), "", *table(most, ran), "", *judged, sep="\n")
    kept = {
        "machine": machine(),
        "site_pages_a_second": most,
        "runs": {name: [asdict(run) for run in runs] for name, runs in ran.items()},
        "targets": [{**asdict(target), "reached": target.reached} for target in judged],
    }
    (KEPT / "crawl.json").write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
