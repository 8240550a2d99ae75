"""How the text of a document that is not held can be brought by hand: the command that takes a saved page of it in."""

import shlex
from collections.abc import Iterable

from data.model import Document, Source
from data.sources import by_host, host_of

SAVED = "FILE"


def import_command(document: Document, sources: Iterable[Source]) -> str | None:
    """Return the command, with `FILE` for the saved page or PDF; `None` if its address is not known or of no source."""
    if document.url is None or by_host(sources).get(host_of(document.url) or "") is None:
        return None
    return f"python -m crawler import {SAVED} --url {shlex.quote(document.url)}"
