"""Real crawls in a subprocess: manners towards sites, crawls that are stopped, killed, side by side, the commands."""

import json
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from data.archive import Archive
from data.model import Outcome
from tests.crawl_desk import Desk, Row, kill, script_site, wait_for
from tests.site_server import Asked, Raw, Reply, SiteServer, article, listing, most_in_flight, page, redirect

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


# --- manners ----------------------------------------------------------------------------------------------------------

WALL = "<script>location.reload()</script>"
NO = b"User-agent: *\nDisallow: /\n"
NOT_SECRET = b"User-agent: *\nDisallow: /zc/t20261102_2\n"


@dataclass(frozen=True, slots=True)
class Robots:
    """A robots.txt, and what a crawl does: nothing at all, all but page 2 (`some`), or everything.

    answer: or the host, path and status of what it redirects to. outcome: of a crawl that asks for nothing.
    """

    answer: Reply | Raw | tuple[str, str, int]
    asked: str
    outcome: Outcome = Outcome.ROBOTS


ROBOTS_KINDS = {
    "absent": Robots(page("404", 404), "all"),
    "gone": Robots(page("410", 410), "all"),
    "empty": Robots(Reply(b""), "all"),
    "page-instead": Robots(page("<html><body>首页</body></html>"), "all"),
    "all-forbidden": Robots(Reply(NO), "nothing"),
    "path-forbidden": Robots(Reply(NOT_SECRET), "some"),
    "we-are-forbidden": Robots(Reply(b"User-agent: *\nDisallow:\n\nUser-agent: ai-policy-kb\nDisallow: /"), "nothing"),
    "others-forbidden": Robots(Reply(b"User-agent: Baiduspider\nDisallow: /\n"), "all"),
    "byte-order-mark": Robots(Reply(b"\xef\xbb\xbf" + NO), "nothing"),
    "gb18030": Robots(Reply("# 禁止\n".encode("gb18030") + NO), "nothing"),
    "old-mac-lines": Robots(Reply(NO.replace(b"\n", b"\r")), "nothing"),
    "slow": Robots(Reply(NO, wait=1.5), "nothing"),
    "redirected": Robots(redirect("/robots-real.txt"), "nothing"),
    "forbidden-403": Robots(page("no", 403), "nothing"),
    "forbidden-401": Robots(page("no", 401), "nothing"),
    "away-to-robots": Robots(("ruled.test", ROBOTS, 301), "some"),
    "away-and-deeper": Robots(("ruled.test", "/static/robots.txt", 308), "some"),
    "away-to-none": Robots(("free.test", ROBOTS, 302), "all"),
    "away-to-a-refusal": Robots(("shut.test", ROBOTS, 302), "nothing"),
    "away-to-an-error": Robots(("ill.test", ROBOTS, 302), "nothing"),
    "away-to-the-dead": Robots(("dead.test", ROBOTS, 302), "nothing", Outcome.UNREACHABLE),
    "away-to-a-wall": Robots(("walled.test", ROBOTS, 302), "nothing", Outcome.BLOCKED),
    "away-to-a-page": Robots(("ruled.test", "/index.html", 302), "all"),
    "away-to-a-script": Robots(("ruled.test", "/robots.txt?do=it", 302), "all"),
    "away-to-a-number": Robots(("127.0.0.1", ROBOTS, 302), "all"),
    "five-turns": Robots(("turns.test", "/5/robots.txt", 302), "some"),
    "six-turns": Robots(("turns.test", "/6/robots.txt", 302), "nothing", Outcome.UNREACHABLE),
    "error-500": Robots(page("error", 500), "nothing"),
    "error-503": Robots(page("error", 503), "nothing"),
    "busy-429": Robots(page("slow down", 429), "nothing"),
    "error-400": Robots(page("bad", 400), "all"),
    "challenge-412": Robots(page(WALL, 412), "nothing", Outcome.BLOCKED),
    "challenge-202": Robots(page(WALL, 202), "nothing", Outcome.BLOCKED),
    "challenge-521": Robots(page(WALL, 521), "nothing", Outcome.BLOCKED),
    "challenge-200": Robots(page("<script>document.cookie='__jsl_clearance=1'</script>"), "nothing", Outcome.BLOCKED),
    "firewall-405": Robots(page("您的访问请求可能对网站造成安全威胁", 405), "nothing", Outcome.BLOCKED),
    "hangs": Robots(Raw((30.0,)), "nothing", Outcome.UNREACHABLE),
    "resets": Robots(Raw((), reset=True), "nothing", Outcome.UNREACHABLE),
    "garbage": Robots(Reply(bytes(range(256)) * 40), "all"),
    "half-a-megabyte": Robots(Reply(NO + b"Allow: /nothing-here\n" * 25_000), "nothing"),
    "ten-megabytes": Robots(Reply(NO + b"Disallow: /nothing-here\n" * 400_000), "nothing"),
}


def script_elsewhere(server: SiteServer, desk: Desk) -> None:
    """Script the hosts that robots.txt are redirected to."""
    for target in (ROBOTS, "/static/robots.txt", "/index.html", "/robots.txt?do=it"):
        server.script("ruled.test", target, Reply(NOT_SECRET))
    server.plan("127.0.0.1", lambda _: Reply(NO))
    server.plan("free.test", lambda _: page("404", 404))
    server.plan("shut.test", lambda _: page("no", 403))
    server.plan("ill.test", lambda _: page("error", 502))
    server.plan("dead.test", lambda _: Raw((), reset=True))
    server.plan("walled.test", lambda _: page(WALL, 412))
    for left in range(2, 7):
        server.script("turns.test", f"/{left}/robots.txt", redirect(f"/{left - 1}/robots.txt"))
    server.script("turns.test", "/1/robots.txt", Reply(NOT_SECRET))
    for name in ("ruled", "free", "shut", "ill", "dead", "walled", "turns"):
        desk.names[f"{name}.test"] = server.address


@pytest.fixture(scope="module")
def polite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with SiteServer() as server:
        desk = Desk(tmp_path_factory.mktemp("robots"), server)
        for name, robots in ROBOTS_KINDS.items():
            script_site(server, f"{name}.test", 12)
            answer = robots.answer
            if isinstance(answer, tuple):
                answer = redirect(server.url(answer[0], answer[1]), answer[2])
            server.script(f"{name}.test", ROBOTS, answer)
            server.script(f"{name}.test", "/robots-real.txt", Reply(NO))
            desk.add(name, server.url(f"{name}.test", "/zc/"))
        script_elsewhere(server, desk)
        desk.crawl(TIMEOUT="3", RETRIES="0")
        yield desk


@pytest.mark.parametrize("name", ROBOTS_KINDS)
def test_robots_is_obeyed(polite: Desk, name: str) -> None:
    targets = [target for target in polite.sites.targets(f"{name}.test") if not target.startswith("/robots")]
    everything = {"/zc/", *(f"/zc/t20261102_{number}.html" for number in range(1, 13))}
    wanted = {
        "nothing": set[str](),
        "some": everything - {"/zc/t20261102_2.html"},
        "all": everything,
    }[ROBOTS_KINDS[name].asked]
    assert set(targets) == wanted
    assert polite.sites.targets(f"{name}.test")[0] == ROBOTS


@pytest.mark.parametrize("name", ROBOTS_KINDS)
def test_what_robots_forbids_is_the_outcome(polite: Desk, name: str) -> None:
    forbidden = ROBOTS_KINDS[name].asked == "nothing"
    expected = ROBOTS_KINDS[name].outcome if forbidden else Outcome.OK
    assert polite.last(name).outcome is expected, polite.last(name).evidence
    if expected is Outcome.BLOCKED:
        assert "is a wall of" in str(polite.last(name).evidence["first_fault"])


def test_elsewhere_nothing_but_a_robots_is_asked(polite: Desk) -> None:
    log = polite.sites.log
    asked = {one.host: one.target for one in log if one.host.partition(".")[0] not in ROBOTS_KINDS}
    assert {target.rpartition("/")[2] for target in asked.values()} == {"robots.txt"}
    assert set(asked) == {f"{name}.test" for name in ("ruled", "free", "shut", "ill", "dead", "walled", "turns")}


def test_sources_that_share_a_host_share_its_patience(desk: Desk, sites: SiteServer) -> None:
    for name in ("left", "right"):
        paths = [f"/{name}/t20261102_{number}.html" for number in range(6)]
        sites.script("shared.test", f"/{name}/", listing((path, f"人工智能{path}") for path in paths))
        for path in paths:
            sites.script("shared.test", path, Reply(article("人工智能").body, wait=0.05))
        desk.add(name, sites.url("shared.test", f"/{name}/"))
    desk.crawl()
    assert desk.outcomes("left") == desk.outcomes("right") == [Outcome.OK]
    assert most_in_flight(sites.asked("shared.test")) == {"shared.test": 1}


def test_sources_that_share_a_host_do_not_ask_it_twice_as_often(desk: Desk, sites: SiteServer) -> None:
    for name in ("upper", "lower"):
        paths = [f"/{name}/t20261102_{number}.html" for number in range(2)]
        sites.script("calmer.test", f"/{name}/", listing((path, "人工智能办法") for path in paths))
        for path in paths:
            sites.script("calmer.test", path, article("人工智能办法"))
        desk.add(name, sites.url("calmer.test", f"/{name}/"))
    desk.crawl(DELAY="0.4")
    starts = [asked.started for asked in sites.asked("calmer.test") if asked.target != ROBOTS]
    assert len(starts) == 6
    assert all(later - earlier > 0.15 for earlier, later in pairwise(starts))


def test_requests_to_a_host_keep_their_distance(desk: Desk, sites: SiteServer) -> None:
    script_site(sites, "calm.test", 4)
    desk.add("calm", sites.url("calm.test", "/zc/"))
    desk.crawl(DELAY="0.4")
    starts = [asked.started for asked in sites.asked("calm.test")[1:]]
    assert len(starts) == 5
    # Scrapy spreads its delays between half of them and one and a half.
    assert all(later - earlier > 0.15 for earlier, later in pairwise(starts))
    assert starts[-1] - starts[0] > 1.0


def test_a_delay_that_robots_asks_for_is_kept(desk: Desk, sites: SiteServer) -> None:
    script_site(sites, "delay.test", 3)
    sites.script("delay.test", ROBOTS, Reply(b"User-agent: *\nCrawl-delay: 0.8\nDisallow: /nothing\n"))
    desk.add("delay", sites.url("delay.test", "/zc/"))
    assert desk.crawl().rows["delay"].outcome == "ok"
    starts = [asked.started for asked in sites.asked("delay.test")[1:]]
    assert len(starts) == 4
    assert all(later - earlier >= 0.75 for earlier, later in pairwise(starts))
    desk.crawl(RETRY_AFTER_MAX="0")
    starts = [asked.started for asked in sites.asked("delay.test")[6:]]
    assert all(later - earlier < 0.75 for earlier, later in pairwise(starts))


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_obeyed(desk: Desk, sites: SiteServer, status: int) -> None:
    host = f"busy{status}.test"
    (path,) = script_site(sites, host, 1)
    busy = Reply(status=status, headers=(("Retry-After", "2"),))
    sites.script(host, path, busy, article("人工智能办法"))
    desk.add("busy", sites.url(host, "/zc/"))
    assert desk.crawl().rows["busy"] == Row("ok", 1, 1, 0)
    first, again = (asked for asked in sites.asked(host) if asked.target == path)
    assert again.started - first.started >= 2


def test_the_whole_host_rests_while_it_asks_for_patience(desk: Desk, sites: SiteServer) -> None:
    paths = script_site(sites, "tired.test", 8)
    for path in paths[2:4]:
        sites.script("tired.test", path, Reply(status=429, headers=(("Retry-After", "1"),)), article("人工智能办法"))
    desk.add("tired", sites.url("tired.test", "/zc/"))
    assert desk.crawl().rows["tired"].outcome == "ok"
    asked = sites.asked("tired.test")
    for refused, following in pairwise(asked):
        assert refused.status != 429 or following.started - refused.started >= 1


def test_nobody_waits_longer_than_the_settings_allow(desk: Desk, sites: SiteServer) -> None:
    paths = script_site(sites, "week.test", 30)
    for path in paths[10:20]:
        sites.script("week.test", path, Reply(status=503, headers=(("Retry-After", "604800"),)))
    desk.add("week", sites.url("week.test", "/zc/"))
    assert desk.crawl(RETRY_AFTER_MAX="1").rows["week"].outcome == "partial"
    # What was on its way already is still asked.
    assert len(sites.asked("week.test")) <= 2 + 10 + 1 + 4
    assert "come back in 604800 s" in " ".join(str(visit.cause) for visit in desk.visits("week"))


def test_a_host_that_cuts_its_answers_short_is_asked_to_the_end(desk: Desk, sites: SiteServer) -> None:
    paths = script_site(sites, "cutting.test", 30)
    cut = Raw((b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n<p>",))
    for path in paths[:5]:
        sites.script("cutting.test", path, cut)
    desk.add("cutting", sites.url("cutting.test", "/zc/"))
    desk.crawl(RETRIES="0")
    assert set(desk.held("cutting")) == set(paths[5:])
    assert set(paths) <= set(sites.targets("cutting.test"))


def test_a_host_that_does_not_answer_is_left_alone(desk: Desk, sites: SiteServer) -> None:
    script_site(sites, "dying.test", 60)
    sites.plan("dying.test", lambda _: Raw((), reset=True) if len(sites.asked("dying.test")) > 2 + 5 else None)
    desk.add("dying", sites.url("dying.test", "/zc/"))
    desk.crawl(RETRIES="0")
    assert len(desk.held("dying")) == 5
    # robots.txt, the list, what came, three without an answer, and what was on its way.
    assert len(sites.asked("dying.test")) <= 2 + 5 + 3 + 4


# --- stopped, killed, side by side ------------------------------------------------------------------------------------


def test_a_killed_crawl_is_resumed_and_nothing_is_asked_twice(desk: Desk, sites: SiteServer) -> None:
    paths = script_site(sites, "killed.test", 30, wait=0.1)
    desk.add("killed", sites.url("killed.test", "/zc/"))
    process = desk.start("crawl")
    wait_for(iter(lambda: len(sites.asked("killed.test")) >= 16, None))
    kill(process)
    sites.forget()
    resumed = desk.crawl()
    fetched = set(desk.findings("killed", 0))
    assert len(fetched) >= 10
    assert desk.outcomes("killed") == [None, Outcome.OK]
    again = [target for target in sites.targets("killed.test") if target in fetched]
    assert again == []
    assert set(desk.versions("killed").items()) == {(path, 1) for path in paths}
    assert resumed.rows["killed"].new == 30 - len(fetched)


def test_a_killed_crawl_loses_no_attachment_of_pages_that_it_had(desk: Desk, sites: SiteServer) -> None:
    (path,) = script_site(sites, "torn.test", 1)
    sites.script(
        "torn.test", path, article("人工智能办法", beside="<a href='a.pdf'>一</a><a href='b.pdf'>二</a>").modified()
    )
    for name in ("a", "b"):
        sites.script("torn.test", f"/zc/{name}.pdf", Reply(PDF.body, wait=20), PDF)
    desk.add("torn", sites.url("torn.test", "/zc/"))
    process = desk.start("crawl", TIMEOUT="30")
    wait_for(iter(lambda: any(target.endswith("pdf") for target in sites.targets("torn.test")), None))
    kill(process)
    for name in ("a", "b"):
        sites.script("torn.test", f"/zc/{name}.pdf", PDF)
    desk.crawl()
    assert set(desk.held("torn")) == {path, "/zc/a.pdf", "/zc/b.pdf"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_crawl_says_so_and_goes_on_later(desk: Desk, sites: SiteServer, number: signal.Signals) -> None:
    host = f"stopped{number}.test"
    paths = script_site(sites, host, 20, wait=0.1)
    desk.add("stopped", sites.url(host, "/zc/"))
    process = desk.start("crawl")
    wait_for(iter(lambda: len(sites.asked(host)) >= 8, None))
    process.send_signal(number)
    sites.forget()
    stopped = desk.end(process)
    assert len(sites.asked(host)) <= 5
    assert stopped.err == ""
    run = desk.last("stopped")
    assert run.outcome is Outcome.PARTIAL
    assert run.evidence["stopped"]
    assert stopped.rows["stopped"].pages == len(desk.visits("stopped")) >= 5
    sites.forget()
    desk.crawl()
    assert not set(sites.targets(host)) & set(desk.findings("stopped", 0))
    assert set(desk.held("stopped")) == set(paths)
    assert desk.outcomes("stopped")[-1] is Outcome.OK


def test_two_processes_crawl_different_sources_at_once(desk: Desk, sites: SiteServer) -> None:
    met = threading.Barrier(2, timeout=30)
    for name in ("east", "west"):
        paths = script_site(sites, f"{name}.test", 12)

        def answer(_: Asked, name: str = name) -> Reply:
            met.wait()
            return article(f"人工智能 {name}")

        sites.script(f"{name}.test", paths[5], answer)
        desk.add(name, sites.url(f"{name}.test", "/zc/"))
    processes = [desk.start("crawl", name, TIMEOUT="40") for name in ("east", "west")]
    crawled = [desk.end(process) for process in processes]
    assert [(one.code, one.err) for one in crawled] == [(0, ""), (0, "")]
    assert not met.broken
    for name in ("east", "west"):
        assert desk.outcomes(name) == [Outcome.OK]
        assert len(desk.held(name)) == 12


def test_the_same_source_twice_at_once_is_refused_with_a_line(desk: Desk, sites: SiteServer) -> None:
    refused = threading.Event()
    paths = script_site(sites, "busy.test", 3)

    def answer(_: Asked) -> Reply:
        refused.wait(30)
        return article("人工智能办法")

    sites.script("busy.test", paths[0], answer)
    script_site(sites, "free.test", 2)
    desk.add("busy", sites.url("busy.test", "/zc/"))
    desk.add("free", sites.url("free.test", "/zc/"))
    first = desk.start("crawl", "busy", TIMEOUT="40")
    wait_for(iter(lambda: paths[0] in sites.targets("busy.test"), None))
    second = desk.run("crawl", "busy", "free")
    refused.set()
    assert desk.end(first).code == 0
    assert second.code == 1
    assert [
        line for line in second.out.splitlines() if "busy: not crawled: " in line and "writing to source busy" in line
    ]
    assert desk.outcomes("busy") == [Outcome.OK]
    assert desk.outcomes("free") == [Outcome.OK]
    assert sites.targets("busy.test").count("/zc/") == 1


# --- the command line -------------------------------------------------------------------------------------------------


def test_an_unknown_source_is_named(desk: Desk, sites: SiteServer) -> None:
    desk.add("known", sites.url("known.test", "/zc/"))
    crawled = desk.run("crawl", "known", "unknown")
    assert (crawled.code, crawled.out) == (2, "")
    assert crawled.err.count("\n") == 1
    assert "unknown" in crawled.err
    assert sites.asked("known.test") == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("DELAY", "soon"), ("TIMEOUT", "0"), ("ALLOW_PRIVATE", "perhaps"), ("CONTACT", "a b"), ("HOSTS", "/no/such/file")],
)
def test_a_setting_that_cannot_be_used_is_named(desk: Desk, sites: SiteServer, name: str, value: str) -> None:
    desk.add("known", sites.url("known.test", "/zc/"))
    crawled = desk.run("crawl", **{name: value})
    assert crawled.code == 2
    assert f"CRAWLER_{name}" in crawled.err
    assert crawled.err.count("\n") == 1


def test_a_saved_page_is_imported_beside_what_was_crawled(desk: Desk, sites: SiteServer, tmp_path: Path) -> None:
    script_site(sites, "hand.test", 2)
    desk.add("hand", sites.url("hand.test", "/zc/"))
    desk.crawl()
    good = desk.last("hand")
    saved = tmp_path / "saved page.html"
    saved.write_bytes(article("人工智能条例").body)
    refused = desk.run("import", str(saved))
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert "--url" in refused.err
    imported = desk.run("import", str(saved), "--url", sites.url("hand.test", "/law.html"))
    assert (imported.code, imported.err) == (0, "")
    assert desk.held("hand")["/law.html"] == saved.read_bytes()
    assert desk.outcomes("hand") == [Outcome.OK, Outcome.IMPORTED]
    with desk.archive as archive:
        assert archive.last_good("hand") == good
    strange = desk.run("import", str(saved), "--url", "http://nobody.test/x.html")
    assert (strange.code, strange.err.count("\n")) == (2, 1)


def test_one_address_is_fetched_with_its_attachments(desk: Desk, sites: SiteServer) -> None:
    desk.add("one", sites.url("one.test", "/zc/"))
    sites.script("one.test", "/law.html", article("人工智能条例", beside="<a href='law.docx'>附件</a>"))
    sites.script("one.test", "/law.docx", PDF)
    imported = desk.run("import", sites.url("one.test", "/law.html"))
    assert (imported.code, imported.err) == (0, "")
    assert set(desk.held("one")) == {"/law.html", "/law.docx"}
    assert sites.targets("one.test") == [ROBOTS, "/law.html", "/law.docx"]


def test_what_was_crawled_can_be_imported_elsewhere_from_its_warc(
    desk: Desk, sites: SiteServer, tmp_path: Path
) -> None:
    paths = script_site(sites, "warc.test", 3)
    desk.add("warc", sites.url("warc.test", "/zc/"))
    desk.crawl()
    (file,) = (tmp_path / "archive").glob("warc/*.warc.gz")
    copied = desk.run("import", str(file), ARCHIVE=str(tmp_path / "copy"))
    assert (copied.code, copied.err) == (0, "")
    with Archive(tmp_path / "copy") as archive:
        assert {page.url: page.body for page in archive.pages("warc")} == {
            sites.url("warc.test", path): desk.held("warc")[path] for path in paths
        }
        assert all(page.imported for page in archive.pages("warc"))


def test_a_lost_ledger_is_named_and_repaired(desk: Desk, sites: SiteServer, tmp_path: Path) -> None:
    script_site(sites, "lost.test", 3)
    desk.add("lost", sites.url("lost.test", "/zc/"))
    desk.crawl()
    for file in (tmp_path / "archive" / "lost").glob("ledger.sqlite*"):
        file.unlink()
    status = desk.run("status")
    assert status.code == 2
    assert "python -m crawler repair" in status.err
    assert desk.run("repair").code == 0
    assert "lost" in desk.run("status").out
    assert desk.crawl().rows["lost"] == Row("unchanged", 3, 0, 0)


def test_status_tells_how_each_source_stands(desk: Desk, sites: SiteServer) -> None:
    script_site(sites, "stands.test", 3)
    desk.add("stands", sites.url("stands.test", "/zc/"))
    desk.add("later", sites.url("later.test", "/zc/"))
    assert "never crawled" in desk.run("status").out
    desk.crawl("stands")
    lines = {line.split()[0]: line for line in desk.run("status").out.splitlines()}
    assert " ok " in lines["stands"]
    assert "never crawled" in lines["later"]


def test_refused_faults_of_tables_are_lines(desk: Desk, sites: SiteServer, tmp_path: Path) -> None:
    desk.add("known", sites.url("known.test", "/zc/"))
    (tmp_path / "tables" / "sources" / "known.yml").write_text(json.dumps({"id": "known"}), encoding="utf-8")
    crawled = desk.run("crawl")
    assert (crawled.code, crawled.out) == (2, "")
    assert "known.yml" in crawled.err


def test_an_archive_that_cannot_be_written_is_named(desk: Desk, sites: SiteServer, tmp_path: Path) -> None:
    desk.add("known", sites.url("known.test", "/zc/"))
    (tmp_path / "no-folder").write_bytes(b"")
    crawled = desk.run("crawl", ARCHIVE=str(tmp_path / "no-folder" / "archive"))
    assert crawled.code == 1
    assert [line for line in crawled.out.splitlines() if "known: not crawled: " in line and "no-folder" in line]
