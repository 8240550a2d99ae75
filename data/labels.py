"""What the pages say in Chinese, in English: `data/tables/labels.yml`, read strictly."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from data.strict import TableError, TableProblem, load_yaml
from data.tables import TABLES

PATH = TABLES / "labels.yml"
HAN = re.compile(r"[\u3400-\u9fff]")
VALUE = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True, slots=True)
class Label:
    """The English of one text: `one` where its value `n` is 1, else `many`. Both are the same for most."""

    one: str
    many: str


@cache
def labels() -> Mapping[str, Label]:
    """Return the English of each Chinese text. Raises `TableError`."""
    return read_labels(PATH)


def read_labels(path: Path) -> Mapping[str, Label]:
    """Read a table of labels: every text is Chinese, every label is not, and both name the same values in braces.

    Raises `TableError`.
    """
    rows = load_yaml(path)
    if not isinstance(rows, dict):
        raise TableError([TableProblem(path.name, "-", "-", "the file must hold Chinese texts with their English")])
    problems = [
        TableProblem(path.name, str(text), "english", fault)
        for text, english in rows.items()
        for fault in _faults(text, english)
    ]
    if problems:
        raise TableError(problems)
    return {text: Label(_forms(english)[0], _forms(english)[-1]) for text, english in rows.items()}


def _forms(english: Any) -> list[Any]:  # noqa: ANN401 - whatever the YAML file holds
    return english if isinstance(english, list) else [english]


def _faults(text: Any, english: Any) -> Iterator[str]:  # noqa: ANN401 - whatever the YAML file holds
    forms = _forms(english)
    if not isinstance(text, str) or not HAN.search(text):
        yield "the text must be Chinese"
    elif len(forms) not in {1, 2} or not all(isinstance(form, str) for form in forms):
        yield "must be one text, or two: for one and for many"
    else:
        yield from (fault for form in forms for fault in _form_faults(text, form))


def _form_faults(text: str, form: str) -> Iterator[str]:
    if not form.strip() or HAN.search(form):
        yield f"{form!r} is no English"
    if lost := _values(text) ^ _values(form):
        yield f"{form!r} differs in {', '.join(sorted(lost))}"


def _values(text: str) -> set[str]:
    """Return the names in braces."""
    return set(VALUE.findall(text))
