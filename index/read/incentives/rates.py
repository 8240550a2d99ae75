"""Rates in clean text: 30%, 3‰, 百分之三十, 三分之一, 三成, 一半, 1:0.5.

Shares of growth, ownership or interest, and instalments, are left out.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from data.model import Percent
from index.read.incentives.cues import cue
from index.read.incentives.numerals import SIMPLE, read_number

_FIGURE = r"(?<![\d.])\d{1,3}(?:\.\d{1,3})?"
_RATE = re.compile(
    rf"(?P<percent>{_FIGURE})%(?!以上的?增)|(?P<mille>{_FIGURE})‰|百分之(?P<words>[{SIMPLE}]{{1,5}}|\d{{1,3}})"
    rf"|千分之(?P<thousandths>[{SIMPLE}]{{1,3}}|\d{{1,3}})"
    rf"|(?P<below>[二三四五六七八九十])分之(?P<above>[一二两三四五六七八九])"
    r"|(?<![\d.:])(?P<match>1[:：∶比](?P<share>\d(?:\.\d{1,2})?))(?![\d:])"
    rf"|(?P<tenths>[一二两三四五六七八九])成(?![立为效果交长都功本员品就熟份套]|[一二三四五十]年)(?P<half>半|[一二三四五六七八九](?![年个家户人项十百千万成]))?|(?P<one_half>一半|半数)"
)


@dataclass(frozen=True, slots=True)
class Rate:
    """One rate in percent. start, end: in the clean text."""

    start: int
    end: int
    value: Percent


def find_rates(text: str, start: int, end: int) -> list[Rate]:
    """Return the rates in `text[start:end]` that can be shares of a cost, in order."""
    found = []
    for match in _RATE.finditer(text, start, end):
        value = _value(match)
        if value is not None and 0 < value <= 1000 and not _is_other(text, match, start, end):
            found.append(Rate(match.start(), match.end(), Percent(round(float(value), 2))))
    return found


def _value(match: re.Match[str]) -> Decimal | None:
    if plain := match["percent"]:
        return Decimal(plain)
    if mille := match["mille"] or match["thousandths"]:
        number = read_number(mille) or Decimal(mille)
        return number / 10
    if words := match["words"]:
        return read_number(words)
    return _of_words(match)


def _of_words(match: re.Match[str]) -> Decimal | None:
    if match["share"]:
        return Decimal(match["share"]) * 100
    if match["one_half"]:
        return Decimal(50)
    if match["tenths"]:
        return (read_number(match["tenths"]) or Decimal(0)) * 10 + _half(match["half"])
    above, below = read_number(match["above"]), read_number(match["below"])
    return above * 100 / below if above and below else None


def _half(words: str | None) -> Decimal:
    """Return what stands behind 成 in percent: 三成半, 三成五."""
    if words is None:
        return Decimal(0)
    return Decimal(5) if words == "半" else read_number(words) or Decimal(0)


def _is_other(text: str, match: re.Match[str], start: int, end: int) -> bool:
    """Tell whether the share is one of growth, ownership, interest or an instalment."""
    left = re.split("[，。；：]", text[max(start, match.start() - 24) : match.start()])[-1]
    right = text[match.end() : min(end, match.end() + 10)]
    return bool(cue("other_share_left").search(left) or cue("other_share_right").match(right))
