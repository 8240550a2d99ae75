"""The application periods of a notice: which days, by which rule, in which words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from index.read.windows.judge import Place, Subject, judge
from index.read.windows.moments import Period, periods, resolve
from index.read.windows.outline import Line, outline
from index.read.windows.words import pattern, words

_SENTENCE = re.compile(r"[^。；！\n]{1,1000}[。；！]?")
_BATCH = re.compile(r"第[一二三四五六七八九十\d]{1,2}(?:批次?|轮|期|季度|次)|首批|[上下]半年")
_SPAN = r"[\d一二三四五六七八九十]{1,3} *个? *(?:工作日|自然日|日历日|日|天|周|月)"
_LASTING = re.compile(rf"为期 *{_SPAN}|共计? *{_SPAN}")
_NOTICE = r"自?(?:本|该)?(?:申报)?(?:通知|公告|通告|指南)?(?:正式)?(?:发布|印发|公布|下发|发文)之?日"
_NOTICE_DAYS = re.compile(
    rf"{_NOTICE}起? *的?，? *{_SPAN}(?:之?内)?|(?:申报|受理|申领|征集)(?:时间|期限|期)[为是：] *{_SPAN}内?"
)
_FROM_NOW = re.compile(rf"(?:自?即日|{_NOTICE})(?:起|开始)")
_ONE_DAY = re.compile(r"(?:时间|日期|期限)[为是：\t于 ]*$")
_CLAUSE = re.compile(r"[^，。；：\n]*(?:：[^，。；：\n]*)?$")


_MOST = 60
"""Rounds that one notice can have: what has more is no notice."""


@dataclass(frozen=True, slots=True)
class Found:
    """One period. rule: how its words bound it. quote: `[start, end)` of the text. near: the words next to it.

    number: of its line. notes: what is to be said of it. batch: 第一批.
    """

    rule: str
    subject: Subject
    line: Line
    number: int
    start: int
    end: int
    near: str
    opens: date | None = None
    closes: date | None = None
    closes_at: str | None = None
    batch: str | None = None
    notes: tuple[str, ...] = ()


def find(text: str, year: int | None) -> list[Found]:
    """Return the periods of a folded text that belong to applications, in order; see `judge` for which do."""
    found: list[Found] = []
    lines = list(outline(text))
    for number, line in enumerate(lines):
        if len(found) >= _MOST:
            break
        follows = lines[number + 1].text if number + 1 < len(lines) else ""
        column = _column_heads(lines, number)
        for sentence in _SENTENCE.finditer(line.text):
            here = _Sentence(
                line,
                number,
                sentence.start(),
                sentence[0],
                f"{line.text[sentence.end() : sentence.end() + 200]}\n{follows[:200]}",
                column,
            )
            found.extend(_in_sentence(here, found, year)[:_MOST])
    return found


@dataclass(frozen=True, slots=True)
class _Sentence:
    line: Line
    number: int
    at: int
    text: str
    follows: str
    column: tuple[str, ...]

    def heads(self, at: int) -> tuple[str, ...]:
        """Return what stands over the place: the column's head, then the headings from the inside out."""
        above = self.line.path if self.line.level is None else self.line.path[:-1]
        cell = self.line.text.count("\t", 0, self.at + at) if self.column else 0
        return (*self.column[cell : cell + 1], *reversed(above))

    def place(self, start: int, end: int, since: int = 0) -> Place:
        return Place(self.text[since:start], self.text[end:], self.heads(start))


def _in_sentence(here: _Sentence, before: Sequence[Found], year: int | None) -> list[Found]:
    found: list[Found] = []
    since = 0
    all_periods = list(periods(here.text))
    for index, period in enumerate(all_periods):
        until = all_periods[index + 1].start if index + 1 < len(all_periods) else len(here.text)
        subject = _subject(here, period, since, until, [*before, *found])
        if subject in ("apply", "paper", "forward") and period.bound != "past":
            base = _base_year([*before, *found], year)
            near = here.text[since:until] if len(all_periods) == 1 else here.text[since : period.end]
            found.append(_dated(here, period, subject, base, near))
        since = period.end
    rolling = _rolling(here)
    if rolling and found and found[-1].rule == "from":
        found[-1] = replace(found[-1], notes=(rolling[0], *found[-1].notes))
    elif rolling:
        found.append(_undated(here, "rolling", rolling))
    return found or list(_worded(here))


def _subject(here: _Sentence, period: Period, since: int, until: int, before: Sequence[Found]) -> Subject | None:
    between = here.text[since : period.start]
    if period.bound == "single" and not _ONE_DAY.search(between):
        return None
    last = before[-1] if before and before[-1].number == here.number else None
    if since == 0 and last is None:
        return judge(here.place(period.start, period.end))
    subject = judge(Place(between, here.text[period.end : until], ()))
    if subject is None and (last is not None or _BATCH.search(between)):
        subject = last.subject if last else None
    return subject or judge(here.place(period.start, period.end))


def _dated(here: _Sentence, period: Period, subject: Subject, year: int | None, near: str) -> Found:
    printed = here.text[period.start : period.end]
    batch = _batch(near, here)
    opens, closes = (None, None) if period.bound == "yearly" else _days(period, year)
    notes: list[str] = [batch] if batch else []
    if period.bound in ("yearly", "single"):
        notes.append(printed)
        opens = closes = None
    elif (period.first and opens is None) or (period.last and closes is None):
        notes.append(f"日期未能确定：{printed}")
    elif opens and closes and closes < opens:
        notes.append(f"原文起止日期矛盾：{printed}")
        opens = closes = None
    elif period.bound == "from_notice":
        notes.append("即日起" if "即日" in printed else "自发布之日起")
    start = period.start - len(_clause(here.text[: period.start]))
    return Found(
        rule=period.bound,
        subject=subject,
        line=here.line,
        number=here.number,
        start=here.line.start + here.at + start,
        end=here.line.start + here.at + period.end,
        near=near,
        opens=opens,
        closes=closes,
        closes_at=period.last.hour if period.last and closes else None,
        batch=batch,
        notes=(*notes, *_remarks(here, period.end)),
    )


def _days(period: Period, year: int | None) -> tuple[date | None, date | None]:
    """Return both ends. A year is printed once, or not at all; the last day may lie in the next year."""
    first, last = period.first, period.last
    opens = resolve(first, year)
    closes = resolve(last, opens.year if opens else year)
    if opens and closes and last and last.year is None and closes < opens:
        closes = resolve(last, opens.year + 1)
    if first and last and first.year is None and last.year is not None:
        opens = resolve(first, last.year)
        if opens and closes and opens > closes:
            opens = resolve(first, last.year - 1)
    return opens, closes


def _undated(here: _Sentence, rule: str, words_: re.Match[str], note: str | None = None) -> Found:
    start = here.line.start + here.at
    return Found(
        rule=rule,
        subject="apply",
        line=here.line,
        number=here.number,
        start=start + words_.start() - len(_clause(here.text[: words_.start()])),
        end=start + words_.end(),
        near=here.text,
        batch=None,
        notes=(note or words_[0], *_remarks(here, words_.end())),
    )


def _worded(here: _Sentence) -> Iterator[Found]:
    """Windows without a day: 自发布之日起30个工作日内, 即日起."""
    for rule, finder in (("notice_days", _NOTICE_DAYS), ("from_now", _FROM_NOW)):
        match = finder.search(here.text)
        if match and (rule == "notice_days" or not any(True for _ in periods(here.text))):
            heads = here.heads(match.start())
            labelled = rule == "notice_days" and "之" not in match[0] and "日起" not in match[0]
            if labelled or judge(Place(here.text[: match.start()], here.text[match.end() :], heads)) == "apply":
                yield _undated(here, rule, match)
            return


def _rolling(here: _Sentence) -> re.Match[str] | None:
    match = _rolling_words().search(here.text)
    if match and not _not_rolling().search(here.text[max(0, match.start() - 6) : match.start()]):
        return match
    return None


def _remarks(here: _Sentence, at: int) -> tuple[str, ...]:
    after = f"{here.text[at:]}{here.follows}"[:160]
    whole = f"{here.text}{here.follows}"[:240]
    found = [match[0] for match in (_LASTING.search(after[:40]), _remark_words().search(whole)) if match]
    return tuple(dict.fromkeys(found))


def _batch(near: str, here: _Sentence) -> str | None:
    named = _BATCH.findall(near) or [word for head in here.heads(0)[:2] for word in _BATCH.findall(head)]
    return named[-1] if named else None


def _base_year(before: Sequence[Found], year: int | None) -> int | None:
    """Return the year of the dates read last, as notices print it once; else the year of publication."""
    days = [day for found in before for day in (found.closes, found.opens) if day]
    return days[-1].year if days else year


def _clause(before: str) -> str:
    clause = _CLAUSE.search(before)
    words_ = clause[0].lstrip() if clause else ""
    return "" if "联系" in words_ or len(words_) > 60 else words_


def _column_heads(lines: Sequence[Line], number: int) -> tuple[str, ...]:
    """Return the first row of the table that the line is a row of; empty if it is none or the first."""
    cells = lines[number].text.count("\t")
    top = number
    while top > 0 and cells and lines[top - 1].text.count("\t") == cells:
        top -= 1
    return tuple(lines[top].text.split("\t")) if top < number else ()


@cache
def _rolling_words() -> re.Pattern[str]:
    return re.compile(pattern(words().rolling))


@cache
def _not_rolling() -> re.Pattern[str]:
    return re.compile(pattern(words().not_rolling))


@cache
def _remark_words() -> re.Pattern[str]:
    return re.compile(pattern(words().remarks))
