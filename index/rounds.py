"""The application round to know of for one incentive, where its document names several or none."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from data.model import ValidityState, Window, WindowState
from index.found import Hit
from index.windows import window_state

ORDER = (
    WindowState.CLOSING,
    WindowState.OPEN,
    WindowState.ROLLING,
    WindowState.NOT_YET,
    WindowState.CLOSED,
    WindowState.UNKNOWN,
)
"""Of several rounds the first in this order is said: one that takes applications before one that does not."""

OVER = frozenset({ValidityState.EXPIRED, ValidityState.REPLACED, ValidityState.DRAFT})


@dataclass(frozen=True, slots=True)
class Round:
    """The round to know of, `None` if the document names none for this kind of incentive."""

    state: WindowState
    window: Window | None = None


def round_of(hit: Hit, day: date) -> Round:
    """Return the round of an incentive on `day`. A document that is over takes no applications."""
    windows = _for_kind(hit.document.windows, hit.incentive.kind)
    rounds = (Round(window_state(window, day), window) for window in windows)
    found = min(rounds, key=lambda one: _rank(one, day), default=Round(WindowState.UNKNOWN))
    takes = found.state not in {WindowState.CLOSED, WindowState.UNKNOWN}
    return Round(WindowState.CLOSED, found.window) if takes and hit.validity.state in OVER else found


def _for_kind(windows: Iterable[Window], kind: str) -> list[Window]:
    return [window for window in windows if not window.kinds or kind in window.kinds]


def _rank(one: Round, day: date) -> tuple[int, int]:
    """Return what orders rounds: how they stand, then how far the end is off, so that the last closed one is said."""
    closes = one.window.closes if one.window else None
    return ORDER.index(one.state), abs((closes - day).days) if closes else 0
