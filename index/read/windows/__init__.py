"""Application rounds from notices (申报通知, 申领公告, 申报指南).

`moments` knows days and periods, `outline` headings, `judge` what a period is about, `find` puts them together;
`kinds`, `materials` and `office` read what belongs to a round. All words are in `data/tables/reading/windows.yml`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from data.model import Window
from index.read.characters import fold
from index.read.windows.find import Found, find
from index.read.windows.kinds import kinds_of
from index.read.windows.materials import Materials, read_materials
from index.read.windows.office import read_office
from index.read.windows.outline import Line, outline
from index.read.windows.words import pattern, words

_INTRODUCTION = 600
_LONGEST_QUOTE = 300


def read_windows(
    body: str, *, title: str | None, year: int | None, published: date | None = None, kinds: Sequence[str] = ()
) -> tuple[Window, ...]:
    """Return the rounds that a notice opens, in the order of its text; empty for anything that opens none.

    year: of publication, for days printed without one; without it such days stay `None` and the note says so.
    published: the day itself: a round whose year is not printed and that would have been over by then is next year's.
    kinds: codes of the incentives that the notice is known to be about, taken where its words name none.
    quote: exact words of `body`. Days that the words do not fix (即日起, 30个工作日内, 常年受理) are `None`, and the
    words are in `note`.
    """
    text, heading = fold(body), fold(title or "")
    if re.search(pattern(words().no_windows), heading):
        return ()
    found = [_not_over(period, text, published) for period in _joined(find(text, year))]
    lines = list(outline(text))
    materials = read_materials(lines)
    scopes = (heading, text[:_INTRODUCTION].partition("\n")[0], "\n".join(_headings(lines)))
    windows = []
    for period in found:
        near = (period.near, *reversed(period.line.path), *scopes)
        windows.append(
            Window(
                opens=period.opens,
                closes=period.closes,
                closes_at=period.closes_at,
                kinds=kinds_of(near) or tuple(kinds),
                note="；".join(dict.fromkeys(period.notes)) or None,
                materials=_materials(period, materials),
                office=_office(period, lines),
                quote=body[period.start : period.end],
            )
        )
    return tuple(_once(windows))


def _not_over(period: Found, text: str, published: date | None) -> Found:
    """Move a round into the next year if no year is printed and it would have closed before it was announced."""
    closes = period.closes
    if (
        published is None
        or closes is None
        or closes >= published
        or re.search(r"20\d\d", text[period.start : period.end])
    ):
        return period
    later = [day and _next_year(day) for day in (period.opens, closes)]
    notes = (*period.notes, "年份未印，按发布日推定为次年")
    return replace(period, opens=later[0], closes=later[1], notes=notes)


def _next_year(day: date) -> date:
    return day.replace(year=day.year + 1) if (day.month, day.day) != (2, 29) else date(day.year + 1, 2, 28)


def _joined(found: Sequence[Found]) -> list[Found]:
    """Put together what is one round: its two ends, the day for paper copies, the day for the districts' lists."""
    rounds: list[Found] = []
    own = [period for period in found if period.subject == "apply"] or [
        replace(period, subject="apply") for period in found if period.subject == "paper"
    ]
    for period in own:
        if rounds and _completes(rounds[-1], period):
            rounds[-1] = _both_ends(rounds[-1], period)
        else:
            rounds.append(period)
    own_starts = {period.start for period in own}
    for extra in found:
        if rounds and extra.start not in own_starts:
            index = max((i for i, one in enumerate(rounds) if one.start < extra.start), default=0)
            rounds[index] = replace(rounds[index], notes=(*rounds[index].notes, _beside(extra)))
    return rounds


def _completes(first: Found, second: Found) -> bool:
    ends = first.opens and not first.closes and second.closes and not second.opens
    near = second.end - first.start <= _LONGEST_QUOTE and second.rule == "until" and first.batch == second.batch
    return bool(ends and near and first.opens and second.closes and first.opens <= second.closes)


def _both_ends(first: Found, second: Found) -> Found:
    notes = (*first.notes, *second.notes)
    return replace(first, closes=second.closes, closes_at=second.closes_at, end=second.end, notes=notes)


def _beside(extra: Found) -> str:
    day = extra.closes or extra.opens
    hour = f" {extra.closes_at}" if extra.closes_at else ""
    what = "纸质或补充材料" if extra.subject == "paper" else "推荐上报"
    return f"{what}：{day.isoformat()}{hour}" if day else what


def _once(windows: Sequence[Window]) -> Iterator[Window]:
    """Drop what is said again: the same days for the same incentives, or the last day of a round alone."""
    for index, window in enumerate(windows):
        rest = [other for at, other in enumerate(windows) if at != index and _covers(other, window, earlier=at < index)]
        hours = [other.closes_at for other in windows if other.closes == window.closes and other.closes_at]
        if not rest:
            hour = hours[0] if window.closes and not window.closes_at and hours else window.closes_at
            yield replace(window, closes_at=hour)


def _covers(other: Window, window: Window, *, earlier: bool) -> bool:
    if set(window.kinds) - set(other.kinds):
        return False
    same = (other.opens, other.closes) == (window.opens, window.closes)
    if same:
        alike = bool(window.opens or window.closes) or other.note == window.note
        return earlier and alike and (other.kinds == window.kinds or not window.kinds)
    return window.opens is None and window.closes is not None and other.closes == window.closes


def _headings(lines: Sequence[Line]) -> Iterator[str]:
    return (line.path[-1] for line in lines if line.level in (0, 1, 2) and line.path)


def _shared(one: Sequence[int], other: Sequence[int]) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _materials(period: Found, lists: Sequence[Materials]) -> tuple[str, ...]:
    """Return the lists under the innermost heading that the window stands under too."""
    best = max((_shared(period.line.numbers, one.numbers) for one in lists), default=0)
    near = (one for one in lists if _shared(period.line.numbers, one.numbers) == best)
    return tuple(dict.fromkeys(item for one in near for item in one.items))


def _office(period: Found, lines: Sequence[Line]) -> str | None:
    """Return the office named in the window's own section; where none is, that of the notice."""
    numbers = period.line.numbers
    for depth in range(len(numbers), -1, -1):
        if office := read_office(line.text for line in lines if line.numbers[:depth] == numbers[:depth]):
            return office
    return None
