"""Grants whose amount is not said: 给予一定奖励, 免收租金, 全年投放智算券1.2亿元."""

from data.model import Yuan
from index.read.incentives.cues import has
from index.read.incentives.drafts import Draft
from index.read.incentives.kinds import kind_of
from index.read.incentives.position import Position
from index.read.incentives.sentences import Group, Segment, Sentence

VOUCHERS = frozenset(("compute_voucher", "model_voucher", "data_voucher"))
"""Kinds that are paid as vouchers, from a pot."""


def without_amount(at: Position, group: Group) -> Draft | None:
    """Return the grant of a group of which only is said that something is given; `None` if there is none."""
    for segment in group.segments:
        if not has("vague", segment.text) or has("no_pay", segment.text) or at.is_lead(segment):
            continue
        free = has("free_rent", segment.text)
        if free or at.has_subject(group, segment):
            start, end = group.segments[0].start, segment.end
            kind = "rent" if free and not has("other_rent", segment.text) else None
            return Draft(start, end, end, at.sentence, at.group, "no_amount", last=end, vague=not free, kind=kind)
    return None


def free_before_another(at: Position, segment: Segment, following: Segment) -> Draft | None:
    """Return the free rent that a segment offers where the next one is of another grant; `None` if there is none."""
    if not has("free_rent", segment.text) or has("no_pay", segment.text):
        return None
    rule = kind_of(following.text, weak=False)
    another = rule is not None and rule.kind != "rent"
    if not (another or has("opens", following.text) or has("again", following.text)):
        return None
    start = at.since
    at.since = segment.end
    return Draft(start, segment.end, segment.end, at.sentence, at.group, "no_amount", last=segment.end, blocked=True)


def pool_only(at: Position, sentence: Sentence, before: tuple[Yuan, str | None] | None) -> Draft | None:
    """Return the grant of a sentence that only says the pot it is paid from; `None` if it is no offer.

    before: the pot that was known before the sentence.
    """
    if at.pool is None or at.pool[1] not in VOUCHERS or at.pool == before:
        return None
    if any(draft.sentence == at.sentence for draft in at.drafts):
        return None
    if "券" not in sentence.text or not has("pool_offer", sentence.text) or has("general_money", sentence.text):
        return None
    start, end = sentence.start, sentence.end
    draft = Draft(start, end, end, at.sentence, 0, "pool_only", last=end, vague=True)
    draft.kind, draft.pool = at.pool[1], at.pool
    return draft
