"""Bytes of a page or file into text, whatever was declared.

Every encoding that may be meant reads the bytes; the reading that is most like Chinese wins. What was declared only
decides between readings that are equally good, because government sites declare the wrong one, or none.
"""

import codecs
import re
from dataclasses import dataclass
from functools import cache

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, resolve_encoding

from data.tables import TABLES

MAX_BYTES = 8_000_000
"""Longest page that is read. The rest is cut off, and said."""

SAMPLE = 200_000
"""Characters by which readings are compared."""

CANDIDATES = ("utf-8", "gb18030", "big5hkscs")
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
GB_MARK = b"\x84\x31\x95\x33"

_CHINESE = re.compile("[\u3000-\u9fff]")

DECLARED_BONUS = 0.05
BROKEN_COST = 4.0
"""How much a declaration, and an unreadable character, weigh against the share of frequent characters.

Measured on the golden and nine real pages, written in each encoding and read in each: the right one gives 0.61 at
least, a wrong one 0.10 at most, so that neither decides alone."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text of some bytes. encoding: Python's name of what they were in. problems: for people."""

    text: str
    encoding: str
    problems: tuple[str, ...] = ()


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """Return the text of `body`, without byte order mark and NUL. Never raises.

    content_type: the answer's header, e.g. `text/html; charset=gb2312`; it may be wrong or absent.
    """
    problems = []
    if len(body) > MAX_BYTES:
        problems.append(f"页面超过 {MAX_BYTES // 1_000_000} MB，只读取了前面部分")
        body = body[:MAX_BYTES]
    encoding = _marked(body) or _wide(body)
    whole = None if encoding else _plain_utf8(body)
    encoding = encoding or ("utf-8" if whole is not None else _most_chinese(body, content_type))
    text = (body.decode(encoding, "replace") if whole is None else whole).removeprefix("\ufeff").replace("\x00", "")
    broken = text.count("\ufffd")
    if broken > len(text) // 100:
        problems.append(f"有 {broken} 个字符无法解码，文字可能残缺")
    return Decoded(text, encoding, tuple(problems))


def _marked(body: bytes) -> str | None:
    if body.startswith(GB_MARK):
        return "gb18030"
    return next((encoding for mark, encoding in MARKS if body.startswith(mark)), None)


def _wide(body: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of its mark-up is NUL, of its text not."""
    head = body[:1000]
    half = len(head) // 2
    if half < 8:
        return None
    if head[1::2].count(0) > 0.25 * half and head[::2].count(0) < 0.05 * half:
        return "utf-16-le"
    if head[::2].count(0) > 0.25 * half and head[1::2].count(0) < 0.05 * half:
        return "utf-16-be"
    return None


def _plain_utf8(body: bytes) -> str | None:
    """Text of UTF-8 without a fault that holds Chinese, or of nothing but ASCII."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if text.isascii() or _CHINESE.search(text) else None


def _most_chinese(body: bytes, content_type: str | None) -> str:
    declared = _declared(body, content_type)
    sample = body[: 2 * SAMPLE]
    scores = {
        encoding: _likeness(sample.decode(encoding, "replace")) + DECLARED_BONUS * (encoding in declared)
        for encoding in CANDIDATES
    }
    return max(scores, key=lambda encoding: scores[encoding])


def _declared(body: bytes, content_type: str | None) -> set[str]:
    named = (http_content_type_encoding(content_type), html_body_declared_encoding(body[:4096]))
    found = {resolve_encoding(name) for name in named if name}
    return {"big5hkscs" if name == "big5" else name for name in found if name}


def _likeness(text: str) -> float:
    """Share of frequent Chinese characters among those beyond ASCII, less what could not be read."""
    foreign = [character for character in text[:SAMPLE] if character > "\x7f"]
    if not foreign:
        return 0.0
    frequent, marks = _frequent(), "，。、：；（）《》“”〔〕　"
    good = sum(character in frequent or character in marks for character in foreign)
    return (good - BROKEN_COST * foreign.count("\ufffd")) / len(foreign)


@cache
def _frequent() -> frozenset[str]:
    lines = (TABLES / "reading" / "frequent_characters.txt").read_text(encoding="utf-8").splitlines()
    return frozenset("".join(line for line in lines if not line.startswith("#")))
