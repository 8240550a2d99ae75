"""What can go wrong with the archive in ways that a person can do something about."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_LEDGER_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class ArchiveError(Exception):
    """The archive cannot do what it was asked. The text says where and what to do."""


class ArchiveFull(ArchiveError):  # noqa: N818 - the word says it
    """No room on the disk (or a quota or size limit is reached). What was committed before is kept."""


class ArchiveBusy(ArchiveError):  # noqa: N818 - the word says it
    """Another process writes to the same source."""


class ArchiveDamaged(ArchiveError):  # noqa: N818 - the word says it
    """The files are not what the archive wrote; `python -m crawler repair` finds out what is left."""


@contextmanager
def explained(where: Path) -> Iterator[None]:
    """Turn faults of disk and ledger in the block into `ArchiveError` that names `where`."""
    try:
        yield
    except sqlite3.Error as error:
        raise _explain_ledger(error, where) from error
    except OverflowError as error:
        raise ArchiveError(f"{where}: a number is too large for the ledger ({error})") from error
    except OSError as error:
        if error.errno in _FULL:
            raise _full(where) from error
        raise ArchiveError(f"{where}: cannot be read or written: {error.strerror or error}") from error


def _explain_ledger(error: sqlite3.Error, where: Path) -> ArchiveError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return _full(where)
    if code in _LEDGER_BROKEN:
        return ArchiveDamaged(f"{where}: the ledger is damaged ({error}); run `python -m crawler repair`")
    return ArchiveError(f"{where}: the ledger cannot be used: {error}")


def _full(where: Path) -> ArchiveFull:
    return ArchiveFull(f"{where}: the disk is full; pages since the last commit may be missing; make room, run again")
