"""Chinese numerals: 五十, 两百三十, 叁佰万, 1.2亿. Pure functions, no tables: these characters do not change."""

import re
from decimal import Decimal

DIGITS = {
    character: value
    for value, forms in enumerate(("零〇", "一壹", "二两贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
    for character in forms
}
STEPS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
MYRIADS = {"万": 10_000, "亿": 100_000_000}

SIMPLE = "".join((*DIGITS, *STEPS))
"""Characters of a numeral below 万."""

_NUMERAL = re.compile(f"[{SIMPLE}万亿]+")
_FIGURE = re.compile(r"(\d[\d,]*(?:\.\d+)?)([十百千]?[万亿]?)")
LONGEST = 24


def read_number(words: str) -> Decimal | None:
    """Return the number that `words` say: `5,000`, `1.5亿`, `3千万`, `二十五`, `叁佰万`; `None` for anything else."""
    if len(words) > LONGEST:
        return None
    if figure := _FIGURE.fullmatch(words):
        return Decimal(figure[1].replace(",", "")) * scale(figure[2])
    return _chinese(words) if _NUMERAL.fullmatch(words) else None


def scale(unit: str) -> int:
    """Return the factor of `万`, `千万`, `亿`, … ; 1 for the empty unit."""
    factor = 1
    for character in unit:
        factor *= STEPS.get(character) or MYRIADS[character]
    return factor


def _chinese(words: str) -> Decimal | None:
    total = section = 0
    for part in re.findall(f"[{SIMPLE}]+|[万亿]", words):
        if part in MYRIADS:
            total = (total + (section or 1)) * MYRIADS[part] if part == "亿" else total + (section or 1) * MYRIADS[part]
            section = 0
        elif (value := _below_myriad(part)) is None:
            return None
        else:
            section = value
    return Decimal(total + section)


def _below_myriad(words: str) -> int | None:
    if not set(words) & set(STEPS):  # 二五 is a row of digits: 25
        return int("".join(str(DIGITS[character]) for character in words))
    total = digit = 0
    for character in words:
        if character in STEPS:
            total += (digit or 1) * STEPS[character]
            digit = 0
        elif digit:
            return None
        else:
            digit = DIGITS[character]
    return total + digit
