"""Where incentives apply, and what the same firm would get elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from data.model import Document, Yuan
from data.regions import COUNTRY, Regions
from index.match.firm import Firm
from index.match.judge import Assessment
from index.match.total import Caps, Total, total


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What a firm would get if it were registered in `region`, with all levels above."""

    region: str
    total: Total


def applies(document: Document, region: str, regions: Regions) -> bool:
    """Say whether a document holds for a firm in `region`: it is of that place or a level above."""
    return document.region is not None and document.region in {above.code for above in regions.path(region)}


def applying(found: Iterable[Assessment], region: str, regions: Regions) -> list[Assessment]:
    """Return the assessments of what holds in `region`, the nearest level first."""
    depth = {above.code: place for place, above in enumerate(regions.path(region))}
    here = [one for one in found if one.hit.document.region in depth]
    return sorted(here, key=lambda one: -depth[one.hit.document.region or COUNTRY])


def elsewhere(
    found: Sequence[Assessment], firm: Firm, caps: Caps, regions: Regions, day: date, *, by_low: bool = False
) -> list[Elsewhere]:
    """Return all places that publish any of `found`, the highest upper end (or lower end) first."""
    codes = sorted({one.hit.document.region for one in found if one.hit.document.region} - {COUNTRY})
    places = [
        Elsewhere(code, total(applying(found, code, regions), replace(firm, region=code), caps, day)) for code in codes
    ]
    return sorted(places, key=lambda place: _rank(place.total, by_low=by_low))


def _rank(sums: Total, *, by_low: bool) -> tuple[Yuan, Yuan]:
    low, high = Yuan(-sums.low), Yuan(-sums.high)
    return (low, high) if by_low else (high, low)
