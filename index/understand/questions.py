"""What is left to be searched: question words are cut, the rest stays as it was typed."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from index.understand.parts import Span
from index.understand.query_words import longest_first, query_words
from index.understand.typed import Typed


def question_spans(typed: Typed) -> Iterator[Span]:
    """Yield the places of question words in the open text, the longest at each place."""
    return (match.span() for match in _questions().finditer(typed.open))


def left(text: str, gone: Iterable[Span]) -> str:
    """Return what `gone` leaves of `text`, pieces apart by a blank, without particles that lost their neighbour."""
    pieces: list[str] = []
    place = 0
    ends = [*sorted(gone), (len(text), len(text))]
    for number, (start, end) in enumerate(ends):
        piece = text[place:start]
        pieces.append(_trimmed(piece, cut_before=number > 0, cut_after=number < len(ends) - 1))
        place = end
    return " ".join(piece for piece in pieces if piece)


def _trimmed(piece: str, *, cut_before: bool, cut_after: bool) -> str:
    """Strip blanks, and particles where the piece was cut; nothing is left of mere punctuation."""
    particles = query_words().particles
    piece = piece.strip()
    while cut_before and (lead := next(filter(piece.startswith, particles), "")):
        piece = piece.removeprefix(lead).strip()
    while cut_after and (tail := next(filter(piece.endswith, particles), "")):
        piece = piece.removesuffix(tail).strip()
    return piece if any(map(str.isalnum, piece)) else ""


@cache
def _questions() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, longest_first(query_words().questions))))
