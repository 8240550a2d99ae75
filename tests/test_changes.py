"""What changed between two states: differences of texts, clauses, dates, pages. All texts are made up."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import (
    Certainty,
    Change,
    ChangeKind,
    Citation,
    Confidence,
    Document,
    DocumentKind,
    Edit,
    Ending,
    Finding,
    Origin,
    Relation,
    Said,
    TitleStatus,
    Window,
)
from data.tables import load
from index.changes import Gone, Move, State, changes
from index.changes.clauses import clause_changes
from index.changes.pages import Observed
from index.changes.store import StateError, Store
from index.changes.wording import difference, essence
from index.changes.words import say_change
from index.read.clauses import read_clauses

DAY = date(2026, 11, 16)
WEEK = timedelta(days=7)
AT = datetime(2026, 11, 16, 1, tzinfo=UTC)
TABLES = load()
RULES = """第一条　为支持云溪区人工智能企业，制定本办法。
第二条　对首次完成大模型备案的企业，给予最高50万元奖励。
第三条　对获评示范场景的项目，按投入的30%给予补助，最高100万元。
第四条　本办法自发布之日起施行。"""


def document(text: str | None = RULES, name: str = "a", **fields: object) -> Document:
    made = Document(
        id=name,
        title="云溪区支持人工智能办法",
        title_status=TitleStatus.VERIFIED,
        kind=DocumentKind.POLICY,
        confidence=Confidence.HIGH,
        url=f"https://yunxi.test/{name}.html",
        text=text,
        clauses=read_clauses(text or ""),
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def moved(name: str = "a", finding: Finding = Finding.CHANGED, at: datetime = AT) -> dict[str, tuple[Move, ...]]:
    move = Move("yunxi", "run", f"https://yunxi.test/{name}.html", at, finding, "0" * 64, "1" * 64)
    return {name: (move,)}


def state(*documents: Document, day: date | None = DAY, **fields: object) -> State:
    made = State(day, {one.id: one for one in documents})
    return replace(made, **fields)  # type: ignore[arg-type]


def kinds(found: tuple[Change, ...]) -> list[str]:
    return [str(change.kind) for change in found]


# --- texts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("给予最高50万元奖励。", "给予 最高 ５０ 万元奖励"),
        ("（一）企业;", "(一)企业；"),
        ("补助5,000元", "补助5000元"),
        ("5—10万元", "5-10万元"),
        ("第一段\n第二段", "第一段第二段"),
        ("AI企业", "ai企业"),
        ("“模型”〔2026〕1号", "「模型」[2026]1号"),
    ],
)
def test_layout_is_no_difference(before: str, after: str) -> None:
    assert essence(before) == essence(after)
    assert difference(before, after) == ()


@pytest.mark.parametrize(
    ("before", "after", "removed", "added"),
    [
        ("奖励50万元。", "奖励30万元。", "50", "30"),
        ("按1.5亿元计", "按15亿元计", "1.5", "15"),
        ("补助30%。", "补助30元。", "%", "元"),
        ("截至17:30止", "截至17:00止", "17:30", "17:00"),
    ],
)
def test_a_figure_that_differs_is_shown_alone(before: str, after: str, removed: str, added: str) -> None:
    edits = {piece.edit: piece.text.strip("。") for piece in difference(before, after) if piece.edit is not Edit.KEPT}
    assert edits == {Edit.REMOVED: removed, Edit.ADDED: added}


TEXTS = st.text(alphabet="企业模型奖励50万%，。 \n（）１.", max_size=40)


@given(TEXTS, TEXTS)
def test_pieces_give_both_texts_back(before: str, after: str) -> None:
    pieces = difference(before, after)
    assert bool(pieces) == (essence(before) != essence(after))
    if pieces:
        assert "".join(piece.text for piece in pieces if piece.edit is not Edit.REMOVED) == after
        old = "".join(piece.text for piece in pieces if piece.edit is not Edit.ADDED)
        assert essence(old) == essence(before)
        assert all(one.edit is not other.edit for one, other in pairwise(pieces))


def test_long_texts_are_compared_in_seconds() -> None:
    before = "".join(f"第{number}项奖励{number * 7}万元，由区财政承担。" for number in range(2000))
    began = datetime.now(UTC)
    pieces = difference(before, before.replace("第1500项奖励", "第1500项补助"))
    assert (datetime.now(UTC) - began).total_seconds() < 5
    assert [piece.text for piece in pieces if piece.edit is Edit.ADDED] == ["补助"]


# --- clauses ----------------------------------------------------------------------------------------------------------


def test_only_the_clause_that_changed_is_named() -> None:
    (change,) = clause_changes(document(), document(RULES.replace("最高50万元", "最高30万元")))
    assert change.path == ("第二条",)
    assert [piece.text for piece in change.pieces if piece.edit is Edit.ADDED] == ["30"]


def test_clauses_that_only_got_another_number_are_no_amendment() -> None:
    inserted = RULES.replace("第三条", "第三条　对开放数据的单位，给予表彰。\n第四条", 1).replace(
        "第四条　本办法自", "第五条　本办法自"
    )
    (change,) = clause_changes(document(), document(inserted))
    assert change.path == ("第三条",)
    assert {piece.edit for piece in change.pieces} == {Edit.ADDED}


def test_a_clause_that_moved_and_changed_is_found_by_its_words() -> None:
    after = RULES.replace("第二条　对首次完成大模型备案的企业，给予最高50万元奖励。\n", "").replace("第三条", "第二条")
    after = after.replace("第四条", "第三条").replace("最高100万元", "最高80万元")
    found = clause_changes(document(), document(after))
    edits = [(change.path, [piece.text for piece in change.pieces if piece.edit is Edit.ADDED]) for change in found]
    assert (("第二条",), ["80"]) in edits
    assert any({piece.edit for piece in change.pieces} == {Edit.REMOVED} for change in found)
    assert len(found) == 2


def test_texts_without_numbers_are_compared_by_paragraph() -> None:
    before = document("甲方提供算力。\n乙方提供数据。", clauses=())
    (change,) = clause_changes(before, replace(before, text="甲方提供算力。\n乙方提供数据和场景。"))
    assert [piece.text for piece in change.pieces if piece.edit is Edit.ADDED] == ["和场景。"]


# --- rules ------------------------------------------------------------------------------------------------------------


def test_the_first_state_brings_no_news_but_what_is_due() -> None:
    ending = document(name="b", effective=date(2026, 1, 1), expires=DAY + timedelta(days=30))
    found = changes(State(None, {}), state(document(), ending), DAY)
    assert [(change.document, str(change.kind)) for change in found] == [("b", "ending_soon")]


def test_new_document_and_nothing_the_second_time() -> None:
    both = state(document(), document(name="b", published=date(2026, 11, 10)), moves=moved("b", Finding.NEW))
    (change,) = changes(state(document(), day=DAY - WEEK), both, DAY)
    assert (change.kind, change.document, change.day) == (ChangeKind.NEW, "b", date(2026, 11, 10))
    assert change.grounds[0].url == "https://yunxi.test/b.html"
    assert changes(both, both, DAY) == ()


def test_amended_says_which_clause_and_which_bytes() -> None:
    after = state(document(RULES.replace("50万元", "30万元")), moves=moved())
    (change,) = changes(state(document(), day=DAY - WEEK), after, DAY)
    assert change.kind is ChangeKind.AMENDED
    assert (change.grounds[0].before, change.grounds[0].after) == ("0" * 64, "1" * 64)
    said = "\n".join(say_change(change, TABLES))
    assert "第二条" in said
    assert "【删去：50】【新增：30】万元" in said


def test_another_reading_of_the_same_bytes_is_no_amendment() -> None:
    before = state(document(), day=DAY - WEEK)
    assert changes(before, state(document(RULES.replace("50", "30"))), DAY) == ()


def test_moved_bytes_with_the_same_words_are_no_amendment() -> None:
    after = state(document(RULES.replace("，", ", ").replace("　", "  ")), moves=moved())
    assert changes(state(document(), day=DAY - WEEK), after, DAY) == ()


def test_the_same_amendment_a_second_time_is_announced_again() -> None:
    one, other = document(), document(RULES.replace("50", "30"))
    first = changes(state(one, day=DAY - WEEK), state(other, moves=moved()), DAY)
    again = changes(state(one, day=DAY), state(other, moves=moved(at=AT + WEEK)), DAY + WEEK)
    assert first[0].id != again[0].id


def test_document_that_got_a_catalog_entry_is_not_new() -> None:
    found = replace(document(), id="web-1")
    assert changes(state(found, day=DAY - WEEK), state(replace(found, id="yunxi-rules")), DAY) == ()


def test_withdrawn_and_back() -> None:
    gone = Gone("yunxi", "run", "https://yunxi.test/a.html", AT, times=2, before="0" * 64)
    away = state(document(), withdrawn={"a": gone})
    here = state(document(), day=DAY - WEEK)
    (change,) = changes(here, away, DAY)
    assert (change.kind, change.grounds[0].at, change.grounds[0].after) == (ChangeKind.WITHDRAWN, AT, None)
    assert changes(away, state(document(), withdrawn={"a": replace(gone, times=3)}), DAY + WEEK) == ()
    assert kinds(changes(away, replace(here, day=DAY + WEEK), DAY + WEEK)) == ["restored"]


@pytest.mark.parametrize(("relation", "kind"), [(Relation.REPEALS, "repealed"), (Relation.REPLACES, "replaced")])
def test_ended_by_another_document(relation: Relation, kind: str) -> None:
    quote = "《云溪区支持人工智能办法》同时废止"
    by = document(name="b", title="云溪区新办法", citations=(Citation(relation, target="a", quote=quote),))
    ended = document(ending=Ending(Certainty.STATED, by="b", on=date(2026, 12, 1), note=quote))
    found = changes(state(document(), by, day=DAY - WEEK), state(ended, by), DAY)
    change = next(one for one in found if one.kind == kind)
    assert (change.by, change.by_title, change.day, change.quote) == ("b", "云溪区新办法", date(2026, 12, 1), quote)
    assert sorted(kinds(found)) == ["ending_soon", kind]
    likely = document(ending=Ending(Certainty.LIKELY, by="b"))
    assert changes(state(document(), by, day=DAY - WEEK), state(likely, by), DAY) == ()


def test_a_remark_of_the_catalog_is_never_told_as_a_quotation() -> None:
    remark = "指南：2025-01-01起2年，终止日为推算"
    one = document(effective=date(2025, 1, 1), expires=date(2027, 1, 10), validity_note=remark)
    read = replace(one, provenance=(Said("expires", Origin.TEXT, "2027-01-10", "有效期至2027年1月10日"),))
    for held, quote, note in ((one, None, remark), (read, "有效期至2027年1月10日", None)):
        (change,) = changes(state(one, day=DAY - WEEK), state(held), DAY)
        assert (change.kind, change.quote, change.note) == (ChangeKind.ENDING_SOON, quote, note)
        assert any(line.startswith("原文") for line in say_change(change, TABLES)) is (quote is not None)
    told = say_change(changes(state(one, day=DAY - WEEK), state(one), DAY)[0], TABLES)
    assert told == ["即将到期（最后有效日：2027年1月10日）", f"备注：{remark}"]


def test_ending_soon_then_expired_each_once() -> None:
    one = document(effective=date(2026, 1, 1), expires=date(2027, 1, 10))
    told: list[tuple[date, str]] = []
    day = DAY - WEEK
    while day < date(2027, 3, 1):
        told += [(change.seen, str(change.kind)) for change in changes(state(one, day=day), state(one), day + WEEK)]
        day += WEEK
    assert told == [(date(2026, 11, 16), "ending_soon"), (date(2027, 1, 11), "expired")]


def test_prolonged_document_is_ending_anew() -> None:
    one = document(effective=date(2026, 1, 1), expires=DAY + timedelta(days=10))
    longer = replace(one, expires=DAY + timedelta(days=50))
    assert kinds(changes(state(one, day=DAY - WEEK), state(longer), DAY)) == ["ending_soon"]


def notice(opens: date | None, closes: date | None) -> Document:
    window = Window(opens, closes, closes_at="17:30", quote="申报时间为……")
    return document(kind=DocumentKind.NOTICE, windows=(window,))


def test_life_of_a_window() -> None:
    one = notice(date(2026, 11, 20), date(2026, 12, 18))
    told = []
    for number in range(8):
        day = DAY + number * WEEK
        told += [(c.seen, str(c.kind), c.day) for c in changes(state(one, day=day - WEEK), state(one), day)]
    assert told == [
        (date(2026, 11, 23), "window_opened", date(2026, 11, 20)),
        (date(2026, 12, 7), "window_closing", date(2026, 12, 18)),
        (date(2026, 12, 21), "window_closed", date(2026, 12, 18)),
    ]


def test_window_that_passed_in_downtime_is_only_said_to_be_closed() -> None:
    one = notice(date(2026, 11, 20), date(2026, 11, 27))
    assert kinds(changes(state(one), state(one), DAY + 4 * WEEK)) == ["window_closed"]


def test_window_of_days_past_that_is_read_late_is_no_news() -> None:
    late = notice(date(2024, 1, 1), date(2024, 2, 1))
    assert changes(state(replace(late, windows=()), day=DAY - WEEK), state(late), DAY) == ()
    assert kinds(changes(state(day=DAY - WEEK), state(late), DAY)) == ["new"]


def test_prolonged_window_closes_anew_but_does_not_open_again() -> None:
    one, longer = notice(DAY - WEEK, DAY + timedelta(days=3)), notice(DAY - WEEK, DAY + timedelta(days=10))
    assert kinds(changes(state(one), state(longer), DAY)) == ["window_closing"]


def test_window_without_days_is_never_announced() -> None:
    assert changes(state(day=DAY - WEEK), state(notice(None, None)), DAY)[0].kind is ChangeKind.NEW
    assert changes(state(notice(None, None), day=DAY - WEEK), state(notice(None, None)), DAY) == ()


def test_every_kind_is_said_in_chinese() -> None:
    for kind in ChangeKind:
        lines = say_change(Change("1", "a", kind, DAY), TABLES)
        assert re.search(r"[一-鿿]", lines[0])


# --- the state that is kept ---------------------------------------------------------------------------------------


def test_state_is_kept_and_a_change_is_entered_once(tmp_path: Path) -> None:
    nothing = Observed({}, (), {})
    store = Store(tmp_path / "state.sqlite")
    one, other = document(), document(name="b")
    first = state(one)
    assert store.before(first.documents).day is None
    store.commit(State(None, {}), first, nothing, (), "r1")
    second = state(one, other, day=DAY + WEEK)
    before = store.before(second.documents)
    assert before.documents == {"a": one}
    assert before.documents["a"] is one
    found = changes(before, second, DAY + WEEK)
    assert store.commit(before, second, nothing, found, "r2") == 1
    assert store.commit(before, second, nothing, found, "r3") == 0
    store.close()
    again = Store(tmp_path / "state.sqlite")
    assert [(row.number, row.refresh, row.change) for row in again.changes()] == [(1, "r2", found[0])]
    amended = document(RULES.replace("50", "30"))
    assert again.before({"a": amended, "b": other}).documents["a"].text == RULES
    again.close()


def test_failed_commit_keeps_the_former_state(tmp_path: Path) -> None:
    store = Store(tmp_path / "state.sqlite")
    first = state(document())
    store.commit(State(None, {}), first, Observed({}, (), {}), (), "r1")
    store._db.execute("CREATE TRIGGER full BEFORE INSERT ON changes BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    after = state(document(), document(name="b"), day=DAY + WEEK)
    found = changes(store.before(after.documents), after, DAY + WEEK)
    with pytest.raises(StateError, match="disk full"):
        store.commit(store.before(after.documents), after, Observed({}, (), {}), found, "r2")
    assert (store.day, set(store.before({}).documents)) == (DAY, {"a"})
    store.close()


def test_file_of_another_version_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "state.sqlite")
    store._db.execute("UPDATE about SET value = '99' WHERE name = 'layout'")
    store.close()
    with pytest.raises(StateError, match="layout 99"):
        Store(tmp_path / "state.sqlite")
