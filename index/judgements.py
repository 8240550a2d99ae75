"""The judged queries of `data/tables/judgements.csv`, in two halves: one to tune on, one to control."""

import csv
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from data.strict import TableError, TableProblem
from data.tables import TABLES

PATH = TABLES / "judgements.csv"
COLUMNS = ["query", "kind_of_query", "id", "grade", "index"]
INDICES = ("documents", "incentives")
GRADES = ("1", "2", "3")


class Half(StrEnum):
    """Weights are set on the tuning half only; the control half says what they are worth."""

    TUNING = "tuning"
    CONTROL = "control"


@dataclass(frozen=True, slots=True)
class Judged:
    """One query for one index (`documents` or `incentives`), its kind, and the grades of ids, 1 to 3."""

    query: str
    kind: str
    index: str
    grades: dict[str, int]

    @property
    def half(self) -> Half:
        """Half by hash of the query, the same for ever."""
        return list(Half)[sha256(self.query.encode()).digest()[0] % 2]


def read_judgements(path: Path = PATH) -> tuple[Judged, ...]:
    """Return all judged queries in the order of the table. Raises `TableError`."""
    found: dict[tuple[str, str], Judged] = {}
    problems: list[TableProblem] = []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if reader.fieldnames != COLUMNS:
            raise TableError([TableProblem(path.name, "line 1", "-", "must be " + ",".join(COLUMNS))])
        for number, row in enumerate(reader, 2):
            if row["grade"] not in GRADES or row["index"] not in INDICES:
                problems.append(
                    TableProblem(path.name, f"line {number}", "grade", "needs a grade of 1 to 3 and an index")
                )
                continue
            new = Judged(row["query"], row["kind_of_query"], row["index"], {})
            found.setdefault((row["query"], row["index"]), new).grades[row["id"]] = int(row["grade"])
    if problems:
        raise TableError(problems)
    return tuple(found.values())
