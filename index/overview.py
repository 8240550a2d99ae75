"""What regions pay, side by side: the highest reward, the number of incentives and the newest date of each."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from data.model import Yuan
from data.regions import COUNTRY, Regions
from index.query import MAX_HITS, Query, Scope, Sort
from index.rows import newest_date
from index.search import Hit, Searcher

PAGE = 100


@dataclass(frozen=True, slots=True)
class Place:
    """One region with all below it.

    best: its incentive with the highest stated amount. newest: the last day on which a document of it was published.
    Both are `None` where nothing is known.
    """

    code: str
    count: int = 0
    best: Hit | None = None
    newest: date | None = None

    @property
    def most(self) -> Yuan | None:
        """Highest stated amount, in yuan."""
        return self.best.incentive.amount_max if self.best else None


def hits_of(searcher: Searcher, day: date, *, kinds: Sequence[str] = (), scope: Scope = Scope.CURRENT) -> Iterator[Hit]:
    """Yield all incentives of the kinds, the highest amounts first."""
    for page in range(1, MAX_HITS // PAGE + 1):
        found = searcher.search(Query(on=day, kinds=tuple(kinds), scope=scope, sort=Sort.AMOUNT, page=page, size=PAGE))
        yield from found.hits
        if page * PAGE >= found.total:
            return


def provinces(hits: Iterable[Hit], regions: Regions) -> Mapping[str, Place]:
    """Return one `Place` for each province, by code, in the order of GB/T 2260; the country itself is left out."""
    by_province: defaultdict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        path = regions.path(hit.document.region) if hit.document.region else ()
        if len(path) > 1:
            by_province[path[1].code].append(hit)
    return {region.code: _place(region.code, by_province[region.code]) for region in regions.children(COUNTRY)}


def ranked(hits: Iterable[Hit]) -> list[Place]:
    """Return the regions that publish the hits, each for itself, the highest stated amount first, then by number."""
    by_region: defaultdict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        if hit.document.region:
            by_region[hit.document.region].append(hit)
    places = [_place(code, found) for code, found in by_region.items()]
    return sorted(places, key=lambda place: (-(place.most or 0), -place.count, place.code))


def _place(code: str, hits: Sequence[Hit]) -> Place:
    stated = [hit for hit in hits if hit.incentive.amount_max is not None]
    days = [day for hit in hits if (day := newest_date(hit.document))]
    best = max(stated, key=lambda hit: hit.incentive.amount_max or 0, default=None)
    return Place(code, len(hits), best, max(days, default=None))
