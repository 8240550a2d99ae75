"""The spider of a source: cited pages, known pages again, and what its lists name.

It fetches and understands nothing: pages go to the archive as they came. Lists are read by the source's family, and
only to learn which pages there are.
"""

from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping
from enum import Enum
from typing import Any
from urllib.parse import urlencode

from scrapy import Request, Spider, signals
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.challenges import challenge_in
from crawler.checks import Cause, ListSeen
from crawler.decode import decode
from crawler.failures import explain
from crawler.families import FAMILIES
from crawler.families.listing import Answer, Ask, Entry, LayoutChangedError
from crawler.families.options import OptionError
from crawler.families.walk import Walk
from crawler.job import Job, Missed, now
from crawler.links import allowed, attachments, further_pages
from crawler.markup import MOST_SEARCHED, parse, searchable
from data.addresses import canonical
from data.model import Listing, Need, Page, Watch
from data.sources import PAGES, watched_word

BATCH = 50
"""First pages that are handed to the scheduler at once; the next wait until it is empty, so that memory stays flat."""

Found = Request | Page | Missed


class Beside(Enum):
    """What is looked for on a page that came: attachments and further pages, only files, or nothing.

    A further page has no further pages of its own and an attachment none at all, so that no site can lead on for ever.
    """

    ALL = "all"
    FILES = "files"
    NOTHING = "nothing"


class SourceSpider(Spider):
    """Crawls one source. `job` says what, and keeps what was seen."""

    name = "source"

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.job = job
        self.hosts = job.source.hosts
        self._seen: set[str] = set()
        # Addresses that lists named; each becomes a request, which is much larger, only when its turn is near.
        self._waiting: deque[str] = deque()

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the lists, then for the pages that are cited or known, a few at a time."""
        for fault in (signals.spider_error, signals.item_error):
            self.crawler.signals.connect(self._note_fault, fault)
        self.crawler.signals.connect(self._ask_waiting, signals.scheduler_empty)
        if self.job.source.needs is Need.BROWSER:
            return
        for request in self._lists():
            yield request
        requests = (request for url in self.job.first_pages() for request in self._page(url))
        for number, request in enumerate(requests, 1):
            yield request
            if number % BATCH == 0:
                await self.crawler.signals.wait_for(signals.scheduler_empty)

    def _ask_waiting(self) -> None:
        """Ask for some of the pages that lists named."""
        asked = 0
        while self._waiting and asked < BATCH and self.crawler.engine is not None:
            for request in self._page(self._waiting.popleft()):
                self.crawler.engine.crawl(request)
                asked += 1

    def _lists(self) -> Iterator[Request]:
        if self.job.source.family == PAGES:
            return
        for listing in self.job.source.listings:
            seen = ListSeen(listing.url)
            self.job.tally.lists.append(seen)
            try:
                asks = FAMILIES[self.job.source.family].first(listing)
            except OptionError as error:
                seen.layout = str(error)
                continue
            for ask in asks:
                yield self._list_page(ask, listing, seen, Walk())

    def _list_page(self, ask: Ask, listing: Listing, seen: ListSeen, walk: Walk) -> Request:
        headers: dict[str, str] = dict(ask.headers)
        body = urlencode(ask.form)
        if ask.method == "POST":
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        return Request(
            ask.url,
            method=ask.method,
            headers=headers,
            body=body,
            callback=self.parse_list,
            errback=self.list_failed,
            dont_filter=True,
            priority=10,
            cb_kwargs={"ask": ask, "listing": listing, "seen": seen, "walk": walk},
        )

    def parse_list(
        self, response: Response, *, ask: Ask, listing: Listing, seen: ListSeen, walk: Walk
    ) -> Iterator[Found]:
        """Read one page of a list: ask for the pages it names, and for its next page."""
        self._stop_if_full()
        answer = _answer(response)
        if challenge := challenge_in(answer, self.job.challenges):
            seen.cause, seen.fault = (
                Cause.BLOCKED,
                f"wall of {challenge.product} ({challenge.id}), status {answer.status}",
            )
            self.job.tally.causes[Cause.BLOCKED] += 1
            return
        if len(answer.body) > MOST_SEARCHED:
            seen.cause, seen.fault = Cause.TOO_LARGE, f"a list of {len(answer.body)} bytes"
            self.job.tally.causes[Cause.TOO_LARGE] += 1
            return
        try:
            listed = FAMILIES[self.job.source.family].read(answer, listing, ask)
        except LayoutChangedError as error:
            if answer.status >= 500:
                seen.cause, seen.fault = Cause.STATUS, f"status {answer.status}"
                self.job.tally.causes[Cause.STATUS] += 1
            else:
                seen.layout = str(error)
            return
        walk = walk.after(listed)
        seen.pages, seen.entries = seen.pages + 1, max(seen.entries, walk.found)
        self._note_entries(walk.fresh)
        yield from self._next(listing, seen, walk)

    def _note_entries(self, entries: tuple[Entry, ...]) -> None:
        tally, source = self.job.tally, self.job.source
        for entry in entries:
            if entry.published and entry.published <= now().date():
                tally.newest = max(tally.newest or entry.published, entry.published)
            if source.watch is Watch.ALL or watched_word(entry.title, self.job.watch_words):
                self._waiting.append(entry.url)

    def _next(self, listing: Listing, seen: ListSeen, walk: Walk) -> Iterator[Request]:
        if walk.next is None:
            seen.missing = walk.missing or 0
        elif seen.pages >= self.job.settings.list_pages or not allowed(walk.next.url, self.hosts):
            seen.cut = True
        else:
            yield self._list_page(walk.next, listing, seen, walk)

    def list_failed(self, failure: Failure) -> None:
        """Note why a page of a list did not come."""
        cause, said = explain(failure)
        seen = failure.request.cb_kwargs["seen"]  # type: ignore[attr-defined]
        seen.cause, seen.fault = cause, said
        self.job.tally.causes[cause] += 1

    def _page(self, url: str, beside: Beside = Beside.ALL) -> Iterator[Request]:
        address = canonical(url)
        if address in self._seen or not allowed(address, self.hosts):
            return
        self._seen.add(address)
        if address in self.job.done:
            yield from self._beside_held(address, beside)
            return
        self.job.tally.asked += 1
        yield Request(
            address,
            callback=self.parse_page,
            errback=self.page_failed,
            dont_filter=True,
            headers=self._validators(address),
            cb_kwargs={"address": address, "beside": beside},
        )

    def _validators(self, url: str) -> dict[str, str]:
        etag, modified = self.job.archive.validators(self.job.source.id, url) or (None, None)
        named = {"If-None-Match": etag, "If-Modified-Since": modified}
        return {name: value for name, value in named.items() if value}

    def parse_page(self, response: Response, *, address: str, beside: Beside) -> Iterator[Found]:
        """Keep a page, and ask for its attachments and further pages."""
        self._stop_if_full()
        answer = _answer(response)
        if challenge := challenge_in(answer, self.job.challenges):
            yield Missed(address, now(), Cause.BLOCKED, f"wall of {challenge.product}", answer.status)
            return
        if answer.status not in {200, 304, 404, 410}:
            status = answer.status if answer.status in range(100, 1000) else None
            yield Missed(address, now(), Cause.STATUS, f"status {answer.status}"[:40], status)
            return
        if answer.status == 200 and (fault := _fault(response)):
            yield Missed(address, now(), Cause.BROKEN, fault, answer.status)
            return
        yield Page(
            url=address,
            fetched=now(),
            status=answer.status,
            headers=_headers(response),
            body=answer.body,
            final_url=None if canonical(response.url) == address else response.url,
        )
        if answer.status == 200:
            yield from self._beside(answer, beside)
        elif answer.status == 304:
            yield from self._beside_held(address, beside)

    def _beside(self, answer: Answer, beside: Beside) -> Iterator[Request]:
        if beside is Beside.NOTHING or not _is_html(answer):
            return
        body = searchable(answer.body)
        if len(body) > MOST_SEARCHED:
            self._note(f"{answer.url}: files beside a page of {len(body)} bytes of mark-up were not looked for")
            return
        html = parse(decode(body, answer.headers))
        files = attachments(html, answer.url)
        further = further_pages(html, answer.url) if beside is Beside.ALL else ()
        # The tree is many times the page, and would wait here until all that it names is asked for.
        del html, body
        for url in files:
            yield from self._page(url, Beside.NOTHING)
        for url in further:
            yield from self._page(url, Beside.FILES)

    def _beside_held(self, address: str, beside: Beside) -> Iterator[Request]:
        """Ask for what stands beside a page that is not sent again, if the last run may have missed some of it."""
        held = self.job.archive.page(address, source=self.job.source.id) if self.job.left_behind else None
        if held is not None:
            url = held.final_url or held.url
            yield from self._beside(Answer(url, held.status, _by_name(held.headers), held.body), beside)

    def page_failed(self, failure: Failure) -> Iterator[Missed]:
        """Note why a page did not come."""
        cause, said = explain(failure)
        yield Missed(failure.request.cb_kwargs["address"], now(), cause, said)  # type: ignore[attr-defined]

    def _note_fault(self, failure: Failure) -> None:
        """Note an error of our own code, which Scrapy only logs: what it cost is not known, so the run is not good."""
        self._note(f"fault of the crawler: {type(failure.value).__name__}: {failure.getErrorMessage()}")

    def _note(self, fault: str) -> None:
        self.job.tally.faults += 1
        self.job.tally.first_fault = self.job.tally.first_fault or fault

    def _stop_if_full(self) -> None:
        if self.job.error is not None:
            raise CloseSpider("archive")


def _fault(response: Response) -> str | None:
    """Say why a body is no page, though the status is good; `None` if it may be one."""
    if not response.body.strip():
        return "the body is empty"
    packed = response.headers.get(b"Content-Encoding")
    return f"the body is packed in an unknown way: {packed.decode('latin-1')[:40]}" if packed else None


def _answer(response: Response) -> Answer:
    return Answer(response.url, response.status, _by_name(_headers(response)), response.body)


def _headers(response: Response) -> tuple[tuple[str, str], ...]:
    named: Mapping[Any, Any] = response.headers
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, values in named.items() for value in _each(values)
    )


def _each(values: bytes | list[bytes]) -> list[bytes]:
    return values if isinstance(values, list) else [values]


def _by_name(headers: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return dict(headers)


def _is_html(answer: Answer) -> bool:
    named = next((value for name, value in answer.headers.items() if name.lower() == "content-type"), "")
    return "html" in named.lower() or (not named and b"<" in answer.body[:1000])
