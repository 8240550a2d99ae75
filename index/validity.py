"""Whether a document holds on a given day: computed from dates and relations, never stored as a word.

`Term` holds the few facts that decide; it is indexed, so that Elasticsearch answers the same question for any day
(`states_filter`) as `state_on` does for one document.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from data.model import Certainty, Document, DocumentKind, ValidityState

ENDS_VALIDITY = {Certainty.STATED, Certainty.REPORTED, Certainty.INFERRED}

Clause = dict[str, Any]
"""A part of an Elasticsearch query."""

MATCH_ALL: Clause = {"match_all": {}}
MATCH_NONE: Clause = {"match_none": {}}


@dataclass(frozen=True, slots=True)
class Term:
    """What decides validity.

    starts: first day in force. ends: last day by its own dates (失效 date, else the plan years, else the end of the
    application round of a notice). replaced_on: first day on which another document took its place. over: replaced,
    but no day is known. draft: no final text. doubtful: very likely replaced. attested: found in force by somebody.
    """

    starts: date | None = None
    ends: date | None = None
    replaced_on: date | None = None
    over: bool = False
    draft: bool = False
    doubtful: bool = False
    attested: bool = False

    @property
    def last_day(self) -> date | None:
        """Last day in force as far as known, `None` if no end is known."""
        replaced = self.replaced_on - timedelta(days=1) if self.replaced_on else None
        return min((day for day in (self.ends, replaced) if day), default=None)


def today() -> date:
    """Return the day in China, whose rules these are."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def term_of(document: Document) -> Term:
    """Return the facts that decide the validity of `document`."""
    ending = document.ending
    ended = ending is not None and ending.certainty in ENDS_VALIDITY
    return Term(
        starts=document.effective or document.published,
        ends=document.expires or document.plan_until or _last_round(document),
        replaced_on=ending.on if ending and ended else None,
        over=ended and ending is not None and ending.on is None,
        draft=document.is_draft,
        doubtful=ending is not None and ending.certainty is Certainty.LIKELY,
        attested=document.in_force_seen is not None,
    )


def _last_round(document: Document) -> date | None:
    closes = [window.closes for window in document.windows if window.closes]
    return max(closes) if closes and document.kind is DocumentKind.NOTICE else None


def state_on(term: Term, day: date) -> ValidityState:
    """Return the state on `day`; the first case that fits decides."""
    cases = (
        (term.draft, ValidityState.DRAFT),
        (term.over, ValidityState.REPLACED),
        (term.replaced_on is not None and term.replaced_on <= day, ValidityState.REPLACED),
        (term.ends is not None and term.ends < day, ValidityState.EXPIRED),
        (term.starts is not None and term.starts > day, ValidityState.NOT_YET),
        (term.doubtful, ValidityState.UNKNOWN),
        (term.ends is not None or term.attested, ValidityState.IN_FORCE),
    )
    return next((state for fits, state in cases if fits), ValidityState.UNKNOWN)


def states_filter(states: Collection[ValidityState], day: date) -> Clause:
    """Return the query for rows that are in one of `states` on `day`.

    The cases are a decision list, the first one that fits decides; told from its end each case stands once, and cases
    behind the last one that matters not at all. A filter for each state would ask the same case up to six times.
    """
    *cases, (_, otherwise) = _case_filters(day)
    found = MATCH_ALL if otherwise in states else MATCH_NONE
    for fits, state in reversed(cases):
        found = _or(fits, found) if state in states else _but_not(found, fits)
    return found


def _or(fits: Clause, others: Clause) -> Clause:
    if others == MATCH_ALL:
        return others
    return fits if others == MATCH_NONE else {"bool": {"should": [fits, others], "minimum_should_match": 1}}


def _but_not(found: Clause, fits: Clause) -> Clause:
    if found == MATCH_NONE:
        return found
    if "must_not" in found.get("bool", {}):
        return {"bool": {**found["bool"], "must_not": [fits, *found["bool"]["must_not"]]}}
    return {"bool": {"must_not": [fits], "filter": [] if found == MATCH_ALL else [found]}}


def _case_filters(day: date) -> list[tuple[Clause, ValidityState]]:
    today = day.isoformat()
    known_end = {"exists": {"field": "term.ends"}}
    attested = {"term": {"term.attested": True}}
    return [
        ({"term": {"term.draft": True}}, ValidityState.DRAFT),
        ({"term": {"term.over": True}}, ValidityState.REPLACED),
        ({"range": {"term.replaced_on": {"lte": today}}}, ValidityState.REPLACED),
        ({"range": {"term.ends": {"lt": today}}}, ValidityState.EXPIRED),
        ({"range": {"term.starts": {"gt": today}}}, ValidityState.NOT_YET),
        ({"term": {"term.doubtful": True}}, ValidityState.UNKNOWN),
        ({"bool": {"should": [known_end, attested], "minimum_should_match": 1}}, ValidityState.IN_FORCE),
        (MATCH_ALL, ValidityState.UNKNOWN),
    ]
