"""The figures of a segment in order, each with what its words say of it: unit, cap, yearly, role."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from data.model import Per, Percent, Yuan
from index.read.incentives.amounts import Amount, cell_amounts, find_amounts, is_money
from index.read.incentives.cues import has
from index.read.incentives.rates import Rate, find_rates
from index.read.incentives.roles import Around, role_of
from index.read.incentives.sentences import Segment, Sentence
from index.read.incentives.units import is_generic, unit_of

_SUBJECT = re.compile(r"的(?:企业|单位|机构|主体|平台|项目|团队|人才|个人|模型|产品)")
_WORDS_OF_TIME = 40


@dataclass(frozen=True, slots=True)
class Event:
    """A figure: an amount, or a rate.

    role, rule: what it is where it is no reward, and the rule that says so. cap: 最高, 不超过. left: words before it,
    back to the figure before or the segment's start. total: 累计, 合计.
    """

    start: int
    end: int
    segment: Segment
    left: str
    right: str
    amount: Amount | None = None
    rate: Percent | None = None
    role: str | None = None
    rule: str | None = None
    cap: bool = False
    unit: Per | None = None
    generic: bool = False
    yearly: bool = False
    monthly: bool = False
    total: bool = False

    @property
    def values(self) -> tuple[Yuan, ...]:
        """Return the amounts in yuan; empty for a rate, a masked or a foreign amount."""
        return self.amount.values if self.amount else ()


def events(text: str, segment: Segment, sentence: Sentence) -> Iterator[Event]:
    """Yield the figures of a segment of clean text."""
    amounts = [amount for amount in find_amounts(text, segment.start, segment.end) if is_money(text, amount)]
    if not amounts and segment.head:
        amounts = cell_amounts(segment.text, segment.start, segment.head)
    rates = [] if has("instalments", segment.text) else find_rates(text, segment.start, segment.end)
    found: list[Amount | Rate] = sorted([*amounts, *rates], key=lambda figure: figure.start)
    position = segment.start
    for place, figure in enumerate(found):
        following = found[place + 1].start if place + 1 < len(found) else segment.end
        left = (segment.head if position == segment.start else "") + text[position : figure.start]
        yield _event(figure, segment, sentence, left, text[figure.end : following])
        position = figure.end


def _event(figure: Amount | Rate, segment: Segment, sentence: Sentence, left: str, right: str) -> Event:
    if isinstance(figure, Rate):
        return Event(figure.start, figure.end, segment, left, right, rate=figure.value)
    role = role_of(Around(left, right, segment.head + segment.text, sentence.text))
    before = segment.head + segment.text[: figure.start - segment.start]
    times = _SUBJECT.split(before)[-1][-_WORDS_OF_TIME:]
    return Event(
        figure.start,
        figure.end,
        segment,
        left,
        right,
        amount=figure,
        role=role.role if role else None,
        rule=role.name if role else None,
        cap=has("cap_left", left[-24:]) or has("cap_right", right),
        unit=unit_of(before, right),
        generic=is_generic(before, right)
        or (bool(segment.head) and is_generic("", "/" + segment.head.rpartition("/")[2])),
        yearly=has("yearly", times) or right.startswith(("/年", "每年")),
        monthly=has("monthly", times) or right.startswith(("/月", "每月")),
        total=has("total", before[-30:]),
    )
