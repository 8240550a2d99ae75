"""Validity is computed from dates: the day before, the day itself, the day after."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from data.model import Certainty, Confidence, Document, DocumentKind, Ending, TitleStatus, ValidityState, Window
from index.validity import Term, state_on, term_of, today

DAY = date(2026, 6, 15)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
PLAIN = Document("cn-1", TitleStatus.VERIFIED, DocumentKind.POLICY, Confidence.HIGH, title="某办法")


def on(document: Document, day: date = DAY) -> ValidityState:
    return state_on(term_of(document), day)


def test_nothing_known_is_unknown() -> None:
    assert on(PLAIN) is ValidityState.UNKNOWN


def test_last_day_is_in_force_and_the_next_is_not() -> None:
    document = replace(PLAIN, expires=DAY)
    assert [on(document, day) for day in (BEFORE, DAY, AFTER)] == ["in_force", "in_force", "expired"]


def test_first_day_is_in_force_and_the_day_before_is_not() -> None:
    document = replace(PLAIN, effective=DAY, in_force_seen=DAY)
    assert [on(document, day) for day in (BEFORE, DAY, AFTER)] == ["not_yet", "in_force", "in_force"]


def test_effective_date_counts_before_publication() -> None:
    document = replace(PLAIN, published=BEFORE, effective=AFTER, in_force_seen=DAY)
    assert on(document) is ValidityState.NOT_YET


@pytest.mark.parametrize("certainty", [Certainty.STATED, Certainty.REPORTED, Certainty.INFERRED])
def test_replaced_from_the_day_the_other_takes_effect(certainty: Certainty) -> None:
    document = replace(PLAIN, expires=AFTER, ending=Ending(certainty, by="cn-2", on=DAY))
    assert [on(document, day) for day in (BEFORE, DAY, AFTER)] == ["in_force", "replaced", "replaced"]
    assert term_of(document).last_day == BEFORE


def test_replaced_on_an_unknown_day() -> None:
    assert on(replace(PLAIN, expires=AFTER, ending=Ending(Certainty.STATED, by="cn-2"))) is ValidityState.REPLACED


def test_likely_replacement_makes_validity_unknown_and_a_possible_one_does_not() -> None:
    document = replace(PLAIN, expires=AFTER)
    assert on(replace(document, ending=Ending(Certainty.LIKELY, by="cn-2"))) is ValidityState.UNKNOWN
    assert on(replace(document, ending=Ending(Certainty.POSSIBLE, by="cn-2", on=BEFORE))) is ValidityState.IN_FORCE


def test_draft_is_a_draft_whatever_its_dates_say() -> None:
    assert on(replace(PLAIN, is_draft=True, effective=BEFORE, expires=AFTER)) is ValidityState.DRAFT


def test_plan_years_end_a_plan_only_where_no_end_is_stated() -> None:
    assert on(replace(PLAIN, plan_until=BEFORE)) is ValidityState.EXPIRED
    assert on(replace(PLAIN, plan_until=BEFORE, expires=AFTER)) is ValidityState.IN_FORCE


def test_last_round_ends_a_notice_but_not_a_policy() -> None:
    windows = (Window(None, BEFORE), Window(None, DAY), Window(None, None))
    notice = replace(PLAIN, kind=DocumentKind.NOTICE, windows=windows)
    assert [on(notice, day) for day in (DAY, AFTER)] == ["in_force", "expired"]
    assert on(replace(notice, kind=DocumentKind.POLICY), AFTER) is ValidityState.UNKNOWN


def test_no_end_known_has_no_last_day() -> None:
    assert Term(attested=True).last_day is None


def test_today_is_the_day_in_china() -> None:
    assert abs((today() - date.today()).days) <= 1  # noqa: DTZ011 - either zone will do here
