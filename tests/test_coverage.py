"""数据来源: the state of the sources from tables and archive, through the index, onto the page."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from streamlit.testing.v1 import AppTest

from app.causes import say_cause
from app.coverage_parts import missing_html, scores_html
from app.language import Language, speaking
from app.sheets import missing_csv
from app.views.coverage import NEVER, sources_html, standing, summary_html, texts_html, versions_html
from crawler.checks import Cause
from data.archive import Archive
from data.model import IssuerLevel, Outcome, Page
from data.source_words import source_words
from data.sources import FAMILIES
from data.strict import TableError
from data.tables import Tables, load
from index.build import build
from index.client import Connection, connect
from index.corpus import catalog_corpus
from index.coverage import (
    SOURCES,
    Coverage,
    LastRun,
    LevelTexts,
    SourceState,
    load_sources,
    read_coverage,
    source_states,
)
from index.evaluate import ALL_KINDS, Evaluation
from index.generations import current
from index.judgements import Half
from index.local_server import Node
from index.measures import Measures
from index.scores import SCORES, Score, Scores, keep_scores, read_scores, scores_of
from index.tokens import tokenizer

TABLES: Tables = load()
READ = next(name for name, document in TABLES.documents.items() if document.text is None)
AT = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)
STATE = SourceState("cloud-river", "云河市人民政府", "330100", "html_list", None, None, None, None, 0)


SCORED = Scores(AT, "abc", (Score("ours", Half.CONTROL, 94, 0.512, 0.6, 0.7), Score("<b>", Half.TUNING, 1, 0, 0, 0)))


def with_run(outcome: Outcome | None, cause: str | None = None) -> SourceState:
    return replace(STATE, last=LastRun(AT, outcome, cause))


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive in which one source had a good run, then a blocked one, and another was killed in its first."""
    first, second = list(TABLES.sources)[:2]
    with Archive(tmp_path / "archive") as held:
        run = held.begin(first, AT)
        for name in "ab":
            held.put(run, Page(f"https://example.gov.cn/{name}", AT, 200, (), name.encode()))
        held.finish(run, Outcome.OK)
        later = AT.replace(hour=23, minute=45)
        run = held.begin(first, later)
        held.finish(
            run,
            Outcome.BLOCKED,
            {"causes": "blocked 3", "first_fault": "https://example.gov.cn/: no", "asked": 4},
            later,
        )
        held.commit(held.begin(second, AT))
        yield held


def test_states_are_those_of_the_archive_and_every_source_has_one(archive: Archive) -> None:
    states = {state.id: state for state in source_states(TABLES, archive)}
    assert list(states) == list(TABLES.sources)
    first, second, third = (states[name] for name in list(TABLES.sources)[:3])
    assert first.last == LastRun(AT.replace(minute=45), Outcome.BLOCKED, "blocked 3; https://example.gov.cn/: no")
    assert (first.last_good, first.pages) == (AT, 2)
    assert second.last == LastRun(AT, None, None)
    assert (second.last_good, second.pages) == (None, 0)
    assert (third.last, third.last_good, third.pages) == (None, None, 0)


@pytest.mark.parametrize(
    ("state", "stands"),
    [
        (STATE, "never"),
        (with_run(Outcome.IMPORTED), "never"),
        (with_run(Outcome.OK), "good"),
        (with_run(Outcome.UNCHANGED), "good"),
        (with_run(Outcome.PARTIAL), "bad"),
        (with_run(None), "bad"),
    ],
)
def test_how_a_source_stands(state: SourceState, stands: str) -> None:
    assert standing(state) == stands


def test_a_source_that_was_never_fetched_says_so() -> None:
    shown = sources_html([STATE], TABLES)
    assert shown.count(NEVER) == 2
    assert "2026" not in shown
    assert NEVER not in sources_html([replace(with_run(Outcome.OK), verified=date(2026, 11, 1))], TABLES)


def test_the_cause_stands_beside_a_run_that_failed_and_times_are_those_of_china() -> None:
    shown = sources_html([with_run(Outcome.UNREACHABLE, "timeout 3")], TABLES)
    assert "网站连不上" in shown
    assert ">超时未答 3 次<" in shown
    assert "2026年11月20日 07:30" in shown
    assert "timeout 3" not in sources_html([with_run(Outcome.OK, "timeout 3")], TABLES)


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        ("dns 9, tls 1", "查不到域名 9 次；证书或加密连接有误 1 次"),
        ("dns 3; https://a.test/l?a=1: the name is not known", "查不到域名 3 次；最先出错：https://a.test/l?a=1"),
        ("https://a.test:81/l: expected rows, found none", "最先出错：https://a.test:81/l"),
        (f"status 2; https://a.test/{'x' * 90}: 500", f"返回错误状态 2 次；最先出错：https://a.test/{'x' * 45}…"),
        ("the archive refused it", "the archive refused it"),
    ],
)
def test_causes_are_said_in_chinese(cause: str, said: str) -> None:
    assert say_cause(cause) == said


@pytest.mark.parametrize("outcome", [*Outcome, None])
def test_every_outcome_has_words(outcome: Outcome | None) -> None:
    shown = sources_html([with_run(outcome)], TABLES)
    assert 'class="kb-outcome' in shown
    assert outcome is None or f">{outcome}<" not in shown


def test_sources_in_english_have_the_same_figures() -> None:
    with speaking(Language.EN):
        shown = sources_html([replace(with_run(Outcome.UNREACHABLE, "dns 9, tls 1"), pages=1234)], TABLES)
        line, texts = summary_html([with_run(Outcome.OK), STATE]), texts_html([LevelTexts(None, 5, 5, 8, 2)], TABLES)
        scores = scores_html(SCORED)
        missing = missing_html([replace(TABLES.documents["cn-330400-2024-ai-hq-plan"], url=None)], TABLES)
    for said in (
        "The site cannot be reached",
        "20 Nov 2026 07:30",
        "<td>1234</td>",
        "The host name is not known: 9; ",
        "Plain HTML lists",
    ):
        assert said in shown
    assert "2 sources: last run OK for 1, failed for 0, never fetched for 1; pages held: 0." in line
    assert "<td>2 / 8 (25%)</td><td>5 / 5 (100%)</td>" in texts
    assert "<td>This site&#x27;s search</td><td>Held out</td><td>94</td><td>0.512</td>" in scores
    assert "Evaluated on 20 Nov 2026" in scores
    assert "document?id=cn-330400-2024-ai-hq-plan&amp;lang=en" in missing


def test_text_of_sources_stays_text() -> None:
    state = replace(with_run(Outcome.BLOCKED, "<script>alert(1)</script>"), publisher='<img src=x onerror="1">')
    shown = sources_html([state], TABLES)
    assert "<script" not in shown
    assert "<img" not in shown


def test_every_family_and_every_cause_has_its_words() -> None:
    words = source_words()
    assert {code for group, code in words if group == "family"} == set(FAMILIES)
    assert {code for group, code in words if group == "cause"} == {str(cause) for cause in Cause}
    shown = sources_html([STATE, replace(STATE, family="new_one")], TABLES)
    assert ">new_one<" in shown
    assert "普通列表页" in shown


def test_words_that_are_missing_are_a_fault_of_the_table(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("group,code,zh,en\ncause,dns,,DNS\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("group,code\n", encoding="utf-8")
    with pytest.raises(TableError, match="dns"):
        source_words(tmp_path / "a.csv")
    with pytest.raises(TableError, match="must be group,code,zh,en"):
        source_words(tmp_path / "b.csv")


def test_a_document_without_a_text_says_what_brings_it() -> None:
    known = TABLES.documents["cn-330400-2024-ai-hq-plan"]
    others = (replace(known, url=None), replace(known, url="https://nowhere.example/a?b=1&c='2'"))
    shown = missing_html([replace(known, url="https://www.jiaxing.gov.cn/a?b=1&c=2"), *others], TABLES)
    assert "python -m crawler import FILE --url &#x27;https://www.jiaxing.gov.cn/a?b=1&amp;c=2&#x27;" in shown
    assert "来源网址未载明" in shown
    assert "还不在来源表中" in shown
    assert missing_csv(others, TABLES).decode("utf-8-sig").count("import") == 0


def test_no_cell_of_a_file_is_a_formula() -> None:
    evil = replace(TABLES.documents["cn-330400-2024-ai-hq-plan"], title="=HYPERLINK(1)", doc_number=" @SUM(A1)")
    (row,) = list(csv.DictReader(io.StringIO(missing_csv([evil], TABLES).decode("utf-8-sig"))))
    assert (row["文件"], row["发文字号"]) == ("'=HYPERLINK(1)", "' @SUM(A1)")


def test_scores_are_shown_with_date_and_command() -> None:
    shown = scores_html(SCORED)
    assert "2026年11月20日评测" in shown
    assert "python -m index evaluate" in shown
    assert "<td>本站检索</td><td>对照组</td><td>94</td><td>0.512</td>" in shown
    assert "<b>" not in shown
    assert "还没有做过评测" in scores_html(None)


def test_scores_are_the_means_over_all_kinds_of_queries() -> None:
    measures = Measures(3, 0.5, 0.6, 0.7)
    found = Evaluation("ours", {(Half.CONTROL, ALL_KINDS): measures, (Half.CONTROL, "typo"): Measures(1, 0, 0, 0)})
    scores = scores_of([found], "abc", AT)
    assert scores == Scores(AT, "abc", (Score("ours", Half.CONTROL, 3, 0.5, 0.6, 0.7),))


def test_totals_of_texts() -> None:
    levels = [LevelTexts(IssuerLevel.CITY, 10, 4, 8, 2), LevelTexts(None, 5, 5, 0, 0)]
    shown = texts_html(levels, TABLES)
    for said in ("市级", "未载明", "2 / 8（25%）", "4 / 10（40%）", "0 / 0", "2 / 8（25%）", "9 / 15（60%）"):
        assert said in shown
    assert "还没有文件" in texts_html([], TABLES)


def test_versions_that_are_not_known_are_said_to_be_absent() -> None:
    assert versions_html(Coverage(None, (), None, None, None)).count("未载明") == 3
    assert "词表版本 abc · 索引版本 7 · 索引建于 2026年11月20日 07:30" in versions_html(Coverage((), (), "abc", 7, AT))


def test_sources_are_counted_by_how_they_stand() -> None:
    states = [STATE, with_run(Outcome.OK), replace(with_run(Outcome.BLOCKED), pages=7)]
    assert "共 3 个来源：1 个最近一次正常，1 个最近一次未成功，1 个从未抓取；存有网页 7 个" in summary_html(states)


@pytest.fixture(scope="module")
def writer(node: Node) -> Iterator[Elasticsearch]:
    with connect(Connection(node.url, node.writer.user, node.writer.password)) as client:
        corpus = catalog_corpus(TABLES)
        read = replace(TABLES.documents[READ], text="第一条 对通过大模型备案的企业，给予80万元奖励。")
        build(client, replace(corpus, digest="read", documents={**corpus.documents, READ: read}), tokenizer())
        yield client
        client.indices.delete(index=",".join(client.indices.get(index=f"{SOURCES}-*")))
        client.indices.delete(index=SCORES)


def coverage_script() -> None:
    from app.views import coverage

    coverage.page()


@pytest.mark.node
def test_states_are_replaced_in_place_while_the_sources_are_the_same(writer: Elasticsearch, archive: Archive) -> None:
    first, second, *others = source_states(TABLES, archive)
    load_sources(writer, (first, second, *others))
    index = current(writer, SOURCES)
    assert load_sources(writer, (replace(first, pages=first.pages + 7), second, *others))
    assert current(writer, SOURCES) == index
    with_seven = read_coverage(writer, ()).sources
    assert with_seven is not None
    assert {one.id: one.pages for one in with_seven}[first.id] == first.pages + 7
    assert load_sources(writer, (second, *others))
    assert current(writer, SOURCES) != index
    without = read_coverage(writer, ()).sources
    assert without is not None
    assert {one.id for one in without} == {one.id for one in (second, *others)}
    (settings,) = writer.indices.get_settings(index=SOURCES, flat_settings=True).body.values()
    assert settings["settings"]["index.translog.durability"] == "request", "a power cut would take rows"


@pytest.mark.node
def test_through_the_index_onto_the_page(
    node: Node, writer: Elasticsearch, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app import readers

    connection = Connection(node.url, node.reader.user, node.reader.password)
    states = source_states(TABLES, archive)
    for name in writer.indices.get(index="policy-sources-*", ignore_unavailable=True):  # builds of other tests make it
        writer.indices.delete(index=name)
    writer.indices.delete(index=SCORES, ignore_unavailable=True)
    with connect(connection) as reader:
        assert read_coverage(reader, TABLES.documents.keys()).sources is None
        assert load_sources(writer, states)
        assert not load_sources(writer, states)
        assert read_scores(reader) is None
        keep_scores(writer, SCORED)
        assert read_scores(reader) == SCORED
        known = read_coverage(reader, TABLES.documents.keys())
    assert known.sources is not None
    assert sorted(known.sources, key=lambda state: state.id) == sorted(states, key=lambda state: state.id)
    assert sum(one.catalog for one in known.levels) == len(TABLES.documents)
    held = 1 + sum(document.text is not None for document in TABLES.documents.values())
    assert sum(one.catalog_with_text for one in known.levels) == sum(one.with_text for one in known.levels) == held
    assert known.words == tokenizer().version
    assert known.built is not None
    assert len(known.untexted) == len(TABLES.documents) - held
    assert READ not in known.untexted
    for name, value in connection.settings().items():
        monkeypatch.setenv(name, value)
    readers.client.clear()
    readers.coverage.clear()
    at = AppTest.from_function(coverage_script, default_timeout=60)
    at.query_params["show"] = "bad"
    at.run()
    assert not at.exception
    shown = "".join(html.proto.body for html in at.get("html"))
    assert "被网站拦截" in shown
    assert "被网站拦截 3 次" in shown
    assert "大汉网络" in shown or "拓尔思" in shown or "列表" in shown
    assert "还没有全文" in at.expander[0].label
    assert "python -m crawler import FILE --url https://" in shown
    assert "0.512" in shown
    readers.client.clear()
    readers.coverage.clear()
