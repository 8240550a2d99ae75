"""Signatures with their day, 印发 lines, and the line with the day of publication under a page's heading."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from index.read.metadata.dates import DAY, Masked
from index.read.metadata.issuers import only_issuers, split_issuers

_DATED = re.compile(rf"^(?P<names>[^{DAY[1:-1]}]*?) *（?(?P<day>{DAY})）? *$")
_PRINTED = re.compile(
    rf"(?:^|。) *(?P<names>(?:[^{DAY[1:-1]}。，； ][^{DAY[1:-1]}。，；]*?)?) *(?P<day>{DAY}) *(?:印发|印制|印刷|印)$"
)
_WORDY = re.compile(r"[年〇零○一二三四五六七八九]")
_OFFICE = re.compile(r"(?:秘书[一二三四五]?|综合|文秘)[处科室股]$")
_TIME = r"(?: \d\d:\d\d(?::\d\d)?)?"
_COUNTER = re.compile(
    rf"^(?:发布于|发表于|更新于)? *(?P<day>{DAY}){_TIME} +(?:浏览|阅读|点击|来源|访问|字号|作者|【|〔)"
    rf"|^(?:发布于|发表于|更新于)? *(?P<only>{DAY}){_TIME}$"
)
_MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed and when, and the words. issuers may be empty where only a day stands."""

    issuers: tuple[str, ...]
    day: date
    words: str


def find_signatures(masked: Masked) -> Iterator[Signed]:
    """Yield each line that is a day alone or offices and a day, with the offices on the lines above."""
    lines = [line.strip() for line in masked.text.split("\n")]
    for at, line in enumerate(lines):
        match = _DATED.match(line) if len(line) < 200 else None
        if match is None or not _WORDY.search(masked.unmask(match["day"])):
            continue
        if match["names"] and not only_issuers(match["names"]):
            continue
        above = _names_above(lines, at) if not match["names"] else []
        names = tuple(name for text in [*above, match["names"]] for name in split_issuers(text))
        yield Signed(tuple(dict.fromkeys(names)), masked.day(match["day"]), masked.unmask("\n".join([*above, line])))


def find_printed(masked: Masked) -> Iterator[Signed]:
    """Yield each 印发 line. A secretariat (秘书处) stands for its office."""
    for line in masked.text.split("\n"):
        match = _PRINTED.search(line.strip()) if len(line) < 300 else None
        if match is not None:
            names = split_issuers(_OFFICE.sub("", match["names"].strip()))
            yield Signed(names, masked.day(match["day"]), masked.unmask(line.strip()))


def find_page_day(masked: Masked) -> Signed | None:
    """Return the first day that stands as 2025-03-12 alone, or before the counters of a page."""
    for line in masked.text.split("\n"):
        match = _COUNTER.match(line.strip())
        if match is None:
            continue
        mark = match["day"] or match["only"]
        if match["day"] or not _WORDY.search(masked.unmask(mark)):
            return Signed((), masked.day(mark), masked.unmask(line.strip()))
    return None


def _names_above(lines: list[str], at: int) -> list[str]:
    above: list[str] = []
    for line in reversed(lines[max(0, at - _MOST_NAMES) : at]):
        if not line and not above:
            continue
        if not only_issuers(line):
            break
        above.insert(0, line)
    return above
