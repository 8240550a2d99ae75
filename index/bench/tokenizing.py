"""How fast text is cut: by rjieba, which the project uses, and by jieba, whose words it gives."""

import logging
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import rjieba

from data.model import Document
from index.bench import BenchError
from index.bench.timing import timed
from index.tokens import JOINTS, Tokenizer, normalise

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # jieba imports pkg_resources where that is there
    import jieba

SAMPLE_BYTES = 1_500_000
ROUNDS = 3
SHOWN = 60


@dataclass(frozen=True, slots=True)
class TokenizingMeasure:
    """Megabytes a second. whole: with normalising before and punctuation left out behind, as an index needs it.

    words: that both gave alike. plain_differences: share of words, percent, that are other ones where dates, addresses
    and numbers are cut as they stand; the project puts blanks in their place beforehand (`index.tokens.JOINTS`).
    """

    megabytes: float
    rjieba: float
    jieba: float
    whole: float
    words: int
    plain_differences: float


def measure_tokenizing(documents: Iterable[Document], words: Tokenizer) -> TokenizingMeasure:
    """Cut a sample in both ways. Raises `BenchError` if they do not give the same words."""
    texts = _sample(documents)
    plain = [normalise(text) for text in texts]
    joined = [JOINTS.sub(" ", text) for text in plain]
    ours, theirs = _rjieba(words.lexicon), _jieba(words.lexicon)
    size = sum(len(text.encode()) for text in joined) / 1e6
    slow, expected = timed(lambda: [list(theirs.cut(text)) for text in joined])
    fast, found = min((timed(lambda: [ours.cut(text) for text in joined]) for _ in range(ROUNDS)), key=lambda t: t[0])
    whole = min(timed(lambda: [words.cut(text) for text in texts])[0] for _ in range(ROUNDS))
    _compare(found, expected)
    return TokenizingMeasure(
        megabytes=round(size, 2),
        rjieba=round(size / fast, 2),
        jieba=round(size / slow, 2),
        whole=round(size / whole, 2),
        words=sum(map(len, found)),
        plain_differences=_differences(plain[:100], ours, theirs),
    )


def _sample(documents: Iterable[Document]) -> list[str]:
    texts, size = [], 0
    for document in documents:
        texts.append(document.text or "")
        size += len(texts[-1].encode())
        if size >= SAMPLE_BYTES:
            break
    return texts


def _rjieba(lexicon: Sequence[str]) -> rjieba.Jieba:
    cutter = rjieba.Jieba()
    for word in lexicon:
        cutter.add_word(word, None, None)
    return cutter


def _jieba(lexicon: Sequence[str]) -> jieba.Tokenizer:
    jieba.setLogLevel(logging.WARNING)
    cutter = jieba.Tokenizer()
    cutter.initialize()
    for word in lexicon:
        cutter.add_word(word)
    return cutter


def _compare(found: Sequence[Sequence[str]], expected: Sequence[Sequence[str]]) -> None:
    for ours, theirs in zip(found, expected, strict=True):
        for place, (one, other) in enumerate(zip(ours, theirs, strict=False)):
            if one != other:
                near = ["/".join(cut[place : place + 5])[:SHOWN] for cut in (ours, theirs)]
                raise BenchError(f"rjieba cuts {near[0]}, jieba {near[1]}: see index.tokens.JOINTS")


def _differences(texts: Sequence[str], ours: rjieba.Jieba, theirs: jieba.Tokenizer) -> float:
    different = total = 0
    for text in texts:
        one, other = ours.cut(text), list(theirs.cut(text))
        same = sum(block.size for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks())
        different += len(other) - same
        total += len(other)
    return round(100 * different / max(1, total), 3)
