"""Titles: put together from broken lines, cleaned of number and blanks, and the plan years that they name."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from index.read.metadata.dates import DAY
from index.read.metadata.issuers import issuers_of_title, only_issuers, split_issuers
from index.read.metadata.numbers import find_numbers
from index.read.metadata.words import any_of, words

_MOST_LINES = 6
_BLANK = re.compile(r"\s+")
_LATIN = re.compile(r"(?<=[A-Za-z0-9])\s+(?=[A-Za-z0-9])")
_ENUMERATED = re.compile(
    r"^(?:第[一二三四五六七八九十百零\d]+[章节条编部分]|[一二三四五六七八九十]+、|（[一二三四五六七八九十\d]+）|\d+[.、])"
)
_ARTICLES = re.compile(r"[一二三四五六七八九十\d]+条$")
_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d *年? *(?:[-—–~～至到]|─)+ *((?:19|20)\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Heading:
    """A title found in lines. issuers: offices that stood above it on lines of their own and are no part of it."""

    title: str
    issuers: tuple[str, ...]
    words: str


def clean_title(text: str) -> str | None:
    """Return a title without blanks, number and repost mark; `None` if nothing is left. Blanks in Latin text stay."""
    text = _repost().sub("", text.strip())
    for item in reversed(find_numbers(text)):
        bracketed = re.search(r"[（(] *$", text[: item.start])
        if item.end == len(text.rstrip()) and not text[item.start - 1 : item.start].strip():
            text = text[: item.start]
        elif bracketed and text[item.end :].strip() in {"）", ")"}:
            text = text[: bracketed.start()]
    return _BLANK.sub("", _LATIN.sub("\0", text)).replace("\0", " ").strip("\0") or None


def is_title(text: str) -> bool:
    """Say whether `text` (without blanks) ends as a title does, and is no sentence."""
    core = _trailing().sub("", text)
    core = core.rstrip("》”")
    if len(core) < 4 or re.search(r"[。；！]|：$", text) or _ENUMERATED.match(text):
        return False
    return core.endswith(words().title_endings) or _ARTICLES.search(core) is not None


def find_heading(lines: Sequence[str]) -> Heading | None:
    """Return the first title in `lines` of a head (folded, days masked, without lines that hold labels)."""
    for start, _ in enumerate(lines):
        run = list(_run(lines, start))
        above = _issuers_above(run)
        for size in range(len(above) + 1, len(run) + 1):
            text = clean_title("".join(run[len(above) : size]))
            if text and is_title(text) and not only_issuers(text):
                return _heading(run, above, size, lines, start)
    return None


def plan_until(title: str | None) -> date | None:
    """Return the last day of the plan years that a title names: 2027-12-31 for （2025—2027年）; `None` if none."""
    if title is None:
        return None
    years = [int(match[1]) for match in _YEARS.finditer(title)]
    years += [plan.until for plan in words().plan_periods if plan.name in title and not years]
    return date(max(years), 12, 31) if years else None


def _run(lines: Sequence[str], start: int) -> Iterator[str]:
    """Yield the lines from `start` that may make one title."""
    for line in lines[start : start + _MOST_LINES]:
        text = line.strip()
        alone = _BLANK.sub("", text)
        if not text or re.search(rf"[。；！]|：$|\t|{DAY}", text) or _ENUMERATED.match(alone) or len(text) > 200:
            return
        if alone.endswith(words().letterheads) or _is_number(text):
            return
        yield text


def _is_number(text: str) -> bool:
    found = find_numbers(text)
    return bool(found) and found[0].start <= 1 and not text[: found[0].start].strip("（ ")


def _issuers_above(run: Sequence[str]) -> list[str]:
    above: list[str] = []
    for line in run:
        if not only_issuers(line):
            return above
        above.append(line)
    return []


def _heading(run: list[str], above: list[str], size: int, lines: Sequence[str], start: int) -> Heading:
    parts = run[len(above) : size]
    while size < len(run) and _is_suffix(run[size]):
        parts.append(run[size])
        size += 1
    title = clean_title("".join(parts)) or ""
    issuers = tuple(name for line in above for name in split_issuers(line))
    if len(issuers) == 1 and re.match("关于|印发|转发|批转|公告|通告|令", title):
        title = _BLANK.sub("", "".join(above)) + title
    named = issuers or issuers_of_title(_repost().sub("", "".join(parts).strip()))
    return Heading(title, named, "\n".join(lines[start : start + size]))


def _is_suffix(line: str) -> bool:
    return _suffix().fullmatch(_BLANK.sub("", line)) is not None


@cache
def _suffix() -> re.Pattern[str]:
    return re.compile(rf"（[^（）]{{0,20}}{any_of(words().title_suffixes)}[^（）]{{0,8}}）")


@cache
def _trailing() -> re.Pattern[str]:
    return re.compile(r"(?:（[^（）]{0,40}）){1,3}$")


@cache
def _repost() -> re.Pattern[str]:
    return re.compile(rf"^[（〔] *{any_of(words().repost_marks)} *[）〕]")
