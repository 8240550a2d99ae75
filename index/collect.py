"""From the archive and the tables to all documents: every page that was fetched is read once and remembered.

A page is read again only if its bytes, those of its files, the tables or the code that reads changed. What was read
lies in `var/read`, one JSON file a page, and can be thrown away at any time.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from posixpath import splitext

from data.addresses import canonical
from data.archive import Archive
from data.model import Document, Page
from data.records import from_json, to_json
from data.tables import Tables
from index import read as reading
from index.read.attachments import Worker
from index.read.document import Reader, is_markup
from index.read.identity import united

REPORT_EVERY = 100
GOOD = range(200, 300)
FURTHER = re.compile(r"_(\d{1,2})$")


@dataclass(slots=True)
class Pages:
    """The pages of one source, newest versions: articles with their further pages, and the files they link to."""

    archive: Archive
    source: str
    tied: set[str] = field(default_factory=set)

    def articles(self) -> Iterator[tuple[Page, tuple[Page, ...]]]:
        """Yield each page that is an article of its own, with its second and later pages."""
        addresses = set(self.archive.urls(self.source))
        for page in self.archive.pages(self.source):
            if page.status in GOOD and not _is_further(page.url, addresses):
                yield page, tuple(self._further(page.url, addresses))

    def held(self, url: str) -> Page | None:
        """Return the newest version of a file that an article links to, whichever form its address has there."""
        address = canonical(url)
        self.tied.add(address)
        return self.archive.page(address, source=self.source) or self.archive.page(address)

    def _further(self, url: str, addresses: set[str]) -> Iterator[Page]:
        stem, suffix = splitext(url)
        for number in range(1, 100):
            address = f"{stem}_{number}{suffix}"
            if address not in addresses:
                if number > 1:
                    return
                continue
            page = self.archive.page(address, source=self.source)
            if page is not None and page.status in GOOD:
                yield page


def _is_further(url: str, addresses: set[str]) -> bool:
    stem, suffix = splitext(url)
    return FURTHER.search(stem) is not None and FURTHER.sub("", stem) + suffix in addresses


@cache
def code_digest() -> str:
    """Return a digest of the code that reads: another one may read otherwise."""
    total = sha256()
    for path in sorted(Path(next(iter(reading.__path__))).rglob("*.py")):
        total.update(path.read_bytes())
    return total.hexdigest()


class Collector:
    """Reads the archive. cache: folder of what was read. say: told of progress on long work."""

    def __init__(self, tables: Tables, archive: Archive, cache: Path, *, say: Callable[[str], None] = print) -> None:
        self._tables, self._archive, self._cache, self._say = tables, archive, cache, say
        self.fresh = 0
        self._unkept = False

    def documents(self) -> Mapping[str, Document]:
        """Return all documents by id: those of the catalog, with what their pages say, and those that were found."""
        with Worker() as worker:
            reader = Reader(self._tables, worker)
            read = [document for source in self._archive.sources() for document in self._read(source, reader)]
        return united(self._tables.documents.values(), read)

    def _read(self, source: str, reader: Reader) -> Iterator[Document]:
        pages = Pages(self._archive, source)
        files: list[tuple[Page, tuple[Page, ...]]] = []
        for number, (page, further) in enumerate(pages.articles(), 1):
            if number % REPORT_EVERY == 0:
                self._say(f"{source}: {number} pages read")
            if is_markup(page.body, None):
                yield self._document(reader, page, further, pages)
            else:
                files.append((page, further))
        for page, further in files:  # a file that no page links to is a document of its own
            if page.url not in pages.tied:
                yield self._document(reader, page, further, pages)

    def _document(self, reader: Reader, page: Page, further: tuple[Page, ...], pages: Pages) -> Document:
        path = self._cache / f"{sha256(page.url.encode()).hexdigest()}.json"
        kept = self._kept(path, page, further, pages)
        if kept is not None:
            return kept
        self.fresh += 1
        used: dict[str, str | None] = {}

        def held(url: str) -> Page | None:
            found = pages.held(url)
            used[url] = found.digest if found else None
            return found

        document = reader.read(page, held, further)
        value = {"from": self._mark(page, further), "files": used, "document": to_json(document)}
        self._keep(path, json.dumps(value, ensure_ascii=False))
        return document

    def _keep(self, path: Path, text: str) -> None:
        """Write down what was read; where that cannot be, it is read again next time, and nothing else is lost."""
        try:
            _write(path, text)
        except OSError as error:
            if not self._unkept:
                self._say(f"{self._cache}: what was read cannot be kept ({error.strerror}): it is read again next time")
            self._unkept = True

    def _kept(self, path: Path, page: Page, further: tuple[Page, ...], pages: Pages) -> Document | None:
        """Return what was read before, `None` if anything that it was read from has changed."""
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if value.get("from") != self._mark(page, further):
            return None
        for url, digest in value["files"].items():
            found = pages.held(url)
            if (found.digest if found else None) != digest:
                return None
        return from_json(value["document"], Document)

    def _mark(self, page: Page, further: tuple[Page, ...]) -> str:
        digests = [page.digest, *(more.digest for more in further)]
        return sha256("\n".join([*digests, self._tables.digest, code_digest()]).encode()).hexdigest()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
