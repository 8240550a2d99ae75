"""The days of a document: when it holds and what ended it, and the rounds in which applications are taken."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Window:
    """One round in which applications are taken, both days included.

    closes_at: the hour on the last day, local time. kinds: codes of the incentives it is for; empty if not stated.
    materials: what is to be handed in. office: where, and how to ask; never a person's name. quote: the words that
    give the days.
    """

    opens: date | None
    closes: date | None
    closes_at: str | None = None
    kinds: tuple[str, ...] = ()
    note: str | None = None
    materials: tuple[str, ...] = ()
    office: str | None = None
    quote: str | None = None


class WindowState(StrEnum):
    """How an application round stands on a given day. Computed, see `index.windows`; never stored.

    `closing`: open, and the last day is at most 14 days away. `rolling`: applications are taken all the year.
    `unknown`: neither end says enough.
    """

    OPEN = "open"
    CLOSING = "closing"
    ROLLING = "rolling"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Dated(StrEnum):
    """What a day of a document is: a round opens, or is open for the last time; the last day in force."""

    OPENS = "opens"
    CLOSES = "closes"
    ENDS = "ends"


class ValidityState(StrEnum):
    """Whether a document holds on a given day. Computed, see `index.validity`; never stored."""

    IN_FORCE = "in_force"
    UNKNOWN = "unknown"
    NOT_YET = "not_yet"
    DRAFT = "draft"
    EXPIRED = "expired"
    REPLACED = "replaced"


class Certainty(StrEnum):
    """How sure it is that one document ended another.

    `stated`: its text says so. `reported`: others say so. `inferred`: a new version of the same name took effect.
    `likely`: a later document covers the same items, no words of repeal were seen. `possible`: a later document on
    the subject exists. The first three end validity, `likely` makes it unknown, `possible` is only a hint.
    """

    STATED = "stated"
    REPORTED = "reported"
    INFERRED = "inferred"
    LIKELY = "likely"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Ending:
    """How a document ended before its own last day: by which other one, and from which day on it no longer holds.

    by: id of that document; by_title where it is not in the catalog. on: first day without force; `None` if unknown.
    """

    certainty: Certainty
    by: str | None = None
    by_title: str | None = None
    on: date | None = None
    note: str | None = None
