"""`python -m app doctor`."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict

from app.doctor.archive import archive
from app.doctor.cluster import cluster, connection
from app.doctor.finding import Finding, Grade, fault, good
from app.doctor.machine import disk, memory, packages, programs, python
from app.doctor.routine import routine
from app.refresh.settings import ROOT, Settings, from_environment
from data.strict import TableError
from data.tables import Tables, load
from index.client import from_environment as named_cluster
from index.node_folder import HOME

SIGNS = {Grade.GOOD: "ok   ", Grade.DOUBT: "look ", Grade.FAULT: "FAULT"}


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser of `python -m app`."""
    command = commands.add_parser("doctor", help="look at everything a run rests on; exit code 0 well, 1 look, 2 fault")
    command.add_argument("--json", action="store_true", help="one line of JSON a finding")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print all findings as they come; returns the worst grade."""
    worst = Grade.GOOD
    for finding in examine(from_environment()):
        worst = max(worst, finding.grade)
        print(_json(finding) if options.json else _line(finding), flush=True)
    return int(worst)


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield what is found, from the machine up."""
    yield python()
    yield packages(ROOT / "requirements.txt")
    if named_cluster() is None:
        yield from programs()
    yield from disk([settings.archive, settings.folder, HOME])
    yield from memory()
    tables, read = _tables(settings)
    yield read
    way, found = connection()
    yield found
    if way is not None:
        yield from cluster(way)
    yield from archive(settings.archive, tables.sources if tables else {})
    yield from routine(settings)


def _tables(settings: Settings) -> tuple[Tables | None, Finding]:
    try:
        tables = load(settings.tables)
    except TableError as error:
        return None, fault("tables", str(error), "correct the record that is named")
    return tables, good("tables", f"{len(tables.documents)} documents, {len(tables.sources)} sources, no fault")


def _line(finding: Finding) -> str:
    do = f"\n      -> {finding.do}" if finding.do else ""
    return f"{SIGNS[finding.grade]} {finding.what}: {finding.found}{do}"


def _json(finding: Finding) -> str:
    return json.dumps(asdict(finding) | {"grade": finding.grade.name.lower()}, ensure_ascii=False)
