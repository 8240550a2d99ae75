"""Whether a firm can claim one incentive: yes, no, or a person has to look, each with the reasons."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from data.model import Basis, Incentive, ValidityState
from index.match.answers import Answer, Reason, of_beneficiary, of_condition, of_words, worst
from index.match.firm import PAPER_NAMES, SPEND_NAMES, Firm, Paper, Spend
from index.match.money import Estimate, estimate, is_further
from index.match.needs import own_paper, own_spend
from index.match.reading import pieces
from index.match.words import match_words, says
from index.read.characters import fold
from index.said import Said, SaidDate
from index.search import Hit


class Verdict(StrEnum):
    """可申领, 不符合, 需人工确认."""

    CAN = "can"
    CANNOT = "cannot"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Assessment:
    """One incentive for one firm. estimate: what it would bring; `None` exactly if it cannot be claimed."""

    hit: Hit
    verdict: Verdict
    reasons: tuple[Reason, ...]
    estimate: Estimate | None


_VERDICTS = {Answer.YES: Verdict.CAN, Answer.NO: Verdict.CANNOT, Answer.OPEN: Verdict.OPEN}
_ENDED = {
    ValidityState.DRAFT: Said("征求意见稿不是正式文件，不能据以申报"),
    ValidityState.REPLACED: Said("文件已被替代或废止"),
    ValidityState.EXPIRED: Said("文件已失效"),
    ValidityState.NOT_YET: Said("文件尚未施行"),
}
_WEAK = {
    Basis.DRAFT: Said("数字来自征求意见稿，正式文件可能不同"),
    Basis.THIRD_PARTY: Said("数字见于第三方网页，未与原文核对"),
    None: Said("数字的依据未载明"),
}


def assess(firm: Firm, hit: Hit, day: date) -> Assessment:
    """Return the verdict on `day`. Where the firm is registered is not looked at: see `index.match.places.applies`."""
    reasons = tuple(_reasons(firm, hit, day))
    verdict = _VERDICTS[worst(reason.answer for reason in reasons)]
    sure = verdict is Verdict.CAN
    return Assessment(
        hit, verdict, reasons, None if verdict is Verdict.CANNOT else estimate(hit.incentive, firm, sure=sure)
    )


def _reasons(firm: Firm, hit: Hit, day: date) -> Iterator[Reason]:
    grant = hit.incentive
    yield from _document(hit, firm)
    yield from _need(firm, hit, day)
    yield from of_words(grant.trigger, firm, grant, day)
    if grant.beneficiary:
        yield from of_beneficiary(grant.beneficiary, firm, grant, day)
    for condition in grant.conditions:
        yield from of_condition(condition, firm, grant, day)
    yield from _unread(grant)
    yield from _note(grant.note)


def _document(hit: Hit, firm: Firm) -> Iterator[Reason]:
    state, last = hit.validity.state, hit.validity.last_day
    if state in _ENDED:
        until = Said("（至{day}）", day=SaidDate(last)) if last and state is not ValidityState.DRAFT else ""
        what = Said("{ended}{until}{more}", ended=_ENDED[state], until=until, more=_in_its_time(hit, firm))
        yield Reason(Answer.NO, what)
    elif state is ValidityState.UNKNOWN:
        yield Reason(Answer.OPEN, Said("文件是否仍在执行未核实"))
    else:
        yield Reason(Answer.YES, Said("文件有效（至{day}）", day=SaidDate(last)) if last else Said("文件有效"))
    if hit.incentive.basis in _WEAK:
        yield Reason(Answer.OPEN, _WEAK[hit.incentive.basis])


def _in_its_time(hit: Hit, firm: Firm) -> str:
    paper, last = own_paper(hit.incentive), hit.validity.last_day
    filing = firm.filings.get(paper) if paper else None
    held = filing is not None and filing.on is not None and last is not None and filing.on <= last
    expired = hit.validity.state is ValidityState.EXPIRED
    return Said("；完成日期在失效之前，是否补报请问发文机关") if held and expired else ""


def _need(firm: Firm, hit: Hit, day: date) -> Iterator[Reason]:
    """Yield whether there is what the money is paid for at all: the filing, the spending."""
    paper, spend = own_paper(hit.incentive), own_spend(hit.incentive)
    if paper:
        yield from _filed(firm, paper, hit, day)
    elif spend:
        yield _spent(firm, spend, hit.incentive.trigger)
    else:
        yield Reason(Answer.OPEN, Said("表格没有问到这项激励的条件"), hit.incentive.trigger)


def _spent(firm: Firm, spend: Spend, words: str) -> Reason:
    spent, name = firm.spends.get(spend), SPEND_NAMES[spend]
    if spent is None:
        return Reason(Answer.OPEN, Said("未填写{what}", what=name), words)
    if spent:
        return Reason(Answer.YES, Said("有{what}", what=name), words)
    return Reason(Answer.NO, Said("没有{what}", what=name), words)


def _filed(firm: Firm, paper: Paper, hit: Hit, day: date) -> Iterator[Reason]:
    filing, name, words = firm.filings.get(paper), PAPER_NAMES[paper], hit.incentive.trigger
    if filing is None:
        yield Reason(Answer.OPEN, Said("未填写是否完成{what}", what=name), words)
    elif not filing.done:
        other = _other_named(firm, paper, hit.incentive)
        yield _other_filed(other, words) if other else Reason(Answer.NO, Said("没有完成{what}", what=name), words)
    else:
        if is_further(hit.incentive) and filing.number < 2:
            yield Reason(Answer.NO, Said("没有首个之外的备案"), words)
        else:
            yield Reason(Answer.YES, Said("已完成{what}", what=name), words)
        yield _in_force_then(name, filing.on, hit, day)


def _other_filed(other: Paper, words: str) -> Reason:
    return Reason(Answer.OPEN, Said("已完成{what}，是否同样给予需确认", what=PAPER_NAMES[other]), words)


def _other_named(firm: Firm, paper: Paper, grant: Incentive) -> Paper | None:
    """Return another filing that the firm has and the trigger names too."""
    named = {mark.field for piece in pieces(grant.trigger, grant) for mark in piece.marks}
    have = [other for other, filing in firm.filings.items() if filing.done and other is not paper]
    return next((other for other in have if other in named), None)


def _in_force_then(name: str, on: date | None, hit: Hit, day: date) -> Reason:
    """Return whether it was filed while the document held. What it says of earlier filings is rarely written down."""
    starts, last = hit.document.effective or hit.document.published, hit.validity.last_day
    if on is None:
        return Reason(Answer.OPEN, Said("未填写{what}的完成日期", what=name))
    done = SaidDate(on)
    if last and on > last:
        late = Said("{what}完成于{day}，晚于文件有效期（至{last}）", what=name, day=done, last=SaidDate(last))
        return Reason(Answer.NO, late)
    if on > day:
        return Reason(Answer.OPEN, Said("{what}计划于{day}完成，完成后才能申报", what=name, day=done))
    if starts is None:
        return Reason(Answer.OPEN, Said("文件的施行、发布日期未载明，完成日期是否在有效期内需确认"))
    if on < starts and not _named(on, hit):
        words = "{what}完成于{day}，早于文件施行（{starts}），是否追溯需确认"
        return Reason(Answer.OPEN, Said(words, what=name, day=done, starts=SaidDate(starts)))
    return Reason(Answer.YES, Said("完成日期{day}在文件所及的时间之内", day=done))


def _named(on: date, hit: Hit) -> bool:
    """Say whether the words themselves name days around `on` (2024年1月1日起完成)."""
    named = [period for piece in pieces(hit.incentive.trigger, hit.incentive) for period in piece.periods]
    return any((not p.first or p.first <= on) and (not p.last or on <= p.last) for p in named)


def _unread(grant: Incentive) -> Iterator[Reason]:
    """Yield the parts of the quote that may ask for more than trigger, conditions and words on stacking do."""
    read = fold("\n".join([grant.trigger, grant.stacking or "", *(found.words for found in grant.conditions)]))
    for part in re.split("[，；。\n]", fold(grant.quote or "")):
        if part.strip() and part.strip() not in read and says(match_words().hedges, part):
            yield Reason(Answer.OPEN, Said("原文另有要求，需人工确认"), part.strip())


def _note(note: str | None) -> Iterator[Reason]:
    """Yield the sentences of a note that may touch the claim."""
    for sentence in (note or "").split("。"):
        if sentence.strip() and not says(match_words().plain_notes, sentence):
            yield Reason(Answer.OPEN, Said("备注提示的问题需核对原文"), sentence.strip())
