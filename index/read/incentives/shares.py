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


def continues_rate(at: Position, event: Event, draft: Draft) -> bool:
    """Tell whether a rate belongs to the grant at hand: another rate of it, or the share behind its cap."""
    fresh = at.fresh(event)
    if draft.rates and (has("raised", fresh) or _is_share_of_some(at, event, draft)):
        return True
    if draft.group != at.group or (draft.rates and _is_of_other(at, event)) or _is_of_next_name(at, event, draft):
        return False
    if draft.rates and _is_next(at, event):
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


def _is_of_other(at: Position, event: Event) -> bool:
    """Tell whether a rate of a row is for something else (购买模型服务按20%、购买语料按30%)."""
    words = at.text[at.since : event.start]
    return "，" not in words and words.startswith("、") and at.names_other_kind(event)


def _is_of_next_name(at: Position, event: Event, draft: Draft) -> bool:
    """Tell whether a rate is of the next named item of a row whose items each have their figure (设备购置经费50%)."""
    return bool(draft.values) and at.names_other_benefit(event)


def _is_next(at: Position, event: Event) -> bool:
    """Tell whether a rate is that of the next year or of what goes beyond a sum, of the same grant."""
    fresh = at.fresh(event)
    return has("share_step", fresh) or (has("next_year", fresh) and not has("opens", fresh))
