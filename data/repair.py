"""Making ledger and WARC files agree again: after a kill, a full disk, a lost or damaged ledger.

The WARC files are the truth. From them alone come back: every version with all that a `Page` holds, which visits
moved what (new, changed, went, came back), the runs that ended with outcome, evidence and counts, and of the others
those that brought a version. What they do not know: the single visits that found the same again, 304, 404 again, or
failed (an ended run still counts them), the validators such a visit renewed (the next request is then made without
condition at worst), and runs that were killed before they brought anything.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from data.archive_errors import ArchiveDamaged, ArchiveError, explained
from data.ledger import Ledger, Sighting
from data.model import Run
from data.records import from_json
from data.warc import Record
from data.warc_file import Damage, Place, SourceFolder, cut, scan, sources, sync_folder


@dataclass(frozen=True, slots=True)
class RepairReport:
    """What was found in one source.

    versions: how many the ledger has now. rebuilt: the ledger was lost or did not fit the files, and was made anew.
    damages: stretches without a whole record; the torn ones are cut off, the others stay where they are.
    """

    source: str
    versions: int
    rebuilt: bool
    damages: tuple[Damage, ...]


def repair(root: Path) -> tuple[RepairReport, ...]:
    """Read all WARC files of the archive at `root`, cut torn ends, and rebuild each ledger that does not fit them.

    A ledger that was replaced stays beside the new one as `ledger.broken.sqlite`. Raises `ArchiveBusy` for a source
    that is being crawled, and `ArchiveFull`.
    """
    return tuple(_repair_source(SourceFolder(root, source)) for source in sources(root))


def open_ledger(folder: SourceFolder) -> Ledger:
    """Return the ledger of a source that the caller holds, in agreement with its WARC files. Makes a missing one.

    Raises `ArchiveDamaged` if bytes that the ledger accounts for are missing.
    """
    if not folder.ledger.exists():
        with _made_anew(folder) as (fresh, _):
            _replace(folder, fresh)
    ledger = Ledger(folder.ledger, folder.source)
    try:
        settle(folder, ledger)
    except BaseException:
        ledger.close()
        raise
    return ledger


def settle(folder: SourceFolder, ledger: Ledger) -> list[Damage]:
    """Take into the ledger what the WARC files hold beyond it, cut torn ends, and return the damages found there.

    Raises `ArchiveDamaged` if bytes that the ledger accounts for are missing.
    """
    accounted, present = ledger.lengths(), folder.warcs()
    for number in sorted(accounted.keys() - set(present)):
        raise ArchiveDamaged(
            f"{folder.warc(number)}: the file is missing; put it back or run `python -m crawler repair`"
        )
    damages: list[Damage] = []
    for number in present:
        damages += _settle_file(folder, ledger, number, accounted.get(number, 0))
    return damages


def _settle_file(folder: SourceFolder, ledger: Ledger, number: int, start: int) -> list[Damage]:
    path = folder.warc(number)
    size = path.stat().st_size
    if size < start:
        raise ArchiveDamaged(f"{path}: {start - size} bytes are missing at the end; run `python -m crawler repair`")
    if size == start:
        return []
    ledger.begin()
    damages = _take_in(folder, ledger, number, start)
    length = damages[-1].offset if damages and damages[-1].torn else size
    cut(folder, number, length)
    if length:
        ledger.set_length(number, length)
    ledger.commit()
    return damages


def _take_in(folder: SourceFolder, ledger: Ledger, number: int, start: int) -> list[Damage]:
    damages: list[Damage] = []
    for found in scan(folder, number, start):
        if isinstance(found, Damage):
            damages.append(found)
        else:
            _enter(ledger, *found)
    return damages


def _enter(ledger: Ledger, place: Place, record: Record) -> None:
    if record.run is None:
        return
    ledger.resume_run(record.run)
    note = record.note or {}
    if record.page is not None:
        known = ledger.known(record.page.url, record.page.fetched)
        ledger.add_page(record.run, record.page, place, known)
    elif "visit" in note:
        sighting = from_json(note["visit"], Sighting)
        ledger.add_sighting(record.run, sighting, ledger.known(sighting.url, sighting.at))
    elif "run" in note:
        ledger.end_run(from_json(note["run"], Run))


def _repair_source(folder: SourceFolder) -> RepairReport:
    with explained(folder.path), folder.locked(), _made_anew(folder) as (ledger, damages):
        versions = sum(1 for _ in ledger.contents())
        rebuilt = not _fits(folder, ledger)
        if rebuilt:
            _replace(folder, ledger)
    return RepairReport(folder.source, versions, rebuilt, tuple(damages))


@contextmanager
def _made_anew(folder: SourceFolder) -> Iterator[tuple[Ledger, list[Damage]]]:
    """Make a ledger from the WARC files, beside the one in use so that readers never see it half made."""
    path = folder.path / "ledger.new.sqlite"
    _remove(path)
    try:
        with closing(Ledger(path, folder.source)) as ledger:
            yield ledger, settle(folder, ledger)
    finally:
        _remove(path)


def _fits(folder: SourceFolder, fresh: Ledger) -> bool:
    if not folder.ledger.exists():
        return False
    try:
        with closing(Ledger(folder.ledger, folder.source)) as ledger:
            settle(folder, ledger)
            same = all(ours == theirs for ours, theirs in zip_longest(ledger.contents(), fresh.contents()))
            return same and ledger.is_sound()
    except (sqlite3.Error, ArchiveError):
        return False


def _replace(folder: SourceFolder, fresh: Ledger) -> None:
    if folder.ledger.exists():
        folder.ledger.replace(folder.path / "ledger.broken.sqlite")
    # A new ledger must not meet the write-ahead log of the old one.
    _remove(folder.ledger)
    fresh.move(folder.ledger)
    sync_folder(folder.path)


def _remove(ledger: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{ledger}{suffix}").unlink(missing_ok=True)
