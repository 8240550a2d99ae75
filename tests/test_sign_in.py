"""Sign-in in a real Chromium with a real provider, and the import page: who may, who may not, and what nobody sees."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.api.backend import Backend
from app.api.routes import routes
from data.archive import Archive
from data.model import Outcome
from data.tables import load
from index.client import Connection
from index.local_server import Node
from tests.oidc import CLIENT, SECRET, Provider, provider
from tests.served import JIAXING, PREFIX, asked, free_port, pages_alone

pytestmark = [pytest.mark.node, pytest.mark.browser]

KEY = "key-of-programs-" + "0123456789" * 2
DOCUMENT = "cn-330400-2024-ai-hq-plan"
SAVED = "<!DOCTYPE html><html><body><h1>嘉兴市推动人工智能高质量发展实施方案</h1><p>另一版本</p></body></html>"


@pytest.fixture(scope="module")
def identity() -> Iterator[Provider]:
    with provider() as running:
        yield running


@pytest.fixture(scope="module")
def own_archive(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(archive, tmp_path_factory.mktemp("team") / "archive"))


@pytest.fixture(scope="module")
def team(node: Node, identity: Provider, address: str, own_archive: Path) -> Iterator[str]:  # noqa: ARG001 - the index
    """The pages for a team: who signs in with an address of team.example."""
    port = free_port()
    settings = Connection(node.url, node.reader.user, node.reader.password).settings() | {
        "ELASTICSEARCH_PREFIX": PREFIX,
        "CRAWLER_ARCHIVE": str(own_archive),
        "APP_URL": f"http://127.0.0.1:{port}",
        "LOGIN_METADATA_URL": f"{identity.url}/.well-known/openid-configuration",
        "LOGIN_CLIENT_ID": CLIENT,
        "LOGIN_CLIENT_SECRET": SECRET,
        "LOGIN_COOKIE_SECRET": "signs-the-cookies-of-one-test-run-0",
        "LOGIN_ALLOWED": "@team.example",
        "LOGIN_API_KEY": KEY,
    }
    with pages_alone(settings, port) as served:
        yield served


def sign_in(page: Page, email: str) -> None:
    page.get_by_role("button", name="登录").click()
    page.get_by_role("textbox", name="email").fill(email)
    page.get_by_role("button", name="go").click()


def fetched(page: Page, path: str) -> int:
    """Ask from within the page, with its cookies."""
    return int(page.evaluate("path => fetch(path).then(answer => answer.status)", path))


def test_nothing_is_shown_before_signing_in(page: Page, team: str) -> None:
    for path in ("/", "/policies?q=备案", f"/document?id={DOCUMENT}", "/coverage", "/import"):
        page.goto(team + path)
        expect(page.get_by_role("button", name="登录")).to_be_visible()
        assert page.locator(".kb-card, .kb-policy, .kb-table, .kb-wide, input").count() == 0
        assert "万元" not in page.content()


def test_nothing_leaks_beside_the_pages(team: str) -> None:
    known = [route.path for route in routes(Backend(load, lambda: None))]  # type: ignore[attr-defined]
    opened = {path for path in known if asked(team + path) != 401}
    assert opened == {"/healthz", "/readyz"}
    for path in (
        "/api/v1/incentives",
        "/api/v1/openapi.json",
        "/feeds/incentives.atom",
        "/feeds/calendar.ics",
        "/media/x",
    ):
        assert asked(team + path) == 401
        assert asked(team + path, Cookie="_streamlit_user=forged") == 401
    assert asked(f"{team}/api/v1/incentives", Authorization=f"Bearer {KEY}") == 200
    assert asked(f"{team}/feeds/incentives.atom", Authorization=f"Bearer {KEY}") == 200
    assert asked(f"{team}/api/v1/incentives", Authorization="Bearer wrong") == 401


def test_who_is_allowed_signs_in_reads_imports_and_leaves(page: Page, team: str, own_archive: Path) -> None:
    page.goto(team)
    assert fetched(page, "/api/v1/incentives") == 401
    sign_in(page, "anna@team.example")
    expect(page.locator(".kb-card").first).to_be_visible()
    assert fetched(page, "/api/v1/incentives?size=1") == 200
    import_saved(page, team, own_archive)
    page.goto(team)
    page.get_by_role("button", name="退出登录（someone）").click()
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()
    assert fetched(page, "/api/v1/incentives?size=1") == 401


def import_saved(page: Page, address: str, folder: Path) -> None:
    page.goto(f"{address}/import?document={DOCUMENT}")
    expect(page.get_by_role("textbox", name="网址")).to_have_value(JIAXING)
    name = "../../evil<b>.html"
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/html", "buffer": SAVED.encode()})
    page.get_by_role("button", name="归档").click()
    expect(page.get_by_text("已归档，与先前的版本不同。")).to_be_visible()
    with Archive(folder) as held:
        newest = held.page(JIAXING)
        assert newest is not None
        assert (newest.body, newest.imported) == (SAVED.encode(), True)
        assert Outcome.IMPORTED in {run.outcome for run in held.runs("jiaxing")}
    assert not [path for path in folder.parent.rglob("*") if "evil" in path.name]


def test_who_is_not_allowed_is_told_and_sees_nothing(page: Page, team: str) -> None:
    page.goto(team)
    sign_in(page, "mallory@evil.example")
    expect(page.get_by_text("这个账号不在允许之列")).to_be_visible()
    assert page.locator(".kb-card").count() == 0
    assert fetched(page, "/api/v1/incentives") == 401


def test_at_the_machine_itself_files_are_taken_without_sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/coverage")
    page.get_by_role("link", name="导入保存的网页或文件").click()
    expect(page.get_by_role("heading", name="导入", level=1)).to_be_visible()
    page.get_by_role("textbox", name="网址").fill("https://nobody.example/1.html")
    page.locator("input[type=file]").set_input_files(
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": SAVED.encode()}
    )
    page.get_by_role("button", name="归档").click()
    expect(page.get_by_text("nobody.example 不属于任何已收录的来源")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("退出登录"))).to_have_count(0)


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via"])
def test_whoever_comes_by_a_proxy_uploads_nothing(address: str, header: str) -> None:
    assert asked(f"{address}/_stcore/upload_file/session/file", "PUT", **{header: "127.0.0.1"}) == 403
    assert asked(f"{address}/_stcore/upload_file/session/file", "PUT", Host="evil.example") == 403


def test_the_page_says_so_to_who_comes_by_a_proxy(page: Page, address: str) -> None:
    page.set_extra_http_headers({"X-Forwarded-For": "127.0.0.1", "X-Policy-May-Import": "1"})
    page.goto(f"{address}/import")
    expect(page.get_by_text("导入只对登录的人开放")).to_be_visible()
    assert page.locator("input[type=file]").count() == 0
