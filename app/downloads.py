"""The whole result of a search as a file: CSV for a sheet, XLSX for Excel, JSON for programs.

Amounts are whole yuan, rates percent, dates YYYY-MM-DD. In CSV and XLSX what is absent says 未载明; in JSON it is null.
"""

import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from app.sheets import csv_file
from data.tables import Tables
from index.export import hit_json
from index.query import Query
from index.search import Hit, Searcher
from index.words import ABSENT, say_amount

PAGE = 100
MOST_HITS = 100_000
MOST_IN_CELL = 32_000
"""Excel takes 32,767 characters in a cell."""
COLUMNS: Mapping[str, str] = {
    "id": "编号",
    "kind_name": "激励类型",
    "region_name": "地区",
    "trigger": "事项",
    "beneficiary": "对象",
    "said": "金额",
    "amount_max_cny": "最高金额（元）",
    "tiers_cny": "分档（元）",
    "floor_cny": "最低金额（元）",
    "rate_percent": "比例（%）",
    "per_name": "计法",
    "period_name": "周期",
    "cap_per_entity_cny": "每家企业上限（元）",
    "pool_total_cny": "资金总额（元，非单家所得）",
    "conditions": "条件",
    "stacking": "叠加",
    "validity_name": "效力",
    "last_day": "有效期至",
    "title": "文件",
    "doc_number": "发文字号",
    "issuers": "发文机关",
    "clause": "条款",
    "quote": "原文",
    "basis_name": "依据",
    "note": "备注",
    "url": "来源网页",
}
_NUMBERS = frozenset(name for name in COLUMNS if name.endswith("_cny")) - {"tiers_cny"}
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file: its name on the button, the ending of its name, its type, how it is made."""

    label: str
    ending: str
    mime: str
    make: Callable[[Sequence[Hit], Tables], bytes]


def all_hits(searcher: Searcher, query: Query) -> Iterator[Hit]:
    """Yield every result of `query`, on whatever page it stands; the first 100,000 where there are more."""
    after = None
    for _ in range(MOST_HITS // PAGE):
        found = searcher.search(replace(query, page=1, size=PAGE, after=after))
        yield from found.hits
        after = found.after
        if after is None:
            return


def as_csv(hits: Sequence[Hit], tables: Tables) -> bytes:
    """Return UTF-8 with a byte order mark, so that Excel reads the Chinese; no cell is taken for a formula."""
    return csv_file(COLUMNS.values(), (row.values() for row in _rows(hits, tables)))


def as_xlsx(hits: Sequence[Hit], tables: Tables) -> bytes:
    """Return an Excel workbook with one sheet; amounts are numbers, all else is text, never a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("激励")
    sheet.freeze_panes = "A2"
    head = [_text_cell(sheet, name) for name in COLUMNS.values()]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for row in _rows(hits, tables):
        sheet.append([value if isinstance(value, int) else _text_cell(sheet, value) for value in row.values()])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_json(hits: Sequence[Hit], tables: Tables) -> bytes:
    """Return `{"total": …, "results": […]}` in UTF-8, each result with its conditions and words on stacking."""
    results = [hit_json(hit, tables) | _more(hit) for hit in hits]
    text = json.dumps({"total": len(results), "results": results}, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "replace")


FORMATS: Sequence[Format] = (
    Format("CSV", "csv", "text/csv", as_csv),
    Format("Excel", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
    Format("JSON", "json", "application/json", as_json),
)


def file_name(query: Query, kind: Format, tables: Tables) -> str:
    """Return e.g. 激励-浙江省-2026-11-20.csv."""
    place = f"-{tables.regions.full_name(query.region)}" if query.region else ""
    return f"激励{place}-{query.on.isoformat()}.{kind.ending}"


def _more(hit: Hit) -> dict[str, Any]:
    grant = hit.incentive
    return {
        "amount_is_limit": grant.up_to,
        "duration": grant.duration,
        "stacking": grant.stacking,
        "conditions": [{"kind": condition.kind, "words": condition.words} for condition in grant.conditions],
    }


def _rows(hits: Sequence[Hit], tables: Tables) -> Iterator[dict[str, str | int]]:
    for hit in hits:
        values = hit_json(hit, tables) | _said(hit, tables)
        yield {name: _cell(name, values.get(name)) for name in COLUMNS}


def _said(hit: Hit, tables: Tables) -> dict[str, Any]:
    grant, terms = hit.incentive, tables.terms
    return {
        "said": say_amount(grant),
        "per_name": terms[grant.per].zh if grant.per else None,
        "period_name": terms[grant.period].zh if grant.period else None,
        "conditions": [f"{terms[condition.kind].zh}：{condition.words}" for condition in grant.conditions],
        "stacking": grant.stacking,
        "validity_name": terms[hit.validity.state].zh,
        "basis_name": terms[grant.basis].zh if grant.basis else None,
    }


def _cell(name: str, value: Any) -> str | int:  # noqa: ANN401 - any value of a JSON object
    if value is None or value == []:
        return ABSENT
    if name in _NUMBERS:
        return int(value)
    text = (
        "；".join(f"{part:g}" if isinstance(part, float) else str(part) for part in value)
        if _many(value)
        else str(value)
    )
    text = _UNWRITABLE.sub("", text)
    return text if len(text) <= MOST_IN_CELL else text[:MOST_IN_CELL] + "…（过长，全文见 JSON）"


def _many(value: object) -> bool:
    return isinstance(value, list | tuple)


def _text_cell(sheet: Any, text: str) -> WriteOnlyCell:  # noqa: ANN401 - openpyxl is untyped
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    return cell
