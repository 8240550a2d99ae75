"""Taking in a saved page or file by hand, for sites that are blocked: what it is, where it belongs, into the archive.

The type is told from the bytes and not from the name, which never touches the disk. The archive keeps the page marked
as imported (`crawler.imports`); the next refresh or `python -m index build` reads it.
"""

import os
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import BadZipFile, ZipFile

from crawler.imports import ImportRefusedError, import_file
from crawler.settings import Settings
from data.archive import Archive
from data.model import Source, Visit
from data.sources import by_host, host_of
from data.tables import Tables
from index.said import Said

MOST_BYTES = 20 * 1024 * 1024
"""As large as `server.maxUploadSize` in .streamlit/config.toml."""

MOST_ADDRESS = 2000
HEAD = 2048
HTML_MARKS = (b"<!doctype html", b"<html", b"<head", b"<body")


class Kind(StrEnum):
    """What can be taken in; the value is the ending that the crawler knows it by."""

    HTML = ".html"
    PDF = ".pdf"
    DOCX = ".docx"


class NotTakenError(ValueError):
    """A file or address that cannot be taken in; the text says why to who brought it: `app.language.retell` it."""

    def __init__(self, said: Said) -> None:
        super().__init__(said)
        self.said = said


@dataclass(frozen=True, slots=True)
class Taken:
    """What was put into the archive: for which source, and what the archive found of it."""

    source: Source
    visit: Visit


def kind_of(body: bytes) -> Kind | None:
    """Return what the bytes are, `None` if they are nothing that can be taken in."""
    if b"%PDF-" in body[:HEAD]:
        return Kind.PDF
    if body.startswith(b"PK\x03\x04"):
        return Kind.DOCX if _is_docx(body) else None
    head = body[:HEAD].replace(b"\0", b"").lower()  # UTF-16 has a null in every Latin letter
    return Kind.HTML if any(mark in head for mark in HTML_MARKS) else None


def _is_docx(body: bytes) -> bool:
    try:
        with ZipFile(BytesIO(body)) as parts:
            return "word/document.xml" in parts.namelist()
    except (BadZipFile, ValueError, NotImplementedError):
        return False


def source_of(address: str, tables: Tables) -> Source:
    """Return the source an address belongs to. Raises `NotTakenError`."""
    host = host_of(address) if len(address) <= MOST_ADDRESS else None
    if host is None:
        raise NotTakenError(Said("网址要以 http:// 或 https:// 开头，且完整可读。"))
    source = by_host(tables.sources.values()).get(host)
    if source is None:
        raise NotTakenError(
            Said("{host} 不属于任何已收录的来源，请先在来源表（data/tables/sources）里加上它。", host=host)
        )
    return source


def can_write(folder: Path) -> bool:
    """Return whether there is an archive that may be written to, or a place to make one."""
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def take(body: bytes, address: str, tables: Tables, settings: Settings) -> Taken:
    """Put one file into the archive. Raises `NotTakenError`, and `ArchiveError`."""
    source, most = source_of(address, tables), min(MOST_BYTES, settings.max_bytes)
    if not body:
        raise NotTakenError(Said("文件是空的。"))
    if len(body) > most:
        raise NotTakenError(Said("文件超过 {most} MB。", most=most // 1024 // 1024))
    kind = kind_of(body)
    if kind is None:
        raise NotTakenError(Said("只接受网页（HTML）、PDF 和 DOCX：这个文件的内容不是其中任何一种。"))
    with TemporaryDirectory() as folder, Archive(settings.archive) as archive:
        file = Path(folder) / f"page{kind}"
        file.write_bytes(body)
        try:
            done = import_file(archive, tables.sources, file, source=source.id, url=address, most_bytes=most)
        except ImportRefusedError as error:
            raise NotTakenError(Said("无法归档：{error}", error=str(error))) from error
    return Taken(source, done[0][1])
