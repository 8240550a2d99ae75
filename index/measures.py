"""How good a ranked list is against grades: nDCG, reciprocal rank, recall. Pure arithmetic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2

Grades = Mapping[str, int]
"""Grade by id; what is not judged is 0."""

RELEVANT = 1


@dataclass(frozen=True, slots=True)
class Measures:
    """Means over queries: nDCG@10 (gain 2^grade - 1), MRR@10 and recall@50 (grade 1 or more). queries: how many."""

    queries: int
    ndcg: float
    mrr: float
    recall: float


def ndcg(found: Sequence[str], grades: Grades, depth: int = 10) -> float:
    """Return the discounted gain of the first `depth` as a share of the best that there can be; 0 if there is none."""
    best = sorted(grades.values(), reverse=True)[:depth]
    ideal = _gain(best)
    return _gain([grades.get(name, 0) for name in found[:depth]]) / ideal if ideal else 0.0


def reciprocal_rank(found: Sequence[str], grades: Grades, depth: int = 10) -> float:
    """Return 1 / place of the first relevant one within `depth`, else 0."""
    places = (place for place, name in enumerate(found[:depth], 1) if grades.get(name, 0) >= RELEVANT)
    return next((1 / place for place in places), 0.0)


def recall(found: Sequence[str], grades: Grades, depth: int = 50) -> float:
    """Return the share of all relevant ones within `depth`; 0 if there is none."""
    wanted = {name for name, grade in grades.items() if grade >= RELEVANT}
    return len(wanted.intersection(found[:depth])) / len(wanted) if wanted else 0.0


def measured(lists: Sequence[tuple[Sequence[str], Grades]]) -> Measures:
    """Return the means over (found, grades) of all queries."""
    count = len(lists)
    means = (
        sum(measure(found, grades) for found, grades in lists) / max(count, 1)
        for measure in (ndcg, reciprocal_rank, recall)
    )
    return Measures(count, *means)


def _gain(grades: Sequence[int]) -> float:
    return sum(float(2**grade - 1) / log2(place + 1) for place, grade in enumerate(grades, 1))
