"""What the archive keeps: pages as they were fetched, the visits that brought them, and runs of sources."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Page:
    """One resource as it was fetched once.

    url: as it was asked for, http or https. final_url: where the answer came from, `None` if it was not redirected.
    fetched: with a time zone. headers: names and values as sent, in order, one character a byte (Latin-1).
    body: the bytes without transfer and content encoding. imported: saved by hand, not fetched by the crawler.
    digest: SHA-256 of `body`, hexadecimal, computed here.
    """

    url: str
    fetched: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
    final_url: str | None = None
    imported: bool = False
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", sha256(self.body).hexdigest())


class Finding(StrEnum):
    """What one request for a URL found.

    `new`: the first version of it. `changed`: bytes other than the newest version's. `same`: the same bytes again.
    `unchanged`: the server says so (304). `gone`: 404 or 410. `failed`: anything else, or no answer.
    """

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    UNCHANGED = "unchanged"
    GONE = "gone"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a URL and what it found.

    at: UTC. status: of the answer, `None` if there was none. digest: SHA-256 of the version that the visit brought or
    found again, `None` if gone or failed. moved: what is known of the URL's present state changed: it has a new newest
    version, it went, or it is back. cause: why it failed, where the crawler knows.
    """

    source: str
    run: str
    url: str
    at: datetime
    finding: Finding
    status: int | None
    digest: str | None
    moved: bool
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """One kept version of a URL's bytes: when they came, and where they lie.

    at: UTC. digest: SHA-256, hexadecimal. file: name of the WARC file; offset, length: bytes of the record's gzip
    member in it. imported: saved by hand, not fetched by the crawler.
    """

    source: str
    run: str
    url: str
    at: datetime
    digest: str
    file: str
    offset: int
    length: int
    imported: bool = False


class Outcome(StrEnum):
    """How a run of a source ended. Only `ok` and `unchanged` are good.

    `blocked`: a challenge or 403. `robots`: robots.txt says no. `unreachable`: DNS, TLS, time-out. `stale`: nothing new
    for too long. `needs_browser`: lists through script only. `imported`: pages saved by hand; says nothing of the site.
    """

    OK = "ok"
    UNCHANGED = "unchanged"
    PARTIAL = "partial"
    EMPTY = "empty"
    LAYOUT_CHANGED = "layout_changed"
    BLOCKED = "blocked"
    ROBOTS = "robots"
    UNREACHABLE = "unreachable"
    STALE = "stale"
    NEEDS_BROWSER = "needs_browser"
    IMPORTED = "imported"


Evidence = Mapping[str, str | int | float | bool | None]
"""What an outcome rests on, by name: counts, expected counts, a cause in words."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one source. ended, outcome: `None` while it goes on, and for ever if it was killed.

    id: unique in the source, sorts by start. counts: visits by finding, as far as they are in the ledger.
    """

    source: str
    id: str
    started: datetime
    ended: datetime | None = None
    outcome: Outcome | None = None
    evidence: Evidence = field(default_factory=dict)
    counts: Mapping[Finding, int] = field(default_factory=dict)
