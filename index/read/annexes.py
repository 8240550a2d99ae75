"""Lists of annexes and annexes within a text: what is named, what is a form, what is the measure itself."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from index.read.line_kinds import form, is_clause, kind

MARKER = re.compile(r"(附[件表录]?)(?:之)?(?:[一二三四五六七八九十\d]{1,3}(?:-\d{1,2})?)?[：.]?")
NAMED_MARKER = re.compile(r"附[件表录][一二三四五六七八九十\d]{1,3}(?:-\d{1,2})?[：.、]?[^。；]{2,60}")
LIST_START = re.compile(r"附[件表]?(?:[一二三四五六七八九十\d]{1,3})?[：.、](?P<first>.*)")
ITEM = re.compile(r"(?:附[件表])?（?(\d{1,2}|[一二三四五六七八九十]{1,2})[）.、．：]\D?")

LONGEST_NAME = 80
BLANK_CELLS = 0.45
"""Share of empty cells above which a table is a form to fill in; set by hand, no set of forms was measured."""


def list_end(lines: Sequence[str], start: int) -> int | None:
    """Return the place behind the list of annexes that begins at `start`, or None if none begins there.

    lines: as `brief` gives them. A list is `附件：…` with what is numbered on below it.
    """
    match = LIST_START.fullmatch(lines[start])
    if match is None or len(lines[start]) > 10 * LONGEST_NAME:
        return None
    if not match["first"]:
        return _names_end(lines, start + 1)
    numbered = ITEM.match(match["first"]) or ITEM.match(lines[start])
    return _items_end(lines, start + 1, 2) if numbered else start + 1


def _names_end(lines: Sequence[str], start: int) -> int | None:
    """End of names below a bare `附件：`; None if what follows is the annex itself."""
    end = _items_end(lines, start, 1)
    if end > start:
        return end
    while end < min(start + 20, len(lines)) and _is_name(lines[end]):
        end += 1
    ends_list = end == len(lines) or _ends_text(lines[end])
    return end if end > start and ends_list else None


def _items_end(lines: Sequence[str], start: int, number: int) -> int:
    end = start
    while (place := _next_item(lines, end, number)) is not None:
        end, number = place + 1, number + 1
    return end


def _next_item(lines: Sequence[str], start: int, number: int) -> int | None:
    """Place of the item `number`, at `start` or behind one line on which the item before it goes on."""
    for place in range(start, min(start + 2, len(lines))):
        match = ITEM.match(lines[place])
        if match is not None and _number(match[1]) == number and len(lines[place]) <= LONGEST_NAME:
            return place
        if not _is_name(lines[place]):
            return None
    return None


def _number(figure: str) -> int:
    digits = "一二三四五六七八九十"
    return int(figure) if figure.isdecimal() else sum(digits.index(digit) + 1 for digit in figure)


def _is_name(line: str) -> bool:
    return (
        len(line) <= LONGEST_NAME
        and not line.endswith(("。", "；", "："))
        and MARKER.fullmatch(line) is None
        and not _ends_text(line)
        and not is_clause(line)
        and "\t" not in line
    )


def _ends_text(line: str) -> bool:
    return any(kind(line, part) for part in ("signature", "date", "tail"))


def forms(lines: Sequence[str], rows: Sequence[str], start: int) -> Iterator[range]:
    """Yield the stretches of `lines` from `start` on that are annexes to be filled in.

    rows: the same lines with their tabs. An annex goes from its marker (附件1) to the next one.
    """
    places = [place for place in range(start, len(lines)) if is_marker(lines, place)]
    under_form = False
    for place, end in pairwise([*places, len(lines)]):
        inherits = under_form and lines[place].startswith("附表")
        is_form = inherits or _is_form(lines, rows, place, end)
        under_form = is_form
        if is_form:
            yield range(place, end)


def is_marker(lines: Sequence[str], place: int) -> bool:
    """Say whether an annex begins at `place`: 附件1 alone on its line, or with the annex's name."""
    line = lines[place]
    if MARKER.fullmatch(line):
        return True
    return NAMED_MARKER.fullmatch(line) is not None and not line.endswith("：")


def _is_form(lines: Sequence[str], rows: Sequence[str], start: int, end: int) -> bool:
    below = list(_name_lines(lines, start + 1, end))
    if any(line.startswith("第一条") for line in lines[start:end]):
        return False
    if any(form(name) for name in (lines[start], "".join(below), *below)):
        return True
    cells = [cell for row in rows[start:end] if "\t" in row for cell in row.split("\t")]
    text = sum(len(line) for line, row in zip(lines[start:end], rows[start:end], strict=True) if "\t" not in row)
    in_cells = sum(map(len, cells))
    return len(cells) >= 12 and text < 2 * in_cells + 100 and _empty(cells) > BLANK_CELLS * len(cells)


def _name_lines(lines: Sequence[str], start: int, end: int) -> Iterator[str]:
    for line in lines[start : min(end, start + 2)]:
        if is_clause(line) or len(line) > LONGEST_NAME or line.endswith(("。", "；", "：")):
            return
        yield line


def _empty(cells: Sequence[str]) -> int:
    return sum(not cell.strip() for cell in cells)
