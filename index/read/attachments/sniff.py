"""What kind of file it is, by its first bytes; names and media types of government sites are often wrong."""

import io
import re
import zipfile
from collections.abc import Callable
from enum import StrEnum

import olefile

from index.read.attachments.result import UnreadableError


class Kind(StrEnum):
    """A kind of file that can be read."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    OFD = "ofd"
    ZIP = "zip"
    DOC = "doc"
    XLS = "xls"
    RTF = "rtf"
    IMAGE = "image"
    TEXT = "text"


_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*", b"BM", b"GIF8")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_UNREADABLE = (
    (b"Rar!\x1a\x07", "RAR 压缩包，无法解压，请下载后查看"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包，无法解压，请下载后查看"),
    (b"\x1f\x8b", "GZ 压缩包，无法解压，请下载后查看"),
    (b"\x00\x00\x00\x1cftyp", "视频文件，没有文字"),
    (b"MZ", "程序文件，未读取"),
)
_PACKED = (
    ("word/document.xml", Kind.DOCX),
    ("xl/workbook.xml", Kind.XLSX),
    ("OFD.xml", Kind.OFD),
)
_MARKUP = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|meta|\?xml|div|script)", re.I | re.S
)


def sniff(body: bytes) -> Kind:
    """Return the kind of a file. Raises `UnreadableError` for kinds that are not read, with the kind named."""
    if not body.strip(b"\0 \r\n\t"):
        raise UnreadableError("空文件")
    if b"%PDF-" in body[:1024]:
        return Kind.PDF
    for magics, kind_of in _READABLE:
        if body.startswith(magics):
            return kind_of(body)
    for magic, reason in _UNREADABLE:
        if body.startswith(magic):
            raise UnreadableError(reason)
    return _text(body)


def _ole(body: bytes) -> Kind:
    try:
        with olefile.OleFileIO(io.BytesIO(body)) as ole:
            streams = {"/".join(path) for path in ole.listdir()}
    except (OSError, ValueError, IndexError, TypeError) as error:
        raise UnreadableError("文件损坏，无法打开") from error
    if "EncryptedPackage" in streams:
        raise UnreadableError("文件加密，无法读取")
    if "WordDocument" in streams:
        return Kind.DOC
    if streams & {"Workbook", "Book"}:
        return Kind.XLS
    if "PowerPoint Document" in streams:
        raise UnreadableError("演示文稿（PPT），暂不支持")
    raise UnreadableError("未知的旧版 Office 格式，无法读取")


def _packed(body: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableError("压缩包损坏，无法打开") from error
    for member, kind in _PACKED:
        if member in names:
            return kind
    if "ppt/presentation.xml" in names:
        raise UnreadableError("演示文稿（PPTX），暂不支持")
    if "mimetype" in names and "content.xml" in names:
        raise UnreadableError("OpenDocument 格式，暂不支持")
    return Kind.ZIP


def _text(body: bytes) -> Kind:
    start = body[:4096]
    if _MARKUP.match(start.removeprefix(b"\xef\xbb\xbf")):
        raise UnreadableError("附件是网页（HTML/XML），不是文档文件")
    if start.startswith(_BOMS) or not any(byte < 9 or 13 < byte < 27 for byte in start):
        return Kind.TEXT
    raise UnreadableError("未知的文件格式，无法读取")


_READABLE: tuple[tuple[tuple[bytes, ...], Callable[[bytes], Kind]], ...] = (
    ((olefile.MAGIC,), _ole),
    (_ZIP, _packed),
    ((b"{\\rt",), lambda _: Kind.RTF),
    (_IMAGES, lambda _: Kind.IMAGE),
)
