"""新规追踪 on a real Elasticsearch: changes by kind of incentive, as the feed gives them."""

from collections.abc import Iterator
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from app import readers, service
from data.model import Change, ChangeKind, Window
from data.tables import Tables, load
from index.build import build
from index.changes.pages import Observed
from index.changes.rows import ChangeQuery, load_changes
from index.changes.state import State
from index.changes.store import open_store
from index.client import Connection, connect
from index.corpus import catalog_corpus
from index.local_server import Node
from index.tokens import tokenizer

DAY = date(2026, 11, 20)
TABLES: Tables = load()
HAIZHU, ZHEJIANG = "cn-440105-2024-ai-model-demo-zone", "cn-330000-2025-ai-innovation-measures"
NOTICE = min(code for code, document in TABLES.documents.items() if not document.incentives)
ROUND = Window(None, date(2026, 11, 30), kinds=("rent",))
FOUND = [
    Change("c1", HAIZHU, ChangeKind.NEW, DAY, "海珠办法", "440105"),
    Change("c2", ZHEJIANG, ChangeKind.EXPIRED, DAY, "浙江措施", "330000"),
    Change("c3", HAIZHU, ChangeKind.AMENDED, DAY, "海珠办法", "440105"),
    Change("c4", NOTICE, ChangeKind.WINDOW_CLOSING, DAY, "申报通知", day=ROUND.closes, window=ROUND),
]


@pytest.fixture(scope="module", autouse=True)
def _indexed(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    reader = Connection(node.url, node.reader.user, node.reader.password)
    with (
        connect(Connection(node.url, node.writer.user, node.writer.password)) as writer,
        open_store(tmp_path_factory.mktemp("state") / "changes.sqlite") as store,
        pytest.MonkeyPatch.context() as patch,
    ):
        build(writer, catalog_corpus(TABLES), tokenizer(), say=lambda _: None)
        store.commit(State(None, {}), State(DAY, {}), Observed({}, (), {}), FOUND, "run-1")
        load_changes(writer, store, TABLES.regions)
        for name, value in reader.settings().items():
            patch.setenv(name, value)
        service.searcher.clear()
        readers.client.clear()
        yield
        service.searcher.clear()
        readers.client.clear()
        for name in list(writer.indices.get(index="policy-changes-*")):
            writer.indices.delete(index=name)


def news_script() -> None:
    from app.address import asked_language
    from app.language import speak
    from app.views import news

    speak(asked_language())
    news.page()


def opened(**parameters: str) -> AppTest:
    at = AppTest.from_function(news_script, default_timeout=60)
    for name, value in parameters.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def drawn(at: AppTest) -> str:
    return "".join(element.proto.body for element in at.get("html"))


@pytest.mark.node
def test_changes_of_documents_with_such_incentives_are_listed() -> None:
    def ids(*kinds: str, **query: object) -> list[str]:
        found = readers.changes(ChangeQuery(**query), kinds)  # type: ignore[arg-type]
        return [change.id for change in found.changes] if found else []

    assert ids() == ["c4", "c3", "c2", "c1"]
    assert ids("filing_reward") == ["c3", "c2", "c1"]
    assert ids("filing_reward", region="440000") == ["c3", "c1"]
    assert ids("filing_reward", page=2, size=2) == ["c1"]
    assert ids("rent") == ["c4"], "a notice that grants nothing is of the kinds that its round is for"
    assert ids("rent", region="440000") == []
    assert ids("event") == []


@pytest.mark.node
def test_each_kind_of_change_is_counted_without_its_own_filter() -> None:
    found = readers.changes(ChangeQuery(kinds=(ChangeKind.NEW,)), ("filing_reward",))
    assert found is not None
    assert (found.total, [change.id for change in found.changes]) == (1, ["c1"])
    assert found.kinds == {ChangeKind.NEW: 1, ChangeKind.AMENDED: 1, ChangeKind.EXPIRED: 1}


@pytest.mark.node
def test_a_kind_goes_into_the_address_and_into_the_links() -> None:
    at = opened(region="440000", change="new,expired")
    assert "海珠办法" in drawn(at)
    at.multiselect(key="n_grants").set_value(["filing_reward", "rent"]).run()
    assert not at.exception
    assert dict(at.query_params) == {"change": "new,expired", "kind": "filing_reward,rent", "region": "440000"}
    shown = drawn(at)
    assert shown.count('class="kb-policy"') == 1
    assert "feeds/changes.atom?change=new%2Cexpired&amp;kind=filing_reward%2Crent&amp;region=440000" in shown
    assert "feeds/calendar.ics?kind=filing_reward%2Crent&amp;region=440000" in shown
    assert opened(kind="rent").multiselect(key="n_grants").value == ["rent"]
