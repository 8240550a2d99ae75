"""Metadata of single strings: a header, a table, a date line, a sentence on validity."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from opencc import OpenCC

from index.read.characters import fold
from index.read.metadata.assemble import assemble
from index.read.metadata.choose import choose
from index.read.metadata.claims import label_claims, text_claims
from index.read.metadata.labels import find_labels
from index.read.metadata.result import Metadata, as_json

_READING_AID = re.compile(r"(?<=[一-龥])（ *(?P<sound>[a-zà-ɏḀ-ỿ]{1,6}) *）")
_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character, from a broken escape in JSON
_SYLLABLE = re.compile(r"(?:[zcs]h|[bpmfdtnlgkjqxhrzcsyw])?[aeiouvü]{1,3}(?:ng|n|r)?")


def read_string(text: str) -> Metadata:
    """Return the metadata of one string of any kind. Nothing found is empty metadata, never an error."""
    plain = without_sounds(fold(_simplified().convert(_SURROGATE.sub("\ufffd", text))))
    found = find_labels(plain)
    labelled = tuple(label_claims(found.labels))
    title = choose(labelled).text("title")
    return assemble([*labelled, *text_claims(found.rest, found.rest, title)], found.rest)


def read_lines(lines: Iterable[str]) -> Iterator[dict[str, object]]:
    """Yield the values (see `as_json`) of each line `{"id", "text"}`; for an unreadable one `{"id", "error"}`."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _read_line(line, number)


def without_sounds(text: str) -> str:
    """Remove pinyin in brackets behind a character (规（guī）) from a folded text."""
    return _READING_AID.sub(lambda match: "" if _is_sound(match["sound"]) else match[0], text)


def _is_sound(letters: str) -> bool:
    plain = "".join(sign for sign in unicodedata.normalize("NFD", letters) if not unicodedata.combining(sign))
    return _SYLLABLE.fullmatch(plain) is not None


def _read_line(line: str, number: int) -> dict[str, object]:
    try:
        record = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        return {"id": None, "error": f"line {number} is no JSON: {error}"}
    name = record.get("id") if isinstance(record, dict) else None
    text = record.get("text") if isinstance(record, dict) else None
    if not isinstance(text, str):
        return {"id": name, "error": f'line {number} has no text: write {{"id": …, "text": "…"}}'}
    return {"id": name, **as_json(read_string(text))}


@cache
def _simplified() -> OpenCC:
    return OpenCC("t2s")
