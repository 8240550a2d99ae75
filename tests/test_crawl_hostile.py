"""Real crawls of sites that mean harm, or are broken: redirects, bombs, endless lists, broken HTTP."""

import gzip
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import pytest

from crawler.markup import MOST_SEARCHED
from data.model import Finding, Outcome
from tests.broken_http import BROKEN, EVIL, GOOD
from tests.crawl_desk import ROOT, Crawled, Desk, Row
from tests.site_server import (
    GIGABYTE,
    Asked,
    Raw,
    Reply,
    SiteServer,
    article,
    bomb,
    listing,
    most_in_flight,
    page,
    redirect,
)

pytestmark = pytest.mark.crawl

MEMORY = 300_000_000
"""Bytes that a crawl may take at most, whatever sites send."""

ROBOTS = "/robots.txt"
SECRET = b"the private page"


@pytest.fixture(scope="module")
def sites() -> Iterator[SiteServer]:
    with SiteServer() as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path, sites: SiteServer) -> Desk:
    return Desk(tmp_path, sites)


def rows(*hrefs: str) -> Reply:
    """A list whose rows all want to be fetched."""
    return listing((href, f"人工智能办法第{number}号") for number, href in enumerate(hrefs, 1))


# --- addresses that must never be asked -------------------------------------------------------------------------------


def elsewhere(sites: SiteServer) -> list[str]:
    """Addresses that lead out of the source `fenced.test`, most of them back to this very server."""
    port = sites.port
    return [
        f"http://127.0.0.1:{port}/private",
        "http://127.0.0.1/",
        f"http://localhost:{port}/private",
        f"http://127.1:{port}/private",
        f"http://2130706433:{port}/private",
        f"http://0x7f000001:{port}/private",
        f"http://0177.0.0.1:{port}/private",
        f"http://0:{port}/private",
        f"http://[::1]:{port}/private",
        f"http://[::ffff:127.0.0.1]:{port}/private",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        f"http://other.test:{port}/private",
        f"//other.test:{port}/private",
        f"http://fenced.test@other.test:{port}/private",
        f"http://fenced.test:{port}@other.test:{port}/private",
        f"http://other.test:{port}\\@fenced.test:{port}/private",
        f"http://fenced.test.other.test:{port}/private",
        f"http://notfenced.test:{port}/private",
        f"http://other.test:{port}#@fenced.test:{port}/private",
        f"\\\\other.test:{port}\\private",
        "http://fenced.test/private",
        "http://fenced.test:22/private",
        "file:///etc/passwd",
        "ftp://fenced.test/private",
        "gopher://fenced.test/private",
        "javascript:alert(1)",
        "data:text/html,private",
        "s3://bucket/private",
    ]


NAMES = ("other.test", "fenced.test.other.test", "notfenced.test", "localhost", "127.0.0.1")


@dataclass(frozen=True, slots=True)
class Fenced:
    desk: Desk
    crawled: Crawled
    ways: tuple[str, ...]


@pytest.fixture(scope="module")
def fenced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fenced]:
    """One crawl of a source that names every address elsewhere in lists, pages, redirects and refreshes."""
    with SiteServer() as server:
        desk = Desk(tmp_path_factory.mktemp("fenced"), server)
        away = elsewhere(server)
        local = [f"/zc/{kind}/t20261102_{number}.html" for kind in ("302", "meta") for number in range(len(away))]
        server.script("fenced.test", "/zc/", rows(*away, *local, "/zc/good/t20261102_1.html"))
        for number, target in enumerate(away):
            server.script("fenced.test", f"/zc/302/t20261102_{number}.html", redirect(target, 301 + number % 2))
            refresh = page(f'<meta http-equiv="refresh" content="0;url={target}"><p>人工智能')
            server.script("fenced.test", f"/zc/meta/t20261102_{number}.html", refresh)
        links = "".join(f'<a href="{target}/x.pdf">附件</a><iframe src="{target}/y.pdf"></iframe>' for target in away)
        server.script("fenced.test", "/zc/good/t20261102_1.html", article("人工智能办法", beside=links))
        server.script("fenced.test", "/next/", listing([("/zc/good/t20261102_2.html", "人工智能")], _next(away[0])))
        server.script("fenced.test", "/zc/good/t20261102_2.html", article("人工智能办法"))
        for name in NAMES:
            server.plan(name, lambda _: Reply(SECRET))
            desk.names[name] = server.address
        desk.names["fenced.test"] = server.address
        options = {"rows": "ul.list li"}
        lists = [(server.url("fenced.test", path), options) for path in ("/zc/", "/next/")]
        desk.add("fenced", *lists)
        yield Fenced(desk, desk.crawl(code=0, RETRIES="0", TIMEOUT="3"), tuple(away))


def _next(href: str) -> str:
    return f'<a href="{href}">下一页</a>'


def test_nothing_outside_the_source_is_asked(fenced: Fenced) -> None:
    assert {asked.host for asked in fenced.desk.sites.log} == {"fenced.test"}
    # A path of back-slashes is a path on the site itself for a redirect.
    away = {asked.target for asked in fenced.desk.sites.log if "private" in asked.target}
    assert {target.rpartition("/")[2] for target in away} <= {f"%5C%5Cother.test:{fenced.desk.sites.port}%5Cprivate"}


def test_nothing_outside_the_source_is_kept(fenced: Fenced) -> None:
    held = fenced.desk.held("fenced")
    assert SECRET not in held.values()
    assert b"root:" not in b"".join(held.values())
    assert {"/zc/good/t20261102_1.html", "/zc/good/t20261102_2.html"} <= set(held)


def test_every_redirect_outside_is_a_failure_with_its_cause(fenced: Fenced) -> None:
    visits = [visit for visit in fenced.desk.visits("fenced") if "/302/" in visit.url]
    assert len(visits) == len(fenced.ways)
    assert all((visit.finding is Finding.FAILED and visit.cause) or visit.finding is Finding.GONE for visit in visits)
    assert sum(visit.finding is Finding.GONE for visit in visits) <= 1


PRIVATE = {
    "loopback": "127.0.0.1",
    "loopback-far": "127.99.0.1",
    "loopback-six": "::1",
    "mapped": "::ffff:127.0.0.1",
    "nothing": "0.0.0.0",  # noqa: S104 - an address that must be refused
    "ten": "10.1.2.3",
    "home": "192.168.0.1",
    "middle": "172.16.0.1",
    "carrier": "100.64.0.1",
    "link": "169.254.169.254",
    "link-six": "fe80::1",
    "local-six": "fd00::1",
    "multicast": "224.0.0.1",
}


def test_names_that_lead_to_private_addresses_are_refused(desk: Desk, sites: SiteServer) -> None:
    sites.forget()
    for name, address in PRIVATE.items():
        desk.names[f"{name}.private.test"] = address
        sites.script(f"{name}.private.test", "/zc/", rows("/t20261102_1.html"))
        desk.add(name, sites.url(f"{name}.private.test", "/zc/"))
    crawled = desk.crawl(ALLOW_PRIVATE="0", TIMEOUT="2", RETRIES="0")
    assert {name: row.outcome for name, row in crawled.rows.items()} == dict.fromkeys(PRIVATE, "unreachable")
    assert sites.log == []
    for name in PRIVATE:
        assert "no public address" in str(desk.last(name).evidence), name


def test_a_name_that_is_an_address_is_refused_too(desk: Desk, sites: SiteServer) -> None:
    sites.forget()
    desk.add("number", f"http://127.0.0.1:{sites.port}/zc/")
    assert desk.crawl(ALLOW_PRIVATE="0", RETRIES="0").rows["number"].outcome == "unreachable"
    assert sites.log == []


PUBLIC = "11.1.1.1"
"""A public address that this machine has in a network of its own, which ends with the process that made it."""


def crawl_from_the_public(folder: Path) -> None:
    """Crawl with no leave to ask private addresses: a public site, and names below it that lead inside."""
    with SiteServer("0.0.0.0") as server:  # noqa: S104 - all addresses of a network that nobody else is in
        desk = Desk(folder, server)
        inside = server.url("inside.open.test", "/t20261102_9.html")
        server.script("open.test", "/zc/", rows("/t20261102_1.html", "/t20261102_2.html", inside))
        server.script("open.test", "/t20261102_1.html", article("人工智能办法"))
        server.script("open.test", "/t20261102_2.html", redirect(inside))
        server.plan("inside.open.test", lambda _: Reply(SECRET))
        desk.add("open", server.url("open.test", "/zc/"))
        desk.names = {"open.test": PUBLIC, "inside.open.test": "127.0.0.1"}
        desk.crawl(ALLOW_PRIVATE="0", RETRIES="0")
        assert {asked.host for asked in server.log} == {"open.test"}
        assert set(desk.held("open")) == {"/t20261102_1.html"}
        causes = {visit.url: str(visit.cause) for visit in desk.visits("open") if visit.finding is Finding.FAILED}
        assert len(causes) == 2
        assert all("inside.open.test leads to no public address" in cause for cause in causes.values()), causes
        print("kept outside")


def test_a_public_site_cannot_send_the_crawl_inside(tmp_path: Path) -> None:
    script = f'ip link set lo up && ip addr add {PUBLIC}/32 dev lo || exit 77; exec "$@"'
    network = ("unshare", "--user", "--map-root-user", "--net", "sh", "-c", script, "sh")
    if not shutil.which("unshare") or not shutil.which("ip") or subprocess.run([*network, "true"]).returncode:
        pytest.skip("this system lets nobody make a network of one's own")
    command = [*network, sys.executable, "-m", "tests.test_crawl_hostile", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.returncode) == ("kept outside\n", 0), done.stderr


def test_robots_may_send_nowhere_but_to_a_robots(desk: Desk, sites: SiteServer) -> None:
    away = [url for url in elsewhere(sites) if not url.endswith("/private")]
    away += [url.replace("/private", "/robots.txt?private") for url in elsewhere(sites) if url.endswith("/private")]
    away += [f"http://{host}:{sites.port}/robots.txt" for host in ("127.0.0.1", "127.1", "2130706433", "[::1]")]
    away += [f"http://me@other.test:{sites.port}/robots.txt", "http://other.test:22/robots.txt"]
    sites.plan("other.test", lambda _: Reply(b"User-agent: *\nDisallow: /\n"))
    for name in NAMES:
        desk.names[name] = sites.address
    for number, target in enumerate(away):
        host = f"lured-{number}.test"
        sites.script(host, ROBOTS, redirect(target))
        sites.script(host, "/zc/", rows("/t20261102_1.html"))
        sites.script(host, "/t20261102_1.html", article("人工智能办法"))
        desk.add(f"lured-{number}", sites.url(host, "/zc/"))
    desk.run("crawl", RETRIES="0", TIMEOUT="3")
    assert {asked.host for asked in sites.log} & set(NAMES) == set()
    assert all(sites.targets(f"lured-{number}.test")[0] == ROBOTS for number in range(len(away)))


def test_redirects_on_the_site_are_followed_and_loops_end(desk: Desk, sites: SiteServer) -> None:
    paths = [f"/zc/t20261102_{number}.html" for number in range(12)]
    sites.script("turns.test", "/zc/", rows(*paths))
    for path in paths:
        sites.script("turns.test", path, article("人工智能办法"))
    sites.script("turns.test", paths[0], redirect("../new/t20261102_0.html", 301))
    sites.script("turns.test", "/new/t20261102_0.html", article("搬家的办法"))
    sites.script("turns.test", paths[1], redirect("/loop?n=1"))
    sites.plan("turns.test", lambda asked: _loop(asked) if asked.target.startswith("/loop") else None)
    desk.add("turns", sites.url("turns.test", "/zc/"))
    assert desk.crawl().rows["turns"].outcome == "ok"
    assert len([target for target in sites.targets("turns.test") if "loop" in target]) < 30
    with desk.archive as archive:
        moved = archive.page(sites.url("turns.test", paths[0]))
        assert moved is not None
        assert moved.final_url == sites.url("turns.test", "/new/t20261102_0.html")
        assert archive.page(sites.url("turns.test", paths[1])) is None


def _loop(asked: Asked) -> Reply:
    return redirect(f"/loop?n={int(asked.target.partition('=')[2]) + 1}")


def test_forbidden_pages_are_not_reached_by_a_redirect(desk: Desk, sites: SiteServer) -> None:
    sites.script("sly.test", ROBOTS, Reply(b"User-agent: *\nDisallow: /secret/\n"))
    sites.script("sly.test", "/zc/", rows("/t20261102_1.html", "/t20261102_2.html", "/secret/t20261102_3.html"))
    sites.script("sly.test", "/t20261102_1.html", redirect("/secret/1.html"))
    sites.script("sly.test", "/t20261102_2.html", article("办法", beside="<a href='/secret/2.pdf'>附件</a>"))
    desk.add("sly", sites.url("sly.test", "/zc/"))
    desk.crawl()
    assert not [target for target in sites.targets("sly.test") if target.startswith("/secret/")]


# --- sizes ------------------------------------------------------------------------------------------------------------

CHUNK = b"10000\r\n" + b" " * 65_536 + b"\r\n"
LARGE: dict[str, Reply | Raw] = {
    "gzip": bomb("gzip"),
    "deflate": bomb("deflate"),
    "br": bomb("br"),
    "zstd": bomb("zstd"),
    "claims": Raw((b"HTTP/1.1 200 OK\r\nContent-Length: 107374182400\r\n\r\n", b" " * 65_536, 20.0)),
    "chunks": Raw((b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *repeat(CHUNK, 3_000))),
    "until-closed": Raw((b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", *repeat(b" " * 65_536, 3_000))),
    "headers": Raw((b"HTTP/1.1 200 OK\r\n", *repeat(b"X-Long: " + b"a" * 16_000 + b"\r\n", 2_000))),
    "header": Raw((b"HTTP/1.1 200 OK\r\nX-Long: ", *repeat(b"a" * 16_000, 2_000))),
    "folded": Raw((b"HTTP/1.1 200 OK\r\nX-Long: a\r\n", *repeat(b" " + b"a" * 1_000 + b"\r\n", 30_000))),
    "interim": Raw(repeat(b"HTTP/1.1 102 Processing\r\n\r\n" * 1_000, 1_000)),
}
HEADS = ("headers", "header", "folded", "interim")

ELSEWHERE = ("gzip", "chunks", "headers")
"""What also comes as a list and as robots.txt."""

STRUCK = [*((kind, "page") for kind in LARGE), *((kind, place) for kind in ELSEWHERE for place in ("list", "robots"))]


@dataclass(frozen=True, slots=True)
class Bombed:
    desk: Desk
    crawled: Crawled


@pytest.fixture(scope="module")
def bombed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bombed]:
    """One crawl of sites with a bomb for a page, for a list, and for robots.txt."""
    with SiteServer() as server:
        desk = Desk(tmp_path_factory.mktemp("bombs"), server)
        for kind, place in STRUCK:
            host = f"{kind}.{place}.test"
            server.script(host, "/zc/", rows("/t20261102_1.html", "/t20261102_2.html"))
            server.script(host, "/t20261102_1.html", article("人工智能办法"))
            server.script(host, "/t20261102_2.html", article("人工智能条例"))
            server.script(host, {"page": "/t20261102_1.html", "list": "/zc/", "robots": ROBOTS}[place], LARGE[kind])
            desk.add(f"{kind}-{place}", server.url(host, "/zc/"))
        yield Bombed(desk, desk.crawl(RETRIES="0", TIMEOUT="10", AT_ONCE="1"))


def test_bombs_do_not_fill_the_memory(bombed: Bombed) -> None:
    assert 0 < bombed.crawled.peak < MEMORY
    assert set(bombed.crawled.rows) == {f"{kind}-{place}" for kind, place in STRUCK}


@pytest.mark.parametrize("kind", LARGE)
def test_a_page_that_is_too_large_is_refused_and_the_others_come(bombed: Bombed, kind: str) -> None:
    assert set(bombed.desk.held(f"{kind}-page")) == {"/t20261102_2.html"}
    found = bombed.desk.visits(f"{kind}-page")
    (refused,) = [visit for visit in found if visit.finding is Finding.FAILED]
    assert refused.cause
    assert bombed.desk.last(f"{kind}-page").outcome is Outcome.PARTIAL


@pytest.mark.parametrize("kind", HEADS)
def test_headers_without_end_are_cut_by_their_size_not_by_the_time(bombed: Bombed, kind: str) -> None:
    (refused,) = [visit for visit in bombed.desk.visits(f"{kind}-page") if visit.finding is Finding.FAILED]
    assert str(refused.cause).startswith("too_large")
    (asked,) = [one for one in bombed.desk.sites.asked(f"{kind}.page.test") if one.target == "/t20261102_1.html"]
    assert asked.ended is not None
    assert asked.ended - asked.started < 5


@pytest.mark.parametrize("kind", ELSEWHERE)
def test_a_robots_that_is_too_large_is_no_leave(bombed: Bombed, kind: str) -> None:
    assert bombed.desk.last(f"{kind}-robots").outcome is Outcome.UNREACHABLE
    assert bombed.desk.sites.targets(f"{kind}.robots.test") == [ROBOTS]


@pytest.mark.parametrize("kind", ELSEWHERE)
def test_a_list_that_is_too_large_is_no_good_run(bombed: Bombed, kind: str) -> None:
    run = bombed.desk.last(f"{kind}-list")
    assert run.outcome in {Outcome.PARTIAL, Outcome.UNREACHABLE, Outcome.LAYOUT_CHANGED}, run
    assert run.evidence["first_fault"]


LIMIT = 32 * 1024 * 1024
"""Bytes that a body may have if no setting says otherwise."""

CLAUSE = "<p>第一条　为支持人工智能企业，制定本办法。</p>\n".encode()


def packed(body: bytes, *, times: int = 1) -> Reply:
    for _ in range(times):
        body = gzip.compress(body, 1)
    encoding = ", ".join(["gzip"] * times)
    return Reply(body, headers=(("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", encoding)))


AT_ONCE: dict[str, Callable[[], Reply]] = {
    "over-the-limit": lambda: bomb("gzip"),
    "blanks-to-the-limit": lambda: packed(b"<p>".ljust(LIMIT)),
    "mark-up-to-the-limit": lambda: packed(CLAUSE * (LIMIT // len(CLAUSE))),
    "twice-packed": lambda: packed(CLAUSE * (LIMIT // len(CLAUSE)), times=2),
    "as-large-as-is-read": lambda: packed(CLAUSE * (MOST_SEARCHED // len(CLAUSE))),
}


@pytest.mark.parametrize("kind", AT_ONCE)
def test_bombs_at_the_same_moment_do_not_fill_the_memory(desk: Desk, sites: SiteServer, kind: str) -> None:
    reply, together = AT_ONCE[kind](), threading.Barrier(8, timeout=30)

    def answer(_: Asked) -> Reply:
        together.wait()
        return reply

    for number in range(8):
        host = f"{kind}-{number}.moment.test"
        sites.script(host, "/zc/", rows("/t20261102_1.html", "/t20261102_2.html"))
        sites.script(host, "/t20261102_1.html", answer)
        sites.script(host, "/t20261102_2.html", article("人工智能条例"))
        desk.add(f"moment-{number}", sites.url(host, "/zc/"))
    crawled = desk.crawl(RETRIES="0", TIMEOUT="30", AT_ONCE="8")
    assert 0 < crawled.peak < MEMORY
    assert not together.broken
    kept = 1 if kind == "over-the-limit" else 2
    assert {row.pages for row in crawled.rows.values()} == {kept}
    good = kind == "as-large-as-is-read"
    assert {row.outcome for row in crawled.rows.values()} == {"ok" if good else "partial"}


def test_files_beside_a_page_that_is_full_of_pictures_are_found(desk: Desk, sites: SiteServer) -> None:
    picture = f'<img src="data:image/png;base64,{"iVBORw0KGgo/" * 800_000}">'
    sites.script("pictures.test", "/zc/", rows("/t20261102_1.html"))
    sites.script("pictures.test", "/t20261102_1.html", article("办法", beside=picture + "<a href='/a.pdf'>附件</a>"))
    sites.script("pictures.test", "/a.pdf", Reply(b"%PDF-1.7", headers=(("Content-Type", "application/pdf"),)))
    desk.add("pictures", sites.url("pictures.test", "/zc/"))
    assert desk.crawl().rows["pictures"] == Row("ok", 2, 2, 0)


def test_a_list_that_is_too_large_to_be_read_says_so(desk: Desk, sites: SiteServer) -> None:
    sites.script("lengthy.test", "/zc/", listing([("/t20261102_1.html", "长" * MOST_SEARCHED)]))
    desk.add("lengthy", sites.url("lengthy.test", "/zc/"))
    crawled = desk.run("crawl")
    assert (crawled.code, crawled.err) == (0, ""), crawled
    run = desk.last("lengthy")
    assert run.outcome is Outcome.UNREACHABLE
    assert "a list of" in str(run.evidence["first_fault"])


def test_the_limit_of_a_body_is_a_setting(desk: Desk, sites: SiteServer) -> None:
    sites.script("limit.test", "/zc/", rows("/t20261102_1.html", "/t20261102_2.html"))
    sites.script("limit.test", "/t20261102_1.html", article("人工智能办法", "长" * 20_000))
    sites.script("limit.test", "/t20261102_2.html", article("人工智能办法", "长" * 10_000))
    desk.add("limit", sites.url("limit.test", "/zc/"))
    desk.crawl(MAX_BYTES="40000")
    assert set(desk.held("limit")) == {"/t20261102_2.html"}
    assert GIGABYTE > MEMORY


# --- without end ------------------------------------------------------------------------------------------------------

MOST = 400
"""Requests after which an endless site gives up, so that a crawler without a limit fails the test and not the run."""


def endless(sites: SiteServer, host: str, answer: Callable[[Asked], Reply | None]) -> None:
    """Let a host answer every page by a rule, up to a limit that no sane crawl reaches."""

    def plan(asked: Asked) -> Reply | None:
        if asked.target == ROBOTS:
            return None
        return answer(asked) if len(sites.asked(host)) < MOST else page("404", 404)

    sites.plan(host, plan)


def _number(target: str) -> int:
    digits = "".join(character for character in target.rpartition("/")[2] if character.isdigit())
    return int(digits or 0)


@pytest.mark.parametrize("repeated", [False, True], ids=["new-rows", "same-rows"])
def test_an_endless_list_is_stopped(desk: Desk, sites: SiteServer, *, repeated: bool) -> None:
    host = f"endless-{repeated}.test".lower()

    def answer(asked: Asked) -> Reply:
        if "t20261102" in asked.target:
            return article("人工智能办法")
        number = _number(asked.target)
        first = 0 if repeated else number * 3
        listed = [(f"/t20261102_{first + row}.html", "人工智能办法") for row in range(3)]
        return listing(listed, _next(f"/zc/list_{number + 1}.html"))

    endless(sites, host, answer)
    desk.add("endless", sites.url(host, "/zc/list_0.html"))
    crawled = desk.crawl(LIST_PAGES="5")
    pages = [target for target in sites.targets(host) if "list_" in target]
    assert len(pages) == (2 if repeated else 5)
    assert crawled.rows["endless"] == Row("ok", 3 if repeated else 15, 3 if repeated else 15, 0)
    assert desk.last("endless").evidence.get("lists_cut") == (0 if repeated else 1)


def test_a_list_whose_pages_only_point_on_is_stopped(desk: Desk, sites: SiteServer) -> None:
    def answer(asked: Asked) -> Reply:
        return page(f'<meta http-equiv="refresh" content="0;url=/zc/{_number(asked.target) + 1}/">')

    endless(sites, "onward.test", answer)
    desk.add("onward", sites.url("onward.test", "/zc/"))
    desk.crawl(LIST_PAGES="5")
    assert len(sites.asked("onward.test")) < 60
    assert desk.last("onward").outcome not in {Outcome.OK, Outcome.UNCHANGED}


def test_an_article_without_a_last_page_is_stopped(desk: Desk, sites: SiteServer) -> None:
    def answer(asked: Asked) -> Reply:
        if asked.target == "/zc/":
            return rows("/t20261102_1.html")
        stem = asked.target.removesuffix(".html")
        return article("人工智能办法", beside=f'<a href="{stem}_1.html">下一页</a><a href="{stem}_2.html">2</a>')

    endless(sites, "chapters.test", answer)
    desk.add("chapters", sites.url("chapters.test", "/zc/"))
    desk.crawl()
    assert len(sites.asked("chapters.test")) < 120


def test_attachments_of_attachments_come_to_an_end(desk: Desk, sites: SiteServer) -> None:
    def answer(asked: Asked) -> Reply:
        if asked.target == "/zc/":
            return rows("/t20261102_1.html")
        return article("人工智能办法", beside=f'<a href="/f/{len(sites.asked("matryoshka.test"))}.pdf">附件</a>')

    endless(sites, "matryoshka.test", answer)
    desk.add("matryoshka", sites.url("matryoshka.test", "/zc/"))
    desk.crawl()
    assert len(sites.asked("matryoshka.test")) < 120


# --- broken HTTP ------------------------------------------------------------------------------------------------------


def _host(kind: str) -> str:
    return f"{kind.replace('_', '-')}.broken.test"


@dataclass(frozen=True, slots=True)
class Shaken:
    desk: Desk
    crawled: Crawled


@pytest.fixture(scope="module")
def shaken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shaken]:
    """One crawl of a source with every kind of broken answer on a host of its own, between two good pages."""
    with SiteServer() as server:
        desk = Desk(tmp_path_factory.mktemp("broken"), server)
        for kind, broken in BROKEN.items():
            host, name = _host(kind), kind.replace("_", "-")
            paths = ["/t20261102_1.html", "/t20261102_2.html", "/t20261102_3.html"]
            server.script(host, "/zc/", rows(*paths))
            for path in paths:
                server.script(host, path, Reply(GOOD))
            server.script(host, paths[1], broken.raw)
            desk.add(name, server.url(host, "/zc/"))
        yield Shaken(desk, desk.crawl(RETRIES="0", TIMEOUT="2", AT_ONCE="16"))


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_http_is_survived_and_never_kept_as_a_page(shaken: Shaken, kind: str) -> None:
    name = kind.replace("_", "-")
    held = shaken.desk.held(name)
    assert held.pop("/t20261102_1.html") == GOOD
    assert held.pop("/t20261102_3.html") == GOOD
    assert set(held) <= {"/t20261102_2.html"}
    if held:
        assert held["/t20261102_2.html"] in BROKEN[kind].kept
    else:
        (visit,) = [visit for visit in shaken.desk.visits(name) if visit.url.endswith("_2.html")]
        # Where a redirect leads to nowhere on the same site, that page is gone.
        assert visit.finding is Finding.FAILED or (visit.finding is Finding.GONE and kind.startswith("redirect"))
        assert visit.cause or visit.status
    assert EVIL not in held.values()
    assert shaken.crawled.rows[name].outcome == ("ok" if held else "partial")


def test_broken_sites_are_asked_one_request_at_a_time(shaken: Shaken) -> None:
    assert shaken.crawled.peak < MEMORY
    assert len(BROKEN) >= 30
    hasty = {host for host, most in most_in_flight(shaken.desk.sites.log).items() if most > 1}
    # A server that goes on sending after its client has left counts as busy.
    assert hasty <= {_host(kind) for kind in ("drips_headers", "drips_body", "stalls_before_answer", "stalls_in_body")}


if __name__ == "__main__":
    crawl_from_the_public(Path(sys.argv[1]))
