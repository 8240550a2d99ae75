"""An amount in a lead that is paid for each item below it (对下列情形各奖励10万元：一是…；二是…)."""

from collections.abc import Sequence
from dataclasses import replace

from data.model import Span
from index.read.incentives.cues import has
from index.read.incentives.found import Found
from index.read.incentives.kinds import kind_of
from index.read.incentives.noise import Clean
from index.read.incentives.sentences import Part
from index.read.incentives.words import trigger_of

Read = tuple[Part, tuple[Found, ...]]
"""A part with the grants read of it."""


def spread(cleaned: Clean, readings: Sequence[Read]) -> list[tuple[Found, ...]]:
    """Return the grants of each part; a lead's grant that each item gets stands with the items if their kinds differ.

    Where all items are of one kind, it stays one grant of the lead, of that kind.
    """
    grants = [found for _, found in readings]
    for place, (part, found) in enumerate(readings):
        items = _items(readings, place) if _is_for_each(part, found) else []
        kinds = [_kind(readings[item][0]) for item in items]
        if not items or None in kinds:
            continue
        if len(set(kinds)) == 1:
            grants[place] = (_of_kind(found[0], str(kinds[0])),)
            continue
        grants[place] = ()
        for item, kind in zip(items, kinds, strict=True):
            grants[item] = (_for_item(cleaned, found[0], readings[item][0], str(kind)),)
    return grants


def _is_for_each(part: Part, found: tuple[Found, ...]) -> bool:
    plain = len(found) == 1 and found[0].incentive.amount_max is not None and not found[0].incentive.tiers
    return part.is_lead and plain and has("for_each", part.sentences[-1].text)


def _items(readings: Sequence[Read], place: int) -> list[int]:
    """Return the numbers of the items right below a lead; none if one of them has a grant of its own."""
    lead = readings[place][0].sentences[-1].text
    items: list[int] = []
    for number in range(place + 1, len(readings)):
        part, found = readings[number]
        if not (part.is_item and part.sentences and lead in part.lead):
            break
        if found:
            return []
        items.append(number)
    return items


def _kind(part: Part) -> str | None:
    rule = kind_of("".join(sentence.text for sentence in part.sentences), weak=False)
    return rule.kind if rule else None


def _of_kind(found: Found, kind: str) -> Found:
    if not str(found.incentive.rule).endswith("/none"):
        return found
    return replace(found, incentive=replace(found.incentive, kind=kind))


def _for_item(cleaned: Clean, found: Found, part: Part, kind: str) -> Found:
    """Return the grant of a lead for one item; its words go from the lead to the end of the item."""
    words, grant = part.sentences[0].text, found.incentive
    start = grant.span.start if grant.span else 0
    end = cleaned.span(part.sentences[-1].start, part.sentences[-1].end).end
    made = replace(grant, kind=kind, trigger=trigger_of(words) or words, span=Span(start, end), rule="lead_for_each")
    return replace(found, incentive=made)
