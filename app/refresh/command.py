"""`python -m app refresh`."""

import argparse
from dataclasses import replace

from app.refresh.settings import from_environment
from app.refresh.steps import refresh


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser of `python -m app`."""
    command = commands.add_parser("refresh", help="crawl, read, update the index, find changes, tell them, report")
    command.add_argument("sources", nargs="*", metavar="SOURCE", help="crawl these only; all of them by default")
    command.add_argument("--no-crawl", action="store_true", help="work on what the archive holds")
    command.add_argument("--scheduler", metavar="tcp://HOST:PORT", help="a Dask cluster that reads; INDEX_SCHEDULER")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Do one refresh; returns its exit code."""
    settings = from_environment()
    settings = replace(settings, scheduler=options.scheduler or settings.scheduler)
    return refresh(settings, sources=options.sources, crawling=not options.no_crawl, say=_say)


def _say(line: str) -> None:
    print(line, flush=True)
