"""Command line of the index: `python -m index build`, `python -m index search "备案奖励" --region 330100 --json`."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from data.archive import ArchiveError
from data.strict import TableError, parse_money
from data.tables import Tables, load
from index import evaluate_command, lexicon_command, read_command
from index.beir import CollectionError
from index.bench import BenchError
from index.bench import command as bench_command
from index.build import BuildError, build
from index.client import SearchUnavailableError, clear_errors, connect
from index.cluster import cluster
from index.corpus import ARCHIVE, READ, SCHEDULER, read_corpus
from index.coverage import keep_sources
from index.executors import SchedulerError
from index.export import results_json
from index.local_server import NodeError
from index.query import Query, QueryError, Scope, Sort
from index.rows import shown_title
from index.search import DocumentResults, Results, Searcher
from index.tokens import tokenizer
from index.update import update
from index.validity import today
from index.versions.loading import keep_versions
from index.words import ABSENT, say_amount

LOOSE = " by characters: none holds these words"
FORESEEN = (
    ArchiveError,
    BenchError,
    BuildError,
    CollectionError,
    NodeError,
    QueryError,
    SchedulerError,
    SearchUnavailableError,
    TableError,
    read_command.ReadError,
)


def say(line: str) -> None:
    """Tell the person at the terminal; results go to standard output, this does not mix with them."""
    print(line, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns 0, or 1 after the reason on standard error."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options) or 0
    except FORESEEN as error:
        say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m index", description=__doc__)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("build", help="read tables and archive, and build the indices")
    command.add_argument("--force", action="store_true", help="build even if nothing changed")
    command.add_argument("--archive", type=Path, default=ARCHIVE, help="fetched pages; var/archive by default")
    command.add_argument("--scheduler", default=SCHEDULER, metavar="tcp://HOST:PORT", help="a Dask cluster that reads")
    command.set_defaults(run=run_build)
    command = commands.add_parser("search", help="search the incentives, or the documents")
    command.add_argument("text", nargs="?", default="", help="what to look for")
    command.add_argument("--documents", action="store_true", help="documents with their best passages")
    command.add_argument("--region", help="code of a region: it and all below it")
    command.add_argument("--above", action="store_true", help="also what applies there from the levels above")
    command.add_argument("--kind", action="append", default=[], help="code of a kind; may be given several times")
    scopes, sorts = [str(scope) for scope in Scope], [str(sort) for sort in Sort]
    command.add_argument("--scope", choices=scopes, default=str(Scope.CURRENT), help="validity; current by default")
    command.add_argument("--min-amount", type=_money, metavar="50万元")
    command.add_argument("--sort", choices=sorts, default=str(Sort.RELEVANCE))
    command.add_argument("--on", type=_day, metavar="YYYY-MM-DD", help="the day validity is asked for; today if absent")
    command.add_argument("--page", type=int, default=1)
    command.add_argument("--size", type=int, default=20)
    command.add_argument("--json", action="store_true", help="print JSON instead of lines")
    command.set_defaults(run=run_search)
    evaluate_command.add_to(commands)
    bench_command.add_to(commands)
    lexicon_command.add_to(commands)
    read_command.add_to(commands)
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write it like 2026-11-20") from None


def _money(text: str) -> int:
    try:
        return parse_money(text if text.endswith("元") else f"{text}元")
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def run_build(options: argparse.Namespace) -> int:
    """Build the indices, or update what changed in them; returns 1 if rows were rejected, which are listed."""
    corpus = read_corpus(archive=options.archive, say=say, scheduler=options.scheduler)
    with cluster(say) as found:
        client = connect(found.writer)
        with clear_errors(client):
            if options.force:
                built = build(client, corpus, tokenizer(), force=True, say=say)
            else:
                built = update(client, corpus, tokenizer(), say=say)
            keep_sources(client, corpus.tables, options.archive, say)
            keep_versions(client, corpus, options.archive, READ, say)
    done = "built" if built.fresh else "nothing changed"
    say(f"index: {done}, {built.documents} documents, {built.incentives} incentives")
    for row in built.rejected:
        say(f"rejected: {row}")
    return 1 if built.rejected else 0


def run_search(options: argparse.Namespace) -> None:
    """Search and print."""
    tables = load()
    query = Query(
        on=options.on or today(),
        text=options.text,
        region=options.region,
        above=options.above,
        kinds=tuple(options.kind),
        scope=Scope(options.scope),
        min_amount=options.min_amount,
        sort=Sort(options.sort),
        page=options.page,
        size=options.size,
    )
    with cluster(say) as found:
        searcher = Searcher(connect(found.reader), tables, tokenizer())
        results = searcher.documents(query) if options.documents else searcher.search(query)
    if options.json:
        print(json.dumps(results_json(results, tables), ensure_ascii=False, indent=2))
    elif isinstance(results, Results):
        print_lines(results, tables)
    else:
        print_documents(results, tables)


def print_lines(results: Results, tables: Tables) -> None:
    """Print results for people, a paragraph each."""
    print(f"{results.total} results{LOOSE if results.loose else ''}")
    for hit in results.hits:
        document = hit.document
        place = tables.regions.full_name(document.region) if document.region else ABSENT
        print(f"\n{say_amount(hit.incentive)}  {tables.kinds[hit.incentive.kind].name}  {place}")
        print(f"  {hit.incentive.trigger}")
        print(f"  {shown_title(document, tables.regions)}  {document.doc_number or ''}".rstrip())
        print(
            f"  {tables.terms[hit.validity.state].zh}，至 {hit.validity.last_day or ABSENT}  {document.url or ABSENT}"
        )


def print_documents(results: DocumentResults, tables: Tables) -> None:
    """Print documents for people, each with the passage that answers best."""
    print(f"{results.total} documents{LOOSE if results.loose else ''}")
    for hit in results.hits:
        document = hit.document
        print(f"\n{shown_title(document, tables.regions)}  {document.doc_number or ''}".rstrip())
        print(
            f"  {tables.terms[hit.validity.state].zh}，至 {hit.validity.last_day or ABSENT}  {document.url or ABSENT}"
        )
        for snippet in hit.snippets[:1]:
            print(f"  {' '.join(snippet.path)} {' '.join(snippet.text.split())}"[:200])


if __name__ == "__main__":
    sys.exit(main())
