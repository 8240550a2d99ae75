"""How well incentives are read: predicted against labelled facts, at three levels.

Levels: kind; kind and amount; kind, amount and rate. Facts are matched one to one, as many as possible.
`python -m index.read.score FILE` prints the table for a file of labelled clauses (JSON lines with `id`, `text`,
`expected`, `not_incentive_amounts`); items without an expected fact are the negatives.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Fact = Mapping[str, Any]
LEVELS = ("kind", "kind+amount", "kind+amount+rate")
FIELDS = ("tiers_cny", "per", "one_time", "pool_total_cny")
NEAR = 0.1
"""Two rates that differ by no more percent than this are one: a third is printed as 33.33 or 33.3."""


@dataclass(slots=True)
class Count:
    """Facts at one level: found, reported too much, missed."""

    matched: int = 0
    extra: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Return the share of the reported facts that are right; 1 if none is reported."""
        return self.matched / (self.matched + self.extra) if self.matched + self.extra else 1.0

    @property
    def recall(self) -> float:
        """Return the share of the labelled facts that were found; 1 if none is labelled."""
        return self.matched / (self.matched + self.missed) if self.matched + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        both = 2 * self.matched + self.extra + self.missed
        return 2 * self.matched / both if both else 1.0


@dataclass(slots=True)
class Scores:
    """The scores of a set.

    facts: by level. by_kind: by kind, at the level kind+amount. items_right: items with all facts right, by level.
    alarms: ids of negatives with an amount reported; bare_alarms: with a fact without an amount. leaks: (id, amount) of
    reported amounts that are no rewards. wrong: ids of positive items not right at kind+amount. equal: of `compared`
    pairs, how many agree in a field.
    """

    facts: dict[str, Count] = field(default_factory=lambda: {level: Count() for level in LEVELS})
    by_kind: dict[str, Count] = field(default_factory=dict)
    items_right: Counter[str] = field(default_factory=Counter)
    positives: int = 0
    negatives: int = 0
    alarms: list[str] = field(default_factory=list)
    bare_alarms: list[str] = field(default_factory=list)
    leaks: list[tuple[str, int]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    compared: int = 0
    equal: Counter[str] = field(default_factory=Counter)

    @property
    def false_alarms(self) -> float:
        """Return the share of negatives for which an amount is reported; 0 if there are none."""
        return len(self.alarms) / self.negatives if self.negatives else 0.0

    def table(self) -> str:
        """Return the scores as lines of text."""
        lines = [f"{'level':<18}{'P':>7}{'R':>7}{'F1':>7}  items"]
        for level in LEVELS:
            count = self.facts[level]
            right = f"{self.items_right[level]}/{self.positives}"
            lines.append(f"{level:<18}{count.precision:>7.3f}{count.recall:>7.3f}{count.f1:>7.3f}  {right}")
        lines += [
            f"  {kind:<24}{count.f1:.3f} ({count.matched}+{count.missed})"
            for kind, count in sorted(self.by_kind.items())
        ]
        lines.append(
            f"false alarms {len(self.alarms)}/{self.negatives} {self.alarms} without amount {self.bare_alarms}"
        )
        lines.append(f"leaks {self.leaks}")
        lines.append("  ".join(f"{name} {self.equal[name]}/{self.compared}" for name in FIELDS))
        lines.append(f"not right: {' '.join(self.wrong)}")
        return "\n".join(lines)


def score(expected_items: Iterable[Mapping[str, Any]], predicted: Mapping[str, Sequence[Fact]]) -> Scores:
    """Compare labelled items with the facts predicted for their ids; an id without a prediction counts as none."""
    scores = Scores()
    for item in expected_items:
        facts = predicted.get(item["id"], ())
        if item["expected"]:
            _positive(item, facts, scores)
        else:
            _negative(item["id"], facts, scores)
        _leaks(item, facts, scores)
    return scores


def _positive(item: Mapping[str, Any], facts: Sequence[Fact], scores: Scores) -> None:
    scores.positives += 1
    expected: Sequence[Fact] = item["expected"]
    for number, level in enumerate(LEVELS):
        pairs = _pair(expected, facts, number)
        _count(scores.facts[level], len(pairs), len(facts), len(expected))
        right = len(pairs) == len(facts) == len(expected)
        scores.items_right[level] += right
        if number == 1:
            _second_level(item["id"], expected, facts, pairs, right=right, scores=scores)


def _second_level(
    name: str,
    expected: Sequence[Fact],
    facts: Sequence[Fact],
    pairs: list[tuple[int, int]],
    *,
    right: bool,
    scores: Scores,
) -> None:
    if not right:
        scores.wrong.append(name)
    scores.compared += len(pairs)
    for mine, theirs in pairs:
        scores.equal.update(name for name in FIELDS if facts[theirs].get(name) == expected[mine].get(name))
    for kind in {fact["kind"] for fact in (*expected, *facts)}:
        matched = sum(expected[mine]["kind"] == kind for mine, _ in pairs)
        total = scores.by_kind.setdefault(kind, Count())
        _count(
            total, matched, sum(fact["kind"] == kind for fact in facts), sum(fact["kind"] == kind for fact in expected)
        )


def _count(count: Count, matched: int, reported: int, labelled: int) -> None:
    count.matched += matched
    count.extra += reported - matched
    count.missed += labelled - matched


def _negative(name: str, facts: Sequence[Fact], scores: Scores) -> None:
    scores.negatives += 1
    if any(fact.get("amount_max_cny") is not None or fact.get("tiers_cny") for fact in facts):
        scores.alarms.append(name)
    elif facts:
        scores.bare_alarms.append(name)


def _leaks(item: Mapping[str, Any], facts: Sequence[Fact], scores: Scores) -> None:
    labelled = set().union(*map(_amounts, item["expected"])) if item["expected"] else set()
    others = {other["amount_cny"] for other in item.get("not_incentive_amounts", ())} - {None} - labelled
    scores.leaks += [(item["id"], amount) for fact in facts for amount in sorted(_amounts(fact) & others)]


def _amounts(fact: Fact) -> set[int]:
    return {*fact.get("tiers_cny", ()), fact.get("amount_max_cny")} - {None}


def _pair(expected: Sequence[Fact], facts: Sequence[Fact], level: int) -> list[tuple[int, int]]:
    """Return pairs (labelled, predicted), as many as possible: augmenting paths over the facts that fit."""
    fits = [[place for place, fact in enumerate(facts) if _fits(label, fact, level)] for label in expected]
    taken: dict[int, int] = {}

    def place(label: int, seen: set[int]) -> bool:
        for fact in fits[label]:
            if fact not in seen:
                seen.add(fact)
                if fact not in taken or place(taken[fact], seen):
                    taken[fact] = label
                    return True
        return False

    for label in range(len(expected)):
        place(label, set())
    return [(label, fact) for fact, label in taken.items()]


def _fits(label: Fact, fact: Fact, level: int) -> bool:
    if label["kind"] != fact["kind"]:
        return False
    if level >= 1 and label["amount_max_cny"] != fact.get("amount_max_cny"):
        return False
    return level < 2 or _same_rate(label["rate_percent"], fact.get("rate_percent"))


def _same_rate(label: Any, found: Any) -> bool:  # noqa: ANN401 - a number, a list of numbers or null
    labelled, reported = _rates(label), _rates(found)
    if len(labelled) > 1 and len(reported) == 1:
        return abs(labelled[0] - reported[0]) <= NEAR
    if len(labelled) != len(reported):
        return False
    return all(abs(one - other) <= NEAR for one, other in zip(sorted(labelled), sorted(reported), strict=True))


def _rates(value: Any) -> list[float]:  # noqa: ANN401 - a number, a list of numbers or null
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def main(arguments: Sequence[str]) -> int:
    """Print the scores of the reader on the files of labelled clauses named."""
    from index.read.incentives import as_json, read_clause

    if not arguments:
        sys.stderr.write("name one or more files of labelled clauses\n")
        return 2
    for name in arguments:
        try:
            items = [json.loads(line) for line in Path(name).read_text(encoding="utf-8").splitlines() if line.strip()]
        except (OSError, ValueError) as error:
            sys.stderr.write(f"{name} cannot be read as JSON lines: {error}\n")
            return 1
        predicted = {item["id"]: [as_json(found) for found in read_clause(item["text"])] for item in items}
        sys.stdout.write(f"{name}\n{score(items, predicted).table()}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
