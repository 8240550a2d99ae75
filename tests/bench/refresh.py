"""What a refresh costs beside a full build: `python -m tests.bench.refresh 20000` (pages; 1 % of them then change).

On an archive made here (`tests.many_pages`) and a local node: a first refresh, which reads and indexes all, then one in
which 1 % of the pages are other bytes, then one in which nothing is. `--no-crawl`: the crawl is measured elsewhere.
Prints the seconds of each step; all runs are kept in `var/bench/refresh.json`.
"""

import argparse
import json
import os
import shutil
import sys
import time
from datetime import UTC, datetime, timedelta

from app.refresh.settings import Settings
from app.refresh.steps import refresh
from index.client import Connection
from index.local_server import local_node
from index.node_folder import ROOT
from index.system import say_nothing
from tests.many_pages import archive, page

RESULTS = ROOT / "var" / "bench"
PORT = 9270
AT = datetime(2026, 11, 2, tzinfo=UTC)


def measured(settings: Settings, name: str) -> dict[str, float]:
    """Make a refresh and return the seconds of its steps and of the whole; says them too."""
    began = time.perf_counter()
    code = refresh(settings, crawling=False, say=say_nothing)
    seconds = {"whole": time.perf_counter() - began}
    newest = max(settings.reports.glob("refresh-*.json"), key=lambda path: path.stat().st_mtime_ns)
    report = json.loads(newest.read_text(encoding="utf-8"))
    seconds |= {step["name"]: step["seconds"] for step in report["steps"] if not step["skipped"]}
    found = ", ".join(f"{step} {value:.1f}" for step, value in seconds.items())
    print(f"{name}: {found} s; code {code}, {report['documents']} documents, {report['counts']}", flush=True)
    return seconds


def main() -> int:
    """Measure; returns 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.refresh", description=__doc__)
    parser.add_argument("pages", type=int, nargs="?", default=20_000)
    parser.add_argument("--keep", action="store_true", help="leave archive and readings for the next run")
    options = parser.parse_args()
    folder = RESULTS / f"refresh-{options.pages}"
    tables = ROOT / "data" / "tables"
    settings = Settings(
        *(folder / "archive", tables, folder / "read", folder / "state", folder / "reports", folder / "none.yml"), None
    )
    if not settings.archive.exists():
        archive(settings.archive, (page(number, AT) for number in range(options.pages)), AT)
    for old in (settings.folder, RESULTS / "refresh-node"):
        shutil.rmtree(old, ignore_errors=True)
    with local_node(RESULTS / "refresh-node", port=PORT, heap="1g", say=say_nothing) as node:
        os.environ |= Connection(node.url, node.writer.user, node.writer.password).settings()
        runs = {"first": measured(settings, "first, all")}
        some = range(0, options.pages, 100)
        version = int(time.time())
        later = AT + timedelta(days=7)
        archive(settings.archive, (page(number, later, version=version % 50 + 1) for number in some), later)
        runs["changed"] = measured(settings, f"{len(some)} changed")
        runs["same"] = measured(settings, "nothing changed")
    share = runs["changed"]["whole"] / runs["first"]["whole"]
    print(f"a refresh of 1 % of {options.pages} pages: {share:.1%} of the first")
    (RESULTS / "refresh.json").write_text(json.dumps(runs, indent=1), encoding="utf-8")
    if not options.keep:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
