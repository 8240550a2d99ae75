"""What was understood of a typed text: values without behaviour."""

from dataclasses import dataclass
from enum import StrEnum

from data.model import Yuan

Span = tuple[int, int]


class PartKind(StrEnum):
    """What a part of the text asks for."""

    REGION = "region"
    INCENTIVE_KIND = "incentive_kind"
    AMOUNT = "amount"
    YEAR = "year"
    DOC_NUMBER = "doc_number"
    PHRASE = "phrase"
    EXCLUSION = "exclusion"
    DOCUMENT_KIND = "document_kind"


@dataclass(frozen=True, slots=True)
class Amounts:
    """From `least` to `most` yuan, both included; `None`: no such limit. At least one of them is there."""

    least: Yuan | None = None
    most: Yuan | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One condition that the text names.

    value: code of a region or kind, `Amounts`, year, 发文字号 with 〔〕 (a standard's number as typed, in capitals),
    or the normalised words of a phrase or exclusion.
    words: as typed. span: their place in the text, end excluded.
    """

    kind: PartKind
    value: str | int | Amounts
    words: str
    span: Span


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """Words that may be meant as a condition: nothing was made of them, they are still searched as text.

    candidates: codes of regions or kinds (see `kind`), in the order of their table; one alone where the words
    may also be a mere topic.
    """

    kind: PartKind
    words: str
    span: Span
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Understood:
    """A text in parts.

    parts, ambiguous: in the order of the text; no two parts share a character.
    rest: the typed words that are in no part, without question words; what is searched if all parts filter.
    topic: `rest` with the words of incentive kinds, document kinds, numbers, phrases and years in their places: what
    ranks, as a filter alone gives no order.
    """

    parts: tuple[Part, ...]
    rest: str
    topic: str
    ambiguous: tuple[Ambiguity, ...] = ()

    def of(self, kind: PartKind) -> tuple[Part, ...]:
        """Return the parts of one kind."""
        return tuple(part for part in self.parts if part.kind is kind)
