"""Clean text cut into parts, sentences, groups and segments, each part with what stands above it.

A part is a paragraph, an item of a list or a row of a table. Its lead is the text above it that ends with a colon and
speaks for all items (for a row, the heads of its table); its topic is the headings. A sentence ends at 。, a group at
；, a segment at ，. Punctuation in brackets parts nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from index.read.incentives.noise import MARK

LONGEST = 1000
"""Characters of a sentence; longer ones are cut, so that no rule looks at more."""

LONGEST_PART = 10_000
"""Characters of a paragraph that are read together."""

_RANKS = (
    re.compile("第.+章"),
    re.compile("第.+节"),
    re.compile("第.+条"),
    re.compile("[一二三四五六七八九十]+、"),
    re.compile("[（〔][一二三四五六七八九十]"),
    re.compile(r"\d+[.．、]"),
    re.compile(r"[（〔]\d|\d+）"),
    re.compile("[\u2460-\u2473]"),
)
_INLINE = re.compile(rf"(?<=[：；。])(?={MARK.pattern})")
_BULLET = re.compile("[✅☑✔▶►●◆■★☆•▪◎◇▍👉🔹🔸💰📌▲△]|〔[奖补贴减免投]〕")
_ORDINAL = re.compile(r"(?<=[：；。，])(?=(?:第?[一二三四五六]是|其[一二三四五])[^否])")
_BRACKETS = re.compile(r"（[^（）\n]{0,200}）|“[^“”\n]{0,60}”")
_ROW_OF_BRACKETS = re.compile(r"(?<=[\d%元顶内])）、(?=[^，；。（）、]{2,14}（[^（）]{0,40}\d)")
_SENTENCE = re.compile(rf"[^。！\n]{{1,{LONGEST}}}[。！]*")
_CELLS = re.compile(r"\t|\||  +")
_FIGURE_CELL = re.compile(r"\d+(?:\.\d+)?[万亿]?元|\d%")
_CAPTION_UNIT = re.compile(r"单位[：为]?(?:人民币)?([百千]?[万亿]?元)")
_NAMED_PART = re.compile(r"(?:专题|方向|专栏|任务|榜单|课题|类别|事项|指南)[一二三四五六七八九十\d]{1,3}[：、 ]?")
_HEADING = re.compile(r"[^，。；！？|\t]{2,30}")
_LONGEST_HEADING = 60


@dataclass(frozen=True, slots=True)
class Segment:
    """Words between commas, or a cell. start, end: in the clean text. head: of the cell's column."""

    start: int
    end: int
    text: str
    head: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Segments between semicolons."""

    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """Groups up to a full stop. is_row: it is a row of a table."""

    start: int
    end: int
    text: str
    groups: tuple[Group, ...]
    is_row: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph, item or row. lead: what speaks for all items of its list. topic: headings. is_lead: it is a lead."""

    sentences: tuple[Sentence, ...]
    lead: str
    topic: str
    is_lead: bool
    is_item: bool = False


@dataclass(slots=True)
class _Above:
    """What stands above the part that is read: (rank, text, whether it is a lead, whether it has a number)."""

    stack: list[tuple[int, str, bool, bool]] = field(default_factory=list)
    table: tuple[str, ...] | None = None
    before: str = ""
    heading: str = ""
    question: str = ""

    def enter(self, rank: int | None) -> None:
        if rank is None:
            marks = [place for place, entry in enumerate(self.stack) if not entry[3]]
            del self.stack[marks[0] if marks else len(self.stack) :]
            return
        numbered = [place for place, entry in enumerate(self.stack) if entry[3] and entry[0] >= rank]
        if numbered:
            del self.stack[numbered[0] :]

    def lead(self) -> str:
        return " ".join(text for _, text, is_lead, _ in self.stack if is_lead)

    def topic(self) -> str:
        stacked = (text for _, text, is_lead, _ in self.stack if not is_lead)
        return " ".join((self.question, *stacked, self.heading)).strip()

    def notice(self, line: str) -> None:
        """Keep a line that speaks for those below it: a question, or a heading without a number."""
        bare = line.strip()
        if bare.endswith("？"):
            self.question = bare[-80:]
        elif MARK.match(bare):
            self.question = ""
        elif _NAMED_PART.match(bare) or self._is_heading(bare):
            self.heading, self.question = bare[:_LONGEST_HEADING], ""

    def _is_heading(self, bare: str) -> bool:
        """Tell whether a line is a heading; a field (支持对象：企业) is one only where there is none above it."""
        if not _HEADING.fullmatch(bare) or _FIGURE_CELL.search(bare):
            return False
        return "：" not in bare or "：" in self.heading or not self.heading


def parts(text: str) -> Iterator[Part]:
    """Yield the parts of clean text in order."""
    above = _Above()
    position = 0
    for line in text.split("\n"):
        if _is_row(line):
            yield from _row(line, position, above)
        elif line.strip():
            above.table = None
            for start, end in _pieces(line):
                yield from _paragraph(text, position + start, position + end, above)
            above.before = f"{above.before[-60:]} {line[-80:]}".strip()
            above.notice(line)
        position += len(line) + 1


def _pieces(line: str) -> Iterator[tuple[int, int]]:
    """Yield where a line is read in one go: all of it, or up to a full stop if it is longer than a page of text."""
    start = 0
    while len(line) - start > LONGEST_PART:
        stop = line.rfind("。", start + LONGEST_PART // 2, start + LONGEST_PART) + 1 or start + LONGEST_PART
        yield start, stop
        start = stop
    yield start, len(line)


def _is_row(line: str) -> bool:
    if "\t" in line:
        return len(line) < LONGEST
    return len(line) < LONGEST and (
        line.count("|") >= 2
        or (line.count("|") == 1 and "。" not in line)
        or (len(re.findall(r"\S {2,}(?=\S)", line)) >= 2 and "。" not in line)
    )


def _row(line: str, position: int, above: _Above) -> Iterator[Part]:
    cells = tuple(_cells(line, position))
    if not cells or all(set(cell.text) <= set("-: ") for cell in cells):
        return
    if above.table is None:
        headless = any(_FIGURE_CELL.search(cell.text) for cell in cells)
        above.table = () if headless else tuple(cell.text for cell in cells)
        if not headless:
            return
    heads = above.table
    if len(cells) == len(heads):
        cells = tuple(
            Segment(cell.start, cell.end, cell.text, _with_unit(head, above.before))
            for cell, head in zip(cells, heads, strict=True)
        )
    start, end = cells[0].start, cells[-1].end
    row = Sentence(start, end, line[start - position : end - position], (Group(cells),), is_row=True)
    yield Part((row,), " ".join((above.lead(), above.before, *above.table)), above.topic(), is_lead=False, is_item=True)


def _with_unit(head: str, caption: str) -> str:
    """Return the head of a column with the unit that the caption of the table names for all of them."""
    unit = _CAPTION_UNIT.search(caption)
    return f"{head}（{unit[1]}）" if unit and "元" not in head else head


def _cells(line: str, position: int) -> Iterator[Segment]:
    start = 0
    for match in [*_CELLS.finditer(line), None]:
        end = len(line) if match is None else match.start()
        words = line[start:end]
        if words.strip():
            left = start + len(words) - len(words.lstrip())
            yield Segment(position + left, position + start + len(words.rstrip()), words.strip())
        start = end if match is None else match.end()


def _paragraph(text: str, start: int, end: int, above: _Above) -> Iterator[Part]:
    line = text[start:end]
    cuts = sorted({match.start() for pattern in (_INLINE, _ORDINAL, _BULLET) for match in pattern.finditer(line)} - {0})
    for left, right in zip([0, *cuts], [*cuts, len(line)], strict=True):
        words = line[left:right]
        mark = MARK.match(words) or _BULLET.match(words) or re.match(r"(?:第?[一二三四五六]是|其[一二三四五])", words)
        above.enter(_rank(mark[0]) if mark else None)
        offset = start + left + (mark.end() if mark else 0)
        is_lead = words.rstrip().endswith("：")
        sentences = tuple(_sentences(text, offset, start + right))
        yield Part(sentences, above.lead(), above.topic(), is_lead, is_item=mark is not None)
        spoken = sentences[-1].text if is_lead and sentences else words[:60]
        above.stack.append((_rank(mark[0]) if mark else -1, spoken, is_lead, mark is not None))
        if mark is None and not is_lead:
            above.stack.pop()


def _rank(mark: str) -> int:
    return next((rank for rank, pattern in enumerate(_RANKS) if pattern.match(mark)), len(_RANKS))


def _sentences(text: str, start: int, end: int) -> Iterator[Sentence]:
    masked = _masked(text[start:end])
    for match in _SENTENCE.finditer(masked):
        left, right = start + match.start(), start + match.end()
        groups = tuple(_groups(text, masked[match.start() : match.end()], left))
        yield Sentence(left, right, text[left:right], groups)


def _masked(text: str) -> str:
    """Return text of the same length: no marks within brackets, and a group each for 甲（…）、乙（…） with figures."""
    return _ROW_OF_BRACKETS.sub("）；", _within_brackets(text))


def _within_brackets(text: str) -> str:
    return _BRACKETS.sub(lambda match: re.sub("[，；。：！？]", "\x00", match[0]), text)


def _groups(text: str, masked: str, position: int) -> Iterator[Group]:
    for match in re.finditer("[^；]+", masked):
        segments = tuple(
            Segment(position + match.start() + piece.start(), position + match.start() + piece.end(),
                    text[position + match.start() + piece.start() : position + match.start() + piece.end()])
            for piece in re.finditer("[^，？]+", match[0].rstrip("。！？"))
        )  # fmt: skip
        if segments:
            yield Group(segments)
