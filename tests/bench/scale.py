"""What a number of clauses costs in a local node: `python -m tests.bench.scale 500 2000` (documents of 20 clauses).

Prints for each number: clauses, seconds of a full build and of an update of 1 %, bytes of the index, times of searches.
The documents are made here, of words of the lexicon in ever other order, so that no clause is a copy of another.
"""

import random
import resource
import shutil
import statistics
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

from data.model import Clause, Confidence, Document, DocumentKind, Incentive, Span, TitleStatus, Yuan
from data.tables import Tables, load
from index.build import DOCUMENTS, INCENTIVES, build
from index.client import Connection, connect
from index.corpus import Corpus
from index.local_server import local_node
from index.node_folder import ROOT
from index.query import Query
from index.search import Searcher
from index.tokens import tokenizer
from index.update import update

CLAUSES = 20
WORDS = 45
SEARCHES = 200


def document(number: int, tables: Tables, words: tuple[str, ...]) -> Document:
    """Document `number`: always the same, 20 clauses of about 130 characters, and one grant."""
    dice = random.Random(number)  # noqa: S311 - the same words each time
    parts = [f"第{place}条　{''.join(dice.choices(words, k=WORDS))}。" for place in range(1, CLAUSES + 1)]
    starts = [sum(len(part) + 1 for part in parts[:place]) for place in range(CLAUSES)]
    clauses = tuple(
        Clause((f"第{place + 1}条",), None, part, Span(starts[place], starts[place] + len(part)))
        for place, part in enumerate(parts)
    )
    grant = Incentive(
        1, dice.choice(list(tables.kinds)), parts[1][:40], amount_max=Yuan(dice.randrange(1, 500) * 10_000)
    )
    return Document(
        f"scale-{number}",
        TitleStatus.VERIFIED,
        DocumentKind.POLICY,
        Confidence.HIGH,
        title=f"{''.join(dice.choices(words, k=8))}办法",
        region=dice.choice(list(tables.regions)),
        published=date(2026, 1, 1),
        text="\n".join(parts),
        clauses=clauses,
        incentives=(grant,),
    )


def measure(count: int, tables: Tables, way: Connection) -> str:
    """Build, update and search `count` documents; returns a line of the table."""
    words = tokenizer().lexicon
    documents = {f"scale-{number}": document(number, tables, words) for number in range(count)}
    corpus = Corpus(tables, documents, f"scale-{count}")
    changed = {
        name: replace(one, title=f"{one.title}（修订）") for name, one in list(documents.items())[: count // 100]
    }
    with connect(way) as client:
        began = time.perf_counter()
        build(client, corpus, tokenizer(), force=True, say=lambda _: None)
        built = time.perf_counter()
        update(client, Corpus(tables, documents | changed, "changed"), tokenizer(), say=lambda _: None)
        updated = time.perf_counter()
        client.indices.flush(index=f"{DOCUMENTS},{INCENTIVES}")
        stats = client.indices.stats(index=f"{DOCUMENTS},{INCENTIVES}", metric="store")["_all"]["primaries"]
        times = searched(Searcher(client, tables, tokenizer()), words)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    cells = (
        f"{count * CLAUSES:,}",
        f"{built - began:.1f}",
        f"{count * CLAUSES / (built - began):,.0f}",
        f"{updated - built:.1f}",
        f"{stats['store']['size_in_bytes'] / 1e6:.0f}",
        f"{statistics.median(times):.0f}",
        f"{sorted(times)[int(0.99 * len(times))]:.0f}",
        f"{peak:.0f}",
    )
    return f"| {' | '.join(cells)} |"


def searched(searcher: Searcher, words: tuple[str, ...]) -> list[float]:
    """Return the milliseconds of searches for two words each, one after the other, after some to warm up."""
    dice, times = random.Random(8), []  # noqa: S311 - the same searches each time
    for _ in range(SEARCHES + 20):
        began = time.perf_counter()
        searcher.documents(Query(date(2026, 11, 20), " ".join(dice.choices(words, k=2))))
        times.append(1000 * (time.perf_counter() - began))
    return times[20:]


def main(counts: list[int]) -> None:
    """Print the table."""
    tables, folder = load(), ROOT / "var" / "scale-node"
    print(
        "| clauses | build, s | clauses/s | update of 1 %, s | index, MB | search p50, ms | p99, ms | peak memory, MB |"
    )
    print("|---|---|---|---|---|---|---|---|")
    try:
        with local_node(Path(folder), port=9270) as node:
            for count in counts:
                print(measure(count, tables, Connection(node.url, node.writer.user, node.writer.password)), flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [500, 2000])
