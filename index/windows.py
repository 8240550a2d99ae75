"""How an application round stands on a day. Both of its days count; an hour on the last day is for people to heed."""

import re
from datetime import date, timedelta
from functools import cache

from data.model import Window, WindowState
from index.read.windows.words import pattern, words

CLOSING_DAYS = 14


def window_state(window: Window, day: date) -> WindowState:
    """Return how the round stands on `day`; a round without a last day is not known to be open once it began."""
    if window.closes is not None and window.closes < day:
        return WindowState.CLOSED
    if window.opens is not None and window.opens > day:
        return WindowState.NOT_YET
    if window.closes is None:
        rolling = _rolling().search(f"{window.note or ''}\n{window.quote or ''}")
        return WindowState.ROLLING if rolling else WindowState.UNKNOWN
    return WindowState.CLOSING if window.closes - day <= timedelta(days=CLOSING_DAYS) else WindowState.OPEN


@cache
def _rolling() -> re.Pattern[str]:
    return re.compile(pattern(words().rolling))
