"""Strict reading of YAML tables: every key is known, every value has its type, every fault is named.

A table is a list of records. `read_records` turns it into dataclasses of `data.model` or raises `TableError`, which
lists all faults of the file at once, each with file, record and field.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from cattrs import ClassValidationError, Converter, ForbiddenExtraKeysError, IterableValidationError
from cattrs.gen import make_dict_structure_fn
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError

from data.model import Percent, Yuan

Record = TypeVar("Record")

MONEY = re.compile(r"(\d+(?:\.\d+)?)(亿|万)?元")
UNITS = {"亿": 100_000_000, "万": 10_000, None: 1}


@dataclass(frozen=True, slots=True)
class TableProblem:
    """One fault of a table: which file, which record (its id or number), which field, what is wrong."""

    file: str
    record: str
    field: str
    problem: str

    def __str__(self) -> str:
        return f"{self.file}: record {self.record}, field {self.field}: {self.problem}"


class TableError(ValueError):
    """One or more tables cannot be used. `problems` lists why; the text has one line for each."""

    def __init__(self, problems: Iterable[TableProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class _PlainConstructor(SafeConstructor):
    """Leaves dates as text, so that a wrong date is reported with its record and not by the YAML parser."""


_PlainConstructor.add_constructor("tag:yaml.org,2002:timestamp", _PlainConstructor.construct_yaml_str)


def load_yaml(path: Path) -> Any:  # noqa: ANN401 - a YAML file holds anything until it is read strictly
    """Return what a YAML 1.2 file holds. Raises `TableError` for a file that is missing or no YAML."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _PlainConstructor
    try:
        return yaml.load(path)
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = "-" if line is None else f"at line {line + 1}"
        what = getattr(error, "problem", None) or str(error)
        raise TableError([TableProblem(path.name, where, "-", f"cannot be read: {what}")]) from error


def read_records(path: Path, record_type: type[Record], *, key: str = "id") -> list[Record]:
    """Read a YAML list of records. `key` names the field by which a faulty record is called in errors."""
    rows = load_yaml(path)
    if not isinstance(rows, list):
        raise TableError([TableProblem(path.name, "-", "-", "the file must hold a list of records")])
    records: list[Record] = []
    problems: list[TableProblem] = []
    for number, row in enumerate(rows, 1):
        name = str(row.get(key, f"number {number}")) if isinstance(row, dict) else f"number {number}"
        try:
            records.append(structure(row, record_type))
        except (ClassValidationError, IterableValidationError, *_FAULTS) as error:
            problems.extend(TableProblem(path.name, name, *fault) for fault in faults(error))
    if problems:
        raise TableError(problems)
    return records


def read_record(path: Path, record_type: type[Record]) -> Record:
    """Read a YAML file that holds one record."""
    try:
        return structure(load_yaml(path), record_type)
    except (ClassValidationError, IterableValidationError, *_FAULTS) as error:
        raise TableError(TableProblem(path.name, "-", *fault) for fault in faults(error)) from error


def structure(value: object, record_type: type[Record]) -> Record:
    """Turn plain lists and mappings into `record_type`; raises cattrs' validation errors."""
    return _CONVERTER.structure(value, record_type)


def parse_money(text: str) -> Yuan:
    """Read an amount as tables write it: `50万元`, `1.5亿元`, `800元`. Raises ValueError for anything else."""
    match = MONEY.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no amount; write it like 50万元, 1.5亿元 or 800元")
    yuan = Decimal(match[1]) * UNITS[match[2]]
    if yuan != yuan.to_integral_value() or yuan == 0:
        raise ValueError(f"{text!r} is no whole number of yuan above zero")
    return Yuan(int(yuan))


def faults(error: BaseException, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield (field, what is wrong) for each fault in a validation error of cattrs, innermost first."""
    if isinstance(error, ClassValidationError):
        noted, bare = error.group_exceptions()
        for inner, note in noted:
            yield from faults(inner, f"{path}.{note.name}" if path else note.name)
    elif isinstance(error, IterableValidationError):
        items, bare = error.group_exceptions()
        for inner, item in items:
            yield from faults(inner, f"{path}[{item.index}]")
    else:
        yield path or "-", _problem(error)
        return
    for inner in bare:
        yield from faults(inner, path)


def _problem(error: BaseException) -> str:
    if isinstance(error, ForbiddenExtraKeysError):
        return "unknown key " + ", ".join(sorted(error.extra_fields))
    if isinstance(error, KeyError):
        return "is missing"
    return str(error)


def _strict(expected: type, called: str) -> Any:  # noqa: ANN401 - cattrs hooks are untyped
    def hook(value: object, _: type) -> object:
        if type(value) is not expected:
            raise TypeError(f"{value!r} is not {called}")
        return value

    return hook


def _text_or_choice(value: object, kind: type) -> str:
    # cattrs looks for hooks by class first, and finds this one for every subclass of str.
    return _choice(value, kind) if issubclass(kind, StrEnum) else _text(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text; put it in quotes if it is meant as text")
    if not value.strip() or value != value.strip():
        raise ValueError(f"{value!r} is empty or has blanks around it")
    return value


def _money(value: object, _: type) -> Yuan:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no amount; write it like 50万元")
    return parse_money(value)


def _percent(value: object, _: type) -> Percent:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no percentage; write 30 for 30 %")
    if not 0 < value <= 100:
        raise ValueError(f"{value!r} is no percentage above 0 and up to 100")
    return Percent(float(value))


def _date(value: object, _: type) -> date:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise ValueError(f"{value!r} is no date; write it like 2026-11-20")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value!r} is no day of the calendar") from None


def _choice(value: object, choices: type[StrEnum]) -> StrEnum:
    try:
        return choices(str(value))
    except ValueError:
        allowed = ", ".join(choices)
        raise ValueError(f"{value!r} is none of {allowed}") from None


def _list(value: object, items: Any) -> tuple[Any, ...]:  # noqa: ANN401 - cattrs hooks are untyped
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is not a list")
    return tuple(_CONVERTER.structure(value, list[items.__args__[0]]))


def _record_hook(record_type: Any, converter: Converter) -> Any:  # noqa: ANN401 - cattrs hooks are untyped
    read = make_dict_structure_fn(record_type, converter)

    def hook(value: object, _: type) -> object:
        if not isinstance(value, Mapping):
            raise TypeError(f"{value!r} is not a record with keys")
        return read(dict(value), record_type)

    return hook


_FAULTS = (TypeError, ValueError, KeyError)


def _converter() -> Converter:
    converter = Converter(forbid_extra_keys=True, detailed_validation=True)
    converter.register_structure_hook(str, _text_or_choice)
    converter.register_structure_hook(int, _strict(int, "a whole number"))
    converter.register_structure_hook(bool, _strict(bool, "true or false"))
    converter.register_structure_hook(date, _date)
    converter.register_structure_hook(Yuan, _money)
    converter.register_structure_hook(Percent, _percent)
    converter.register_structure_hook_func(lambda kind: getattr(kind, "__origin__", None) is tuple, _list)
    converter.register_structure_hook_factory(is_dataclass, _record_hook)
    return converter


_CONVERTER = _converter()
