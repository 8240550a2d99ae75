"""Whether words of paying stand near enough to a figure to make it a reward."""

import re

from index.read.incentives.cues import has
from index.read.incentives.events import Event
from index.read.incentives.position import Position

_SLOT = re.compile(
    r"^$|(?:为|的|每\w{1,8}|单\w{1,8}|标准|：|档|以[下上]|级|奖|各|类|分别|依次|人民币|名|者|型|元|可达|按|至|外|即|和|及|、|有|直接|就"
    r"|资金|资|计|：?共|整|是|分)$"
)
_NAMED = re.compile(r"(?:[^，；。]*：)?[（“]?[^，；。：、\d]{1,16}?(?:最高|不超过|每[个项家款人])?：?$")
_LONGEST_TITLE = 16


def is_paid(at: Position, event: Event) -> bool:
    """Tell whether a figure is said to be paid: in its own words, its sentence, its lead, its table or its list."""
    if has("pay", event.segment.text) or has("pay", event.segment.head):
        return True
    if _is_row(at) and has("table_other", event.segment.head):
        return False
    sentence = at.within.text if at.within else ""
    if event.rate is not None:
        return has("pay", sentence) or has("pay", at.part.lead) or at.pool is not None
    if (event.generic or event.unit) and "标准" in event.segment.text and has("pay", sentence):
        return True
    return (_is_row(at) and has("table_pay", event.segment.head + at.part.lead)) or _by_others(at, event, sentence)


def _is_row(at: Position) -> bool:
    return at.within is not None and at.within.is_row


def _by_others(at: Position, event: Event, sentence: str) -> bool:
    """Tell whether words outside the figure's own segment pay for it."""
    before = at.text[at.within.start if at.within else event.segment.start : event.segment.start]
    around = before + at.part.lead + _short_heading(at)
    if _is_named(event) and _names_what_is_paid(at, before):
        return True
    if not has("pay", around) and not _in_list_of_payments(at, event):
        return event.cap and has("pay", sentence)
    if has("tier_scheme", before + event.segment.text):
        return True
    return event.cap or event.unit is not None or _SLOT.search(event.left.rstrip()) is not None


def _is_named(event: Event) -> bool:
    """Tell whether a segment is only a name and its amount (省级实验室：200万元)."""
    return not event.right.strip("。 元整") and _NAMED.fullmatch(event.left.strip()) is not None


def _names_what_is_paid(at: Position, before: str) -> bool:
    """Tell whether a name and its amount stand in a list whose opening, or heading, says that it is paid.

    before: the words of the sentence before the segment.
    """
    heading = at.part.topic.rsplit(" ", 1)[-1]
    return has("pay", before.rpartition("：")[0] + at.part.lead) or has("paid_heading", heading)


def _short_heading(at: Position) -> str:
    """Return the first sentence of the part where it is only a title (支持标准。)."""
    first = at.part.sentences[0].text
    return first if at.sentence and len(first) <= _LONGEST_TITLE else ""


def _in_list_of_payments(at: Position, event: Event) -> bool:
    """Tell whether a figure with a unit stands in a list of payments, which needs no verb."""
    if not event.generic and event.unit is None and not event.right.startswith("/年"):
        return False
    texts = (at.part.topic, at.part.lead, *(one.text for one in at.part.sentences))
    return any(has("passage_pay", text) for text in texts)
