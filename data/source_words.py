"""Words for what is known of sources: families of content management systems, and causes of failed requests."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from data.strict import TableError, TableProblem
from data.tables import TABLES

COLUMNS = ["group", "code", "zh", "en"]


@dataclass(frozen=True, slots=True)
class SourceWord:
    """A code in Chinese and English. group: `family` (see `data.sources`) or `cause` (see `crawler.checks`)."""

    group: str
    code: str
    zh: str
    en: str


@cache
def source_words(path: Path = TABLES / "source_words.csv") -> Mapping[tuple[str, str], SourceWord]:
    """Return all words by group and code. Raises `TableError`."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if reader.fieldnames != COLUMNS:
            raise TableError([TableProblem(path.name, "line 1", "-", "must be " + ",".join(COLUMNS))])
        words = [SourceWord(**row) for row in reader]
    empty = [TableProblem(path.name, word.code, "zh, en", "is empty") for word in words if not (word.zh and word.en)]
    if empty:
        raise TableError(empty)
    return {(word.group, word.code): word for word in words}
