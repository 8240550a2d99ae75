"""Bytes of a page into text, though declarations lie.

Chinese government sites serve GB18030 without saying so, say `gb2312` and send UTF-8, say `utf-8` and cut a title in
the middle of a character. So the bytes are asked first and the declarations second; a declaration is believed only
where the bytes allow it.
"""

import codecs
import re
from collections.abc import Iterator, Mapping

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, resolve_encoding

CHINESE = ("gb18030", "big5hkscs")
"""Encodings that a page may be in without saying so, besides UTF-8."""

COMMON_LEAD_BYTES = {"gb18030": (0xB0, 0xD7), "big5hkscs": (0xA4, 0xC6)}
"""First bytes of the frequent characters (level 1 of GB 2312 and of Big5): nine in ten characters of real text."""

BROKEN_PER_CHARACTER = 0.005
"""Share of unreadable characters up to which it is UTF-8 with a damaged spot; other encodings give far more."""


def decode(body: bytes, headers: Mapping[str, str]) -> str:
    """Return the text of a page. `headers` are the answer's; only Content-Type is looked at, in any spelling.

    Order: byte order mark; UTF-8 if the bytes are UTF-8; what header, then page declare, if the bytes allow it; the
    Chinese encoding in which most characters are frequent ones; UTF-8 with replacement characters.
    """
    marked, _ = read_bom(body)
    for encoding in [marked] if marked else ["utf-8", *_declared(body, headers)]:
        text = _strictly(body, encoding)
        if text is not None:
            return text.removeprefix("\ufeff")
    nearly = body.decode("utf-8", "replace")
    if marked is None and not _is_nearly_utf8(nearly):
        return _most_chinese(body) or nearly
    return nearly.removeprefix("\ufeff")


def _declared(body: bytes, headers: Mapping[str, str]) -> Iterator[str]:
    """Yield declared encodings that can be Chinese. Latin ones are a server's default here, and decode anything."""
    content_type = next((value for name, value in headers.items() if name.lower() == "content-type"), None)
    for declared in (http_content_type_encoding(content_type), html_body_declared_encoding(body)):
        encoding = resolve_encoding(declared) if declared else None
        if encoding is not None and re.match(r"gb|hz|big5|utf-?16", encoding):
            yield "big5hkscs" if encoding == "big5" else encoding


def _strictly(body: bytes, encoding: str) -> str | None:
    try:
        return codecs.decode(body, encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _is_nearly_utf8(text: str) -> bool:
    broken = text.count("\ufffd")
    return broken <= max(3, BROKEN_PER_CHARACTER * len(text)) and any(
        "\u3000" <= character <= "\u9fff" for character in text
    )


def _most_chinese(body: bytes) -> str | None:
    readings = [(encoding, _strictly(body, encoding)) for encoding in CHINESE]
    readable = {encoding: text for encoding, text in readings if text is not None}
    if not readable:
        return None
    return readable[max(readable, key=lambda encoding: _share_of_common(body, encoding))]


def _share_of_common(body: bytes, encoding: str) -> float:
    """Share of two-byte characters whose first byte is that of a frequent one."""
    low, high = COMMON_LEAD_BYTES[encoding]
    leads = [pair[0] for pair in re.findall(rb"[\x81-\xfe][\x40-\xfe]", body)]
    return sum(low <= lead <= high for lead in leads) / len(leads) if leads else 0.0
