"""From drafts to grants: kind, unit and words of each, and 备案、登记 with two amounts as two."""

import re
from dataclasses import dataclass, replace

from data.model import Incentive, Per, Percent, Period, Yuan
from index.read.incentives.assemble import Assembly
from index.read.incentives.cues import has
from index.read.incentives.drafts import Draft
from index.read.incentives.found import Found, NoReward
from index.read.incentives.kinds import filings_in, kind_of
from index.read.incentives.noise import Clean
from index.read.incentives.own_kind import goes_on, own_kind
from index.read.incentives.sentences import Part
from index.read.incentives.units import generic_unit
from index.read.incentives.words import beneficiary_of, conditions_of, duration_of, stacking_of, trigger_of

_TOPIC = 60
_IN_A_ROW = re.compile("(?<!）)、$")
_BENEFIT_OF_ROW = re.compile(r"([^，；。、\d]{0,8}(?:资金|资助|补[贴助]|奖励|津贴|经费|贴息))、")
_NEAR = 4
_NAMED_IN_ROWS = frozenset(
    (
        "compute_voucher",
        "model_voucher",
        "data_voucher",
        "filing_reward",
        "registration_reward",
        "algorithm_filing_reward",
    )
)


@dataclass(frozen=True, slots=True)
class Context:
    """What helps to tell a kind where the words themselves do not.

    heading: of the clause. whole: all of the text. before: the paragraph above.
    """

    heading: str
    whole: str
    before: str = ""


def read_part(clean: Clean, part: Part, context: Context) -> tuple[list[Found], Assembly]:
    """Return the grants of a part, not numbered yet, and what was read to find them."""
    assembly = Assembly(clean.text, part)
    assembly.read()
    drafts = _without_announcements(clean.text, assembly.drafts)
    found: list[Found] = []
    for place, draft in enumerate(drafts):
        end = _end(clean.text, assembly, drafts, place)
        found += _grants(clean, part, assembly, draft, end, context, found)
    others = _others(clean, assembly)
    return [replace(one, others=others) for one in found], assembly


def _without_announcements(text: str, drafts: list[Draft]) -> list[Draft]:
    """Leave out grants without an amount where the sentences behind them say the amounts."""
    return [draft for place, draft in enumerate(drafts) if not _announces(text, draft, drafts[place + 1 :])]


def _announces(text: str, draft: Draft, following: list[Draft]) -> bool:
    told = [later for later in following if later.values or later.rates]
    if not draft.vague or not told:
        return False
    own = kind_of(text[draft.start : draft.end], weak=False)
    later = {rule.kind for one in told if (rule := kind_of(text[one.start : one.end], weak=False))}
    return own is None or own.kind in later or not later


def _end(text: str, assembly: Assembly, drafts: list[Draft], place: int) -> int:
    """Return where the words of a draft end: before the next one, or with its group."""
    draft = drafts[place]
    sentence = assembly.part.sentences[draft.sentence]
    limit = drafts[place + 1].start if place + 1 < len(drafts) else sentence.end
    group = next((group for group in sentence.groups if group.segments[-1].end >= draft.last), None)
    stop = min(limit, group.segments[-1].end if group else sentence.end)
    if draft.end > draft.last:
        segments = (
            segment for sentence in assembly.part.sentences for group in sentence.groups for segment in group.segments
        )
        return next(
            (min(segment.end, max(limit, draft.end)) for segment in segments if segment.end >= draft.end), draft.end
        )
    return max(draft.end, draft.start + len(text[draft.start : stop].rstrip("，；。、：\n ")))


def _kind_end(assembly: Assembly, draft: Draft, end: int) -> int:
    """Return where the words that tell the kind end: a wider cap behind them may speak of several kinds."""
    if draft.end == draft.last:
        return end
    segments = (segment for group in assembly.part.sentences[draft.sentence].groups for segment in group.segments)
    return next((segment.end for segment in segments if segment.end >= draft.last), end)


def _grants(
    clean: Clean, part: Part, assembly: Assembly, draft: Draft, end: int, context: Context, before: list[Found]
) -> list[Found]:
    words = _paid_words(clean.text, draft, _kind_end(assembly, draft, end))
    head = clean.text[draft.start : draft.first]
    kinds = filings_in(head)
    rule, kind = _kind(draft, words, part, (_opening(clean, assembly, draft), *_around(draft, part, context)), before)
    _, colon, announced = head.rpartition("：")  # what stands before a colon may name the kinds of all that follow
    if colon and not draft.kind and (named := kind_of(announced, weak=False)):
        rule, kind = named.name, named.kind
    if before and _IN_A_ROW.search(clean.text[max(0, draft.start - 2) : draft.start]) and kind not in _NAMED_IN_ROWS:
        rule, kind = "as_before", before[-1].incentive.kind
    if len(draft.values) > 1 and len(kinds) == len(draft.values):
        singles = [replace(draft, values=(value,)) for value in draft.values]
        return [
            _grant(clean, part, assembly, single, end, one, "filings_respectively")
            for single, one in zip(singles, kinds, strict=True)
        ]
    return [_grant(clean, part, assembly, draft, end, kind, f"{draft.rule}/{rule}")]


def _paid_words(text: str, draft: Draft, end: int) -> str:
    """Return the words that may tell the kind: without what the money is spent on, and without what is not paid.

    The latter (对已获得国家备案奖励的企业，再给予…) counts where the rest tells nothing.
    """
    told = text[draft.start : max(draft.last, draft.start)]
    rest = text[draft.start + len(told) : end]
    rest = named[1] if (named := _BENEFIT_OF_ROW.match(rest)) else rest
    behind = [piece for piece in rest.split("，") if not has("purpose", piece)]
    pieces = (told + "，".join(behind)).split("，")
    paid = "，".join(piece for piece in pieces if not has("no_pay", piece))
    return paid if kind_of(paid) else "，".join(pieces)


def _kind(draft: Draft, words: str, part: Part, around: tuple[str, ...], before: list[Found]) -> tuple[str, str]:
    """Return the rule and the kind: from the grant's own words, the grant before, the lead, the text around."""
    if draft.kind:
        return "given", draft.kind
    rule = own_kind(draft, words)
    if before and rule and goes_on(draft, words, rule.kind, before[-1]):
        return "as_before", before[-1].incentive.kind
    if rule:
        return rule.name, rule.kind
    if before and (not has("opens", words) or words.startswith("其中")):
        return "as_before", before[-1].incentive.kind
    near = ((text, False) for text in (part.lead, *around[:_NEAR]))
    far = ((text, False) for text in around[_NEAR:])
    for text, weak in (*near, (words, True), *far, *((text, True) for text in (part.lead, *around))):
        if rule := kind_of(text, weak=weak):
            return rule.name, rule.kind
    return ("as_before", before[-1].incentive.kind) if before else ("none", "other")


def _opening(clean: Clean, assembly: Assembly, draft: Draft) -> str:
    """Return the words of the sentence before its first grant."""
    first = next(one for one in assembly.drafts if one.sentence == draft.sentence)
    return clean.text[assembly.part.sentences[draft.sentence].start : max(first.start, 0)]


def _around(draft: Draft, part: Part, context: Context) -> tuple[str, ...]:
    """Return the texts that may tell the kind, nearest first: the first sentence, headings, for rows all of it."""
    topic = part.sentences[0].text[:_TOPIC] if draft.sentence else ""
    above = context.before if has("standard_only", part.sentences[draft.sentence].text.lstrip("　 ：")) else ""
    near = (topic, context.heading, part.topic, above)
    return (*near, context.whole) if part.sentences[draft.sentence].is_row else near


def _grant(clean: Clean, part: Part, assembly: Assembly, draft: Draft, end: int, kind: str, rule: str) -> Found:
    words = clean.text[draft.start : end]
    head = clean.text[draft.start : draft.first]
    once = has("once", words) or (has("once", part.lead) and not draft.yearly)
    span = clean.span(draft.start, end)
    sentence = assembly.part.sentences[draft.sentence]
    incentive = Incentive(
        no=1,
        kind=kind,
        trigger=trigger_of(head) or part.lead.strip("： ") or words.strip(),
        beneficiary=beneficiary_of(words, part.lead),
        amount_max=max(draft.values) if draft.values else None,
        up_to=draft.cap and bool(draft.values),
        tiers=draft.values if len(draft.values) > 1 else (),
        floor=draft.floor,
        rates=_rates(draft),
        per=_unit(draft, kind, head),
        period=_period(draft, once=once),
        cap_per_entity=draft.cap_per_entity,
        pool=_pool(draft, kind),
        span=span,
        duration=duration_of(words) or duration_of(sentence.text[max(0, end - sentence.start) :][:30]),
        conditions=conditions_of(clean, draft.start, end),
        stacking=stacking_of("".join(one.text for one in part.sentences[draft.sentence : draft.sentence + 3])),
        rule=rule,
    )
    return Found(incentive, once)


def _rates(draft: Draft) -> tuple[Percent, ...]:
    return tuple(dict.fromkeys(draft.rates))


def _unit(draft: Draft, kind: str, head: str) -> Per | None:
    if draft.unit is not None:
        return draft.unit
    return generic_unit(kind, head) if draft.generic else None


def _period(draft: Draft, *, once: bool) -> Period | None:
    if draft.monthly:
        return Period.MONTHLY
    if draft.yearly:
        return Period.YEARLY
    return Period.ONCE if once else None


def _pool(draft: Draft, kind: str) -> Yuan | None:
    if draft.pool is None or draft.pool[1] not in (None, kind):
        return None
    return draft.pool[0]


def _others(clean: Clean, assembly: Assembly) -> tuple[NoReward, ...]:
    return tuple(
        NoReward(
            figure.amount,
            figure.role,
            figure.rule,
            clean.span(figure.start, figure.end),
            clean.text[figure.start : figure.end],
        )
        for figure in assembly.figures
    )
