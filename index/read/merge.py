"""One document out of what the catalog knows of it and what its page says, and out of several pages of it.

What the page says wins where it says it; what only the catalog has stays with its basis; a difference is a conflict
that is shown.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from data.model import Conflict, Document, Origin, Said, TitleStatus
from index.read.confirm import confirm
from index.tokens import letters

SAID_BY_PAGES = (
    "title", "doc_number", "index_number", "issuers", "written", "printed", "published", "effective", "expires",
)  # fmt: skip
READ_ONLY = (
    "effective_words", "valid_years", "consultation", "text", "original", "clauses", "citations", "attachments",
    "provenance", "problems", "fetched",
)  # fmt: skip


def merge(known: Document, read: Document) -> Document:
    """Return the catalog's document with what its page says."""
    said = {name: value for name in SAID_BY_PAGES if (value := getattr(read, name))}
    found = confirm(known.incentives, read.incentives)
    return replace(
        known,
        **said,
        **{name: getattr(read, name) for name in READ_ONLY},
        title_status=TitleStatus.VERIFIED if read.title else known.title_status,
        region=known.region or read.region,
        level=known.level or read.level,
        plan_until=known.plan_until or read.plan_until,
        is_draft=read.is_draft,
        in_force_seen=_newest(known.in_force_seen, read.in_force_seen),
        ending=known.ending or read.ending,
        windows=read.windows or known.windows,
        incentives=found.incentives,
        budgets=known.budgets or read.budgets,
        caps=known.caps or read.caps,
        evidence=_pages(known, read),
        conflicts=(*read.conflicts, *_conflicts(known, read), *found.conflicts),
    )


def merge_repost(first: Document, other: Document) -> Document:
    """Return `first` with the address of another page of the same document, and with where that one differs."""
    return replace(
        first,
        evidence=_pages(first, other),
        conflicts=(*first.conflicts, *_conflicts(first, other, Origin.TEXT)),
        **{name: getattr(other, name) for name in SAID_BY_PAGES if not getattr(first, name)},
    )


def _conflicts(known: Document, read: Document, origin: Origin = Origin.CATALOG) -> Iterator[Conflict]:
    """Yield the fields in which `known` differs from what `read` says."""
    for name in SAID_BY_PAGES:
        old, new = getattr(known, name), getattr(read, name)
        if old and new and not _agree(name, old, new):
            page = next((said for said in read.provenance if said.field == name), None)
            mine = Said(name, page.origin if page else Origin.TEXT, _value(new), page.words if page else _value(new))
            yield Conflict(name, (mine, Said(name, origin, _value(old), known.url or known.id)))
    if known.is_draft != read.is_draft:
        words = ("正式文件", "征求意见稿")
        yield Conflict(
            "is_draft",
            (
                Said("is_draft", Origin.TEXT, str(read.is_draft).lower(), words[read.is_draft]),
                Said("is_draft", origin, str(known.is_draft).lower(), words[known.is_draft]),
            ),
        )


def _agree(name: str, old: Any, new: Any) -> bool:  # noqa: ANN401 - values of any field
    if name == "issuers":
        return {letters(issuer) for issuer in old} == {letters(issuer) for issuer in new}
    if isinstance(old, date):
        return bool(old == new)
    one, other = letters(old), letters(new)
    return one == other or (name == "title" and (one in other or other in one))


def _value(value: Any) -> str:  # noqa: ANN401 - values of any field
    return "、".join(value) if isinstance(value, tuple) else str(value)


def _newest(one: date | None, other: date | None) -> date | None:
    return max((day for day in (one, other) if day), default=None)


def _pages(first: Document, other: Document) -> tuple[str, ...]:
    addresses = dict.fromkeys((*first.evidence, *([other.url] if other.url else []), *other.evidence))
    return tuple(address for address in addresses if address != first.url)
