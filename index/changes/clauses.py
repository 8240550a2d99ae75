"""Which clause of one version is which of the other, and what differs in it.

First those that say the same, wherever they stand: a clause that only got another number is no amendment. Then those
that are alike, a clause with the same number first. What is left was removed or added.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from data.model import Clause, ClauseChange, Document, Edit, Piece, Span
from index.changes.wording import difference, essence

ALIKE = 0.5
"""Share of common pairs of characters from which two clauses are versions of each other."""

ALIKE_SAME_NUMBER = 0.3
MOST_COMPARED = 400
"""Clauses left over on each side that are compared each with each; beyond that only those with the same number."""


@dataclass(frozen=True, slots=True)
class Part:
    """One clause of a version. text: without its number. order: its place in the document."""

    path: tuple[str, ...]
    text: str
    essence: str
    order: int

    @property
    def pairs(self) -> Counter[str]:
        """Return the pairs of characters that it is made of."""
        return Counter(one + two for one, two in pairwise(self.essence))


def clauses_of(document: Document) -> tuple[Clause, ...]:
    """Return the clauses of a document; its paragraphs where it has none."""
    return document.clauses or tuple(_paragraphs(document.text or ""))


def parts(clauses: Iterable[Clause]) -> list[Part]:
    """Return the clauses that say something, without their numbers."""
    texts = [(clause.path, _unnumbered(clause)) for clause in clauses]
    found = [Part(path, text, essence(text), order) for order, (path, text) in enumerate(texts)]
    return [part for part in found if part.essence]


def clause_changes(before: Document, after: Document) -> tuple[ClauseChange, ...]:
    """Return what differs between two versions, in the order of the new one; () if they say the same."""
    return changed_clauses(clauses_of(before), clauses_of(after))


def changed_clauses(before: Iterable[Clause], after: Iterable[Clause]) -> tuple[ClauseChange, ...]:
    """Return the same for the clauses of two versions."""
    old, new = parts(before), parts(after)
    if [part.essence for part in old] == [part.essence for part in new]:
        return ()
    old, new = _different(old, new)
    pairs = _paired(old, new)
    former = {pair[1].order: pair[0] for pair in pairs}
    gone = [part for part in old if part.order not in {pair[0].order for pair in pairs}]
    found = [(part.order, _change(former.get(part.order), part)) for part in new]
    found += [(part.order, ClauseChange(part.path, (Piece(Edit.REMOVED, part.text),))) for part in gone]
    return tuple(change for _, change in sorted(found, key=lambda item: item[0]) if change.pieces)


def _paragraphs(text: str) -> Iterator[Clause]:
    return (Clause((), None, line, Span(0, 0)) for line in text.splitlines() if line.strip())


def _unnumbered(clause: Clause) -> str:
    """Return the text without its number, which may have blanks in it there."""
    number = r"\s*".join(map(re.escape, clause.path[-1] if clause.path else ""))
    found = re.match(number + r"[、.．\s]*", clause.text)
    return clause.text[found.end() :] if found and number else clause.text


def _different(old: Sequence[Part], new: Sequence[Part]) -> tuple[list[Part], list[Part]]:
    """Leave out the clauses that say the same in both versions, as often as both have them."""
    shared = Counter(part.essence for part in old) & Counter(part.essence for part in new)
    return _without(old, shared.copy()), _without(new, shared.copy())


def _without(found: Sequence[Part], shared: Counter[str]) -> list[Part]:
    left = []
    for part in found:
        if shared[part.essence] > 0:
            shared[part.essence] -= 1
        else:
            left.append(part)
    return left


def _paired(old: Sequence[Part], new: Sequence[Part]) -> list[tuple[Part, Part]]:
    """Return which of `old` became which of `new`: the likest first, each once."""
    candidates = sorted(_candidates(old, new), key=lambda found: (-found[0], found[1].order, found[2].order))
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    pairs = []
    for _, one, other in candidates:
        if one.order not in taken_old and other.order not in taken_new:
            taken_old.add(one.order)
            taken_new.add(other.order)
            pairs.append((one, other))
    return pairs


def _candidates(old: Sequence[Part], new: Sequence[Part]) -> Iterator[tuple[float, Part, Part]]:
    by_path: defaultdict[tuple[str, ...], list[Part]] = defaultdict(list)
    for part in new:
        by_path[part.path].append(part)
    few = max(len(old), len(new)) <= MOST_COMPARED
    grams = {part.order: part.pairs for part in new}
    for one in old:
        mine = one.pairs
        for other in new if few else by_path[one.path]:
            likeness = _likeness(mine, grams[other.order])
            same = one.path == other.path
            if likeness >= (ALIKE_SAME_NUMBER if same else ALIKE):
                yield likeness + (0.1 if same else 0), one, other


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def _change(before: Part | None, after: Part) -> ClauseChange:
    if before is None:
        return ClauseChange(after.path, (Piece(Edit.ADDED, after.text),))
    return ClauseChange(after.path, difference(before.text, after.text))
