"""Text without what the eye skips: pinyin in brackets, blanks and line breaks inside words, other scripts.

Rules read the clean text; `Clean.span` leads back to the words as they stand.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from opencc import OpenCC

from data.model import Span
from index.read.characters import fold

_HAN = "\u3400-\u9fff"
_PINYIN = rf"(?<=[{_HAN}])（[a-z\u00e0-\u01dc\u1e00-\u1eff]{{1,8}}）(?=[{_HAN}，。；：、\d]|$)"
_BLANKS = r"(?<! ) {1,3}(?! )"
_INVISIBLE = "[\u200b-\u200f\u2060\ufeff\u00ad]+"
_NOISE = re.compile(f"{_PINYIN}|{_INVISIBLE}|{_BLANKS}")
_MARK = (
    r"(?:[（〔][一二三四五六七八九十\d]{1,3}[）〕]|\d{1,2}[.．、](?!\d)|\d{1,2}）|[\u2460-\u2473]"
    r"|第[一二三四五六七八九十百零\d]{1,6}[章节条款]|[一二三四五六七八九十]{1,3}、)"
)
MARK = re.compile(_MARK)
"""The number in front of a part or of an item of a list."""

_SURROGATE = re.compile("[\ud800-\udfff]")

_ENDS = "。；：！？!?;:"
_HEADING = 24
_PLAIN = re.compile(r"[，。；：！？\t|]")
_ITEM = re.compile(r"[^，。；：]{1,24}：[^，。；：]{0,6}\d[\d.,]*[万亿]?元(?:/[个项家款])?")
_LABEL = re.compile(r"(?:申报|申请|奖励|奖补|补[贴助]|支持|资助|扶持|限制|责任|咨询|受理)[^，。；：\d]{0,6}：")
_COLUMNS = re.compile(r"[^，。；\n]*\S {2,}\S[^，。；\n]*? {2,}\S[^，。；\n]*")


@dataclass(frozen=True, slots=True)
class Clean:
    """Clean text and where it stands. starts, places: the clean text from `starts[i]` on stands from `places[i]` on."""

    text: str
    starts: tuple[int, ...]
    places: tuple[int, ...]

    def place(self, position: int) -> int:
        """Return where the character at `position` of the clean text stands in the text."""
        piece = bisect_right(self.starts, position) - 1
        return self.places[piece] + position - self.starts[piece]

    def span(self, start: int, end: int) -> Span:
        """Return the span of the text from which the clean text `[start, end)` comes; `end` > `start`."""
        return Span(self.place(start), self.place(end - 1) + 1)


def clean(text: str) -> Clean:
    """Return `text` folded, in Simplified script, without noise; lines that were cut within a sentence are joined."""
    folded = _simplified(fold(text))
    kept: list[tuple[int, int]] = []
    position = 0
    for start, end in _noise(folded):
        if start > position:
            kept.append((position, start))
        position = end
    kept.append((position, len(folded)))
    starts, length = [], 0
    for start, end in kept:
        starts.append(length)
        length += end - start
    joined = "".join(folded[start:end] for start, end in kept)
    return Clean(joined, tuple(starts), tuple(start for start, _ in kept))


def _noise(text: str) -> list[tuple[int, int]]:
    found = []
    position = 0
    for line in text.splitlines(keepends=True):
        if not _COLUMNS.match(line[:400]):
            found += [
                (position + match.start(), position + match.end())
                for match in _NOISE.finditer(line)
                if not _parts_figures(line, match.start(), match.end())
            ]
        position += len(line)
    return sorted(found + list(_cuts(text)))


def _parts_figures(line: str, start: int, end: int) -> bool:
    """Tell whether blanks part two figures or words in Latin letters, and are meant."""
    before, after = line[start - 1 : start], line[end : end + 1]
    if not (before.isascii() and before.isalnum() and after.isascii() and after.isalnum()):
        return False
    return not _spaced_out(line, start, end)


def _spaced_out(line: str, start: int, end: int) -> bool:
    """Tell whether the blanks are inside one figure: 6 0 万元, 1 000 000 元."""
    left = re.search(r"(?:^|[^\d])(\d(?: \d)*|\d{1,3}(?: \d{3})*)$", line[max(0, start - 24) : start])
    right = re.match(r"(?:\d(?: \d)*|\d{3}(?: \d{3})*)(?!\d) *(?:[十百千]?[万亿]|元|%)", line[end : end + 24])
    return left is not None and right is not None


def _cuts(text: str) -> Iterator[tuple[int, int]]:
    """Yield the line breaks that are none of the text's: no sentence, row or heading ends there, and no part begins."""
    runs_on = False
    for match in re.finditer(r"(?<! ) *\n *", text):
        before = text[max(0, match.start() - 200) : match.start()]
        line = before.rsplit("\n", 1)[-1].strip()
        after = text[match.end() : match.end() + 200].split("\n", 1)[0]
        runs_on = _runs_on(line, after, runs_on=runs_on)
        if runs_on:
            yield match.start(), match.end()


def _runs_on(line: str, after: str, *, runs_on: bool) -> bool:
    if not line or not after or line[-1] in _ENDS or "\t" in line + after or "|" in line + after:
        return False
    return not (MARK.match(after) or _LABEL.match(after)) and (runs_on or not _is_heading(line))


def _is_heading(line: str) -> bool:
    bare = MARK.sub("", line, count=1)
    bare = bare.strip()
    if _ITEM.fullmatch(bare):  # a name and its amount, the line of a list
        return True
    return len(bare) <= _HEADING and not _PLAIN.search(bare) and not bare.startswith(("对", "对于"))


def _simplified(text: str) -> str:
    pairs = {character: _simple(character) for character in set(text) if character >= "\u3400"}
    return text.translate({ord(character): simple for character, simple in pairs.items() if simple != character})


@lru_cache(maxsize=50_000)
def _simple(character: str) -> str:
    if _SURROGATE.match(character):  # half a character, which the converter cannot encode
        return character
    simple: str = _opencc().convert(character)
    return simple if len(simple) == 1 else character


@lru_cache(maxsize=1)
def _opencc() -> OpenCC:
    return OpenCC("t2s")
