"""The place that a document holds for: from the names of its issuers, and from the host that shows it.

A name that several places share (鼓楼区) is settled by the place named beside it or by the host; otherwise it stays
open (`None`): a wrong place would show people money that they cannot get.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from data.model import RegionLevel
from data.regions import COUNTRY, Regions
from data.sources import by_host, host_of
from data.strict import read_record
from data.tables import TABLES, Tables

_LONGEST_NAME = 16
_PREFIX = re.compile(r"^(?:中共|中华人民共和国(?=[一-龥]{2,}(?:省|市|区|海关|税务)))")
_RELATIVE: Mapping[str, tuple[RegionLevel, ...]] = {
    "省": (RegionLevel.PROVINCE,),
    "自治区": (RegionLevel.PROVINCE,),
    "州": (RegionLevel.PREFECTURE,),
    "市": (RegionLevel.PREFECTURE, RegionLevel.PROVINCE),
    "区": (RegionLevel.ZONE, RegionLevel.COUNTY),
    "县": (RegionLevel.COUNTY,),
}


@dataclass(frozen=True, slots=True)
class Hosts:
    """Domains of one region's government."""

    region: str
    domains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegionWords:
    """The lists of `metadata_regions.yml`; the comments there say what each is for."""

    central_organs: tuple[str, ...]
    generic_zones: tuple[str, ...]
    hosts: tuple[Hosts, ...]


@dataclass(frozen=True, slots=True)
class _Match:
    """Places that begin a name. used: how many characters; alias: not the full name."""

    codes: tuple[str, ...]
    used: int
    alias: bool


@cache
def region_words() -> RegionWords:
    """Return the words, read once a process. Raises `TableError`."""
    return read_record(TABLES / "reading" / "metadata_regions.yml", RegionWords)


def region_of_host(url: str, tables: Tables) -> str | None:
    """Return the code of the region whose government runs the host of `url`; `None` if that is not known."""
    host = host_of(url)
    if host is None:
        return None
    named = host.partition(":")[0]
    owners = by_host(tables.sources.values())
    source = owners.get(host) or owners.get(named)
    if source is not None and (named.endswith("gov.cn") or source.hosts[0] in {host, named}):
        return source.region
    domains = _domains() | {
        owner.removeprefix("www."): place.region for owner, place in owners.items() if owner.startswith("www.")
    }
    return next((domains[domain] for domain in _parents(named) if domain in domains), None)


def region_of_issuers(names: Sequence[str], regions: Regions, *, near: str | None = None) -> str | None:
    """Return the code of the region of the first issuer whose name tells it; `None` if none does or it stays open.

    near: code of a region that settles shared and relative names (区政府), that of the host.
    """
    alone = [region_of_name(name, regions, near=near) for name in names]
    for name, code in zip(names, alone, strict=True):
        beside = (region_of_name(name, regions, near=other) for other in alone if other)
        settled = code or next((found for found in beside if found), None)
        if settled:
            return settled
    return None


def region_of_name(name: str, regions: Regions, *, near: str | None = None) -> str | None:
    """Return the code of the region of one office, see `region_of_issuers`."""
    plain = _PREFIX.sub("", re.sub(r"\s", "", name))
    central = next((organ for organ in _central() if plain.startswith(organ)), None)
    rest = plain[len(central) :] if central else plain
    match = _deepest(rest, regions)
    if central and match is None:
        return COUNTRY
    if match is None:
        return _relative(plain, regions, near)
    generic = rest[: match.used] in region_words().generic_zones
    fitting = [code for code in match.codes if near and _related(code, near, regions)]
    if len(fitting) == 1:
        return fitting[0]
    alone = len(match.codes) == 1 and not generic and not (match.alias and near and match.used < 3 and not fitting)
    return match.codes[0] if alone else None


def _deepest(text: str, regions: Regions) -> _Match | None:
    """Return the places that begin `text`, followed down: 广州市海珠区 is the district, not the city."""
    best = next(_beginnings(text, regions), None)
    while best is not None:
        deeper = _below(text, best, regions)
        if deeper is None:
            return best
        best = deeper
    return None


def _below(text: str, match: _Match, regions: Regions) -> _Match | None:
    for found in _beginnings(text[match.used :], regions):
        codes = tuple(
            code
            for code in found.codes
            if any(_is_below(code, upper, regions) for upper in match.codes if upper != code)
        )
        if codes:
            return _Match(codes, match.used + found.used, found.alias)
    return None


def _beginnings(text: str, regions: Regions) -> Iterator[_Match]:
    for size in range(min(_LONGEST_NAME, len(text)), 1, -1):
        found = regions.named(text[:size])
        if found:
            alias = all(region.name != text[:size] for region in found)
            named = [region for region in found if alias or region.name == text[:size]]
            yield _Match(tuple(region.code for region in named), size, alias)


def _relative(name: str, regions: Regions, near: str | None) -> str | None:
    """区政府, 市科技局: the host says which."""
    if near is None or near not in regions:
        return None
    for word, levels in _RELATIVE.items():
        if name.startswith(word):
            path = {region.level: region.code for region in regions.path(near)}
            return next((path[level] for level in levels if level in path), None)
    return None


def _is_below(code: str, upper: str, regions: Regions) -> bool:
    return any(region.code == upper for region in regions.path(code)[:-1])


def _related(code: str, near: str, regions: Regions) -> bool:
    """Say whether one of two places lies in the other; the country, which holds all, settles nothing."""
    if near == COUNTRY or near not in regions:
        return False
    return code == near or _is_below(code, near, regions) or _is_below(near, code, regions)


def _parents(host: str) -> Iterable[str]:
    """Yield the host and the domains above it; gov.cn stands for www.gov.cn only."""
    parts = host.removeprefix("www.").split(".")
    domains = [".".join(parts[at:]) for at in range(len(parts) - 1)]
    return [domain for domain in domains if domain != "gov.cn" or len(parts) == 2]


@cache
def _central() -> tuple[str, ...]:
    return tuple(sorted(region_words().central_organs, key=len, reverse=True))


@cache
def _domains() -> dict[str, str]:
    return {domain: entry.region for entry in region_words().hosts for domain in entry.domains}
