"""XLSX by openpyxl: the visible sheets, a line a row."""

import io
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from index.read.attachments.archive import Package
from index.read.attachments.cells import rows_text, show
from index.read.attachments.limits import Limits
from index.read.attachments.result import UnreadableError

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

COLUMNS = 200
"""Columns of a row that are read: some sheets claim 16,384."""


def read_xlsx(body: bytes, limits: Limits) -> tuple[str, str | None]:
    """Return (text, problem). Raises `UnreadableError` for a damaged workbook or one over the bounds."""
    Package(body, limits).check()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of every extension that it leaves out
            book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True)
            lines = list(_lines(book, limits.rows + 1))
    except (BadZipFile, InvalidFileException, KeyError) as error:
        raise UnreadableError("工作簿损坏，无法读取") from error
    problem = f"表格超过 {limits.rows} 行，只读前 {limits.rows} 行" if len(lines) > limits.rows else None
    return "\n".join(lines[: limits.rows]), problem


def _lines(book: "Workbook", most: int) -> Iterator[str]:
    """Yield at most `most` lines; the names of sheets are lines where there are several."""
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    left = most
    for sheet in sheets:
        sheet.reset_dimensions()  # what a file says of its own size is often wrong
        cells = sheet.iter_rows(max_row=left, max_col=COLUMNS)
        rows = rows_text(tuple(show(cell.value, cell.number_format) for cell in row) for row in cells)
        if rows and len(sheets) > 1:
            rows.insert(0, str(sheet.title))
        yield from rows[:left]
        left -= len(rows)
        if left <= 0:
            return
