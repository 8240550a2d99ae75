"""Who may read and who may import: the rules, the settings of sign-in, and what is taken in."""

import io
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document as Docx
from reportlab.pdfgen.canvas import Canvas

from app import intake
from app.access import Visitor, may_import, may_read, on_loopback
from app.intake import Kind, NotTakenError, can_write, kind_of, source_of, take
from app.language import Language, retell, speaking
from app.sign_in import SignIn, SignInError, from_environment
from crawler.settings import Settings
from data.archive import Archive
from data.labels import HAN
from data.model import Finding, Outcome
from data.tables import load

TABLES = load()
ROOT = Path(__file__).parents[1]
KEY = "k" * 32
GIVEN = {
    "LOGIN_METADATA_URL": "https://id.example/.well-known/openid-configuration",
    "LOGIN_CLIENT_ID": "kb",
    "LOGIN_CLIENT_SECRET": "s",
    "LOGIN_COOKIE_SECRET": "c" * 32,
    "LOGIN_ALLOWED": "Anna@firm.example, @team.example",
    "APP_URL": "https://policy.example/",
    "LOGIN_API_KEY": KEY,
}
HERE = {"host": "127.0.0.1:8501", "origin": "http://127.0.0.1:8501"}


def team(**changed: str) -> SignIn:
    found = from_environment(GIVEN | changed)
    assert found is not None
    return found


def visitor(peer: str = "127.0.0.1", headers: Mapping[str, str] = HERE, **user: Any) -> Visitor:  # noqa: ANN401 - whatever a provider says
    return Visitor(peer, headers, user)


@pytest.mark.parametrize(
    ("peer", "bound", "headers", "here"),
    [
        ("127.0.0.1", "127.0.0.1", HERE, True),
        ("::1", "::1", {"host": "[::1]:8501", "origin": "http://[::1]:8501"}, True),
        ("127.0.0.1", "localhost", {"host": "localhost:8501"}, True),
        ("203.0.113.9", "127.0.0.1", HERE, False),
        ("203.0.113.9", "127.0.0.1", HERE | {"x-forwarded-for": "127.0.0.1"}, False),
        ("127.0.0.1", "127.0.0.1", HERE | {"x-forwarded-for": "127.0.0.1"}, False),
        ("127.0.0.1", "127.0.0.1", HERE | {"forwarded": "for=127.0.0.1"}, False),
        ("127.0.0.1", "127.0.0.1", HERE | {"host": "evil.example"}, False),
        ("127.0.0.1", "127.0.0.1", HERE | {"host": "127.0.0.1.evil.example"}, False),
        ("127.0.0.1", "127.0.0.1", HERE | {"origin": "https://policy.example"}, False),
        ("127.0.0.1", "127.0.0.1", HERE | {"origin": "null"}, False),
        ("127.0.0.1", "127.0.0.1", HERE | {"origin": "http://[127.0.0.1"}, False),
        ("127.0.0.1", "0.0.0.0", HERE, False),  # noqa: S104 - what is refused
        ("127.0.0.1", None, HERE, False),
        ("", "127.0.0.1", HERE, False),
        ("127.0.0.1", "127.0.0.1", {}, False),
    ],
)
def test_who_sits_at_this_machine(peer: str, bound: str | None, headers: Mapping[str, str], here: bool) -> None:  # noqa: FBT001 - a table
    assert on_loopback(visitor(peer, headers), bound) is here
    assert may_import(visitor(peer, headers), None, bound) is here
    assert may_read(visitor(peer, headers), None)


@pytest.mark.parametrize(
    ("user", "admitted"),
    [
        ({"is_logged_in": True, "email": "anna@firm.example"}, True),
        ({"is_logged_in": True, "email": "ANNA@FIRM.EXAMPLE", "email_verified": True}, True),
        ({"is_logged_in": True, "email": "bert@team.example"}, True),
        ({"is_logged_in": True, "email": "bert@firm.example"}, False),
        ({"is_logged_in": True, "email": "bert@team.example", "email_verified": False}, False),
        ({"is_logged_in": True, "email": "bert@evil.team.example"}, False),
        ({"is_logged_in": True, "email": "@team.example"}, False),
        ({"is_logged_in": True, "email": None}, False),
        ({"is_logged_in": True}, False),
        ({"is_logged_in": "yes", "email": "anna@firm.example"}, False),
        ({"email": "anna@firm.example"}, False),
        ({}, False),
    ],
)
def test_with_sign_in_only_who_is_allowed_reads_and_imports(user: dict[str, Any], admitted: bool) -> None:  # noqa: FBT001
    somebody = visitor(**user)
    assert may_read(somebody, team()) is admitted
    assert may_import(somebody, team(), "127.0.0.1") is admitted


def test_everybody_may_be_let_in_who_has_signed_in() -> None:
    everybody = team(LOGIN_ALLOWED="*")
    assert may_read(visitor(is_logged_in=True), everybody)
    assert not may_read(visitor(), everybody)


@pytest.mark.parametrize(
    ("given", "fits"),
    [
        (f"Bearer {KEY}", True),
        (f"bearer  {KEY} ", True),
        ("Basic " + b64encode(f"reader:{KEY}".encode()).decode(), True),
        ("Basic " + b64encode(KEY.encode()).decode(), False),
        ("Basic ???", False),
        ("Bearer ", False),
        (f"Digest {KEY}", False),
        ("Bearer " + "k" * 31, False),
        ("Bearer 钥匙", False),
        ("", False),
    ],
)
def test_programs_read_with_the_key_and_never_import(given: str, fits: bool) -> None:  # noqa: FBT001 - a table
    program = visitor(headers={"authorization": given})
    assert may_read(program, team()) is fits
    assert not may_read(program, team(LOGIN_API_KEY=""))
    assert not may_import(program, team(), "127.0.0.1")


def test_sign_in_is_off_unless_set_up_and_secrets_are_never_printed() -> None:
    assert from_environment({}) is None
    assert team().secrets()["auth"]["redirect_uri"] == "https://policy.example/oauth2callback"
    assert not {GIVEN["LOGIN_COOKIE_SECRET"], KEY} & set(repr(team()).split("'"))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"LOGIN_CLIENT_ID": "", "APP_URL": ""}, "LOGIN_CLIENT_ID, APP_URL must be too"),
        ({"LOGIN_METADATA_URL": "id.example"}, "LOGIN_METADATA_URL"),
        ({"APP_URL": "ftp://policy.example"}, "APP_URL"),
        ({"LOGIN_COOKIE_SECRET": "short"}, "LOGIN_COOKIE_SECRET: shorter than 32"),
        ({"LOGIN_API_KEY": "short"}, "LOGIN_API_KEY: shorter than 32"),
        ({"LOGIN_ALLOWED": "anna"}, "'anna' is neither"),
        ({"LOGIN_ALLOWED": "*, anna@firm.example"}, "stands alone"),
    ],
)
def test_what_is_set_up_wrongly_is_said(changed: dict[str, str], said: str) -> None:
    with pytest.raises(SignInError) as caught:
        from_environment(GIVEN | changed)
    assert said in str(caught.value)


def pdf() -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.drawString(72, 720, "text")
    canvas.save()
    return file.getvalue()


def docx() -> bytes:
    file = io.BytesIO()
    Docx().save(file)
    return file.getvalue()


def zipped(name: str) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w") as parts:
        parts.writestr(name, "x")
    return file.getvalue()


HTML = "<!DOCTYPE html><html><body><p>办法</p></body></html>"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (pdf(), Kind.PDF),
        (docx(), Kind.DOCX),
        (HTML.encode(), Kind.HTML),
        (HTML.encode("gb18030"), Kind.HTML),
        (HTML.encode("utf-16"), Kind.HTML),
        (b"\xef\xbb\xbf\r\n<!-- saved from url --><HTML lang=zh>", Kind.HTML),
        (zipped("xl/workbook.xml"), None),
        (b"PK\x03\x04 cut", None),
        (b"MZ\x90\x00 program", None),
        (b"\x89PNG\r\n", None),
        ("只是文字".encode(), None),
        (b"", None),
    ],
)
def test_what_a_file_is_stands_in_its_bytes(body: bytes, kind: Kind | None) -> None:
    assert kind_of(body) is kind


JIAXING = "https://www.jiaxing.gov.cn/art/2024/12/5/art_1229782153_2072.html"


def test_a_page_is_archived_as_imported(tmp_path: Path) -> None:
    settings = replace(Settings(), archive=tmp_path / "archive")
    first = take(HTML.encode(), JIAXING, TABLES, settings)
    assert (first.source.id, first.visit.finding, first.visit.url) == ("jiaxing", Finding.NEW, JIAXING)
    assert take(HTML.encode(), JIAXING, TABLES, settings).visit.finding is Finding.SAME
    assert take(pdf(), JIAXING, TABLES, settings).visit.finding is Finding.CHANGED
    with Archive(settings.archive) as archive:
        assert {run.outcome for run in archive.runs("jiaxing")} == {Outcome.IMPORTED}


@pytest.mark.parametrize(
    ("body", "address", "said"),
    [
        (HTML.encode(), "javascript:alert(1)", "http://"),
        (HTML.encode(), "file:///etc/passwd", "http://"),
        (HTML.encode(), "", "http://"),
        (HTML.encode(), "https://www.jiaxing.gov.cn/" + "a" * 2000, "http://"),
        (HTML.encode(), "https://nobody.example/a.html", "nobody.example"),
        (b"", JIAXING, "空"),
        (b"MZ\x90", JIAXING, "PDF"),
        (b"%PDF-1.7" + bytes(intake.MOST_BYTES), JIAXING, "20 MB"),
    ],
)
def test_what_is_not_taken_leaves_nothing_behind(tmp_path: Path, body: bytes, address: str, said: str) -> None:
    settings = replace(Settings(), archive=tmp_path / "archive")
    with pytest.raises(NotTakenError) as caught:
        take(body, address, TABLES, settings)
    assert said in str(caught.value)
    with speaking(Language.EN):
        assert not HAN.search(retell(caught.value.said))
    assert not (tmp_path / "archive").exists()


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert can_write(tmp_path / "not" / "yet")
    assert not can_write(tmp_path / "file")
    assert not can_write(tmp_path / "file" / "archive")


def test_the_owner_of_an_address() -> None:
    assert source_of(JIAXING, TABLES).id == "jiaxing"


def test_the_server_takes_as_much_as_the_page_says() -> None:
    config = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert f"maxUploadSize = {intake.MOST_BYTES // 1024 // 1024}\n" in config
