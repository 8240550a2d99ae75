"""Figures as people type them: 1,000.5, 一百二十, 两千万."""

from decimal import Decimal

from data.model import Yuan

DIGITS = dict(zip("零一二三四五六七八九〇两", (*range(10), 0, 2), strict=True))
STEPS = {"十": 10, "百": 100, "千": 1000}
UNITS = {"亿": 10**8, "千万": 10**7, "百万": 10**6, "十万": 10**5, "万": 10**4, "w": 10**4, "千": 1000, "": 1}
MOST = 10**15

NUMERAL = r"(?:\d{1,15}(?:,\d{3}){0,4}(?:\.\d{1,6})?|[零一二三四五六七八九〇两十百千]{1,9})"
UNIT = r"(?:亿|千万|百万|十万|万|千|w(?![a-z0-9]))"


def yuan(numeral: str, unit: str) -> Yuan | None:
    """Return the whole yuan of a figure and its unit; `None` if it is none above zero or beyond reason."""
    figure = _figure(numeral)
    if figure is None:
        return None
    amount = figure * UNITS[unit]
    whole = amount == amount.to_integral_value() and 0 < amount < MOST
    return Yuan(int(amount)) if whole else None


def _figure(numeral: str) -> Decimal | None:
    if numeral[0].isascii():
        return Decimal(numeral.replace(",", ""))
    number = chinese(numeral)
    return None if number is None else Decimal(number)


def chinese(numeral: str) -> int | None:
    """Return the value of a Chinese numeral below ten thousand, said with steps (一百二十) or digits (二〇二五)."""
    if not any(step in numeral for step in STEPS):
        return int("".join(str(DIGITS[digit]) for digit in numeral))
    total, digit, last = 0, None, 10_000
    for sign in numeral:
        if sign not in STEPS:
            if digit:
                return None
            digit = DIGITS[sign]
            continue
        step = STEPS[sign]
        if step >= last:
            return None
        total += (1 if digit is None else digit) * step
        digit, last = None, step
    return total + (digit or 0)
