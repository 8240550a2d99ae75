"""The command `python -m index evaluate`: how good searches are, on the judged queries or on any collection."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch

from data.tables import Tables, load
from index.beir import evaluate_collection, read_collection
from index.build import trial
from index.client import clear_errors, connect
from index.cluster import cluster
from index.corpus import catalog_corpus
from index.evaluate import BASELINES, OURS, Evaluation, evaluate, our_way, plain_way, table
from index.judgements import read_judgements
from index.scores import keep_scores, scores_of
from index.tokens import Tokenizer, tokenizer
from index.validity import today


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse has no public name for it
    """Add the command to the command line."""
    command = commands.add_parser("evaluate", help="measure how well searches answer judged queries")
    command.add_argument("--beir", type=Path, metavar="DIR", help="a collection in BEIR's layout in place of ours")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Measure in indices of its own, which are deleted afterwards, print one table, keep what 数据来源 shows of it."""
    tables = load()
    with cluster(_say) as found:
        client = connect(found.writer)
        with clear_errors(client):
            if options.beir:
                collection = read_collection(options.beir)
                print("\n".join(evaluate_collection(client, collection, tables, tokenizer(), _say).lines()))
            else:
                words = tokenizer()
                evaluations = evaluate_catalog(client, tables, words)
                keep_scores(client, scores_of(evaluations, words.version, datetime.now(UTC)))
                print(table(evaluations))


def evaluate_catalog(client: Elasticsearch, tables: Tables, words: Tokenizer) -> list[Evaluation]:
    """Return how our search and the plain baselines answer the judged queries on the catalog."""
    judged = read_judgements()
    with trial(client, catalog_corpus(tables), words, _say) as names:
        ours = evaluate(OURS, our_way(client, tables, words, today(), names=names), judged)
        plain = [evaluate(way, plain_way(client, words, field, names), judged) for way, field in BASELINES.items()]
    return [ours, *plain]


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
