"""Amounts of money in clean text: 50万元, 三百万元, 200、100、50万元, 80万—200万元, 20万美元, ××万元.

Only what stands there is found here. What an amount is paid for, or that it is no reward at all, see `roles`.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from data.model import Yuan
from index.read.incentives.cues import cue
from index.read.incentives.numerals import SIMPLE, read_number, scale

_FIGURE = r"(?<![\d.,])\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,4})?|(?<![\d.,])\d{1,12}(?:\.\d{1,4})?"
_UNIT = "[十百千]?万亿|[十百千]?[万亿]|[百千](?=元)"
_CURRENCY = "美元|美金|欧元|英镑|日元|港元|港币|新加坡元|元|圆"
_NUMBER = re.compile(
    rf"(?P<figure>{_FIGURE})(?:余|多)?(?P<unit>{_UNIT})?(?:余|多)?(?P<currency>{_CURRENCY})?(?P<whole>整)?"
    rf"|(?<![{SIMPLE}万亿])(?P<chinese>[{SIMPLE}][{SIMPLE}万亿]{{0,15}})余?(?P<money>{_CURRENCY})整?"
    r"|(?P<masked>[×XxＸ*＊_○◯]{1,8}(?:\.[×Xx*_]{1,2})?[百千]?[万亿]?元|[【［〔（][ _]{0,8}[】］〕）][百千]?[万亿]元)"
)
_RANGE = re.compile(r"(?:人民币)?(?:至|到|—{1,2}|–|-|－|~|～|－)(?:人民币)?")
_LINK = re.compile(r"[、/／和及与或]|，(?=\d)|以及")
_BARE_END = re.compile(
    r"$|[ ✅☑✔▶►●◆■★☆•▪◎◇～哦啦哟，。；、/／（）！\n\t|]|奖|补|资|的?扶|不等|封顶|为限|为上限|以内|至|到|—|-|~|元"
)

_HEAD_UNIT = re.compile(r"([百千]?[万亿]?元)(?![^，）)]*(?:以上|以下))")
_CELL = re.compile(r"(?:最高|不超过|≤)?[\d,.]{1,12}(?:[、/\-~—至][\d,.]{1,12})*")
_FOREIGN = re.compile(r"(?:美元|美金|港币|港元|澳门元|澳门币|新台币|欧元|日元|英镑|US\$|HK\$|USD|HKD|MOP|\$|€)$")


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount, or a row of them (`values`, in the order of the text). start, end: in the clean text.

    values: yuan; empty if masked or in another currency. low: the lower end where a range is stated, in yuan.
    bare: written without 元, so money only where the context pays it. foreign: in another currency.
    """

    start: int
    end: int
    values: tuple[Yuan, ...] = ()
    low: Yuan | None = None
    bare: bool = False
    foreign: bool = False
    masked: bool = False


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    value: Decimal | None
    unit: str
    currency: str | None


def find_amounts(text: str, start: int = 0, end: int | None = None) -> list[Amount]:
    """Return the amounts in `text[start:end]`, rows and ranges as one each, in order."""
    stop = len(text) if end is None else end
    pieces = [_piece(match) for match in _NUMBER.finditer(text, start, stop)]
    found: list[Amount] = []
    row: list[_Piece] = []
    for piece in pieces:
        if row and not _joins(text, row[-1], piece):
            found += _amount(text, row)
            row = []
        row.append(piece)
    return found + _amount(text, row)


def _piece(match: re.Match[str]) -> _Piece:
    if match["masked"]:
        return _Piece(match.start(), match.end(), None, "", "元")
    if match["chinese"]:
        return _Piece(match.start(), match.end(), read_number(match["chinese"]), "", match["money"])
    unit = match["unit"] or ""
    value = Decimal(match["figure"].replace(",", ""))
    return _Piece(match.start(), match.end(), value, unit, match["currency"])


def _joins(text: str, left: _Piece, right: _Piece) -> bool:
    between = text[left.end : right.start]
    if len(between) > 6:
        return False
    between = between.removesuffix("人民币")
    return _LINK.fullmatch(between) is not None or _RANGE.fullmatch(between) is not None or between == "元至"


def _amount(text: str, row: list[_Piece]) -> list[Amount]:
    """Return the amounts of pieces that follow each other directly; pieces without a unit take that of the next."""
    while row and not (row[-1].unit or row[-1].currency):
        row = row[:-1]
    if not row:
        return []
    start, end, currency = row[0].start, row[-1].end, row[-1].currency
    if currency is None and not (_BARE_END.match(text, end) and row[-1].unit):
        return []
    if row[-1].value is None:
        return [Amount(start, end, masked=True)]
    if currency not in (None, "元", "圆") or _is_foreign(text, start, end):
        return [Amount(start, end, foreign=True)]
    return _in_yuan(text, _with_units(row), bare=currency is None)


def _is_foreign(text: str, start: int, end: int) -> bool:
    named_before = _FOREIGN.search(text[max(0, start - 4) : start]) is not None
    return named_before or text.startswith(("美元", "港元", "港币"), end)


def _in_yuan(text: str, row: list[_Piece], *, bare: bool) -> list[Amount]:
    values = tuple(value for value in map(_yuan, row) if value is not None)
    if not values:
        return []
    made = Amount(row[0].start, row[-1].end, values, bare=bare)
    if len(row) == len(values) == 2 and _is_range(text, row):
        return [replace(made, values=(max(values),), low=min(values))]
    return [made]


def _with_units(row: list[_Piece]) -> list[_Piece]:
    filled = [row[-1]]
    for piece in reversed(row[:-1]):
        unit = piece.unit or ("" if piece.currency else filled[0].unit)
        filled.insert(0, replace(piece, unit=unit))
    return filled


def _is_range(text: str, row: list[_Piece]) -> bool:
    between = text[row[0].end : row[1].start].removesuffix("人民币")
    return _RANGE.fullmatch(between) is not None


def _yuan(piece: _Piece) -> Yuan | None:
    if piece.value is None:
        return None
    yuan = piece.value * scale(piece.unit)
    return Yuan(int(yuan)) if yuan == yuan.to_integral_value() and yuan > 0 else None


def cell_amounts(cell: str, start: int, head: str) -> list[Amount]:
    """Return the amounts of a cell that holds figures only, where the column's head names the unit: 金额（万元）."""
    unit = _HEAD_UNIT.search(head)
    if unit is None or not _CELL.fullmatch(cell):
        return []
    found = find_amounts(cell + unit[1])
    return [
        replace(amount, start=start + amount.start, end=min(start + amount.end, start + len(cell))) for amount in found
    ]


def is_money(text: str, amount: Amount) -> bool:
    """Tell whether a bare figure can be money: no count of users, cards or parameters stands before it."""
    return not amount.bare or cue("count").search(text[max(0, amount.start - 16) : amount.start]) is None
