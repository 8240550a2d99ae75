"""ZIP files opened with bounds: the archives themselves, and the formats that are ZIPs of XML."""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator

from index.read.attachments.limits import MEBIBYTE, Limits
from index.read.attachments.result import Members, UnreadableError

SMALL = MEBIBYTE
"""Bytes that a member may have however well it was packed: short texts of blanks are no bombs."""

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, KeyError)
_SYSTEM_FILES = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800


class Package:
    """An opened ZIP. Members are read whole, each within what is left of `Limits.unpacked`."""

    def __init__(self, body: bytes, limits: Limits) -> None:
        """Open it. Raises `UnreadableError` for what is no sound ZIP or is over the bounds by its own account."""
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(body))
        except _DAMAGED as error:
            raise UnreadableError("压缩包损坏，无法打开") from error
        self._limits = limits
        self._left = limits.unpacked
        self._entries = {_name(entry): entry for entry in self._zip.infolist() if not entry.is_dir()}
        if len(self._entries) > limits.members:
            raise UnreadableError(f"压缩包内文件超过 {limits.members} 个，未读取")
        if sum(entry.file_size for entry in self._entries.values()) > limits.unpacked:
            raise UnreadableError(f"压缩包展开后超过 {limits.unpacked // MEBIBYTE} MB，未读取")

    def names(self) -> tuple[str, ...]:
        """Return the members in their order, folders left out."""
        return tuple(self._entries)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def check(self) -> None:
        """Raise `UnreadableError` for the first member that is over the bounds by its own account."""
        for entry in self._entries.values():
            self._check(entry)

    def read(self, name: str) -> bytes:
        """Return a member. Raises `UnreadableError` if it is not there, damaged, encrypted or too large."""
        entry = self._entries.get(name)
        if entry is None:
            raise UnreadableError(f"文件不完整，缺少 {name}")
        self._check(entry)
        try:
            with self._zip.open(entry) as member:
                content = member.read(self._left + 1)
        except _DAMAGED as error:
            raise UnreadableError(f"{name} 损坏，无法解压") from error
        if len(content) > self._left:
            raise UnreadableError(f"压缩包展开后超过 {self._limits.unpacked // MEBIBYTE} MB，未读取")
        self._left -= len(content)
        return content

    def _check(self, entry: zipfile.ZipInfo) -> None:
        if entry.flag_bits & _ENCRYPTED:
            raise UnreadableError("文件加密，无法读取")
        packed = max(entry.compress_size, 1)
        if entry.file_size > SMALL and entry.file_size / packed > self._limits.ratio:
            raise UnreadableError(f"{_name(entry)} 压缩比异常，疑为压缩炸弹，未读取")


def members(body: bytes, limits: Limits) -> Members:
    """Take the files out of a ZIP; what cannot be taken out is named in the problem."""
    package = Package(body, limits)
    files: list[tuple[str, bytes]] = []
    problems: list[str] = []
    for name in _documents(package):
        try:
            files.append((name, package.read(name)))
        except UnreadableError as error:
            problems.append(f"{name}：{error}")
    if not files and not problems:
        problems.append("压缩包内没有文件")
    return Members(tuple(files), "；".join(problems) or None)


def _documents(package: Package) -> Iterator[str]:
    for name in package.names():
        if not name.startswith(_SYSTEM_FILES) and posixpath.basename(name) not in _SYSTEM_FILES:
            yield name


def _name(entry: zipfile.ZipInfo) -> str:
    """Return the member's name; packers on Chinese Windows write GB18030, those on a Mac UTF-8, and neither says so."""
    if entry.flag_bits & _UTF8_NAME:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename
