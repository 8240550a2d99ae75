"""The words of the field: what a document, an incentive, a region is here.

Everything else in the project is written in these words, so this module is the place to look one up.
They are values: frozen, comparable, without behaviour. Three rules hold for all of them:

- Money is whole yuan (`Yuan`), rates are percent (`Percent`: 30 means 30 %).
- Absent is `None` (on screen 未载明): not stated, or not found. It is never 0 and never a guess.
- Nothing here is a verdict that time makes false. Whether a document is in force on a day is computed
  from its dates and its `Ending` (see `index.validity`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import NewType

Yuan = NewType("Yuan", int)
"""An amount of money in whole yuan (CNY)."""

Percent = NewType("Percent", float)
"""A rate in percent: 30 is 30 %."""


class RegionLevel(StrEnum):
    """Levels of GB/T 2260, and `zone` for development zones, which have no code there."""

    COUNTRY = "country"
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    ZONE = "zone"


@dataclass(frozen=True, slots=True)
class Region:
    """A place that publishes rules or pays.

    `code` is the six digits of GB/T 2260 (`000000` for the whole country), or `<six digits>-<pinyin>` for a
    development zone. `parent` is the code one step up, `None` for the country only. `aliases` are other
    names people type; one alias may belong to several regions.
    """

    code: str
    name: str
    level: RegionLevel
    parent: str | None
    aliases: tuple[str, ...] = ()


class BenefitClass(StrEnum):
    """What a firm gets out of an incentive: it pays less, is paid, may use something, or is titled something."""

    RELIEF = "减免"
    GRANT = "奖补"
    RIGHT = "权益"
    TITLE = "资质"


@dataclass(frozen=True, slots=True)
class IncentiveKind:
    """One kind of incentive: `code` in programs and addresses, `name` and `english` on screen, `cues` in texts.

    `definition` says what counts as this kind and what does not.
    """

    code: str
    name: str
    english: str
    benefit_class: BenefitClass
    definition: str
    cues: tuple[str, ...]


class Basis(StrEnum):
    """What a figure rests on, strongest first.

    `official_page`: read on a page of the issuer or of a government site. `guide_and_page`: the guide and a page
    agree. `guide`: the figures survive in the guide's damaged text; the words of the trigger may be a reading.
    `draft`: taken from the consultation draft, the final text may differ. `third_party`: read on somebody else's page.
    """

    OFFICIAL_PAGE = "official_page"
    GUIDE_AND_PAGE = "guide_and_page"
    GUIDE = "guide"
    DRAFT = "draft"
    THIRD_PARTY = "third_party"


class Per(StrEnum):
    """The unit that one amount is paid for."""

    ENTITY = "entity"
    MODEL = "model"
    ALGORITHM = "algorithm"
    PROJECT = "project"
    DATASET = "dataset"
    PRODUCT = "product"
    PLATFORM = "platform"
    SCENE = "scene"
    TEAM = "team"
    PERSON = "person"
    EVENT = "event"
    STANDARD = "standard"
    PATENT = "patent"
    CONTRACT = "contract"


class Period(StrEnum):
    """How often: once (一次性), each year (每年) or each month (每月)."""

    ONCE = "once"
    YEARLY = "yearly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Span:
    """Where words stand in a document's text: `[start, end)` in characters of `Document.text`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Clause:
    """One numbered part of a document.

    `path` holds the numbers from the outside in, e.g. `("第三章", "第五条", "（二）")`.
    """

    path: tuple[str, ...]
    heading: str | None
    text: str
    span: Span


class ConditionKind(StrEnum):
    """What a condition does: without a `gate` nothing is paid, a `bonus` pays more, `discretion` is the office's."""

    GATE = "gate"
    BONUS = "bonus"
    DISCRETION = "discretion"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a grant in the words of the document, and where they stand."""

    kind: ConditionKind
    words: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Incentive:
    """One grant that one clause makes.

    no: number within its document, from 1. It is part of the grant's address and is never given again.
    kind: code of an `IncentiveKind`.
    trigger: what the money is paid for. beneficiary: who may get it.
    amount_max: the most that one unit (`per`) can get, in yuan. With `rates` it is the cap of the rate.
    up_to: the source gives the amount as an upper limit (最高, 不超过), not as a fixed sum.
    tiers: all amounts of a graded grant, in the order of the text; empty if there is one amount or none.
    floor: the least that is paid where a range or 不低于 is stated, in yuan.
    rates: share of the cost that is paid, percent; base rate first where several are stated.
    cap_per_entity: the most that one firm can get over all units, in yuan.
    pool: all the money there is for this grant, in yuan. Nobody gets this much.
    clause: where in the document, as the source names it. quote and span: the words themselves, once the
        document has been read; `None` for what is known from the catalog only.
    basis: what the figures rest on; `None` where that was not recorded.
    note: what a reader must know before relying on it.
    duration: the words that say for how long it is paid (连续支持两年). conditions: see `Condition`.
    stacking: the words on what it excludes or is paid beside (就高不重复).
    rule: name of the reading rule that found it; `None` for what the catalog says.
    """

    no: int
    kind: str
    trigger: str
    beneficiary: str | None = None
    amount_max: Yuan | None = None
    up_to: bool = False
    tiers: tuple[Yuan, ...] = ()
    floor: Yuan | None = None
    rates: tuple[Percent, ...] = ()
    per: Per | None = None
    period: Period | None = None
    cap_per_entity: Yuan | None = None
    pool: Yuan | None = None
    clause: str | None = None
    basis: Basis | None = None
    quote: str | None = None
    span: Span | None = None
    note: str | None = None
    duration: str | None = None
    conditions: tuple[Condition, ...] = ()
    stacking: str | None = None
    rule: str | None = None


class BudgetKind(StrEnum):
    """A `fund` to invest from, an `annual_budget` a government sets aside, the `pool` (pot) of one grant."""

    FUND = "fund"
    ANNUAL_BUDGET = "annual_budget"
    POOL = "pool"


@dataclass(frozen=True, slots=True)
class Budget:
    """Money that a document sets aside as a whole. No firm is promised this amount, so it is no incentive.

    amount: size in yuan. purpose: what it is for. incentive_kind: the kind of incentive it feeds, if one.
    """

    no: int
    kind: BudgetKind
    amount: Yuan
    purpose: str
    incentive_kind: str | None = None
    clause: str | None = None
    basis: Basis | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class OverallCap:
    """A limit over several incentives of a document: the most that one beneficiary gets from all of them, in yuan.

    incentive_kind: the kind it is limited to; `None` if it holds over all kinds.
    """

    no: int
    amount: Yuan
    scope: str
    beneficiary: str | None = None
    incentive_kind: str | None = None
    period: Period | None = None
    clause: str | None = None
    basis: Basis | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """One round in which applications are taken, both days included.

    closes_at: the hour on the last day, local time. kinds: codes of the incentives it is for; empty if not stated.
    materials: what is to be handed in. office: where, and how to ask; never a person's name. quote: the words that
    give the days.
    """

    opens: date | None
    closes: date | None
    closes_at: str | None = None
    kinds: tuple[str, ...] = ()
    note: str | None = None
    materials: tuple[str, ...] = ()
    office: str | None = None
    quote: str | None = None


class WindowState(StrEnum):
    """How an application round stands on a given day. Computed, see `index.windows`; never stored.

    `closing`: open, and the last day is at most 14 days away. `rolling`: applications are taken all the year.
    `unknown`: neither end says enough.
    """

    OPEN = "open"
    CLOSING = "closing"
    ROLLING = "rolling"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Dated(StrEnum):
    """What a day of a document is: a round opens, or is open for the last time; the last day in force."""

    OPENS = "opens"
    CLOSES = "closes"
    ENDS = "ends"


class ValidityState(StrEnum):
    """Whether a document holds on a given day. Computed, see `index.validity`; never stored."""

    IN_FORCE = "in_force"
    UNKNOWN = "unknown"
    NOT_YET = "not_yet"
    DRAFT = "draft"
    EXPIRED = "expired"
    REPLACED = "replaced"


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


class Confidence(StrEnum):
    """How much of the record somebody has seen on pages: most (`high`), some, or little."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Certainty(StrEnum):
    """How sure it is that one document ended another.

    `stated`: its text says so. `reported`: others say so. `inferred`: a new version of the same name took effect.
    `likely`: a later document covers the same items, no words of repeal were seen. `possible`: a later document on
    the subject exists. The first three end validity, `likely` makes it unknown, `possible` is only a hint.
    """

    STATED = "stated"
    REPORTED = "reported"
    INFERRED = "inferred"
    LIKELY = "likely"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Ending:
    """How a document ended before its own last day: by which other one, and from which day on it no longer holds.

    by: id of that document; by_title where it is not in the catalog. on: first day without force; `None` if unknown.
    """

    certainty: Certainty
    by: str | None = None
    by_title: str | None = None
    on: date | None = None
    note: str | None = None


class CitingSource(StrEnum):
    """`guide`: 《生成式人工智能服务合规备案指南（2026年）》. `seed`: another document the collection started from."""

    GUIDE = "guide"
    SEED = "seed"


@dataclass(frozen=True, slots=True)
class CitedBy:
    """Where a source cites a document: table number and clause of the guide, the date as printed there, or a footnote.

    ref: which seed, for `CitingSource.SEED`.
    """

    source: CitingSource
    table: int | None = None
    clause: str | None = None
    date_as_printed: str | None = None
    footnote: bool = False
    ref: str | None = None


class Relation(StrEnum):
    """What a document does to one that it cites. `cites`: it names it, no more can be said."""

    CITES = "cites"
    IMPLEMENTS = "implements"
    AMENDS = "amends"
    REPEALS = "repeals"
    REPLACES = "replaces"
    INTERPRETS = "interprets"
    NOTICE_FOR = "notice_for"
    DRAFT_OF = "draft_of"


class Role(StrEnum):
    """What another document is to one, seen from that one: each `Relation` from both of its ends, strongest first.

    `followed_by`, `follows`: a later document on the subject, of which it is not certain that it ended this one.
    """

    REPEALED_BY = "repealed_by"
    REPLACED_BY = "replaced_by"
    AMENDED_BY = "amended_by"
    FINAL = "final"
    DRAFT = "draft"
    BASIS = "basis"
    REPEALS = "repeals"
    REPLACES = "replaces"
    AMENDS = "amends"
    INTERPRETS = "interprets"
    INTERPRETED_BY = "interpreted_by"
    ANNOUNCES = "announces"
    ANNOUNCED_BY = "announced_by"
    IMPLEMENTED_BY = "implemented_by"
    FOLLOWED_BY = "followed_by"
    FOLLOWS = "follows"
    CITES = "cites"
    CITED_BY = "cited_by"


@dataclass(frozen=True, slots=True)
class Citation:
    """Another document as this one names it. target: id of the document meant, where it is known."""

    relation: Relation
    title: str | None = None
    doc_number: str | None = None
    target: str | None = None
    quote: str | None = None
    span: Span | None = None


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


class Origin(StrEnum):
    """Where a value was read, strongest first: the page's 公开 table, meta tags, text, address; the catalog."""

    TABLE = "table"
    META = "meta"
    TEXT = "text"
    HOST = "host"
    CATALOG = "catalog"


@dataclass(frozen=True, slots=True)
class Said:
    """What one place says of one field. words: as they stand there. value: as read, dates as YYYY-MM-DD."""

    field: str
    origin: Origin
    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Places that disagree on a field of a document, the one that was taken first."""

    field: str
    said: tuple[Said, ...]


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


@dataclass(frozen=True, slots=True)
class Page:
    """One resource as it was fetched once.

    url: as it was asked for, http or https. final_url: where the answer came from, `None` if it was not redirected.
    fetched: with a time zone. headers: names and values as sent, in order, one character a byte (Latin-1).
    body: the bytes without transfer and content encoding. imported: saved by hand, not fetched by the crawler.
    digest: SHA-256 of `body`, hexadecimal, computed here.
    """

    url: str
    fetched: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
    final_url: str | None = None
    imported: bool = False
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", sha256(self.body).hexdigest())


class Finding(StrEnum):
    """What one request for a URL found.

    `new`: the first version of it. `changed`: bytes other than the newest version's. `same`: the same bytes again.
    `unchanged`: the server says so (304). `gone`: 404 or 410. `failed`: anything else, or no answer.
    """

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    UNCHANGED = "unchanged"
    GONE = "gone"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a URL and what it found.

    at: UTC. status: of the answer, `None` if there was none. digest: SHA-256 of the version that the visit brought or
    found again, `None` if gone or failed. moved: what is known of the URL's present state changed: it has a new newest
    version, it went, or it is back. cause: why it failed, where the crawler knows.
    """

    source: str
    run: str
    url: str
    at: datetime
    finding: Finding
    status: int | None
    digest: str | None
    moved: bool
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """One kept version of a URL's bytes: when they came, and where they lie.

    at: UTC. digest: SHA-256, hexadecimal. file: name of the WARC file; offset, length: bytes of the record's gzip
    member in it. imported: saved by hand, not fetched by the crawler.
    """

    source: str
    run: str
    url: str
    at: datetime
    digest: str
    file: str
    offset: int
    length: int
    imported: bool = False


class Outcome(StrEnum):
    """How a run of a source ended. Only `ok` and `unchanged` are good.

    `blocked`: a challenge or 403. `robots`: robots.txt says no. `unreachable`: DNS, TLS, time-out. `stale`: nothing new
    for too long. `needs_browser`: lists through script only. `imported`: pages saved by hand; says nothing of the site.
    """

    OK = "ok"
    UNCHANGED = "unchanged"
    PARTIAL = "partial"
    EMPTY = "empty"
    LAYOUT_CHANGED = "layout_changed"
    BLOCKED = "blocked"
    ROBOTS = "robots"
    UNREACHABLE = "unreachable"
    STALE = "stale"
    NEEDS_BROWSER = "needs_browser"
    IMPORTED = "imported"


Evidence = Mapping[str, str | int | float | bool | None]
"""What an outcome rests on, by name: counts, expected counts, a cause in words."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one source. ended, outcome: `None` while it goes on, and for ever if it was killed.

    id: unique in the source, sorts by start. counts: visits by finding, as far as they are in the ledger.
    """

    source: str
    id: str
    started: datetime
    ended: datetime | None = None
    outcome: Outcome | None = None
    evidence: Evidence = field(default_factory=dict)
    counts: Mapping[Finding, int] = field(default_factory=dict)


class ChangeKind(StrEnum):
    """What a refresh can bring. `restored`: a withdrawn page is there again. The rest: see `index.changes`."""

    NEW = "new"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"
    REPEALED = "repealed"
    REPLACED = "replaced"
    EXPIRED = "expired"
    ENDING_SOON = "ending_soon"
    WINDOW_OPENED = "window_opened"
    WINDOW_CLOSING = "window_closing"
    WINDOW_CLOSED = "window_closed"


class Edit(StrEnum):
    """What became of a run of words between two versions."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words and what became of it. Runs that were kept and removed, joined, are the former text."""

    edit: Edit
    text: str


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """One clause that differs. path: now, or in the former version if it is gone; empty before the first number.

    pieces: the whole clause; all of them `added` for a new clause, all `removed` for one that is gone.
    """

    path: tuple[str, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """One thing that a change was derived from.

    what: `visit` (a page of the archive), `catalog` (a table), or the field of the document that gives the day.
    words: as the document says it, or the catalog. source, run, url, at: the visit. before, after: SHA-256 of the
    page's bytes, `None` where there was no page before, or there is none now.
    """

    what: str
    words: str | None = None
    source: str | None = None
    run: str | None = None
    url: str | None = None
    at: datetime | None = None
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What one refresh found about one document.

    id: the same event has the same id in every run, so that it is announced once. seen: the day of the refresh.
    day: the day of the event itself, e.g. the last day in force; `None` where there is none.
    by: id of the document that ended this one; by_title where it is not in the collection.
    window: the round that opened or closes. clauses: what differs, for amendments. quote: words of a
    document that say it. note: a remark, mostly the catalog's, where no words are held; it is no quotation.
    """

    id: str
    document: str
    kind: ChangeKind
    seen: date
    title: str | None = None
    region: str | None = None
    day: date | None = None
    by: str | None = None
    by_title: str | None = None
    window: Window | None = None
    clauses: tuple[ClauseChange, ...] = ()
    quote: str | None = None
    note: str | None = None
    grounds: tuple[Ground, ...] = ()
