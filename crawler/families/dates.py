"""Dates as lists write them. All times are those of China; a date without a year is no date."""

import re
from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "China")

FULL = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})(?!\d)")
"""Year, month and day, any separator, blanks between; `2026-02-00018` is a 索引号 and does not match."""

WITHOUT_YEAR = re.compile(r"(?<![\d./年-])(\d{1,2})\s*[-./月]\s*(\d{1,2})(?![\d./-])")

IN_URL = (
    re.compile(r"/t((?:19|20)\d\d)(\d\d)(\d\d)_\d+\."),
    re.compile(r"/art/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})/"),
    re.compile(r"/((?:19|20)\d\d)-(\d\d)/(\d\d)/c_"),
    re.compile(r"/((?:19|20)\d\d)/(\d{1,2})[/-](\d{1,2})/[0-9a-z]+\.s?html?"),
    re.compile(r"/((?:19|20)\d\d)(\d\d)(\d\d)/[0-9a-f]{32}\."),
    re.compile(r"/((?:19|20)\d\d)(\d\d)(\d\d)\d{4,}/index\."),
)
"""Dialects of addresses that carry the whole date; those with year or month only are left out."""


def read_date(value: object) -> date | None:
    """Return the day that a field states, as text or as a time stamp in s or ms; `None` if it states none."""
    if isinstance(value, bool) or value is None:
        return None
    text = str(value).strip()
    if re.fullmatch(r"\d{10}|\d{13}", text):
        return _at(datetime.fromtimestamp(int(text[:10]), CHINA))
    if re.fullmatch(r"(?:19|20)\d{6}", text):
        return _day(text[:4], text[4:6], text[6:])
    return _zoned(text) or first_date(text)


def first_date(text: str) -> date | None:
    """Return the first full date in a text."""
    return next(iter(dates(text)), None)


def last_date(text: str) -> date | None:
    """Return the last full date in a text: lists write the day of publication behind that of signing."""
    return next(iter(reversed(dates(text))), None)


def dates(text: str) -> list[date]:
    """Return all full dates in a text, in order."""
    days = (_day(*match.groups()) for match in FULL.finditer(text))
    return [day for day in days if day is not None]


def date_in_url(url: str) -> date | None:
    """Return the date that an address carries, for the dialects of `IN_URL`."""
    matches = (pattern.search(url) for pattern in IN_URL)
    return next((day for match in matches if match and (day := _day(*match.groups()))), None)


def listed_date(text: str, url: str) -> date | None:
    """Return the day of a row: the last full date of its text, else the one in its address.

    A row with month and day only takes the year from the address if month and day agree, else it has no date.
    """
    day = last_date(text)
    if day is not None:
        return day
    day, short = date_in_url(url), WITHOUT_YEAR.search(text)
    if day is None or short is None or (int(short[1]), int(short[2])) == (day.month, day.day):
        return day
    return None


def _zoned(text: str) -> date | None:
    """Read ISO times with a zone: `2026-01-05T16:30:00.000Z` is the sixth of January in China."""
    if not re.match(r"\d{4}-\d\d-\d\dT\d\d:.*(?:Z|[+-]\d\d:?\d\d)$", text):
        return None
    try:
        return _at(datetime.fromisoformat(text).astimezone(CHINA))
    except (ValueError, OverflowError):
        return None


def _at(moment: datetime) -> date | None:
    return moment.date() if 1949 <= moment.year < 2100 else None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
