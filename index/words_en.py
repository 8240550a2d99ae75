"""How amounts and dates are said in English. The Chinese, and what each function means, stand in `index.words`."""

from datetime import date
from decimal import Decimal

from data.model import Incentive, Yuan
from data.tables import Terms
from index.words import say_rate

ABSENT = "not stated"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def say_money(amount: Yuan) -> str:
    """Return an amount in full, so that no unit can be mistaken: CNY 1,000,000."""
    return f"CNY {amount:,}"


def say_brief(amount: Yuan) -> str:
    """Return an amount for a narrow place, without its currency: 1M, 500k; what would be rounded stays whole."""
    for unit, name in ((1_000_000, "M"), (1_000, "k")):
        if amount >= unit and amount % (unit // 100) == 0:
            return f"{Decimal(amount) / unit}{name}"
    return f"{amount:,}"


def say_amount(grant: Incentive) -> str:
    """Return what one unit gets: CNY 1,000,000; 30%, up to CNY 10,000,000; CNY 500,000 / CNY 100,000; not stated."""
    rates = " / ".join(map(say_rate, grant.rates))
    if grant.amount_max is None:
        return rates or ABSENT
    if grant.tiers:
        money = " / ".join(map(say_money, grant.tiers))
    elif grant.floor is not None:
        money = f"{say_money(grant.floor)} to {say_money(grant.amount_max)}"
    else:
        money = f"{'up to ' if rates or grant.up_to else ''}{say_money(grant.amount_max)}"
    return f"{rates}, {money}" if rates else money


def say_terms(grant: Incentive, terms: Terms) -> list[str]:
    """Return what qualifies the amount: unit, period, cap for one firm, size of the pot."""
    parts = [terms[value].en for value in (grant.per, grant.period) if value]
    if grant.cap_per_entity is not None:
        parts.append(f"at most {say_money(grant.cap_per_entity)} in all for each firm")
    if grant.pool is not None:
        parts.append(f"pool of {say_money(grant.pool)} (not for one firm)")
    return parts


def say_date(day: date | None) -> str:
    """Return a date as 20 Nov 2026, or not stated."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if day else ABSENT
