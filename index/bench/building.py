"""How fast an index is built, updated and with how much memory, beside the bare sending of the same rows.

Each way runs in a process of its own, so that its memory is its own. Documents and rows lie ready in files: neither
making them up nor, on the bare side, making rows of them is in the time.
"""

import time
from collections import ChainMap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk

from data.model import Document
from data.tables import load
from index import generations
from index.bench.synthetic import Synthetic
from index.bench.timing import core_seconds, peak_megabytes, timed
from index.build import INDICES, build
from index.bulk import CHUNK_BYTES, CHUNK_ROWS, TIMEOUT_SECONDS
from index.client import Connection, connect
from index.corpus import Corpus
from index.rows import RowMaker, digest_of
from index.stored import StoredDocuments
from index.system import say_nothing
from index.tokens import tokenizer
from index.update import update

CHANGED = 0.01


@dataclass(frozen=True, slots=True)
class Task:
    """What a process is to do: so many documents, on this node, with files in this folder."""

    documents: int
    connection: Connection
    node: int
    folder: Path


@dataclass(frozen=True, slots=True)
class Filling:
    """How an index was filled.

    megabytes: of text, in UTF-8. peak_megabytes: of the whole process. ours, node: seconds of a core, of the process
    and of Elasticsearch (`None` where the system does not tell).
    """

    documents: int
    megabytes: float
    seconds: float
    peak_megabytes: float
    ours: float
    node: float | None

    @property
    def rate(self) -> float:
        """Return documents a second."""
        return self.documents / self.seconds


@dataclass(frozen=True, slots=True)
class Updating:
    """An update of some documents, in seconds. index_megabytes: of both indices before it."""

    changed: int
    seconds: float
    index_megabytes: float


def build_ours(task: Task) -> Filling:
    """Build the indices as `python -m index build --force` does."""
    with _stored(task) as (stored, size), connect(task.connection) as client:
        return _built(task, client, stored, size)


def build_and_update(task: Task) -> tuple[Filling, Updating]:
    """Build, then change one document of a hundred and update."""
    with _stored(task) as (stored, size), connect(task.connection) as client:
        filling = _built(task, client, stored, size)
        aliases = [kind.alias for kind in INDICES]
        stats = client.indices.stats(index=aliases, metric="store")["_all"]["primaries"]["store"]
        made = Synthetic(load(), tokenizer().lexicon, task.documents, max(1, round(CHANGED * task.documents)))
        changed = {name: made[name] for name in stored if made.is_changed(name)}
        digests = {**stored.digests, **{name: digest_of(document) for name, document in changed.items()}}
        together = ChainMap(changed, stored)  # type: ignore[arg-type]  # only read
        corpus = Corpus(made.tables, together, "changed", digests)
        seconds, built = timed(lambda: update(client, corpus, tokenizer(), say=say_nothing))
        return filling, Updating(built.touched, round(seconds, 2), round(stats["size_in_bytes"] / 1e6, 1))


def send_bare(task: Task) -> Filling:
    """Send the same rows, which lie ready, by the client's own `streaming_bulk`."""
    names = {kind.alias: f"{kind.alias}-bare" for kind in INDICES}
    with TemporaryDirectory(dir=task.folder) as folder, connect(task.connection) as client:
        lines = Path(folder) / "rows"
        size = _write_rows(task, names, lines)
        for kind in INDICES:
            generations.create(client, names[kind.alias], kind.mappings)
        try:
            return _measured(task, size, lambda: _send(client, lines, names.values()))
        finally:
            client.indices.delete(index=list(names.values()))


@contextmanager
def _stored(task: Task) -> Iterator[tuple[StoredDocuments, int]]:
    """Give the documents in a file, and the bytes of their texts."""
    size = 0

    def counted() -> Iterator[Document]:
        nonlocal size
        for document in Synthetic(load(), tokenizer().lexicon, task.documents).values():
            size += len((document.text or "").encode())
            yield document

    with TemporaryDirectory(dir=task.folder) as folder, _file(Path(folder), counted()) as stored:
        yield stored, size


def _file(folder: Path, documents: Iterable[Document]) -> closing[StoredDocuments]:
    return closing(StoredDocuments(folder / "documents", documents))


def _built(task: Task, client: Elasticsearch, stored: StoredDocuments, size: int) -> Filling:
    corpus = Corpus(load(), stored, f"made-{task.documents}", stored.digests)
    tokenizer().cut("预热")
    return _measured(task, size, lambda: build(client, corpus, tokenizer(), force=True, say=say_nothing))


def _measured(task: Task, size: int, work: Callable[[], object]) -> Filling:
    node, ours = core_seconds(task.node), time.process_time()
    seconds, _ = timed(work)
    spent, later = time.process_time() - ours, core_seconds(task.node)
    used = None if node is None or later is None else round(later - node, 2)
    return Filling(task.documents, round(size / 1e6, 2), round(seconds, 2), peak_megabytes(), round(spent, 2), used)


def _write_rows(task: Task, names: Mapping[str, str], path: Path) -> int:
    """Write all rows, each as index, id and JSON on a line; returns the bytes of the texts they are made of."""
    size, made = 0, Synthetic(load(), tokenizer().lexicon, task.documents)
    maker = RowMaker(made.tables, tokenizer())
    with path.open("wb") as file:
        for document in made.values():
            size += len((document.text or "").encode())
            for kind in INDICES:
                for row in kind.of_document(maker, document):
                    file.write(b"\t".join([names[kind.alias].encode(), row["id"].encode(), orjson.dumps(row)]) + b"\n")
    return size


def _send(client: Elasticsearch, path: Path, names: Collection[str]) -> None:
    """Send the lines as they are and make them visible. Raises the client's error for a row that is refused."""
    with path.open("rb") as lines:
        for _ in streaming_bulk(
            client.options(request_timeout=TIMEOUT_SECONDS),
            lines,
            chunk_size=CHUNK_ROWS,
            max_chunk_bytes=CHUNK_BYTES,
            expand_action_callback=_operation,
        ):
            pass
    client.indices.refresh(index=list(names))


def _operation(line: object) -> tuple[dict[str, Any], bytes]:
    index, name, row = _line(line).split(b"\t", 2)
    return {"index": {"_index": index.decode(), "_id": name.decode()}}, row


def _line(line: object) -> bytes:
    if not isinstance(line, bytes):
        raise TypeError(f"{type(line).__name__} is no line of the file")
    return line.rstrip(b"\n")
