"""iCalendar (RFC 5545): whole-day events as values, and as the bytes that are sent."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

MEDIA = "text/calendar; charset=utf-8"
PRODUCT = "-//ai-policy-kb//calendar//ZH"
MOST_OCTETS = 75
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Event:
    """One day. id: stays the same for ever. stamp: when the event was last known to change, UTC."""

    id: str
    day: date
    title: str
    description: str
    page: str
    stamp: datetime
    category: str
    place: str


def write(name: str, about: str, events: Iterable[Event]) -> bytes:
    """Return a calendar."""
    body = [
        ("BEGIN", "VCALENDAR"),
        ("VERSION", "2.0"),
        ("PRODID", PRODUCT),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
        ("NAME", escape(name)),
        ("X-WR-CALNAME", escape(name)),
        ("X-WR-CALDESC", escape(about)),
        ("REFRESH-INTERVAL;VALUE=DURATION", "PT12H"),
        *(line for event in events for line in _event(event)),
        ("END", "VCALENDAR"),
    ]
    return b"".join(fold(f"{key}:{value}") for key, value in body)


def _event(event: Event) -> Iterator[tuple[str, str]]:
    yield "BEGIN", "VEVENT"
    yield "UID", escape(event.id)
    yield "DTSTAMP", event.stamp.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    yield "DTSTART;VALUE=DATE", event.day.strftime("%Y%m%d")
    if event.day < date.max:
        yield "DTEND;VALUE=DATE", (event.day + timedelta(days=1)).strftime("%Y%m%d")
    yield "SUMMARY", escape(event.title)
    yield "DESCRIPTION", escape(event.description)
    yield "URL", CONTROLS.sub("", event.page)
    yield "CATEGORIES", escape(event.category)
    yield "LOCATION", escape(event.place)
    yield "TRANSP", "TRANSPARENT"
    yield "END", "VEVENT"


def escape(text: str) -> str:
    """Return `text` as a value of the type TEXT."""
    plain = CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    for mark, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        plain = plain.replace(mark, written)
    return plain


def fold(line: str) -> bytes:
    """Return a line with its end, folded to 75 octets without cutting a character."""
    folded, width = [], 0
    for character in line:
        octets = character.encode()
        if width + len(octets) > MOST_OCTETS:
            folded.append(b"\r\n ")
            width = 1
        folded.append(octets)
        width += len(octets)
    return b"".join(folded) + b"\r\n"
