"""What came out: as data in a file, as tables for people, and all files together as a plot of how it grows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from index.bench.building import Filling, Updating
from index.bench.searching import SearchMeasure
from index.bench.switching import SwitchMeasure
from index.bench.tokenizing import TokenizingMeasure

TARGETS = {
    "documents_per_second": 250.0,
    "of_bare": 0.7,
    "peak_megabytes": 1_500.0,
    "search_of_bare": 1.2,
    "update_of_build": 0.03,
}
"""Least rate of the build and its share of the bare one, most memory, most time of searches and of an update."""


@dataclass(frozen=True, slots=True)
class Report:
    """All that one run measured. ours, bare: the same sample in turns. machine: what the figures depend on."""

    documents: int
    command: str
    machine: Mapping[str, str]
    tokenizing: TokenizingMeasure
    ours: Sequence[Filling]
    bare: Sequence[Filling]
    whole: Filling
    updating: Updating
    searches: Sequence[SearchMeasure]
    switch: SwitchMeasure

    @property
    def of_bare(self) -> float:
        """Return the rate of ours as a share of the bare one: the middle of the rounds."""
        return median(bare.seconds / ours.seconds for ours, bare in zip(self.ours, self.bare, strict=True))

    @property
    def update_of_build(self) -> float:
        """Return the time of the update as a share of the full build's."""
        return self.updating.seconds / self.whole.seconds

    def as_json(self) -> dict[str, Any]:
        """Return all figures, those that were worked out of others too."""
        worked = {"of_bare": round(self.of_bare, 3), "update_of_build": round(self.update_of_build, 4)}
        return asdict(self) | worked | {"documents_per_second": round(self.whole.rate, 1)}

    def lines(self) -> list[str]:
        """Return the report for people, in Markdown."""
        return [*self._about(), "", *self._fillings(), "", *self._searched(), "", *self._targets()]

    def _about(self) -> list[str]:
        cut, seen = self.tokenizing, self.switch
        where = ", ".join(f"{name} {value}" for name, value in self.machine.items())
        others = f"{cut.plain_differences} % others where dates and addresses stay as they are"
        speeds = f"rjieba {cut.rjieba}, jieba {cut.jieba}; {cut.whole} with all that an index needs"
        update, size = self.updating, f"{self.updating.index_megabytes:,.0f} MB"
        return [
            f"{self.documents:,} documents; {where}",
            "",
            f"Cutting, MB/s: {speeds}. {cut.words:,} words alike; {others}.",
            f"Update of {update.changed:,} documents: {update.seconds} s. Indices: {size}.",
            f"Switch: {seen.searches:,} searches in two builds, {seen.failed} failed, {seen.half} saw half an index.",
        ]

    def _fillings(self) -> list[str]:
        rows = [("ours, sample", found) for found in self.ours] + [("bare, sample", found) for found in self.bare]
        head = "| build | documents | s | documents/s | MB/s | peak MB | ms of a core, ours | ms of a core, node |"
        lines = [head, "|---|" + "---:|" * 7]
        return lines + [_filling(name, found) for name, found in [*rows, ("ours, all", self.whole)]]

    def _searched(self) -> list[str]:
        lines = [
            "| clients | searches | ours, ms: p50 / p95 / p99 | bare, ms | ours of bare |",
            "|---:|---:|---|---|---|---:|",
        ]
        for found in self.searches:
            cells = " | ".join(_times(times) for times in (asdict(found)[name] for name in ("ours", "bare")))
            lines.append(f"| {found.clients} | {found.searches} | {cells} | {found.ratio:.2f} |")
        return lines

    def _targets(self) -> list[str]:
        worst = max(found.ratio for found in self.searches)
        rows = [
            ("documents/s, at least", TARGETS["documents_per_second"], self.whole.rate, True),
            ("rate of the build, of bare, at least", TARGETS["of_bare"], self.of_bare, True),
            ("peak of memory, MB, at most", TARGETS["peak_megabytes"], self.whole.peak_megabytes, False),
            ("time of searches, of bare, at most", TARGETS["search_of_bare"], worst, False),
            ("time of the update, of the build, at most", TARGETS["update_of_build"], self.update_of_build, False),
        ]
        lines = ["| target | | found | |", "|---|---:|---:|---|"]
        for name, wanted, found, least in rows:
            reached = found >= wanted if least else found <= wanted
            lines.append(f"| {name} | {wanted:g} | {found:.3g} | {'reached' if reached else 'missed'} |")
        return lines


def keep(report: Report, folder: Path) -> Path:
    """Write the report beside those of other sizes; returns its file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"index-{report.documents}.json"
    path.write_text(json.dumps(report.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def kept(folder: Path) -> list[dict[str, Any]]:
    """Return all reports that are kept, the smallest first."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("index-*.json")]
    return sorted(found, key=lambda report: int(report["documents"]))


def growth(reports: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return how figures grow with the number of documents, as a table in Markdown."""
    names = ("documents", "documents/s", "MB/s", "peak MB", "indices, MB", "update of 1 %, s")
    times = ("p50 / p95 / p99, ms, 1 client", "8 clients", "ours of bare")
    lines = [f"| {' | '.join(names + times)} |", "|---:|---:|---:|---:|---:|---:|---|---|---:|"]
    for report in reports:
        whole, changed = report["whole"], report["updating"]
        shown = [_times(found["ours"]) for found in report["searches"]]
        cells = [
            f"{report['documents']:,}",
            f"{report['documents_per_second']:.0f}",
            f"{whole['megabytes'] / whole['seconds']:.2f}",
            f"{whole['peak_megabytes']:.0f}",
            f"{changed['index_megabytes']:,.0f}",
            f"{changed['seconds']:.1f}",
            *shown,
            f"{max(found['ratio'] for found in report['searches']):.2f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _filling(name: str, found: Filling) -> str:
    node = "" if found.node is None else f"{1000 * found.node / found.documents:.1f}"
    cells = [
        name,
        f"{found.documents:,}",
        f"{found.seconds:.1f}",
        f"{found.rate:.0f}",
        f"{found.megabytes / found.seconds:.2f}",
        f"{found.peak_megabytes:.0f}",
        f"{1000 * found.ours / found.documents:.1f}",
        node,
    ]
    return f"| {' | '.join(cells)} |"


def _times(times: Mapping[str, float]) -> str:
    return " / ".join(f"{times[name]:.1f}" for name in ("p50", "p95", "p99"))
