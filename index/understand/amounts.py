"""Amounts with a comparator or a range: 100万以上, ≥50万, 不低于100万元, 50-100万. A bare amount is no condition."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from data.model import Yuan
from index.understand.numerals import NUMERAL, UNIT, yuan
from index.understand.parts import Amounts, Part, PartKind
from index.understand.query_words import longest_first, query_words
from index.understand.questions import left
from index.understand.typed import Typed, read
from index.understand.vocabulary import Vocabulary

NOT_CUT = r"(?<![\d.,a-z几数零一二三四五六七八九〇两十百千])"
MONEY = rf"{NUMERAL}\s?{UNIT}?\s?(?:元|块钱|块|人民币|rmb)?"
SAID = re.compile(rf"(?P<numeral>{NUMERAL})\s?(?P<unit>{UNIT}?)\s?(?P<currency>\D*)")
BARE = re.compile(rf"{NOT_CUT}(?P<money>{MONEY})")
RATE = re.compile(r"(?<![\d.])(?P<rate>\d{1,3}(?:\.\d{1,2})?)\s?%")
BESIDE = 16
"""Characters beside an amount in which it may be said to be somebody else's."""


@dataclass(frozen=True, slots=True)
class Patterns:
    """range: 50-100万. one: an amount with a comparator on one side at least. other_*: it is no grant's amount."""

    range: re.Pattern[str]
    one: re.Pattern[str]
    least: frozenset[str]
    other_before: re.Pattern[str]
    other_after: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Figures:
    """Bare amounts and rates (percent) of a text, and what is left of it without them."""

    amounts: tuple[Yuan, ...]
    rates: tuple[float, ...]
    rest: str


@cache
def _patterns() -> Patterns:
    words = query_words()
    before = _any(*words.at_least_before, *words.at_most_before)
    after = _any(*words.at_least_after, *words.at_most_after)
    return Patterns(
        range=re.compile(rf"{NOT_CUT}({MONEY})\s?{_any(*words.range_marks)}\s?({MONEY})"),
        one=re.compile(rf"({before})\s?({MONEY})|{NOT_CUT}({MONEY})\s?({after})"),
        least=frozenset(longest_first(words.at_least_before + words.at_least_after)),
        other_before=re.compile(rf"{_any(*words.amounts_of_others_before)}额?(?:达到|达|在|为|要)?\s?$"),
        other_after=re.compile(rf"的?\s?{_any(*words.amounts_of_others_after)}"),
    )


def find_amounts(typed: Typed, vocabulary: Vocabulary) -> Iterator[Part]:  # noqa: ARG001 - all finders are called alike
    """Yield ranges first, then amounts with a comparator."""
    patterns = _patterns()
    for pattern, limits in ((patterns.range, _range), (patterns.one, _one)):
        for match in pattern.finditer(typed.open):
            amounts = limits(match)
            if amounts and not _of_others(typed, match, patterns):
                yield Part(PartKind.AMOUNT, amounts, typed.words(match.span()), match.span())
                typed = typed.taken(match.span())


def figures(text: str) -> Figures:
    """Return the amounts and rates that `text` names without a comparator (100万, 80%): no conditions, but a sign."""
    typed, patterns = read(text), _patterns()
    money = [
        (match.span(), amount)
        for match in BARE.finditer(typed.open)
        if (amount := _money(match["money"])) and not _of_others(typed, match, patterns)
    ]
    rates = [(match.span(), float(match["rate"])) for match in RATE.finditer(typed.open)]
    rest = left(typed.text, [span for span, _ in (*money, *rates)])
    return Figures(tuple(amount for _, amount in money), tuple(rate for _, rate in rates), rest)


def _range(match: re.Match[str]) -> Amounts | None:
    """`50-100万`: the first figure has the unit of the second unless it has its own."""
    first, second = SAID.fullmatch(match[1]), SAID.fullmatch(match[2])
    if not (first and second and (second["unit"] or second["currency"])):
        return None
    own = first["unit"] or first["currency"]
    least, most = yuan(first["numeral"], first["unit"] if own else second["unit"]), _money(match[2])
    return Amounts(least, most) if least and most and least <= most else None


def _one(match: re.Match[str]) -> Amounts | None:
    said, comparator = (match[2], match[1]) if match[1] else (match[3], match[4])
    amount = _money(said)
    if amount is None:
        return None
    return Amounts(least=amount) if comparator in _patterns().least else Amounts(most=amount)


def _money(said: str) -> Yuan | None:
    match = SAID.fullmatch(said)
    return yuan(match["numeral"], match["unit"]) if match and (match["unit"] or match["currency"]) else None


def _of_others(typed: Typed, match: re.Match[str], patterns: Patterns) -> bool:
    start, end = match.span()
    before, after = typed.folded[max(0, start - BESIDE) : start], typed.folded[end : end + BESIDE]
    return bool(patterns.other_before.search(before) or patterns.other_after.match(after))


def _any(*words: str) -> str:
    return "(?:" + "|".join(map(re.escape, longest_first(words))) + ")"
