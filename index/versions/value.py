"""One version of a document, all versions of one, and two held against each other."""

from dataclasses import dataclass

from data.model import Capture, ClauseChange


@dataclass(frozen=True, slots=True)
class Version:
    """One wording of a document, which its page had from `first` on.

    number: from 1, the oldest that was read. first: the bytes that brought it. last: the newest bytes that say the
    same. title: as that page had it, `None` if it had none. characters: length of the text. changed: clauses that
    differ from the version before; 0 for the first.
    """

    number: int
    first: Capture
    last: Capture
    title: str | None
    characters: int
    changed: int = 0


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of one document, oldest first. unread: kept states older than the first version, never compared."""

    all: tuple[Version, ...]
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions of a document and the clauses that differ, in the order of the new one."""

    old: Version
    new: Version
    clauses: tuple[ClauseChange, ...]
