"""Which incentives exclude each other (就高不重复), and the best choice among them.

What the words do not decide makes the range wider: for the lower end it excludes, for the upper end it does not.
"""

from collections.abc import Callable, Iterator, Sequence

from data.model import Incentive
from index.match.judge import Assessment
from index.match.money import is_further
from index.match.needs import own_paper
from index.match.words import match_words, says

MOST_CHOICES = 1000
Numbers = frozenset[int]


def exclude(one: Assessment, other: Assessment, *, low: bool) -> bool:
    """Say whether only one of the two is paid. low: for the lower end, where doubt excludes."""
    first, second = one.hit.incentive, other.hit.incentive
    same_document = one.hit.document.id == other.hit.document.id
    exclusive = [grant for grant in (first, second) if is_exclusive(grant)]
    if same_document and exclusive and first.stacking == second.stacking:
        return True
    if first.kind != second.kind:
        return False
    if exclusive:
        return same_document or low or any(_across(grant) for grant in exclusive)
    return _same_reward(one, other, low=low)


def is_exclusive(grant: Incentive) -> bool:
    """Say whether the words on stacking exclude anything."""
    return says(match_words().exclusive, grant.stacking) is not None and not _additive(grant)


def _additive(grant: Incentive) -> bool:
    table = match_words()
    return bool(says(table.additive, grant.stacking)) and not says(table.not_additive, grant.stacking)


def _across(grant: Incentive) -> bool:
    return says(match_words().across_levels, grant.stacking) is not None


def _same_reward(one: Assessment, other: Assessment, *, low: bool) -> bool:
    """Say whether two of one kind, of which no words exclude the other, are paid once.

    One place rewards one filing once, however many documents or clauses say it; further ones go on top. Beyond that
    it is open whether two of a kind, of one level or of several, are paid side by side, unless their words say so.
    """
    first, second = one.hit.incentive, other.hit.incentive
    if is_further(first) != is_further(second):
        return False
    if own_paper(first) is not None and one.hit.document.region == other.hit.document.region:
        return True
    return low and not (_additive(first) or _additive(second))


def best_choice(parts: Sequence[Assessment], worth: Callable[[Numbers], int], *, low: bool) -> tuple[int, Numbers]:
    """Return the most that a choice of `parts` without a conflict is worth, and that choice as numbers of parts.

    worth: of a choice; it never falls when one more is chosen. Beyond 1,000 choices the best of those seen counts.
    """
    conflicts = _conflicts(parts, low=low)
    best: tuple[int, Numbers] = (0, frozenset())
    for number, choice in enumerate(_choices(frozenset(range(len(parts))), conflicts)):
        value = worth(choice)
        if value > best[0]:
            best = value, choice
        if number == MOST_CHOICES:
            break
    return best


def _conflicts(parts: Sequence[Assessment], *, low: bool) -> dict[int, Numbers]:
    numbers = range(len(parts))
    return {
        one: frozenset(other for other in numbers if other != one and exclude(parts[one], parts[other], low=low))
        for one in numbers
    }


def _choices(left: Numbers, conflicts: dict[int, Numbers], chosen: Numbers = frozenset()) -> Iterator[Numbers]:
    """Yield choices of which every largest one is among: each of the first part and those that it excludes is tried."""
    free = frozenset(number for number in left if not conflicts[number] & left)
    chosen, left = chosen | free, left - free
    if not left:
        yield chosen
        return
    first = min(left, key=lambda number: (len(conflicts[number] & left), number))
    for number in sorted(conflicts[first] & left | {first}):
        yield from _choices(left - conflicts[number] - {number}, conflicts, chosen | {number})
