"""Where documents are published, and what the crawler must know of a site."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from data.model.provenance import Confidence


class Watch(StrEnum):
    """Which entries of a source's lists are fetched: those whose title holds a watch word, or all of them."""

    TITLE = "title"
    ALL = "all"


class Need(StrEnum):
    """What a site asks for that a plain crawl does not have."""

    BROWSER = "browser"


@dataclass(frozen=True, slots=True)
class Listing:
    """One list of a source: the address of its first page, and what the reader of the CMS family must know of it.

    options: the keys and values that the family's module in `crawler.families` names, all of them text.
    name: what the column is called on the site.
    """

    url: str
    options: Mapping[str, str] = field(default_factory=dict)
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One place that publishes: who, for which region, on which CMS family, where its lists are.

    family: a name of `data.sources.FAMILIES`; `pages` is a site without lists, which only holds cited documents.
    hosts: the only hosts from which its pages and attachments are fetched; a port is part of the host.
    expected: number of entries that a healthy crawl of all its lists yields at least, before titles are filtered;
        None exactly when nothing can be listed (no lists, or the site needs a browser).
    interval_days: usual time between two new entries; a list that is silent for several of them is stale. None:
        not known, so never called stale.
    delay: whole seconds between two requests to one host; None: the crawler's own.
    needs: why the site cannot be listed without more than plain requests; None: it can.
    legacy_renegotiation, weak_ciphers: what TLS may be relaxed for its hosts. Certificates are always verified.
    verified: day on which this project last fetched it and got what this record says; None: never.
    confidence, as_of: how sure, and of which month or day, the facts are that the record was written from.
    """

    id: str
    publisher: str
    region: str
    family: str
    hosts: tuple[str, ...]
    verified: date | None
    confidence: Confidence
    as_of: str | None = None
    listings: tuple[Listing, ...] = ()
    expected: int | None = None
    interval_days: int | None = None
    watch: Watch = Watch.TITLE
    delay: int | None = None
    needs: Need | None = None
    legacy_renegotiation: bool = False
    weak_ciphers: bool = False
    evidence: tuple[str, ...] = ()
    note: str | None = None
