"""The rules: what changed between two states. Pure functions of both states and the day.

An amendment needs a page whose bytes changed: what only a better reader sees in the same page is no news. Documents
that were known under another id (a catalog entry was made for a page) are the same document by their keys.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from hashlib import sha256

from data.model import Change, ChangeKind, ClauseChange, Document, Finding, Ground, Window
from index.changes.clauses import clause_changes
from index.changes.facts import DATED, PAST, Fact, facts
from index.changes.state import Gone, Move, State
from index.read.identity import keys


def changes(before: State, after: State, day: date) -> tuple[Change, ...]:
    """Return what changed, sorted by document. The first state of all brings no news but what is due on `day`."""
    former = _former(before, after)
    found: list[Change] = []
    for name in sorted(after.documents):
        document, known = after.documents[name], former.get(name)
        if known is None:
            found += [_new(document, after, day)] if before.day else []
        elif known is not document:
            found += _amended(known, document, after, day)
        found += _page(name, document, before, after, day) if before.day else []
        found += _due(known, document, before, after, day)
    return tuple(found)


def _former(before: State, after: State) -> Mapping[str, Document]:
    """Return each document as it was, by the id that it has now."""
    former = {name: before.documents[name] for name in after.documents if name in before.documents}
    vanished = [before.documents[name] for name in before.documents if name not in after.documents]
    if not vanished:
        return former
    by_key = {key: document for document in vanished for key in keys(document)}
    for name in after.documents:
        if name not in former:
            same = next((by_key[key] for key in keys(after.documents[name]) if key in by_key), None)
            if same is not None:
                former[name] = same
    return former


def _new(document: Document, after: State, day: date) -> Change:
    moves = after.moves.get(document.id, ())
    grounds = _visits(moves) or (Ground("catalog", url=document.url),)
    return _change(document, ChangeKind.NEW, day, "", happened=document.published or document.written, grounds=grounds)


def _amended(known: Document, document: Document, after: State, day: date) -> Iterator[Change]:
    moves = [move for move in after.moves.get(document.id, ()) if move.finding in {Finding.NEW, Finding.CHANGED}]
    if not moves or known.text is None or document.text is None:
        return
    clauses = clause_changes(known, document)
    if clauses:
        latest = max(move.at for move in moves).isoformat()
        key = f"{_digest(known.text)}>{_digest(document.text)}@{latest}"
        yield _change(document, ChangeKind.AMENDED, day, key, clauses=clauses, grounds=_visits(tuple(moves)))


def _page(name: str, document: Document, before: State, after: State, day: date) -> Iterator[Change]:
    """Yield that the pages of a document went, or came back."""
    was, gone = before.withdrawn.get(name), after.withdrawn.get(name)
    if gone is not None and (was is None or was.since != gone.since):
        yield _change(document, ChangeKind.WITHDRAWN, day, gone.since.isoformat(), grounds=(_gone(gone),))
    if was is not None and gone is None:
        grounds = _visits(after.moves.get(name, ())) or (_gone(was),)
        yield _change(document, ChangeKind.RESTORED, day, was.since.isoformat(), grounds=grounds)


def _due(known: Document | None, document: Document, before: State, after: State, day: date) -> Iterator[Change]:
    now = facts(document, day, after.documents)
    if not now:
        return
    earlier = facts(known, before.day, before.documents) if known and before.day else {}
    moved = bool(after.moves.get(document.id))
    for key, fact in now.items():
        if key not in earlier and _is_news(fact, known, before.day, moved=moved):
            yield _of_fact(document, fact, after, day)


def _is_news(fact: Fact, known: Document | None, since: date | None, *, moved: bool) -> bool:
    if fact.kind not in PAST:
        return True
    if known is None or since is None:
        return False
    return fact.kind not in DATED or moved or (fact.day is not None and fact.day >= since)


def _of_fact(document: Document, fact: Fact, after: State, day: date) -> Change:
    by = _visits(after.moves.get(fact.by or "", ()))
    return _change(
        document,
        fact.kind,
        day,
        fact.key,
        happened=fact.day,
        quote=fact.quote,
        note=fact.note,
        window=fact.window,
        by=(fact.by, fact.by_title),
        grounds=(*fact.grounds, *by),
    )


def _change(
    document: Document,
    kind: ChangeKind,
    day: date,
    key: str,
    *,
    happened: date | None = None,
    clauses: tuple[ClauseChange, ...] = (),
    quote: str | None = None,
    note: str | None = None,
    window: Window | None = None,
    by: tuple[str | None, str | None] = (None, None),
    grounds: tuple[Ground, ...] = (),
) -> Change:
    return Change(
        id=_digest("\n".join((document.id, kind, key))),
        document=document.id,
        kind=kind,
        seen=day,
        title=document.title or document.working_title,
        region=document.region,
        day=happened,
        by=by[0],
        by_title=by[1],
        window=window,
        clauses=clauses,
        quote=quote,
        note=note,
        grounds=grounds,
    )


def _visits(moves: tuple[Move, ...]) -> tuple[Ground, ...]:
    return tuple(_visit(move.source, move.run, move.url, move.at, move.before, move.after) for move in moves)


def _gone(gone: Gone) -> Ground:
    return _visit(gone.source, gone.run, gone.url, gone.since, gone.before, None)


def _visit(source: str, run: str, url: str, at: datetime, before: str | None, after: str | None) -> Ground:
    return Ground("visit", source=source, run=run, url=url, at=at, before=before, after=after)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:20]
