"""A document in passages of about 300 characters: what is found and shown as the place that answers.

Clauses are joined, or split at the ends of sentences, to that size; no text is left out and none stands twice.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from data.model import Document

SIZE = 300
MOST = 5_000
"""Passages of one document; those of a very long one are larger."""

LINE = re.compile(r"[^\n]*\n?")
SENTENCE = re.compile(r"[^。；;！？!?]*[。；;！？!?]+|[^。；;！？!?]+")


@dataclass(frozen=True, slots=True)
class Passage:
    """`[start, end)` in characters of the document's text.

    paths: (place in the text, path) of each clause in it, in order; empty where the document has no numbered parts.
    """

    start: int
    end: int
    paths: tuple[tuple[int, tuple[str, ...]], ...] = ()


def passages(document: Document, size: int = SIZE) -> Iterator[Passage]:
    """Yield the passages of the document's text in order; none if it has none."""
    if not document.text:
        return
    size = max(size, len(document.text) // MOST)
    clauses = sorted(document.clauses, key=lambda clause: clause.span.start)
    starts = [clause.span.start for clause in clauses]
    for start, end in joined(pieces(document.text, starts, size), size):
        first = max(bisect_right(starts, start) - 1, 0)
        inside = clauses[first : bisect_left(starts, end)]
        yield Passage(start, end, tuple((max(clause.span.start, start), clause.path) for clause in inside))


def pieces(text: str, cuts: Sequence[int], size: int) -> Iterator[tuple[int, int]]:
    """Yield spans that cover `text`: lines, cut at `cuts`, which are in order; longer ones at sentences or `size`."""
    for line in LINE.finditer(text):
        within = cuts[bisect_right(cuts, line.start()) : bisect_left(cuts, line.end())]
        bounds = [line.start(), *within, line.end()]
        for start, end in pairwise(bounds):
            yield from _short(text, start, end, size)


def _short(text: str, start: int, end: int, size: int) -> Iterator[tuple[int, int]]:
    if end - start <= size:
        if end > start:
            yield start, end
        return
    for sentence in SENTENCE.finditer(text, start, end):
        yield from ((at, min(at + size, sentence.end())) for at in range(sentence.start(), sentence.end(), size))


def joined(spans: Iterator[tuple[int, int]], size: int) -> Iterator[tuple[int, int]]:
    """Yield neighbours as one as long as they stay within `size`."""
    start = end = 0
    for first, last in spans:
        if end > start and last - start > size:
            yield start, end
            start = first
        end = last
    if end > start:
        yield start, end
