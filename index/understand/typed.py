"""The typed text, read in one form of each character and of the same length."""

import unicodedata
from dataclasses import dataclass, field, replace
from functools import lru_cache

from index.tokens import BRACKETS, normalise, tokenizer
from index.understand.parts import Span

GONE = "\ufffd"
"""Stands in the open text for what is taken, and for characters that have no single normal form."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A text while it is read.

    folded: `text` as `index.tokens.normalise` writes it, character by character, so that spans hold for both.
    open: `folded` with `GONE` in place of what is already understood or is not to be.
    edges: places between two words, the ends of the text included.
    """

    text: str
    folded: str
    open: str
    edges: frozenset[int] = field(default_factory=frozenset)

    def taken(self, *spans: Span) -> "Typed":
        """Return the same text, where nothing more is read in `spans`."""
        if not spans:
            return self
        shown = self.open
        for start, end in spans:
            shown = shown[:start] + GONE * (end - start) + shown[end:]
        return replace(self, open=shown)

    def words(self, span: Span) -> str:
        """Return what was typed at `span`."""
        return self.text[span[0] : span[1]]

    def alone(self, span: Span) -> bool:
        """Say whether blanks, marks or the ends of the text stand on both sides of `span`."""
        start, end = span
        before, after = self.folded[start - 1 : start] or " ", self.folded[end : end + 1] or " "
        return not before.isalnum() and not after.isalnum()


def read(text: str) -> Typed:
    """Return `text` ready to be read."""
    folded = fold(text)
    return Typed(text, folded, folded, _edges(folded))


def fold(text: str) -> str:
    """Return `text` normalised, of the same length; what has no single normal character becomes `GONE`."""
    narrow = "".join(map(_narrow, text))
    folded = normalise(narrow)
    return folded if len(folded) == len(text) else narrow.translate(BRACKETS)


@lru_cache(maxsize=1 << 15)
def _narrow(character: str) -> str:
    if character.isascii():
        return " " if character.isspace() else character.lower()
    narrow = unicodedata.normalize("NFKC", character).lower()
    if narrow.isspace():
        return " "
    # Marks that melt into the letter before them would make the text shorter.
    return narrow if len(narrow) == 1 and not unicodedata.category(narrow).startswith("M") else GONE


def _edges(folded: str) -> frozenset[int]:
    edges = {0, len(folded)}
    place = 0
    for word in tokenizer().cut(folded):
        start = folded.find(word, place)
        if start >= 0:
            place = start + len(word)
            edges |= {start, place}
    return frozenset(edges)
