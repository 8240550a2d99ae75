"""Real crawls in a subprocess against the replica sites: what is kept of them, and how runs end."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from data.model import Finding, Outcome
from tests.crawl_desk import CONTACT, Crawled, Desk, Row, script_site
from tests.site_server import Asked, Raw, Reply, SiteServer, article, listing, most_in_flight, page

pytestmark = pytest.mark.crawl

PDF = Reply(b"%PDF-1.7 \xe4\xbd\xa0", headers=(("Content-Type", "application/pdf"),)).modified()
ROBOTS = "/robots.txt"


@pytest.fixture(scope="module")
def sites() -> Iterator[SiteServer]:
    with SiteServer() as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path, sites: SiteServer) -> Desk:
    return Desk(tmp_path, sites)


# --- the replicas of the families: a first crawl, and a second one where nothing changed -----------------------------


@dataclass(frozen=True, slots=True)
class Replica:
    """A source on a replica. pages: what a crawl must bring, as (host, path); those the folder lacks are scripted."""

    family: str
    host: str
    lists: tuple[tuple[str, dict[str, str]], ...]
    pages: tuple[tuple[str, str], ...]
    entries: int
    outcome: Outcome = Outcome.OK
    expected: int = 1
    keys: tuple[tuple[str, str], ...] = ()


def _on(host: str, *paths: str) -> tuple[tuple[str, str], ...]:
    return tuple((host, path) for path in paths)


REPLICAS = {
    "trs": Replica(
        "trs_static",
        "trs.test",
        (("/zcfb/index.html", {}),),
        (
            *_on(
                "trs.test",
                "/zcfb/202605/t20260512_1001.html",
                "/zcfb/202605/P020260512345678901234.pdf",
                "/zcfb/202605/W020260512345678905678.docx",
                "/module/download/downfile.jsp?classid=0&filename=f00d.wps",
                "/jd/202605/t20260511_1002.html",
                "/zcfb/202604/t20260401_1003.html",
                "/zcfb/202604/t20260401_1003_1.html",
                "/zcfb/202604/t20260401_1003_2.html",
            ),
            *_on("www.trs.test", "/gg/202604/t20260430_1004.html", "/zcfb/202603/t20260318_1005.html"),
        ),
        6,
    ),
    "trs-variants": Replica(
        "trs_static",
        "trs.test",
        (
            ("/gfxwj/index.shtml", {"script": "yes"}),
            (
                "/sliced/index.html",
                {"rows": "ul.default_news li", "keep": "i.flag", "keep_text": "是", "paging": "none"},
            ),
        ),
        _on(
            "trs.test",
            "/gfxwj/202602/t20260214_2001.shtml",
            "/sliced/202608/t20260801_3001.html",
            "/sliced/202606/t20260601_3003.html",
        ),
        4,
    ),
    "trs-moved": Replica(
        "trs_static",
        "trs.test",
        (("/moved/", {}),),
        _on("trs.test", "/zcfb/202605/t20260512_1001.html", "/zcfb/202604/t20260401_1003.html"),
        6,
    ),
    "hanweb": Replica(
        "hanweb_jpage",
        "hanweb.test",
        (("/col/col1229001/index.html", {}),),
        _on(
            "hanweb.test",
            "/art/2026/8/7/art_1229001_501.html",
            "/module/download/downfile.jsp?classid=0&filename=2608071001.pdf",
            "/art/2026/7/2/art_1229001_502.html",
            "/art/2026/6/3/art_1229001_503.html",
            "/art/2026/5/4/art_1229001_504.html",
            "/art/2026/4/5/art_1229001_505.html",
        ),
        5,
    ),
    "locked": Replica(
        "hanweb_jpage",
        "locked.test",
        (("/col/col74/index.html", {}),),
        _on("locked.test", "/art/2026/9/1/art_74_9001.html", "/art/2026/8/1/art_74_9002.html"),
        2,
        Outcome.PARTIAL,
        expected=100,
    ),
    "gkmlpt": Replica(
        "gkmlpt",
        "gkmlpt.test",
        (("/gkmlpt/index", {}), ("/gzkj/gkmlpt/index", {"sid": "200200"})),
        _on(
            "gkmlpt.test",
            "/gkmlpt/content/7/12/post_10012.html",
            "/attachment/7/12/55/10012.docx",
            "/gkmlpt/content/7/12/post_10011.html",
            "/gkmlpt/content/7/12/post_10010.html",
            "/gzkj/gkmlpt/content/9/1/post_20001.html",
        ),
        5,
    ),
    "cac": Replica(
        "cac_jsonlist",
        "cac.test",
        (("/cms/JsonList", {"channel": "A09370303", "size": "2"}),),
        _on(
            "cac.test",
            "/2026-08/12/c_1790001.htm",
            "/rootimages/2026/08/12/1790001.xlsx",
            "/2022-01/04/c_1790003.htm",
        ),
        3,
    ),
    "miit": Replica(
        "jpaas_search_front",
        "miit.test",
        (("/search-front-server/api/search/info?websiteid=1&q=&pg=2&cateid=51&p=1&group=distinct", {}),),
        _on(
            "miit.test",
            "/zwgk/zcwj/wjfb/tz/art/2026/art_0123456789abcdef0123456789abcdef.html",
            "/zwgk/zcwj/wjfb/tz/art/2026/art_1123456789abcdef0123456789abcdef.html",
        ),
        3,
    ),
    "ucap": Replica(
        "ucap",
        "ucap.test",
        (
            ("/gfxwj/list.shtml", {"rows": "ul.list-li li", "link": "h1 a"}),
            ("/common/search/843b17cc?_isAgg=true&_isJson=true&_pageSize=2&page=1", {}),
        ),
        _on(
            "ucap.test",
            "/scjxt/gfxwj/2026/3/5/0a1b2c3d4e5f60718293a4b5c6d7e8f9.shtml",
            "/mysfgw/c100289/202605/aa1b2c3d4e5f60718293a4b5c6d7e8f9.shtml",
        ),
        6,
    ),
    "gov": Replica(
        "govcn_json",
        "gov.test",
        (("/zhengce/zuixin/ZUIXINZHENGCE.json", {}), ("/gongbao/gbgl.json", {})),
        _on(
            "gov.test",
            "/zhengce/content/202608/content_7037861.htm",
            "/gongbao/2026/issue_12586/202604/content_7020002.html",
        ),
        5,
    ),
    "moe": Replica(
        "trs_was",
        "moe.test",
        (("/was5/web/search?channelid=267907&page=1", {}),),
        _on("moe.test", "/srcsite/A16/s3342/202604/t20260410_1401.html"),
        3,
    ),
    "nda": Replica(
        "nda",
        "nda.test",
        (("/sjj/zcfb/list/index_pc_1.html", {}),),
        _on(
            "nda.test",
            "/sjj/zcfb/0829/20260829103012345678901_pc.html",
            "/sjj/zcfb/0715/20260715103012345678902_pc.html",
            "/sjj/zcfb/0105/20260105103012345678903_pc.html",
        ),
        3,
        keys=(("watch", "all"),),
    ),
    "trsjson": Replica(
        "trs_json",
        "trsjson.test",
        (("/wj/gfxwj.json", {}),),
        _on("trsjson.test", "/wj/202606/t20260601_7001.shtml"),
        2,
    ),
    "jpaas": Replica(
        "jpaas_unit",
        "jpaas.test",
        (("/col/col1599556/index.html", {"rows": "li.clearfix", "link": "a.bt-left", "date": "span.bt-right"}),),
        _on("jpaas.test", *(f"/art/2026/art_{number:032x}.html" for number in range(1, 23))),
        22,
        keys=(("watch", "all"),),
    ),
    "gbk": Replica(
        "trs_static",
        "traps.test",
        (("/gbk/index.htm", {}), ("/gbk/lies.htm", {})),
        _on("traps.test", "/gbk/t20260303_8001.htm", "/gbk/%E7%AE%97%E5%8A%9B%E8%A1%A5%E8%B4%B4.pdf"),
        4,
    ),
}
GBK_ARTICLE = (
    "<html><head><title>公告</title></head><body>人工智能<a href='算力补贴.pdf'>附件</a></body></html>".encode(
        "gb18030"
    )
)


@dataclass(frozen=True, slots=True)
class Twice:
    """Two crawls of all replicas, and what the server saw of each."""

    desk: Desk
    first: Crawled
    second: Crawled
    log: tuple[Asked, ...]
    log_again: tuple[Asked, ...]


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twice]:
    with SiteServer() as server:
        desk = Desk(tmp_path_factory.mktemp("replicas"), server)
        for name, replica in REPLICAS.items():
            lists = [(server.url(replica.host, path), options) for path, options in replica.lists]
            desk.add(name, *lists, family=replica.family, expected=replica.expected, **dict(replica.keys))
            for host, path in replica.pages:
                desk.names[host] = server.address
                _script_what_is_missing(server, host, path)
        server.script("traps.test", "/gbk/t20260303_8001.htm", Reply(GBK_ARTICLE).modified())
        first = desk.crawl()
        log = tuple(server.log)
        server.forget()
        second = desk.crawl()
        yield Twice(desk, first, second, log, tuple(server.log))


def _script_what_is_missing(server: SiteServer, host: str, path: str) -> None:
    found = server.answer(Asked(host, "GET", path, {}, (), 0))
    if isinstance(found, Reply) and found.status == 404:
        is_file = path.endswith(("pdf", "docx", "wps", "xlsx"))
        server.script(host, path, PDF if is_file else article(f"人工智能 {path}").modified())


@pytest.mark.parametrize("name", REPLICAS)
def test_a_replica_is_crawled_whole(twice: Twice, name: str) -> None:
    replica, desk = REPLICAS[name], twice.desk
    found = {(visit.url.split("/")[2].partition(":")[0], visit.url.split("/", 3)[3]) for visit in desk.visits(name, 0)}
    wanted = {(host, path[1:]) for host, path in replica.pages}
    assert wanted <= found if name == "trs-moved" else wanted == found
    with desk.archive as archive:
        runs = archive.runs(name)
        for host, path in replica.pages:
            kept = archive.page(desk.sites.url(host, path), source=name)
            answered = desk.sites.answer(Asked(host, "GET", path, {}, (), 0))
            assert isinstance(answered, Reply)
            assert kept is not None
            assert kept.body == answered.body
    assert (runs[0].outcome, runs[0].evidence["entries"]) == (replica.outcome, replica.entries), runs[0]


@pytest.mark.parametrize("name", REPLICAS)
def test_a_second_crawl_asks_with_validators_and_makes_no_version(twice: Twice, name: str) -> None:
    replica, desk = REPLICAS[name], twice.desk
    again = desk.findings(name, 1)
    assert set(again) == set(desk.findings(name, 0))
    assert set(again.values()) == {"unchanged"}
    assert set(desk.versions(name).values()) == {1}
    bad = replica.outcome is Outcome.PARTIAL
    assert desk.outcomes(name)[1] == (Outcome.PARTIAL if bad else Outcome.UNCHANGED)
    asked = {(asked.host, asked.target): asked for asked in twice.log_again}
    for page_of_it in replica.pages:
        assert asked[page_of_it].status == 304
        assert "if-none-match" in asked[page_of_it].headers


def test_the_table_counts_what_came(twice: Twice) -> None:
    assert twice.first.rows["hanweb"] == Row("ok", pages=6, new=6, changed=0)
    assert twice.second.rows["hanweb"] == Row("unchanged", pages=6, new=0, changed=0)
    assert twice.first.rows["locked"].outcome == "partial"
    assert set(twice.first.rows) == set(REPLICAS)
    assert f"[{len(REPLICAS)}/{len(REPLICAS)}]" in twice.first.out


def test_robots_is_asked_first_and_one_request_at_a_time(twice: Twice) -> None:
    for log in (twice.log, twice.log_again):
        assert set(most_in_flight(log).values()) == {1}
        for host in {asked.host for asked in log}:
            assert next(asked.target for asked in log if asked.host == host) == ROBOTS


def test_every_request_says_who_asks(twice: Twice) -> None:
    for asked in (*twice.log, *twice.log_again):
        assert asked.headers["accept-language"] == "zh-CN,zh;q=0.9"
        agent = asked.headers["user-agent"]
        assert agent.startswith("Mozilla/5.0 (compatible; ai-policy-kb/")
        assert agent.endswith(f"; +{CONTACT})")
        assert "cookie" not in asked.headers


def test_pages_are_asked_once_in_a_crawl(twice: Twice) -> None:
    owners: dict[tuple[str, str], int] = {}
    for name in REPLICAS.keys() - {"trs", "trs-moved"}:  # these two share pages
        for page_of_it in REPLICAS[name].pages:
            owners[page_of_it] = owners.get(page_of_it, 0) + 1
    for log in (twice.log, twice.log_again):
        for page_of_it, sources in owners.items():
            times = sum((asked.host, asked.target) == page_of_it for asked in log)
            assert times == sources


# --- pages change, go, come back --------------------------------------------------------------------------------------


def test_an_amended_page_is_a_new_version_and_the_old_one_stays(desk: Desk, sites: SiteServer) -> None:
    paths = script_site(sites, "amended.test", 3)
    desk.add("amended", sites.url("amended.test", "/zc/"))
    assert desk.crawl().rows["amended"] == Row("ok", 3, 3, 0)
    sites.script("amended.test", paths[1], article("人工智能办法", "第二条　奖励提高到一百万元。").modified())
    assert desk.crawl().rows["amended"] == Row("ok", 3, 0, 1)
    assert desk.versions("amended") == {paths[0]: 1, paths[1]: 2, paths[2]: 1}
    with desk.archive as archive:
        versions = archive.versions(sites.url("amended.test", paths[1]))
        old = archive.page(versions[0].url, at=versions[0].at)
    assert old is not None
    assert "第2条" in old.body.decode()
    assert "一百万元" in desk.held("amended")[paths[1]].decode()


def test_a_site_without_validators_is_compared_by_its_bytes(desk: Desk, sites: SiteServer) -> None:
    paths = script_site(sites, "plain.test", 2, answer=lambda number: article(f"人工智能办法第{number}号"))
    desk.add("plain", sites.url("plain.test", "/zc/"))
    desk.crawl()
    assert desk.crawl().rows["plain"] == Row("unchanged", 2, 0, 0)
    assert desk.findings("plain") == dict.fromkeys(paths, "same")


def test_last_modified_alone_is_enough(desk: Desk, sites: SiteServer) -> None:
    paths = script_site(sites, "dated.test", 1, answer=lambda number: article(f"人工智能{number}").modified(etag=False))
    desk.add("dated", sites.url("dated.test", "/zc/"))
    desk.crawl()
    desk.crawl()
    assert desk.findings("dated") == {paths[0]: "unchanged"}
    assert "if-modified-since" in sites.asked("dated.test")[-1].headers


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_recorded_and_no_version(desk: Desk, sites: SiteServer, status: int) -> None:
    host = f"gone{status}.test"
    paths = script_site(sites, host, 12)
    desk.add("gone", sites.url(host, "/zc/"))
    desk.crawl()
    before = desk.held("gone")
    sites.script(host, paths[0], page("<h1>该页面不存在", status))
    desk.crawl()
    assert desk.findings("gone")[paths[0]] == "gone"
    assert desk.versions("gone")[paths[0]] == 1
    assert desk.held("gone") == before
    script_site(sites, host, 12)
    desk.crawl()
    assert desk.findings("gone")[paths[0]] in {"unchanged", "same"}
    with desk.archive as archive:
        moves = [visit.finding for visit in archive.changed_since("gone", None) if visit.url.endswith(paths[0])]
    assert moves == [Finding.NEW, Finding.GONE, Finding.UNCHANGED]


def test_a_page_that_left_the_lists_is_still_read_again(desk: Desk, sites: SiteServer) -> None:
    paths = script_site(sites, "left.test", 4)
    desk.add("left", sites.url("left.test", "/zc/"))
    desk.crawl()
    newer = script_site(sites, "left.test", 3, first=5)
    desk.crawl()
    assert desk.findings("left") == {**dict.fromkeys(paths, "unchanged"), **dict.fromkeys(newer, "new")}


def test_cited_documents_come_with_their_attachments_though_no_list_names_them(desk: Desk, sites: SiteServer) -> None:
    sites.script(
        "cited.test", "/old/measure.html", article("某办法", beside="<p>印章</p><a href='files/附件 1.pdf'>附</a>")
    )
    sites.script("cited.test", "/old/files/%E9%99%84%E4%BB%B6%201.pdf", PDF)
    desk.add("cited", hosts=[sites.host("cited.test")], family="pages", expected=None)
    desk.cite(sites.url("cited.test", "/old/measure.html"), "http://nobody.test/x.html")
    assert desk.crawl().rows["cited"] == Row("ok", 2, 2, 0)
    assert set(desk.held("cited")) == {"/old/measure.html", "/old/files/%E9%99%84%E4%BB%B6%201.pdf"}


def test_session_ids_and_time_stamps_make_no_new_pages(desk: Desk, sites: SiteServer) -> None:
    def fresh_list(_: Asked) -> Reply:
        number = len(sites.asked("session.test"))
        rows = [
            (f"/zc/t20261102_1.html;jsessionid=9F00AA11BB22CC{number:02}", "人工智能办法"),
            (f"/zc/show?id=2&JSESSIONID=AAAABBBBCCCCDDDD{number:02}&_=17000000{number:02}", "算力办法"),
        ]
        return Reply(listing(rows).body)

    sites.script("session.test", "/zc/", fresh_list)
    sites.script("session.test", "/zc/t20261102_1.html", article("人工智能办法").modified())
    sites.script("session.test", "/zc/show?id=2", article("算力办法").modified())
    desk.add("session", (sites.url("session.test", "/zc/"), {"rows": "ul.list li"}))
    assert desk.crawl().rows["session"] == Row("ok", 2, 2, 0)
    assert desk.crawl().rows["session"] == Row("unchanged", 2, 0, 0)
    assert set(desk.held("session")) == {"/zc/t20261102_1.html", "/zc/show?id=2"}


def test_an_attachment_that_failed_once_is_fetched_though_its_page_did_not_change(
    desk: Desk, sites: SiteServer
) -> None:
    paths = script_site(sites, "later.test", 12)
    sites.script("later.test", paths[0], article("人工智能办法", beside="<a href='f.pdf'>附件</a>").modified())
    sites.script("later.test", "/zc/f.pdf", Reply(status=500), PDF)
    desk.add("later", sites.url("later.test", "/zc/"))
    desk.crawl(RETRIES="0")
    assert desk.findings("later")["/zc/f.pdf"] == "failed"
    desk.crawl(RETRIES="0")
    assert desk.findings("later")[paths[0]] == "unchanged"
    assert desk.held("later")["/zc/f.pdf"] == PDF.body


# --- how runs end -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("broken", [Raw((), reset=True), Reply(b"busy", 500)], ids=["reset", "status-500"])
def test_a_site_that_fails_half_way_is_partial_and_last_good_stays(
    desk: Desk, sites: SiteServer, broken: Reply | Raw
) -> None:
    host = f"half{isinstance(broken, Raw)}.test".lower()
    script_site(sites, host, 20)
    desk.add("half", sites.url(host, "/zc/"))
    desk.crawl()
    good, before = desk.last("half"), desk.held("half")
    sites.forget()
    sites.plan(host, lambda _: broken if len(sites.asked(host)) > 10 else None)
    crawled = desk.crawl(code=1, RETRIES="0")
    assert crawled.rows["half"].outcome == "partial (used to work)"
    run = desk.last("half")
    assert (run.outcome, run.counts[Finding.UNCHANGED], run.counts[Finding.FAILED]) == (Outcome.PARTIAL, 8, 12)
    assert "first_fault" in run.evidence
    with desk.archive as archive:
        assert archive.last_good("half") == good
    assert desk.held("half") == before
    sites.plan(host, None)
    desk.crawl()
    assert desk.last("half").outcome is Outcome.UNCHANGED


@dataclass(frozen=True, slots=True)
class Ending:
    """A site whose crawl must end in `outcome`. lists: what the list answers. pages: what every page answers."""

    outcome: Outcome
    lists: Reply
    pages: Reply | None = None
    keys: tuple[tuple[str, object], ...] = ()
    words: str = ""


SCRIPT = "<html><head><script>document.cookie='FSSBBIl1UgzbN7N=1';location.reload()</script></head><body></body></html>"
ROWS = listing([(f"/zc/t20261102_{number}.html", f"人工智能办法{number}") for number in range(10)])
NEWS = page("".join(f"<p><a href='/n/{number}.html'>新闻</a>" for number in range(30)))
OLD = page(ROWS.body.decode().replace("2026-11-02", "2024-01-02").replace("t20261102", "t20240102"))
WAF = "<html><body>您的访问请求可能对网站造成安全威胁，请求已被管理员设置的策略阻断</body></html>"

ENDINGS = {
    "challenge-412": Ending(Outcome.BLOCKED, page(SCRIPT, 412)),
    "challenge-202": Ending(Outcome.BLOCKED, page(SCRIPT, 202)),
    "challenge-521": Ending(Outcome.BLOCKED, page(SCRIPT, 521)),
    "waf-403": Ending(Outcome.BLOCKED, page(WAF, 403)),
    "waf-200": Ending(Outcome.BLOCKED, page(WAF, 200)),
    "challenged-pages": Ending(Outcome.PARTIAL, ROWS, page(SCRIPT, 412)),
    "waf-pages": Ending(Outcome.PARTIAL, ROWS, page(WAF, 200)),
    "list-gone": Ending(Outcome.LAYOUT_CHANGED, page("<h1>404", 404), words="status 404"),
    "new-layout": Ending(Outcome.LAYOUT_CHANGED, NEWS, words="30 links"),
    "no-rows": Ending(
        Outcome.EMPTY,
        Reply(b'{"total": 0, "data": []}', headers=(("Content-Type", "application/json"),)),
        keys=(("family", "json_list"), ("options", {"total": "total"})),
    ),
    "html-for-json": Ending(Outcome.LAYOUT_CHANGED, NEWS, keys=(("family", "json_list"),), words="expected JSON"),
    "too-few": Ending(Outcome.PARTIAL, ROWS, article("人工智能办法"), keys=(("expected", 50),)),
    "silent": Ending(Outcome.STALE, OLD, article("人工智能办法"), keys=(("interval_days", 7),)),
    "dead-links": Ending(Outcome.PARTIAL, ROWS, page("<h1>404", 404)),
    "server-errors": Ending(Outcome.PARTIAL, ROWS, page("error", 500)),
    "good": Ending(Outcome.OK, ROWS, article("人工智能办法")),
}


@dataclass(frozen=True, slots=True)
class Ended:
    desk: Desk
    crawled: Crawled


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ended]:
    with SiteServer() as server:
        desk = Desk(tmp_path_factory.mktemp("endings"), server)
        for name, ending in ENDINGS.items():
            host, keys = f"{name}.test", dict(ending.keys)
            options = {str(key): str(value) for key, value in dict(keys.pop("options", {})).items()}  # type: ignore[call-overload]
            desk.add(name, (server.url(host, "/zc/"), options), **keys)  # type: ignore[arg-type]
            server.plan(host, _planned(ending))
        yield Ended(desk, desk.crawl(RETRIES="0"))


def _planned(ending: Ending) -> Callable[[Asked], Reply | None]:
    return lambda asked: None if asked.target == ROBOTS else ending.lists if asked.target == "/zc/" else ending.pages


@pytest.mark.parametrize("name", ENDINGS)
def test_every_run_ends_in_the_outcome_that_tells_why(ended: Ended, name: str) -> None:
    run, ending = ended.desk.last(name), ENDINGS[name]
    assert run.outcome == ending.outcome, run.evidence
    assert ended.crawled.rows[name].outcome == str(ending.outcome)
    assert ending.words in str(run.evidence)
    if ending.outcome in {Outcome.BLOCKED, Outcome.EMPTY, Outcome.LAYOUT_CHANGED}:
        assert ended.desk.held(name) == {}


@pytest.mark.parametrize("name", ["challenged-pages", "waf-pages", "dead-links", "server-errors"])
def test_what_is_no_page_is_never_kept_as_one(ended: Ended, name: str) -> None:
    assert len(ended.desk.visits(name)) == 10
    assert ended.desk.held(name) == {}


def test_a_list_that_yields_half_of_what_it_used_to_is_partial(desk: Desk, sites: SiteServer) -> None:
    script_site(sites, "fewer.test", 20)
    desk.add("fewer", sites.url("fewer.test", "/zc/"), expected=2)
    desk.crawl()
    script_site(sites, "fewer.test", 5)
    assert desk.crawl(code=1).rows["fewer"].outcome == "partial (used to work)"
    assert desk.outcomes("fewer") == [Outcome.OK, Outcome.PARTIAL]


def test_a_wall_before_a_site_that_used_to_work_hides_no_page(desk: Desk, sites: SiteServer) -> None:
    script_site(sites, "walled.test", 3)
    desk.add("walled", sites.url("walled.test", "/zc/"))
    desk.crawl()
    before = desk.held("walled")
    sites.plan("walled.test", lambda asked: None if asked.target == ROBOTS else page(SCRIPT, 412))
    assert desk.crawl(code=1).rows["walled"].outcome == "blocked (used to work)"
    assert {visit.finding for visit in desk.visits("walled")} <= {Finding.FAILED}
    assert desk.held("walled") == before


def test_a_site_that_needs_a_browser_is_not_asked_at_all(desk: Desk, sites: SiteServer) -> None:
    desk.add("scripted", sites.url("scripted.test", "/zc/"), expected=None, needs="browser")
    assert desk.crawl().rows["scripted"] == Row("needs_browser", 0, 0, 0)
    assert sites.asked("scripted.test") == []


def test_sites_that_cannot_be_reached_are_unreachable_and_say_why(desk: Desk, sites: SiteServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    desk.add("closed", f"http://closed.test:{port}/zc/")
    desk.add("unknown", "http://no-such-host.invalid/zc/")
    del desk.names["no-such-host.invalid"]
    desk.add("silent", sites.url("silent.test", "/zc/"))
    sites.plan("silent.test", lambda _: Raw((30.0,)))
    desk.add("hung-up", sites.url("hung-up.test", "/zc/"))
    sites.plan("hung-up.test", lambda _: Raw((), reset=True))
    crawled = desk.crawl(TIMEOUT="1", RETRIES="0")
    assert {name: row.outcome for name, row in crawled.rows.items()} == dict.fromkeys(
        ["closed", "unknown", "silent", "hung-up"], "unreachable"
    )
    said = {name: str(desk.last(name).evidence["first_fault"]) for name in crawled.rows}
    assert "refused" in said["closed"]
    assert "name" in said["unknown"]
    assert "time" in said["silent"]


FAULTY = """
import sys
from scrapy.utils.reactor import install_reactor
from crawler.__main__ import REACTOR, main
install_reactor(REACTOR)
from crawler.job import Job
from crawler.spiders.source import SourceSpider
%s = lambda *_, **__: 1 / 0
sys.exit(main())
"""


@pytest.mark.parametrize(
    "place",
    [
        "SourceSpider._beside",
        "SourceSpider.parse_page",
        "SourceSpider.parse_list",
        "SourceSpider.page_failed",
        "Job.enter",
    ],
)
def test_a_fault_of_our_own_is_no_good_run(desk: Desk, sites: SiteServer, place: str) -> None:
    host = f"{place.partition('.')[2].strip('_').replace('_', '-')}.faulty.test"
    paths = script_site(sites, host, 12)
    sites.script(host, paths[0], Raw((), reset=True))
    desk.add("faulty", sites.url(host, "/zc/"))
    crawled = desk.end(desk.start("crawl", program=("-c", FAULTY % place), RETRIES="0"))
    assert crawled.rows["faulty"].outcome == "partial"
    assert "fault of the crawler: ZeroDivisionError" in str(desk.last("faulty").evidence)


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """Make a certificate for `name` that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begin = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=3))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / f"{name}.pem", folder / f"{name}.key"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    encoding, plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    paths[1].write_bytes(key.private_bytes(encoding, plain, serialization.NoEncryption()))
    return paths


def test_certificates_are_verified(desk: Desk, tmp_path: Path) -> None:
    own, key = certificate(tmp_path, "tls.test")
    with SiteServer(certificate=own, key=key) as secured:
        script_site(secured, "tls.test", 2)
        script_site(secured, "other.test", 2)
        for name in ("tls", "other"):
            desk.add(name, secured.url(f"{name}.test", "/zc/"))
        refused = desk.crawl("tls", "other", RETRIES="0")
        assert {row.outcome for row in refused.rows.values()} == {"unreachable"}
        assert "tls 1" in str(desk.last("tls").evidence)
        assert secured.log == []
        trusted = desk.crawl("tls", "other", RETRIES="0", SSL_CERT_FILE=str(own))
        assert {name: row.outcome for name, row in trusted.rows.items()} == {"tls": "ok", "other": "unreachable"}
        assert secured.asked("other.test") == []
