"""Every search as a feed: the parameters of its address, the newest first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from app.api import atom
from app.api.atom import Entry, Feed
from app.api.backend import Backend
from app.api.changes import PARAMETERS as CHANGES
from app.api.changes import changes_of
from app.api.entries import change_entry, document_entry, incentive_entry, moment
from app.api.parameters import SEARCH, Parameter
from app.api.search import Place, query_of
from index.query import Sort

AUTHOR = "人工智能政策与补贴知识库"
SUBTITLE = "数据整理自公开网页。金额、条件与期限以发文机关公布的文件为准，本站不构成申报承诺。"
SIZE = 50
PAGE_LINKS = {"self": "self", "first": "first", "prev": "previous", "next": "next", "last": "last"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request for a feed. base: address of the app, without a slash at its end."""

    backend: Backend
    given: Mapping[str, str]
    values: Mapping[str, Any]
    base: str


Found = tuple[int, Sequence[Entry]]


@dataclass(frozen=True, slots=True)
class FeedKind:
    """One feed. page: the page that shows the same search; `None` where none does. work: total, and the entries."""

    path: str
    name: str
    title: str
    page: str | None
    parameters: Sequence[Parameter]
    work: Callable[[Asked], Found]


def incentives(asked: Asked) -> Found:
    """Return incentives."""
    backend = asked.backend
    found = backend.searcher.search(query_of(asked.values, backend.today, sort=Sort.NEWEST, size=SIZE))
    entries = [incentive_entry(hit, backend.tables, asked.base, backend.today) for hit in found.hits]
    return found.total, entries


def documents(asked: Asked) -> Found:
    """Return documents."""
    backend = asked.backend
    found = backend.searcher.documents(query_of(asked.values, backend.today, sort=Sort.NEWEST, size=SIZE))
    entries = [document_entry(hit, backend.tables, asked.base, backend.today) for hit in found.hits]
    return found.total, entries


def changes(asked: Asked) -> Found:
    """Return changes."""
    found = changes_of(asked.backend, asked.values, size=SIZE)
    return found.total, [change_entry(change, asked.backend.tables, asked.base) for change in found.changes]


FEEDS = (
    FeedKind("/feeds/incentives.atom", "incentives", "补贴与奖励", "/", SEARCH, incentives),
    FeedKind("/feeds/documents.atom", "documents", "政策文件", None, SEARCH, documents),
    FeedKind("/feeds/changes.atom", "changes", "新规追踪", None, CHANGES, changes),
)


def feed(kind: FeedKind, asked: Asked) -> bytes:
    """Return the feed as XML. Raises `ProblemError` and `SearchUnavailableError`."""
    total, entries = kind.work(asked)
    shown = Place(kind.path, asked.given, asked.values.get("page", 1), asked.values.get("size", SIZE), total)
    links = [(PAGE_LINKS[name], asked.base + address, atom.MEDIA) for name, address in shown.links().items() if address]
    search = {name: value for name, value in asked.given.items() if name not in ("page", "size")}
    if kind.page:
        query = f"?{urlencode(search, errors='replace')}" if search else ""
        links.append(("alternate", f"{asked.base}{kind.page}{query}", "text/html"))
    return atom.write(
        Feed(
            id=feed_id(kind.name, search),
            title=_title(kind, asked.values, asked.backend),
            subtitle=SUBTITLE,
            author=AUTHOR,
            updated=moment(asked.backend.today),
            links=tuple(links),
            entries=tuple(entries),
        )
    )


def feed_id(name: str, search: Mapping[str, str]) -> str:
    """Return what names a feed: the same search has the same id, in whatever order its parameters stand."""
    return f"feed/{name}" + (f"?{urlencode(sorted(search.items()), errors='replace')}" if search else "")


def _title(kind: FeedKind, values: Mapping[str, Any], backend: Backend) -> str:
    tables = backend.tables
    parts = [
        tables.regions.full_name(values["region"]) if values.get("region") else "",
        "、".join(tables.kinds[code].name for code in values.get("kinds", ())),
        f"“{values['text'][:60]}”" if values.get("text") else "",
    ]
    return " · ".join(part for part in (kind.title, *parts) if part)
