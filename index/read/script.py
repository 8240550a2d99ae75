"""Traditional script into Simplified, with the words that gateways and Taiwan or Hong Kong usage swap."""

import re
from functools import cache
from operator import ne

from opencc import OpenCC

from data.strict import TableError, TableProblem, load_yaml
from data.tables import TABLES

WORDS = TABLES / "reading" / "script.yml"

TRADITIONAL_SHARE = 0.05
"""Share of characters that change, from which a text is Traditional.

Measured on 14 articles: 0.00 as they are, 0.30 and more put into Traditional script. Between lies a Simplified text
that quotes a Traditional one, which stays as it is."""

FEWEST = 3
SAMPLE = 5000

_HAN = re.compile(r"[\u3400-\u9fff]")


def is_traditional(text: str) -> bool:
    """Say whether `text` is in Traditional script as a whole."""
    sample = text[:SAMPLE]
    converted = _converter().convert(sample)
    changed = 0 if converted == sample else sum(map(ne, sample, converted))
    return changed >= FEWEST and changed > TRADITIONAL_SHARE * len(_HAN.findall(sample))


def simplify(text: str) -> str:
    """Return `text` in Simplified characters and Mainland words. It keeps its line breaks, not its length."""
    words = _words()
    return _swapped().sub(lambda match: words[match[0]], _converter().convert(text))


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


@cache
def _words() -> dict[str, str]:
    words = load_yaml(WORDS)
    if not isinstance(words, dict) or not all(isinstance(word, str) for pair in words.items() for word in pair):
        problem = "the file must hold pairs of words, like 人工智慧: 人工智能"
        raise TableError([TableProblem(WORDS.name, "-", "-", problem)])
    return words


@cache
def _swapped() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(_words(), key=len, reverse=True))))
