"""Atom (RFC 4287): a feed as a value, and as the bytes that are sent. No text can become markup here."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

NAMESPACE = "http://www.w3.org/2005/Atom"
MEDIA = "application/atom+xml"
AUTHORITY = "tag:ai-policy-kb,2026:"
"""Of the ids (RFC 4151). They name no host, so that an entry keeps its id wherever the app runs."""

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
WEB = re.compile(r"https?://[^\s<>\"\\^`{|}]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. id: behind the authority, in characters of a URI. page: of this app. source: page of the issuer.

    categories: (code, name).
    """

    id: str
    title: str
    updated: datetime
    summary: str
    page: str
    published: datetime | None = None
    source: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """One page of a feed. links: (relation, address, media type or `None`). updated: where there is no entry."""

    id: str
    title: str
    subtitle: str
    author: str
    updated: datetime
    links: tuple[tuple[str, str, str | None], ...]
    entries: tuple[Entry, ...]


def write(feed: Feed) -> bytes:
    """Return the feed as XML."""
    root = Element("feed", {"xmlns": NAMESPACE, "xml:lang": "zh-CN"})
    _add(root, "id", AUTHORITY + feed.id)
    _add(root, "title", feed.title)
    _add(root, "subtitle", feed.subtitle)
    _add(root, "updated", _moment(max((entry.updated for entry in feed.entries), default=feed.updated)))
    _person(root, feed.author)
    for relation, address, media in feed.links:
        _link(root, relation, address, media)
    for entry in feed.entries:
        _entry(root, entry)
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _entry(root: Element, entry: Entry) -> None:
    node = SubElement(root, "entry")
    _add(node, "id", AUTHORITY + entry.id)
    _add(node, "title", " ".join(entry.title.split()))
    _add(node, "updated", _moment(entry.updated))
    if entry.published:
        _add(node, "published", _moment(entry.published))
    for name in entry.authors:
        _person(node, name)
    _link(node, "alternate", entry.page, "text/html")
    if entry.source and WEB.fullmatch(entry.source):
        _link(node, "via", entry.source, None)
    for code, name in entry.categories:
        SubElement(node, "category", {"term": clean(code), "label": clean(name)})
    _add(node, "summary", entry.summary, type="text")


def clean(text: str) -> str:
    """Return `text` without the characters that XML cannot hold."""
    return NOT_XML.sub("", text)


def _add(parent: Element, name: str, text: str, **attributes: str) -> None:
    SubElement(parent, name, attributes).text = clean(text)


def _person(parent: Element, name: str) -> None:
    _add(SubElement(parent, "author"), "name", name)


def _link(parent: Element, relation: str, address: str, media: str | None) -> None:
    SubElement(parent, "link", {"rel": relation, "href": clean(address)} | ({"type": media} if media else {}))


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def lines(parts: Iterable[str | None]) -> str:
    """Return the parts that are there as lines."""
    return "\n".join(part for part in parts if part)
