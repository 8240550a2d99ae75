"""From moments to versions: each moment is read as the newest page is, and what says the same makes no version.

What was read lies in `var/read/versions`, one JSON file a document, and can be thrown away at any time. A moment is
read once; all are read again where the tables or the code that reads changed, but of a long past only the newest.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from data.addresses import canonical
from data.archive import Archive
from data.model import Clause, Document, Page
from data.records import from_json, to_json
from data.tables import Tables
from index.changes.clauses import changed_clauses, clauses_of
from index.read.document import Reader
from index.read.task import code_digest
from index.readings import Former, mark_of
from index.versions.moments import Moment
from index.versions.value import Version, Versions

MOST_READ = 24
"""Moments of one document that are read in one go, the newest: of a page that changes at every visit are hundreds."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A version with its clauses; paragraphs where it has none."""

    version: Version
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class History:
    """All versions of one document. read: marks of all its moments, oldest first. unread: how many were passed over."""

    wordings: tuple[Wording, ...] = ()
    read: tuple[str, ...] = ()
    unread: int = 0

    @property
    def versions(self) -> Versions:
        """The versions without their clauses."""
        return Versions(tuple(wording.version for wording in self.wordings), self.unread)


class Historian:
    """Reads the versions of documents. former: what was read of pages before. cache: folder of what was read here."""

    def __init__(self, tables: Tables, archive: Archive, reader: Reader, former: Former, cache: Path) -> None:
        self._tables, self._archive, self._reader, self._cache = tables, archive, reader, cache
        self._former = former

    def history(self, document: Document, moments: Sequence[Moment]) -> History:
        """Return the versions of `document`. One that has had one state only is not read again.

        Raises `ArchiveError`.
        """
        if len(moments) == 1:
            page = moments[0].page
            version = Version(1, page, page, document.title, len(document.text or ""))
            return History((Wording(version, ()),))
        path = self._cache / f"{sha256(document.id.encode()).hexdigest()}.json"
        marks = self.marks(moments)
        kept = _kept(path, marks)
        if len(kept.read) == len(marks):
            return kept
        if len(moments) - len(kept.read) > MOST_READ:
            kept = History(unread=len(moments) - MOST_READ)
        for moment in moments[max(len(kept.read), kept.unread) :]:
            # The newest is what the document was read from; nothing needs to be read of it twice.
            newest = moment is moments[-1] and moment.page.at == document.fetched and bool(document.text)
            kept = _extended(kept, document if newest else self._read(moment, document), moment)
        kept = replace(kept, read=tuple(marks))
        _keep(path, kept)
        return kept

    def marks(self, moments: Sequence[Moment]) -> list[str]:
        """Return a mark of each moment: the same one means that the same would be read."""
        said = (self._tables.digest, code_digest())
        return [
            sha256("\n".join((moment.at.isoformat(), *moment.digests, *said)).encode()).hexdigest()[:20]
            for moment in moments
        ]

    def _read(self, moment: Moment, document: Document) -> Document | None:
        """Return the document as its page was; `None` if nothing could be read of it."""
        read = self._known(moment) or self._wording(moment)
        return replace(read, id=document.id) if read and read.text else None

    def _known(self, moment: Moment) -> Document | None:
        """Return what was read of the page when it was the newest, if all that it was read from was as of then."""
        mark = mark_of(moment.digests[: 1 + len(moment.further)], self._tables)
        known = self._former.of(moment.page.source, moment.page.url, mark)
        if known is None:
            return None
        files, document = known
        if any(item.problem for item in document.attachments):
            return None  # a file that took too long may be read this time
        held = ((self._held(url, moment), digest) for url, digest in files.items())
        return document if all((page.digest if page else None) == digest for page, digest in held) else None

    def _wording(self, moment: Moment) -> Document | None:
        page = self._page(moment.page.url, moment)
        if page is None:
            return None
        further = tuple(more for one in moment.further if (more := self._page(one.url, moment)))
        return self._reader.wording(page, lambda url: self._held(url, moment), further)

    def _page(self, url: str, moment: Moment) -> Page | None:
        return self._archive.page(url, moment.at, moment.page.source)

    def _held(self, url: str, moment: Moment) -> Page | None:
        """Return a file as of a moment; where it came later only, its first version."""
        address, source = canonical(url), moment.page.source
        for name in (source, None):
            versions = self._archive.versions(address, name)
            if versions:
                return self._archive.page(address, max(moment.at, versions[0].at), name)
        return None


def _extended(history: History, read: Document | None, moment: Moment) -> History:
    """Return the history with one more moment: a new version if it says something else than the last one."""
    if read is None:
        return history
    clauses = clauses_of(read)
    if not history.wordings:
        return replace(history, wordings=(_wording(1, read, clauses, moment, changed=0),))
    last = history.wordings[-1]
    changed = len(changed_clauses(last.clauses, clauses))
    if changed:
        more = _wording(last.version.number + 1, read, clauses, moment, changed)
        return replace(history, wordings=(*history.wordings, more))
    same = replace(last, version=replace(last.version, last=moment.page))
    return replace(history, wordings=(*history.wordings[:-1], same))


def _wording(number: int, read: Document, clauses: tuple[Clause, ...], moment: Moment, changed: int) -> Wording:
    page = moment.page
    return Wording(Version(number, page, page, read.title, len(read.text or ""), changed), clauses)


def _kept(path: Path, marks: Sequence[str]) -> History:
    """Return what was read before, if the moments begin with those that were read."""
    try:
        value: Mapping[str, object] = json.loads(path.read_text(encoding="utf-8"))
        found = from_json(value, History)
    except (OSError, ValueError, ExceptionGroup):
        return History()
    return found if list(found.read) == list(marks[: len(found.read)]) else History()


def _keep(path: Path, history: History) -> None:
    """Write down what was read; where that cannot be, it is read again next time."""
    beside = path.with_suffix(".new")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(to_json(history), ensure_ascii=False), encoding="utf-8")
        beside.replace(path)


def wordings(history: History) -> Iterator[Wording]:
    """Yield the versions with the clauses that a comparison needs; of a single version they are never asked for."""
    for wording in history.wordings:
        yield wording if len(history.wordings) > 1 else replace(wording, clauses=())
