"""What a period is about: the firms' application, their paper copies, the districts' lists, or something else.

The words nearest to the days decide, in this order: the label before them (申报时间：), the clause after them
(前登录系统填报), the words before them in the sentence, the rest of the sentence, the column's head, the headings.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Literal, NamedTuple

from index.read.windows.words import pattern, words

Subject = Literal["apply", "paper", "forward", "other"]

_LABEL = re.compile(
    r"[^，。；：\n\t]{0,24}?(?:时间|期限|日期|时段|期间|起止|节点|阶段|安排|截止|截至|时限|窗口期|申报期|申领期|受理期)"
    r"(?:节点|范围|安排|要求)?(?:（[^（）]{0,20}）|〕)?(?:统一|暂定|原则上)?(?:定|设)?[为是：\t于在自从 ]*$"
)
_OWN_LABEL = re.compile(
    r"(?:申报|受理|申领|申请|报名|填报|征集|兑现)(?:受理|起止|开始|截止|的)*(?:时间|期限|日期|时段|期间|截止|时限|期)"
)
_BLANKS = re.compile(r"(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])")
_FORWARD_ACTS = re.compile(r"推荐|汇总|审核|初审|上报|转报|报送|报市|报省|复核|遴选")


class Place(NamedTuple):
    """The words around one period. before, after: of its sentence; heads: the column's head, headings inside out."""

    before: str
    after: str
    heads: tuple[str, ...]


def judge(place: Place) -> Subject | None:
    """Return what the period is about; `None` where no word says so."""
    before = _BLANKS.sub("", place.before[-300:])
    clause, _, rest = _BLANKS.sub("", place.after[:300]).lstrip("，）前内止起之 ").partition("，")
    if _vetoes().search(before + clause):
        return "other"
    label = _LABEL.search(before[-60:])
    found = (
        (_labelled(label[0]) if label else None)
        or _first(clause)
        or _last(before)
        or _first(rest)
        or next((subject for head in place.heads if (subject := _last(head))), None)
    )
    return "forward" if found is not None and _forwards(before, clause) else found


def _forwards(before: str, clause: str) -> bool:
    """Tell whether the one named nearest before the days is a district or office, and hands on."""
    named = _actors().findall(before)
    return bool(named) and named[-1][1] != "" and bool(_FORWARD_ACTS.search(clause))


def _labelled(label: str) -> Subject | None:
    """Return what a label is about: 区级审核截止时间 is the district's, though 截止时间 is in it."""
    subjects = tuple(_subjects(label))
    if "paper" in subjects:
        return "paper"
    if _OWN_LABEL.search(label):
        return "apply"
    return next((subject for subject in reversed(subjects) if subject != "apply"), "apply" if subjects else None)


def _first(text: str) -> Subject | None:
    return next(_subjects(text), None)


def _last(text: str) -> Subject | None:
    *_, last = (None, *_subjects(text))
    return last


def _subjects(text: str) -> Iterator[Subject]:
    finder, subject_of = _words()
    for match in finder.finditer(text):
        yield subject_of[match[0]]


@cache
def _words() -> tuple[re.Pattern[str], Mapping[str, Subject]]:
    # One pattern for all lists: of words that begin at one place the longest counts, whatever its list.
    table = words()
    lists: dict[Subject, tuple[str, ...]] = {
        "apply": table.apply,
        "paper": table.paper,
        "forward": table.forward,
        "other": table.other,
    }
    subject_of = {word: subject for subject, group in lists.items() for word in group}
    return re.compile(pattern(subject_of)), subject_of


@cache
def _actors() -> re.Pattern[str]:
    return re.compile(f"({pattern(words().firms)})|({pattern(words().forwarders)})")


@cache
def _vetoes() -> re.Pattern[str]:
    return re.compile(pattern(words().vetoes))
