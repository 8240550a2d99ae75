"""Whether a text is what the page shows, or what is left of it after its characters were lost.

The text layer of a PDF may lack most characters while digits, punctuation and some Chinese characters survive: figures
without the words that say what they are. Such a layer must never be taken for text.

The measure. Text is cut into stretches of `STRETCH` Chinese characters and marks, each overlapping the one before by
half. The worst finding counts, in a stretch or in the whole:

- `garbage` (damaged): more than 5 % of what is printed is `(cid:123)`, U+FFFD, private use, unassigned or a control.
- `narrow` (damaged): `NARROW` or more of the Chinese characters lie in one block of 256 code points. Real text has
  about 12 % in its fullest block (U+4E00); a font of which one block survived has nearly all.
- `stranded` (damaged): marks that follow each other without anything between (`，、` `。，` `《》` `“”`), 4 of them and
  5 % of the characters and marks; or 40 % of characters, words, figures and marks are marks (about 9 % in real text).
- `rare` (damaged): less than 75 % of the Chinese characters are among the common 3755 of GB 2312 or 5401 of Big5. Text
  read in a wrong encoding has under 50 %, names and terms over 90 %.
- `latin_mojibake` (damaged): a quarter of the letters are accented, as when GBK is read as Latin-1.
- `few_blocks` (doubtful): as `narrow`, in a text of only 8 to 19 Chinese characters.
- `hollow` (doubtful): 3 empty pairs of brackets: a form, or what stood in them is lost.
- `lost_signs` (doubtful): a single `(cid:123)` or U+FFFD: it may stand for a figure.
- `unusual` (doubtful): 100 Chinese characters or more, of which under 5 % are of the table's `common` ones, which make
  up a third of real text: characters that stand for others, or a list of names.
- `no_words` (doubtful): hardly any Chinese characters and no English words: a table of figures, or what is left.

Thresholds: set on the seeds and on the clauses of the development set, see `tests/test_integrity.py`. A doubtful text
is held against the page's image by OCR; a genuine English page is sound.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from data.strict import read_record
from data.tables import TABLES

STRETCH = 60
"""Chinese characters and marks in a stretch."""

ENOUGH = 20
"""Chinese characters that are enough to say something about their shares."""

NARROW = 0.5
"""Share of the Chinese characters of a stretch in one block of 256 code points that no sound text has."""

_CID = re.compile(r"\(cid:\d+\)")
_MARKS = "，。、；：？！“”‘’《》（）【】〈〉…—,;()"
_HOLLOW = re.compile(r"[(（][)）]")
_STRANDED = re.compile(r"[，、；：][，、；：。！？]|。[，、；：。]|[“‘《（][，、。；：]|《》|“”|‘’")
_WORD = re.compile(r"[A-Za-z]+")
_WORD_OR_FIGURE = re.compile(r"[A-Za-z]+|\d+")
_BLANK = re.compile(r"\s+")


class Verdict(StrEnum):
    """What a text is worth. DOUBTFUL: to be checked against the page's image."""

    SOUND = "sound"
    DOUBTFUL = "doubtful"
    DAMAGED = "damaged"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict and the rule that made it; `None` for a text in which no rule found anything."""

    verdict: Verdict
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class _Table:
    common: str
    words: tuple[str, ...]
    radicals: str


def judge(text: str) -> Finding:
    """Judge the text layer of a page, stretch by stretch. A text without letters and digits is EMPTY."""
    return _judge(text, _stretches)


def judge_whole(text: str) -> Finding:
    """Judge the text of a file that has no image, as one stretch: the blanks of a form condemn nothing."""
    return _judge(text, lambda printed: iter((printed,)))


def _judge(text: str, cut: Callable[[str], Iterator[str]]) -> Finding:
    printed = _BLANK.sub("", text)
    if not any(character.isalnum() for character in _CID.sub("\ufffd", printed)):
        lost = bool(_CID.search(printed)) or any(map(_is_no_character, printed))
        return Finding(Verdict.DAMAGED, "garbage") if lost else Finding(Verdict.EMPTY)
    for stretch in cut(printed):
        if rule := _damage(stretch):
            return Finding(Verdict.DAMAGED, rule)
    rule = _doubt(text, printed)
    return Finding(Verdict.DOUBTFUL, rule) if rule else Finding(Verdict.SOUND)


def unify(text: str) -> str:
    """Return `text` with radicals in place of characters (⽣, ⻓) made the characters they look like; same length."""
    return text.translate(_radicals())


def _stretches(printed: str) -> Iterator[str]:
    """Yield pieces that hold `STRETCH` Chinese characters and marks, with all that stands among them."""
    places = [place for place, character in enumerate(printed) if is_han(character) or character in _MARKS]
    if len(places) <= STRETCH:
        yield printed
        return
    begin = 0
    for first in range(0, len(places), STRETCH // 2):
        last = first + STRETCH
        end = places[last] if last < len(places) else len(printed)
        yield printed[begin:end]
        if end == len(printed):
            return
        begin = places[first + STRETCH // 2]


def _damage(printed: str) -> str | None:
    han = [character for character in printed if is_han(character)]
    rules = {
        "garbage": _is_garbage(printed),
        "narrow": _is_narrow(han),
        "stranded": _is_stranded(printed, len(han)),
        "rare": _is_rare(han),
        "latin_mojibake": _is_latin_mojibake(printed, len(han)),
    }
    return next((rule for rule, holds in rules.items() if holds), None)


def _doubt(text: str, printed: str) -> str | None:
    han = [character for character in printed if is_han(character)]
    if "\ufffd" in printed or _CID.search(printed):
        return "lost_signs"
    if 8 <= len(han) < ENOUGH and _fullest_block(han) >= 0.5:
        return "few_blocks"
    if len(_HOLLOW.findall(printed)) >= 3:
        return "hollow"
    return _doubtful_words(text, han)


def _doubtful_words(text: str, han: list[str]) -> str | None:
    if len(han) >= 5 * ENOUGH and sum(character in _table().common for character in han) < 0.05 * len(han):
        return "unusual"
    others = sum(character.isalnum() for character in text) - len(han)
    if len(han) < ENOUGH and others > 3 * len(han) and not _is_english(text):
        return "no_words"
    return None


def _is_garbage(printed: str) -> bool:
    cids = _CID.findall(printed)
    rest = _CID.sub("", printed)
    bad = len(cids) + sum(map(_is_no_character, rest))
    return bad > 0.05 * (len(cids) + len(rest))


def _is_no_character(character: str) -> bool:
    return character == "\ufffd" or unicodedata.category(character) in {"Co", "Cn", "Cc", "Cs"}


def _is_narrow(han: list[str]) -> bool:
    return len(han) >= ENOUGH and _fullest_block(han) >= NARROW


def _fullest_block(han: list[str]) -> float:
    """Return the share of the characters that lie in one block of 256 code points."""
    return Counter(ord(character) >> 8 for character in han).most_common(1)[0][1] / len(han)


def _is_stranded(printed: str, han: int) -> bool:
    marks = sum(character in _MARKS for character in printed)
    if len(_STRANDED.findall(printed)) >= max(4, 0.05 * (han + marks)):
        return True
    others = len(_WORD_OR_FIGURE.findall(printed))
    return han + marks >= ENOUGH and marks >= 0.4 * (han + others + marks)


def _is_rare(han: list[str]) -> bool:
    return len(han) >= ENOUGH and sum(map(_is_common, han)) < 0.75 * len(han)


@cache
def _is_common(character: str) -> bool:
    return _first_byte(character, "gb2312") in range(0xB0, 0xD8) or _first_byte(character, "big5") in range(0xA4, 0xC7)


def _first_byte(character: str, encoding: str) -> int:
    encoded = character.encode(encoding, "ignore")
    return encoded[0] if len(encoded) == 2 else 0


def _is_latin_mojibake(printed: str, han: int) -> bool:
    letters = [character for character in printed if character.isalpha() and character < "\u0250"]
    signs = sum("\u0080" <= character < "\u0250" for character in printed)
    return signs >= 10 and signs > han and signs >= 0.25 * len(letters)


def _is_english(text: str) -> bool:
    words = _WORD.findall(text.lower())
    return len(words) >= 5 and sum(word in _table().words for word in words) >= 0.08 * len(words)


def is_han(character: str) -> bool:
    """Whether it is a Chinese character, of whatever extension."""
    return (
        "\u4e00" <= character <= "\u9fff"
        or "\u3400" <= character <= "\u4dbf"
        or "\U00020000" <= character <= "\U0003ffff"
    )


@cache
def _table() -> _Table:
    return read_record(TABLES / "reading" / "integrity.yml", _Table)


@cache
def _radicals() -> dict[int, str]:
    pairs = {ord(pair[0]): pair[1] for pair in _table().radicals.split()}
    kangxi = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
    return kangxi | pairs
