"""What is passed between the parts of reading: a page cut up, before anything in it is understood."""

from dataclasses import dataclass

from data.model import Attachment, Origin


@dataclass(frozen=True, slots=True)
class Label:
    """A labelled value of a page: a cell of its 公开 table, or a meta tag.

    name: without blanks and colons, half-width, Simplified: `索引号`, `ArticleTitle`. value: with blanks joined.
    origin: `table` or `meta`.
    """

    name: str
    value: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the page to a file. url: absolute."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Article:
    """One page or file, cut into parts. All texts are Simplified; paragraphs are lines, cells of a row part by a tab.

    title: what the page shows as its heading. head: title, number, issuers, salutation, 题注, as they stand.
    body: the document proper. tail: signatures and their date, 附件 list, 公开方式, 印发 lines.
    original: head, body and tail as they were, where the page is in Traditional script.
    labels: in the order of the page. links: files that belong to the document, without those of the site around it.
    attachments: files whose text is part of `body` or was read.
    problems: what could not be read, for people.
    """

    title: str | None
    head: str
    body: str
    tail: str
    original: str | None = None
    labels: tuple[Label, ...] = ()
    links: tuple[Link, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    problems: tuple[str, ...] = ()
