"""The command `python -m index lexicon`: proposes words for `data/tables/lexicon.txt`, which a person accepts."""

import argparse
import sys
from pathlib import Path
from typing import Any

from index.corpus import ARCHIVE, read_corpus
from index.lexicon import LEAST_DOCUMENTS, proposals
from index.tokens import tokenizer


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse has no public name for it
    """Add the command to the command line."""
    command = commands.add_parser("lexicon", help="propose words that the lexicon may lack, ready to be pasted into it")
    command.add_argument("--archive", type=Path, default=ARCHIVE, help="fetched pages; var/archive by default")
    command.add_argument("--documents", type=int, default=LEAST_DOCUMENTS, metavar="N", help="in at least so many")
    command.add_argument("--most", type=int, default=100, metavar="N", help="words; 100 by default")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Print the most frequent proposals, each with a remark on where it stands."""
    corpus = read_corpus(archive=options.archive, say=_say)
    found = proposals(corpus.documents.values(), tokenizer(), max(1, options.documents))
    shown = found[: max(0, options.most)]
    print("\n".join(line for one in shown for line in one.lines()))
    _say(f"lexicon: {len(shown)} of {len(found)} proposals; keep what is a word, paste it into data/tables/lexicon.txt")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
