"""Plain text and RTF."""

from striprtf.striprtf import rtf_to_text

from index.read.attachments.result import UnreadableError

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_text(body: bytes) -> str:
    """Return a text file in UTF-8, UTF-16 with a mark, or GB18030. Raises `UnreadableError` for other encodings."""
    marked = next((encoding for bom, encoding in _BOMS if body.startswith(bom)), None)
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableError("文字编码无法识别")


def read_rtf(body: bytes) -> str:
    """Return the text of an RTF file, which many files called .doc are; rows of tables are lines."""
    text = rtf_to_text(body.decode("latin-1"), encoding="gb18030", errors="replace")  # type: ignore[no-untyped-call]
    return "\n".join(line[:-1].replace("|", "\t") if line.endswith("|") else line for line in text.split("\n"))
