"""What one incentive brings one firm in a year, as a range, with how it was reckoned.

The lower end holds only what the words promise; whatever they leave open is in the upper end. Both are monotone in
every spending. A pool (资金总额) is no amount: it only limits.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from functools import cache

from data.model import Incentive, Per, Percent, Period, Yuan
from index.match.firm import SPEND_NAMES, Firm, Paper, Spend
from index.match.needs import own_paper, own_spend, words_of
from index.match.words import any_of, match_words, says
from index.read.characters import fold
from index.said import Said, SaidMoney, SaidRow
from index.words import say_rate

MONTHS = 12
_COUNTED = {Per.MODEL, Per.PRODUCT, Per.ALGORITHM}


@dataclass(frozen=True, slots=True)
class Estimate:
    """From `low` to `high` yuan. high is `None` where no amount is stated. steps: how it was reckoned, in Chinese."""

    low: Yuan
    high: Yuan | None
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Units:
    """How many units are paid in a year, at least and at most."""

    least: int
    most: int
    says: str | None = None


def estimate(grant: Incentive, firm: Firm, *, sure: bool) -> Estimate:
    """Return the range. sure: the firm fulfils all that is asked; otherwise the lower end is 0."""
    units = _units(grant, firm)
    one = _share(grant, firm, units) if grant.rates else _amount(grant, firm, units)
    steps = [*one.steps, *([units.says] if units.says else [])]
    low: int = one.low
    high: int | None = one.high
    if grant.cap_per_entity is not None:
        low, high = _within(low, high, grant.cap_per_entity)
        steps.append(Said("每家企业最高 {money}", money=SaidMoney(grant.cap_per_entity)))
    if grant.pool is not None:
        low, high = min(low, grant.pool), high if high is None else min(high, grant.pool)
        steps.append(Said("资金总额 {money}是全部企业的，不计入估算", money=SaidMoney(grant.pool)))
    if not sure and low:
        low = 0
        steps.append(Said("需人工确认，下限按 0 计"))
    return Estimate(Yuan(low), None if high is None else Yuan(high), tuple(steps))


def is_further(grant: Incentive) -> bool:
    """Say whether it is paid for each one beyond the first only."""
    return says(match_words().further, grant.trigger) is not None


def _within(low: int, high: int | None, cap: int) -> tuple[int, int]:
    return min(low, cap), cap if high is None else min(high, cap)


def _amount(grant: Incentive, firm: Firm, units: Units) -> Estimate:
    """Return a sum without a rate. A subsidy 'up to' an amount pays no more than what was spent."""
    most = grant.amount_max
    if most is None:
        return Estimate(Yuan((grant.floor or 0) * units.least), None, (Said("金额未载明"),))
    low, step = _least(grant, most)
    high, steps = most * units.most, [step]
    spend = own_spend(grant)
    spent = firm.spends.get(spend) if spend else None
    if grant.up_to and spend and spent is not None and spent < high:
        high = spent
        steps.append(Said("比例未载明，最多按{what}全额计", what=SPEND_NAMES[spend]))
    return Estimate(Yuan(min(low * units.least, high)), Yuan(high), tuple(steps))


def _least(grant: Incentive, most: Yuan) -> tuple[int, str]:
    amount, floor = SaidMoney(most), grant.floor or Yuan(0)
    cases = (
        (grant.floor is not None, floor, Said("{low} 至 {high}", low=SaidMoney(floor), high=amount)),
        (grant.up_to, 0, Said("最高 {money}：只写了上限，下限按 0 计", money=amount)),
        (own_paper(grant) is None, 0, Said("{money}：补贴比例或给多少的办法未载明，下限按 0 计", money=amount)),
        (bool(grant.tiers), min(grant.tiers, default=0), _tiers(grant)),
    )
    return next(((low, step) for fits, low, step in cases if fits), (most, amount))


def _tiers(grant: Incentive) -> Said:
    return Said("分档：{money}", money=SaidRow(map(SaidMoney, grant.tiers), " / "))


def _share(grant: Incentive, firm: Firm, units: Units) -> Estimate:
    """Return a share of what was spent, up to the cap of each unit."""
    base, rates = base_of(grant), _rates(grant, firm)
    cap = None if grant.amount_max is None else grant.amount_max * units.most
    said = SaidRow(map(say_rate, rates), "、")
    limit = "" if cap is None else Said("，最高 {money}", money=SaidMoney(Yuan(cap)))
    spent = firm.spends.get(base) if base else None
    if base is None or spent is None:
        what = Said("{what}未填写", what=SPEND_NAMES[base]) if base else Said("乘以哪一项支出，表格没有问到")
        step = Said("{rates}{limit}：{what}，下限按 0 计", rates=said, limit=limit, what=what)
        return Estimate(Yuan(0), None if cap is None else Yuan(cap), (step,))
    steps = [_product(base, spent, said, limit)]
    low, high = _part(spent, min(rates)), _part(spent, max(rates))
    if _rate_is_limit(grant, rates):
        low = 0
        steps.append(Said("比例或金额只写了上限，下限按 0 计"))
    if spent and grant.floor:
        low, high = max(low, grant.floor), max(high, grant.floor)
    if cap is not None:
        low, high = min(low, *(grant.tiers or (grant.amount_max or 0,))), min(high, cap)
    return Estimate(Yuan(low), Yuan(high), tuple(steps))


def _product(base: Spend, spent: Yuan, rates: str, limit: str) -> Said:
    return Said(
        "{what} {money} × {rates}{limit}", what=SPEND_NAMES[base], money=SaidMoney(spent), rates=rates, limit=limit
    )


def _part(spent: Yuan, rate: Percent) -> int:
    return int((Decimal(spent) * Decimal(str(rate)) / 100).to_integral_value(ROUND_FLOOR))


def base_of(grant: Incentive) -> Spend | None:
    """Return the spending that the rate is a share of, `None` where it is none of the form or not said."""
    table, words = match_words(), words_of(grant)
    if says(table.other_bases, words):
        return None
    return own_spend(grant) or (Spend.RND if says(table.rnd_base, words) else None)


def _rates(grant: Incentive, firm: Firm) -> tuple[Percent, ...]:
    """Return the rates that can apply: one that is for start-ups only for them, and no other for them."""
    words = fold("\n".join([grant.trigger, grant.quote or "", *(condition.words for condition in grant.conditions)]))
    found = _for_startups().search(words)
    special = Decimal(found["rate"]) if found else None
    if special is None or firm.startup is None:
        return grant.rates
    fitting = tuple(rate for rate in grant.rates if (Decimal(str(rate)) == special) == firm.startup)
    return fitting or grant.rates


@cache
def _for_startups() -> re.Pattern[str]:
    words = next(ask.words for ask in match_words().asks if ask.field == "startup")
    return re.compile(rf"{any_of(words)}[^\d，；。]{{0,10}}(?P<rate>\d+(?:\.\d+)?)%")


def _rate_is_limit(grant: Incentive, rates: tuple[Percent, ...]) -> bool:
    """Say whether the rate itself is an upper limit. Without the words it may be one wherever there is a 最高."""
    if grant.quote is None:
        return grant.up_to
    words, limits = fold(grant.quote), any_of(match_words().limits)
    shown = "|".join(re.escape(say_rate(rate)) for rate in rates)
    return re.search(rf"{limits}[^，；。\d]{{0,12}}(?:{shown})|(?:{shown})(?:以内|以下)", words) is not None


def _units(grant: Incentive, firm: Firm) -> Units:
    number = _number(grant, firm)
    months = MONTHS if grant.period is Period.MONTHLY else 1
    if number is None:
        known = grant.per in {None, Per.ENTITY}
        return Units(1, months, None if known and months == 1 else Said("个数未填写或表格没有问到，只按 1 个计"))
    said = [Said("按 {number} 个计", number=number)] if number != 1 else []
    said += [Said("按月计，最多 12 个月")] if months > 1 else []
    return Units(number, number * months, SaidRow(said, "，") if said else None)


def _number(grant: Incentive, firm: Firm) -> int | None:
    """Return how many units the firm has, `None` if it is paid by something else or this was not filled in."""
    paper = own_paper(grant) or (Paper.FILED if grant.per is Per.MODEL else None)
    filing = firm.filings.get(paper) if paper else None
    if filing is None or not filing.done:
        return None
    if is_further(grant):
        return filing.number - 1
    return filing.number if grant.per in _COUNTED else None
