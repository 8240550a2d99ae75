"""Records as JSON and as bytes: nothing is lost, an equal record is the same bytes, and what is no record is said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from data.model import Document, Incentive, Percent, Yuan
from data.records import digest, from_json, packed, to_json, unpacked
from data.tables import load

DOCUMENTS = tuple(load().documents.values())


@pytest.mark.parametrize("fetched", [None, datetime(2026, 11, 2, 3, 4, 5, 678, tzinfo=UTC)])
def test_nothing_is_lost(fetched: datetime | None) -> None:
    for document in DOCUMENTS:
        whole = replace(document, fetched=fetched, text="第一条　奖励。\n")
        assert unpacked(packed(whole), Document) == from_json(to_json(whole), Document) == whole


def test_what_was_packed_once_is_the_same_bytes_for_ever() -> None:
    """A digest of these bytes tells what changed: a document that went through them must not count as another one."""
    for document in DOCUMENTS:
        once = unpacked(packed(document), Document)
        assert packed(once) == packed(unpacked(packed(once), Document))
    grant = next(grant for document in DOCUMENTS for grant in document.incentives if grant.rates)
    whole, fraction = (replace(grant, rates=(Percent(rate),)) for rate in (50, 50.0))
    assert packed(unpacked(packed(whole), Incentive)) == packed(fraction)


def test_half_a_character_is_kept() -> None:
    document = replace(DOCUMENTS[0], text="给予\ud800奖励")
    assert unpacked(packed(document), Document) == document
    assert digest(packed(document)) != digest(packed(replace(document, text="给予\ud801奖励")))


def test_a_sum_beyond_all_bounds_is_kept() -> None:
    """A page may say 五亿亿亿元; it must not cost the others."""
    known = next(document for document in DOCUMENTS if document.incentives)
    grants = (replace(known.incentives[0], amount_max=Yuan(5 * 10**24)),)
    document = replace(known, incentives=grants)
    assert unpacked(packed(document), Document) == document


def test_a_time_comes_back_as_the_same_moment() -> None:
    there = datetime(2026, 11, 2, 8, tzinfo=timezone(timedelta(hours=8)))
    document = unpacked(packed(replace(DOCUMENTS[0], fetched=there)), Document)
    assert document.fetched == there
    assert packed(document) == packed(replace(DOCUMENTS[0], fetched=there.astimezone(UTC)))


@pytest.mark.parametrize(
    "value", [b"", b"{", b"{}", b"\x80", b"\xc1", b"[]", packed("text"), packed(DOCUMENTS[0])[:-1]]
)
def test_what_is_no_record_is_said(value: bytes) -> None:
    with pytest.raises(ValueError, match=r"no Document|Expecting"):
        unpacked(value, Document)
