"""Pages with `lang=en` on a real Elasticsearch: no Chinese but what is marked as such, figures right, links English."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from app import readers, service
from app.door import MARK
from app.language import Language, speaking
from app.views.regions import grid, top_table
from data.model import Change, ChangeKind, ClauseChange, Edit, Piece, Window, Yuan
from data.regions import COUNTRY
from data.tables import Tables, load
from index.build import build
from index.changes.pages import Observed
from index.changes.rows import load_changes
from index.changes.state import State
from index.changes.store import open_store
from index.client import Connection, connect
from index.corpus import read_corpus
from index.local_server import Node
from index.overview import Place, provinces
from index.tokens import tokenizer
from index.versions.loading import keep_versions
from index.versions.rows import VERSIONS
from tests.document_archive import ID, put_all
from tests.test_cards import hit

pytestmark = [pytest.mark.node]

DAY = date(2026, 11, 20)
TABLES: Tables = load()
HAIZHU = "cn-440105-2024-ai-model-demo-zone"
MARKED = re.compile(r'<(span|pre)[^>]* lang="zh"[^>]*>.*?</\1>', re.DOTALL)
LINK = re.compile(r'href="((?:\./|document|news|regions|policies|coverage|compare|estimate|filing)[^"]*)"')
SPOKEN = ("markdown", "caption", "info", "warning", "error", "success")
LABELLED = ("text_input", "selectbox", "multiselect", "button", "button_group", "toggle", "expander")
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
PROVINCE = re.compile("|".join(region.name for region in TABLES.regions.children(COUNTRY)))
"""Names of places stay Chinese."""

PIECES = (Piece(Edit.KEPT, "给予"), Piece(Edit.REMOVED, "50"), Piece(Edit.ADDED, "100"), Piece(Edit.KEPT, "万元。"))
ROUND = Window(None, date(2026, 11, 30), "17:30")
KNOWN = hit("cn-330400-2024-ai-hq-plan")
RICH = Place("330400", 3, KNOWN, date(2024, 10, 10))
FOUND = [
    Change("c1", HAIZHU, ChangeKind.AMENDED, DAY, "海珠办法", "440105", clauses=(ClauseChange(("第三条",), PIECES),)),
    Change("c2", HAIZHU, ChangeKind.ENDING_SOON, DAY, "海珠办法", "440105", day=date(2026, 12, 31), quote="至年底"),
    Change("c3", HAIZHU, ChangeKind.WINDOW_CLOSING, DAY, "申报通知", "440105", day=ROUND.closes, window=ROUND),
]


@pytest.fixture(scope="module", autouse=True)
def _indexed(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    var = tmp_path_factory.mktemp("var")
    archive, read = var / "archive", var / "read"
    put_all(archive)
    corpus = read_corpus(TABLES, archive=archive, cache=read, say=lambda _: None)
    with (
        connect(Connection(node.url, node.writer.user, node.writer.password)) as writer,
        open_store(var / "changes.sqlite") as store,
        pytest.MonkeyPatch.context() as patch,
    ):
        build(writer, corpus, tokenizer(), say=lambda _: None)
        keep_versions(writer, corpus, archive, read)
        store.commit(State(None, {}), State(DAY, {}), Observed({}, (), {}), FOUND, "run-1")
        load_changes(writer, store, TABLES.regions)
        for name, value in Connection(node.url, node.reader.user, node.reader.password).settings().items():
            patch.setenv(name, value)
        _forget()
        yield
        _forget()
        for pattern in (f"{VERSIONS}-*", "policy-changes-*"):
            writer.indices.delete(index=list(writer.indices.get(index=pattern)))


def _forget() -> None:
    service.searcher.clear()
    readers.client.clear()


def document_script() -> None:
    from app.address import asked_language
    from app.language import speak
    from app.views import document

    speak(asked_language())
    document.page()


def news_script() -> None:
    from app.address import asked_language
    from app.language import speak
    from app.views import news

    speak(asked_language())
    news.page()


def regions_script() -> None:
    from app.address import asked_language
    from app.language import speak
    from app.views import regions

    speak(asked_language())
    regions.page()


def coverage_script() -> None:
    from app.address import asked_language
    from app.language import speak
    from app.views import coverage

    speak(asked_language())
    coverage.page()


def import_script() -> None:
    from app.address import asked_language
    from app.language import speak
    from app.views import intake

    speak(asked_language())
    intake.page()


def opened(script: Callable[[], None], **parameters: str) -> AppTest:
    at = AppTest.from_function(script, default_timeout=60)
    for name, value in {**parameters, "lang": "en"}.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def drawn(at: AppTest) -> str:
    return "".join(element.proto.body for element in at.get("html"))


def said(at: AppTest) -> Iterator[str]:
    """Yield what the page says by itself: not what is marked as Chinese, nor what a menu offers to choose from."""
    for element in at.get("html"):
        yield from re.split(r"<[^>]*>", MARKED.sub("", element.proto.body))
        for told in re.findall(r'(?:aria-label|title|placeholder)="([^"]*)"', element.proto.body):
            yield PROVINCE.sub("", told)
    for names, said_by in ((SPOKEN, "value"), (LABELLED, "label")):
        yield from (getattr(element, said_by) for name in names for element in at.get(name))


def check(at: AppTest) -> None:
    assert sorted({text.strip() for text in said(at) if CHINESE.search(text)}) == []
    links = [unescape(link) for link in LINK.findall(drawn(at))]
    assert [link for link in links if "lang=en" not in link] == []


def test_a_document() -> None:
    at = opened(document_script, id=ID)
    check(at)
    shown = drawn(at)
    assert "About the document" in shown
    assert '<h2 class="kb-section" id="s-versions">Versions (2)</h2>' in shown
    assert re.search(r"\d+ changes?", shown)


def test_a_document_without_a_text_leads_to_the_import() -> None:
    at = opened(document_script, id=HAIZHU)
    check(at)
    assert f'<a href="./import?document={HAIZHU}&amp;lang=en"' in drawn(at)
    assert "CNY 1,000,000" in drawn(at)


def test_what_is_new() -> None:
    at = opened(news_script, region="440105")
    check(at)
    assert at.markdown[0].value == "**3** changes, the latest found first"
    shown = drawn(at)
    assert "found on 20 Nov 2026" in shown
    assert "last day: 31 Dec 2026" in shown
    assert "closes: 30 Nov 2026 17:30" in shown
    assert '<b><span lang="zh">第三条</span></b>' in shown
    assert "<del>50</del><ins>100</ins>" in shown


def test_filters_of_what_is_new_keep_the_language() -> None:
    at = opened(news_script, month="2027-12")
    check(at)
    assert "<b>December 2027</b>" in drawn(at)
    assert 'href="news?month=2028-01&amp;lang=en"' in drawn(at)
    with speaking(Language.EN):
        at.multiselect(key="n_grants").set_value(["filing_reward"]).run()
    assert dict(at.query_params) == {"kind": "filing_reward", "lang": "en"}
    assert "feeds/changes.atom?kind=filing_reward" in drawn(at)
    assert not re.search(r"feeds/[^\"]*lang", drawn(at)), "feeds are Chinese"
    check(at)


@pytest.mark.parametrize("measure", ["most", "count", "newest"])
def test_regions(measure: str) -> None:
    at = opened(regions_script, by=measure, kind="filing_reward")
    check(at)
    assert dict(at.query_params) == {"by": measure, "kind": "filing_reward", "lang": "en"}
    assert at.selectbox(key="top_kind").options[0] == "Filing reward"


def test_amounts_of_regions_are_the_same_in_both_languages() -> None:
    def row(language: Language) -> list[str]:
        with speaking(language):
            shown = top_table([RICH, Place("330100", 1)], "filing_reward")
        return re.findall(r"<td>(.*?)</td>", shown)

    chinese, english = row(Language.ZH), row(Language.EN)
    assert (chinese[2], chinese[5], chinese[6], chinese[9]) == ("100 万元", "3 项", "2024年10月10日", "未载明")
    assert (english[2], english[5], english[6]) == ("CNY 1,000,000", "3 incentives", "10 Oct 2024")
    assert (english[9], english[12], english[13]) == ("not stated", "1 incentive", "not stated")


@pytest.mark.parametrize(
    ("amount", "chinese", "english"),
    [
        (5_000_000, "500万", "5M"),
        (500_000, "50万", "500k"),
        (1_250_000, "125万", "1.25M"),
        (100_000_000, "1亿", "100M"),
        (12_345_670_000, "1234567万", "12345.67M"),
        (1_234_567, "1,234,567 元", "1,234,567"),
        (800, "800 元", "800"),
    ],
)
def test_amounts_on_tiles(amount: int, chinese: str, english: str) -> None:
    best = replace(KNOWN, incentive=replace(KNOWN.incentive, amount_max=Yuan(amount)))
    places = provinces([best], TABLES.regions)
    for language, said_so in ((Language.ZH, chinese), (Language.EN, english)):
        with speaking(language):
            assert f"<span>{said_so}</span>" in grid(places, "most")


def test_sources() -> None:
    at = opened(coverage_script)
    check(at)
    assert "Texts held" in drawn(at)
    assert 'href="import?lang=en"' in drawn(at)


def test_import() -> None:
    at = opened(import_script, document=HAIZHU)
    check(at)
    assert at.info[0].value.startswith("Importing is for those who have signed in.")


def test_import_where_it_is_allowed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("app.views.intake.st.context", SimpleNamespace(headers={MARK: "1"}))
    monkeypatch.chdir(tmp_path)
    at = opened(import_script, document=HAIZHU)
    check(at)
    assert at.caption[0].value == "20 MB at most. The type is told by the content, not by the name."
    assert at.text[0].value.startswith("Document: ")
    at.text_input[0].set_value("https://nobody.example/a")
    at.button[0].click().run()
    assert not at.exception
    assert at.warning[0].value == "No file is chosen yet."
