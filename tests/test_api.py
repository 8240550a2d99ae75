"""The API: its description and its answers held together, on a real Elasticsearch with the real catalog."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from streamlit.web.server.starlette import starlette_app

from app.api import endpoints, openapi, parameters
from app.api.backend import Backend, public_reason
from app.api.guard import DATA_HEADERS, PAGE_HEADERS
from app.api.metrics import Metrics
from app.api.parameters import SEARCH, read_parameters
from app.api.problems import ProblemError
from app.api.search import Place, query_of
from app.filters import write_address
from data.model import Yuan
from data.tables import Tables, load
from index.build import build
from index.client import Connection, SearchUnavailableError, connect
from index.corpus import catalog_corpus
from index.local_server import Node
from index.query import Query, Scope, Sort
from index.tokens import tokenizer
from tests.api_server import get, serving
from tests.proxy import Proxy

ROOT = Path(__file__).resolve().parents[1]
DAY = date(2026, 11, 20)
HAIZHU = "cn-440105-2024-ai-model-demo-zone"
TABLES: Tables = load()
LISTS = [one.path for one in endpoints.ENDPOINTS if not one.identified]
HEALTH = ["/healthz", "/readyz", "/metrics"]
EVERYTHING = [*LISTS, openapi.ADDRESS, "/feeds/incentives.atom", "/feeds/calendar.ics", *HEALTH]
SEARCHING = ["/api/v1/incentives", "/api/v1/documents/x", "/api/v1/changes", "/feeds/incentives.atom", "/readyz"]


@pytest.fixture(scope="module")
def proxy(node: Node) -> Iterator[Proxy]:
    """The way from the API to Elasticsearch, which a test can cut."""
    with connect(Connection(node.url, node.writer.user, node.writer.password)) as writer:
        build(writer, catalog_corpus(TABLES), tokenizer(), say=lambda _: None)
    with Proxy(int(node.url.rsplit(":", 1)[1])) as running:
        yield running


@pytest.fixture(scope="module")
def api(node: Node, proxy: Proxy) -> Iterator[str]:
    connection = Connection(proxy.url, node.reader.user, node.reader.password)
    with serving(Backend(lambda: TABLES, lambda: connection)) as address:
        yield address


DESCRIBED = schemathesis.openapi.from_dict(openapi.description(TABLES))


def excluding(case: schemathesis.Case[Any]) -> bool:
    """Say whether a request asks for amounts that exclude each other, which no schema can say."""
    least, most = (str((case.query or {}).get(name, "")) for name in ("min", "max"))
    return least.isdecimal() and most.isdecimal() and int(least) > int(most)


@pytest.mark.node
@pytest.mark.long
@DESCRIBED.parametrize()
@settings(
    max_examples=8,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_answers_are_as_described(case: schemathesis.Case[Any], api: str) -> None:
    answer = case.call(base_url=api)
    if excluding(case):
        assert answer.status_code == 400
    else:
        case.validate_response(answer)


def test_description_names_every_route_and_nothing_else() -> None:
    paths = openapi.description(TABLES)["paths"]
    assert set(paths) == {one.path for one in endpoints.ENDPOINTS} | {openapi.ADDRESS}
    for one in endpoints.ENDPOINTS:
        named = [parameter["name"] for parameter in paths[one.path]["get"]["parameters"]]
        assert named == [*(["id"] if one.identified else []), *(parameter.name for parameter in one.parameters)]


def test_parameters_are_those_of_the_pages() -> None:
    query = Query(
        on=DAY,
        text="算力",
        region="330100",
        above=True,
        kinds=("filing_reward", "compute_voucher"),
        scope=Scope.ALL,
        min_amount=Yuan(500_000),
        sort=Sort.AMOUNT,
        page=3,
    )
    values = read_parameters(write_address(query).items(), SEARCH, TABLES)
    assert query_of(values, DAY) == query


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("colour", "red", "no parameter here"),
        ("region", "999999", "no code of a region"),
        ("region", "杭州", "no code of a region"),
        ("region", "", "no code of a region"),
        ("above", "yes", "must be 1"),
        ("kind", "filing_reward,gift", "'gift' is none of"),
        ("scope", "CURRENT", "is none of"),
        ("min", "0", "whole number from 1"),
        ("min", "１００", "plain digits"),
        ("min", "1e6", "plain digits"),
        ("max", "9" * 30, "plain digits"),
        ("size", "101", "from 1 to 100"),
        ("page", "-1", "from 1 to"),
        ("year", "2025,1900", "from 1949 to 2100"),
        ("state", "", "is none of"),
        ("issuer", "财政局,", "1 to 100 characters"),
        ("kind", ",".join(["filing_reward"] * 51), "51 values"),
        ("q", "长" * 10_001, "10001 characters"),
    ],
)
def test_wrong_parameters_are_refused_with_a_reason(name: str, value: str, reason: str) -> None:
    with pytest.raises(ProblemError) as caught:
        read_parameters([(name, value)], SEARCH, TABLES)
    (fault,) = caught.value.faults
    assert (int(caught.value.status), fault.parameter, fault.value) == (400, name, value[:60])
    assert reason in fault.reason


def test_a_parameter_that_stands_twice_is_refused() -> None:
    with pytest.raises(ProblemError, match="stands twice"):
        read_parameters([("q", "a"), ("q", "b")], SEARCH, TABLES)


@pytest.mark.parametrize(
    ("page", "size", "total", "expected"),
    [
        (1, 20, 0, (None, None, "/x")),
        (1, 20, 20, (None, None, "/x")),
        (1, 20, 21, (None, "/x?page=2", "/x?page=2")),
        (2, 20, 21, ("/x", None, "/x?page=2")),
        (9, 20, 21, ("/x?page=2", None, "/x?page=2")),
        (333, 30, 10**6, ("/x?page=332", None, "/x?page=333")),
    ],
)
def test_links_lead_to_pages_that_are_there(page: int, size: int, total: int, expected: tuple[Any, ...]) -> None:
    links = Place("/x", {}, page, size, total).links()
    assert (links["prev"], links["next"], links["last"]) == expected


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SearchUnavailableError("there is no index yet: run x"), "there is no index yet"),
        (SearchUnavailableError("the index was cut with another lexicon (a, here b): run x"), "another lexicon"),
        (SearchUnavailableError("ELASTICSEARCH_CA cannot be used: /etc/secret is no file"), "does not answer"),
    ],
)
def test_reasons_name_no_address(error: SearchUnavailableError, said: str) -> None:
    assert said in public_reason(error)
    assert not re.search(r"/etc|run x|http", public_reason(error))


@pytest.mark.node
def test_figures_stand_beside_their_words(api: str) -> None:
    found = get(api, "/api/v1/incentives", q="备案奖励", region="440105").json
    grant = next(row for row in found["results"] if row["id"] == f"{HAIZHU}.1")
    assert (grant["amount_max_cny"], grant["amount_max_text"]) == (1_000_000, "100 万元")
    assert (grant["kind_text"], grant["region_text"]) == ("备案奖励", "广东省广州市海珠区")
    assert grant["basis"]
    assert grant["basis_text"]
    assert grant["floor_cny"] is None
    assert grant["floor_text"] == "未载明"
    assert {"quote", "source_url", "conditions", "span"} <= set(grant)
    assert get(api, f"/api/v1/incentives/{HAIZHU}.1").json == grant


@pytest.mark.node
def test_what_was_found_by_characters_is_told(api: str) -> None:
    for path in ("/api/v1/incentives", "/api/v1/documents"):
        assert get(api, path, q="算力 企业", scope="all").json["loose"] is False
        found = get(api, path, q="大赛获奖有奖金吗", scope="all").json
        assert found["loose"] is True
        assert found["total"] > 0


@pytest.mark.node
def test_what_a_query_says_is_understood_and_told(api: str) -> None:
    found = get(api, "/api/v1/incentives", q="浙江 备案奖励 100万以上", scope="all").json
    told = {part["kind"]: part["value"] for part in found["understood"]}
    assert told == {"region": "330000", "incentive_kind": "filing_reward", "amount": "100 万元以上"}
    assert found["total"] == len(found["results"]) > 0
    assert all(row["amount_max_cny"] >= 1_000_000 for row in found["results"])


@pytest.mark.node
@pytest.mark.parametrize("path", LISTS)
def test_pages_hold_everything_once(api: str, path: str) -> None:
    total, seen = get(api, path, size=100).json["total"], []
    address: str | None = f"{path}?size=30"
    while address:
        answer = get(api, address)
        page = answer.json
        seen += [row.get("id") or row["code"] for row in page["results"]]
        following = page["links"]["next"]
        assert (f'<{following}>; rel="next"' in answer.headers["link"]) == bool(following)
        address = following if len(seen) < 200 else None
    assert len(set(seen)) == len(seen) == min(total, len(seen))
    assert len(seen) >= min(total, 200)


@pytest.mark.node
def test_document_is_whole(api: str) -> None:
    found = get(api, f"/api/v1/documents/{HAIZHU}").json
    assert found["title"] == "广州市海珠区建设人工智能大模型应用示范区实施细则"
    assert found["incentive_count"] == len(found["incentives"]) > 0
    assert found["caps"][0]["amount_cny"]
    assert "元" in found["caps"][0]["amount_text"]
    assert (found["text"], found["text_characters"], found["cut"]) == (None, 0, [])


@pytest.mark.node
@pytest.mark.parametrize("name", ["no-such-thing", f"{HAIZHU}.999", "a" * 600, "%00", "%F0%9F%98%80", "_search", "*"])
def test_unknown_ids_are_404(api: str, name: str) -> None:
    for kind in ("documents", "incentives"):
        answer = get(api, f"/api/v1/{kind}/{name}")
        assert answer.status == 404
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.node
@pytest.mark.parametrize("path", ["/api/", "/api/v2/incentives", "/api/v1/incentives/", "/feeds/x.atom", "/api/v1"])
def test_unknown_addresses_are_404(api: str, path: str) -> None:
    answer = get(api, path)
    assert (answer.status, answer.json["title"]) == (404, "Not Found")


@pytest.mark.node
@pytest.mark.parametrize("path", EVERYTHING)
def test_everything_can_only_be_read(api: str, path: str) -> None:
    for method in ("POST", "DELETE", "OPTIONS"):
        answer = get(api, path, method=method)
        assert (answer.status, answer.headers["content-type"]) == (405, "application/problem+json")
        assert "GET" in answer.headers["allow"]
    head = get(api, path, method="HEAD")
    assert (head.status, head.body) == (200, b"")


@pytest.mark.node
@pytest.mark.parametrize("path", [*EVERYTHING, "/api/nothing", "/api/v1/kinds?x=1"])
def test_security_headers_are_on_every_answer(api: str, path: str) -> None:
    answer = get(api, path, headers={"Origin": "https://elsewhere.example"})
    sent = {name.lower(): value for name, value in DATA_HEADERS.items()}
    assert {name: answer.headers.get(name) for name in sent} == sent
    assert "access-control-allow-origin" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"]


@pytest.mark.node
def test_cross_origin_rules_are_those_of_the_pages(api: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.api.guard.is_allowed_origin", lambda origin: origin == "https://ours.example")
    allowed = get(api, "/healthz", headers={"Origin": "https://ours.example"})
    assert allowed.headers["access-control-allow-origin"] == "https://ours.example"
    assert "access-control-allow-origin" not in get(api, "/healthz", headers={"Origin": "https://a.example"}).headers


@pytest.mark.node
def test_odd_hosts_are_refused(api: str) -> None:
    for host in ("[", 'a"b', "a b", "x/y"):
        assert get(api, "/feeds/incentives.atom", headers={"Host": host}).status == 400


@pytest.mark.node
def test_amounts_that_exclude_each_other_and_pages_that_are_not_there(api: str) -> None:
    for rows in ("incentives", "documents", "changes"):
        answer = get(api, f"/api/v1/{rows}", min=2, max=1)
        assert (answer.status, answer.json["detail"]) == (400, "min: 2 is more than max, 1")
    answer = get(api, "/api/v1/documents", page=101, size=100)
    assert answer.status == 404
    assert "10000" in answer.json["detail"]
    assert get(api, "/api/v1/documents", page=100, size=100).json["results"] == []


@pytest.mark.node
@pytest.mark.parametrize("path", [*LISTS, f"/api/v1/documents/{HAIZHU}", openapi.ADDRESS, "/feeds/documents.atom"])
def test_the_same_answer_is_not_sent_twice(api: str, path: str) -> None:
    first = get(api, path)
    for header, told in (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified")):
        again = get(api, path, headers={header: first.headers[told]})
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    others = {"If-None-Match": '"other"', "If-Modified-Since": first.headers["last-modified"]}
    assert get(api, path, headers=others).status == 200
    assert get(api, path, headers={"If-Modified-Since": "yesterday"}).status == 200
    assert get(api, path, headers={"If-Modified-Since": "Thu, 01 Jan 2015 00:00:00 GMT"}).status == 200


@pytest.mark.node
def test_elasticsearch_gone_and_back(api: str, proxy: Proxy) -> None:
    assert get(api, "/readyz").status == 200
    proxy.cut()
    try:
        for path in SEARCHING:
            answer = get(api, path)
            assert answer.status == 503
            assert "127.0.0.1" not in answer.body.decode()
        assert int(get(api, "/api/v1/incentives").headers["retry-after"]) > 0
        assert get(api, "/api/v1/kinds").status == get(api, "/healthz").status == 200
        assert "policy_search_up 0.0" in get(api, "/metrics").body.decode()
    finally:
        proxy.mend()
    assert get(api, "/readyz").json["status"] == "ready"
    assert get(api, "/api/v1/incentives").status == 200


@pytest.mark.node
def test_metrics_count_by_route_and_tell_the_age_of_the_index(api: str) -> None:
    line = r'policy_requests_total\{method="GET",route="/api/v1/documents/\{id\}",status="404"\} (\S+)'

    def count() -> float:
        found = re.search(line, get(api, "/metrics").body.decode())
        return float(found[1]) if found else 0.0

    before = count()
    get(api, "/api/v1/documents/one-thing")
    get(api, "/api/v1/documents/another")
    assert count() == before + 2
    text = get(api, "/metrics").body.decode()
    assert "one-thing" not in text
    age = re.search(r"^policy_index_age_seconds (\S+)$", text, re.MULTILINE)
    assert age
    assert 0 < float(age[1]) < 7200


def test_methods_of_strangers_make_no_new_series() -> None:
    metrics = Metrics()
    for number in range(50):
        metrics.observe("unknown", f"M{number}", 405, 0.1)
    samples = [sample for family in metrics.registry.collect() for sample in family.samples]
    assert sum("other" in str(sample) for sample in samples) == 2


def test_reserved_addresses_of_streamlit_are_not_ours() -> None:
    ours = ("/api", "/feeds", "/healthz", "/readyz", "/metrics")
    assert not any(path.startswith(starlette_app._RESERVED_ROUTE_PREFIXES) for path in ours)


@pytest.fixture(scope="module")
def server(node: Node, proxy: Proxy) -> Iterator[str]:
    """Pages and API in one server, as `python -m app run` starts it; a signal must end it soon."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    settings = Connection(proxy.url, node.reader.user, node.reader.password).settings()
    options = [f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true"]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(ROOT / "app" / "server.py"), *options],
        env=os.environ | settings,
        stdout=subprocess.DEVNULL,
    )
    address, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            assert get(address, "/healthz").status == 200
            break
        except OSError:
            time.sleep(0.2)
    # A page that is open must not hold up the end.
    with closing(socket.create_connection(("127.0.0.1", port))) as page:
        page.sendall(
            b"GET /_stcore/stream HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n" % port
        )
        assert b" 101 " in page.recv(200)
        yield address
        process.send_signal(signal.SIGTERM)
        process.wait(9)


@pytest.mark.node
def test_pages_and_api_come_from_one_server(server: str) -> None:
    page = get(server, "/", headers={"Accept": "text/html"})
    assert page.status == 200
    assert b"<!doctype html>" in page.body.lower()
    sent = {name.lower(): value for name, value in PAGE_HEADERS.items()}
    assert {name: page.headers.get(name) for name in sent} == sent
    assert get(server, "/_stcore/health").status == 200
    assert get(server, "/readyz").json["status"] == "ready"
    assert get(server, "/api/v1/incentives", region="330000", kind="filing_reward").json["total"] == 7
    data = get(server, "/api/v1/nothing")
    assert (data.status, data.headers["x-frame-options"]) == (404, "DENY")


@pytest.mark.node
def test_answers_are_compressed_on_the_way(server: str) -> None:
    answer = get(server, "/api/v1/incentives", headers={"Accept-Encoding": "gzip"}, size=100)
    assert answer.headers["content-encoding"] == "gzip"
    again = get(server, "/api/v1/incentives", headers={"If-None-Match": answer.headers["etag"]}, size=100)
    assert again.status == 304


def test_every_parameter_is_used() -> None:
    used = {parameter.name for one in endpoints.ENDPOINTS for parameter in one.parameters}
    rows = {value.name for value in vars(parameters).values() if isinstance(value, parameters.Parameter)}
    assert rows <= used


def test_links_go_on_behind_the_last_page_that_can_be_turned_to() -> None:
    last = Place("/x", {"q": "a", "size": "100", "page": "100"}, 100, 100, 10_050, "place").links()
    assert last["next"] == "/x?q=a&size=100&after=place"
    behind = Place("/x", {"q": "a", "size": "100", "after": "place"}, 1, 100, 10_050, "further").links()
    assert (behind["self"], behind["prev"]) == ("/x?q=a&size=100&after=place", None)
    assert behind["next"] == "/x?q=a&size=100&after=further"
    assert Place("/x", {"after": "further"}, 1, 100, 10_050).links()["next"] is None
    assert Place("/x", {"size": "10"}, 1, 10, 10, "place").links()["next"] is None


@pytest.mark.node
def test_whole_result_is_walked(api: str) -> None:
    total, seen = get(api, "/api/v1/incentives", scope="all").json["total"], []
    after: str | None = ""
    while after is not None:
        further = f"&after={after}" if after else ""
        page = get(api, f"/api/v1/incentives?scope=all&size=60{further}").json
        seen += [row["id"] for row in page["results"]]
        after = page["after"]
    assert len(set(seen)) == len(seen) == total
    refused = get(api, "/api/v1/incentives", after="nowhere")
    assert (refused.status, "after: is no place" in refused.json["detail"]) == (404, True)
