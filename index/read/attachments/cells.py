"""Cells of a workbook as the sheet shows them, where that changes what a number means: 25 %, 500万元, dates."""

import math
import re
from collections.abc import Iterable
from datetime import date, datetime, time

_LITERAL = re.compile(r'"([^"]*)"|\\(.)|([元万亿年月日个家项%％])')


def show(value: object, number_format: str) -> str:
    """Return a cell's text; its figures in full, with percent and the words of the format (`0"万元"`)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return _number(value, (number_format or "General").split(";")[0])
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(str(value).split())


def rows_text(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Return the rows as lines with tabs, empty rows and the empty cells at their ends left out."""
    lines = ("\t".join(cells).rstrip() for cells in rows)
    return [line for line in lines if line.strip()]


def _number(value: float, number_format: str) -> str:
    before, after = _words_around(number_format)
    if not math.isfinite(value):
        return ""
    if after.startswith(("%", "％")):
        value = value * 100
    return before + _plain(value) + after


def _plain(value: float) -> str:
    if isinstance(value, int) or value == int(value):
        return str(int(value))
    return f"{value:.15g}" if "e" not in f"{value:.15g}" else f"{value:.10f}".rstrip("0").rstrip(".")


def _words_around(number_format: str) -> tuple[str, str]:
    """Return the words that the format puts before and after the digits."""
    plain = re.sub(r"\[[^\]]*\]|_.|\*.", "", number_format)
    digits = re.search(r"[0#?][0#?,.]*|General", plain)
    if digits is None:
        return "", ""
    return _words(plain[: digits.start()]), _words(plain[digits.end() :])


def _words(part: str) -> str:
    return "".join("".join(filter(None, match)) for match in _LITERAL.findall(part)).strip()
