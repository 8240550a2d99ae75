"""Places by name and alias. The same name in several places is decided by what stands beside it, or asked."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from data.model import RegionLevel
from data.regions import Regions
from index.understand.parts import Ambiguity, Part, PartKind, Span
from index.understand.typed import Typed
from index.understand.vocabulary import Vocabulary

RANK = {RegionLevel.PROVINCE: 0, RegionLevel.PREFECTURE: 1}
LOWEST = 2


@dataclass(frozen=True, slots=True)
class Named:
    """A name in the text and the regions that are called so. asked: by the table, never decided by level."""

    span: Span
    codes: tuple[str, ...]
    asked: bool


def find_regions(typed: Typed, vocabulary: Vocabulary) -> Iterator[Part | Ambiguity]:
    """Yield one part for each place (`杭州市西湖区` is one), an ambiguity where no single place is meant."""
    regions = vocabulary.tables.regions
    named = _at_home(_decided(list(_names(typed, vocabulary)), regions), regions)
    for name in _joined(named, typed, regions):
        if len(name.codes) == 1 and not name.asked:
            yield Part(PartKind.REGION, name.codes[0], typed.words(name.span), name.span)
        elif not _elsewhere(name, named, regions):
            yield Ambiguity(PartKind.REGION, typed.words(name.span), name.span, name.codes)


def narrowest(codes: Iterable[str], regions: Regions) -> tuple[str, ...]:
    """Return `codes` without those that contain another of them: 杭州 beside 余杭区 only says which 余杭区."""
    wanted = list(dict.fromkeys(codes))
    return tuple(code for code in wanted if not any(_above(code, other, regions) for other in wanted))


def _names(typed: Typed, vocabulary: Vocabulary) -> Iterator[Named]:
    place, last = 0, -1
    while place < len(typed.open):
        found = _at(typed, place, vocabulary, beside=last == place)
        if found:
            yield found
        place = found.span[1] if found else place + 1
        last = found.span[1] if found else last


def _at(typed: Typed, place: int, vocabulary: Vocabulary, *, beside: bool) -> Named | None:
    words = vocabulary.words
    for end, codes in vocabulary.regions.at(typed.open, place):
        name, span = typed.open[place:end], (place, end)
        ordinary = name in words.ordinary_words
        if _is_name(typed, span, vocabulary) and (beside or typed.alone(span) or not ordinary):
            return Named(span, codes, asked=ordinary or name in words.generic_places or name in words.always_ask)
    return None


def _is_name(typed: Typed, span: Span, vocabulary: Vocabulary) -> bool:
    """Say whether whole words are taken; a one-character name stands alone, and 杭州银行 is no place."""
    start, end = span
    if end - start == 1:
        return typed.alone(span)
    after, words = typed.folded[end:], vocabulary.words
    ends = end in typed.edges or after.startswith(words.still_a_region_before)
    return start in typed.edges and ends and not after.startswith(words.not_a_region_before)


def _decided(names: list[Named], regions: Regions) -> list[Named]:
    """Decide names by the places that are clear, then by level, then once more by what became clear."""
    names = [_below(name, _clear(names), regions) for name in names]
    names = [name if name.asked else replace(name, codes=_highest(name.codes, regions)) for name in names]
    return [_below(name, _clear(names), regions) for name in names]


def _clear(names: list[Named]) -> set[str]:
    return {name.codes[0] for name in names if len(name.codes) == 1 and not name.asked}


def _below(name: Named, clear: Collection[str], regions: Regions) -> Named:
    """Keep the regions that are below one that is clear, if any is; of 江苏省南京市 both are, but 南京市 decides."""
    if len(name.codes) == 1 and not name.asked:
        return name
    for places in (narrowest(sorted(clear), regions), clear):
        kept = tuple(code for code in name.codes if any(_above(other, code, regions) for other in places))
        if kept:
            return replace(name, codes=kept, asked=name.asked and len(kept) > 1)
    return name


def _highest(codes: tuple[str, ...], regions: Regions) -> tuple[str, ...]:
    ranks = [RANK.get(regions[code].level, LOWEST) for code in codes]
    highest = tuple(code for code, rank in zip(codes, ranks, strict=True) if rank == min(ranks))
    return highest if len(highest) == 1 else codes


def _at_home(names: list[Named], regions: Regions) -> list[Named]:
    """Leave out a county that is written in one with a city it does not belong to: 武汉东湖 is not 南昌's 东湖区."""
    pairs = zip([None, *names], names, strict=False)
    return [name for before, name in pairs if before is None or not _strange(before, name, regions)]


def _strange(left: Named, right: Named, regions: Regions) -> bool:
    if left.span[1] != right.span[0] or not (_clear([left]) and _clear([right])):
        return False
    city, county = left.codes[0], right.codes[0]
    lower = RANK.get(regions[county].level, LOWEST) > RANK.get(regions[city].level, LOWEST)
    return lower and city != county and not _above(city, county, regions)


def _joined(names: list[Named], typed: Typed, regions: Regions) -> Iterator[Named]:
    """Make one of neighbours that are one place and a place in it, in either order."""
    waiting: Named | None = None
    for name in names:
        one = waiting and _one(waiting, name, typed, regions)
        if waiting and not one:
            yield waiting
        waiting = one or name
    if waiting:
        yield waiting


def _one(left: Named, right: Named, typed: Typed, regions: Regions) -> Named | None:
    clear = _clear([left, right])
    if typed.folded[left.span[1] : right.span[0]].strip(" ") or not all(_clear([name]) for name in (left, right)):
        return None
    low = narrowest(clear, regions)
    return Named((left.span[0], right.span[1]), low, asked=False) if len(low) == 1 else None


def _elsewhere(name: Named, names: list[Named], regions: Regions) -> bool:
    """Say whether a common name (经开区) stands beside a place that has none of it in the table: nothing to ask."""
    return name.asked and any(
        not any(_above(other, code, regions) or code == other for code in name.codes) for other in _clear(names)
    )


def _above(code: str, other: str, regions: Regions) -> bool:
    return code != other and any(region.code == code for region in regions.path(other))
