"""What a figure does to the grants at hand: it opens one, is its amount, a further tier, or a limit on it."""

from data.model import Per, Yuan
from index.read.incentives.cues import has
from index.read.incentives.drafts import Draft, Figure
from index.read.incentives.events import Event
from index.read.incentives.position import Position
from index.read.incentives.shares import continues_rate


class Grants:
    """The grants of one part while it is read. figures: amounts that are no rewards. limiting: the last was a limit."""

    def __init__(self, at: Position) -> None:
        self.at = at
        self.drafts = at.drafts
        self.figures: list[Figure] = []
        self.limiting = False

    def put_aside(self, event: Event, role: str, rule: str) -> None:
        """Note an amount that is no reward; a rate is forgotten."""
        if event.amount is None:
            return
        amounts: list[Yuan | None] = [*event.values]
        if event.amount.low is not None:
            self.figures.append(Figure(event.amount.low, role, rule, event.start, event.end))
        for value in amounts or [None]:
            self.figures.append(
                Figure(value, role if value is not None else "foreign_currency", rule, event.start, event.end)
            )

    def _open(self, event: Event, rule: str) -> Draft:
        draft = Draft(
            self.at.start(event), event.end, event.start, self.at.sentence, self.at.group, rule, last=event.end,
            principle=has("principle", event.left),
        )  # fmt: skip
        draft.pool = self.at.pool
        self.drafts.append(draft)
        return draft

    def _fill(self, draft: Draft, event: Event) -> None:
        draft.values, draft.cap = event.values, event.cap
        draft.unit, draft.generic = event.unit or draft.unit or self.at.counted(event), event.generic or draft.generic
        draft.yearly, draft.monthly = event.yearly or draft.yearly, event.monthly or draft.monthly
        draft.principle = draft.principle or has("principle", event.left)
        if event.amount and event.amount.low is not None:
            draft.floor = event.amount.low
            self.figures.append(Figure(event.amount.low, "range_min", "幅度的下端", event.start, event.end))

    def offer(self, event: Event, draft: Draft | None) -> None:
        """Take a floor, a unit price, a masked or foreign amount: something is paid, how much is not said."""
        if draft is None or draft.group != self.at.group or not draft.is_open or self.at.own_trigger(event):
            draft = self._open(
                event, event.rule or ("amount_masked" if event.amount and event.amount.masked else "amount_foreign")
            )
        self.put_aside(event, event.role or "foreign_currency", event.rule or "不写明的金额")
        draft.unit, draft.generic = event.unit or draft.unit, event.generic or draft.generic
        if event.role == "floor" and event.values:
            draft.floor = max(event.values)
        elif event.role == "unit_price":
            draft.prices += event.values
        else:
            draft.blocked = True

    def rate(self, event: Event, draft: Draft | None) -> None:
        """Take a rate: of the grant at hand, or the first figure of a new one."""
        if event.rate is None:
            return
        if draft is not None and continues_rate(self.at, event, draft):
            draft.raised = has("raised", self.at.fresh(event)) and bool(draft.rates)
            draft.rates.append(event.rate)
        else:
            self._open(event, "rate").rates.append(event.rate)

    def amount(self, event: Event, draft: Draft | None) -> None:
        """Take an amount. draft: the grant at hand in this sentence."""
        if draft is None or draft.group != self.at.group:
            self._first_of_group(event, draft)
        elif draft.is_open:
            self._into_open(event, draft)
        else:
            self._further(event, draft)

    def _first_of_group(self, event: Event, draft: Draft | None) -> None:
        if self.drafts and self.at.is_limit(event):
            self._attach(event)
        elif not self.drafts and self.at.limits_all(event):
            self.put_aside(event, "overall_cap", "只说上限，前面没有奖补")
        elif draft and has("raised", self.at.fresh(event)) and draft.values:
            self._raise(event, draft)
        elif draft and draft.values and has("prize", self.at.fresh(event)) and self.at.is_tier(event, draft):
            self._tier(event, draft)
        elif (
            draft
            and draft.values
            and has("step", self.at.fresh(event))
            and not has("further_one", self.at.fresh(event))
        ):
            self._step(event, draft)
        else:
            self._new(event)

    def _new(self, event: Event) -> None:
        self._fill(self._open(event, "cap" if event.cap else "amount"), event)

    def _into_open(self, event: Event, draft: Draft) -> None:
        if draft.rates and not event.cap and (has("again", self.at.fresh(event)) or self.at.own_trigger(event)):
            return self._new(event)
        if draft.rates and self.at.names_other_kind(event) and has("opens", self.at.fresh(event)):
            return self._new(event)
        self._fill(draft, event)
        draft.rule = "rate_with_cap" if draft.rates else "price_with_cap" if draft.prices else draft.rule
        if has("shared", event.segment.text + self.at.fresh(event)) or (event.total and self.at.is_limit(event)):
            self._share(event)
        return None

    def _share(self, event: Event) -> None:
        for draft in self.drafts:
            if draft.sentence == self.at.sentence and draft.is_open and draft.rates:
                self._fill(draft, event)
                draft.rule = "shared_cap"

    def _further(self, event: Event, draft: Draft) -> None:
        fresh = self.at.fresh(event)
        if self._tells_of_cap(event, draft, fresh):
            return
        if has("further_one", fresh) or self.at.names_other_benefit(event):
            self._new(event)
        elif has("step", fresh) and not event.cap:
            self._step(event, draft)
        elif (has("raised", fresh) or (draft.principle and event.cap) or draft.raised) and not has("again", fresh):
            self._raise(event, draft)
        elif self.at.is_tier(event, draft):
            self._tier(event, draft)
        elif (
            has("again", fresh)
            or (self.at.own_verb(event) and not self.at.is_limit(event))
            or (self.at.own_trigger(event) and not self.at.is_limit(event))
        ):
            self._new(event)
        elif event.cap and not self.at.names_other_kind(event) and not self.at.same_scope(event, draft):
            self._attach(event)
        else:
            self._new(event)

    def _tells_of_cap(self, event: Event, draft: Draft, fresh: str) -> bool:
        """Take an amount that tells the cap before it in grades, or caps a raised rate; tell whether it does."""
        if self._lists_grades(event, draft, fresh):
            draft.values, draft.listed, draft.rule = event.values, True, "grades_of_cap"
        elif draft.raised and len(draft.rates) > 1 and (event.cap or fresh == ""):
            self._raised_apart(event, draft)
        else:
            return False
        return True

    @staticmethod
    def _lists_grades(event: Event, draft: Draft, fresh: str) -> bool:
        """Tell whether a cap is told again, in grades (最高300万元，具体金额根据得分确定：90分以上300万元)."""
        capped = draft.cap and len(draft.values) == 1 and not draft.rates and not draft.listed
        return capped and not event.cap and has("details", fresh) and max(event.values, default=0) == draft.values[0]

    def _raised_apart(self, event: Event, draft: Draft) -> None:
        """Take the cap of a raised rate (对小微企业提高到50%，最高80万元): both are a grant of their own."""
        raised = draft.rates.pop()
        draft.raised = False
        own = self._open(event, "raised_rate")
        own.rates.append(raised)
        self._fill(own, event)

    def _tier(self, event: Event, draft: Draft) -> None:
        draft.values += event.values
        draft.rule = "tiers"

    def _step(self, event: Event, draft: Draft) -> None:
        draft.prices += [*draft.values, *event.values]
        for value in (*draft.values, *event.values):
            self.figures.append(Figure(value, "unit_price", "超出部分另计单价", event.start, event.end))
        draft.values, draft.unit, draft.generic, draft.group = (), None, False, self.at.group

    def _raise(self, event: Event, draft: Draft) -> None:
        for value in draft.values:
            self.figures.append(Figure(value, "lower_cap", "原则上的上限", draft.first, draft.last))
        unit, yearly = draft.unit, draft.yearly
        self._fill(draft, event)
        draft.unit, draft.yearly, draft.rule, draft.principle = (
            draft.unit or unit,
            draft.yearly or yearly,
            "two_caps",
            False,
        )

    def _attach(self, event: Event) -> None:
        """Take a limit: the amount of grants that print none, else a wider cap on what stands before it."""
        sentence = self.drafts[-1].sentence
        waiting = [
            draft
            for draft in self.drafts
            if draft.sentence == sentence
            and draft.is_open
            and (draft.rates or draft.prices or draft.rule == "pool_only")
        ]
        if waiting:
            alone = self.at.group != self.drafts[-1].group
            shared = waiting if alone or has("shared", event.segment.text) else waiting[-1:]
            for draft in shared:
                self._fill(draft, event)
                draft.rule = "shared_cap" if len(shared) > 1 else "rate_with_cap"
            return None
        draft = self.drafts[-1]
        if self.at.is_pot(event, draft):
            return self._pot(draft, event)
        if self._is_narrower(draft, event):
            return self._narrow(draft, event)
        years = has("many_years", event.segment.text) and draft.yearly and event.unit in (None, draft.unit)
        role = "cap_over_years" if years else "cap_over_units"
        if event.values and event.unit in (None, Per.ENTITY) and role == "cap_over_units":
            draft.cap_per_entity = max(event.values)
        self.put_aside(event, role, "更宽的上限")
        self.limiting = True
        return None

    @staticmethod
    def _is_narrower(draft: Draft, event: Event) -> bool:
        """Tell whether a limit is of a narrower unit than the cap before (每家企业500万元，单个项目200万元)."""
        narrower = draft.unit is Per.ENTITY and event.unit not in (None, Per.ENTITY)
        return (
            narrower
            and len(draft.values) == 1
            and draft.cap
            and max(event.values, default=0) in range(1, draft.values[0])
        )

    def _narrow(self, draft: Draft, event: Event) -> None:
        draft.cap_per_entity = draft.values[0]
        self.figures.append(
            Figure(draft.values[0], "cap_over_units", "后面另有更小单位的上限", draft.first, draft.last)
        )
        draft.unit, draft.yearly = None, False
        self._fill(draft, event)

    def _pot(self, draft: Draft, event: Event) -> None:
        self.figures.append(Figure(draft.values[0], "pool", "总额大于每家的上限", draft.first, draft.last))
        draft.pool, draft.rule = (draft.values[0], None), "cap_below_pot"
        self._fill(draft, event)
