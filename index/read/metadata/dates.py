"""Days in Chinese texts: 2025年3月7日, 2025-03-07, 二〇二五年三月七日, 2027年底, with blanks anywhere.

`mask` puts one private character for each day, so that rules about sentences need not know how a day is written.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

DAY = "[\ue000-\uf6ff]"
"""Matches one day of a masked text."""

_PRIVATE = re.compile("[\ue000-\uf8ff]")
_FIRST = 0xE000
_MOST = 0xF6FF - 0xE000
_ZEROES = "〇○零OoΟО0◯"
_DIGITS = {**dict.fromkeys(_ZEROES, 0), **{digit: number for number, digit in enumerate("一二三四五六七八九", 1)}}
_DIGITS |= {"两": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100}
_SMALL = f"[{''.join(_DIGITS)}十拾廿卅]"
_YEAR = f"[{''.join(_DIGITS)}]"
_FORMS = re.compile(
    r"(?<!\d)(?P<y>\d(?: ?\d){3}) *年 *"
    r"(?:(?P<m>\d ?\d?) *月 *(?:(?P<d>\d ?\d?) *日|月?(?P<me>[底末]))|年?(?P<ye>[底末终]))"
    r"|(?<![\d/.-])(?P<iy>\d{4}) ?(?P<sep>[-/.]) ?(?P<im>\d{1,2}) ?(?P=sep) ?(?P<id>\d{1,2})(?![\d-])"
    rf"|(?<!{_YEAR})(?P<cy>{_YEAR}(?: *{_YEAR}){{3}}) *年 *(?P<cm>{_SMALL}(?: ?{_SMALL}){{0,2}}) *月"
    rf" *(?P<cd>{_SMALL}(?: ?{_SMALL}){{0,3}}) *日"
)
_REST = re.compile(r"(?P<m>\d{1,2}) *月 *(?P<d>\d{1,2}) *日|(?P<only>\d{1,2}) *日")
_JOIN = re.compile(r"[^0-9\n。；]{0,16}?(?:起?至|起?到|[-—–~～─]+) *")


@dataclass(frozen=True, slots=True)
class Masked:
    """A text in which each day is one private character. days and printed: what stands for them, in order."""

    text: str
    days: tuple[date, ...]
    printed: tuple[str, ...]

    def day(self, mark: str) -> date:
        """Return the day that a mark stands for."""
        return self.days[ord(mark) - _FIRST]

    def unmask(self, words: str) -> str:
        """Return words of the masked text as they were printed."""
        return re.sub(DAY, lambda mark: self.printed[ord(mark[0]) - _FIRST], words)


def mask(text: str) -> Masked:
    """Replace the days of a folded text by marks. Impossible days (2025-13-40) stay as they are."""
    clean = _PRIVATE.sub("\ufffd", text)
    parts: list[str] = []
    days: list[date] = []
    printed: list[str] = []
    at = 0
    for start, end, day in _days(clean):
        if len(days) >= _MOST:
            break
        parts += (clean[at:start], chr(_FIRST + len(days)))
        days.append(day)
        printed.append(clean[start:end])
        at = end
    return Masked("".join([*parts, clean[at:]]), tuple(days), tuple(printed))


def veil(text: str) -> str:
    """Return `text` with each character of a day replaced by one mark: of the same length, places stay."""
    clean = _PRIVATE.sub("\ufffd", text)
    parts: list[str] = []
    at = 0
    for start, end, _ in _days(clean):
        parts += (clean[at:start], chr(_FIRST) * (end - start))
        at = end
    return "".join([*parts, clean[at:]])


def parse_day(text: str) -> date | None:
    """Return the first day in a folded text; `None` if there is none, as for a month alone."""
    return next((day for _, _, day in _days(text)), None)


def number(text: str) -> int | None:
    """Return a number below 1,000 in digits or Chinese numerals (两, 十五, 二〇, 廿三); `None` if it is none."""
    text = text.replace(" ", "").replace("廿", "二十").replace("卅", "三十")
    if text.isascii() and text.isdigit():
        return int(text) if len(text) <= 4 else None
    if not text or any(sign not in _DIGITS and sign not in _TENS for sign in text):
        return None
    if not any(sign in _TENS for sign in text):
        return int("".join(str(_DIGITS[sign]) for sign in text)) if len(text) <= 4 else None
    return _with_tens(text)


def add_months(day: date, months: int) -> date:
    """Return the day `months` later; the day after the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    if day.day <= last:
        return date(year, month + 1, day.day)
    return date(year + (month == 11), (month + 1) % 12 + 1, 1)


def _with_tens(text: str) -> int:
    total = unit = 0
    for sign in text:
        if sign in _TENS:
            total += (unit or 1) * _TENS[sign]
            unit = 0
        else:
            unit = _DIGITS[sign]
    return total + unit


def _days(text: str) -> Iterator[tuple[int, int, date]]:
    at = 0
    while match := _FORMS.search(text, at):
        day = _day(match)
        at = match.end()
        if day is not None:
            yield match.start(), match.end(), day
            yield from (rest := list(_second(text, at, day)))
            at = rest[-1][1] if rest else at


def _second(text: str, at: int, first: date) -> Iterator[tuple[int, int, date]]:
    """Yield the second day of a range that names the year once: 2025年9月1日至9月30日."""
    joined = _JOIN.match(text, at)
    rest = _REST.match(text, joined.end()) if joined else None
    if rest is not None:
        month = int(rest["m"] or first.month)
        day = _make(first.year, month, int(rest["d"] or rest["only"]))
        if day is not None and day >= first:
            yield rest.start(), rest.end(), day


def _day(match: re.Match[str]) -> date | None:
    if match["iy"]:
        return _make(int(match["iy"]), int(match["im"]), int(match["id"]))
    if match["cy"]:
        return _make(number(match["cy"]), number(match["cm"]), number(match["cd"]))
    year = int(match["y"].replace(" ", ""))
    if match["ye"]:
        return _make(year, 12, 31)
    month = int(match["m"].replace(" ", ""))
    if match["me"]:
        return _month_end(year, month)
    return _make(year, month, int(match["d"].replace(" ", "")))


def _month_end(year: int, month: int) -> date | None:
    if not 1 <= month <= 12 or not 1900 <= year <= 2200:
        return None
    return date(year, month, calendar.monthrange(year, month)[1])


def _make(year: int | None, month: int | None, day: int | None) -> date | None:
    if year is None or month is None or day is None or not 1900 <= year <= 2200:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
