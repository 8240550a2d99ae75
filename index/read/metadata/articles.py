"""Metadata of a page: its 公开 table, its meta tags, its text; the region from issuers and host."""

import re
from collections.abc import Iterable
from dataclasses import replace

from data.model import Origin
from data.tables import Tables
from index.read.characters import fold
from index.read.metadata.assemble import assemble, with_region
from index.read.metadata.choose import choose
from index.read.metadata.claims import label_claims, text_claims, title_claims
from index.read.metadata.dates import mask
from index.read.metadata.drafts import find_consultation
from index.read.metadata.labels import find_labels
from index.read.metadata.result import Metadata
from index.read.metadata.strings import without_sounds
from index.read.parts import Article, Label
from index.read.regions import region_of_host, region_of_issuers

_HEAD_LINES = 12
_ASKED = re.compile("(?:意见)?(?:征集|征求|反馈)(?:意见)?(?:起止|截止)?(?:时间|日期|期限?)")


def read_article(article: Article, *, url: str, tables: Tables) -> Metadata:
    """Return the metadata of a page that was fetched from `url`. Never raises for what a page says."""
    above = find_labels(without_sounds(fold(article.head)))
    head = above.rest
    whole = "\n".join(part for part in (head, without_sounds(fold(article.body)), fold(article.tail)) if part)
    labels = [*label_claims(article.labels)]
    printed = (replace(label, origin=Origin.TEXT) for label in above.labels)
    shown = [*title_claims(article.title, Origin.TEXT), *label_claims(printed)]
    ordered = [said for origin in (Origin.TABLE, Origin.META) for said in labels if said.origin is origin]
    title = choose([*ordered, *shown]).text("title")
    top = head or "\n".join(whole.split("\n")[:_HEAD_LINES])
    metadata = assemble([*ordered, *shown, *text_claims(top, whole, title)], whole)
    return _placed(_consulted(metadata, (*article.labels, *above.labels)), url, tables)


def _consulted(metadata: Metadata, labels: Iterable[Label]) -> Metadata:
    """Return the metadata of a draft with the days for comments that a label gives, if its text gives none."""
    if not metadata.is_draft or metadata.consultation is not None:
        return metadata
    asked = (label for label in labels if _ASKED.fullmatch(label.name))
    found = (find_consultation(mask(fold(f"{label.name}：{label.value}"))) for label in asked)
    told = (window for window in found if window and (window.opens or "截止" in (window.quote or "")))
    return replace(metadata, consultation=next(told, None))  # one day alone may be the first or the last


def _placed(metadata: Metadata, url: str, tables: Tables) -> Metadata:
    host = region_of_host(url, tables)
    named = region_of_issuers(metadata.issuers, tables.regions, near=host)
    if named is not None:
        return with_region(metadata, named, "、".join(metadata.issuers), Origin.TEXT)
    return with_region(metadata, host, url, Origin.HOST)
