"""What reading one file may cost."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of reading one file; a file over one of them is read as far as it goes, or not at all, and says so.

    seconds: without a word from the reader (a page of OCR is a word). seconds_in_all: for the whole file.
    memory: bytes of address space of the worker; `None` for no bound. OCR needs about 2 GiB of it.
    pages: of a PDF or OFD. ocr_pages: that are recognised from their image. rows: of all sheets of a workbook.
    members, unpacked, ratio: of a packed file (ZIP, DOCX, XLSX, OFD): count, bytes of all members, and how many times
    its packed size a member may have. nesting: of ZIPs in ZIPs, 1 for none. characters: of the text that is kept.
    """

    seconds: float = 90
    seconds_in_all: float = 900
    memory: int | None = 4096 * MEBIBYTE
    pages: int = 500
    ocr_pages: int = 30
    rows: int = 50_000
    members: int = 2000
    unpacked: int = 300 * MEBIBYTE
    ratio: int = 400
    nesting: int = 2
    characters: int = 5_000_000
