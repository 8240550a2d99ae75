"""Sentences that know how they were made, so that a page can say them in another language."""

from collections.abc import Iterable
from datetime import date

from data.model import Yuan
from data.tables import Term
from index.words import say_date, say_money


class Said(str):
    """A sentence in Chinese. template: with names in braces; values: what stands there, sentences themselves or words.

    It is an ordinary text wherever Chinese is wanted.
    """

    __slots__ = ("template", "values")

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, **values: object) -> "Said":
        """Put the values into the template."""
        made = super().__new__(cls, template.format(**values) if values else template)
        made.template, made.values = template, values
        return made


class SaidRow(str):
    """Sentences or names in a row. mark: what stands between them in Chinese."""

    __slots__ = ("mark", "parts")

    parts: tuple[str, ...]
    mark: str

    def __new__(cls, parts: Iterable[str], mark: str = "；") -> "SaidRow":
        """Join the parts."""
        kept = tuple(parts)
        made = super().__new__(cls, mark.join(kept))
        made.parts, made.mark = kept, mark
        return made


class SaidMoney(str):
    """An amount in yuan, as Chinese says it."""

    __slots__ = ("amount",)

    amount: Yuan

    def __new__(cls, amount: Yuan) -> "SaidMoney":
        """Say the amount."""
        made = super().__new__(cls, say_money(amount))
        made.amount = amount
        return made


class SaidDate(str):
    """A day, as Chinese says it."""

    __slots__ = ("day",)

    day: date | None

    def __new__(cls, day: date | None) -> "SaidDate":
        """Say the day."""
        made = super().__new__(cls, say_date(day))
        made.day = day
        return made


class SaidTerm(str):
    """The name of a fixed word, as Chinese says it."""

    __slots__ = ("term",)

    term: Term

    def __new__(cls, term: Term) -> "SaidTerm":
        """Say the name."""
        made = super().__new__(cls, term.zh)
        made.term = term
        return made
