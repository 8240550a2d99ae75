"""Other documents as a text names them: 《title》（number）, a number alone, and in which relation.

Works on folded text; places are those of the text. `metadata` takes the numbers, `citations` the rest.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from data.model import Relation
from data.strict import read_record
from data.tables import TABLES
from index.read.metadata.dates import veil
from index.read.metadata.numbers import Number, find_numbers, number_key
from index.read.metadata.words import any_of

_SENTENCE = re.compile(r"[^。；\n]{1,1500}")  # bounded, as work grows with the square of it
_LONGEST_TITLE = 200
_PREAMBLE = 800
_OBJECT_FOLLOWS = re.compile(r"(?:了|下列|以下|原|：|文件|“|由|\s)*")
_BRACKET = re.compile(r" *（(?P<inside>[^（）]{0,120})）")


@dataclass(frozen=True, slots=True)
class CitationWords:
    """The lists of `citations.yml`; the comments there say what each is for."""

    implements: tuple[str, ...]
    grounds: tuple[str, ...]
    not_documents: tuple[str, ...]
    repeals: tuple[str, ...]
    not_repeals: tuple[str, ...]
    breaks: tuple[str, ...]
    amends_before: tuple[str, ...]
    amends_after: tuple[str, ...]
    replaces_before: tuple[str, ...]
    replaces_after: tuple[str, ...]
    interprets: tuple[str, ...]
    notices: tuple[str, ...]
    rounds: tuple[str, ...]
    issues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Own:
    """What the citing document is: its title without blanks, number, and whether it is a draft."""

    title: str = ""
    number: str | None = None
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """One document named in a text, at `[start, end)`, within the sentence `[sentence_start, sentence_end)`."""

    title: str | None
    number: str | None
    start: int
    end: int
    sentence_start: int
    sentence_end: int
    relation: Relation = Relation.CITES


@cache
def citation_words() -> CitationWords:
    """Return the words, read once a process. Raises `TableError`."""
    return read_record(TABLES / "reading" / "citations.yml", CitationWords)


def find_mentions(text: str, own: Own) -> Iterator[Mention]:
    """Yield the documents that folded `text` names, in order, without the citing document itself."""
    veiled = veil(text)
    for match in _SENTENCE.finditer(veiled):
        if "《" not in match[0] and "号" not in match[0]:
            continue
        named = list(_named(match[0], match.start()))
        gone = _repealed(match[0], match.start(), named)
        for at, mention in enumerate(named):
            if _is_own(mention, own) or (mention.title or "").endswith(citation_words().not_documents):
                continue
            relation = Relation.REPEALS if at in gone else _relation(match[0], match.start(), mention, own)
            yield replace(mention, relation=relation)


def bare(title: str) -> str:
    """Return what is equal for two ways to print one title: letters, digits and Chinese characters only."""
    return "".join(filter(str.isalnum, title))


def _named(sentence: str, offset: int) -> Iterator[Mention]:
    end = offset + len(sentence)
    numbers = find_numbers(sentence)
    taken = 0
    for start, stop in _titles(sentence):
        yield from _numbers_between(numbers, taken, start, offset, end)
        title = re.sub(r"\s+", "", sentence[start + 1 : stop - 1])
        bracket = _BRACKET.match(sentence, stop)
        inside = [item for item in numbers if bracket and bracket.start("inside") <= item.start < bracket.end()]
        taken = inside[0].end if inside else stop
        closed = bracket.end() if bracket and inside else stop
        yield Mention(title, inside[0].value if inside else None, offset + start, offset + closed, offset, end)
    yield from _numbers_between(numbers, taken, len(sentence), offset, end)


def _numbers_between(numbers: Sequence[Number], start: int, stop: int, offset: int, end: int) -> Iterator[Mention]:
    for item in numbers:
        if start <= item.start and item.end <= stop:
            yield Mention(None, item.value, offset + item.start, offset + item.end, offset, end)


def _titles(sentence: str) -> Iterator[tuple[int, int]]:
    """Yield the places of outermost 《…》; inner titles stand in 〈〉 or, wrongly, in 《》 again."""
    opened: list[str] = []
    start = 0
    for at, sign in enumerate(sentence):
        if sign == "《" or (sign in "〈‹" and opened):
            start = start if opened else at
            opened.append(sign)
        elif sign == "》" and opened:
            while opened.pop() != "《":  # 〈 left open by a slip of the pen
                pass
            if not opened and bare(sentence[start:at]):
                yield start, at + 1
        elif sign in "〉›" and opened and opened[-1] != "《":
            opened.pop()
        if opened and at - start > _LONGEST_TITLE:
            opened.clear()


def _is_own(mention: Mention, own: Own) -> bool:
    if mention.number is not None and own.number is not None:
        return number_key(mention.number) == number_key(own.number)
    return mention.title is not None and bool(own.title) and bare(mention.title) == bare(own.title)


def _repealed(sentence: str, offset: int, named: list[Mention]) -> frozenset[int]:
    """Return which of the documents named in a sentence it ends."""
    forward: set[int] = set()
    backward: set[int] = set()
    starts = [item.start for item in named]
    for verb in _repeal().finditer(sentence):
        start, end = offset + verb.start(), offset + verb.end()
        behind = bisect_left(starts, end)
        before = bisect_right(starts, start) - 1
        if before >= 0 and named[before].title and named[before].start < start < named[before].end:
            continue
        if behind < len(named) and _OBJECT_FOLLOWS.fullmatch(sentence[verb.end() : starts[behind] - offset]):
            _follow(sentence, offset, named, range(behind, len(named)), end, forward)
        else:
            last = before if before < 0 or named[before].end <= start else before - 1
            _follow(sentence, offset, named, range(last, -1, -1), start, backward)
    return frozenset(forward | backward)


def _follow(sentence: str, offset: int, named: list[Mention], order: range, at: int, found: set[int]) -> None:
    """Add a list of documents, followed away from a verb until words between them say that it is over.

    found: what lists in this direction hold already; from there on the way is the same.
    """
    for index in order:
        item = named[index]
        gap = (
            sentence[item.end - offset : at - offset] if item.end <= at else sentence[at - offset : item.start - offset]
        )
        if len(gap) > 60 or _breaks().search(gap) or ("，" in gap and _follows_cue(sentence[: item.start - offset])):
            return
        if index in found:
            return
        found.add(index)
        at = item.start if item.end <= at else item.end


def _relation(sentence: str, offset: int, mention: Mention, own: Own) -> Relation:
    before, after = sentence[: mention.start - offset], sentence[mention.end - offset :]
    words, title = citation_words(), bare(mention.title or "")
    following = after.partition("《")[0]
    in_own = mention.number is None and _is_object(mention.title or "", own.title)
    if before.rstrip().endswith(words.replaces_before) or after.lstrip("，").startswith(words.replaces_after):
        return Relation.REPLACES
    if before.rstrip().endswith(words.amends_before) or any(word in following for word in words.amends_after):
        return Relation.AMENDS
    if in_own or (title and any(word in following for word in words.issues)):
        return _to_own_subject(own)
    if _follows_cue(before) and (mention.sentence_start < _PREAMBLE or any(word in sentence for word in words.grounds)):
        return Relation.NOTICE_FOR if any(word in own.title for word in words.rounds) else Relation.IMPLEMENTS
    return Relation.CITES


def _is_object(title: str, own: str) -> bool:
    """Say whether the own title speaks of this document: 关于印发X的通知, 《X》解读."""
    plain = bare(title)
    if len(plain) <= 3:
        return False
    return f"《{title}" in own or re.search(rf"(?:^|发|布|于|对|将|发放){re.escape(plain)}", bare(own)) is not None


def _to_own_subject(own: Own) -> Relation:
    """Return the relation to a document that the own title names, or that the document hands out."""
    if any(word in own.title for word in citation_words().interprets):
        return Relation.INTERPRETS
    return Relation.DRAFT_OF if own.is_draft else Relation.NOTICE_FOR


def _follows_cue(before: str) -> bool:
    """Say whether the last 根据 in front holds for this document: only other documents stand between."""
    cue = None
    for cue in _cue().finditer(before):  # noqa: B007 - the last one is meant
        pass
    if cue is None:
        return False
    between = before[cue.end() :]
    for start, stop in reversed(list(_titles(between))):
        between = between[:start] + between[stop:]
    plain = re.sub(r"（[^（）]*）|[、，和及与]", "", between) if "《" in before[cue.end() :] else between
    return len(plain.strip()) <= 30 and "，" not in plain


@cache
def _repeal() -> re.Pattern[str]:
    words = citation_words()
    return re.compile(rf"{any_of(words.repeals)}(?!{any_of(words.not_repeals)})")


@cache
def _breaks() -> re.Pattern[str]:
    return re.compile(any_of(citation_words().breaks))


@cache
def _cue() -> re.Pattern[str]:
    return re.compile(any_of(citation_words().implements))
