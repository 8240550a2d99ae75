"""The tree of places: GB/T 2260 and the development zones, read from `tables/regions.csv`."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from data.model import Region, RegionLevel
from data.strict import TableError, TableProblem

COLUMNS = ["code", "name", "level", "parent", "aliases"]
COUNTRY = "000000"


class Regions(Mapping[str, Region]):
    """All regions by code, in the order of the table, with the ways up and down the tree."""

    def __init__(self, regions: Iterable[Region]) -> None:
        self._by_code = {region.code: region for region in regions}
        self._children: defaultdict[str | None, list[Region]] = defaultdict(list)
        self._by_name: defaultdict[str, list[Region]] = defaultdict(list)
        for region in self._by_code.values():
            self._children[region.parent].append(region)
            for name in (region.name, *region.aliases):
                self._by_name[name].append(region)

    def __getitem__(self, code: str) -> Region:
        return self._by_code[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_code)

    def __len__(self) -> int:
        return len(self._by_code)

    def children(self, code: str) -> tuple[Region, ...]:
        """Regions one step below `code`."""
        return tuple(self._children.get(code, ()))

    def path(self, code: str) -> tuple[Region, ...]:
        """Regions from the country down to `code`, both included. Raises KeyError for an unknown code."""
        region = self[code]
        above = self.path(region.parent) if region.parent else ()
        return (*above, region)

    def named(self, name: str) -> tuple[Region, ...]:
        """All regions that are called `name`, by name or alias; empty if none is."""
        return tuple(self._by_name.get(name, ()))

    def full_name(self, code: str) -> str:
        """Name as people write it in full, e.g. 浙江省杭州市西湖区; 全国 for the country.

        A zone that has its city's name in its own is not named after it twice: 四川省成都高新技术产业开发区.
        """
        path = self.path(code)
        if path[-1].level is RegionLevel.ZONE and path[-1].name.startswith(path[-2].name.removesuffix("市")):
            path = (*path[:-2], path[-1])
        return "".join(region.name for region in path[1:]) or path[0].name


def read_regions(path: Path) -> Regions:
    """Read the CSV table. Raises `TableError` that names row and column."""
    regions: list[Region] = []
    problems: list[TableProblem] = []
    known: set[str] = set()
    for code, row in _rows(path):
        try:
            regions.append(_region(row, known))
        except ValueError as error:
            column, _, problem = str(error).partition(": ")
            problems.append(TableProblem(path.name, code, column, problem))
        known.add(code)
    if problems:
        raise TableError(problems)
    return Regions(regions)


def _rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file, strict=True)
            if next(reader, None) != COLUMNS:
                raise TableError([TableProblem(path.name, "1", "-", "the first line must be " + ",".join(COLUMNS))])
            for number, cells in enumerate(reader, 2):
                if len(cells) != len(COLUMNS):
                    raise TableError([TableProblem(path.name, f"line {number}", "-", f"{len(cells)} cells, not 5")])
                yield cells[0], dict(zip(COLUMNS, cells, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TableError([TableProblem(path.name, "-", "-", f"cannot be read: {error}")]) from error


def _region(row: dict[str, str], known: set[str]) -> Region:
    if row["code"] in known:
        raise ValueError("code: stands twice")
    if not row["code"] or not row["name"]:
        raise ValueError("code: code and name must not be empty")
    if row["level"] not in set(RegionLevel):
        raise ValueError(f"level: {row['level']!r} is none of {', '.join(RegionLevel)}")
    if row["code"] != COUNTRY and row["parent"] not in known:
        raise ValueError(f"parent: {row['parent']!r} does not stand above this row")
    aliases = tuple(row["aliases"].split("|")) if row["aliases"] else ()
    if "" in aliases or len(set(aliases)) < len(aliases):
        raise ValueError("aliases: an alias is empty or stands twice")
    return Region(row["code"], row["name"], RegionLevel(row["level"]), row["parent"] or None, aliases)
