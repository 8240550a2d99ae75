"""The difference between two texts: of what they say, not of how it is set.

Compared are letters, digits and the signs that change a figure (1.5, 30%, 5-10, 17:30). Widths, brackets, other
punctuation, blanks and line breaks make no difference; the words that are shown stand as they are in the texts.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import groupby

from data.model import Edit, Piece
from index.read.characters import fold

TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[a-z]+|[%‰≥≤><=±×]|(?<=\d)[-~—–－～](?=\d)|[^\W\d_a-z]", re.IGNORECASE)
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
RANGE = re.compile(r"[-~—–－～]")
LONG = 3000
"""Words from which two texts are first compared by sentences: the time grows with the square of the length."""

SHORT = 2
"""Kept runs of so few words between two edits are taken into them: half-words are hard to read."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it is compared, and where it stands."""

    key: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Return the words of `text` in their order."""
    return [Token(_key(found[0]), found.start(), found.end()) for found in TOKEN.finditer(fold(text))]


@lru_cache(maxsize=10_000)
def essence(text: str) -> str:
    """Return what `text` says: the same for two texts between which there is no amendment.

    Kept, as most clauses of two versions are alike, and are compared for the changes and again for the versions.
    """
    return "".join(map(_key, TOKEN.findall(fold(text))))


def difference(before: str, after: str) -> tuple[Piece, ...]:
    """Return the runs that were kept, removed and added, in their order; () if both say the same."""
    old, new = tokens(before), tokens(after)
    blocks = list(_changed(_smooth(list(_blocks(old, new)))))
    if not blocks:
        return ()
    pieces: list[Piece] = []
    old_at = new_at = 0
    for tag, old_from, old_to, new_from, new_to in blocks:
        old_end, new_end = _upto(before, old, old_to), _upto(after, new, new_to)
        if tag == "equal":
            pieces.append(Piece(Edit.KEPT, after[new_at:new_end]))
        else:
            pieces += [Piece(Edit.REMOVED, before[old_at:old_end])] if old_to > old_from else []
            # Marks before the first word belong to no word: they are shown, and are no edit.
            pieces.append(Piece(Edit.ADDED if new_to > new_from else Edit.KEPT, after[new_at:new_end]))
        old_at, new_at = old_end, new_end
    return tuple(_joined(piece for piece in pieces if piece.text))


Block = tuple[str, int, int, int, int]


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    for edit, run in groupby(pieces, key=lambda piece: piece.edit):
        yield Piece(edit, "".join(piece.text for piece in run))


def _key(word: str) -> str:
    if word.isalpha():
        return word.lower()
    return "-" if RANGE.fullmatch(word) else THOUSANDS.sub("", word.lower())


def _upto(text: str, words: Sequence[Token], number: int) -> int:
    """Return where the words before `number` end: punctuation belongs to the word that it follows."""
    return words[number].start if number < len(words) else len(text)


def _blocks(old: list[Token], new: list[Token]) -> Iterator[Block]:
    """Yield what is equal and what is not, as difflib does, with what both ends share put aside first."""
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    if head:
        yield "equal", 0, head, 0, head
    inner = _matched(old[head : len(old) - tail], new[head : len(new) - tail])
    for tag, *places in inner:
        one, two, three, four = (place + head for place in places)
        yield tag, one, two, three, four
    if tail:
        yield "equal", len(old) - tail, len(old), len(new) - tail, len(new)


def _matched(old: list[Token], new: list[Token]) -> Iterator[Block]:
    if not old and not new:
        return
    automatic = max(len(old), len(new)) > LONG
    matcher = SequenceMatcher(None, [word.key for word in old], [word.key for word in new], autojunk=automatic)
    yield from matcher.get_opcodes()


def _shared(old: Sequence[Token], new: Sequence[Token]) -> int:
    count = 0
    for one, other in zip(old, new, strict=False):
        if one.key != other.key:
            break
        count += 1
    return count


def _smooth(blocks: list[Block]) -> Iterator[Block]:
    """Take short kept runs between two edits into them, and join neighbours of one sort."""
    joined: list[Block] = []
    for number, (tag, *places) in enumerate(blocks):
        between = 0 < number < len(blocks) - 1 and places[1] - places[0] <= SHORT
        kind = "equal" if tag == "equal" and not between else "edit"
        if joined and joined[-1][0] == kind:
            last = joined[-1]
            joined[-1] = (kind, last[1], places[1], last[3], places[3])
        else:
            joined.append((kind, places[0], places[1], places[2], places[3]))
    return iter(joined)


def _changed(blocks: Iterator[Block]) -> Iterator[Block]:
    found = list(blocks)
    return iter(found if any(tag != "equal" for tag, *_ in found) else [])
