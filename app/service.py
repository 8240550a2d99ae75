"""What the pages share for all visitors: tables, tokenizer and the way to Elasticsearch, made once a process."""

import streamlit as st

from data.tables import Tables, load
from index.client import SearchUnavailableError, connect, from_environment
from index.search import Searcher
from index.tokens import tokenizer


@st.cache_resource(show_spinner=False)
def tables() -> Tables:
    """Return the tables."""
    return load()


@st.cache_resource(show_spinner=False)
def searcher() -> Searcher:
    """Return the searcher on the cluster of the environment; raises `SearchUnavailableError` if none is named."""
    connection = from_environment()
    if connection is None:
        raise SearchUnavailableError("ELASTICSEARCH_URL is not set: start the app with `make run`")
    return Searcher(connect(connection), tables(), tokenizer())
