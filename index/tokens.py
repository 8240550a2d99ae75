"""Chinese words: the only module that knows the tokenizer.

Text is normalised (widths, brackets, script, case) and cut by rjieba with jieba's dictionary and `lexicon.txt`.
Documents and queries must be cut with the same words: `Tokenizer.version` names them, the index keeps it, and a
search with another one is refused (see `index.search`).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import rjieba
from opencc import OpenCC

from data.tables import TABLES

LEXICON = TABLES / "lexicon.txt"

# All bracket styles of a 发文字号 year are one to a reader: 〔2025〕 [2025] （2025） 【2025】.
MARKS = {"[": "〔", "【": "〔", "(": "〔", "]": "〕", "】": "〕", ")": "〕", "\u2014": "-", "\u2013": "-"}
BRACKETS = str.maketrans(MARKS)

# Most Chinese text has no other forms of compatibility than these; without them it is in NFKC as it stands.
WIDE = {"，": ",", "：": ":", "；": ";", "（": "(", "）": ")", "\u3000": " ", "！": "!", "？": "?", "％": "%"}

FIGURES = re.compile(r"[a-z0-9]+")
SMALLEST = re.compile(rf"{FIGURES.pattern}|[^\W_]")

# jieba and rjieba part on dates, addresses and file names only; with these marks as blanks they cut alike.
JOINTS = re.compile(r"[-_/:@~+]|\.(?!\d)|(?<!\d)\.|\.(?=\d+\.\d)|(?<=\.\d)\.|(?<=\.\d\d)\.")


class Tokenizer:
    """Cuts text into words. `words` is the lexicon in addition to jieba's dictionary."""

    def __init__(self, words: Iterable[str]) -> None:
        self.lexicon = tuple(words)
        self._jieba = rjieba.Jieba()
        for word in self.lexicon:
            self._jieba.add_word(word, None, None)
        named = "\n".join(("rjieba", version("rjieba"), "opencc", version("opencc"), *self.lexicon))
        self.version = sha256(named.encode()).hexdigest()[:16]

    def cut(self, text: str) -> list[str]:
        """Return the words of `text` in order, normalised, without blanks and punctuation."""
        return self.cut_plain(normalise(text))

    def cut_plain(self, plain: str) -> list[str]:
        """Return the words of a text that is normalised already."""
        cut = self._jieba.cut(JOINTS.sub(" ", plain))
        return [word for word in cut if word.isalnum() or any(map(str.isalnum, word))]

    def held(self, plain: str) -> list[str]:
        """Return all that a normalised text can be asked for, each once.

        That is each word of the dictionary in it, wherever other words begin and end, each character, and each run of
        small letters and figures.
        """
        words = dict.fromkeys(self._jieba.cut_all(plain)) | dict.fromkeys(plain)
        found = [word for word in words if not word.isascii() and word.isalnum()]
        return [*found, *dict.fromkeys(FIGURES.findall(plain))]

    def asked(self, plain: str) -> list[tuple[str, ...]]:
        """Return what a normalised text asks for, in order, each once: a word, or two characters of none together.

        Only words of the dictionary are words here, never guessed ones, so that a text holds what its pieces ask for.
        """
        words = [word for word in self._jieba.cut_for_search(JOINTS.sub(" ", plain), hmm=False) if not word.isascii()]
        figures = [(word,) for word in FIGURES.findall(plain)]
        return list(dict.fromkeys([*_in_pairs(word for word in words if word.isalnum()), *figures]))


def normalise(text: str) -> str:
    """Return `text` with half-width forms, one style of brackets, simplified characters and small letters."""
    plain = _composed(text)
    for mark, one in MARKS.items():  # several times as fast as `str.translate` on text that is not ASCII
        plain = plain.replace(mark, one)
    simplified: str = _simplified().convert(plain)
    return simplified.lower()


def letters(text: str) -> str:
    """Return only the letters and digits of `text`, normalised: how titles and numbers are compared as a whole."""
    return "".join(filter(str.isalnum, normalise(text)))


def characters(plain: str) -> list[tuple[str, ...]]:
    """Return the characters of a normalised text as pieces, each once; runs of letters and figures stay whole."""
    return [(piece,) for piece in dict.fromkeys(SMALLEST.findall(plain))]


def read_lexicon(path: Path = LEXICON) -> tuple[str, ...]:
    """Return the words of the lexicon: one a line, `#` begins a comment line."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def _in_pairs(words: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield each word; of characters that stand alone, two that follow each other together."""
    alone: tuple[str, ...] = ()
    for word in words:
        if len(word) > 1:
            yield from [alone] if alone else []
            yield (word,)
            alone = ()
        elif alone:
            yield (*alone, word)
            alone = ()
        else:
            alone = (word,)
    yield from [alone] if alone else []


def _composed(text: str) -> str:
    """Return `text` in NFKC. What it has been rid of beforehand it would have lost there too."""
    for wide, narrow in WIDE.items():
        text = text.replace(wide, narrow)
    return text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)


@cache
def tokenizer() -> Tokenizer:
    """Return the project's tokenizer, built once a process."""
    return Tokenizer(read_lexicon())


@cache
def _simplified() -> OpenCC:
    return OpenCC("t2s")
