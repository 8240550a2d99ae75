"""Days with their hour, and the periods they bound, in a folded text: 2025年9月1日9:00至9月30日17:30.

Years that are not printed are left open here; `resolve` fills them in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from index.read.metadata.dates import number

_CN = "〇○零一二三四五六七八九十廿"
_DAY = re.compile(
    r"(?<!\d)(?:(?P<y>\d(?: ?\d){3}) *年 *|(?P<rel>今年|本年度?|明年|次年) *)?(?<![\d.])(?P<m>\d ?\d?) *月份? *"
    r"(?:(?P<d>\d ?\d?) *[日号]|(?P<bare>\d{1,2})(?= *[-—–~至到]+ *\d{1,2} *[日号])|(?P<end>[底末]))"
    r"|(?<![\d/.])(?P<iy>\d{4}) ?(?P<sep>[-/.]) ?(?P<im>\d{1,2}) ?(?P=sep) ?(?P<id>\d{1,2})(?![\d%])"
    rf"|(?:(?P<cy>[{_CN}]{{4}}) *年 *)?(?P<cm>[{_CN}]{{1,2}}) *月 *(?P<cd>[{_CN}]{{1,3}}) *[日号]"
    r"|(?<!\d)(?P<ey>\d{4}) *年年?[底末]"
)
_SHORT_DAY = re.compile(r"(?P<d>\d{1,2}) *[日号]")
_SHORT_SIGN = re.compile(r"(?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?![\d%])")
_HOUR = re.compile(
    r" *(?:（(?:星期|周|北京)[^（）\n]{1,6}）)? *，?（?(?:当[天日])?(?P<half>上午|中午|下午|晚上?|凌晨)? *"
    r"(?P<h>\d{1,2}|零) *(?::|时|点钟?) *(?:(?P<min>\d{1,2}) *分?|(?P<whole>整)|(?P<mid>半))?(?::\d\d)?(?!\d)"
)
_WEEKDAY = re.compile(r" *（(?:星期|周|含|北京|以)[^（）\n]{0,10}）")
_JOIN = re.compile(r" *(?:起|开始)? *，?(?:（含）)? *(?:截至|截止到|截止|直至|至|到|[-—–~～─]+) *")
_FROM_NOTICE = re.compile(
    r"自?(?:本|该)?(?:申报)?(?:通知|公告|通告|指南)?(?:即日|(?:正式)?(?:发布|印发|公布|下发|发文)之?日)(?:起|开始)?，?"
    r"(?:截至|截止到|截止|直至|至|到|[-—–~]+) *$"
)
_UNTIL_BEFORE = re.compile(
    r"(?:截至|(?:延长|延期|顺延|推迟|调整|变更|更改)[为到至]|关闭(?:时间|日期|日)|"
    r"截止(?:时间|日期|日|期|到|于)?|不晚于|不迟于)(?:统一|暂定|均)?[为是：]?\t*(?:20)?[于在到至]? *$"
)
_UNTIL_AFTER = re.compile(r" *(?:（[^（）\n]{1,10}）)?(?:之前|以前|前|止|截止|截至|下班前|内截止)")
_FROM_BEFORE = re.compile(r"(?:开始|开放|启动|开通|起始)(?:申报|受理)?(?:时间|日期|日)?[为是：于在\t ]*$")
_FROM_AFTER = re.compile(r" *(?:起|开始|开放|开通|启动|正式(?:受理|开放|启动))")
_CLOSED_AFTER = re.compile(r" *(?:系统|平台)?(?:将|自动|准时|正式|统一){0,2}(?:关闭|结束|停止)")
_PAST = re.compile(r" *(?:（[^（）]{1,10}）)?(?:之后|以后|后)")
_MOVED = re.compile(r" *(?:调整|变更|更改|改|延长|延期|顺延|推迟)[为到至]")
_GIVEN_UP = re.compile(r"原(?:定|来|计划)?[于为在的]? *$")
_YEARLY = re.compile(r"每(?:年度?|个?季度|半年|个?月)(?:的)? *$")

Bound = Literal["range", "from_notice", "until", "from", "single", "past", "yearly"]


@dataclass(frozen=True, slots=True)
class Moment:
    """A day as printed, `[start, end)` in the text. year: `None` if not printed; later: 明年 or 次年.

    day: 0 for the month's last (月底). hour: `HH:MM`.
    """

    start: int
    end: int
    year: int | None
    month: int
    day: int
    hour: str | None = None
    later: bool = False


@dataclass(frozen=True, slots=True)
class Period:
    """Days that belong together, `[start, end)` in the text, and how the words bound them: the name of the rule."""

    bound: Bound
    start: int
    end: int
    first: Moment | None
    last: Moment | None


def periods(line: str) -> Iterator[Period]:
    """Yield the periods of a folded line, in order."""
    at = 0
    while (first := _moment(line, at)) is not None:
        joined = _JOIN.match(line, first.end)
        last = _second(line, joined.end(), first) if joined else None
        period = _single(line, first) if last is None else Period("range", first.start, last.end, first, last)
        if yearly := _YEARLY.search(line, max(0, first.start - 8), first.start):
            period = Period("yearly", yearly.start(), period.end, period.first, period.last)
        yield period
        at = period.end


def resolve(moment: Moment | None, year: int | None) -> date | None:
    """Return the day; `year` is taken where none is printed. `None` without a year or for 31 September."""
    year = moment.year or year if moment else None
    if moment is None or year is None or not 1990 <= year <= 2200 or not 1 <= moment.month <= 12:
        return None
    year += moment.later
    try:
        if moment.day:
            return date(year, moment.month, moment.day)
        return date(year + moment.month // 12, moment.month % 12 + 1, 1) - timedelta(days=1)
    except ValueError:
        return None


def _single(line: str, day: Moment) -> Period:
    before = line[max(0, day.start - 30) : day.start]
    if notice := _FROM_NOTICE.search(before):
        return Period("from_notice", day.start - len(before) + notice.start(), day.end, None, day)
    if _PAST.match(line, day.end) or _MOVED.match(line, day.end) or _GIVEN_UP.search(before):
        return Period("past", day.start, day.end, day, None)
    until = _UNTIL_AFTER.match(line, day.end)
    if until or _CLOSED_AFTER.match(line, day.end) or _UNTIL_BEFORE.search(before):
        return Period("until", day.start, until.end() if until else day.end, None, day)
    if _FROM_AFTER.match(line, day.end) or _FROM_BEFORE.search(before):
        return Period("from", day.start, day.end, day, None)
    return Period("single", day.start, day.end, day, day)


def _second(line: str, at: int, first: Moment) -> Moment | None:
    full = _DAY.match(line, at)
    short = None if full else _SHORT_DAY.match(line, at) or _SHORT_SIGN.match(line, at)
    if full:
        last = _read(full)
    elif short and (short.re is _SHORT_DAY or "月" not in line[first.start : first.end]):
        month = int(short["m"]) if short.re is _SHORT_SIGN else first.month
        last = Moment(short.start(), short.end(), None, month, int(short["d"]))
    else:
        return None
    return _with_hour(line, last)


def _moment(line: str, at: int) -> Moment | None:
    found = _DAY.search(line, at)
    return _with_hour(line, _read(found)) if found else None


def _read(found: re.Match[str]) -> Moment:
    if found["ey"]:
        return Moment(found.start(), found.end(), int(found["ey"]), 12, 31)
    if found["iy"]:
        return Moment(found.start(), found.end(), int(found["iy"]), int(found["im"]), int(found["id"]))
    if found["cm"]:
        year = number(found["cy"]) if found["cy"] else None
        return Moment(found.start(), found.end(), year, number(found["cm"]) or 0, number(found["cd"]) or 99)
    year = _int(found["y"]) if found["y"] else None
    day = 0 if found["end"] else _int(found["d"] or found["bare"]) or 99
    later = found["rel"] in ("明年", "次年")
    return Moment(found.start(), found.end(), year, _int(found["m"]), day, later=later)


def _int(digits: str) -> int:
    return int(digits.replace(" ", ""))


def _with_hour(line: str, day: Moment) -> Moment:
    hour = _HOUR.match(line, day.end)
    clock = _clock(hour) if hour else None
    end = hour.end() if hour and clock else day.end
    if clock is None and (weekday := _WEEKDAY.match(line, day.end)):
        end = weekday.end()
    return Moment(day.start, end, day.year, day.month, day.day, clock, day.later)


def _clock(hour: re.Match[str]) -> str | None:
    hours = 0 if hour["h"] == "零" else int(hour["h"])
    minutes = 30 if hour["mid"] else int(hour["min"] or 0)
    if hours < 12 and hour["half"] in ("下午", "晚", "晚上"):
        hours += 12
    return f"{hours:02}:{minutes:02}" if hours * 60 + minutes <= 24 * 60 and minutes < 60 else None
