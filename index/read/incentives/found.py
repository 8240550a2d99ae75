"""What reading gives: an incentive with its words, and how it is written as JSON."""

from dataclasses import dataclass
from typing import Any

from data.model import Incentive, Per, Percent, Period, Span, Yuan

_BY_TIME = {
    (Per.ENTITY, Period.YEARLY): "entity_year", (Per.PROJECT, Period.YEARLY): "project_year",
    (Per.PLATFORM, Period.YEARLY): "platform_year", (Per.TEAM, Period.YEARLY): "team_year",
    (Per.PERSON, Period.YEARLY): "person_year", (Per.PERSON, Period.MONTHLY): "person_month",
    (None, Period.YEARLY): "entity_year",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NoReward:
    """An amount that nobody is paid. amount: yuan, `None` in another currency. role, rule: what it is, and why."""

    amount: Yuan | None
    role: str
    rule: str
    span: Span
    quote: str


@dataclass(frozen=True, slots=True)
class Found:
    """One grant that a text makes.

    incentive: with quote and span in the text. once: 一次性 is said. others: amounts of its part that are no rewards.
    """

    incentive: Incentive
    once: bool = False
    others: tuple[NoReward, ...] = ()


def as_json(found: Found) -> dict[str, Any]:
    """Return the grant as plain values; absent is None, or an empty list for tiers."""
    grant = found.incentive
    return {
        "kind": grant.kind,
        "amount_max_cny": grant.amount_max,
        "tiers_cny": list(grant.tiers),
        "rate_percent": _rates(grant.rates),
        "per": _BY_TIME.get((grant.per, grant.period or Period.ONCE), grant.per and str(grant.per)),
        "period": grant.duration,
        "one_time": found.once or None,
        "beneficiary": grant.beneficiary,
        "trigger": grant.trigger,
        "pool_total_cny": grant.pool,
        "quote": grant.quote,
        "rule": grant.rule,
    }


def _rates(rates: tuple[Percent, ...]) -> int | float | list[int | float] | None:
    plain = [int(rate) if float(rate).is_integer() else float(rate) for rate in rates]
    return plain[0] if len(plain) == 1 else plain or None
