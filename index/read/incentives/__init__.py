"""Incentives in the text of clauses: who gets how much for what, each with the words that say it.

The way of a text: `noise` (what the eye skips) → `sentences` (parts, groups, segments) → `events` (figures: `amounts`,
`rates`, with `units` and `roles`) → `assemble` (figures put together to `grants`; `unsaid`: those without
an amount) → `facts` (`kinds`, `own_kind`, `words`) → `document` (`rows`: grades of one grant in a table;
`leads`: an amount for each item).
What the rules look for stands in `data/tables/reading/incentives_*.yml`. A figure whose role is not clear is left out.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from index.read.incentives.document import Reading, read_body, read_clause
from index.read.incentives.found import Found, NoReward, as_json

__all__ = ["Found", "NoReward", "Reading", "as_json", "read_body", "read_clause", "read_lines"]


def read_lines(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Read lines of JSON `{"id", "text"}`; yield `{"id", "incentives": [...]}` for each, or `{"id", "error"}`.

    Empty lines are skipped. A line that cannot be read does not stop the others.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _read_line(line, number)


def _read_line(line: str, number: int) -> dict[str, Any]:
    try:
        item = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {"id": None, "error": f"line {number} is no JSON: {error}"}
    if not isinstance(item, dict):
        return {"id": None, "error": f"line {number} is no object with id and text"}
    name, text = item.get("id"), item.get("text")
    if not isinstance(text, str):
        return {"id": name, "error": f"line {number} has no text in its key `text`"}
    return {"id": name, "incentives": [as_json(found) for found in read_clause(text)]}
