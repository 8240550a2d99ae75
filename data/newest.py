"""The newest versions of an archive, looked up without reading their bytes.

What decides whether a page must be read again is its digest, which stands in the ledger; most bytes never leave the
disk. The ledgers stay open for as long as this does, as thousands of addresses are asked for one after another.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from data.archive_errors import ArchiveDamaged, explained
from data.ledger_reader import LedgerReader
from data.model import Page
from data.warc_file import Place, SourceFolder, read_page, sources


@dataclass(frozen=True, slots=True)
class Held:
    """The newest version of one address. digest: SHA-256 of its bytes, hexadecimal."""

    source: str
    url: str
    digest: str
    place: Place


@dataclass(slots=True)
class Newest:
    """The newest versions in the archive `folder`. Use it in a `with` block; its methods raise `ArchiveError`."""

    folder: Path
    _ledgers: dict[str, LedgerReader | None] = field(default_factory=dict)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all ledgers."""
        while self._ledgers:
            _, ledger = self._ledgers.popitem()
            if ledger is not None:
                ledger.close()

    def sources(self) -> list[str]:
        """Return the ids of the sources that have a folder, sorted."""
        return sources(self.folder)

    def of(self, source: str) -> Iterator[Held]:
        """Yield the newest version of each address of a source, in the order in which their bytes lie."""
        ledger = self._ledger(source)
        with explained(SourceFolder(self.folder, source).ledger):
            for url, digest, place in ledger.newest_versions() if ledger else ():
                yield Held(source, url, digest, place)

    def find(self, url: str, source: str) -> Held | None:
        """Return the newest version of `url` that `source` holds, else that of the other source with the newest."""
        own = self._version(url, source)
        if own is not None:
            return own[1]
        others = [found for name in self.sources() if name != source and (found := self._version(url, name))]
        return max(others, key=lambda found: found[0])[1] if others else None

    def page(self, held: Held) -> Page:
        """Return a version with its bytes."""
        folder = SourceFolder(self.folder, held.source)
        with explained(folder.warc(held.place.file)):
            return read_page(folder, held.place)

    def _version(self, url: str, source: str) -> tuple[int, Held] | None:
        ledger = self._ledger(source)
        with explained(SourceFolder(self.folder, source).ledger):
            row = ledger.newest_version(url) if ledger else None
        return (row[0], Held(source, url, row[1], row[2])) if row else None

    def _ledger(self, source: str) -> LedgerReader | None:
        if source not in self._ledgers:
            folder = SourceFolder(self.folder, source)
            if not folder.ledger.exists() and folder.warcs():
                raise ArchiveDamaged(f"{folder.ledger}: the ledger is missing; run `python -m crawler repair`")
            with explained(folder.ledger):
                self._ledgers[source] = LedgerReader(folder.ledger, source) if folder.ledger.exists() else None
        return self._ledgers[source]
