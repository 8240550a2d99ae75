"""Whether a rate goes on with the grant at hand or opens another one."""

import re

from index.read.incentives.cues import has
from index.read.incentives.drafts import Draft
from index.read.incentives.events import Event
from index.read.incentives.position import Position

_REACH = 60
_SUM = re.compile(r"\d[万亿]?元")
_OF_SOME = re.compile("(?:^|，)其中[^，]*$")
_BRACKETED = re.compile("（[^（）]*$")
_TOLD_SHARE = re.compile("(?:补[贴助]|资助|支持|奖励|抵扣|抵用|兑付)比例[^，；。]{0,16}$")
_VOUCHER = re.compile("[模算智训数语标][^，；。“”]{1,2}(?:服务)?券")
_OTHER_PAYER = re.compile("(?:^|，)(?:省|市|区|县|镇|园区|开发区)级?(?:财政|资金)?(?:再|另)?按")
_MATCHING = re.compile("[^，；。]{0,8}配套")


def continues_rate(at: Position, event: Event, draft: Draft) -> bool:
    """Tell whether a rate belongs to the grant at hand: another rate of it, or the share behind its cap."""
    fresh = at.fresh(event)
    if draft.rates and (has("raised", fresh) or _is_share_of_some(at, event, draft)):
        return True
    if _is_share_of_voucher(at, event, draft):
        return True
    return draft.group == at.group and not _is_of_another(at, event, draft) and _goes_on(at, event, draft, fresh)


def _goes_on(at: Position, event: Event, draft: Draft, fresh: str) -> bool:
    """Tell whether a rate of the same group, with no name of its own, belongs to the grant at hand."""
    if draft.rates and (_is_next(at, event) or (draft.is_open and _TOLD_SHARE.search(fresh))):
        return True
    if not draft.rates:
        return (draft.is_open and not draft.blocked) or not (at.own_trigger(event) or has("again", fresh))
    if not draft.is_open:
        return _BRACKETED.search(at.text[draft.first : event.start]) is not None
    if has("tier_scheme", at.text[draft.start : draft.first]):
        return True
    same = "，" not in at.text[draft.last : event.start] or _BRACKETED.search(fresh) is not None
    return same or has("startup", fresh) or has("next_year", fresh)


def _is_share_of_some(at: Position, event: Event, draft: Draft) -> bool:
    """Tell whether a rate is what some of them get (其中首次投保的按70%补贴), without an amount of its own."""
    behind = re.split("[；。\n]", at.text[event.end : event.end + _REACH], maxsplit=1)[0]
    return _OF_SOME.search(at.fresh(event)) is not None and (draft.is_open or not _SUM.search(behind))


def _is_of_another(at: Position, event: Event, draft: Draft) -> bool:
    other = bool(draft.rates) and _is_of_other(at, event)
    return other or _is_of_other_payer(at, event, draft) or _is_of_next_name(at, event, draft)


def _is_of_other(at: Position, event: Event) -> bool:
    """Tell whether a rate of a row is for something else (购买模型服务按20%、购买语料按30%)."""
    words = at.text[at.since : event.start]
    return "，" not in words and words.startswith("、") and at.names_other_kind(event)


def _is_share_of_voucher(at: Position, event: Event, draft: Draft) -> bool:
    """Tell whether a rate is the share that a voucher pays, whose cap stands in a group before (以模型券抵扣30%)."""
    if draft.rates or not draft.cap or draft.group == at.group:
        return False
    named = set(_VOUCHER.findall(at.text[draft.start : draft.end]))
    behind = re.split("[；。\n]", at.text[event.end : event.end + _REACH], maxsplit=1)[0]
    return set(_VOUCHER.findall(at.fresh(event))) == named != set() and not _SUM.search(behind)


def _is_of_other_payer(at: Position, event: Event, draft: Draft) -> bool:
    """Tell whether a rate is what another government adds to an amount (市级给予50万元，区级按1:1配套)."""
    adds = _OTHER_PAYER.search(at.fresh(event)) and _MATCHING.match(event.right)
    return bool(draft.values) and not draft.rates and bool(adds)


def _is_of_next_name(at: Position, event: Event, draft: Draft) -> bool:
    """Tell whether a rate is of the next named item of a row whose items each have their figure (设备购置经费50%)."""
    return bool(draft.values) and at.names_other_benefit(event)


def _is_next(at: Position, event: Event) -> bool:
    """Tell whether a rate is that of the next year or of what goes beyond a sum, of the same grant."""
    fresh = at.fresh(event)
    return has("share_step", fresh) or (has("next_year", fresh) and not has("opens", fresh))
