"""What is put together while a part is read: drafts of grants, and figures that are no rewards."""

from dataclasses import dataclass, field

from data.model import Per, Percent, Yuan


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount that is no reward. amount: `None` in another currency. rule: why. start, end: in the clean text."""

    amount: Yuan | None
    role: str
    rule: str
    start: int
    end: int


@dataclass(slots=True)
class Draft:
    """A grant that is being read.

    start, end: of its words in the clean text. first: start of its first figure. sentence, group: numbers within the
    part. prices: amounts a unit of measure, no rewards themselves. blocked: a floor, a masked or foreign amount stands
    where the amount would. listed: its cap is told in grades behind it. kind: given beforehand where the words do not
    decide.
    """

    start: int
    end: int
    first: int
    sentence: int
    group: int
    rule: str
    last: int = 0
    values: tuple[Yuan, ...] = ()
    rates: list[Percent] = field(default_factory=list)
    prices: list[Yuan] = field(default_factory=list)
    floor: Yuan | None = None
    cap: bool = False
    unit: Per | None = None
    generic: bool = False
    yearly: bool = False
    monthly: bool = False
    principle: bool = False
    blocked: bool = False
    raised: bool = False
    vague: bool = False
    listed: bool = False
    cap_per_entity: Yuan | None = None
    pool: tuple[Yuan, str | None] | None = None
    kind: str | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether no amount has been found yet."""
        return not self.values and not self.blocked
