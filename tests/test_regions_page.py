"""地区对比: the ten highest as bars, table and files, the tiles, and the page that holds its choices in the address."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from app import readers, service
from app.sheets import provinces_csv, regions_csv
from app.views.regions import bars, grid, tiles, top_table
from data.model import Yuan
from index.build import build
from index.client import Connection, connect
from index.corpus import catalog_corpus
from index.local_server import Node
from index.overview import Place, provinces
from index.tokens import tokenizer
from tests.test_cards import DAY, EVIL, TABLES, hit

KNOWN = hit("cn-330400-2024-ai-hq-plan")
RICH = Place("330400", 3, KNOWN, date(2024, 10, 10))
SILENT = Place("330100", 1)


def cells(file: bytes) -> list[list[str]]:
    assert file.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))


def test_the_table_says_what_for_and_where_it_is_said() -> None:
    shown = top_table([RICH, SILENT], "filing_reward")
    for said in ("浙江省嘉兴市", "100 万元", KNOWN.incentive.trigger, "document?id=cn-330400-2024-ai-hq-plan", "3 项"):
        assert said in shown
    assert "./?region=330100&amp;kind=filing_reward" in shown
    assert shown.count("未载明") == 4
    assert top_table([], "filing_reward") == ""


def test_a_region_without_an_amount_has_no_bar_and_is_not_left_out() -> None:
    shown = bars([RICH, SILENT], "filing_reward")
    assert "--share:1.0000" in shown
    assert "--share:0.0000" in shown
    assert "金额未载明" in shown


def test_files_have_amounts_in_yuan_and_nothing_where_nothing_is_known() -> None:
    rows = cells(regions_csv([RICH, SILENT], "filing_reward", TABLES, DAY))
    assert [row[3] for row in rows[1:]] == ["1000000", ""]
    everywhere = provinces([replace(KNOWN, incentive=replace(KNOWN.incentive, amount_max=Yuan(5)))], TABLES.regions)
    rows = cells(provinces_csv(everywhere, TABLES, DAY))
    assert len(rows) == len(everywhere) + 1
    by_code = {row[0]: row for row in rows[1:]}
    assert by_code["330000"][2:4] == ["5", "1"]
    assert by_code["110000"][2:5] == ["", "0", ""]


def test_every_province_has_a_tile_that_leads_to_its_incentives() -> None:
    places = provinces([KNOWN], TABLES.regions)
    shown = grid(places, "count")
    assert shown.count("<a ") == len(tiles()) == len(places)
    assert "./?region=330000" in shown
    assert 'class="kb-tile shade1"' in shown


def test_text_of_documents_stays_text() -> None:
    evil = replace(
        KNOWN, incentive=replace(KNOWN.incentive, trigger=EVIL), document=replace(KNOWN.document, title=EVIL)
    )
    shown = top_table([replace(RICH, best=evil)], "filing_reward")
    assert "<script" not in shown
    assert "<img" not in shown


def script() -> None:
    from app.views import regions

    regions.page()


@pytest.fixture
def indexed(node: Node) -> Iterator[None]:
    with connect(Connection(node.url, node.writer.user, node.writer.password)) as writer:
        build(writer, catalog_corpus(TABLES), tokenizer(), say=lambda _: None)
    settings = Connection(node.url, node.reader.user, node.reader.password).settings()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        service.searcher.clear()
        readers.client.clear()
        yield
    service.searcher.clear()
    readers.client.clear()


@pytest.mark.node
@pytest.mark.usefixtures("indexed")
def test_the_address_holds_the_measure_and_the_kind() -> None:
    kinds = list(TABLES.kinds)
    at = AppTest.from_function(script, default_timeout=60)
    at.query_params["by"], at.query_params["kind"] = "newest", kinds[1]
    at.run()
    assert not at.exception
    assert at.selectbox(key="top_kind").value == kinds[1]
    at.selectbox(key="top_kind").set_value("filing_reward").run()
    assert not at.exception
    assert (at.query_params["kind"], at.query_params["by"]) == ("filing_reward", "newest")
    shown = "".join(element.proto.body for element in at.get("html"))
    assert "kb-tile" in shown
    assert "备案奖励：前 10 个地区" in shown
