"""The folder of one source: its WARC files, named and numbered, appended to, scanned for what is whole, cut.

Records are only ever appended. A write that was interrupted leaves a torn end, which `scan` finds: every gzip member
carries its own checksum.
"""

import fcntl
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from data.archive_errors import ArchiveBusy, ArchiveDamaged, ArchiveError
from data.model import Page
from data.warc import BrokenRecordError, Record, pack_info, unpack

_SOURCE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WARC = re.compile(r"[a-z0-9-]+-(\d{5,})\.warc\.gz")
_GZIP_START = b"\x1f\x8b\x08"
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class SourceFolder:
    """Where one source is kept. Raises `ArchiveError` for an id that is not small letters, digits and hyphens."""

    root: Path
    source: str

    def __post_init__(self) -> None:
        if not _SOURCE.fullmatch(self.source) or len(self.source) > 100:
            raise ArchiveError(f"{self.source!r} is no id of a source: use small letters, digits and single hyphens")

    @property
    def path(self) -> Path:
        """The folder itself."""
        return self.root / self.source

    @property
    def ledger(self) -> Path:
        """The path of the ledger."""
        return self.path / "ledger.sqlite"

    def warc(self, number: int) -> Path:
        """Return the path of WARC file `number`, whether it is there or not."""
        return self.path / f"{self.source}-{number:05}.warc.gz"

    def warcs(self) -> list[int]:
        """Return the numbers of the WARC files that are there, oldest first."""
        matches = (_WARC.fullmatch(path.name) for path in self.path.glob(f"{self.source}-*.warc.gz"))
        return sorted(int(match[1]) for match in matches if match)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the source for writing; the end of the process releases it. Raises `ArchiveBusy`."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / "lock").open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                message = f"{self.path}: something else is writing to source {self.source}; wait until it has ended"
                raise ArchiveBusy(message) from None
            yield


def sources(root: Path) -> list[str]:
    """Return the ids of the sources under `root`, sorted."""
    return sorted(path.name for path in root.glob("*/") if _SOURCE.fullmatch(path.name))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record is: number of the WARC file, offset and length of its gzip member in bytes."""

    file: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes of a WARC file that hold no whole record. torn: nothing whole follows them."""

    file: int
    offset: int
    length: int
    torn: bool


class WarcAppender:
    """A WARC file open for appending. `append` writes at once, `sync` brings it to the disk."""

    def __init__(self, folder: SourceFolder, number: int) -> None:
        self.number = number
        path = folder.warc(number)
        self._file = path.open("ab", buffering=0)
        self.length = self._synced = self._file.tell()
        if self.length == 0:
            self.append(pack_info(path.name, folder.source))
            sync_folder(folder.path)

    def append(self, member: bytes) -> Place:
        """Write one gzip member at the end. On an OSError the file may have a torn end."""
        place = Place(self.number, self.length, len(member))
        rest = memoryview(member)
        while rest:
            rest = rest[self._file.write(rest) :]
        self.length += len(member)
        return place

    def sync(self) -> None:
        """Return when everything appended is on the disk."""
        if self.length != self._synced:
            os.fsync(self._file.fileno())
            self._synced = self.length

    def close(self) -> None:
        """Close the file. Calling it again does nothing."""
        self._file.close()


def sync_folder(path: Path) -> None:
    """Bring new names in the folder `path` to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_page(folder: SourceFolder, place: Place) -> Page:
    """Return the page at `place`. Raises `ArchiveDamaged` if its record is not whole."""
    path = folder.warc(place.file)
    try:
        with path.open("rb", buffering=0) as file:
            page = unpack(
                zlib.decompress(os.pread(file.fileno(), place.length, place.offset), zlib.MAX_WBITS + 16)
            ).page
    except (FileNotFoundError, zlib.error, BrokenRecordError) as error:
        raise _damaged(path, place, str(error)) from error
    if page is None:
        raise _damaged(path, place, "the record holds no page")
    return page


def scan(folder: SourceFolder, number: int, start: int = 0) -> Iterator[tuple[Place, Record] | Damage]:
    """Yield the records of WARC file `number` from offset `start`, and the damaged stretches between them.

    Holds one record in memory at a time.
    """
    with folder.warc(number).open("rb", buffering=0) as file:
        offset, end = start, os.fstat(file.fileno()).st_size
        while offset < end:
            found = _found_at(file.fileno(), Place(number, offset, end - offset))
            yield found
            where = found if isinstance(found, Damage) else found[0]
            offset += where.length


def cut(folder: SourceFolder, number: int, length: int) -> None:
    """Shorten WARC file `number` to `length` bytes, on the disk when this returns. An empty file is removed."""
    path = folder.warc(number)
    if length == 0:
        path.unlink()
        return sync_folder(folder.path)
    with path.open("r+b") as file:
        file.truncate(length)
        os.fsync(file.fileno())
    return None


def _damaged(path: Path, place: Place, what: str) -> ArchiveDamaged:
    return ArchiveDamaged(
        f"{path}: the record at byte {place.offset} is damaged ({what}); run `python -m crawler repair`"
    )


def _found_at(handle: int, rest: Place) -> tuple[Place, Record] | Damage:
    """Return what stands at the start of `rest`, the stretch from an offset to the end of the file."""
    member = _member_at(handle, rest.offset)
    if member is None:
        length = _next_member(handle, rest.offset + 1, rest.offset + rest.length) - rest.offset
        return Damage(rest.file, rest.offset, length, torn=length == rest.length)
    length, content = member
    try:
        return Place(rest.file, rest.offset, length), unpack(content)
    except BrokenRecordError:
        # A whole member that is none of ours: somebody put it there, so it is not ours to cut.
        return Damage(rest.file, rest.offset, length, torn=False)


def _member_at(handle: int, offset: int) -> tuple[int, bytes] | None:
    """Return length and content of the gzip member at `offset`, `None` if there is no whole one."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS + 16)
    parts, position = [], offset
    try:
        while not unpacker.eof and (block := os.pread(handle, _BLOCK, position)):
            parts.append(unpacker.decompress(block))
            position += len(block)
    except zlib.error:
        return None
    return (position - len(unpacker.unused_data) - offset, b"".join(parts)) if unpacker.eof else None


def _next_member(handle: int, start: int, end: int) -> int:
    """Return where the next whole gzip member starts, `end` if there is none."""
    while start < end:
        block = os.pread(handle, _BLOCK, start)
        at = block.find(_GZIP_START)
        if at < 0:
            # The start of a member may lie across the end of the block.
            start += max(1, len(block) - len(_GZIP_START) + 1)
        elif _member_at(handle, start + at) is not None:
            return start + at
        else:
            start += at + 1
    return end
