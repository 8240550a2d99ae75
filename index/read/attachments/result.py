"""What reading a file brings."""

from dataclasses import dataclass


class UnreadableError(ValueError):
    """A file, or a part of it, has no text to give; the message is the reason in Chinese, for people."""


@dataclass(frozen=True, slots=True)
class Read:
    """The text of a file, or why there is none.

    text: paragraphs as lines, table rows as lines with tab-separated cells; `None` if nothing was read.
    method: `pdf`, `ocr`, `pdf+ocr`, `docx`, `xlsx`, `doc`, `xls`, `rtf`, `ofd`, `text`, `zip`; `None` if nothing could.
    problem: what could not be read and why, in Chinese; `None` if all was. A file can have both text and problem.
    parts: (name, what was read of it) of each file in an archive, in its order.
    """

    text: str | None
    method: str | None
    problem: str | None = None
    parts: "tuple[tuple[str, Read], ...]" = ()


@dataclass(frozen=True, slots=True)
class Members:
    """Files taken out of an archive, not read yet: (name, bytes). problem: what was left in it and why."""

    files: tuple[tuple[str, bytes], ...]
    problem: str | None = None
