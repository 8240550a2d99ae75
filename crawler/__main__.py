"""Command line of the crawler: `python -m crawler crawl [SOURCE ...]`, `import FILE|URL`, `repair`, `status`."""

import argparse
import asyncio
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

from scrapy.utils.reactor import install_reactor

from crawler.settings import SettingError, Settings, from_environment
from data import journal
from data.archive import Archive, ArchiveError, repair
from data.sources import by_host, host_of
from data.strict import TableError
from data.tables import Tables, load

Result = TypeVar("Result")

REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"


def say(line: str) -> None:
    """Tell the person at the terminal what is going on."""
    print(line, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns 0, 1 if something that used to work does not, 2 for input that cannot be used."""
    from crawler.imports import ImportRefusedError

    options = _parser().parse_args(arguments)
    journal.write_to()
    try:
        settings = from_environment()
        return int(options.run(options, settings, load(settings.tables)))
    except (ArchiveError, ImportRefusedError, SettingError, TableError, UnknownSourceError) as error:
        journal.event("command failed", error=str(error))
        print(f"error: {error}", file=sys.stderr)
        return 2


class UnknownSourceError(ValueError):
    """A source that the table does not have."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m crawler", description=__doc__)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("crawl", help="crawl all sources, or those named")
    command.add_argument("sources", nargs="*", metavar="SOURCE")
    command.set_defaults(run=run_crawl)
    command = commands.add_parser("import", help="take in a saved page, PDF, DOCX or WARC file, or fetch one address")
    command.add_argument("what", metavar="FILE|URL")
    command.add_argument("--source", help="the source it belongs to; found by the host if absent")
    command.add_argument("--url", help="the address a saved file comes from")
    command.set_defaults(run=run_import)
    command = commands.add_parser("repair", help="make damaged ledgers anew from the WARC files")
    command.set_defaults(run=run_repair)
    command = commands.add_parser("status", help="how the last run of each source ended")
    command.set_defaults(run=run_status)
    return parser


def run_crawl(options: argparse.Namespace, settings: Settings, tables: Tables) -> int:
    """Crawl, print how each source ended, return 1 if one that used to work does not."""
    from crawler.report import table_of_reports

    if unknown := sorted(set(options.sources) - set(tables.sources)):
        raise UnknownSourceError(f"{', '.join(unknown)}: no such source; see data/tables/sources")
    install_reactor(REACTOR)
    from crawler.crawl import crawl

    chosen = [tables.sources[name] for name in dict.fromkeys(options.sources or tables.sources)]
    say(f"crawling {len(chosen)} sources into {settings.archive}, {settings.at_once} side by side")
    reports = _in_reactor(crawl(chosen, tables, settings, say))
    for line in table_of_reports(reports, tables):
        say(line)
    return int(any(report.fell or report.error for report in reports))


def run_import(options: argparse.Namespace, settings: Settings, tables: Tables) -> int:
    """Take in a file, or fetch one address of a source."""
    from crawler.imports import import_file

    if host_of(options.what):
        return _fetch_one(options.what, options.source, settings, tables)
    with Archive(settings.archive) as archive:
        visits = import_file(
            archive,
            tables.sources,
            Path(options.what),
            source=options.source,
            url=options.url,
            most_bytes=settings.max_bytes,
        )
    for source, visit in visits:
        say(f"{source}: {visit.finding}: {visit.url}")
    return int(not visits)


def _fetch_one(url: str, source: str | None, settings: Settings, tables: Tables) -> int:
    from crawler.imports import ImportRefusedError, only

    owner = tables.sources.get(source) if source else by_host(tables.sources.values()).get(host_of(url) or "")
    if owner is None:
        raise ImportRefusedError(f"{url}: no source has this host; name one with --source")
    install_reactor(REACTOR)
    from crawler.crawl import fetch

    report = _in_reactor(fetch(url, only(owner), tables, settings))
    say(f"{owner.id}: {report.outcome or report.error}: {url}")
    return int(not report.pages)


def run_repair(options: argparse.Namespace, settings: Settings, tables: Tables) -> int:  # noqa: ARG001 - one shape
    """Make ledgers anew where they are damaged or missing."""
    for report in repair(settings.archive):
        say(str(report))
    return 0


def run_status(options: argparse.Namespace, settings: Settings, tables: Tables) -> int:  # noqa: ARG001 - one shape
    """Print how the last run of each source ended."""
    from crawler.report import table_of_runs

    with Archive(settings.archive) as archive:
        for line in table_of_runs(archive, tables):
            say(line)
    return 0


def _in_reactor(work: Coroutine[Any, Any, Result]) -> Result:
    """Run `work` in Twisted's reactor on asyncio, and return what it returns."""
    from twisted.internet import reactor as installed

    reactor: Any = installed
    task = asyncio.get_event_loop().create_task(work)
    task.add_done_callback(lambda _: reactor.stop())
    reactor.run(installSignalHandlers=False)
    return task.result()


if __name__ == "__main__":
    sys.exit(main())
