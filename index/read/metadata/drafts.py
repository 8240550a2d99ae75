"""Whether a text is a draft, and from when to when comments on it are taken."""

import re
from functools import cache

from data.model import Window
from index.read.metadata.dates import DAY, Masked
from index.read.metadata.words import any_of, words

_PERIOD = re.compile(
    rf"(?P<opens>{DAY})[^{DAY[1:-1]}。]{{0,12}}?(?:至|到|[-—–~～─])+[^{DAY[1:-1]}。]{{0,6}}(?P<closes>{DAY})"
)
_UNTIL = re.compile(rf"(?:于|在|截至|截止|截止到|至|为|：|(?<! )) *(?P<closes>{DAY})")
_HOUR = re.compile(r" *(\d{1,2}):(\d\d)| *(\d{1,2}) *[时点](?!间)(?: *(\d{1,2}) *分)?")


def is_draft(title: str | None, text: str) -> bool:
    """Say whether a document is a draft: by its title; without one by what the text says of itself."""
    if title is not None:
        return _marked(title)
    for sentence in re.split(r"[。\n]", text):
        marked = _bracketed().search(sentence) and _marked(sentence)
        if marked and ("《" not in sentence or _acts().search(sentence)):
            return True
    return False


def find_consultation(masked: Masked) -> Window | None:
    """Return the days on which comments are taken: 反馈期为…至…, 请于…前提出意见; `None` if none are named."""
    for sentence in re.split(r"[。\n]", masked.text):
        if not _asks().search(sentence) or not re.search(DAY, sentence):
            continue
        match = _PERIOD.search(sentence) or _UNTIL.search(sentence)
        if match:
            groups = match.groupdict()
            opens = masked.day(groups["opens"]) if groups.get("opens") else None
            hour = _hour(sentence[match.end() :])
            return Window(opens, masked.day(match["closes"]), closes_at=hour, quote=masked.unmask(sentence.strip()))
    return None


def _marked(text: str) -> bool:
    return re.search(_marks(), text) is not None and not any(word in text for word in words().not_draft_titles)


def _hour(after: str) -> str | None:
    match = _HOUR.match(after)
    if match is None:
        return None
    hour, minute = int(match[1] or match[3]), int(match[2] or match[4] or 0)
    return f"{hour:02d}:{minute:02d}" if hour <= 24 and minute < 60 else None


@cache
def _marks() -> str:
    return any_of(words().draft_marks)


@cache
def _bracketed() -> re.Pattern[str]:
    return re.compile(rf"（[^（）]{{0,12}}{_marks()}[^（）]{{0,4}}）")


@cache
def _acts() -> re.Pattern[str]:
    return re.compile(rf"{any_of(words().draft_actions)}|意见")


@cache
def _asks() -> re.Pattern[str]:
    return re.compile(r"意见|反馈(?:期|时间|截止|日期)|征集(?:时间|期|日期|起止)|公示期")
