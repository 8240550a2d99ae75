"""Indices that nobody hopes for: `python -m tests.odd_index none|hostile`, with the prefix of the environment."""

import sys
from dataclasses import replace

from data.model import Clause, Document, Span
from data.tables import load
from index.build import build
from index.client import connect, from_environment
from index.corpus import Corpus
from index.tokens import tokenizer

EVIL = '</p><script>window.harmed = 1</script><img src=x onerror="window.harmed = 1">[x](javascript:alert(1))'
SCRIPT, HUGE = "cn-330400-2024-ai-hq-plan", "cn-330700-2025-ai-action-plan"
LETTERS = 250_000
"""More than a page shows. Reading cuts at 500,000; the rows of that are too much at once for a node of 512 MB."""


def main() -> None:
    """Build it."""
    tables, connection = load(), from_environment()
    assert connection is not None
    documents: dict[str, Document] = {}
    if sys.argv[1] == "hostile":
        documents = {SCRIPT: _scripted(tables.documents[SCRIPT]), HUGE: _huge(tables.documents[HUGE])}
    with connect(connection) as client:
        built = build(client, Corpus(tables, documents, f"odd {sys.argv[1]}"), tokenizer())
    assert (built.documents, built.rejected) == (len(documents), ()), built


def _scripted(document: Document) -> Document:
    """Return a document whose every word is an attack, with links that are scripts."""
    grant = replace(document.incentives[0], trigger=EVIL, beneficiary=EVIL, quote=EVIL, clause=EVIL, note=EVIL)
    return replace(
        document, title=EVIL, doc_number=EVIL, issuers=(EVIL,), place=EVIL, note=EVIL, validity_note=EVIL,
        url="javascript:window.harmed=1", evidence=("javascript:window.harmed=1",), problems=(EVIL,), text=EVIL,
        clauses=(Clause((EVIL,), EVIL, EVIL, Span(0, len(EVIL))),), incentives=(grant,),
    )  # fmt: skip


def _huge(document: Document) -> Document:
    """Return a document with a title of a thousand characters, a text longer than a page shows, and many clauses."""
    line = "对符合条件的企业给予支持。" * 76 + "\n"
    text = line * (LETTERS // len(line))
    spans = [Span(start, min(start + len(line), len(text))) for start in range(0, len(text), len(line))]
    clauses = tuple(Clause((f"第{no}条",), None, line, span) for no, span in enumerate(spans, 1))
    return replace(document, title="长" * 1000, text=text, clauses=clauses)


if __name__ == "__main__":
    main()
