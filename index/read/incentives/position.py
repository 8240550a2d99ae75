"""Where reading stands within a part, and what can be told of a figure from there."""

import re
from dataclasses import dataclass, field

from data.model import Per, Yuan
from index.read.incentives.cues import cue, has
from index.read.incentives.drafts import Draft
from index.read.incentives.events import Event
from index.read.incentives.kinds import kind_of
from index.read.incentives.sentences import Group, Part, Segment, Sentence
from index.read.incentives.units import unit_of

_ADJACENT = re.compile(r"^(?:（?[^，；。]{0,14}）?)?[、和及或/／（]")
_ROW = re.compile(r"[^，；。]{0,12}[、和及]")
_LEFTOVER = re.compile(r"[^，；。、]{0,20}[，、；]|[^，；。、]{0,8}[和及]")
_BENEFIT_NAME = re.compile(r"的?[^，；。、\d]{0,10}?(?:资助|补贴|补助|奖励|津贴|经费|支持|奖金|安家费|扶持|券|贴息)")
_BENEFIT = re.compile(rf"{_BENEFIT_NAME.pattern}(?:[、和及与]|以及|并)")
_NAME_BEFORE = re.compile(
    r"^(?:（[^（）]{0,14}）)?[、和及][^，；。、\d（）]{2,14}?(?:经费|费用?|补[贴助]|资助|奖励|资金|贴息|津贴|奖金)[^，；。、\d]{0,8}$"
)
_OTHER_TAKER = re.compile(
    "^[、和及](?![每单同一各全])[^，；。、\\d]{2,12}(?:单位|企业|机构|团队|个人|主体|方)(?:最高|不超过|各)?$"
)
_QUOTED_NAME = re.compile("[、和及]“[^”]{2,12}”")
_TOWARDS = re.compile(r"^对|^[^，；。对]{0,8}对[^，；。]{2,40}(?:给予|提供|予以)")
_TOTAL = re.compile("(?:补[助贴]|奖励|资助|支持|奖补)?总?额")
_CONDITION_WITHIN = re.compile(
    "(?![补奖资支金费每单同其])[^，；。]{1,14}(?<![额贴励助持年])的(?:最高|一次性|给予|奖励|补助|补贴|资助)"
)
_SUM = re.compile(r"\d[万亿]?元")
_HUNDRED_MILLION = 100_000_000
_NEAR = 20


@dataclass(slots=True)
class Position:
    """Where reading stands. text: clean. sentence, group: numbers within the part. within: that sentence.

    since: where the figure before ends, or the sentence starts. drafts: the grants so far. pool: the pot named last,
    and the kind of grant it is for, if that is said.
    """

    text: str
    part: Part
    drafts: list[Draft] = field(default_factory=list)
    pool: tuple[Yuan, str | None] | None = None
    sentence: int = 0
    group: int = 0
    since: int = 0
    within: Sentence | None = None

    def enter(self, number: int, sentence: Sentence) -> None:
        """Begin to read a sentence of the part."""
        self.sentence, self.within, self.since = number, sentence, sentence.start

    def current(self) -> Draft | None:
        """Return the grant at hand: the last one of this sentence."""
        return self.drafts[-1] if self.drafts and self.drafts[-1].sentence == self.sentence else None

    def fresh(self, event: Event) -> str:
        """Return the words since the figure before, within the sentence."""
        return self.text[self.since : event.start].lstrip("，；。、 \n")

    def pieces(self, event: Event) -> list[str]:
        """Return the words since the figure before, cut at commas, without what still belongs to that figure."""
        words = self.text[self.since : event.start]
        if (
            self.since > 0
            and self.text[self.since - 1] not in "，；。：\n"
            and self.drafts
            and self.drafts[-1].end == self.since
        ):
            words = re.sub("^[^，；、]*(?:[，；、]|$)", "", words, count=1)
        return [piece.strip() for piece in re.split("[，；]", words) if piece.strip()]

    def is_too_large(self, event: Event) -> bool:
        """Tell whether 1亿元 or more is said without a limit and without whom it is for: rather a total."""
        if not event.values or max(event.values) < _HUNDRED_MILLION or event.role is not None:
            return False
        return not (event.cap or event.unit or self.own_trigger(event) or self.part.lead)

    def own_trigger(self, event: Event) -> bool:
        """Tell whether a condition or a 对… stands between the figure before and this one."""
        pieces = self.pieces(event)
        if any(has("opens", piece) for piece in pieces) or (pieces and _CONDITION_WITHIN.match(pieces[-1])):
            return True
        return any(has("condition_end", piece) for piece in pieces[:-1])

    def is_limit(self, event: Event) -> bool:
        """Tell whether an amount only limits what stands before it (同一企业每年不超过…)."""
        if not (event.cap or event.total):
            return False
        pieces = self.pieces(event) or [event.left]
        if has("selects", pieces[0]) and (len(pieces) > 1 or has("pay_verb", pieces[0])):
            return False
        within = self.drafts and self.drafts[-1].sentence == self.sentence and self.drafts[-1].group == self.group
        while len(pieces) > 1 and _SUM.search(pieces[0]):
            pieces = pieces[1:]
        piece = (pieces[-1] if within else pieces[0]).lstrip("/个款项人家户年元整的")
        if cue("limit_subject").search(piece):
            return not self.names_other_kind(event)
        return event.total and event.cap and kind_of(self.fresh(event), weak=False) is None

    def limits_all(self, event: Event) -> bool:
        """Tell whether a limit stands alone: no grant, kind, lead, pot or heading (支持标准：最高50万元) has it."""
        if self.part.lead or self.pool is not None or not self.is_limit(event) or self.within is None:
            return False
        if has("standard_only", self.within.text) and kind_of(
            self.part.topic
        ):  # 支持标准：最高50万元, under its heading
            return False
        if self.sentence and (call := self.part.sentences[self.sentence - 1].text).endswith("！") and kind_of(call):
            return False
        return event.unit in (None, Per.ENTITY) and kind_of(self.within.text) is None

    def names_other_kind(self, event: Event) -> bool:
        """Tell whether the words around the figure pay for another kind than the grant before."""
        rule = kind_of(event.right[:8], weak=False) if _ROW.match(event.left) else None
        rule = rule or kind_of(self.fresh(event), weak=False)
        return (
            rule is not None
            and not event.total
            and bool(self.drafts)
            and self.kind_before(event) not in (None, rule.kind)
        )

    def kind_before(self, event: Event) -> str | None:
        """Return the kind of the grant before, by its own words."""
        draft = self.drafts[-1]
        behind = self.text[draft.end : event.start]
        rest = _ROW.match(behind) if draft.end == self.since else None
        rule = kind_of(behind[: rest.end()], weak=False) if rest else None
        named = draft.start + self.text[draft.start : draft.first].rfind("：") + 1
        rule = rule or kind_of(self.text[named : draft.end], weak=False)
        rule = rule or kind_of(self.text[draft.start : draft.end], weak=False)
        return rule.kind if rule else None

    def own_verb(self, event: Event) -> bool:
        """Tell whether a verb of its own opens the last piece before the figure (，给予其团队最高…)."""
        pieces = self.pieces(event)
        return bool(pieces) and cue("own_verb").match(pieces[-1]) is not None

    def same_scope(self, event: Event, draft: Draft) -> bool:
        """Tell whether an amount is for the same unit and time as the one before, but for something else."""
        same = event.unit is not None and event.unit == draft.unit and event.yearly == draft.yearly
        return same and not event.total and not self.is_limit(event)

    def is_tier(self, event: Event, draft: Draft) -> bool:
        """Tell whether an amount is a further tier of the grant (一等奖…、二等奖…)."""
        fresh = self.text[draft.last : event.start]
        if draft.blocked or draft.rates or (event.cap and (event.unit is not None or event.total)):
            return False
        if self.names_other_kind(event) or has("further_one", fresh):
            return False
        if self.is_next_grade(event) or (draft.listed and not event.cap and not has("pay_verb", fresh)):
            return True
        if "，" not in fresh and _ADJACENT.match(fresh):
            return not has("pay_verb", fresh)
        schemed = has("tier_scheme", self.text[draft.start : draft.first]) or has("grade", fresh)
        if self.within is not None and self.within.is_row and draft.last > event.segment.start:
            return not event.cap
        return schemed and not has("pay_verb", fresh)

    def is_next_grade(self, event: Event) -> bool:
        """Tell whether a cell holds the figure of the next grade, which its column's head names."""
        if self.within is None or not self.within.is_row or not has("grade_head", event.segment.head):
            return False
        before = [one for one in self.within.groups[0].segments if one.start < event.segment.start]
        return bool(before) and has("grade_head", before[-1].head)

    def names_other_benefit(self, event: Event) -> bool:
        """Tell whether the figure before and this one have names of their own (50万元科研经费、20万元安家补贴)."""
        fresh = self.text[self.since : event.start]
        named = (_BENEFIT.match(fresh) and _BENEFIT_NAME.match(event.right)) or _NAME_BEFORE.match(fresh)
        named = named or _QUOTED_NAME.match(fresh) or _OTHER_TAKER.match(fresh)
        return bool(named) and not event.total and not has("grade", fresh)

    def is_total_of(self, event: Event, draft: Draft) -> bool:
        """Tell whether a total is the limit of the rate or price before it, not the pot (每平方米50元，总额不超过…)."""
        near = draft.group == self.group and draft.is_open and bool(draft.rates or draft.prices)
        return near and event.cap and _TOTAL.match(event.left.lstrip("、且但和， ")) is not None

    def is_pot(self, event: Event, draft: Draft) -> bool:
        """Tell whether the amount before is a pot: a total or no limit, of no unit, and more than each one can get."""
        told = event.unit is Per.ENTITY and has("total", self.text[draft.start : draft.last][-_NEAR:])
        alone = len(draft.values) == 1 and draft.unit is None and not draft.generic and (told or not draft.cap)
        return alone and event.unit is not None and bool(event.values) and max(event.values) < max(draft.values)

    def start(self, event: Event) -> int:
        """Return where the words of a grant that begins with this figure start."""
        fresh = self.text[self.since : event.start]
        if self.current() and self.drafts[-1].end == self.since and (rest := _LEFTOVER.match(fresh)):
            return self.since + rest.end()
        return self.since + len(fresh) - len(fresh.lstrip("，；。、 \n"))

    def counted(self, event: Event) -> Per | None:
        """Return the unit that a piece before counts (每新增1个备案大模型，奖励…)."""
        counting = [piece for piece in self.pieces(event) if piece.startswith("每") or piece.endswith("1个")]
        return unit_of(counting[-1], "") if counting and not event.generic else None

    def is_lead(self, segment: Segment) -> bool:
        """Tell whether a segment only announces what follows it."""
        return self.part.is_lead or segment.text.rstrip().endswith("：")

    def has_subject(self, group: Group, segment: Segment) -> bool:
        """Tell whether a segment or one before it in its group says who or what is paid for."""
        before = [piece for piece in group.segments if piece.start <= segment.start]
        return any(
            has("opens", piece.text) or has("condition_end", piece.text) or _TOWARDS.search(piece.text) is not None
            for piece in before
        )
