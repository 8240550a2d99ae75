"""Reading one page wherever it is: in this process, in another one, or on another machine.

A `Task` carries the bytes, so that who reads needs this program and nothing else: no archive, no tables, no shared
disk. What it lacks (the tables at first, files that the page turns out to link to) it asks for, and is sent again.
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path

import data
from data.model import Document, Page
from data.tables import TABLES, Tables
from index import read as reading
from index.read.attachments import Worker
from index.read.document import Reader
from index.read.parts import Article

_here = threading.local()


@dataclass(frozen=True, slots=True)
class Task:
    """One page to read.

    code: `code_digest()` of who asks. wanted: digest of the tables; tables: they themselves, `None` if they were sent
    before. files: what is held of the files that the page links to, by address. article: what was cut out of the page
    already, `None` at first.
    """

    code: str
    wanted: str
    page: Page
    further: tuple[Page, ...] = ()
    tables: Tables | None = None
    files: Mapping[str, Page | None] = field(default_factory=dict)
    article: Article | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a task: a document, or what is lacking for one.

    asked, article: the files that are to be sent, and what to send back with them. without: the tables are not known
    here. other: this is another version of the program, which may read otherwise. failed: what reading raised.
    """

    document: Document | None = None
    asked: tuple[str, ...] = ()
    article: Article | None = None
    without: bool = False
    other: bool = False
    failed: str | None = None


def read_task(task: Task) -> Done:
    """Read a page. Runs anywhere; the tables and the process of the parsers are kept for the next task."""
    if task.code != code_digest():
        return Done(other=True)
    reader = _reader(task)
    if reader is None:
        return Done(without=True)
    try:
        return _read(reader, task)
    except Exception as error:  # noqa: BLE001 - one page that trips a fault of ours must not cost the others
        return Done(failed=f"{type(error).__name__}: {error}"[:500])


def _read(reader: Reader, task: Task) -> Done:
    article = task.article or reader.article(task.page, task.further)
    asked = tuple(dict.fromkeys(link.url for link in article.links if link.url not in task.files))
    if asked:
        return Done(asked=asked, article=article)
    return Done(reader.finish(article, task.page, task.files.get))


def close() -> None:
    """End the process of the parsers of this thread."""
    reader: Reader | None = getattr(_here, "reader", None)
    if reader is not None:
        reader.worker.close()
        _here.reader = None


def _reader(task: Task) -> Reader | None:
    """Return the reader of this thread; a new one for other tables, `None` if they are not known."""
    known: Reader | None = getattr(_here, "reader", None)
    if task.tables is None:
        return known if known is not None and known.tables.digest == task.wanted else None
    reader = Reader(task.tables, known.worker if known is not None else Worker())
    _here.reader = reader
    return reader


@cache
def code_digest() -> str:
    """Return a digest of the code that reads and of its own tables: others may read otherwise."""
    total = sha256()
    for path in (*_sources(reading.__path__), *_sources(data.__path__), *sorted((TABLES / "reading").rglob("*.*"))):
        total.update(path.read_bytes())
    return total.hexdigest()


def _sources(folders: Iterable[str]) -> list[Path]:
    return sorted(path for folder in folders for path in Path(folder).rglob("*.py"))
