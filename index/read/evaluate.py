"""Measure reading against labelled sets: clauses, headers, whole pages (`python -m index.read.evaluate FOLDER...`).

A folder may hold `incentives.jsonl` and `metadata.jsonl` (labelled lines) and `index.json` beside saved pages (what a
reader should get from each). One that is absent is said to be, and is no error: labelled sets need not be everywhere.
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from data.model import Document, Page
from data.tables import load
from index.read import incentives, score, score_metadata
from index.read.attachments import Worker
from index.read.document import Reader
from index.tokens import letters

FIELDS = {
    "title": "title",
    "doc_number": "doc_number",
    "index_number": "index_number",
    "issuers": "issuers",
    "written_date": "written",
    "printed_date": "printed",
    "published_date": "published",
    "effective_date": "effective",
    "valid_until": "expires",
    "valid_years": "valid_years",
    "is_draft": "is_draft",
}
"""Keys of `index.json` and the fields of `Document` they are compared with."""

HEADINGS = 2
"""Lines in which a body must begin: a chapter's heading may stand before the first sentence."""

NATIONAL = {"100000": "000000"}
"""Codes that others use for the whole country, and ours."""

Expected = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Miss:
    """One value of one page that is not as expected."""

    file: str
    field: str
    expected: object
    found: object


@dataclass(frozen=True, slots=True)
class PageScores:
    """How many values of the pages were compared, and which were wrong."""

    compared: int
    misses: tuple[Miss, ...]

    def __str__(self) -> str:
        lines = [f"pages: {self.compared - len(self.misses)} of {self.compared} values right"]
        lines += [f"  {miss.file} {miss.field}: {miss.found!r}, expected {miss.expected!r}" for miss in self.misses]
        return "\n".join(lines)


def score_pages(folder: Path) -> PageScores:
    """Compare what is read from the pages of `folder` with its `index.json`."""
    compared, misses = 0, []
    tables = load()
    with Worker() as worker:
        reader = Reader(tables, worker)
        for entry in json.loads((folder / "index.json").read_text(encoding="utf-8")):
            body = (folder / entry["file"]).read_bytes()
            url = entry["url"] or f"https://{entry['site']}/{entry['file']}"
            page = Page(url, datetime.now(UTC), 200, (), body)
            wrong = list(_compare(entry, reader.read(page)))
            compared += _values(entry)
            misses += wrong
    return PageScores(compared, tuple(misses))


def _values(entry: Expected) -> int:
    keys: Expected = entry["expected"]
    return sum(key in FIELDS or key.startswith("body_") for key in keys) + 1


def _compare(entry: Expected, document: Document) -> Iterable[Miss]:
    expected: Expected = entry["expected"]
    for key, field in FIELDS.items():
        if key in expected and not _equal(expected[key], found := getattr(document, field)):
            yield Miss(entry["file"], key, expected[key], found)
    region = NATIONAL.get(entry["region_code"], entry["region_code"])
    if document.region != region:
        yield Miss(entry["file"], "region_code", region, document.region)
    lines = [letters(line) for line in (document.text or "").split("\n") if letters(line)]
    first, last = _letters(expected, "body_first_sentence"), _letters(expected, "body_last_sentence")
    ends = {
        "body_first_sentence": any(line.startswith(first) for line in lines[:HEADINGS]),
        "body_last_sentence": any(line.endswith(last) for line in lines[-1:]),
    }
    for key, right in ends.items():
        if key in expected and not right:
            yield Miss(entry["file"], key, expected[key], lines[:1] if key == "body_first_sentence" else lines[-1:])


def _letters(expected: Expected, key: str) -> str:
    return letters(expected.get(key) or "")


def _equal(expected: object, found: object) -> bool:
    if isinstance(expected, list) and isinstance(found, tuple):
        return {letters(item) for item in expected} == {letters(item) for item in found}
    if isinstance(found, date):
        return expected == found.isoformat()
    if isinstance(expected, str) and isinstance(found, str):
        return _bare(expected) == _bare(found)
    return (expected or None) == (found or None)


def _bare(text: str) -> str:
    return "".join(text.split()).replace("（转载）", "")  # whoever reposted wrote that, not the issuer


def main(folders: Sequence[str]) -> int:
    """Print the scores of each folder."""
    for name in folders:
        folder = Path(name)
        print(f"== {folder}" if folder.is_dir() else f"== {folder}: not there, not measured")
        if (labelled := folder / "incentives.jsonl").exists():
            _print_clauses(labelled)
        if (labelled := folder / "metadata.jsonl").exists():
            scores, misses = score_metadata.score(score_metadata.load_items(labelled))
            print(score_metadata.report(scores))
            print("\n".join(f"  {miss}" for miss in misses))
        if (folder / "index.json").is_file():
            print(score_pages(folder))
    return 0


def _print_clauses(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    read = {answer["id"]: answer.get("incentives", []) for answer in incentives.read_lines(lines)}
    print(score.score(map(json.loads, filter(None, lines)), read).table())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
