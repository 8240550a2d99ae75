"""The command `python -m index bench`: builds a made-up corpus in a node of its own, measures, and throws both away."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from index.node_folder import ROOT

RESULTS = ROOT / "var" / "bench"
FEWEST = 200


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse has no public name for it
    """Add the command to the command line."""
    command = commands.add_parser("bench", help="measure building, updating and searching on made-up documents")
    command.add_argument("--documents", type=_number(FEWEST), default=10_000, metavar="N", help="10,000 by default")
    command.add_argument("--searches", type=_number(50), default=1_000, metavar="N", help="1,000 by default")
    command.add_argument("--rounds", type=_number(1), default=3, metavar="N", help="3 by default")
    command.add_argument("--results", type=Path, default=RESULTS, metavar="DIR", help="var/bench by default")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Measure and print."""
    from index.bench.run import Plan, run  # jieba and numpy: no other command needs them

    run(Plan(options.documents, options.searches, options.rounds, options.results))


def _number(least: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        value = text.replace(",", "")
        if not (value.isascii() and value.isdigit()) or int(value) < least:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least} on")
        return int(value)

    return read
