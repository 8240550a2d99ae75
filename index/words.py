"""How amounts, dates and validity are said in Chinese. Used wherever people read: pages, command line, feeds."""

from datetime import date
from decimal import Decimal

from data.model import Incentive, Yuan
from data.tables import Terms

ABSENT = "未载明"


def say_money(amount: Yuan) -> str:
    """Return an amount as people write it: 100 万元, 2.5 亿元, 800 元."""
    for unit, name in ((100_000_000, "亿元"), (10_000, "万元")):
        if amount >= unit and amount % (unit // 100) == 0:
            return f"{_plain(Decimal(amount) / unit)} {name}"
    return f"{amount:,} 元"


def say_brief(amount: Yuan) -> str:
    """Return an amount for a narrow place: 100万, 1亿; what is no whole 万 stays as `say_money` has it."""
    return say_money(amount).replace(" 万元", "万").replace(" 亿元", "亿")


def say_rate(rate: float) -> str:
    """Return a percentage without needless zeros: 30%, 33.33%."""
    return f"{_plain(Decimal(str(rate)))}%"


def say_amount(grant: Incentive) -> str:
    """Return what one unit gets: 100 万元; 最高 1000 万元，30%; 50 / 10 万元 分档; 未载明.

    最高 stands where the amount is the cap of a rate or the source calls it an upper limit. Tiers are given in the
    order of the text.
    """
    rates = "、".join(map(say_rate, grant.rates))
    if grant.amount_max is None:
        return rates or ABSENT
    if grant.tiers:
        money = " / ".join(map(say_money, grant.tiers))
    elif grant.floor is not None:
        money = f"{say_money(grant.floor)} 至 {say_money(grant.amount_max)}"
    else:
        money = f"最高 {say_money(grant.amount_max)}" if rates or grant.up_to else say_money(grant.amount_max)
    return f"{money}，{rates}" if rates else money


def say_terms(grant: Incentive, terms: Terms) -> list[str]:
    """Return what qualifies the amount: unit, period, cap for one firm, size of the pot."""
    parts = [terms[value].zh for value in (grant.per, grant.period) if value]
    if grant.cap_per_entity is not None:
        parts.append(f"每家企业累计最高 {say_money(grant.cap_per_entity)}")
    if grant.pool is not None:
        parts.append(f"资金总额 {say_money(grant.pool)}（非单家所得）")
    return parts


def say_date(day: date | None) -> str:
    """Return a date as 2026年11月20日, or 未载明."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ABSENT


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
