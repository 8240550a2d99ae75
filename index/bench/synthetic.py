"""Documents in the manner of real ones: made up, the same in every run, one at a time.

Lengths are log-normal and average 2,300 characters; words are drawn by Zipf's law from jieba's dictionary with the
lexicon strewn among its frequent words; clauses, grants, regions, numbers and dates stand where real ones do.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path

import numpy as np

from data.model import (
    Clause,
    Confidence,
    Document,
    DocumentKind,
    Incentive,
    IncentiveKind,
    IssuerLevel,
    RegionLevel,
    Span,
    TitleStatus,
    Yuan,
)
from data.tables import Tables

CHARACTERS = 2_300
SPREAD = 0.9
SHORTEST, LONGEST = 150, 40_000
WORDS = 60_000
FLATTENED = 3.7
"""Zipf's law as Mandelbrot corrected it: the very first ranks are less frequent than the plain law says."""

LEXICON_EVERY = 15
"""Of the dictionary's frequent words every so many-th is followed by one of the lexicon."""

CLAUSE_CHARACTERS = 130
SENTENCE_WORDS = (4, 14)
GRANTING = 0.4
MOST_GRANTS = 5
DRAFTS = 0.03
FIRST_DAY, DAYS = date(2017, 1, 1), 3_600
ENDINGS = ("办法", "若干措施", "实施细则", "行动计划", "管理规定", "的通知")
OFFICES = ("人民政府", "人民政府办公室", "工业和信息化局", "科学技术局", "发展和改革委员会", "数据局", "网信办")
LEVELS = {
    RegionLevel.COUNTRY: IssuerLevel.CENTRAL,
    RegionLevel.PROVINCE: IssuerLevel.PROVINCE,
    RegionLevel.PREFECTURE: IssuerLevel.CITY,
    RegionLevel.COUNTY: IssuerLevel.DISTRICT,
    RegionLevel.ZONE: IssuerLevel.PARK,
}


@dataclass(frozen=True)
class Synthetic(Mapping[str, Document]):
    """`count` documents by id, made when they are asked for and then forgotten.

    changed: of so many, spread over all, the title differs from what it is without.
    """

    tables: Tables
    lexicon: Sequence[str]
    count: int
    changed: int = 0

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[str]:
        return (f"made-{number}" for number in range(self.count))

    def __getitem__(self, name: str) -> Document:
        number = _number(name)
        if number is None or number >= self.count:
            raise KeyError(name)
        return self._document(number)

    def _document(self, number: int) -> Document:
        dice = np.random.default_rng([1, number])
        region = self._regions[int(dice.integers(len(self._regions)))]
        topic = "".join(self.words(dice, 3))
        text, clauses, grants = self._body(dice)
        day = FIRST_DAY + timedelta(days=int(dice.integers(DAYS)))
        office = f"{self.tables.regions[region].name}{OFFICES[int(dice.integers(len(OFFICES)))]}"
        revised = "（修订）" if self.is_changed(f"made-{number}") else ""
        return Document(
            f"made-{number}",
            TitleStatus.VERIFIED,
            DocumentKind.POLICY if dice.random() < 0.7 else DocumentKind.NOTICE,
            Confidence.HIGH,
            title=f"{office}关于{topic}{ENDINGS[int(dice.integers(len(ENDINGS)))]}{revised}",
            level=LEVELS[self.tables.regions[region].level],
            doc_number=f"{topic[:2]}规〔{day.year}〕{number % 97 + 1}号",
            issuers=(office,),
            region=region,
            published=day,
            expires=day + timedelta(days=365 * int(dice.integers(1, 8))) if dice.random() < 0.3 else None,
            is_draft=bool(dice.random() < DRAFTS),
            url=f"https://www.example.gov.cn/made/{number}.html",
            text=text,
            clauses=clauses,
            incentives=grants,
        )

    def words(self, dice: np.random.Generator, count: int) -> list[str]:
        """Return `count` words, each as often as its rank says."""
        vocabulary, reach = self._vocabulary
        return [vocabulary[place] for place in np.searchsorted(reach, dice.random(count))]

    def is_changed(self, name: str) -> bool:
        """Say whether the document with this id is one of those that differ."""
        number = _number(name)
        return bool(self.changed) and number is not None and number % max(1, self.count // self.changed) == 0

    def _body(self, dice: np.random.Generator) -> tuple[str, tuple[Clause, ...], tuple[Incentive, ...]]:
        """Return the text, its clauses, and the grants that some of them make."""
        size = int(np.clip(dice.lognormal(math.log(CHARACTERS) - SPREAD**2 / 2, SPREAD), SHORTEST, LONGEST))
        parts = _cut(self.words(dice, size), dice, size)
        granting = range(1, 1 + min(int(dice.integers(1, MOST_GRANTS + 1)), len(parts) - 1))
        grants = {place: self._grant(dice) for place in granting} if dice.random() < GRANTING else {}
        parts = [grants[place][0] if place in grants else part for place, part in enumerate(parts)]
        parts.append(self._end(dice))
        parts = [f"第{place}条　{part}" for place, part in enumerate(parts, 1)]
        starts = [0, *accumulate(len(part) + 1 for part in parts)]
        spans = [Span(start, start + len(part)) for start, part in zip(starts, parts, strict=False)]
        clauses = tuple(
            Clause((f"第{place}条",), None, part, span)
            for place, (part, span) in enumerate(zip(parts, spans, strict=True), 1)
        )
        found = (
            Incentive(no, kind, parts[at], amount_max=amount, clause=f"第{at + 1}条", quote=parts[at], span=spans[at])
            for no, (at, (_, kind, amount)) in enumerate(grants.items(), 1)
        )
        return "\n".join(parts), clauses, tuple(found)

    def _grant(self, dice: np.random.Generator) -> tuple[str, str, Yuan]:
        kind = self._kinds[int(dice.integers(len(self._kinds)))]
        cue = kind.cues[int(dice.integers(len(kind.cues)))]
        amount = int(dice.integers(1, 1000))
        said = f"对{''.join(self.words(dice, 6))}的企业，符合{cue}条件的，给予最高{amount}万元{kind.name}。"
        return said, kind.code, Yuan(amount * 10_000)

    def _end(self, dice: np.random.Generator) -> str:
        """Return a last clause with what real ones have there: a date, an address, a number."""
        day, years = FIRST_DAY + timedelta(days=int(dice.integers(DAYS))), int(dice.integers(1, 6))
        return (
            f"本办法自{day.year}年{day.month}月{day.day}日起施行，有效期{years}年，{day.isoformat()}印发，"
            f"申报网址https://www.example.gov.cn/{day.year}/{years}.html，增长{dice.random() * 10:.1f}%。"
        )

    @cached_property
    def _regions(self) -> list[str]:
        return list(self.tables.regions)

    @cached_property
    def _kinds(self) -> list[IncentiveKind]:
        return list(self.tables.kinds.values())

    @cached_property
    def _vocabulary(self) -> tuple[list[str], np.ndarray]:
        words = list(strewn(dictionary_words(), self.lexicon))
        shares = 1 / (np.arange(len(words)) + FLATTENED)
        return words, np.cumsum(shares) / shares.sum()


def dictionary_words(count: int = WORDS) -> list[str]:
    """Return the most frequent words of jieba's dictionary, the most frequent first."""
    found = find_spec("jieba")
    folder = Path(next(iter(found.submodule_search_locations or ()))) if found else Path()
    lines = (line.split() for line in (folder / "dict.txt").read_text(encoding="utf-8").splitlines())
    words = [(int(frequency), word) for word, frequency, *_ in lines if not word.isascii() and word.isalpha()]
    return [word for _, word in sorted(words, reverse=True)[:count]]


def strewn(words: Sequence[str], among: Sequence[str]) -> Iterator[str]:
    """Yield `words` with those of `among` between the first of them."""
    rest = iter(among)
    for place, word in enumerate(words, 1):
        yield word
        if place % LEXICON_EVERY == 0 and (further := next(rest, None)):
            yield further


def _cut(words: Sequence[str], dice: np.random.Generator, size: int) -> list[str]:
    """Return clauses of some sentences each, of `size` characters in all."""
    parts, part, total, place = [], "", 0, 0
    least, most = SENTENCE_WORDS
    for length in dice.integers(least, most + 1, size=size):
        sentence = "".join(words[place : place + int(length)])
        place += int(length)
        part += f"{sentence}{'，' if length % 2 else '。'}"
        total += len(sentence) + 1
        if len(part) >= CLAUSE_CHARACTERS or total >= size:
            parts.append(part[:-1] + "。")
            part = ""
        if total >= size:
            break
    return parts


def _number(name: str) -> int | None:
    text = name.removeprefix("made-")
    return int(text) if text.isascii() and text.isdigit() else None
