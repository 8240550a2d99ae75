"""All measures in order, in a node of its own, which is thrown away afterwards."""

import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from data.tables import load
from index.bench.building import Task, build_and_update, build_ours, send_bare
from index.bench.plot import can_plot, plot
from index.bench.report import Report, growth, keep, kept
from index.bench.searching import measure_searches, prepare
from index.bench.switching import measure_switches
from index.bench.synthetic import Synthetic
from index.bench.timing import machine_lines
from index.bench.tokenizing import measure_tokenizing
from index.bulk import TIMEOUT_SECONDS
from index.client import Connection, connect
from index.local_server import local_node
from index.node_folder import ROOT
from index.search import Searcher
from index.tokens import tokenizer

PORT = 9280
SAMPLE = 2_000
SWITCHED = 1_000
CLIENTS = (1, 8)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure: so many documents, searches, rounds of the comparison. results: folder of the figures."""

    documents: int
    searches: int
    rounds: int
    results: Path


def run(plan: Plan) -> None:
    """Measure, print tables, keep the figures, and draw all that were ever kept."""
    folder = ROOT / "var" / "bench-node"
    try:
        with local_node(folder, port=PORT, say=_say) as node:
            connection = Connection(node.url, node.writer.user, node.writer.password)
            report = measure(plan, connection, node.pid)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    path = keep(report, plan.results)
    print("\n".join(report.lines()))
    reports = kept(plan.results)
    print("\n".join(["", *growth(reports)]))
    _say(f"kept in {path}")
    if can_plot():
        plot(reports, plan.results / "index.svg")
        _say(f"drawn in {plan.results / 'index.svg'}")
    else:
        _say("not drawn: leather is missing (requirements-dev.txt)")


def measure(plan: Plan, connection: Connection, node: int) -> Report:
    """Measure everything on a node whose process is `node`; what its indices hold is lost."""
    tables, words = load(), tokenizer()
    made = Synthetic(tables, words.lexicon, plan.documents)
    plan.results.mkdir(parents=True, exist_ok=True)
    sample = Task(min(SAMPLE, plan.documents), connection, node, plan.results)
    with connect(connection).options(request_timeout=TIMEOUT_SECONDS) as client:
        _say("cutting words")
        tokenizing = measure_tokenizing(made.values(), words)
        _say(f"switching {SWITCHED:,} documents while searches run")
        switch = measure_switches(client, tables, words, min(SWITCHED, plan.documents))
        ours, bare = [], []
        for number in range(1, plan.rounds + 1):
            _say(f"building {sample.documents:,} documents, ours and bare, round {number} of {plan.rounds}")
            ours.append(_apart(build_ours, sample))
            bare.append(_apart(send_bare, sample))
        _say(f"building {plan.documents:,} documents, and updating")
        whole, updating = _apart(build_and_update, Task(plan.documents, connection, node, plan.results))
        searches = prepare(made, tables, words, plan.searches)
        searcher, measures = Searcher(client, tables, words), []
        for clients in CLIENTS:
            _say(f"searching {len(searches):,} times in two ways, {clients} at once")
            measures.append(measure_searches(client, searcher, searches, clients))
    return Report(
        documents=plan.documents,
        command=f"python -m index bench --documents {plan.documents}",
        machine=machine_lines(),
        tokenizing=tokenizing,
        ours=ours,
        bare=bare,
        whole=whole,
        updating=updating,
        searches=measures,
        switch=switch,
    )


def _apart(work: Callable[[Task], Result], task: Task) -> Result:
    """Run in a new process, whose memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, task).result()


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
