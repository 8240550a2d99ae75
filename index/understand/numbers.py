"""发文字号 in any bracket style, numbers of orders, numbers of standards."""

import re
from collections.abc import Iterator
from functools import cache

from index.understand.parts import Part, PartKind
from index.understand.query_words import QueryWords, longest_first, query_words
from index.understand.typed import Typed
from index.understand.vocabulary import Vocabulary

DOCUMENT = re.compile(
    r"(?P<who>[一-鿿]{0,16})(?P<gap>\s?)(?P<open>〔?)\s?(?P<year>(?:19|20)\d\d)"
    r"(?P<between>\s?〕?\s?年?第?\s?)(?P<no>\d{1,5})(?!\d)\s?(?P<end>号?)"
)
ORDER = re.compile(r"(?P<who>[一-鿿]{1,30}令)\s?第?\s?(?P<no>\d{1,4}|[一二三四五六七八九十百〇零]{1,6})\s?号")


def find_numbers(typed: Typed, vocabulary: Vocabulary) -> Iterator[Part]:
    """Yield numbers of documents, then of orders, then of standards."""
    for match in DOCUMENT.finditer(typed.open):
        who = _who(match["who"], vocabulary.words)
        if _is_number(match, who, vocabulary):
            yield _part(typed, f"{who}〔{match['year']}〕{match['no']}号", match.end("who") - len(who), match.end())
    for match in ORDER.finditer(typed.open):
        who = _who(match["who"], vocabulary.words)
        who = match["who"] if who == "令" else who
        yield _part(typed, f"{who}第{match['no']}号", match.end("who") - len(who), match.end())
    for match in _standard().finditer(typed.open):
        yield _part(typed, match[0].upper(), *match.span())


def _is_number(match: re.Match[str], who: str, vocabulary: Vocabulary) -> bool:
    """Brackets make a number; without them the issuer's letters before the year and 号 or a second bracket do."""
    closed = "〕" in match["between"]
    if match["open"] and closed:
        return True
    beside = not match["gap"] or who.endswith(vocabulary.words.number_endings)
    named = bool(who) and beside and who not in vocabulary.regions
    return named and bool(match["between"] or match["open"]) and bool(match["end"] or closed)


def _who(before: str, words: QueryWords) -> str:
    """Cut what is said before the issuer's letters: 根据厦府办规, 的杭政函."""
    said = (*words.number_leads, *words.questions)
    return before[max((before.rfind(word) + len(word) for word in said if word in before), default=0) :]


def _part(typed: Typed, value: str, start: int, end: int) -> Part:
    return Part(PartKind.DOC_NUMBER, value, typed.words((start, end)), (start, end))


@cache
def _standard() -> re.Pattern[str]:
    prefixes = "|".join(map(re.escape, longest_first(query_words().standard_prefixes)))
    return re.compile(
        rf"(?<![a-z0-9/])(?:{prefixes}|db\d\d(?:-\d{{1,4}})?(?:/[tz])?|t/[a-z]{{2,10}})"
        r"[\s\-]?(?:\d{3,6}|\d{1,2}(?=\.\d|-\d{4}))(?:\.\d{1,2})?(?:[\-:]\d{4})?(?![\d/])"
    )
