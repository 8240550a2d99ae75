"""The document proper within a text: what stands above it, and what below and between.

Every line of a text goes to exactly one of head, body and tail, and the lines of a part keep their order. A covering
notice and the measure that it carries are both body; the notice's signature and its list of annexes, which stand
between them, are tail. Annexes that lay something down (scores, rates, catalogues) are body, forms are tail.
"""

import re
from collections.abc import Sequence
from itertools import takewhile

from index.read.annexes import forms, list_end
from index.read.line_kinds import brief, is_clause, kind

MAX_TEXT = 500_000
"""Characters of one document that are read, so that a hostile one takes seconds; laws and plans stay far below."""

HEAD_LINES = 16
"""Lines from the top within which a number or a salutation makes everything above it head."""

_DATE_END = frozenset("日月0123456789")
_SENTENCE_END = ("。", "；", "！", "？")
_ADDRESSED = re.compile(
    r"各|有关|(?:政府|单位|部门|委|局|厅|办|企业|公司|院|校|所|中心|会|机构|银行|同志|街道|乡镇|园区)：$"
)
_NO_ADDRESS = re.compile(
    r"如下|以下|下列|包括|之一|事项|条件|要求|材料|标准|是指|为了|根据|按照|现就|现将|分别|对象|方式|时间|附件"
)
_TITLE_END = re.compile(
    r"(?:通知|意见|办法|细则|措施|规定|方案|公告|通告|条例|计划|决定|规划|指南|函|批复|纲要|政策|目录|清单|举措|条款|标准"
    r"|规则|制度|章程|公示|通报|答复|报告|指引|倡议|要点|说明)"
    r"(?:（[^（）]{1,16}）)*"
)
_NOTE_START = re.compile(r"（\d{4}年\d{1,2}月\d{1,2}日")
_CHAPTER = re.compile(r"第[一二三四五六七八九十百]+[章节编]|附则$|附件")
_LETTERS = re.compile(r"[\W_]+")


def cut(text: str, title: str | None) -> tuple[str, str, str]:
    """Return head, body and tail of a document's text (lines parted by line breaks, cells by tabs).

    title: the document's title, if known; lines that repeat it are head. A part that is not there is "".
    """
    rows = [row for row in text.split("\n") if row.strip()]
    lines = [brief(row) for row in rows]
    roles = ["body"] * len(lines)
    start = _head_end(lines, title)
    roles[:start] = ["head"] * start
    _mark_contents(lines, roles)
    _mark_annexes(lines, rows, roles, start)
    _mark_notices(lines, roles, start)
    _mark_signatures(lines, roles, start)
    _mark_last_signers(lines, roles, start)
    return _part(rows, roles, "head"), _part(rows, roles, "body"), _part(rows, roles, "tail")


def within(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the lines of `text` that are read, up to `MAX_TEXT`, and what to tell people where that is not all."""
    if len(text) <= MAX_TEXT:
        return text, ()
    end = text.rfind("\n", 0, MAX_TEXT)
    return text[: end if end > 0 else MAX_TEXT], (f"全文超过 {MAX_TEXT // 10_000} 万字，只读取了前面部分",)


def _part(rows: Sequence[str], roles: Sequence[str], part: str) -> str:
    return "\n".join(row for row, role in zip(rows, roles, strict=True) if role == part)


def is_salutation(line: str) -> bool:
    """Say whether `line` (as `brief` gives it) names those whom a document addresses, like 各有关单位."""
    if not line.endswith("：") or len(line) > 400 or is_clause(line) or any(mark in line for mark in "。；"):
        return False
    return _ADDRESSED.search(line) is not None and _NO_ADDRESS.search(line) is None


def _head_end(lines: Sequence[str], title: str | None) -> int:
    sought = _letters(title or "")
    end = max(_addressed_end(lines), _titled_end(lines, sought))
    while end < len(lines) and (step := _head_step(lines, end, sought)):
        end += step
    return end


def _addressed_end(lines: Sequence[str]) -> int:
    """Place behind the last number or salutation that has nothing but short lines above it."""
    top = list(takewhile(_may_be_head, lines[:HEAD_LINES]))
    marks = [place for place, line in enumerate(top) if _is_address(line)]
    return marks[-1] + 1 if marks else 0


def _may_be_head(line: str) -> bool:
    return _is_address(line) or (not line.endswith(_SENTENCE_END) and not is_clause(line) and len(line) <= 100)


def _is_address(line: str) -> bool:
    return kind(line, "head") in ("发文字号", "命令号") or is_salutation(line)


def _titled_end(lines: Sequence[str], sought: str) -> int:
    """Place behind the title where it is written on up to six lines at the top, whole."""
    joined = ""
    for place, line in enumerate(lines[:6]):
        joined += _letters(line)
        if len(joined) > len(sought) + 80:
            return 0
        known = len(sought) > 6 and (joined.endswith(sought) or (len(joined) > 6 and sought.endswith(joined)))
        if known or (not sought and _TITLE_END.search(line) and _is_title(line)):
            return place + 1
        if not _may_be_head(line):
            return 0
    return 0


def _is_title(line: str) -> bool:
    match = _TITLE_END.search(line)
    ends = match is not None and _TITLE_END.fullmatch(line[match.start() :]) is not None
    return len(line) <= 60 and not is_clause(line) and ends


def _head_step(lines: Sequence[str], place: int, sought: str) -> int:
    """Return the number of lines at `place` that are head, 0 if the body begins there."""
    line = lines[place]
    if kind(line, "head") or is_salutation(line):
        return 1
    if _NOTE_START.match(line):
        return _note_length(lines, place)
    letters = _letters(line)
    return int(len(letters) > 3 and letters in sought and not is_clause(line))


def _note_length(lines: Sequence[str], place: int) -> int:
    """Lines of a 题注 that is written on several."""
    for length, line in enumerate(lines[place : place + 8], 1):
        if line.endswith("）"):
            return length
        if line.endswith(_SENTENCE_END):
            return 0
    return 0


def _mark_contents(lines: Sequence[str], roles: list[str]) -> None:
    """Make a table of contents head: it ends before its first chapter comes again."""
    for place, line in enumerate(lines[:-1]):
        first = lines[place + 1]
        if kind(line, "contents") and _CHAPTER.match(first) and first in lines[place + 2 : place + 200]:
            end = lines.index(first, place + 2)
            roles[place:end] = ["head"] * (end - place)


def _mark_annexes(lines: Sequence[str], rows: Sequence[str], roles: list[str], start: int) -> None:
    for stretch in forms(lines, rows, start):
        _mark(roles, stretch)
    place = start
    while place < len(lines):
        end = list_end(lines, place)
        if end is not None:
            _mark(roles, range(place, end))
        place = max(place + 1, end or 0)


def _mark_notices(lines: Sequence[str], roles: list[str], start: int) -> None:
    for place in range(start, len(lines)):
        rule = kind(lines[place], "tail")
        if rule:
            _mark(roles, range(place, _copies_end(lines, place) if rule == "抄送" else place + 1))


def _copies_end(lines: Sequence[str], place: int) -> int:
    """Return the place behind a list of copies: it goes on to the line that says who printed, if that is near."""
    for end in range(place + 1, min(place + 6, len(lines))):
        if kind(lines[end], "tail") == "印发":
            return end + 1
    return place + 1


def _mark_signatures(lines: Sequence[str], roles: list[str], start: int) -> None:
    for place in range(start, len(lines)):
        if roles[place] != "body":
            continue
        signers = _signers(lines, roles, place, start) if kind(lines[place], "date") else 0
        dated = kind(lines[place], "date") and _stands_alone(lines, roles, place)
        if signers or dated or _is_signed_line(lines[place]):
            _mark(roles, range(place - signers, place + 1))


def _signers(lines: Sequence[str], roles: Sequence[str], date: int, start: int) -> int:
    """Return the number of lines above the date that name who signs."""
    count = 0
    while date - count - 1 >= start and count < 20 and roles[date - count - 1] == "body":
        line = lines[date - count - 1]
        if not kind(line, "signature") or is_clause(line):
            break
        count += 1
    return count


def _is_signed_line(line: str) -> bool:
    """Say whether signer and date stand on one line."""
    if len(line) > 90 or line[-1:] not in _DATE_END:
        return False
    for split in range(len(line) - 8, max(len(line) - 18, 2), -1):
        if kind(line[split:], "date") and kind(line[:split], "signature") and not is_clause(line):
            return True
    return False


def _stands_alone(lines: Sequence[str], roles: Sequence[str], place: int) -> bool:
    """Say whether a date without a signer ends a text, or stands between a sentence and the next document."""
    if place + 1 == len(lines) or roles[place + 1] == "tail" or roles[place - 1] == "tail":
        return True
    behind = lines[place + 1]
    return lines[place - 1].endswith(_SENTENCE_END) and (_is_title(behind) or behind.startswith("附件"))


def _mark_last_signers(lines: Sequence[str], roles: list[str], start: int) -> None:
    """Make signers without a date tail, where they end the body right behind a sentence."""
    last = max((place for place in range(start, len(lines)) if roles[place] == "body"), default=None)
    if last is None:
        return
    count = _signers(lines, roles, last + 1, start)
    above = last - count
    if 0 < count <= 3 and above >= start and lines[above].endswith(_SENTENCE_END) and "\t" not in lines[above]:
        _mark(roles, range(above + 1, last + 1))


def _mark(roles: list[str], places: range) -> None:
    for place in places:
        roles[place] = "tail"


def _letters(text: str) -> str:
    return _LETTERS.sub("", brief(text))
