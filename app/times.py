"""Times as people in China read them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from index.words import ABSENT, say_date

CHINA = ZoneInfo("Asia/Shanghai")


def say_time(at: datetime | None) -> str:
    """Return a time in China as 2026年11月20日 08:05, or 未载明."""
    if at is None:
        return ABSENT
    local = at.astimezone(CHINA)
    return f"{say_date(local.date())} {local:%H:%M}"
