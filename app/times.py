"""Times as people in China read them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.language import absent, day

CHINA = ZoneInfo("Asia/Shanghai")


def say_time(at: datetime | None) -> str:
    """Return a time in China in the language of the page: 2026年11月20日 08:05, or 未载明."""
    if at is None:
        return absent()
    local = at.astimezone(CHINA)
    return f"{day(local.date())} {local:%H:%M}"
