"""The English of the pages: every Chinese text of theirs has one, none is left over, and the table is read strictly."""

import ast
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

from data.labels import HAN, Label, labels, read_labels
from data.model import Basis, ChangeKind, Dated, ValidityState, WindowState
from data.strict import TableError
from data.tables import load
from index.match import match_words

ROOT = Path(__file__).resolve().parents[1]
NO_PAGES = {"__main__.py", "downloads.py", "firm.py", "schedule.py", "sheets.py"}
"""Commands, files with Chinese headings, and the reading of what people type."""

TELLING = [
    *(ROOT / "index/match" / name for name in ("answers.py", "firm.py", "judge.py", "money.py")),
    ROOT / "index/changes/words.py",
]
"""Modules whose sentences the pages retell."""

CONTENT = {"中文", "《生成式人工智能服务合规备案指南（2026年）》", "激励"}
"""Names that stay Chinese: of the language, of a document, of a file."""

PATTERNS = {"[、及和或]", "[、和及或]", "[、和及或等]", "等", "投入", "费用", "单家", ")(?:以内|以下)"}
"""What `index.match` looks for in documents."""

PLAIN = {"【新增：", "【删去：", "……（共 ", " 字）", "另有 ", " 处改动，见文件页"}
"""What `index.changes.words` says in digests only."""

EXPLAINED: tuple[type[StrEnum], ...] = (ValidityState, Basis, ChangeKind, Dated, WindowState)
"""Fixed words whose meaning pages show."""


def pages() -> list[Path]:
    found = [*(ROOT / "app").glob("*.py"), *(ROOT / "app/views").glob("*.py")]
    return [path for path in found if path.name not in NO_PAGES]


def chinese_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text of every Chinese literal of a module that is no docstring; of an f-string, its pieces."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield from [(node.lineno, node.value)] * bool(HAN.search(node.value))


def of_tables() -> set[str]:
    """Texts of tables that pages show and that have no English of their own."""
    tables = load()
    filing = tables.filing
    routes = [text for route in filing.routes for text in (route.name, route.for_whom, route.after, route.note)]
    routes += [who for route in filing.routes for who in route.review]
    steps = [step.text for step in (*filing.materials, *filing.steps)]
    counts = [count.what for count in (*filing.requirements, *filing.figures)]
    notes = [local.note for local in filing.local_steps]
    sectors = [sector.name for sector in match_words().sectors]
    meanings = [tables.terms[member].meaning for group in EXPLAINED for member in group]
    return {text for text in (filing.about, *routes, *steps, *counts, *notes, *sectors, *meanings) if text}


@pytest.mark.parametrize("path", [*pages(), *TELLING], ids=lambda path: path.name)
def test_every_chinese_text_of_a_page_has_its_english(path: Path) -> None:
    known = {*labels(), *CONTENT, *(PATTERNS | PLAIN if path in TELLING else ())}
    assert [(line, text) for line, text in chinese_of(path) if text not in known] == []


def test_texts_of_tables_have_their_english() -> None:
    assert sorted(of_tables() - set(labels())) == []


def test_no_label_is_left_over() -> None:
    said = {text for path in (*pages(), *TELLING, ROOT / "index/rows.py") for _, text in chinese_of(path)}
    assert sorted(set(labels()) - said - of_tables()) == []


def test_a_chinese_literal_that_is_forgotten_is_found(tmp_path: Path) -> None:
    module = tmp_path / "view.py"
    module.write_text('"""文档。"""\nNAME = "没有英文"\ndraw(f"共 {n} 条")\n', encoding="utf-8")
    assert [text for _, text in chinese_of(module)] == ["没有英文", "共 ", " 条"]


def test_one_and_many(tmp_path: Path) -> None:
    table = tmp_path / "labels.yml"
    table.write_text("重试: Try again\n“{n} 条”: ['{n} result', '{n} results']\n", encoding="utf-8")
    assert read_labels(table) == {
        "重试": Label("Try again", "Try again"),
        "“{n} 条”": Label("{n} result", "{n} results"),
    }


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("[]", "must hold Chinese texts"),
        ("retry: Try again", "must be Chinese"),
        ("重试: ''", "is no English"),
        ("重试: 再试", "is no English"),
        ("重试: 3", "must be one text, or two"),
        ("重试: [a, b, c]", "must be one text, or two"),
        ("共 {n} 条: '{m} results'", "differs in m, n"),
        ("共 {n} 条: [one result, '{n} results']", "differs in n"),
        ("重试: a\n重试: b", "cannot be read"),
    ],
)
def test_a_faulty_label_is_refused(tmp_path: Path, rows: str, fault: str) -> None:
    table = tmp_path / "labels.yml"
    table.write_text(rows, encoding="utf-8")
    with pytest.raises(TableError, match=fault):
        read_labels(table)
