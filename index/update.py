"""Update the indices in use: only the rows of documents that changed are sent, and all become visible at the end.

An update that is cut short shows nothing, as nothing was made visible; the next one then builds beside.
"""

from collections.abc import Callable, Collection

from elasticsearch import Elasticsearch

from index import generations
from index.build import DOCUMENTS, INDICES, BuildError, Built, build, finished, meta_of, send_document
from index.build_lock import BuildingError, build_lock
from index.bulk import bulk
from index.corpus import Corpus
from index.digests import digests
from index.garbage import looked_for_rarely
from index.generations import HALF, current, current_meta
from index.leftovers import take_out
from index.rows import RowMaker
from index.tokens import Tokenizer

MOST_CHANGED = 0.3
"""Share of the documents; for more of them a full build beside costs as little and leaves no gaps in the index."""


def update(
    client: Elasticsearch,
    corpus: Corpus,
    tokenizer: Tokenizer,
    *,
    say: Callable[[str], None] = print,
) -> Built:
    """Bring the indices up to date with `corpus` by what changed; by a full build where that is not enough.

    Raises `BuildError`, also if another build is under way.
    """
    wanted = meta_of(corpus, tokenizer)
    metas = [current_meta(client, kind.alias) for kind in INDICES]
    whole = all(meta.get("corpus") != HALF for meta in metas)
    same_frame = whole and all(
        meta.get(name) == wanted[name] for meta in metas for name in ("words", "mapping", "frame")
    )
    if not same_frame or all(meta["corpus"] == corpus.digest for meta in metas):
        return build(client, corpus, tokenizer, say=say)
    try:
        with build_lock(client), looked_for_rarely():
            changed, gone = differences(client, corpus)
            few = len(changed) + len(gone) <= MOST_CHANGED * len(corpus.documents)
            if few:
                say(f"index: {len(changed)} documents changed, {len(gone)} are gone")
                return _replace(client, corpus, tokenizer, changed, gone)
    except BuildingError as error:
        raise BuildError(str(error)) from error
    return build(client, corpus, tokenizer, say=say)


def differences(client: Elasticsearch, corpus: Corpus) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ids of documents that are new or otherwise than in the index, and of those that are there no more."""
    indexed = digests(client, DOCUMENTS, "id")
    changed = tuple(name for name in corpus.documents if indexed.get(name) != corpus.digest_of(name))
    known = frozenset(corpus.documents)  # not asked one by one, which may read or make each document
    return changed, tuple(name for name in indexed if name not in known)


def _replace(
    client: Elasticsearch, corpus: Corpus, tokenizer: Tokenizer, changed: Collection[str], gone: Collection[str]
) -> Built:
    names = {kind.alias: name for kind in INDICES if (name := current(client, kind.alias))}
    meta = meta_of(corpus, tokenizer)
    # Until the end these indices hold rows that nobody can see yet: no difference can be told from them.
    generations.finish(client, list(names.values()), {**meta, "corpus": HALF})
    maker = RowMaker(corpus.tables, tokenizer)
    with bulk(client) as sender:
        kept: dict[str, set[str]] = {name: set() for name in names.values()}
        for name in changed:
            for index, sent in send_document(sender, maker, corpus.documents[name], names):
                kept[index].add(sent)
        for alias, index in names.items():
            take_out(client, sender, index, "id" if alias == DOCUMENTS else "document", {*gone, *changed}, kept[index])
        for kind in INDICES:
            for row in kind.of_corpus(corpus):
                sender.put(names[kind.alias], row)
    finished(client, names, meta, sender.rejected)
    rows = {alias: int(client.count(index=name)["count"]) for alias, name in names.items()}
    return Built(rows, fresh=True, touched=len(changed) + len(gone), rejected=tuple(sender.rejected))
