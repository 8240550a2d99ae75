"""How well metadata is read: labelled strings against `read_string`, key by key.

A key counts right if its value is equal once white space is out, lists as sets. A value where the label says that
there is none (`null`, `[]`) is counted as wrongly filled.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from index.read.metadata import as_json, read_string


@dataclass(frozen=True, slots=True)
class Miss:
    """One value that is not as labelled."""

    id: str
    key: str
    expected: object
    found: object


@dataclass(frozen=True, slots=True)
class KeyScore:
    """Results of one key: of `total` labelled values `right` were met; `filled` were to be empty and are not."""

    key: str
    total: int
    right: int
    filled: int

    @property
    def share(self) -> float:
        """Return right / total."""
        return self.right / self.total


@dataclass(slots=True)
class _Tally:
    total: int = 0
    right: int = 0
    filled: int = 0
    misses: list[Miss] = field(default_factory=list)


def score(items: Iterable[Mapping[str, object]]) -> tuple[tuple[KeyScore, ...], tuple[Miss, ...]]:
    """Read each item's `text` and compare with its `expected`; return a score a key and all misses."""
    tallies: defaultdict[str, _Tally] = defaultdict(_Tally)
    for item in items:
        found, expected = as_json(read_string(str(item["text"]))), item["expected"]
        if not isinstance(expected, Mapping):
            raise TypeError(f"item {item['id']} has no expected values")
        for key, value in expected.items():
            _count(tallies[key], Miss(str(item["id"]), key, value, found[key]))
    scores = tuple(KeyScore(key, tally.total, tally.right, tally.filled) for key, tally in sorted(tallies.items()))
    return scores, tuple(miss for _, tally in sorted(tallies.items()) for miss in tally.misses)


def load_items(path: Path) -> tuple[Mapping[str, object], ...]:
    """Read a labelled set, one JSON object a line. Raises OSError or ValueError."""
    return tuple(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def report(scores: Iterable[KeyScore]) -> str:
    """Return the scores as a table in Markdown."""
    lines = ["| key | right | of | share | wrongly filled |", "| --- | --- | --- | --- | --- |"]
    lines += [f"| {row.key} | {row.right} | {row.total} | {row.share:.3f} | {row.filled} |" for row in scores]
    return "\n".join(lines)


def _count(tally: _Tally, pair: Miss) -> None:
    tally.total += 1
    if _same(pair.key, pair.expected, pair.found):
        tally.right += 1
        return
    tally.filled += pair.expected is None or pair.expected == []
    tally.misses.append(pair)


def _same(key: str, expected: object, found: object) -> bool:
    if key == "expires" and isinstance(expected, str) and isinstance(found, str):
        return abs((date.fromisoformat(expected) - date.fromisoformat(found)).days) <= 1
    return _plain(expected) == _plain(found)


def _plain(value: object) -> object:
    if isinstance(value, str):
        return "".join(value.split())
    return frozenset(map(_plain, value)) if isinstance(value, list) else value
