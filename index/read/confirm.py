"""The incentives of the catalog beside those that the page itself makes.

One that a clause of the page confirms gets its words and becomes 原文. One of the same kind with other figures is a
conflict: what the page says is taken, and what the catalog said is shown. The rest of both stays, each with its basis.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from data.model import Basis, Conflict, Incentive, Origin, Said


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The incentives of both, by number, and where they disagree."""

    incentives: tuple[Incentive, ...]
    conflicts: tuple[Conflict, ...]


def confirm(known: Sequence[Incentive], read: Sequence[Incentive]) -> Confirmed:
    """Return the incentives of the catalog (`known`) and of the page (`read`) as one. Numbers of the catalog stay."""
    left = list(read)
    merged: list[Incentive] = []
    unsure: list[Incentive] = []
    for grant in known:
        same = next((other for other in left if _same_figures(grant, other)), None)
        if same is None:
            unsure.append(grant)
            continue
        left.remove(same)
        merged.append(_with_words(grant, same))
    conflicts = []
    for grant in unsure:
        other = _only_rival(grant, unsure, left)
        if other is not None:
            left.remove(other)
            conflicts.append(_conflict(grant, other))
        merged.append(grant if other is None else _with_figures(_with_words(grant, other), other))
    merged.sort(key=lambda grant: grant.no)
    return Confirmed((*merged, *_numbered(left, known)), tuple(conflicts))


def _same_figures(grant: Incentive, other: Incentive) -> bool:
    if grant.kind != other.kind or grant.amount_max != other.amount_max:
        return False
    if grant.amount_max is None:
        return bool(grant.rates) and set(grant.rates) == set(other.rates)
    tiers = not grant.tiers or not other.tiers or set(grant.tiers) == set(other.tiers)
    rates = not grant.rates or not other.rates or bool(set(grant.rates) & set(other.rates))
    return tiers and rates


def _only_rival(grant: Incentive, unsure: Sequence[Incentive], left: Sequence[Incentive]) -> Incentive | None:
    """Return the page's grant that must be this one: each side has one of its kind left, and both have figures."""
    mine = [other for other in unsure if other.kind == grant.kind]
    theirs = [other for other in left if other.kind == grant.kind]
    if len(mine) != 1 or len(theirs) != 1:
        return None
    return theirs[0] if grant.amount_max is not None and theirs[0].amount_max is not None else None


def _with_words(grant: Incentive, other: Incentive) -> Incentive:
    """Return a grant of the catalog with what its clause on the page adds."""
    return replace(
        grant,
        basis=Basis.OFFICIAL_PAGE,
        quote=other.quote,
        span=other.span,
        rule=other.rule,
        clause=other.clause or grant.clause,
        up_to=other.up_to,
        beneficiary=grant.beneficiary or other.beneficiary,
        tiers=grant.tiers or other.tiers,
        floor=grant.floor if other.floor is None else other.floor,
        rates=grant.rates or other.rates,
        per=other.per or grant.per,
        period=other.period or grant.period,
        cap_per_entity=grant.cap_per_entity if other.cap_per_entity is None else other.cap_per_entity,
        pool=grant.pool if other.pool is None else other.pool,
        duration=other.duration,
        conditions=other.conditions,
        stacking=other.stacking,
    )


def _with_figures(grant: Incentive, other: Incentive) -> Incentive:
    return replace(grant, amount_max=other.amount_max, tiers=other.tiers, rates=other.rates, floor=other.floor)


def _conflict(grant: Incentive, other: Incentive) -> Conflict:
    return Conflict(
        f"incentives.{grant.no}",
        (
            Said("amount_max", Origin.TEXT, str(other.amount_max), other.quote or ""),
            Said("amount_max", Origin.CATALOG, str(grant.amount_max), grant.note or grant.trigger),
        ),
    )


def _numbered(left: Sequence[Incentive], known: Sequence[Incentive]) -> Iterator[Incentive]:
    first = max((grant.no for grant in known), default=0) + 1
    for number, grant in enumerate(left, first):
        yield replace(grant, no=number)
