"""Reading a typed text, one finder after the other."""

from collections.abc import Callable, Iterable, Set

from data.tables import Tables
from index.understand.amounts import find_amounts
from index.understand.kinds import find_document_kinds, find_kinds
from index.understand.numbers import find_numbers
from index.understand.parts import Ambiguity, Part, PartKind, Span, Understood
from index.understand.phrases import find_exclusions, find_phrases, title_spans
from index.understand.questions import left, question_spans
from index.understand.regions import find_regions
from index.understand.typed import Typed, read
from index.understand.vocabulary import Vocabulary, vocabulary
from index.understand.years import find_years

LONGEST = 60
"""Characters; what is longer was pasted: it is searched as a whole and read for no conditions."""

Finder = Callable[[Typed, Vocabulary], Iterable[Part | Ambiguity]]

FINDERS: tuple[Finder, ...] = (
    find_numbers,
    find_phrases,
    find_amounts,
    find_exclusions,
    find_years,
    find_document_kinds,
    find_kinds,
    find_regions,
)
"""In this order: what is more exact takes its words first."""

RANKED = frozenset(
    {PartKind.INCENTIVE_KIND, PartKind.DOCUMENT_KIND, PartKind.DOC_NUMBER, PartKind.PHRASE, PartKind.YEAR}
)
"""Parts whose words also rank."""


def understand(text: str, tables: Tables, *, kept_as_text: Set[str] = frozenset()) -> Understood:
    """Return the parts of `text` and what remains to be searched.

    kept_as_text: words of parts and ambiguities, as typed, of which nothing is to be made; they stay in `rest`. This
    is how a person takes a part back. All other parts stay as they are.
    """
    if len(text.strip()) > LONGEST:
        return Understood((), text.strip(), text.strip())
    words = vocabulary(tables)
    typed = read(text)
    found: list[Part | Ambiguity] = []
    typed = _without_titles(typed, words)
    for finder in FINDERS:
        new = list(finder(typed, words))
        typed = typed.taken(*(item.span for item in new if isinstance(item, Part)))
        found += new
    wanted = sorted((item for item in found if item.words not in kept_as_text), key=lambda item: item.span)
    parts = tuple(item for item in wanted if isinstance(item, Part))
    ambiguous = tuple(item for item in wanted if isinstance(item, Ambiguity) and not _covered(item.span, parts))
    return Understood(parts, *_remains(typed, parts), ambiguous)


def removed(text: str, part: Part | Ambiguity) -> str:
    """Return `text` without the words of `part`: how a person drops a condition altogether."""
    start, end = part.span
    return f"{text[:start].rstrip()} {text[end:].lstrip()}".strip()


def _without_titles(typed: Typed, words: Vocabulary) -> Typed:
    numbers = typed.taken(*(part.span for part in find_numbers(typed, words)))
    titles = list(title_spans(numbers, words))
    return typed.taken(*titles)


def _remains(typed: Typed, parts: tuple[Part, ...]) -> tuple[str, str]:
    """Return rest and topic; what is nothing but question words is searched as it is."""
    cut = list(question_spans(typed))
    rest = left(typed.text, [*cut, *(part.span for part in parts)])
    topic = left(typed.text, [*cut, *(part.span for part in parts if part.kind not in RANKED)])
    whole = "" if parts else typed.text.strip()
    return rest or whole, topic or whole


def _covered(span: Span, parts: tuple[Part, ...]) -> bool:
    return any(part.span[0] < span[1] and span[0] < part.span[1] for part in parts)
