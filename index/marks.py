"""Where the words of a search stand in a text that is shown: found on the raw text, whatever its script and widths."""

import re
from collections.abc import Iterable
from functools import lru_cache

from data.model import Span
from index.understand.typed import fold

RUN = re.compile(r"[一-鿿㐀-䶿]+|[0-9a-z]+")


def marks(text: str, words: Iterable[str]) -> tuple[Span, ...]:
    """Return the places of `words` in `text`, in order, apart from each other.

    Of Chinese words all pieces of two characters are looked for, as they rank; of a single character itself; Latin
    words and figures as a whole. Spans count characters of `text`.
    """
    folded = fold(text)
    hit = bytearray(len(folded))
    for piece in _all_pieces(tuple(words)):
        for place in _places(folded, piece):
            hit[place : place + len(piece)] = b"\1" * len(piece)
    return tuple(Span(*match.span()) for match in re.finditer(b"\1+", hit))


@lru_cache(maxsize=64)  # the passages of one search are marked one after the other
def _all_pieces(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({piece for word in words for run in RUN.findall(fold(word)) for piece in _pieces(run)}))


def _pieces(run: str) -> list[str]:
    if run.isascii() or len(run) == 1:
        return [run]
    return [run[place : place + 2] for place in range(len(run) - 1)]


def _places(text: str, piece: str) -> Iterable[int]:
    place = text.find(piece)
    while place >= 0:
        if not piece.isascii() or _whole(text, place, place + len(piece)):
            yield place
        place = text.find(piece, place + 1)


def _whole(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not any(letter.isascii() and letter.isalnum() for letter in (before, after) if letter)
