"""Everything that is looked up while a text is read, made once from the tables."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from data.tables import Tables
from index.tokens import letters, normalise
from index.understand.query_words import QueryWords, query_words
from index.understand.synonyms import groups

KEPT = 4
ANY = "\0"


class Names:
    """Codes by name, found in a text as its longest name at each place."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self._codes: defaultdict[str, list[str]] = defaultdict(list)
        for name, code in names:
            if code not in self._codes[normalise(name)]:
                self._codes[normalise(name)].append(code)
        self._lengths: defaultdict[str, set[int]] = defaultdict(set)
        for name in self._codes:
            self._lengths[name[0]].add(len(name))

    def __contains__(self, name: str) -> bool:
        return name in self._codes

    def at(self, text: str, place: int) -> list[tuple[int, tuple[str, ...]]]:
        """Return (end, codes) of each name that begins at `place`, the longest first."""
        if text[place] not in self._lengths:
            return []
        lengths = sorted(self._lengths[text[place]], reverse=True)
        ends = ((place + length, text[place : place + length]) for length in lengths if place + length <= len(text))
        return [(end, tuple(self._codes[name])) for end, name in ends if name in self._codes]

    def codes(self, name: str) -> tuple[str, ...]:
        """Return the codes of `name`; empty if nothing is called so."""
        return tuple(self._codes.get(name, ()))

    def near(self, word: str) -> tuple[str, ...]:
        """Return the names that differ from `word` in exactly one character, in the order of their table."""
        return tuple(name for pattern in _patterns(word) for name in self._near.get(pattern, ()) if name != word)

    @cached_property
    def _near(self) -> dict[str, list[str]]:
        names: defaultdict[str, list[str]] = defaultdict(list)
        for name in self._codes:
            for pattern in _patterns(name):
                names[pattern].append(name)
        return dict(names)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """regions, kinds, document_kinds: names and cues.

    titles: letters of all known titles, one a line. documented: codes of the regions that have documents in them.
    """

    tables: Tables
    words: QueryWords
    regions: Names
    kinds: Names
    document_kinds: Names
    titles: str
    documented: frozenset[str]


_made: list[Vocabulary] = []


def vocabulary(tables: Tables) -> Vocabulary:
    """Return the vocabulary of `tables`; the last few are kept."""
    for known in _made:
        if known.tables is tables:
            return known
    new = _vocabulary(tables, query_words())
    _made[:] = [new, *_made[: KEPT - 1]]
    return new


def _vocabulary(tables: Tables, words: QueryWords) -> Vocabulary:
    titles = (document.title for document in tables.documents.values() if document.title)
    places = {document.region for document in tables.documents.values() if document.region}
    return Vocabulary(
        tables=tables,
        words=words,
        regions=Names(
            (name, region.code)
            for region in tables.regions.values()
            if region.parent  # 国家, 全国: the whole country is no condition
            for name in (region.name, *region.aliases)
        ),
        kinds=Names(_kind_names(tables)),
        document_kinds=Names(_pairs(words.document_kinds)),
        titles="\n".join(map(letters, titles)),
        documented=frozenset(region.code for code in places for region in tables.regions.path(code)),
    )


def _kind_names(tables: Tables) -> Iterable[tuple[str, str]]:
    """Names and cues of the kinds, with all synonyms of a cue that no other kind has as its own."""
    own = {normalise(cue): kind.code for kind in tables.kinds.values() for cue in kind.cues}
    for kind in tables.kinds.values():
        names = [part for part in kind.name.replace("/", " ").split() if part != "其他"]
        own |= {normalise(name): own.get(normalise(name), kind.code) for name in names}
    yield from own.items()
    for group in groups():
        codes = {own[name] for name in group if name in own}
        if len(codes) == 1:
            yield from ((name, next(iter(codes))) for name in group if name not in own)


def _patterns(word: str) -> Iterable[str]:
    return (f"{word[:place]}{ANY}{word[place + 1 :]}" for place in range(len(word)))


def _pairs(words: Mapping[str, tuple[str, ...]]) -> Iterable[tuple[str, str]]:
    return ((name, code) for code, names in words.items() for name in names)
