"""The form in the address, and the tray of the comparison."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.compare_tray import MOST, compare_address, read_ids, toggle_link, toggled, tray_bar
from app.firm import Form, read_amount, read_day, read_form, write_amount, write_form
from data.model import Yuan
from data.tables import load
from index.match import Filing, Firm, Paper, Spend, match_words

TABLES = load()


@pytest.mark.parametrize(
    ("typed", "yuan"),
    [
        ("80", 800_000),
        ("80万", 800_000),
        ("80万元", 800_000),
        (" 80 万 元 ", 800_000),
        ("８０万", 800_000),
        ("1,200万", 12_000_000),
        ("1，200", 12_000_000),
        ("1.5亿", 150_000_000),
        ("0", 0),
        ("0.5", 5_000),
        ("5000元", 5_000),
        ("￥5000元", 5_000),
        ("人民币80万元", 800_000),
    ],
)
def test_amounts_as_people_write_them(typed: str, yuan: int) -> None:
    assert read_amount(typed) == yuan


@pytest.mark.parametrize(
    "typed", ["", "八十万", "80w", "-80", "80-100", "1e9", "99999999亿", "80万美元", "80 万 10", "."]
)
def test_what_is_no_amount_is_refused(typed: str) -> None:
    if typed == "80 万 10":
        typed = "80万10元"
    with pytest.raises(ValueError, match="is"):
        read_amount(typed)


@given(st.integers(0, 10**12))
def test_amounts_come_back(yuan: int) -> None:
    assert read_amount(write_amount(Yuan(yuan))) == yuan


@pytest.mark.parametrize("typed", ["2026-03-01", "2026.3.1", "2026/3/1", "2026年3月1日", "２０２６年3月1日"])
def test_days_as_people_write_them(typed: str) -> None:
    assert read_day(typed) == date(2026, 3, 1)


@pytest.mark.parametrize("typed", ["", "2026-13-01", "2026-02-30", "三月一日", "2026-03", "20260301"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"day|month"):
        read_day(typed)


def test_address_is_read() -> None:
    parameters = {
        "region": "330106",
        "filed": "2026年3月1日",
        "filed_n": "2",
        "registered": "no",
        "algorithm": "yes",
        "compute": "80",
        "rnd": "1.5亿",
        "staff": "30",
        "sector": "ai,software",
        "startup": "1",
        "own": "0",
        "all": "1",
        "order": "low",
    }
    form = read_form(parameters, TABLES)
    assert form == Form(
        Firm(
            region="330106",
            filings={
                Paper.FILED: Filing(done=True, on=date(2026, 3, 1), number=2),
                Paper.REGISTERED: Filing(done=False),
                Paper.ALGORITHM: Filing(done=True),
            },
            spends={Spend.COMPUTE: Yuan(800_000), Spend.RND: Yuan(150_000_000)},
            staff=30,
            sectors=("ai", "software"),
            startup=True,
            own=False,
        ),
        everything=True,
        order="low",
    )
    assert read_form(write_form(form), TABLES) == form


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("region", "999999"),
        ("filed", "maybe"),
        ("filed_n", "0"),
        ("algorithm_n", "10001"),
        ("compute", "many"),
        ("staff", "-1"),
        ("sector", "ai,magic"),
        ("startup", "2"),
        ("all", ""),
        ("order", "random"),
        ("colour", "<b>"),
    ],
)
def test_what_cannot_be_read_is_said(name: str, typed: str) -> None:
    form = read_form({name: typed}, TABLES)
    assert form == Form(Firm(), ignored=((name, typed),))


def test_an_empty_form_has_an_empty_address() -> None:
    assert write_form(read_form({}, TABLES)) == {}


FILINGS = st.builds(
    Filing, st.just(value=True), st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 99)
)
FIRMS = st.builds(
    Firm,
    region=st.none() | st.sampled_from(["330000", "330106", "110000-yizhuang"]),
    filings=st.dictionaries(st.sampled_from(Paper), FILINGS | st.just(Filing(done=False))),
    spends=st.dictionaries(st.sampled_from(Spend), st.integers(0, 10**11).map(Yuan)),
    staff=st.none() | st.integers(0, 10_000),
    sectors=st.lists(st.sampled_from([sector.code for sector in match_words().sectors]), unique=True).map(tuple),
    startup=st.none() | st.booleans(),
    own=st.none() | st.booleans(),
)


@given(st.builds(Form, FIRMS, st.booleans(), st.sampled_from(["high", "low"])))
def test_every_form_comes_back(form: Form) -> None:
    assert read_form(write_form(form), TABLES) == form


@given(
    st.dictionaries(
        st.sampled_from(["region", "filed", "filed_n", "compute", "staff", "own", "x"]), st.text(max_size=80)
    )
)
def test_any_address_is_harmless(parameters: dict[str, str]) -> None:
    read_form(parameters, TABLES)


# --- the tray

A, B = "cn-made-up.1", "cn-made-up-b.2"


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("", ()),
        (f"{A},{B},{A}", (A, B)),
        (f"{A},<script>,../x,cn.0,cn-.1", (A,)),
        (",".join(f"cn-made-up.{number}" for number in range(1, 10)), tuple(f"cn-made-up.{n}" for n in range(1, 7))),
    ],
)
def test_ids_of_an_address(typed: str, ids: tuple[str, ...]) -> None:
    assert read_ids(typed) == ids


def test_the_tray_is_added_to_and_taken_from() -> None:
    assert toggled((), A) == (A,)
    assert toggled((A, B), A) == (B,)
    full = tuple(f"cn-made-up.{number}" for number in range(10, 10 + MOST))
    assert toggled(full, A) == full


def test_links_keep_the_search() -> None:
    added = toggle_link({"q": "算力 & 券", "compare": A}, B)
    assert "加入对比" in added
    assert 'href="./?q=%E7%AE%97%E5%8A%9B+%26+%E5%88%B8&amp;compare=cn-made-up.1,cn-made-up-b.2"' in added
    taken = toggle_link({"compare": A}, A, path="estimate")
    assert 'href="estimate"' in taken
    assert "移出对比" in taken
    full = {"compare": ",".join(f"cn-made-up.{number}" for number in range(10, 10 + MOST))}
    assert "对比已满 6 项" in toggle_link(full, A)
    assert "<a" not in toggle_link(full, A)


def test_the_bar_leads_to_the_comparison() -> None:
    assert tray_bar({"q": "x"}) == ""
    bar = tray_bar({"q": "x", "compare": f"{A},{B}"})
    assert f'href="{compare_address((A, B))}"' in bar
    assert 'href="./?q=x"' in bar
    assert "再加一项" not in bar
    assert "再加一项" in tray_bar({"compare": A})
