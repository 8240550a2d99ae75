"""What a firm can get, on which conditions, and the money and limits around it."""

from dataclasses import dataclass
from enum import StrEnum

from data.model.clauses import Span
from data.model.money import Per, Percent, Period, Yuan
from data.model.provenance import Basis


class BenefitClass(StrEnum):
    """What a firm gets out of an incentive: it pays less, is paid, may use something, or is titled something."""

    RELIEF = "减免"
    GRANT = "奖补"
    RIGHT = "权益"
    TITLE = "资质"


@dataclass(frozen=True, slots=True)
class IncentiveKind:
    """One kind of incentive: `code` in programs and addresses, `name` and `english` on screen, `cues` in texts.

    `definition` says what counts as this kind and what does not.
    """

    code: str
    name: str
    english: str
    benefit_class: BenefitClass
    definition: str
    cues: tuple[str, ...]


class ConditionKind(StrEnum):
    """What a condition does: without a `gate` nothing is paid, a `bonus` pays more, `discretion` is the office's."""

    GATE = "gate"
    BONUS = "bonus"
    DISCRETION = "discretion"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a grant in the words of the document, and where they stand."""

    kind: ConditionKind
    words: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Incentive:
    """One grant that one clause makes.

    no: number within its document, from 1. It is part of the grant's address and is never given again.
    kind: code of an `IncentiveKind`.
    trigger: what the money is paid for. beneficiary: who may get it.
    amount_max: the most that one unit (`per`) can get, in yuan. With `rates` it is the cap of the rate.
    up_to: the source gives the amount as an upper limit (最高, 不超过), not as a fixed sum.
    tiers: all amounts of a graded grant, in the order of the text; empty if there is one amount or none.
    floor: the least that is paid where a range or 不低于 is stated, in yuan.
    rates: share of the cost that is paid, percent; base rate first where several are stated.
    cap_per_entity: the most that one firm can get over all units, in yuan.
    pool: all the money there is for this grant, in yuan. Nobody gets this much.
    clause: where in the document, as the source names it. quote and span: the words themselves, once the
        document has been read; `None` for what is known from the catalog only.
    basis: what the figures rest on; `None` where that was not recorded.
    note: what a reader must know before relying on it.
    duration: the words that say for how long it is paid (连续支持两年). conditions: see `Condition`.
    stacking: the words on what it excludes or is paid beside (就高不重复).
    rule: name of the reading rule that found it; `None` for what the catalog says.
    """

    no: int
    kind: str
    trigger: str
    beneficiary: str | None = None
    amount_max: Yuan | None = None
    up_to: bool = False
    tiers: tuple[Yuan, ...] = ()
    floor: Yuan | None = None
    rates: tuple[Percent, ...] = ()
    per: Per | None = None
    period: Period | None = None
    cap_per_entity: Yuan | None = None
    pool: Yuan | None = None
    clause: str | None = None
    basis: Basis | None = None
    quote: str | None = None
    span: Span | None = None
    note: str | None = None
    duration: str | None = None
    conditions: tuple[Condition, ...] = ()
    stacking: str | None = None
    rule: str | None = None


class BudgetKind(StrEnum):
    """A `fund` to invest from, an `annual_budget` a government sets aside, the `pool` (pot) of one grant."""

    FUND = "fund"
    ANNUAL_BUDGET = "annual_budget"
    POOL = "pool"


@dataclass(frozen=True, slots=True)
class Budget:
    """Money that a document sets aside as a whole. No firm is promised this amount, so it is no incentive.

    amount: size in yuan. purpose: what it is for. incentive_kind: the kind of incentive it feeds, if one.
    """

    no: int
    kind: BudgetKind
    amount: Yuan
    purpose: str
    incentive_kind: str | None = None
    clause: str | None = None
    basis: Basis | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class OverallCap:
    """A limit over several incentives of a document: the most that one beneficiary gets from all of them, in yuan.

    incentive_kind: the kind it is limited to; `None` if it holds over all kinds.
    """

    no: int
    amount: Yuan
    scope: str
    beneficiary: str | None = None
    incentive_kind: str | None = None
    period: Period | None = None
    clause: str | None = None
    basis: Basis | None = None
    note: str | None = None
