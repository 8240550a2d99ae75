"""What one check found."""

from dataclasses import dataclass
from enum import IntEnum


class Grade(IntEnum):
    """How bad it is; the number is the exit code. `DOUBT`: it works, and somebody should look."""

    GOOD = 0
    DOUBT = 1
    FAULT = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what is there, and what to do; nothing to do is empty."""

    grade: Grade
    what: str
    found: str
    do: str = ""


def good(what: str, found: str) -> Finding:
    """Return that all is well."""
    return Finding(Grade.GOOD, what, found)


def doubt(what: str, found: str, do: str) -> Finding:
    """Return that somebody should look."""
    return Finding(Grade.DOUBT, what, found, do)


def fault(what: str, found: str, do: str) -> Finding:
    """Return that something does not work."""
    return Finding(Grade.FAULT, what, found, do)


def some(names: list[str], most: int = 5) -> str:
    """Return the first few of many names, and how many more there are."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")
