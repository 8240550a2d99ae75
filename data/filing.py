"""How a generative-AI service is filed (备案) or registered (登记), as far as the guide's damaged text allows."""

from dataclasses import dataclass
from enum import StrEnum


class Reading(StrEnum):
    """`literal`: stands in the guide's text. `reading`: put together from what survives, never a quotation."""

    LITERAL = "literal"
    READING = "reading"


@dataclass(frozen=True, slots=True)
class Route:
    """One way to get permission: who takes it, who reviews, what follows."""

    name: str
    for_whom: str
    review: tuple[str, ...]
    basis: Reading
    after: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One material to hand in or one step to take."""

    text: str
    basis: Reading


@dataclass(frozen=True, slots=True)
class Count:
    """A number the guide states, with what it counts; `basis` is about what it belongs to, the digits are literal."""

    what: str
    value: int
    basis: Reading


@dataclass(frozen=True, slots=True)
class LocalSteps:
    """How many steps the guide shows for one province; region is `None` where its name is lost."""

    region: str | None
    steps: int
    note: str | None = None


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """The clause of a catalog document that asks for filing."""

    document: str
    clause: str


@dataclass(frozen=True, slots=True)
class FilingProcedure:
    """Routes, materials, steps and counts of filing, each marked as literal or reading."""

    about: str
    routes: tuple[Route, ...]
    materials: tuple[Step, ...]
    steps: tuple[Step, ...]
    requirements: tuple[Count, ...]
    figures: tuple[Count, ...]
    local_steps: tuple[LocalSteps, ...]
    legal_basis: tuple[LegalBasis, ...]
