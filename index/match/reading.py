"""Words of a trigger, a beneficiary or a condition, each recognised by the table or left over.

Nothing is skipped: what no word of the table covers is `left`, and a person has to look at it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TypeVar

from data.model import Incentive
from data.strict import UNITS
from index.match.words import any_of, match_words
from index.read.characters import fold

Found = TypeVar("Found")

_DAY = r"(?P<{0}y>20\d\d)[-年./](?P<{0}m>\d{{1,2}})[-月./](?P<{0}d>\d{{1,2}})日?"
_FIRST, _LAST = _DAY.format("a"), _DAY.format("b")
_SINCE, _UNTIL = "起|（含）以后|以来|以后|之后", "（含）以前|之前|以前|前|止"
_PERIOD = re.compile(rf"自?{_FIRST}(?:(?:至|到|-|—|~){_LAST}(?:期间)?|(?P<since>{_SINCE})|(?P<until>{_UNTIL}))")
_AMOUNT = r"(?P<number>\d[\d,]*(?:\.\d+)?)(?P<unit>万|亿)?(?P<what>元|人|名)?"
_FIGURE = re.compile(r"最?高?(?P<number>\d[\d,]*(?:\.\d+)?)(?:(?P<unit>万|亿)?元|(?P<rate>%))")


@dataclass(frozen=True, slots=True)
class Mark:
    """One recognised word: what it asks (see `MatchWords.fields`), and the word as folded."""

    field: str
    words: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """A figure of the form must reach `least` or not pass `most`; `open_end`: the limit itself does not count."""

    field: str
    words: str
    least: int | None = None
    most: int | None = None
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class Between:
    """Days between which something was done; `None` is no limit on that side."""

    words: str
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A part between two commas. words: as folded. left: whether a part of it is covered by no word of the table."""

    words: str
    marks: tuple[Mark, ...]
    thresholds: tuple[Threshold, ...]
    periods: tuple[Between, ...]
    left: bool

    @property
    def either(self) -> bool:
        """Say whether it names alternatives (或)."""
        return "或" in self.words


def pieces(words: str, grant: Incentive) -> Iterator[Piece]:
    """Yield the parts of `words`. Figures that are the grant's own ask nothing."""
    for part in re.split("[，；。：\n]", fold(words)):
        if part.strip():
            yield read_piece(part.strip(), grant)


def read_piece(words: str, grant: Incentive) -> Piece:
    """Return one part, read."""
    rest, periods = _taken(words, _PERIOD, _between)
    rest, thresholds = _taken(rest, _threshold_pattern(), _threshold)
    rest = _FIGURE.sub(lambda figure: " " if _own(figure, grant) else figure[0], rest)
    marks = tuple(Mark(_fields()[found[0]], found[0]) for found in _vocabulary().finditer(rest))
    left = _vocabulary().sub(" ", rest)
    return Piece(words, marks, tuple(thresholds), tuple(periods), any(map(str.isalnum, left)))


def _taken(
    words: str, pattern: re.Pattern[str], read: Callable[[re.Match[str]], Found | None]
) -> tuple[str, list[Found]]:
    """Return what is left of `words` without what `read` understands of the matches, and what it understood."""
    found = [(match, value) for match in pattern.finditer(words) if (value := read(match)) is not None]
    for match, _ in reversed(found):
        words = f"{words[: match.start()]} {words[match.end() :]}"
    return words, [value for _, value in found]


def _between(match: re.Match[str]) -> Between | None:
    first = _day(match, "a")
    last = _day(match, "b") if match["by"] else None
    if first is None or (match["by"] and last is None):
        return None
    if match["until"]:
        return Between(match[0], None, first)
    return Between(match[0], first, last)


def _day(match: re.Match[str], which: str) -> date | None:
    try:
        return date(int(match[f"{which}y"]), int(match[f"{which}m"]), int(match[f"{which}d"]))
    except ValueError:
        return None


def _threshold(match: re.Match[str]) -> Threshold | None:
    """Return the limit; `None` where the words do not say on which side it is, or people are counted in yuan."""
    field = match.lastgroup and next(ask.field for ask in match_words().thresholds if match[ask.field])
    people = match["what"] in {"人", "名"}
    least, most = match["least"] or match["least_after"], match["most"] or match["most_after"]
    if not field or people != (field == "staff") or bool(least) == bool(most):
        return None
    limit = int(Decimal(match["number"].replace(",", "")) * UNITS[match["unit"]])
    open_end = match["least"] in {"超过", "大于"} or match["most"] in {"不足", "低于", "少于", "小于"}
    if least:
        return Threshold(field, match[0], least=limit, open_end=open_end)
    return Threshold(field, match[0], most=limit, open_end=open_end)


def _own(figure: re.Match[str], grant: Incentive) -> bool:
    if figure["rate"]:
        return Decimal(figure["number"]) in {Decimal(str(rate)) for rate in grant.rates}
    amount = Decimal(figure["number"].replace(",", "")) * UNITS[figure["unit"]]
    return amount in {grant.amount_max, grant.floor, grant.cap_per_entity, *grant.tiers}


@cache
def _fields() -> dict[str, str]:
    return dict(match_words().fields())


@cache
def _vocabulary() -> re.Pattern[str]:
    return re.compile(any_of(_fields()))


@cache
def _threshold_pattern() -> re.Pattern[str]:
    table = match_words()
    subject = "|".join(f"(?P<{ask.field}>{any_of(ask.words)})" for ask in table.thresholds)
    least, most = any_of(table.at_least), any_of(table.at_most)
    after = f"(?P<least_after>{any_of(table.at_least_after)})|(?P<most_after>{any_of(table.at_most_after)})"
    before = f"(?P<least>{least})|(?P<most>{most})"
    return re.compile(rf"(?:{subject})(?:在|为|额)?(?:{before})?{_AMOUNT}(?:{after})?")
