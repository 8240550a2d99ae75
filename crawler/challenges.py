"""Answers that are no pages but a wall: recognised by the table of challenges, recorded, never evaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crawler.decode import decode
from crawler.families.listing import Answer
from data.strict import read_records

LOOKED_AT = 20_000
"""Bytes of the body that are looked at. A real page is longer, and may speak of such walls further down."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """One kind of wall. statuses: of the answer, any if empty. marks: words of which one is in the body's beginning."""

    id: str
    product: str
    statuses: tuple[int, ...]
    marks: tuple[str, ...]


def read_challenges(folder: Path) -> tuple[Challenge, ...]:
    """Read the table of challenges in `folder`. Raises `TableError`."""
    return tuple(read_records(folder / "challenges.yml", Challenge))


def challenge_in(answer: Answer, challenges: Sequence[Challenge]) -> Challenge | None:
    """Return the wall that an answer is, `None` if it is none. Long pages are walls by their status only."""
    text = decode(answer.body, answer.headers) if len(answer.body) <= LOOKED_AT else ""
    return next((challenge for challenge in challenges if _is(challenge, answer.status, text)), None)


def _is(challenge: Challenge, status: int, text: str) -> bool:
    if challenge.statuses and status not in challenge.statuses:
        return False
    return any(mark in text for mark in challenge.marks) if challenge.marks else bool(challenge.statuses)
