"""What the form answers to what words ask: yes, no, or open where it was not filled in or the words do not decide."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from data.model import Condition, ConditionKind, Incentive
from index.match.firm import PAPER_NAMES, SPEND_NAMES, Firm, Paper, Spend
from index.match.needs import own_paper
from index.match.reading import Between, Mark, Piece, Threshold, pieces
from index.match.words import match_words
from index.read.characters import fold
from index.said import Said, SaidRow


class Answer(StrEnum):
    """Whether one thing that is asked holds for the firm."""

    YES = "yes"
    NO = "no"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: an answer, what is said about it in plain Chinese, and the words of the document that ask, if any do."""

    answer: Answer
    says: str
    words: str | None = None


UNREAD = Said("这句话的要求表格里问不到，需向发文机关确认")
_PAPERS, _SPENDS = frozenset(Paper), frozenset(Spend)
_FLAGS = {
    "own": (Said("自主研发"), Said("非自主研发")),
    "startup": (Said("初创企业"), Said("不是初创企业")),
}

_AS_BENEFICIARY = {
    Answer.YES: Said("属于支持对象"),
    Answer.NO: Said("所填行业不在支持对象之内"),
    Answer.OPEN: Said("是否属于支持对象需确认"),
}


def worst(answers: Iterable[Answer]) -> Answer:
    """Return NO before OPEN before YES: all must hold."""
    found = set(answers)
    return next((answer for answer in (Answer.NO, Answer.OPEN) if answer in found), Answer.YES)


def best(answers: Iterable[Answer]) -> Answer:
    """Return YES before OPEN before NO: one is enough."""
    found = set(answers)
    return next((answer for answer in (Answer.YES, Answer.OPEN) if answer in found), Answer.NO)


def of_words(words: str, firm: Firm, grant: Incentive, day: date) -> list[Reason]:
    """Return one reason for each part of a trigger or condition that asks for anything."""
    reasons = [_piece_reason(piece, firm, grant, day) for piece in pieces(words, grant)]
    return [reason for reason in reasons if reason is not None]


def of_beneficiary(words: str, firm: Firm, grant: Incentive, day: date) -> list[Reason]:
    """Return the reason for who may get it: named ones are alternatives; behind a 等 there may be others."""
    named = [part for piece in re.split("[、及和或]", words) if (part := piece.strip("，"))]
    found = [of_words(name, firm, grant, day) for name in named]
    if any(not reasons for reasons in found):
        return []
    answer = best(worst(reason.answer for reason in reasons) for reasons in found)
    if answer is Answer.NO and ("等" in words or _one_of_several(words, grant.quote)):
        answer = Answer.OPEN
    single = found[0][0] if len(found) == 1 and len(found[0]) == 1 else None
    return [Reason(answer, single.says if single and single.answer is answer else _AS_BENEFICIARY[answer], words)]


def _one_of_several(words: str, quote: str | None) -> bool:
    """Say whether the quote names others beside the beneficiary."""
    name = re.escape(fold(words))
    return re.search(rf"[、和及或]{name}|{name}[、和及或等]", fold(quote or "")) is not None


def of_condition(condition: Condition, firm: Firm, grant: Incentive, day: date) -> list[Reason]:
    """Return the reasons for one condition. A bonus that does not hold takes nothing from the base."""
    if condition.kind is ConditionKind.DISCRETION:
        return [Reason(Answer.OPEN, Said("是否给、给多少由主管部门决定"), condition.words)]
    reasons = of_words(condition.words, firm, grant, day)
    if condition.kind is ConditionKind.GATE:
        return reasons
    if len(grant.rates) > 1 or len(grant.tiers) > 1 or worst(reason.answer for reason in reasons) is Answer.YES:
        return []
    return [Reason(Answer.OPEN, Said("金额可能含满足此项后才有的部分"), condition.words)]


def _piece_reason(piece: Piece, firm: Firm, grant: Incentive, day: date) -> Reason | None:
    asked = _asked(piece, firm, grant, day)
    if piece.left or any(mark.field == "manual" for mark in piece.marks):
        return Reason(Answer.OPEN, UNREAD, piece.words)
    if not asked:
        return None
    answer = worst(reason.answer for reason in asked)
    return Reason(answer, SaidRow(dict.fromkeys(r.says for r in asked if r.answer is answer)), piece.words)


def _asked(piece: Piece, firm: Firm, grant: Incentive, day: date) -> list[Reason]:
    papers = [Paper(mark.field) for mark in piece.marks if mark.field in _PAPERS]
    years = [mark for mark in piece.marks if mark.field in {"last_year", "this_year"}]
    reasons = [_flag(mark.field, firm) for mark in piece.marks if mark.field in _FLAGS]
    reasons += _papers(list(dict.fromkeys(papers)), piece, firm, grant)
    reasons += [_threshold(limit, firm) for limit in piece.thresholds]
    about = own_paper(grant) or (papers[0] if papers else None)
    reasons += [_between(period, firm, about) for period in piece.periods]
    if about and own_paper(grant):
        reasons += [_year(mark, firm, about, day) for mark in years if not _spends_of(piece)]
    return reasons + _sectors(piece.marks, firm, either=piece.either or "、" in piece.words)


def _spends_of(piece: Piece) -> bool:
    """Say whether the part speaks of what was spent: then its year is that of the spending, which the form asks."""
    return "投入" in piece.words or "费用" in piece.words


def _papers(papers: Sequence[Paper], piece: Piece, firm: Firm, grant: Incentive) -> list[Reason]:
    """Return the answer to the filings that one part names. Of several without 或 it is not said whether all count."""
    own = own_paper(grant)
    if not papers or list(papers) == [own]:
        return []
    answers = [_paper(paper, firm) for paper in papers]
    if piece.either:
        answer = best(answer.answer for answer in answers)
        return [next(found for found in answers if found.answer is answer)]
    several = own is not None and any(answer.answer is not Answer.YES for answer in answers)
    return [Reason(Answer.OPEN, Said("提到几种备案、登记，是否须同时具备未载明"))] if several else answers


def _paper(paper: Paper, firm: Firm) -> Reason:
    name, filing = PAPER_NAMES[paper], firm.filings.get(paper)
    if filing is None:
        return Reason(Answer.OPEN, Said("未填写是否完成{what}", what=name))
    if filing.done:
        return Reason(Answer.YES, Said("已完成{what}", what=name))
    return Reason(Answer.NO, Said("没有完成{what}", what=name))


def _flag(field: str, firm: Firm) -> Reason:
    yes, no = _FLAGS[field]
    held = firm.own if field == "own" else firm.startup
    if held is None:
        return Reason(Answer.OPEN, Said("未填写是否{what}", what=yes))
    return Reason(Answer.YES, yes) if held else Reason(Answer.NO, no)


def _sectors(marks: Sequence[Mark], firm: Firm, *, either: bool) -> list[Reason]:
    wanted = [mark.field.removeprefix("sector:") for mark in marks if mark.field.startswith("sector:")]
    if not wanted:
        return []
    names = {sector.code: Said(sector.name) for sector in match_words().sectors}
    if not firm.sectors:
        return [Reason(Answer.OPEN, Said("未填写行业"))]
    fits = any(code in firm.sectors for code in wanted) if either else all(code in firm.sectors for code in wanted)
    asked = SaidRow(dict.fromkeys(names[code] for code in wanted), "、")
    told = Said("行业为{what}", what=asked) if fits else Said("行业不是{what}", what=asked)
    return [Reason(Answer.YES if fits else Answer.NO, told)]


def _threshold(limit: Threshold, firm: Firm) -> Reason:
    name = SPEND_NAMES[Spend(limit.field)] if limit.field in _SPENDS else Said("员工人数")
    value = firm.spends.get(Spend(limit.field)) if limit.field in _SPENDS else firm.staff
    if value is None:
        return Reason(Answer.OPEN, Said("未填写{what}", what=name))
    low = limit.least is None or value > limit.least or (value == limit.least and not limit.open_end)
    high = limit.most is None or value < limit.most or (value == limit.most and not limit.open_end)
    if low and high:
        return Reason(Answer.YES, Said("{what}符合要求", what=name))
    return Reason(Answer.NO, Said("{what}不符合要求", what=name))


def _between(period: Between, firm: Firm, paper: Paper | None) -> Reason:
    filing = firm.filings.get(paper) if paper else None
    if paper is None or filing is None or filing.on is None:
        return Reason(Answer.OPEN, Said("这个日期是否符合需确认"))
    fits = (period.first is None or filing.on >= period.first) and (period.last is None or filing.on <= period.last)
    told = "{what}日期 {day} 在所要求的时间之内" if fits else "{what}日期 {day} 不在所要求的时间之内"
    return Reason(Answer.YES if fits else Answer.NO, Said(told, what=PAPER_NAMES[paper], day=filing.on))


def _year(mark: Mark, firm: Firm, paper: Paper, day: date) -> Reason:
    """Return whether the filing is of the year that the words name, counted from `day`, on which one would apply."""
    filing = firm.filings.get(paper)
    if filing is None or filing.on is None:
        return Reason(Answer.OPEN, Said("未填写完成日期，年度要求需确认"))
    year, words = filing.on.year, mark.words
    back, last = day.year - year, mark.field == "last_year"
    if back == (1 if last else 0):
        return Reason(Answer.YES, Said("完成年度 {year} 符合“{words}”", year=year, words=words))
    if back > 1:
        return Reason(Answer.NO, Said("完成年度 {year} 早于“{words}”", year=year, words=words))
    if last:
        later = "要求“{words}”完成，{year} 年完成的可能要次年才能申报"
        return Reason(Answer.OPEN, Said(later, words=words, year=year))
    return Reason(Answer.OPEN, Said("要求“{words}”完成，去年完成的今年是否还受理需确认", words=words))
