"""When a document holds: 自…起施行, 自印发之日起, 有效期N年, 有效期至…, 执行期限为…至….

Only what the document says of itself counts: the validity of certificates, reports and other documents does not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from index.read.metadata.dates import DAY, Masked, add_months, number
from index.read.metadata.validity_rules import RULES, Rule, Value
from index.read.metadata.words import any_of, words

_SENTENCE = re.compile(r"[^。；！\n]{1,2000}")
_NUMBERED = re.compile(
    r"^(?:第[一二三四五六七八九十百零\d]+[条章款项][、：]?|[一二三四五六七八九十]+、|（[一二三四五六七八九十\d]+）|\d+[.、])"
)
_N = r"[\d一二两三四五六七八九十]{1,3}"
_TITLED = re.compile(r"《([^《》]*(?:(?:《[^《》〈〉]*[》〉]|〈[^《》〈〉]*》)[^《》]*)*)》(?:（[^（）]*）)?$")
_PUBLISHES = re.compile(r"(?:现予|予以|现)(?:公布|发布|印发)|重新(?:印发|发布|公布)|印发给你们")
_HISTORY = re.compile(r"(?:公布|发布|通过|修订|修正|修改)$")


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing a text says of its validity.

    field: `effective`, `effective_words`, `valid_years`, `valid_months` or `expires`. value: a date, words, a number.
    words: as they stand.
    """

    field: str
    value: Value
    words: str


def read_validity(masked: Masked, title: str | None = None) -> tuple[Statement, ...]:
    """Return what the text says of its validity, in its order. title: the document's own, for 《…》自…起施行."""
    own = re.sub(r"[\s《》〈〉]", "", title or "")
    statements: list[Statement] = []
    for line in masked.text.split("\n"):
        starts = False
        for match in _SENTENCE.finditer(line):
            tight = re.sub(r"[ \t]", "", match[0])
            if not _cue().search(tight):
                continue
            found = tuple(_sentence(masked, tight, own, starts=starts or match.start() == 0))
            starts = starts or any(item.field in {"effective", "effective_words"} for item in found)
            statements += found
    return tuple(statements)


def read_period(masked: Masked) -> tuple[Statement, ...]:
    """Return what the value of a label 有效期 says: 3年, a last day, or first and last day."""
    days = [masked.day(mark) for mark in re.findall(DAY, masked.text)]
    printed = masked.unmask(masked.text)
    years = number(match[1]) if (match := re.search(rf"({_N}) *年", masked.text)) else None
    found = [Statement("valid_years", years, printed)] if years else []
    if len(days) > 1:
        found.append(Statement("effective", days[0], printed))
    if days and not (years and len(days) == 1):
        found.append(Statement("expires", days[-1], printed))
    return tuple(found)


def last_day(start: date, *, years: int = 0, months: int = 0) -> date:
    """Return the last day of a validity of so many years and months from `start`."""
    return add_months(start, 12 * years + months) - timedelta(days=1)


def _sentence(masked: Masked, tight: str, own: str, *, starts: bool) -> Iterator[Statement]:
    if "有效期内" in tight and not _verb().search(tight):
        return
    speaks = starts and _opens(tight)  # a clause without a subject goes on with the sentence's own
    for clause in re.split("，|、(?=有效期)", tight):
        core = _NUMBERED.sub("", clause.lstrip("（"))
        for rule in RULES:
            match = rule.pattern().search(core) if not rule.in_term or _term().search(tight) else None
            if match is not None and _speaks_of_itself(core[: match.start()], own, rule, goes_on=speaks):
                speaks = True
                for field, value in rule.read(masked, match):
                    yield Statement(field, value, masked.unmask(tight))
        speaks = speaks or _own_start().match(core) is not None or _PUBLISHES.search(core) is not None


def _opens(tight: str) -> bool:
    first = _NUMBERED.sub("", tight.lstrip("（").split("，")[0])
    return re.match(r"自|从|有效期|试行期|文件有效期", first) is not None or tight.startswith("（")


def _speaks_of_itself(before: str, own: str, rule: Rule, *, goes_on: bool) -> bool:
    if before == "" or _HISTORY.search(before):
        return goes_on
    if rule.of_titled and not own and _TITLED.search(before):
        return True
    return not rule.opens and _is_own(before, own)


def _is_own(before: str, own: str) -> bool:
    """Say whether the words before a statement name this document (本办法) or, lengthened, a document by its title."""
    plain = re.sub(r"（[^（）]*）$", "", before)
    if _subject().search(plain):
        return True
    titled = _TITLED.search(before)
    named = re.sub(r"[\s《》〈〉]", "", titled[1]) if titled else None
    return named is not None and len(named) > 3 and named in own


@cache
def _verb() -> re.Pattern[str]:
    return re.compile(any_of(words().effective_verbs))


@cache
def _term() -> re.Pattern[str]:
    return re.compile(any_of(words().validity_terms))


@cache
def _cue() -> re.Pattern[str]:
    return re.compile(any_of([*words().effective_verbs, *words().validity_terms, "有效", "废止", "失效", "起计算"]))


@cache
def _subject() -> re.Pattern[str]:
    return re.compile(rf"{_named()}$|^(?:政策|办法|文件|措施|修订后的[一-龥]{{2,12}})$")


@cache
def _own_start() -> re.Pattern[str]:
    return re.compile(_named())


def _named() -> str:
    nouns = any_of(words().own_nouns)
    return rf"(?:本|该|此|以上|上述|前述)(?:《[^《》]{{1,60}}》|[一-龥“”]{{0,16}}?{nouns})"
