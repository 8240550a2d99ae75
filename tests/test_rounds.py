"""How far an application round is on a day."""

from dataclasses import replace
from datetime import date

import pytest

from app import cards
from app.language import Language, speaking
from data.model import ValidityState, Window, WindowState
from data.tables import load
from index.found import Hit, Validity
from index.rounds import round_of

TABLES = load()
DAY = date(2026, 11, 20)
DOCUMENT = TABLES.documents["cn-330400-2024-ai-hq-plan"]
OPEN, CLOSED = Window(date(2026, 11, 1), date(2026, 12, 31)), Window(date(2026, 1, 1), date(2026, 2, 1))
ROLLING = Window(None, None, note="常年受理")


def hit(*windows: Window, state: ValidityState = ValidityState.IN_FORCE) -> Hit:
    held = replace(DOCUMENT, incentives=(), windows=windows)
    return Hit(DOCUMENT.incentives[0], held, Validity(state, None, None))


@pytest.mark.parametrize(
    ("windows", "state"),
    [
        ((), WindowState.UNKNOWN),
        ((OPEN,), WindowState.OPEN),
        ((Window(None, date(2026, 12, 4)),), WindowState.CLOSING),
        ((Window(None, date(2026, 12, 5)),), WindowState.OPEN),
        ((Window(None, DAY),), WindowState.CLOSING),
        ((Window(None, date(2026, 11, 19)),), WindowState.CLOSED),
        ((Window(DAY, None),), WindowState.UNKNOWN),
        ((Window(date(2026, 11, 21), None),), WindowState.NOT_YET),
        ((ROLLING,), WindowState.ROLLING),
        ((Window(None, None, quote="本项目随时申报"),), WindowState.ROLLING),
        ((Window(None, None, note="另行通知"),), WindowState.UNKNOWN),
        ((CLOSED, OPEN), WindowState.OPEN),
        ((CLOSED, ROLLING), WindowState.ROLLING),
        ((replace(OPEN, kinds=("talent",)),), WindowState.UNKNOWN),
        ((replace(OPEN, kinds=("talent", "filing_reward")),), WindowState.OPEN),
    ],
)
def test_state_of_the_round(windows: tuple[Window, ...], state: WindowState) -> None:
    assert round_of(hit(*windows), DAY).state is state


def test_of_two_closed_rounds_the_last_is_said() -> None:
    last = Window(date(2026, 5, 1), date(2026, 6, 1))
    assert round_of(hit(CLOSED, last), DAY).window == last


@pytest.mark.parametrize("state", [ValidityState.EXPIRED, ValidityState.REPLACED, ValidityState.DRAFT])
@pytest.mark.parametrize("window", [OPEN, ROLLING])
def test_a_document_that_is_over_takes_no_applications(state: ValidityState, window: Window) -> None:
    assert round_of(hit(window, state=state), DAY).state is WindowState.CLOSED


def test_a_card_says_the_round_with_its_days() -> None:
    said = cards.card(hit(replace(OPEN, closes_at="17:00")), TABLES, on=DAY)
    assert '<span class="kb-tag open" title="在申报期内">可申报</span> 2026年11月1日 至 2026年12月31日 17:00' in said
    assert "<dt>申报期</dt><dd>未载明</dd>" in cards.card(hit(), TABLES, on=DAY)
    assert "申报期" not in cards.card(hit(), TABLES)
    with speaking(Language.EN):
        assert ">Open</span> 1 Nov 2026 to 31 Dec 2026" in cards.card(hit(OPEN), TABLES, on=DAY)
        assert ">All year</span>" in cards.card(hit(ROLLING), TABLES, on=DAY)
