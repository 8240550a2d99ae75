"""What is to stay together: titles stay text, quoted words are a phrase, words after a minus are left out."""

import re
from collections.abc import Iterator

from index.tokens import letters
from index.understand.parts import Part, PartKind, Span
from index.understand.query_words import QueryWords
from index.understand.typed import GONE, Typed
from index.understand.vocabulary import Vocabulary

NAMED = re.compile(r"《[^《》]*》?")
RUN = re.compile(r"[^\s，。；？！,;?!《》" + GONE + "]+")
QUOTED = re.compile(r"“([^“”]{1,200})”|\"([^\"]{1,200})\"|「([^「」]{1,200})」|『([^『』]{1,200})』")
EXCLUDED = re.compile(r"(?<!\S)[-−]([^\s\-−]\S*)")
TAIL = re.compile(r"〔[^〔〕]{1,30}〕$")

SHORT_TITLE = 8
"""Letters from which a run of text may be a title by its words."""

KNOWN_TITLE = 12
"""Letters from which a run that stands in a known title is that title: no name of a region or kind is as long."""


def title_spans(typed: Typed, vocabulary: Vocabulary) -> Iterator[Span]:
    """Yield where a document's title was pasted: in 《》, of a title's words, or known from the catalog."""
    if _known(typed.folded, vocabulary):
        yield 0, len(typed.text)
        return
    for match in NAMED.finditer(typed.open):
        yield match.span()
    for match in RUN.finditer(NAMED.sub(lambda named: GONE * len(named[0]), typed.open)):
        if _is_title(match[0], vocabulary.words) or _known(match[0], vocabulary):
            yield match.span()


def _is_title(run: str, words: QueryWords) -> bool:
    bare = TAIL.sub("", run)
    return (
        len(bare) >= SHORT_TITLE
        and bare.endswith(words.title_endings)
        and any(mark in bare for mark in words.title_marks)
        and not any(question in bare for question in words.questions)
    )


def _known(run: str, vocabulary: Vocabulary) -> bool:
    bare = letters(run)
    return len(bare) >= KNOWN_TITLE and bare in vocabulary.titles


def find_phrases(typed: Typed, vocabulary: Vocabulary) -> Iterator[Part]:  # noqa: ARG001 - all finders are called alike
    """Yield quoted words. Quotation marks in the middle of a sentence quote nothing that is searched as a phrase."""
    for match in QUOTED.finditer(typed.open):
        start, end = match.span()
        inner = next(group for group in match.groups() if group is not None).strip()
        apart = not typed.folded[start - 1 : start].strip() or not typed.folded[end : end + 1].strip()
        if apart and GONE not in inner and any(map(str.isalnum, inner)):
            yield Part(PartKind.PHRASE, inner, typed.words((start, end)), (start, end))


def find_exclusions(typed: Typed, vocabulary: Vocabulary) -> Iterator[Part]:  # noqa: ARG001 - all finders are called alike
    """Yield words that a minus right before them leaves out: `-登记`."""
    for match in EXCLUDED.finditer(typed.open):
        if GONE not in match[1] and any(map(str.isalnum, match[1])):
            yield Part(PartKind.EXCLUSION, match[1], typed.words(match.span()), match.span())
