"""发文字号: 澜川政发〔2024〕3号, 〔2024〕沪发改字第3号, orders (市人民政府令第58号) and numbered announcements.

All functions take folded text in which days are masked (`dates.mask`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from index.read.metadata.dates import number
from index.read.metadata.issuers import is_issuer, only_issuers, organ_at_end, split_issuers
from index.read.metadata.words import any_of, words

OPEN, CLOSE = "[〔（(\\[〈<{]", "[〕）)\\]〉>}]"
_NUMERAL = "[0-9〇零一二三四五六七八九十百]"
_COMMON = re.compile(
    rf"(?<! ) *(?:(?P<open>{OPEN}) *(?P<year>\d{{4}}) *{CLOSE}|(?<=[一-龥])(?P<bare>20\d{{2}}) *{CLOSE})"
    r" *(?P<nth>(?:第 *)?\d(?: ?\d){0,4}) *号(?!文?[楼院])"
)
_YEAR_FIRST = re.compile(rf"{OPEN} *(\d{{4}}) *{CLOSE} *([一-龥]{{2,14}}?)字? *第 *(\d{{1,5}}) *号")
# No two runs of blanks meet in a pattern: on a line of blanks all ways to part them would be tried.
_ORDER = re.compile(rf"令 *(?:\n *)?(?:（ *)?(?:第 *)?(?P<n>{_NUMERAL}(?: ?{_NUMERAL}){{0,5}}) *号[）]?")
_NOTICE = re.compile(
    r"(?P<word>(?:公告|通告)(?:〔[一二三四五六七八九十]+届〕)?) *(?:\n *)?(?:（ *)?(?:(?P<year>20\d{2}) *年 *)?"
    rf"第 *(?P<n>{_NUMERAL}(?: ?{_NUMERAL}){{0,4}}) *号[）]?"
)
_RUN = re.compile(r"[一-龥A-Za-z]+$")
_TIGHT = re.compile(r"(?<![一-龥])[一-龥](?: +[一-龥])+$")
_SHORT = re.compile(r"(?:^|[（：: \t])([一-龥]{0,4}[国府])$")  # 国令第784号, 沪府令第5号
_LISTED = re.compile(r"[号》）〕]$")


@dataclass(frozen=True, slots=True)
class Number:
    """A document number: `value` normalised, and `[start, end)` in the masked text."""

    value: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """What is equal for two ways to print one number: without 第 and leading zeros."""
        return number_key(self.value)


def number_key(value: str) -> str:
    """Return what two ways to print one number have in common; 国令 is short for 国务院令."""
    return re.sub(r"^国令", "国务院令", re.sub(r"〕第?0*(?=\d)", "〕", re.sub(r"\s", "", value)))


def find_numbers(text: str) -> tuple[Number, ...]:
    """Return all document numbers in the order of the text; placeholders, licences and standards are none."""
    found = sorted([*_common(text), *_year_first(text), *_orders(text)], key=lambda item: item.start)
    kept: list[Number] = []
    for item in found:
        if not kept or item.start >= kept[-1].end:
            kept.append(item)
    return tuple(kept)


def _common(text: str) -> Iterator[Number]:
    for match in _COMMON.finditer(text):
        line_start = text.rfind("\n", 0, match.start()) + 1
        sign, start = _sign(text[max(line_start, match.start() - 60) : match.start()], match.start())
        if sign:
            year, nth = match["year"] or match["bare"], match["nth"].replace(" ", "")
            yield Number(f"{sign}〔{year}〕{nth}号", start, match.end())


def _sign(before: str, end: int) -> tuple[str | None, int]:
    """Return the letters of the office (渚科规) at the end of `before`, and where they begin."""
    spaced = _TIGHT.search(before)
    run = spaced or _RUN.search(before)
    if run is None:
        return None, end
    printed = run[0]
    cut = max((stop.end() for stop in _stops().finditer(printed)), default=0)
    if printed[0] == "号" and before[: run.start()][-1:].isdigit():
        cut = max(cut, 1)
    cut += len(_joint(printed[cut:], listed=cut > 0 or _LISTED.search(before[: run.start()].rstrip()) is not None))
    sign = printed[cut:].replace(" ", "")
    start = end - len(before) + run.start() + cut
    good = 2 <= len(sign) <= 20 and not sign.endswith(words().not_numbers)
    return (sign, start) if good else (None, end)


def _joint(printed: str, *, listed: bool) -> str:
    """Return the word that only joins the number to what stands in front: 和, 与, 原 (but 原平, 原阳 are places)."""
    match = re.match(r"[和与及或至对将按经由]" if listed else r"原(?![平阳州])", printed)
    return match[0] if match else ""


@cache
def _stops() -> re.Pattern[str]:
    return re.compile(any_of(words().number_stops))


def _year_first(text: str) -> Iterator[Number]:
    for match in _YEAR_FIRST.finditer(text):
        if not match[2].endswith(words().not_numbers):
            yield Number("〔" + re.sub(r"\s", "", match[0])[1:].replace("）", "〕", 1), match.start(), match.end())


def _orders(text: str) -> Iterator[Number]:
    for pattern in (_ORDER, _NOTICE):
        for match in pattern.finditer(text):
            nth = number(match["n"])
            organ, start = _organ_before(text, match.start())
            if organ and nth:
                year = f"{match['year']}年" if pattern is _NOTICE and match["year"] else ""
                word = match["word"] if pattern is _NOTICE else "令"
                yield Number(f"{organ}{word}{year}第{nth}号", start, match.end())


def _organ_before(text: str, end: int) -> tuple[str | None, int]:
    """Return the office named right before `end`; offices on lines of their own above belong to it."""
    line_start = text.rfind("\n", 0, end) + 1
    before = text[max(line_start, end - 60) : end]
    organ = organ_at_end(before, order=text.startswith("令", end))
    if organ is None:
        short = _SHORT.search(before) if text.startswith("令", end) else None
        return (short[1], end - len(short[1])) if short else (None, end)
    at = before.rfind(organ)
    start = line_start if at < 0 else end - len(before) + len(before[:at].removesuffix("中华人民共和国"))
    joined = [organ]
    beside = text[line_start:start].strip()
    if only_issuers(beside):
        joined = [*split_issuers(beside), organ]
        start, beside = line_start, ""
    if beside == "":
        for line in reversed(text[max(0, line_start - 200) : line_start].splitlines()):
            if not is_issuer(line.strip()):
                break
            joined.insert(0, re.sub(r"\s", "", line))
            start = line_start
    return "".join(joined), start
