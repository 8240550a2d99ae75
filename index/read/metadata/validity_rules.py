"""The rules of `validity`: each names a pattern over one clause (blanks out, days masked) and what it reads there."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from index.read.metadata.dates import DAY, Masked, number
from index.read.metadata.words import any_of, words

Value = date | str | int
Found = Iterator[tuple[str, Value]]

_N = r"[\d一二两三四五六七八九十]{1,3}"
_UNIT = r"(?:日|天|个工作日|个?月|年)"
_AFTER = r"(?=$|有效|并|且|（|）|至|到|、)"
_CHANGED = "(?:延长|调整|延续|顺延|延期|续期)"


@dataclass(frozen=True, slots=True)
class Rule:
    """name: what it finds. opens: it only holds at the start of a clause. of_titled: also of a document by its title.

    in_term: only in a sentence that speaks of a period of validity.

    In `template`, VERB, TERM and DAY stand for the words of the table and a masked day.
    """

    name: str
    template: str
    read: Callable[[Masked, re.Match[str]], Found]
    opens: bool = False
    of_titled: bool = False
    in_term: bool = False

    def pattern(self) -> re.Pattern[str]:
        """Return the compiled template."""
        return _compiled(self.template)


@cache
def _compiled(template: str) -> re.Pattern[str]:
    verbs, terms = any_of(words().effective_verbs), any_of(words().validity_terms)
    return re.compile(template.replace("VERB", verbs).replace("TERM", terms).replace("DAY", DAY))


def _effective(masked: Masked, match: re.Match[str]) -> Found:
    yield "effective", masked.day(match["day"])
    yield from _years(match)


def _relative(_: Masked, match: re.Match[str]) -> Found:
    offset = match["offset"]
    yield "effective_words", match["day"] + ("" if offset in {None, "", "起"} else offset)
    yield from _years(match)


def _years(match: re.Match[str]) -> Found:
    years = number(match["n"] or "")
    if years:
        yield "valid_years", years


def _length(_: Masked, match: re.Match[str]) -> Found:
    length = number(match["n"])
    if length:
        yield ("valid_years" if match["unit"] == "年" else "valid_months"), length


def _starts(masked: Masked, match: re.Match[str]) -> Found:
    yield "effective", masked.day(match["day"])


def _until(masked: Masked, match: re.Match[str]) -> Found:
    yield "expires", masked.day(match["day"])


def _ends_on(masked: Masked, match: re.Match[str]) -> Found:
    day = masked.day(match["day"])
    yield "expires", day - timedelta(days=1) if match["from"] else day


def _range(masked: Masked, match: re.Match[str]) -> Found:
    yield "effective", masked.day(match["first"])
    yield "expires", masked.day(match["day"])


RULES = (
    Rule(
        "takes effect on a day",
        rf"(?:自|从|于)(?P<day>DAY)(?:零时|0时)?(?:起|开始)?(?:正式|开始|全面|在[一-龥]{{1,10}}?)?VERB(?:(?P<n>{_N})年)?{_AFTER}",
        _effective,
    ),
    Rule(
        "takes effect with an event",
        rf"(?:自|从|于)(?P<day>[一-龥]{{2,6}}?之?日)(?P<offset>(?:起|后)(?:届?满|第)?(?:{_N}{_UNIT})?(?:后|以后|之后)?)?"
        rf"(?:正式|开始|全面)?VERB(?:(?P<n>{_N})年)?{_AFTER}",
        _relative,
    ),
    Rule(
        "holds for so long",
        rf"TERM(?:为|是|：|均为|暂定为?|定为)?(?P<n>{_N})(?P<unit>年|个月)(?!以上|以内|内|前|期)",
        _length,
    ),
    Rule(
        "holds until",
        r"TERM(?:为|是|：)?(?:至|到|截至|截止至|截止到|截止|截止(?:时间|日期)为)(?P<day>DAY)",
        _until,
    ),
    Rule(
        "is lengthened",
        rf"TERM{_CHANGED}(?:{_N}年)?(?:至|到|为)(?P<day>DAY)",
        _until,
        of_titled=True,
    ),
    Rule(
        "holds from to",
        rf"TERM(?:为|是|：)?(?:{_N}年（)?(?:自|从)?(?P<first>DAY)起?(?:至|到|[-—–~～─]){{1,2}}(?P<day>DAY)",
        _range,
    ),
    Rule(
        "goes on until",
        r"^(?:有效|执行|施行|实施)?(?:至|到)(?P<day>DAY)(?:止|为止|终止|废止|失效)?(?=$|（)",
        _until,
        opens=True,
    ),
    Rule("is applied until", r"(?:执行|施行|实施|试行|有效|适用)(?:至|到|期至)(?P<day>DAY)", _until),
    Rule(
        "goes from to",
        r"^(?:自|从)?(?P<first>DAY)起?(?:至|到|[-—–～~─]){1,2}(?P<day>DAY)(?:止|为止)?$",
        _range,
        opens=True,
        in_term=True,
    ),
    Rule(
        "holds for so long from an event",
        rf"TERM(?:为|是|：)?(?:自|从)?(?P<day>[一-龥]{{2,6}}?之日)(?P<offset>起)(?:计算)?(?P<n>{_N})年",
        _relative,
    ),
    Rule(
        "ends on",
        r"^(?:自|于|并于|并自|到|至)?(?P<day>DAY)(?P<from>起)?(?:自行|自动|予以)?(?:废止|失效|终止|停止执行)$",
        _ends_on,
        opens=True,
    ),
    Rule("is counted from", r"^(?:自|从)(?P<day>DAY)起?(?:开始)?计?算", _starts, opens=True),
)
