"""CSV files: those of 地区对比 and 数据来源, whose headings are always Chinese, and how any is written.

UTF-8 with a byte order mark, so that spreadsheets read the Chinese. Amounts are whole yuan; where nothing is
known, nothing stands.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from data.model import Document
from data.tables import Tables
from index.imports import import_command
from index.overview import Place
from index.rows import shown_title
from index.words import ABSENT, say_amount

PROVINCES = ("地区代码", "地区", "最高金额（元）", "激励数", "最近发布", "查询日")
REGIONS = ("激励类型", "地区代码", "地区", "最高金额（元）", "说法", "激励数", "最近发布", "查询日")
MISSING = ("编号", "文件", "发文字号", "来源网址", "导入命令")
FORMULA = re.compile(r"\s*[=+\-@|\t\r]")
MISSING_NAME = "尚无全文的文件.csv"


def provinces_name(measure: str, day: date) -> str:
    """Return e.g. 各省-激励数量-2026-11-20.csv."""
    return f"各省-{measure}-{day}.csv"


def provinces_csv(places: Mapping[str, Place], tables: Tables, day: date) -> bytes:
    """Return what the tiles show, one row a province."""
    return csv_file(
        PROVINCES,
        (
            (code, tables.regions[code].name, place.most or "", place.count, place.newest or "", day)
            for code, place in places.items()
        ),
    )


def regions_name(kind: str, tables: Tables, day: date) -> str:
    """Return e.g. 备案奖励-各地-2026-11-20.csv."""
    return f"{tables.kinds[kind].name.replace('/', '、')}-各地-{day}.csv"


def regions_csv(places: Iterable[Place], kind: str, tables: Tables, day: date) -> bytes:
    """Return all places with incentives of a kind, one row each."""
    return csv_file(REGIONS, (_region(place, kind, tables, day) for place in places))


def _region(place: Place, kind: str, tables: Tables, day: date) -> Sequence[object]:
    said = say_amount(place.best.incentive) if place.best else ABSENT
    full, name = tables.regions.full_name(place.code), tables.kinds[kind].name
    return name, place.code, full, place.most or "", said, place.count, place.newest or "", day


def missing_csv(documents: Iterable[Document], tables: Tables) -> bytes:
    """Return the documents of the catalog whose text is not held, each with the command that brings it."""
    return csv_file(MISSING, (_missing(document, tables) for document in documents))


def _missing(document: Document, tables: Tables) -> Sequence[object]:
    title, command = shown_title(document, tables.regions), import_command(document, tables.sources.values())
    return document.id, title, document.doc_number or "", document.url or "", command or ""


def csv_file(heads: Iterable[object], rows: Iterable[Iterable[object]]) -> bytes:
    """Return UTF-8 with a byte order mark, so that Excel reads the Chinese; no cell is taken for a formula."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(heads)
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value
