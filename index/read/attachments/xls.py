"""XLS and ET (the same format, by WPS) by xlrd."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

import xlrd
from xlrd.xldate import XLDateError, xldate_as_datetime

from index.read.attachments.cells import rows_text, show
from index.read.attachments.limits import Limits
from index.read.attachments.result import UnreadableError

if TYPE_CHECKING:
    from xlrd.book import Book
    from xlrd.sheet import Cell, Sheet


def read_xls(body: bytes, limits: Limits) -> tuple[str, str | None]:
    """Return (text, problem). Raises `UnreadableError` for a damaged or encrypted workbook."""
    try:
        book = xlrd.open_workbook(file_contents=body, formatting_info=True, on_demand=True, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        encrypted = "encrypted" in str(error)
        raise UnreadableError("文件加密，无法读取" if encrypted else "工作簿损坏，无法读取") from error
    lines = list(_lines(book, limits.rows + 1))
    problem = f"表格超过 {limits.rows} 行，只读前 {limits.rows} 行" if len(lines) > limits.rows else None
    return "\n".join(lines[: limits.rows]), problem


def _lines(book: "Book", most: int) -> Iterator[str]:
    left = most
    for sheet in book.sheets():
        if sheet.visibility:
            continue
        rows = rows_text(_rows(book, sheet, left))
        if rows and book.nsheets > 1:
            rows.insert(0, str(sheet.name))
        yield from rows[:left]
        left -= len(rows)
        if left <= 0:
            return


def _rows(book: "Book", sheet: "Sheet", most: int) -> Iterator[tuple[str, ...]]:
    for number in range(min(sheet.nrows, most)):
        yield tuple(_show(book, cell) for cell in sheet.row(number))


def _show(book: "Book", cell: "Cell") -> str:
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return ""
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return show(bool(cell.value), "")
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return show(xldate_as_datetime(cell.value, book.datemode), "")
        except XLDateError:
            return show(cell.value, "")
    return show(cell.value, _format(book, cell) if cell.ctype == xlrd.XL_CELL_NUMBER else "")


def _format(book: "Book", cell: "Cell") -> str:
    if cell.xf_index is None:
        return ""
    return str(book.format_map[book.xf_list[cell.xf_index].format_key].format_str)
