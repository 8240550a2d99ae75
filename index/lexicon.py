"""Words that the lexicon may lack: what recurs in the documents, holds together and stands free.

Neighbouring words are counted as one where they come together far more often than chance has it (the weakest joint
counts), with changing words on both sides; names in 《》 count as they stand.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from data.model import Document
from index.tokens import Tokenizer, normalise

RUN = re.compile(r"[一-鿿]+")
NAME = re.compile(r"《([^《》\n]{3,12})》")
LENGTH = range(3, 9)
MOST_PARTS = 4
LEAST_DOCUMENTS = 3
TOGETHER = 8.0
"""So many times as often as chance has it; of the catalog's titles and triggers this leaves terms and drops phrases."""

FREE = 2
"""Different neighbours on each side, the ends of a sentence counted as ever other ones."""

WITHIN = 0.8
"""Share of its places from which a word inside a longer one is only a part of that."""

NEVER = frozenset(
    "的了和与及或等对在将把被向从为以于其该各本并应可由按经给不有是至之所个项条款第一二三四五六七八九十百千万亿元年月日"
)
"""Words that are no part of a term, and figures."""

MOST_KEPT = 3_000_000
"""Sequences that are counted at a time; beyond that those seen once are forgotten, so that memory stays bounded."""

Gram = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A word, how often it stands in how many documents, in titles and as a name in 《》 among them."""

    word: str
    times: int
    documents: int
    titles: int
    names: int

    def lines(self) -> list[str]:
        """Return rows for `data/tables/lexicon.txt`: a remark, and the word."""
        where = [f"标题 {self.titles} 次"] if self.titles else []
        where += [f"书名号 {self.names} 次"] if self.names else []
        return ["# " + "，".join([f"{self.times} 次", f"{self.documents} 份文件", *where]), self.word]


@dataclass(slots=True)
class _Counts:
    """Sequences by how often they stand, by their documents, and in titles; names in 《》. total: of single words."""

    times: Counter[Gram]
    documents: Counter[Gram]
    titles: Counter[Gram]
    names: Counter[str]
    named_in: Counter[str]
    total: int = 0


def proposals(documents: Iterable[Document], words: Tokenizer, least: int = LEAST_DOCUMENTS) -> tuple[Proposal, ...]:
    """Return the words that stand in at least so many documents, the most frequent first.

    documents: can be gone through twice.
    """
    counts = _counted(documents, words)
    free = _free(documents, words, [gram for gram in counts.documents if _may_be(gram, counts, least)])
    found = {"".join(gram): gram for gram in free}
    names = [name for name, number in counts.named_in.items() if number >= least and len(words.cut(name)) > 1]
    made = [_proposal(word, found.get(word), counts) for word in dict.fromkeys([*_whole(found, counts), *names])]
    return tuple(sorted(made, key=lambda one: (-one.documents, -one.times, one.word)))


def _counted(documents: Iterable[Document], words: Tokenizer) -> _Counts:
    counts = _Counts(Counter(), Counter(), Counter(), Counter(), Counter())
    for document in documents:
        grams, titles = Counter(_grams(_texts(document), words)), _grams([document.title or ""], words)
        counts.times.update(grams)
        counts.documents.update(grams.keys())
        counts.titles.update(titles)
        counts.total += sum(number for gram, number in grams.items() if len(gram) == 1)
        names = Counter(
            name for text in _texts(document) for name in map(normalise, NAME.findall(text)) if _plain(name)
        )
        counts.names.update(names)
        counts.named_in.update(names.keys())
        if len(counts.times) > MOST_KEPT:
            _forget(counts)
    return counts


def _texts(document: Document) -> list[str]:
    grants = [grant.trigger for grant in document.incentives if grant.span is None]
    return [text for text in (document.title, document.text, *grants) if text]


def _runs(texts: Iterable[str], words: Tokenizer) -> Iterator[list[str]]:
    """Yield the words between two marks."""
    for text in texts:
        yield from (words.cut_plain(run) for run in RUN.findall(normalise(text)))


def _grams(texts: Iterable[str], words: Tokenizer) -> Iterator[Gram]:
    for run in _runs(texts, words):
        for size in range(1, MOST_PARTS + 1):
            yield from (tuple(run[start : start + size]) for start in range(len(run) - size + 1))


def _forget(counts: _Counts) -> None:
    for gram in [gram for gram, number in counts.times.items() if number == 1]:
        del counts.times[gram], counts.documents[gram]


def _may_be(gram: Gram, counts: _Counts, least: int) -> bool:
    if len(gram) < 2 or counts.documents[gram] < least or len("".join(gram)) not in LENGTH:
        return False
    return NEVER.isdisjoint(gram) and _together(gram, counts) >= TOGETHER


def _together(gram: Gram, counts: _Counts) -> float:
    """Return how many times as often as by chance the two halves stand together, at the weakest joint."""
    times, total = counts.times, counts.total
    halves = ((gram[:cut], gram[cut:]) for cut in range(1, len(gram)))
    return min(times[gram] * total / (times[left] * times[right]) for left, right in halves)


def _free(documents: Iterable[Document], words: Tokenizer, grams: Iterable[Gram]) -> list[Gram]:
    """Return those of `grams` that have different neighbours on both sides."""
    sides: Mapping[Gram, tuple[set[str], set[str]]] = {gram: (set(), set()) for gram in grams}
    for ends, run in enumerate(run for document in documents for run in _runs(_texts(document), words)):
        for size in range(2, MOST_PARTS + 1):
            for start in range(len(run) - size + 1):
                if (beside := sides.get(tuple(run[start : start + size]))) is not None:
                    end = start + size
                    beside[0].add(run[start - 1] if start else f"^{ends % FREE}")
                    beside[1].add(run[end] if end < len(run) else f"${ends % FREE}")
    return [gram for gram, (before, after) in sides.items() if min(len(before), len(after)) >= FREE]


def _whole(found: Mapping[str, Gram], counts: _Counts) -> Iterator[str]:
    """Yield the words that are not merely parts of a longer one."""
    longer: defaultdict[str, int] = defaultdict(int)
    for word, gram in found.items():
        for part in {word[start:end] for start in range(len(word)) for end in range(start + 2, len(word) + 1)} - {word}:
            longer[part] = max(longer[part], counts.times[gram])
    yield from (word for word, gram in found.items() if longer[word] < WITHIN * counts.times[gram])


def _proposal(word: str, gram: Gram | None, counts: _Counts) -> Proposal:
    if gram is None:
        return Proposal(word, counts.names[word], counts.named_in[word], 0, counts.names[word])
    return Proposal(word, counts.times[gram], counts.documents[gram], counts.titles[gram], counts.names[word])


def _plain(name: str) -> bool:
    return RUN.fullmatch(name) is not None
