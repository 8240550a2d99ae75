"""Places that publish rules or pay."""

from dataclasses import dataclass
from enum import StrEnum


class RegionLevel(StrEnum):
    """Levels of GB/T 2260, and `zone` for development zones, which have no code there."""

    COUNTRY = "country"
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    ZONE = "zone"


@dataclass(frozen=True, slots=True)
class Region:
    """A place that publishes rules or pays.

    `code` is the six digits of GB/T 2260 (`000000` for the whole country), or `<six digits>-<pinyin>` for a
    development zone. `parent` is the code one step up, `None` for the country only. `aliases` are other
    names people type; one alias may belong to several regions.
    """

    code: str
    name: str
    level: RegionLevel
    parent: str | None
    aliases: tuple[str, ...] = ()
