"""`python -m index read`: read one saved page or file, or lines of clauses or headers, and print what they say."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from data.model import Document, Incentive, Page
from data.records import to_json
from data.tables import load
from index.read import incentives, metadata
from index.read.attachments import Worker
from index.read.document import Reader
from index.words import ABSENT, say_amount, say_date

DATES = ("written", "printed", "published", "effective", "expires")


class ReadError(RuntimeError):
    """A file that was named cannot be read from the disk; the text says why."""


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to those of `python -m index`."""
    command = commands.add_parser("read", help="read a saved page or file, or lines of clauses or headers")
    command.add_argument("file", type=Path, help="the page or file; with --clauses, --headers: JSON lines {id, text}")
    command.add_argument("--url", help="the address it was saved from: tells region and links")
    command.add_argument("--json", action="store_true", help="print the whole document as JSON")
    which = command.add_mutually_exclusive_group()
    which.add_argument("--clauses", action="store_true", help="print the incentives of each line")
    which.add_argument("--headers", action="store_true", help="print the metadata of each line")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Read and print."""
    if options.clauses or options.headers:
        read = incentives.read_lines if options.clauses else metadata.read_lines
        for answer in read(_lines(options.file)):
            print(_printable(json.dumps(answer, ensure_ascii=False)))
        return
    document = read_file(options.file, options.url)
    if options.json:
        print(_printable(json.dumps(document_json(document), ensure_ascii=False, indent=2)))
    else:
        print(_printable("\n".join(lines_of(document))))


def _printable(text: str) -> str:
    """Return text with halves of characters, which no encoding of UTF-8 takes, escaped as JSON escapes them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def read_file(path: Path, url: str | None) -> Document:
    """Return what the page or file at `path` says. Raises `ReadError`."""
    address = url or f"http://localhost/{path.name}"
    page = Page(address, datetime.now(UTC), 200, (), _bytes(path))
    with Worker() as worker:
        return Reader(load(), worker).read(page)


def document_json(document: Document) -> Mapping[str, Any]:
    """Return all that was read as plain values: days as YYYY-MM-DD, absent as null."""
    value: dict[str, Any] = {name: getattr(document, name) for name in ("title", "doc_number", "index_number")}
    value["issuers"] = list(document.issuers)
    value |= {name: _day(getattr(document, name)) for name in DATES}
    value["effective_relative"] = document.effective_words
    value["valid_years"] = document.valid_years
    value["is_draft"] = document.is_draft
    value["region_code"] = document.region
    value["kind"] = str(document.kind)
    value["text"] = document.text or ""
    value["clauses"] = [to_json(clause) for clause in document.clauses]
    value["incentives"] = [incentive_json(grant) for grant in document.incentives]
    for name in ("budgets", "caps", "windows", "citations", "attachments", "provenance", "conflicts"):
        value[name] = [to_json(record) for record in getattr(document, name)]
    value["consultation"] = to_json(document.consultation) if document.consultation else None
    value["problems"] = list(document.problems)
    return value


def incentive_json(grant: Incentive) -> Mapping[str, Any]:
    """Return an incentive as `--clauses` prints it, with all else that is known of it."""
    known = to_json(grant)
    kept = ("no", "clause", "span", "up_to", "floor", "cap_per_entity", "conditions", "stacking")
    return {**incentives.as_json(incentives.Found(grant)), **{name: known.get(name) for name in kept}}


def lines_of(document: Document) -> Iterator[str]:
    """Yield what people want to see first."""
    yield document.title or "（无标题）"
    yield f"文号 {document.doc_number or ABSENT}　发文机关 {'、'.join(document.issuers) or ABSENT}"
    days = zip(("成文", "印发", "发布", "施行", "失效"), DATES, strict=True)
    yield "　".join(f"{name} {say_date(getattr(document, field))}" for name, field in days)
    yield f"正文 {len(document.text or '')} 字，{len(document.clauses)} 条款，{len(document.incentives)} 项激励"
    for grant in document.incentives:
        yield f"  {grant.kind}  {say_amount(grant)}  {grant.clause or ''}  “{grant.quote}”"
    for problem in document.problems:
        yield f"  ! {problem}"


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReadError(f"{path}: {error.strerror}; name a file that can be read") from error


def _lines(path: Path) -> Iterable[str]:
    if str(path) == "-":
        return sys.stdin
    return _bytes(path).decode("utf-8", "replace").splitlines()
