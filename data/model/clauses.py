"""Where words stand in the text of a document, and its numbered parts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Where words stand in a document's text: `[start, end)` in characters of `Document.text`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Clause:
    """One numbered part of a document.

    `path` holds the numbers from the outside in, e.g. `("第三章", "第五条", "（二）")`.
    """

    path: tuple[str, ...]
    heading: str | None
    text: str
    span: Span
