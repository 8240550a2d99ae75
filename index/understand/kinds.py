"""Kinds of incentive by their cues, and kinds of document by their names."""

from collections.abc import Iterator
from dataclasses import replace

from index.understand.parts import Ambiguity, Part, PartKind, Span
from index.understand.query_words import HalfNamed, longest_first
from index.understand.synonyms import whole
from index.understand.typed import Typed
from index.understand.vocabulary import Names, Vocabulary

Found = Part | Ambiguity


def find_kinds(typed: Typed, vocabulary: Vocabulary) -> Iterator[Found]:
    """Yield kinds of incentive: a part where a grant is named, an ambiguity for half a name or a mere topic."""
    place = 0
    while place < len(typed.open):
        found = _half_named(typed, place, vocabulary) or _named(typed, place, vocabulary)
        if isinstance(found, Part):
            found = _with_tail(found, typed, vocabulary)
        if found:
            yield found
            typed = typed.taken(found.span)
        place = found.span[1] if found else place + 1


def find_document_kinds(typed: Typed, vocabulary: Vocabulary) -> Iterator[Part]:
    """Yield kinds of document."""
    for place in range(len(typed.open)):
        found = _longest(typed, place, vocabulary.document_kinds)
        if found:
            span, codes = found
            yield Part(PartKind.DOCUMENT_KIND, codes[0], typed.words(span), span)
            typed = typed.taken(span)


def _named(typed: Typed, place: int, vocabulary: Vocabulary) -> Found | None:
    found = _longest(typed, place, vocabulary.kinds)
    if found is None:
        return None
    span, codes = found
    if len(codes) > 1 or typed.folded[slice(*span)] in longest_first(vocabulary.words.topics):
        return Ambiguity(PartKind.INCENTIVE_KIND, typed.words(span), span, codes)
    return Part(PartKind.INCENTIVE_KIND, codes[0], typed.words(span), span)


def _with_tail(part: Part, typed: Typed, vocabulary: Vocabulary) -> Part:
    """Take in what adds nothing: 大模型备案奖励 is one name, not 大模型备案 and a search for 奖励."""
    start, end = part.span
    tail = next((tail for tail in longest_first(vocabulary.words.kind_tails) if typed.open.startswith(tail, end)), "")
    span = (start, end + len(tail))
    return replace(part, span=span, words=typed.words(span))


def _longest(typed: Typed, place: int, names: Names) -> tuple[Span, tuple[str, ...]] | None:
    for end, codes in names.at(typed.open, place):
        if whole(typed.folded, place, end):
            return (place, end), codes
    return None


def _half_named(typed: Typed, place: int, vocabulary: Vocabulary) -> Found | None:
    for half in vocabulary.words.half_named_kinds:
        word = next((word for word in longest_first(half.words) if typed.open.startswith(word, place)), None)
        if word is None:
            continue
        longer = _longest(typed, place, vocabulary.kinds)
        if not (longer and longer[0][1] > place + len(word)):
            return _meant(typed, (place, place + len(word)), half)
    return None


def _meant(typed: Typed, span: Span, half: HalfNamed) -> Found:
    before = typed.open[: span[0]].rstrip(" ")
    for code, named in half.meant_by.items():
        word = next((word for word in longest_first(named) if before.endswith(word)), None)
        if word:
            wide = (len(before) - len(word), span[1])
            return Part(PartKind.INCENTIVE_KIND, code, typed.words(wide), wide)
    if half.unless_named:
        return Part(PartKind.INCENTIVE_KIND, half.unless_named, typed.words(span), span)
    return Ambiguity(PartKind.INCENTIVE_KIND, typed.words(span), span, tuple(half.meant_by))
