"""Rows of a table that are the grades of one grant: A类人才 200万元, B类人才 100万元."""

from dataclasses import replace

from data.model import Span
from index.read.incentives.cues import has
from index.read.incentives.found import Found
from index.read.incentives.sentences import Part


def is_grade(part: Part, found: tuple[Found, ...]) -> bool:
    """Tell whether a part is a row that names a grade and one plain amount."""
    if len(found) != 1 or not part.sentences or not part.sentences[0].is_row:
        return False
    grant = found[0].incentive
    plain = grant.amount_max is not None and not grant.tiers and not grant.rates and not grant.floor
    return plain and has("grade_row", part.sentences[0].text)


def joins(above: Found, below: Found) -> bool:
    """Tell whether two grades are of the same grant."""
    one, other = above.incentive, below.incentive
    return (one.kind, one.per, one.period, one.up_to) == (other.kind, other.per, other.period, other.up_to)


def joined(above: Found, below: Found) -> Found:
    """Return the grant of a row with the amount of the row below it as a further tier."""
    one, other = above.incentive, below.incentive
    if one.amount_max is None or other.amount_max is None or one.span is None or other.span is None:
        return above
    tiers = (*(one.tiers or (one.amount_max,)), other.amount_max)
    span = Span(one.span.start, other.span.end)
    return replace(above, incentive=replace(one, amount_max=max(tiers), tiers=tiers, span=span, rule="grades_in_rows"))
