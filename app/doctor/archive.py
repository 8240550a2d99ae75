"""The archive: is it whole, does every source have a run, which ones have gone silent."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.doctor.finding import Finding, doubt, fault, good, some
from data.archive import Archive, ArchiveError
from data.archive_errors import explained
from data.ledger_reader import LedgerReader
from data.model import Outcome, Run, Source
from data.warc_file import SourceFolder, sources

REPAIR = "run `python -m crawler repair`"
GOOD = {Outcome.OK, Outcome.UNCHANGED, Outcome.IMPORTED}
SILENT = timedelta(days=15)
"""Two weekly runs missed, and a day."""

AHEAD = timedelta(minutes=10)


def archive(folder: Path, known: Mapping[str, Source], now: datetime | None = None) -> Iterator[Finding]:
    """Look at all that is archived, and at what the table of sources promises."""
    now = now or datetime.now(UTC)
    if not sources(folder):
        yield doubt(
            "archive", f"{folder} is empty", "`make refresh` collects; until then the catalog alone is searched"
        )
        return
    damaged = list(_damaged(folder))
    whole = [name for name in sources(folder) if name not in {finding.what for finding in damaged}]
    yield from damaged
    with Archive(folder) as held:
        runs = {name: held.runs(name) for name in whole}
    yield good("archive", f"{len(whole)} sources, {_gigabytes(folder):.2f} GB in {folder}")
    yield from _clock(runs.values(), now)
    yield from _sources(runs, known, now)


def _damaged(folder: Path) -> Iterator[Finding]:
    """Yield a fault for each source whose ledger cannot be read, or accounts for more than its files hold."""
    for name in sources(folder):
        place = SourceFolder(folder, name)
        try:
            if not place.ledger.exists():
                if place.warcs():
                    yield fault(name, "the ledger is missing", REPAIR)
                continue
            with explained(place.ledger), closing(LedgerReader(place.ledger, name)) as ledger:
                sound, lengths = ledger.is_sound(), ledger.lengths()
        except ArchiveError as error:
            yield fault(name, str(error), REPAIR)
            continue
        short = [str(place.warc(number)) for number, length in lengths.items() if _size(place.warc(number)) < length]
        if short:
            yield fault(name, f"{some(short)}: shorter than the ledger says", f"restore it from a backup, or {REPAIR}")
        elif not sound:
            yield fault(name, f"{place.ledger}: damaged", REPAIR)


def _clock(runs: Iterable[list[Run]], now: datetime) -> Iterator[Finding]:
    newest = max((run.started for some_runs in runs for run in some_runs), default=now)
    if newest > now + AHEAD:
        found = f"the archive has a run of {newest:%Y-%m-%d %H:%M} UTC, and here it is {now:%Y-%m-%d %H:%M}"
        yield fault("clock", found, "set the clock by NTP: it is behind now, or was ahead then")
    else:
        yield good("clock", f"{now:%Y-%m-%d %H:%M} UTC, after all that is archived")


def _sources(runs: Mapping[str, list[Run]], known: Mapping[str, Source], now: datetime) -> Iterator[Finding]:
    never = [name for name in known if not runs.get(name)]
    ended = {name: [run for run in runs[name] if run.ended] for name in known if runs.get(name)}
    bad = {name: held[-1] for name, held in ended.items() if held and held[-1].outcome not in GOOD}
    silent = [name for name, held in ended.items() if name not in bad and _is_silent(held, now)]
    if never:
        yield doubt("sources never run", some(never), "`make refresh` runs all of them")
    for name, run in bad.items():
        cause = str(run.evidence.get("first_fault") or run.evidence.get("causes") or "")[:120]
        yield doubt(f"source {name}", f"{run.outcome} on {run.started:%Y-%m-%d}: {cause}".rstrip(": "), _advice(run))
    if silent:
        yield doubt("sources silent", some(silent), f"no good run for {SILENT.days} days: is the schedule running?")
    if not (never or bad or silent):
        yield good("sources", f"all {len(known)} ran well within {SILENT.days} days")


def _is_silent(runs: list[Run], now: datetime) -> bool:
    well = [run.started for run in runs if run.outcome in GOOD]
    return not well or now - max(well) > SILENT


def _advice(run: Run) -> str:
    if run.outcome in {Outcome.BLOCKED, Outcome.ROBOTS, Outcome.NEEDS_BROWSER}:
        return "save the pages by hand and run `python -m crawler import FILE --url …`"
    if run.outcome is Outcome.UNREACHABLE:
        return "try again later; see docs/sources.md for hosts that are reached from some places only"
    return f"see data/tables/sources/{run.source}.yml: the site may have another layout now"


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _gigabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.glob("*/*")) / 10**9
