"""Files of a page: which of them is the document itself, and what the others say.

Rules are often one line on the page and a file beside it. Such a file is a part of the document; a form to fill in
is not, though its text is kept.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from posixpath import splitext

from data.model import Attachment, Page
from data.strict import read_record
from data.tables import TABLES
from index.read.attachments import Read
from index.read.bounds import cut, within
from index.read.parts import Article, Link
from index.tokens import letters

SHORT = 120
"""Letters under which a page says nothing of its own, so that its file is the document."""

NOT_HELD = "附件未抓取"

Held = Callable[[str], Page | None]
"""Gives the page that was fetched from an address, `None` if it was not."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of `files.yml`."""

    form: tuple[str, ...]
    measure: tuple[str, ...]
    boring: tuple[str, ...]


@cache
def words() -> Words:
    """Return the words that names of files are told by."""
    return read_record(TABLES / "reading" / "files.yml", Words)


def with_files(article: Article, held: Held, read: Callable[[bytes, str], Read]) -> Article:
    """Return the article with the texts of its files: parts of the document in `body`, the rest in `attachments`."""
    found = [(link, held(link.url)) for link in article.links]
    files = [_attachment(link, page, read) for link, page in found]
    parts = _parts(article, files)
    bodies = [article.body, *(cut(within(file.text or "")[0], None)[1] for file in parts)]
    body, shortened = within("\n".join(body for body in bodies if body))
    return replace(
        article,
        body=body,
        attachments=tuple(replace(file, part=True, text=None) if file in parts else file for file in files),
        problems=(
            *article.problems,
            *shortened,
            *(f"附件《{file.name}》：{file.problem}" for file in files if file.problem),
        ),
    )


def text_of(read: Read) -> str | None:
    """Return the text of a file, of an archive that of all files in it with their names."""
    inner = [f"{name}\n{text}" for name, part in read.parts if (text := text_of(part))]
    return read.text or "\n".join(inner) or None


def _attachment(link: Link, page: Page | None, read: Callable[[bytes, str], Read]) -> Attachment:
    if page is None:
        return Attachment(link.name, link.url, problem=NOT_HELD)
    found = read(page.body, link.name)
    return Attachment(link.name, link.url, text=text_of(found), method=found.method, problem=found.problem)


def _parts(article: Article, files: list[Attachment]) -> list[Attachment]:
    readable = [file for file in files if file.text and not _is_form(file.name)]
    named = [file for file in readable if _carries(file.name, article.title or article.head)]
    if named or len(letters(article.body)) >= SHORT:
        return _one_each(named)
    measures = [file for file in readable if any(word in file.name for word in words().measure)]
    return _one_each(measures or readable[:1])


def _one_each(files: list[Attachment]) -> list[Attachment]:
    """Drop the second of two that are one file, as PDF and as Word."""
    return list({_bare(file.name): file for file in reversed(files)}.values())[::-1]


def _is_form(name: str) -> bool:
    return any(word in name for word in words().form)


def _carries(name: str, title: str) -> bool:
    """Tell whether a file is what the title announces: 关于印发《某办法》的通知 and 某办法.pdf."""
    file, whole = _bare(name), letters(title)
    return len(file) >= 6 and (file in whole or (len(whole) >= 6 and whole in file))


def _bare(name: str) -> str:
    stem = re.sub(r"^附[件录表] *[\d一二三四五六七八九十]*[：:.、 ]*|^\d+[.、 ]+", "", splitext(name)[0].strip())
    for word in words().boring:
        stem = stem.replace(word, "")
    return letters(stem)
