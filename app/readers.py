"""Ways to what lies beside documents and incentives in Elasticsearch: changes, coverage, versions. Once a process."""

import streamlit as st
from elasticsearch import Elasticsearch

from app.service import tables
from index.changes.match import Matcher
from index.changes.rows import CHANGES, ChangeQuery, ChangeResults, ChangeSearcher
from index.changes.searched import searched
from index.client import SearchUnavailableError, clear_errors, connect, from_environment
from index.coverage import Coverage, read_coverage
from index.query import Query
from index.tokens import tokenizer
from index.validity import today
from index.versions import Comparison, Versions
from index.versions.rows import VersionReader

KEPT_SECONDS = 30


@st.cache_resource(show_spinner=False)
def client() -> Elasticsearch:
    """Return the client of the cluster in the environment; raises `SearchUnavailableError` if none is named."""
    connection = from_environment()
    if connection is None:
        raise SearchUnavailableError("ELASTICSEARCH_URL is not set: start the app with `make run`")
    return connect(connection)


def changes(query: ChangeQuery, kinds: tuple[str, ...] = ()) -> ChangeResults | None:
    """Return the changes that fit, `None` before the first refresh. kinds: of incentives; any of them, or () for all.

    Raises `SearchUnavailableError`.
    """
    with clear_errors(client()):
        if not client().indices.exists_alias(name=CHANGES):
            return None
    if not kinds:
        return ChangeSearcher(client()).search(query)
    matcher = Matcher(client(), tables(), tokenizer())
    return searched(matcher, query, Query(today(), region=query.region, kinds=kinds))


@st.cache_data(show_spinner=False, ttl=KEPT_SECONDS)
def coverage() -> Coverage:
    """Return the coverage as of half a minute ago at most. Raises `SearchUnavailableError`."""
    return read_coverage(client(), tables().documents.keys())


def versions(document: str) -> Versions:
    """Return the versions of a document. Raises `SearchUnavailableError`."""
    return VersionReader(client()).versions(document)


def comparison(document: str, old: int, new: int) -> Comparison | None:
    """Return what differs between two versions, `None` if there are no such. Raises `SearchUnavailableError`."""
    return VersionReader(client()).compare(document, old, new)
