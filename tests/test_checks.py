"""Every run ends in exactly one outcome; no way to yield nothing ends well."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.checks import Cause, ListSeen, Tally, is_silent, judge, least, used_to_work
from data.model import Confidence, Evidence, Finding, Listing, Need, Outcome, Run, Source

TODAY = date(2026, 11, 20)
SOURCE = Source(
    id="cac",
    publisher="某网信办",
    region="000000",
    family="cac_jsonlist",
    hosts=("www.cac.gov.cn",),
    verified=None,
    confidence=Confidence.HIGH,
    listings=(Listing("https://www.cac.gov.cn/a"), Listing("https://www.cac.gov.cn/b")),
    expected=20,
    interval_days=7,
)
PAGES = replace(SOURCE, family="pages", listings=(), expected=None, interval_days=None)


def lists(*seen: ListSeen) -> list[ListSeen]:
    return list(seen)


def read(entries: int, **values: object) -> ListSeen:
    return ListSeen("https://www.cac.gov.cn/a", pages=1, entries=entries, **values)  # type: ignore[arg-type]


def tally(seen: list[ListSeen], asked: int = 10, causes: dict[Cause, int] | None = None, **found: int) -> Tally:
    findings = Counter({Finding(name): number for name, number in found.items()})
    return Tally(lists=seen, findings=findings, asked=asked, causes=Counter(causes or {}), newest=TODAY)


def outcome(seen: Tally, source: Source = SOURCE, runs: tuple[Run, ...] = ()) -> Outcome:
    return judge(source, seen, runs, TODAY)[0]


def run(result: Outcome, **evidence: int) -> Run:
    known: Evidence = dict(evidence)
    return Run("cac", "1", datetime(2026, 11, 1, tzinfo=UTC), outcome=result, evidence=known)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (tally(lists(read(30)), new=3, same=7), Outcome.OK),
        (tally(lists(read(30)), changed=1, unchanged=9), Outcome.OK),
        (tally(lists(read(30)), unchanged=10), Outcome.UNCHANGED),
        (tally(lists(read(30)), unchanged=9, failed=1), Outcome.UNCHANGED),
        (tally(lists(read(30)), unchanged=8, failed=2), Outcome.PARTIAL),
        (tally(lists(read(19)), new=3), Outcome.PARTIAL),
        (tally(lists(read(30), ListSeen("b", layout="no rows")), new=3), Outcome.PARTIAL),
        (tally(lists(read(30), ListSeen("b", cause=Cause.TIMEOUT)), new=3), Outcome.PARTIAL),
        (tally(lists(read(0)), unchanged=10), Outcome.EMPTY),
        (tally(lists(read(0), ListSeen("b", layout="no rows")), unchanged=10), Outcome.LAYOUT_CHANGED),
        (tally(lists(ListSeen("a", layout="no rows")), unchanged=10), Outcome.LAYOUT_CHANGED),
        (tally(lists(ListSeen("a", cause=Cause.BLOCKED)), unchanged=10), Outcome.BLOCKED),
        (tally(lists(ListSeen("a", cause=Cause.ROBOTS)), unchanged=10), Outcome.ROBOTS),
        (tally(lists(ListSeen("a", cause=Cause.TIMEOUT)), unchanged=10), Outcome.PARTIAL),
        (tally(lists(ListSeen("a", cause=Cause.DNS)), causes={Cause.DNS: 3}, failed=2), Outcome.UNREACHABLE),
        (tally(lists(ListSeen("a", cause=Cause.TLS)), causes={Cause.TLS: 3}), Outcome.UNREACHABLE),
        (tally(lists(ListSeen("a", cause=Cause.BLOCKED)), causes={Cause.BLOCKED: 3}, failed=3), Outcome.BLOCKED),
        (tally(lists(ListSeen("a", cause=Cause.ROBOTS)), causes={Cause.ROBOTS: 3}, failed=3), Outcome.ROBOTS),
        (tally(lists(ListSeen("a", layout="no rows")), asked=0), Outcome.LAYOUT_CHANGED),
        (tally([], asked=0), Outcome.EMPTY),
    ],
)
def test_outcomes(seen: Tally, expected: Outcome) -> None:
    assert outcome(seen) is expected


def test_stopped_runs_are_partial() -> None:
    for seen in (tally(lists(read(30)), new=3), tally([], asked=0)):
        seen.stopped = True
        assert outcome(seen) is Outcome.PARTIAL


def test_site_that_needs_a_browser_is_never_judged() -> None:
    assert outcome(tally([], asked=0), replace(SOURCE, needs=Need.BROWSER)) is Outcome.NEEDS_BROWSER


def test_site_without_lists_is_judged_by_its_pages() -> None:
    assert outcome(tally([], asked=2, new=2), PAGES) is Outcome.OK
    assert outcome(tally([], asked=2, unchanged=1, failed=1), PAGES) is Outcome.PARTIAL
    assert outcome(tally([], asked=2, gone=2), PAGES) is Outcome.UNCHANGED
    assert outcome(tally([], asked=2, failed=2, causes={Cause.BLOCKED: 2}), PAGES) is Outcome.BLOCKED


def test_good_runs_say_what_a_list_should_yield() -> None:
    runs = tuple(run(Outcome.OK, entries=number) for number in (90, 100, 110))
    assert least(SOURCE, runs) == 50
    assert least(SOURCE, (*runs, run(Outcome.EMPTY, entries=0), run(Outcome.PARTIAL, entries=1))) == 50
    assert least(SOURCE, ()) == 20
    assert least(replace(SOURCE, expected=None), ()) == 0
    assert outcome(tally(lists(read(49)), asked=1, new=1), runs=runs) is Outcome.PARTIAL
    assert outcome(tally(lists(read(51)), asked=1, new=1), runs=runs) is Outcome.OK


@pytest.mark.parametrize(
    ("interval", "newest", "silent"),
    [
        (7, date(2026, 10, 21), False),
        (7, date(2026, 10, 20), True),
        (30, date(2026, 7, 23), False),
        (30, date(2026, 7, 22), True),
        (None, date(2000, 1, 1), False),
        (7, None, False),
    ],
)
def test_silence(interval: int | None, newest: date | None, silent: bool) -> None:  # noqa: FBT001 - a table of cases
    source = replace(SOURCE, interval_days=interval)
    assert is_silent(source, newest, TODAY) is silent
    seen = tally(lists(read(30)), unchanged=10)
    seen.newest = newest
    assert (outcome(seen, source) is Outcome.STALE) is silent


def test_evidence_says_what_the_outcome_rests_on() -> None:
    seen = tally(
        lists(read(12, missing=3), ListSeen("https://x/b", layout="expected rows, found none")),
        causes={Cause.TIMEOUT: 2},
        new=8,
        failed=2,
    )
    evidence = judge(SOURCE, seen, (), TODAY)[1]
    assert evidence == {
        "asked": 10,
        "failed": 2,
        "new": 8,
        "lists": 2,
        "lists_failed": 1,
        "list_pages": 1,
        "entries": 12,
        "missing": 3,
        "lists_cut": 0,
        "expected": 20,
        "newest": "2026-11-20",
        "causes": "timeout 2",
        "first_fault": "https://x/b: expected rows, found none",
    }


COUNTS = st.integers(0, 30)


@given(
    entries=st.lists(st.tuples(COUNTS, st.sampled_from([None, *Cause]), st.sampled_from([None, "x"])), max_size=3),
    found=st.dictionaries(st.sampled_from([str(finding) for finding in Finding]), COUNTS),
    causes=st.dictionaries(st.sampled_from(list(Cause)), st.integers(1, 9)),
)
def test_nothing_ends_well(
    entries: list[tuple[int, Cause | None, str | None]], found: dict[str, int], causes: dict[Cause, int]
) -> None:
    seen = lists(
        *(ListSeen("a", min(number, 1), number, cause=cause, layout=layout) for number, cause, layout in entries)
    )
    made = tally(seen, sum(found.values()), causes, **found)
    good = outcome(made) in {Outcome.OK, Outcome.UNCHANGED}
    if not sum(number for number, _, _ in entries) and seen:
        assert not good
    if not made.answered and not any(part.pages for part in seen):
        assert not good
    if good:
        assert not any(part.layout or part.cause for part in seen)


def test_only_a_source_that_worked_can_fall() -> None:
    good = run(Outcome.OK)
    assert used_to_work(good, Outcome.EMPTY)
    assert not used_to_work(good, Outcome.UNCHANGED)
    assert not used_to_work(None, Outcome.UNREACHABLE)
