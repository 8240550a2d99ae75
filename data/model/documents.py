"""One policy document with all that is known of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from data.model.citations import Citation, CitedBy
from data.model.clauses import Clause
from data.model.incentives import Budget, Incentive, OverallCap
from data.model.provenance import Confidence, Conflict, Said
from data.model.validity import Ending, Window


class DocumentKind(StrEnum):
    """`policy`: rules, measures, plans. `notice`: opens an application round. `reading`: news, interviews, readings."""

    LAW = "law"
    POLICY = "policy"
    NOTICE = "notice"
    STANDARD = "standard"
    ANNOUNCEMENT = "announcement"
    READING = "reading"


class IssuerLevel(StrEnum):
    """Level of the issuing government. Associations, media and foreign bodies have none."""

    CENTRAL = "central"
    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    PARK = "park"


class TitleStatus(StrEnum):
    """How sure the title is.

    `verified`: seen on an official page. `secondary`: seen on somebody else's page. `short`: only its short form was
    seen. `guide`: read off the guide. `inferred`: put together from what survives. `lost`: not known.
    """

    VERIFIED = "verified"
    SECONDARY = "secondary"
    SHORT = "short"
    GUIDE = "guide"
    INFERRED = "inferred"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that belongs to a document.

    part: its text is a part of `Document.text` (the measure itself, under a covering notice).
    text: its text where it is not. method: how that was read, e.g. `pdf`, `ocr`, `docx`.
    problem: why it could not be read, for people; `None` if it was.
    """

    name: str
    url: str | None = None
    part: bool = False
    text: str | None = None
    method: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One policy document.

    title: official title; `None` if lost. working_title: our own name for it until the title is found.
    doc_number: 发文字号, brackets 〔〕. index_number: 索引号. issuers: in the order of the document.
    region: code of the `Region` it holds for; `None` outside China or where unknown. place: the place in words,
    where it says more than the region's name.
    Five dates: written 成文, printed 印发, published 发布, effective 施行, expires 失效 (last day in force).
    plan_until: last day of the plan years that title or text name; no end of validity is stated there.
    in_force_seen: the day somebody last found it in force without a repeal; for documents that state no last day.
    is_draft: 征求意见稿. draft_of: id of the final text. ending: see `Ending`.
    url: page of the document. evidence: further official pages that were seen. url_note: what is wrong with the url.
    budgets, caps: money and limits that are no incentives. note: what a reader must know.
    text: the document proper, paragraphs as lines; spans count its characters. `None` until a page of it was read.
    original: the same in the script of the page, where that is Traditional.
    effective_words: from when it holds, where that is no day (印发之日). valid_years: of 有效期N年, 试行期N年.
    consultation: days on which comments are taken. provenance: what was read where, for each field read from a page.
    problems: what could not be read of the page, for people. fetched: when the page was, in UTC.
    """

    id: str
    title_status: TitleStatus
    kind: DocumentKind
    confidence: Confidence
    title: str | None = None
    working_title: str | None = None
    level: IssuerLevel | None = None
    doc_number: str | None = None
    index_number: str | None = None
    issuers: tuple[str, ...] = ()
    region: str | None = None
    place: str | None = None
    written: date | None = None
    printed: date | None = None
    published: date | None = None
    effective: date | None = None
    expires: date | None = None
    plan_until: date | None = None
    in_force_seen: date | None = None
    validity_note: str | None = None
    is_draft: bool = False
    draft_of: str | None = None
    ending: Ending | None = None
    url: str | None = None
    url_note: str | None = None
    evidence: tuple[str, ...] = ()
    cited_by: tuple[CitedBy, ...] = ()
    windows: tuple[Window, ...] = ()
    incentives: tuple[Incentive, ...] = ()
    budgets: tuple[Budget, ...] = ()
    caps: tuple[OverallCap, ...] = ()
    clauses: tuple[Clause, ...] = ()
    note: str | None = None
    text: str | None = None
    original: str | None = None
    effective_words: str | None = None
    valid_years: int | None = None
    consultation: Window | None = None
    citations: tuple[Citation, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    provenance: tuple[Said, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    problems: tuple[str, ...] = ()
    fetched: datetime | None = None
