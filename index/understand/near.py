"""Names with one wrong character (算立券, 海诛区), for "did you mean"; understanding itself never guesses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from data.tables import Tables
from index.understand.parts import PartKind, Span
from index.understand.query_words import longest_first
from index.understand.reading import LONGEST, understand
from index.understand.typed import Typed, read
from index.understand.vocabulary import Vocabulary, vocabulary

SHORTEST = 3
"""Characters from which one wrong character still leaves a name to be known by."""

LONGEST_NAME = 12

MOST_MEANT = 3
"""Names; of more of them only those are meant that have documents."""

RUN = re.compile(r"[一-鿿]+")


@dataclass(frozen=True, slots=True)
class Near:
    """Words that are one character off a name. meant: that name; codes: of its regions or kinds."""

    kind: PartKind
    words: str
    span: Span
    meant: str
    codes: tuple[str, ...]


def near_names(text: str, tables: Tables) -> tuple[Near, ...]:
    """Return the names that may be meant by what was not understood; nothing for pasted text.

    A kind of incentive is looked for everywhere, a region only where a word stands by itself: there are so many that
    any three characters are near to one.
    """
    if len(text.strip()) > LONGEST:
        return ()
    known = vocabulary(tables)
    typed = read(text)
    typed = typed.taken(*(part.span for part in understand(text, tables).parts))
    kinds = list(_kinds(typed, known))
    typed = typed.taken(*(near.span for near in kinds))
    return tuple(sorted([*kinds, *_regions(typed, known)], key=lambda near: (near.span, near.meant)))


def _kinds(typed: Typed, known: Vocabulary) -> Iterator[Near]:
    place = 0
    while place < len(typed.open):
        near = next((near for span in _spans(typed, place) if (near := _kind(typed, span, known))), None)
        if near:
            yield near
        place = near.span[1] if near else place + 1


def _spans(typed: Typed, place: int) -> Iterator[Span]:
    """Yield the spans of Chinese characters that begin at `place`, the longest first."""
    run = RUN.match(typed.open, place, min(len(typed.open), place + LONGEST_NAME))
    return ((place, end) for end in range(run.end() if run else place, place + SHORTEST - 1, -1))


def _kind(typed: Typed, span: Span, known: Vocabulary) -> Near | None:
    word = typed.open[slice(*span)]
    topics = longest_first(known.words.topics)
    names = [name for name in known.kinds.near(word) if name not in topics]
    whole = typed.edges.issuperset(span) and word not in known.kinds
    if not (names and whole) or word in known.titles:
        return None
    return Near(PartKind.INCENTIVE_KIND, typed.words(span), span, names[0], known.kinds.codes(names[0]))


def _regions(typed: Typed, known: Vocabulary) -> Iterator[Near]:
    for run in RUN.finditer(typed.open):
        word = run[0]
        if len(word) < SHORTEST or word in known.regions or not typed.alone(run.span()):
            continue
        for name in _likely(known.regions.near(word), known):
            yield Near(PartKind.REGION, typed.words(run.span()), run.span(), name, known.regions.codes(name))


def _likely(names: tuple[str, ...], known: Vocabulary) -> tuple[str, ...]:
    if len(names) <= MOST_MEANT:
        return names
    return tuple(name for name in names if known.documented.intersection(known.regions.codes(name)))[:MOST_MEANT]
