"""Small parts of the crawler: settings, addresses, Retry-After, walls, who owns a cited page, pages by hand."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from OpenSSL import SSL
from scrapy.core.downloader.contextfactory import _get_creator_context, _ScrapyClientContextFactory
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Request, Response
from scrapy.utils.test import get_crawler
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.addresses import is_public, read_hosts
from crawler.challenges import challenge_in, read_challenges
from crawler.checks import Tally, judge
from crawler.crawl import Report, cited_pages
from crawler.downloads import BoundedHTTP
from crawler.families.listing import Answer
from crawler.imports import ImportRefusedError, import_file
from crawler.job import done_lately
from crawler.markup import MOST_SEARCHED, searchable
from crawler.politeness import DeadHostError, DeadHosts, PatientRetry, retry_after
from crawler.report import table_of_reports
from crawler.settings import SettingError, Settings, for_scrapy, from_environment
from crawler.tls import OP_LEGACY_SERVER_CONNECT, LegacyHTTPS, LegacyRenegotiation
from data.archive import Archive
from data.model import Outcome, Page
from data.sources import by_host
from data.tables import TABLES, Tables, load

KNOWN: Tables = load()


def test_settings_come_from_the_environment() -> None:
    settings = from_environment(
        {"CRAWLER_CONTACT": "mailto:a@b.cn", "CRAWLER_DELAY": "0.5", "CRAWLER_ALLOW_PRIVATE": "1"}
    )
    assert (settings.delay, settings.allow_private) == (0.5, True)
    assert settings.user_agent.startswith("Mozilla/5.0 (compatible; ai-policy-kb/")
    assert settings.user_agent.endswith("; +mailto:a@b.cn)")
    assert from_environment({}) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CRAWLER_DELAY", "soon"),
        ("CRAWLER_DELAY", "-1"),
        ("CRAWLER_AT_ONCE", "0"),
        ("CRAWLER_ALLOW_PRIVATE", "yes"),
        ("CRAWLER_CONTACT", "two words"),
        ("CRAWLER_CONTACT", "a\r\nX: y"),
    ],
)
def test_wrong_settings_are_named(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        from_environment({name: value})


def test_every_source_is_crawled_politely() -> None:
    for source in KNOWN.sources.values():
        told = for_scrapy(Settings(), source)
        assert told["ROBOTSTXT_OBEY"] is True
        assert told["DOWNLOAD_VERIFY_CERTIFICATES"] is True
        assert told["CONCURRENT_REQUESTS_PER_DOMAIN"] == 1
        assert told["DOWNLOAD_DELAY"] >= 1


def test_relaxed_tls_is_asked_for_by_name_reported_and_still_verified() -> None:
    source = replace(KNOWN.sources["cac"], legacy_renegotiation=True, weak_ciphers=True)
    assert for_scrapy(Settings(), source)["DOWNLOAD_HANDLERS"]["https"] == "crawler.tls.LegacyHTTPS"
    assert "crawler.tls" not in str(for_scrapy(Settings(), KNOWN.sources["cac"])["DOWNLOAD_HANDLERS"])
    assert issubclass(LegacyHTTPS, BoundedHTTP)
    assert judge(source, Tally(), (), date(2026, 1, 1))[1]["tls_relaxed"] == "legacy_renegotiation, weak_ciphers"
    strict: Any = _ScrapyClientContextFactory(verify_certificates=True)
    for policy, relaxed in ((strict, 0), (LegacyRenegotiation(strict), OP_LEGACY_SERVER_CONNECT)):
        context = _get_creator_context(policy.creatorForNetloc(b"www.cac.gov.cn", 443))
        assert context.set_options(0) & OP_LEGACY_SERVER_CONNECT == relaxed
        assert context.get_verify_mode() & SSL.VERIFY_PEER


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.1", "100.64.0.1", "224.0.0.1",
     "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::"],
)  # fmt: skip
def test_private_addresses_are_known(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "223.5.5.5", "2400:3200::1", "::ffff:8.8.8.8"])
def test_public_addresses_are_known(address: str) -> None:
    assert is_public(address)


def test_hosts_file(tmp_path: Path) -> None:
    path = tmp_path / "hosts"
    path.write_text("# test\nCAC.test 127.0.0.1 # loopback\n\nbroken\n")
    assert read_hosts(path) == {"cac.test": "127.0.0.1"}
    assert read_hosts(None) == {}


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(b"120", 120.0), (b"0", 0.0), (b"", None), (b"soon", None), (b"Wed, 21 Oct 2015 07:28:00 GMT", 0.0)],
)
def test_retry_after(header: bytes, seconds: float | None) -> None:
    assert retry_after(Response("http://x/", headers={b"Retry-After": header})) == seconds


def test_retry_after_a_date() -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(minutes=2), usegmt=True)
    wait = retry_after(Response("http://x/", headers={b"Retry-After": until.encode()}))
    assert wait is not None
    assert 60 < wait <= 120
    assert retry_after(Response("http://x/")) is None


@pytest.mark.parametrize(
    ("errors", "dead"),
    [
        ([DownloadTimeoutError()] * 3, True),
        ([DownloadFailedError()] * 3, True),
        ([DownloadFailedError()] * 2, False),
        ([ResponseDataLossError()] * 9, False),
        ([DownloadCancelledError()] * 9, False),
        ([IgnoreRequest()] * 9, False),
        ([DownloadFailedError(), DownloadFailedError(), ResponseDataLossError(), DownloadFailedError()], False),
        ([DownloadFailedError(), IgnoreRequest(), DownloadFailedError(), DownloadTimeoutError()], True),
    ],
)
def test_a_host_that_does_not_answer_is_dead_and_one_that_answers_badly_is_not(
    errors: list[Exception], *, dead: bool
) -> None:
    hosts, request = DeadHosts(120), Request("http://x.test/")
    for error in errors:
        hosts.process_request(request)
        hosts.process_exception(request, error)
    if dead:
        with pytest.raises(DeadHostError, match=r"x\.test did not answer 3 times"):
            hosts.process_request(request)
    hosts.process_request(Request("http://y.test/"))
    if not dead:
        hosts.process_request(request)


def test_without_a_network_nothing_is_tried_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PatientRetry, "silent", set())
    monkeypatch.setattr(PatientRetry, "answered", False)
    crawler = get_crawler(settings_dict={"CRAWL_SETTINGS": Settings(), "RETRY_EXCEPTIONS": [DownloadTimeoutError]})
    crawler.spider = crawler._create_spider("any")
    retry = PatientRetry.from_crawler(crawler)

    def again(number: int) -> bool:
        request = Request(f"http://h{number}.test/")
        return asyncio.run(retry.process_exception(request, DownloadTimeoutError())) is not None

    assert [again(number) for number in range(10)] == [True] * 8 + [False] * 2
    asyncio.run(retry.process_response(Request("http://h3.test/"), Response("http://h3.test/")))
    assert again(9)
    monkeypatch.setattr(PatientRetry, "answered", False)
    asyncio.run(retry.process_exception(Request("http://h4.test/"), ResponseDataLossError()))
    assert again(9)


def test_pictures_inside_of_a_large_page_are_left_aside() -> None:
    picture = b'<img src="data:image/png;base64,' + b"iVBORw0KGgo+/A==" * 300_000 + b'">'
    assert searchable(b"<p>" + picture) == b"<p>" + picture
    large = b"<p>" + picture * 2 + b'<a href="a.pdf">data:</a>'
    assert len(large) > MOST_SEARCHED
    assert searchable(large) == b"<p>" + b'<img src="data:,">' * 2 + b'<a href="a.pdf">data:</a>'


CHALLENGES = read_challenges(TABLES)


@pytest.mark.parametrize(
    ("status", "body", "wall"),
    [
        (412, "", "rui-shu"),
        (202, "<script>var a</script>", "rui-shu-accepted"),
        (202, "queued", None),
        (521, "x", "jsl"),
        (200, "<script>document.cookie='__jsl_clearance=1'</script>", "jsl-cookie"),
        (403, "no", "forbidden"),
        (200, "<title>访问</title>您的请求已被拦截", "blocked-page"),
        (200, "<p>关于人工智能的若干措施</p>", None),
        (200, "您的请求已被拦截" + "正文" * 20_000, None),
        (404, "not found", None),
    ],
)
def test_walls(status: int, body: str, wall: str | None) -> None:
    found = challenge_in(Answer("http://x/", status, {}, body.encode()), CHALLENGES)
    assert (found.id if found else None) == wall


def test_every_cited_page_is_asked_by_exactly_one_source() -> None:
    cited = cited_pages(KNOWN.documents, KNOWN.sources)
    asked = [url for urls in cited.values() for url in urls]
    wanted = {url for document in KNOWN.documents.values() for url in (document.url, *document.evidence) if url}
    assert set(asked) == wanted
    assert len(asked) == len(set(asked))


URL = "https://www.cac.gov.cn/2023-07/13/c_1690898327029107.htm"


def take_in(folder: Path, file: Path, *, source: str | None = None, url: str | None = None) -> list[str]:
    with Archive(folder) as archive:
        found = import_file(archive, KNOWN.sources, file, source=source, url=url, most_bytes=1_000_000)
        return [f"{name} {visit.finding} {visit.url}" for name, visit in found]


def test_saved_page_goes_in_as_if_crawled_and_is_marked(tmp_path: Path) -> None:
    saved = tmp_path / "saved.html"
    saved.write_text("<h1>办法</h1>", encoding="utf-8")
    owner = by_host(KNOWN.sources.values())["www.cac.gov.cn"].id
    assert take_in(tmp_path / "a", saved, url=URL) == [f"{owner} new {URL}"]
    assert take_in(tmp_path / "a", saved, source=owner, url=URL) == [f"{owner} same {URL}"]
    with Archive(tmp_path / "a") as archive:
        page = archive.page(URL)
        assert page is not None
        assert (page.imported, page.status, page.body) == (True, 200, saved.read_bytes())
        assert dict(page.headers)["Content-Type"] == "text/html"
        assert [run.outcome for run in archive.runs(owner)] == [Outcome.IMPORTED] * 2
        assert archive.last_good(owner) is None


def test_warc_says_itself_where_its_pages_come_from(tmp_path: Path) -> None:
    addresses = [URL, "https://www.gov.cn/zhengce/a.htm"]
    with Archive(tmp_path / "theirs") as theirs:
        run = theirs.begin("theirs", datetime.now(UTC))
        for address in addresses:
            theirs.put(run, Page(address, datetime.now(UTC), 200, (("Content-Type", "text/html"),), address.encode()))
        theirs.finish(run, Outcome.OK)
    (saved,) = (tmp_path / "theirs").rglob("*.warc.gz")
    found = take_in(tmp_path / "a", saved)
    assert sorted(line.split()[2] for line in found) == sorted(addresses)
    assert {line.split()[1] for line in found} == {"new"}


def record(url: str, *, body: bytes = b"<p>", date: str = "2026-11-20T08:00:00Z", status: str = "200 OK") -> bytes:
    """One response as another tool may have kept it."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=False)
    http = StatusAndHeaders(status, [("Content-Type", "text/html")], protocol="HTTP/1.1")
    fields = {"WARC-Date": date}
    payload = BytesIO(body)
    made = writer.create_warc_record(
        url, "response", payload, length=len(body), http_headers=http, warc_headers_dict=fields
    )
    writer.write_record(made)
    return out.getvalue()


def test_a_warc_may_be_larger_than_a_page(tmp_path: Path) -> None:
    saved = tmp_path / "saved.warc"
    urls = [f"{URL}?{number}" for number in range(3)]
    saved.write_bytes(b"".join(record(url, body=b"x" * 900_000) for url in urls))
    assert len(take_in(tmp_path / "a", saved)) == 3
    saved.write_bytes(record(URL) + record(urls[0], body=b"x" * 1_000_001))
    with pytest.raises(ImportRefusedError, match="larger than 1000000 bytes"):
        take_in(tmp_path / "b", saved)
    with Archive(tmp_path / "b") as archive:
        assert archive.sources() == []


@pytest.mark.parametrize(
    "wrong",
    [
        record(f"{URL}?2", date=""),
        record(f"{URL}?2", date="soon"),
        record(f"{URL}?2", date="2026-11-20T08:00:00"),
        record(f"{URL}?2", status="99999999999999999999 OK"),
        record(f"{URL}?2", status="abc OK"),
    ],
)
def test_a_warc_with_a_record_that_nothing_can_hold_is_refused(tmp_path: Path, wrong: bytes) -> None:
    saved = tmp_path / "saved.warc"
    saved.write_bytes(record(URL) + wrong)
    with pytest.raises(ImportRefusedError, match="is no readable WARC file"):
        take_in(tmp_path / "a", saved)


def test_a_crawl_that_was_killed_is_resumed_though_a_page_was_imported_since(tmp_path: Path) -> None:
    start = datetime.now(UTC)
    with Archive(tmp_path) as archive:
        killed = archive.begin("cac", start)
        archive.put(killed, Page(URL, start, 200, (), b"<p>"))
    with Archive(tmp_path) as archive:
        archive.finish(archive.begin("cac", start + timedelta(minutes=1)), Outcome.IMPORTED)
        later = start + timedelta(minutes=2)
        assert done_lately(archive, archive.runs("cac"), 24, later) == {URL}
        assert done_lately(archive, archive.runs("cac"), 0, later) == set()
        archive.finish(archive.begin("cac", later), Outcome.OK)
        assert done_lately(archive, archive.runs("cac"), 24, later) == set()


@pytest.mark.parametrize(
    ("name", "content", "source", "url", "message"),
    [
        ("a.html", b"x", None, None, "name the address it was saved from with --url"),
        ("a.html", b"x", None, "https://nowhere.example/a", "no source has this host; name one with --source"),
        ("a.html", b"x", "no-such", URL, "no-such is no source"),
        ("a.html", b"x", "cac", "https://www.gov.cn/a", "is on no host of source cac"),
        ("a.pdf", b"x" * 1_000_001, "cac", URL, "larger than 1000000 bytes"),
        ("a.warc.gz", b"no warc at all", None, None, "is no readable WARC file"),
        ("gone.html", None, None, URL, "cannot be read"),
    ],
)
def test_what_cannot_be_imported_is_said(
    tmp_path: Path, name: str, content: bytes | None, source: str | None, url: str | None, message: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ImportRefusedError, match=message):
        take_in(tmp_path / "a", tmp_path / name, source=source, url=url)


@pytest.mark.parametrize(
    ("fault", "shown"),
    [
        ("https://a.test/list: the name is not known", "https://a.test/list: the name is not known"),
        (f"https://a.test/{'x' * 200}: the name\nis not known", f"https://a.test/{'x' * 51}…: the name is not known"),
        (f"https://a.test/l: {'w' * 100}", f"https://a.test/l: {'w' * 72}"),
        (None, ""),
    ],
)
def test_a_long_address_hides_no_cause(fault: str | None, shown: str) -> None:
    evidence = {"first_fault": fault} if fault else {}
    report = Report("cac", Outcome.UNREACHABLE, evidence, {}, seconds=1)
    row = next(line for line in table_of_reports([report], KNOWN) if line.startswith("cac"))
    assert row.endswith(shown or " 1")
    assert len(shown) <= 90
