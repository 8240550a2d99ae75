"""From a fetched page and its files to a `Document`."""

from dataclasses import dataclass, replace
from hashlib import sha256
from posixpath import basename
from urllib.parse import unquote, urlsplit

from data.addresses import canonical
from data.model import (
    Basis,
    Certainty,
    Confidence,
    Document,
    DocumentKind,
    Ending,
    Incentive,
    IssuerLevel,
    Page,
    RegionLevel,
    TitleStatus,
    Window,
)
from data.tables import Tables
from index.read.attachments import Limits, Read, Worker, read_file
from index.read.attachments.worker import WorkerError
from index.read.bounds import cut, within
from index.read.citations import read_citations
from index.read.clauses import read_clauses
from index.read.files import Held, text_of, with_files
from index.read.html import read_html
from index.read.incentives import read_body
from index.read.kinds import kind_of_title, stated_validity
from index.read.metadata import Metadata, read_article
from index.read.parts import Article
from index.read.windows import read_windows

LEVELS = {
    RegionLevel.COUNTRY: IssuerLevel.CENTRAL,
    RegionLevel.PROVINCE: IssuerLevel.PROVINCE,
    RegionLevel.PREFECTURE: IssuerLevel.CITY,
    RegionLevel.COUNTY: IssuerLevel.DISTRICT,
    RegionLevel.ZONE: IssuerLevel.PARK,
}
HTML = ("html", "xml")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads pages. tables: what is known. worker: the process in which files and pages are parsed."""

    tables: Tables
    worker: Worker

    def read(self, page: Page, held: Held = lambda _: None, further: tuple[Page, ...] = ()) -> Document:
        """Return what a page says. Never raises for what is in it: `problems` tells what could not be read.

        held: gives the files that the page links to. further: second and later pages of a split article.
        """
        return self.finish(self.article(page, further), page, held)

    def article(self, page: Page, further: tuple[Page, ...] = ()) -> Article:
        """Return a page cut into its parts, with the links to its files, none of which is read."""
        article = self._article(page)
        for more in further:
            article = _joined(article, self._article(more))
        return article

    def finish(self, article: Article, page: Page, held: Held = lambda _: None) -> Document:
        """Return the document of an article that was cut out of `page`, with what its files say."""
        return self.document(with_files(article, held, self._file), page)

    def wording(self, page: Page, held: Held = lambda _: None, further: tuple[Page, ...] = ()) -> Document:
        """Return of what `read` does the title, the text and its clauses only: all that versions are told by."""
        article = with_files(self.article(page, further), held, self._file)
        return self._worded(article, read_article(article, url=page.url, tables=self.tables), page)

    def document(self, article: Article, page: Page) -> Document:
        """Return the document of an article that was cut out of `page`."""
        metadata = read_article(article, url=page.url, tables=self.tables)
        worded = self._worded(article, metadata, page)
        found = read_body(article.body, worded.clauses)
        region = self.tables.regions.get(metadata.region or "")
        document = replace(
            worded,
            level=LEVELS[region.level] if region else None,
            incentives=() if worded.kind is DocumentKind.READING else tuple(map(_read_here, found.incentives)),
            budgets=tuple(replace(budget, basis=Basis.OFFICIAL_PAGE) for budget in found.budgets),
            caps=tuple(replace(cap, basis=Basis.OFFICIAL_PAGE) for cap in found.caps),
            windows=self._windows(article, metadata, worded.kind),
            citations=read_citations(article, metadata),
            problems=(*article.problems, *found.problems),
        )
        return _with_status(_with_metadata(document, metadata), article, page)

    def _worded(self, article: Article, metadata: Metadata, page: Page) -> Document:
        return Document(
            id=page_id(page.url),
            title=metadata.title,
            title_status=TitleStatus.VERIFIED if metadata.title else TitleStatus.LOST,
            kind=kind_of_title(metadata.title),
            confidence=Confidence.HIGH,
            url=page.final_url or page.url,
            clauses=read_clauses(article.body),
            text=article.body,
            original=article.original,
            attachments=article.attachments,
            problems=article.problems,
            fetched=page.fetched,
        )

    def _article(self, page: Page) -> Article:
        named = next((value for name, value in page.headers if name.lower() == "content-type"), None)
        if not is_markup(page.body, named):
            return self._file_article(page)
        try:
            return self.worker.run(read_html, page.body, url=page.final_url or page.url, content_type=named)
        except WorkerError as error:
            return Article(None, "", "", "", problems=(error.failure,))

    def _file_article(self, page: Page) -> Article:
        name = unquote(basename(urlsplit(page.url).path))
        found = self._file(page.body, name)
        text, problems = within(text_of(found) or "")
        head, body, tail = cut(text, None)
        return Article(None, head, body, tail, problems=(*([found.problem] if found.problem else []), *problems))

    def _file(self, body: bytes, name: str) -> Read:
        return read_file(body, name=name, worker=self.worker)

    def _windows(self, article: Article, metadata: Metadata, kind: DocumentKind) -> tuple[Window, ...]:
        if kind is not DocumentKind.NOTICE:
            return ()
        day = metadata.published or metadata.written
        year = day.year if day else None
        return read_windows(article.body, title=metadata.title, year=year, published=metadata.published)


def page_id(url: str) -> str:
    """Return the id of a document that only a page is known of: it is made of the address and never changes."""
    return f"web-{sha256(canonical(url).encode()).hexdigest()[:16]}"


def is_markup(body: bytes, content_type: str | None) -> bool:
    """Tell whether an answer is a page and not a file, by its first bytes where its header does not say."""
    start = body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"%pdf", b"pk\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"rar!")):
        return False
    return start.startswith(b"<") or any(word in (content_type or "").lower() for word in HTML)


def unread(page: Page, problem: str, tables: Tables) -> Document:
    """Return the document of a page that could not be read: its address, what that tells, and why."""
    with Worker() as idle:
        return Reader(tables, idle).document(Article(None, "", "", "", problems=(problem,)), page)


def limits() -> Limits:
    """Return the bounds of reading one file."""
    return Limits()


def _joined(first: Article, more: Article) -> Article:
    body, cut_off = within(f"{first.body}\n{more.body}".strip("\n"))
    return replace(
        first,
        body=body,
        tail=more.tail or first.tail,
        links=tuple(dict.fromkeys((*first.links, *more.links))),
        problems=tuple(dict.fromkeys((*first.problems, *more.problems, *cut_off))),
    )


def _read_here(grant: Incentive) -> Incentive:
    return replace(grant, basis=Basis.OFFICIAL_PAGE)


def _with_metadata(document: Document, metadata: Metadata) -> Document:
    return replace(
        document,
        doc_number=metadata.doc_number,
        index_number=metadata.index_number,
        issuers=metadata.issuers,
        region=metadata.region,
        written=metadata.written,
        printed=metadata.printed,
        published=metadata.published,
        effective=metadata.effective,
        effective_words=metadata.effective_words,
        valid_years=metadata.valid_years,
        expires=metadata.expires,
        plan_until=metadata.plan_until,
        is_draft=metadata.is_draft,
        consultation=metadata.consultation,
        provenance=metadata.provenance,
        conflicts=metadata.conflicts,
    )


def _with_status(document: Document, article: Article, page: Page) -> Document:
    """Add what the page's table says of validity: in force on the day it was fetched, or over."""
    stated = stated_validity(article.labels)
    if stated is None:
        return document
    if stated:
        return replace(document, in_force_seen=page.fetched.date())
    return replace(document, ending=Ending(Certainty.STATED, note="公开信息表标注为失效或废止"))
