"""Pages brought by hand: what people have of sites that are blocked. Marked as imported, kept as if crawled."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from mimetypes import guess_type
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawler.links import allowed
from data.addresses import canonical
from data.archive import Archive
from data.model import Outcome, Page, Source, Visit
from data.recording import check
from data.sources import by_host, host_of

WARC = (".warc", ".warc.gz")


class ImportRefusedError(ValueError):
    """A file cannot be imported as asked; the text says what to name."""


def import_file(
    archive: Archive,
    sources: Mapping[str, Source],
    path: Path,
    *,
    source: str | None,
    url: str | None,
    most_bytes: int,
) -> list[tuple[str, Visit]]:
    """Put a saved page, PDF, DOCX or WARC file into the archive; returns (source, visit) for each page.

    A WARC file says itself where its pages come from; any other file needs `url`. `source` is found by the host where
    it is not named. Raises `ImportRefusedError`, and `ArchiveError`.
    """
    # Read twice: all is looked at before anything is kept, and a file of many pages never fills the memory.
    owners = [_owner(page.url, source, sources) for page in _pages(path, url, most_bytes)]
    runs = {name: archive.begin(name, datetime.now(UTC)) for name in dict.fromkeys(owners)}
    pages = zip(owners, _pages(path, url, most_bytes), strict=True)
    found = [(name, archive.put(runs[name], page)) for name, page in pages]
    for name, run in runs.items():
        archive.finish(run, Outcome.IMPORTED, {"pages": owners.count(name), "file": path.name})
    return found


def _pages(path: Path, url: str | None, most_bytes: int) -> Iterator[Page]:
    try:
        if path.name.endswith(WARC):
            yield from _recorded(path, most_bytes)
            return
        if path.stat().st_size > most_bytes:
            raise ImportRefusedError(f"{path}: larger than {most_bytes} bytes (CRAWLER_MAX_BYTES)")
        body = path.read_bytes()
    except OSError as error:
        raise ImportRefusedError(f"{path}: cannot be read: {error.strerror}") from error
    if url is None:
        raise ImportRefusedError(f"{path}: name the address it was saved from with --url")
    kind = guess_type(path.name)[0] or "application/octet-stream"
    saved = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    yield Page(canonical(url), min(saved, datetime.now(UTC)), 200, (("Content-Type", kind),), body, imported=True)


def _recorded(path: Path, most_bytes: int) -> Iterator[Page]:
    try:
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                address = record.rec_headers.get_header("WARC-Target-URI")
                if record.rec_type != "response" or record.http_headers is None or not address:
                    continue
                body = record.content_stream().read(most_bytes + 1)
                if len(body) > most_bytes:
                    raise ImportRefusedError(f"{path}: the record of {address} is larger than {most_bytes} bytes")
                fetched = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date") or "")
                status = int(record.http_headers.get_statuscode())
                check(address, fetched, status)
                yield Page(
                    canonical(address),
                    fetched,
                    status,
                    tuple(record.http_headers.headers),
                    body,
                    imported=True,
                )
    except (ArchiveLoadFailed, ValueError) as error:
        if isinstance(error, ImportRefusedError):
            raise
        raise ImportRefusedError(f"{path}: is no readable WARC file: {error}") from error


def _owner(url: str, named: str | None, sources: Mapping[str, Source]) -> str:
    if named is not None:
        if named not in sources:
            raise ImportRefusedError(f"{named} is no source; see data/tables/sources")
        if not allowed(url, sources[named].hosts):
            raise ImportRefusedError(f"{url} is on no host of source {named}")
        return named
    owner = by_host(sources.values()).get(host_of(url) or "")
    if owner is None:
        raise ImportRefusedError(f"{url}: no source has this host; name one with --source")
    return owner.id


def only(source: Source) -> Source:
    """Return `source` without its lists, for fetching single pages of it."""
    return replace(source, listings=(), family="pages", expected=None, interval_days=None, needs=None)
