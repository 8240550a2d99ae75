"""What a figure or a field rests on, how sure it is, and where two places disagree."""

from dataclasses import dataclass
from enum import StrEnum


class Basis(StrEnum):
    """What a figure rests on, strongest first.

    `official_page`: read on a page of the issuer or of a government site. `guide_and_page`: the guide and a page
    agree. `guide`: the figures survive in the guide's damaged text; the words of the trigger may be a reading.
    `draft`: taken from the consultation draft, the final text may differ. `third_party`: read on somebody else's page.
    """

    OFFICIAL_PAGE = "official_page"
    GUIDE_AND_PAGE = "guide_and_page"
    GUIDE = "guide"
    DRAFT = "draft"
    THIRD_PARTY = "third_party"


class Confidence(StrEnum):
    """How much of the record somebody has seen on pages: most (`high`), some, or little."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Origin(StrEnum):
    """Where a value was read, strongest first: the page's 公开 table, meta tags, text, address; the catalog."""

    TABLE = "table"
    META = "meta"
    TEXT = "text"
    HOST = "host"
    CATALOG = "catalog"


@dataclass(frozen=True, slots=True)
class Said:
    """What one place says of one field. words: as they stand there. value: as read, dates as YYYY-MM-DD."""

    field: str
    origin: Origin
    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Places that disagree on a field of a document, the one that was taken first."""

    field: str
    said: tuple[Said, ...]
