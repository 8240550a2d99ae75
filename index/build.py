"""Build the indices from a corpus beside the ones in use, check them, then switch; or update those in use.

A build never touches what is being searched: it fills new indices named after their time, counts them, moves the
aliases in one step and keeps the previous generation. What an interrupted build left is removed by the next one. Where
only some documents changed, their rows alone are replaced, and become visible all at once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from elasticsearch import Elasticsearch

from data.model import Document
from data.tables import Tables
from index import generations, mapping
from index.build_lock import BuildingError, build_lock
from index.bulk import Bulk, Rejected, bulk
from index.corpus import Corpus
from index.garbage import looked_for_rarely
from index.generations import current_meta
from index.layout import named
from index.rows import Row, RowMaker
from index.tokens import Tokenizer

DOCUMENTS = named("documents")
INCENTIVES = named("incentives")
REPORT_EVERY = 1000
MOST_REJECTED = 0.1
"""Share of an index's rows: with more of them something is wrong with all, and the old indices stay in use."""

MOST_LISTED = 100

PATIENCE_SECONDS = 600
"""To make all rows of a large index visible takes longer than any search."""


class BuildError(RuntimeError):
    """The new indices are not complete; those in use were left as they are. The text lists what was rejected."""


@dataclass(frozen=True, slots=True)
class IndexKind:
    """One index. of_document: its rows for one document. of_corpus: those that belong to no single document."""

    alias: str
    mappings: Mapping[str, Any]
    of_document: Callable[[RowMaker, Document], Iterable[Row]] = lambda maker, document: ()  # noqa: ARG005
    of_corpus: Callable[[Corpus], Iterable[Row]] = lambda corpus: ()  # noqa: ARG005


INDICES = (
    IndexKind(DOCUMENTS, mapping.DOCUMENTS, lambda maker, document: [maker.document(document)]),
    IndexKind(INCENTIVES, mapping.INCENTIVES, RowMaker.incentives),
)
"""All indices; their aliases are moved together."""


@dataclass(frozen=True, slots=True)
class Built:
    """Outcome: rows by alias, whether anything had to be done, how many documents were touched, what was rejected."""

    rows: Mapping[str, int]
    fresh: bool
    touched: int = 0
    rejected: tuple[Rejected, ...] = ()

    @property
    def documents(self) -> int:
        """Rows in the index of documents."""
        return self.rows[DOCUMENTS]

    @property
    def incentives(self) -> int:
        """Rows in the index of incentives."""
        return self.rows[INCENTIVES]


def build(
    client: Elasticsearch,
    corpus: Corpus,
    tokenizer: Tokenizer,
    *,
    force: bool = False,
    say: Callable[[str], None] = print,
) -> Built:
    """Bring the indices up to date with `corpus`. Does nothing if neither it, the words nor the mapping changed.

    Raises `BuildError`, also if another build is under way.
    """
    wanted = meta_of(corpus, tokenizer)
    metas = [current_meta(client, kind.alias) for kind in INDICES]
    if not force and all({name: meta.get(name) for name in wanted} == wanted for meta in metas):
        return Built(_counts(client), fresh=False, rejected=rejected_of(metas))
    try:
        with build_lock(client) as renew:
            return _full(client, corpus, tokenizer, renew, say)
    except BuildingError as error:
        raise BuildError(str(error)) from error


def meta_of(corpus: Corpus, tokenizer: Tokenizer) -> dict[str, Any]:
    """Return what an index is built from. frame: all that rows of a document need beside the document."""
    return {
        "corpus": corpus.digest,
        "words": tokenizer.version,
        "mapping": mapping.VERSION,
        "frame": _frame(corpus.tables),
    }


def send_document(sender: Bulk, maker: RowMaker, document: Document, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Send all rows of a document; a document of which no rows can be made is set aside. Returns index and id.

    names: the index to write to, by alias.
    """
    try:
        rows = [(names[kind.alias], row) for kind in INDICES for row in kind.of_document(maker, document)]
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one document must not stop the others
        sender.rejected.append(Rejected(names[DOCUMENTS], document.id, f"{type(error).__name__}: {error}"))
        sender.sent[names[DOCUMENTS]] = sender.sent.get(names[DOCUMENTS], 0) + 1
        return []
    for index, row in rows:
        sender.put(index, row)
    return [(index, row["id"]) for index, row in rows]


def finished(
    client: Elasticsearch, names: Mapping[str, str], meta: Mapping[str, Any], rejected: Iterable[Rejected]
) -> None:
    """Make the rows visible and write into each index what it was built from."""
    client.options(request_timeout=PATIENCE_SECONDS).indices.refresh(index=list(names.values()))
    listed = [[row.index, row.id, row.reason] for row in rejected][:MOST_LISTED]
    generations.finish(client, list(names.values()), {**meta, "rejected": listed})


def _full(
    client: Elasticsearch,
    corpus: Corpus,
    tokenizer: Tokenizer,
    renew: Callable[[], None],
    say: Callable[[str], None],
) -> Built:
    aliases = [kind.alias for kind in INDICES]
    generations.remove_unfinished(client, aliases)
    generation = generations.stamp()
    names = {alias: f"{alias}-{generation}" for alias in aliases}
    rejected = fill(client, corpus, tokenizer, names, renew=renew, say=say)
    generations.switch(client, aliases, generation)
    generations.remove_old(client, aliases)
    return Built(_counts(client), fresh=True, touched=len(corpus.documents), rejected=rejected)


def fill(
    client: Elasticsearch,
    corpus: Corpus,
    tokenizer: Tokenizer,
    names: Mapping[str, str],
    *,
    renew: Callable[[], None] = lambda: None,
    say: Callable[[str], None] = print,
) -> tuple[Rejected, ...]:
    """Make the indices `names` (by alias), fill and check them; returns what was rejected. Raises `BuildError`."""
    for kind in INDICES:
        generations.create(client, names[kind.alias], kind.mappings)
    with looked_for_rarely(), bulk(client) as sender:
        _fill(sender, corpus, RowMaker(corpus.tables, tokenizer), names, renew, say)
    patient = client.options(request_timeout=PATIENCE_SECONDS)
    for name in names.values():
        patient.indices.refresh(index=name)
        _check(client, name, sender)
        generations.ready(patient, name)
    finished(client, names, meta_of(corpus, tokenizer), sender.rejected)
    return tuple(sender.rejected)


@contextmanager
def trial(
    client: Elasticsearch, corpus: Corpus, tokenizer: Tokenizer, say: Callable[[str], None] = print
) -> Iterator[Mapping[str, str]]:
    """Give indices of `corpus` that nothing else searches, by alias; they are deleted at the end."""
    generations.remove_trials(client)
    begin = f"{generations.TRIAL}-{generations.stamp()}"
    names = {kind.alias: f"{begin}-{kind.alias.removeprefix(named(''))}" for kind in INDICES}
    try:
        fill(client, corpus, tokenizer, names, say=say)
        yield names
    finally:
        client.indices.delete(index=list(names.values()), ignore_unavailable=True)


def _fill(
    sender: Bulk,
    corpus: Corpus,
    maker: RowMaker,
    names: Mapping[str, str],
    renew: Callable[[], None],
    say: Callable[[str], None],
) -> None:
    for number, document in enumerate(corpus.documents.values(), 1):
        send_document(sender, maker, document, names)
        if number % REPORT_EVERY == 0:
            say(f"index: {number} of {len(corpus.documents)} documents")
        renew()
    for kind in INDICES:
        for row in kind.of_corpus(corpus):
            sender.put(names[kind.alias], row)


def _check(client: Elasticsearch, name: str, sender: Bulk) -> None:
    rejected, sent = [row for row in sender.rejected if row.index == name], sender.sent.get(name, 0)
    if len(rejected) > MOST_REJECTED * sent:
        lines = [f"  {row.id}: {row.reason}" for row in rejected[:20]]
        raise BuildError("\n".join([f"{name}: {len(rejected)} of {sent} rows were rejected:", *lines]))
    if (found := int(client.count(index=name)["count"])) != sent - len(rejected):
        raise BuildError(f"{name}: {sent - len(rejected)} rows were sent, {found} arrived")


def _frame(tables: Tables) -> str:
    known = [repr(record) for table in (tables.regions, tables.kinds) for record in table.values()]
    return sha256("\n".join(known).encode()).hexdigest()


def rejected_of(metas: Iterable[Mapping[str, Any]]) -> tuple[Rejected, ...]:
    """Return what was rejected of a build, each once: what indices were built from says it of all of them."""
    return tuple(dict.fromkeys(Rejected(*row) for meta in metas for row in meta.get("rejected", ())))


def _counts(client: Elasticsearch) -> dict[str, int]:
    return {kind.alias: int(client.count(index=kind.alias)["count"]) for kind in INDICES}
