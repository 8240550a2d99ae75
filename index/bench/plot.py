"""How building and searching grow with the number of documents, as an SVG."""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

WIDTH, HEIGHT = 900, 640


def can_plot() -> bool:
    """Say whether the library is there: it is one of development only."""
    return find_spec("leather") is not None


def plot(reports: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draw all reports into one file, the smallest first."""
    import leather

    grid = leather.Grid()
    for title, values in _series(reports).items():
        chart = leather.Chart(title)
        for name, points in values.items():
            chart.add_line(points, name=name)
        chart.add_y_scale(0, 1.1 * max(y for points in values.values() for _, y in points) or 1)
        chart.add_x_axis(name="documents")
        grid.add_one(chart)
    grid.to_svg(str(path), width=WIDTH, height=HEIGHT)


def _series(reports: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, list[tuple[int, float]]]]:
    """Return points by line and chart."""

    def points(value: Any) -> list[tuple[int, float]]:  # noqa: ANN401 - a function of a report
        return [(int(report["documents"]), float(value(report))) for report in reports]

    return {
        "Build: documents a second": {
            "all": points(lambda report: report["documents_per_second"]),
            "bare, sample": points(lambda report: _best(report["bare"])),
            "ours, sample": points(lambda report: _best(report["ours"])),
        },
        "Build: peak of memory, MB": {"process": points(lambda report: report["whole"]["peak_megabytes"])},
        "Search, 1 client, ms": {
            name: points(lambda report, name=name: report["searches"][0]["ours"][name])
            for name in ("p50", "p95", "p99")
        },
        "Update of 1 %, s": {"update": points(lambda report: report["updating"]["seconds"])},
    }


def _best(fillings: Sequence[Mapping[str, Any]]) -> float:
    return max(float(filling["documents"] / filling["seconds"]) for filling in fillings)
