"""The sum over all incentives, as a range that no stated cap is below."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from data.model import Incentive, OverallCap, Period, Yuan
from index.match.answers import Answer, of_beneficiary, worst
from index.match.conflicts import Numbers, best_choice, exclude
from index.match.firm import Firm
from index.match.judge import Assessment, Verdict
from index.match.money import MONTHS

Caps = Mapping[str, Sequence[OverallCap]]
"""The limits over several incentives of a document, by its id."""


@dataclass(frozen=True, slots=True)
class Total:
    """The sum from `low` to `high` yuan.

    sure: what those that can be claimed bring at most; the rest of `high` is to be confirmed. unknown: how many have
    no stated amount; they are in neither end. left_out: ids that are not in `high` because another one excludes them.
    capped: the limits that made the sum smaller.
    """

    low: Yuan
    high: Yuan
    sure: Yuan
    unknown: int
    left_out: frozenset[str]
    capped: tuple[OverallCap, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    """Parts that depend on each other, and the limits over them: numbers of parts and yuan."""

    parts: Sequence[Assessment]
    limits: Sequence[tuple[Numbers, int]]
    amounts: Sequence[int]

    def worth(self, chosen: Numbers) -> int:
        """Return what `chosen` bring within the limits, of which the smaller hold inside the larger."""
        left = {number: self.amounts[number] for number in chosen}
        for numbers, cap in self.limits:
            inside = [number for number in numbers if number in left]
            over = sum(left[number] for number in inside) - cap
            for number in inside:
                if over > 0:
                    taken = min(left[number], over)
                    left[number] -= taken
                    over -= taken
        return sum(left.values())


def total(assessments: Iterable[Assessment], firm: Firm, caps: Caps, day: date) -> Total:
    """Return the sum over the assessments that are not refused."""
    open_to = [found for found in assessments if found.estimate is not None]
    low = high = sure = 0
    left_out: set[str] = set()
    capped: list[OverallCap] = []
    for parts in _groups(open_to):
        bound, tight = _limits(parts, firm, caps, day, low=False), _limits(parts, firm, caps, day, low=True)
        highs = _Group(parts, [limit[:2] for limit in bound], [_high(found) for found in parts])
        certain = _Group(parts, highs.limits, [_high(found) if _sure(found) else 0 for found in parts])
        lows = _Group(parts, [limit[:2] for limit in tight], [_low(found) for found in parts])
        value, choice = best_choice(parts, highs.worth, low=False)
        high += value
        sure += best_choice(parts, certain.worth, low=False)[0]
        low += best_choice(parts, lows.worth, low=True)[0]
        left_out |= {parts[number].hit.id for number in set(range(len(parts))) - choice if highs.amounts[number]}
        capped += [cap for inside, limit, cap in bound if cap and _over(highs, choice & inside, limit)]
    unknown = sum(_unknown(found) for found in open_to)
    return Total(Yuan(low), Yuan(high), Yuan(sure), unknown, frozenset(left_out), tuple(capped))


def _over(group: _Group, inside: Numbers, limit: int) -> bool:
    return sum(group.amounts[number] for number in inside) > limit


def _high(found: Assessment) -> int:
    return (found.estimate.high or 0) if found.estimate else 0


def _low(found: Assessment) -> int:
    """Return the sure part; one without a stated upper end is in neither end."""
    return found.estimate.low if found.estimate and found.estimate.high is not None else 0


def _sure(found: Assessment) -> bool:
    return found.verdict is Verdict.CAN


def _unknown(found: Assessment) -> bool:
    return found.estimate is not None and found.estimate.high is None


def _groups(found: Sequence[Assessment]) -> list[list[Assessment]]:
    """Part the assessments so that neither exclusion nor a limit goes from one part to another."""
    together = list(range(len(found)))

    def root(number: int) -> int:
        while together[number] != number:
            number = together[number]
        return number

    first_of: dict[str, int] = {}
    by_kind: defaultdict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(found):
        together[root(number)] = root(first_of.setdefault(one.hit.document.id, number))
        for other in by_kind[one.hit.incentive.kind]:
            if exclude(one, found[other], low=True):
                together[root(number)] = root(other)
        by_kind[one.hit.incentive.kind].append(number)
    groups: defaultdict[int, list[Assessment]] = defaultdict(list)
    for number, one in enumerate(found):
        groups[root(number)].append(one)
    return list(groups.values())


def _limits(
    parts: Sequence[Assessment], firm: Firm, caps: Caps, day: date, *, low: bool
) -> list[tuple[Numbers, int, OverallCap | None]]:
    """Return the limits over `parts`, the narrower first: caps that clauses share, then those of the documents."""
    limits: list[tuple[Numbers, int, OverallCap | None]] = [(*shared, None) for shared in _shared_caps(parts)]
    for name in dict.fromkeys(found.hit.document.id for found in parts):
        inside = frozenset(n for n, found in enumerate(parts) if found.hit.document.id == name)
        for cap in _holding(caps.get(name, ()), firm, day, low=low):
            of_kind = frozenset(n for n in inside if cap.incentive_kind in {None, parts[n].hit.incentive.kind})
            limits.append((of_kind, _yearly(cap), cap))
    return sorted(limits, key=lambda limit: (len(limit[0]), limit[1]))


def _shared_caps(parts: Sequence[Assessment]) -> list[tuple[Numbers, int]]:
    """Return the caps for one firm that several clauses of a document name alike: it is one cap over all of them."""
    shared: defaultdict[tuple[str, str, int], set[int]] = defaultdict(set)
    for number, found in enumerate(parts):
        grant = found.hit.incentive
        if grant.cap_per_entity is not None:
            shared[found.hit.document.id, grant.kind, grant.cap_per_entity].add(number)
    return [(frozenset(numbers), cap) for (_, _, cap), numbers in shared.items() if len(numbers) > 1]


def _holding(caps: Sequence[OverallCap], firm: Firm, day: date, *, low: bool) -> list[OverallCap]:
    """Return the caps that hold for the firm.

    Where that is not decided, all hold for the lower end, and for the upper end the largest of those over one kind.
    """
    answers = [(cap, _for_firm(cap, firm, day)) for cap in caps]
    certain = [cap for cap, answer in answers if answer is Answer.YES]
    doubtful = [cap for cap, answer in answers if answer is Answer.OPEN]
    if low:
        return certain + doubtful
    kinds = {cap.incentive_kind for cap in doubtful} - {cap.incentive_kind for cap in certain}
    largest = [max((c for c in doubtful if c.incentive_kind == kind), key=_yearly) for kind in kinds]
    return certain + largest


def _for_firm(cap: OverallCap, firm: Firm, day: date) -> Answer:
    if cap.beneficiary is None:
        return Answer.YES
    bare = Incentive(no=cap.no, kind="other", trigger=cap.scope)
    return worst(reason.answer for reason in of_beneficiary(cap.beneficiary.removeprefix("单家"), firm, bare, day))


def _yearly(cap: OverallCap) -> int:
    return cap.amount * (MONTHS if cap.period is Period.MONTHLY else 1)
