"""Changes of the documents that a search finds: in a place, with incentives of some kinds, of an issuer."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from data.model import Change, ChangeKind
from index.changes.match import Matcher
from index.changes.rows import ChangeQuery, ChangeResults, ChangeSearcher
from index.query import Query

NEWEST = 1000
"""Changes among which a search with more than regions and kinds of change looks."""


def searched(matcher: Matcher, query: ChangeQuery, search: Query) -> ChangeResults:
    """Return a page of the newest changes whose documents `search` finds, in whatever state they are.

    Raises `QueryError` and `SearchUnavailableError`.
    """
    wide = replace(query, region=None if search.above else query.region, page=1, size=NEWEST)
    kept = _kept(matcher, wide, search)
    counted = _kept(matcher, replace(wide, kinds=()), search) if query.kinds else kept
    counts = {kind: _count(kind, kept if kind in query.kinds else counted) for kind in ChangeKind}
    page = kept[(query.page - 1) * query.size : query.page * query.size]
    return ChangeResults(len(kept), tuple(page), {kind: count for kind, count in counts.items() if count})


def _kept(matcher: Matcher, wide: ChangeQuery, search: Query) -> Sequence[Change]:
    changes = ChangeSearcher(matcher.client).search(wide).changes
    fitting = _fitting(matcher, search, changes)
    return [change for change in changes if change.document in fitting]


def _fitting(matcher: Matcher, search: Query, changes: Sequence[Change]) -> set[str]:
    """Return the documents that are found; a notice that grants nothing has the kinds that its round is for."""
    fitting = set(matcher.found(search, {change.document for change in changes}, ended=True))
    rounds = {change.document for change in changes if change.window and set(change.window.kinds) & set(search.kinds)}
    if further := rounds - fitting:
        fitting |= set(matcher.found(replace(search, kinds=()), further, ended=True))
    return fitting


def _count(kind: ChangeKind, changes: Iterable[Change]) -> int:
    return sum(change.kind is kind for change in changes)
