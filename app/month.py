"""One month as HTML: a grid of its days, and below what happens on which. All text is escaped here."""

from calendar import Calendar
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from html import escape

from app import cards
from app.address import href
from app.language import day as say_day
from app.language import english, listed, meaning, say, term, text
from data.model import Dated
from data.tables import Tables
from index.agenda import Entry

WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
SHORT = {Dated.OPENS: "始", Dated.CLOSES: "截", Dated.ENDS: "止"}
STYLES = {Dated.OPENS: "in_force", Dated.CLOSES: "soon", Dated.ENDS: "expired"}
BEFORE, AFTER = "← 上月", "下月 →"
NOTHING = "这个月没有已知的申报起止和到期；未载明日期的不在此列。"
MOST_ENTRIES = 200


def month_html(month: date, today: date, entries: Sequence[Entry], others: Mapping[str, str], tables: Tables) -> str:
    """Return the month that begins with `month`. entries: of that month. others: the rest of the address."""
    title = f'<div class="kb-month-head">{_turn(month, today, others)}</div>'
    key = listed([f"{say(short)} = {term(tables.terms[kind])}" for kind, short in SHORT.items()])
    grid = _grid(month, today, entries)
    agenda = _agenda(entries, tables) if entries else f'<p class="kb-muted">{say(NOTHING)}</p>'
    return f'{title}{grid}<p class="kb-muted">{key}</p>{agenda}'


def _turn(month: date, today: date, others: Mapping[str, str]) -> str:
    """Return the name of the month between the ways to its neighbours; there is none before this month."""
    before, after = (month - timedelta(days=1)).replace(day=1), (month + timedelta(days=32)).replace(day=1)
    back = _link(before, BEFORE, others) if before >= today.replace(day=1) else "<span></span>"
    return f"{back}<b>{_name(month)}</b>{_link(after, AFTER, others)}"


def _link(month: date, said: str, others: Mapping[str, str]) -> str:
    address = href("news", {**others, "month": f"{month:%Y-%m}"})
    return f'<a href="{_e(address)}" target="_self">{say(said)}</a>'


def _name(month: date) -> str:
    return say("{year}年{month}月", year=month.year, month=MONTHS[month.month - 1] if english() else month.month)


def _grid(month: date, today: date, entries: Iterable[Entry]) -> str:
    counts: defaultdict[date, Counter[Dated]] = defaultdict(Counter)
    for entry in entries:
        counts[entry.day][entry.kind] += 1
    head = "".join(f'<th scope="col">{say(name)}</th>' for name in WEEKDAYS)
    weeks = Calendar().monthdatescalendar(month.year, month.month)
    rows = "".join(f"<tr>{''.join(_day(day, month, today, counts[day]) for day in week)}</tr>" for week in weeks)
    return (
        f'<table class="kb-month" aria-label="{_name(month)}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _day(day: date, month: date, today: date, counts: Mapping[Dated, int]) -> str:
    if day.month != month.month:
        return "<td></td>"
    marks = "".join(
        f'<i class="{STYLES[kind]}">{say(SHORT[kind])} {counts[kind]}</i>' for kind in Dated if counts[kind]
    )
    number = f'<a href="#d-{day}" target="_self">{day.day}{marks}</a>' if marks else f"<span>{day.day}</span>"
    current = ' aria-current="date"' if day == today else ""
    return f"<td{current}>{number}</td>"


def _agenda(entries: Sequence[Entry], tables: Tables) -> str:
    by_day: defaultdict[date, list[Entry]] = defaultdict(list)
    for entry in entries[:MOST_ENTRIES]:
        by_day[entry.day].append(entry)
    days = "".join(
        f'<dt id="d-{day}">{say_day(day)}</dt>' + "".join(f"<dd>{_entry(one, tables)}</dd>" for one in some)
        for day, some in by_day.items()
    )
    more = len(entries) - MOST_ENTRIES
    return f'<dl class="kb-agenda">{days}</dl>' + (
        f'<p class="kb-muted">{say("另有 {n} 项未列。", n=more)}</p>' if more > 0 else ""
    )


def _entry(entry: Entry, tables: Tables) -> str:
    document, word = entry.hit.document, tables.terms[entry.kind]
    address = _e(href("document", {"id": document.id}))
    hour = (
        f" {entry.window.closes_at}" if entry.window and entry.kind is Dated.CLOSES and entry.window.closes_at else ""
    )
    return (
        f'<span class="kb-tag {STYLES[entry.kind]}" title="{_e(meaning(word))}">{_e(term(word))}{_e(hour)}</span> '
        f'<a href="{address}" target="_self">{text(cards.title(document, tables))}</a> '
        f'<span class="kb-muted">{text(cards.place(document, tables))}</span>'
    )


def _e(value: object) -> str:
    return escape(str(value), quote=True)
