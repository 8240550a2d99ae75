"""The archive: what it keeps, what it says of a visit, and what it makes of damaged files."""

import gzip
import io
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter

from data.archive import Archive, ArchiveBusy, ArchiveDamaged, ArchiveError, repair
from data.ledger import Ledger, Sighting
from data.ledger_reader import Known
from data.model import Finding, Outcome, Page, Run, Visit
from data.records import to_json
from data.warc import BrokenRecordError, clean_header, pack_note, pack_page, unpack
from tests.test_archive_crash import check_files

T0 = datetime(2026, 11, 20, 8, 30, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
URL = "https://www.example.gov.cn/zwgk/202611/t20261120_1.html"
HTML = (("Content-Type", "text/html"),)


def page(url: str = URL, body: bytes = b"<p>\xe5\x85\xad", at: datetime = T0, status: int = 200) -> Page:
    return Page(url, at, status, HTML, body)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path) as archive:
        yield archive


def keep(archive: Archive, *pages: Page, source: str = "cac", outcome: Outcome = Outcome.OK) -> list[Visit]:
    """Put the pages in a run of their own."""
    run = archive.begin(source, pages[0].fetched if pages else T0)
    visits = [archive.put(run, page) for page in pages]
    archive.finish(run, outcome)
    return visits


def warcs(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*.warc.gz"))


# What a visit finds


def test_findings_of_the_visits_to_one_url(archive: Archive) -> None:
    first = keep(archive, page(), page(at=T0 + HOUR), page(body=b"amended", at=T0 + 2 * HOUR))
    second = keep(
        archive,
        page(status=304, body=b"", at=T0 + 3 * HOUR),
        page(status=500, at=T0 + 4 * HOUR),
        page(status=404, at=T0 + 5 * HOUR),
        page(status=410, at=T0 + 6 * HOUR),
        page(status=304, body=b"", at=T0 + 7 * HOUR),
        page(body=b"amended", at=T0 + 8 * HOUR),
    )
    assert [(visit.finding, visit.moved) for visit in first + second] == [
        (Finding.NEW, True),
        (Finding.SAME, False),
        (Finding.CHANGED, True),
        (Finding.UNCHANGED, False),
        (Finding.FAILED, False),
        (Finding.GONE, True),
        (Finding.GONE, False),
        (Finding.UNCHANGED, True),
        (Finding.SAME, False),
    ]
    runs = archive.runs("cac")
    assert [list(archive.visits(run)) for run in runs] == [first, second]
    assert runs[1].counts == {Finding.UNCHANGED: 2, Finding.FAILED: 1, Finding.GONE: 2, Finding.SAME: 1}


def test_bytes_of_an_older_version_again_are_a_change(archive: Archive) -> None:
    visits = keep(archive, *(page(body=body, at=T0 + n * HOUR) for n, body in enumerate([b"a", b"b", b"a"])))
    assert [visit.finding for visit in visits] == [Finding.NEW, Finding.CHANGED, Finding.CHANGED]
    assert [visit.digest for visit in archive.versions(URL)] == [visit.digest for visit in visits]


@pytest.mark.parametrize("status", [202, 204, 206, 301, 304, 403, 412, 503])
def test_an_answer_that_brings_no_whole_page_is_a_failure_without_a_version(archive: Archive, status: int) -> None:
    (visit,) = keep(archive, page(status=status))
    assert (visit.finding, visit.status, visit.digest) == (Finding.FAILED, status, None)
    assert archive.page(URL) is None


def test_the_same_bytes_again_cost_one_row_and_no_byte_of_warc(archive: Archive, tmp_path: Path) -> None:
    keep(archive, page())
    run = archive.begin("cac", T0 + HOUR)
    before = warcs(tmp_path)[0].stat().st_size
    for hours in range(2, 12):
        archive.put(run, page(at=T0 + hours * HOUR))
    archive.put(run, page(status=304, at=T0 + 12 * HOUR))
    archive.commit(run)
    assert warcs(tmp_path)[0].stat().st_size == before
    with closing(sqlite3.connect(tmp_path / "cac" / "ledger.sqlite")) as ledger:
        rows = ledger.execute("SELECT (SELECT count(*) FROM visits), (SELECT count(*) FROM versions)").fetchone()
    assert rows == (12, 1)


def test_a_failure_keeps_its_cause(archive: Archive) -> None:
    run = archive.begin("cac", T0)
    archive.fail(run, URL, T0, "challenge page of a firewall", status=412)
    archive.fail(run, URL, T0, "time-out")
    archive.finish(run, Outcome.BLOCKED)
    visits = list(archive.visits(run))
    assert [(visit.status, visit.cause) for visit in visits] == [
        (412, "challenge page of a firewall"),
        (None, "time-out"),
    ]


# Reading


def test_a_page_as_it_was(archive: Archive) -> None:
    keep(archive, page(body=b"draft"), page(body=b"final", at=T0 + 2 * HOUR))
    found = [archive.page(URL, T0 + n * HOUR) for n in (-1, 0, 1, 2)]
    assert [kept and kept.body for kept in found] == [None, b"draft", b"draft", b"final"]
    newest = archive.page(URL)
    assert newest is not None
    assert newest.body == b"final"
    assert archive.page("https://www.example.gov.cn/other") is None


def test_without_a_source_the_newest_of_all_counts(archive: Archive) -> None:
    keep(archive, page(body=b"by hand", at=T0 + HOUR), source="by-hand")
    keep(archive, page(body=b"crawled"), source="cac")
    newest, crawled = archive.page(URL), archive.page(URL, source="cac")
    assert newest is not None
    assert crawled is not None
    assert (newest.body, crawled.body) == (b"by hand", b"crawled")
    assert [visit.source for visit in archive.versions(URL)] == ["cac", "by-hand"]
    assert archive.sources() == ["by-hand", "cac"]


def test_an_older_page_that_is_imported_later_is_kept_and_stays_the_older_one(archive: Archive) -> None:
    keep(archive, page(body=b"today"))
    old = replace(page(body=b"last year", at=T0 - 9000 * HOUR), imported=True)
    visits = keep(archive, old, replace(old, fetched=T0 - HOUR), outcome=Outcome.IMPORTED)
    assert [(visit.finding, visit.moved) for visit in visits] == [(Finding.NEW, False), (Finding.SAME, False)]
    newest = archive.page(URL)
    assert newest is not None
    assert newest.body == b"today"
    assert archive.page(URL, T0 - HOUR) == old
    assert [kept.body for kept in archive.pages("cac")] == [b"today"]


def test_pages_yields_the_newest_of_each_url_gone_ones_too(archive: Archive) -> None:
    other = page("https://www.example.gov.cn/2")
    keep(archive, page(), other, page(body=b"amended", at=T0 + HOUR), replace(other, status=404, fetched=T0 + HOUR))
    assert sorted(archive.pages("cac"), key=lambda kept: kept.url) == [other, page(body=b"amended", at=T0 + HOUR)]


def test_a_source_that_is_not_there_is_empty_and_reading_makes_no_folder(archive: Archive, tmp_path: Path) -> None:
    assert not list(archive.pages("nowhere"))
    assert not archive.runs("nowhere")
    assert not archive.versions(URL)
    assert archive.last_good("nowhere") is None
    assert archive.page(URL) is None
    assert archive.validators("nowhere", URL) is None
    assert list(archive.changed_since("nowhere", archive.mark("nowhere"))) == []
    assert list(tmp_path.iterdir()) == []


def test_only_what_changed_since_a_mark_is_read_again(archive: Archive) -> None:
    others = [page(f"https://www.example.gov.cn/{n}") for n in range(5)]
    keep(archive, page(), *others)
    mark = archive.mark("cac")
    assert list(archive.changed_since("cac", mark)) == []
    assert len(list(archive.changed_since("cac", None))) == 6
    again = [replace(other, fetched=T0 + HOUR) for other in others[2:]]
    gone = replace(others[0], status=404, fetched=T0 + HOUR)
    keep(
        archive, *again, gone, page(body=b"amended", at=T0 + HOUR), page("https://www.example.gov.cn/new", at=T0 + HOUR)
    )
    changes = [(visit.url[-4:], visit.finding) for visit in archive.changed_since("cac", mark)]
    assert changes == [("cn/0", Finding.GONE), ("html", Finding.CHANGED), ("/new", Finding.NEW)]
    assert list(archive.changed_since("cac", archive.mark("cac"))) == []


def test_validators_are_those_of_the_newest_answer_with_a_body(archive: Archive) -> None:
    tagged = replace(page(), headers=(("etag", 'W/"1"'), ("ETag", "second"), ("Last-Modified", "Fri")))
    run = archive.begin("cac", T0)
    assert archive.validators("cac", URL) is None
    archive.put(run, tagged)
    assert archive.validators("cac", URL) == ('W/"1"', "Fri")
    archive.put(run, replace(tagged, headers=(("ETag", '"2"'),), fetched=T0 + HOUR))
    archive.put(run, replace(tagged, headers=(("ETag", '"3"'),), fetched=T0 + 2 * HOUR, status=304))
    archive.put(run, replace(tagged, headers=(("ETag", '"4"'),), fetched=T0 + 3 * HOUR, status=503))
    assert archive.validators("cac", URL) == ('"2"', None)
    archive.finish(run, Outcome.OK)
    assert archive.validators("cac", URL) == ('"2"', None)
    keep(archive, page(body=b"amended", at=T0 + 4 * HOUR))
    assert archive.validators("cac", URL) is None
    keep(archive, replace(tagged, fetched=T0 + HOUR))
    assert archive.validators("cac", URL) is None


# Runs


@pytest.mark.parametrize("outcome", list(Outcome))
def test_only_ok_and_unchanged_move_the_last_good_run(archive: Archive, outcome: Outcome) -> None:
    keep(archive, page())
    good = archive.last_good("cac")
    run = archive.begin("cac", T0 + HOUR)
    evidence = {"listed": 3, "expected": 40, "share": 0.075, "redirected": False, "cause": None, "words": "无内容"}
    ended = archive.finish(run, outcome, evidence, T0 + 2 * HOUR)
    assert ended.evidence == evidence
    assert archive.runs("cac")[-1] == ended
    assert archive.last_good("cac") == (ended if outcome in {Outcome.OK, Outcome.UNCHANGED} else good)


def test_runs_that_start_at_the_same_time_are_two_and_sort_by_start(archive: Archive) -> None:
    runs = [archive.finish(archive.begin("cac", at), Outcome.OK) for at in (T0, T0, T0 + HOUR)]
    assert archive.runs("cac") == runs
    assert [run.id for run in runs] == sorted({run.id for run in runs})


def test_a_run_that_was_not_finished_has_no_outcome(archive: Archive, tmp_path: Path) -> None:
    with Archive(tmp_path) as other:
        other.put(other.begin("cac", T0), page())
    (run,) = archive.runs("cac")
    assert (run.started, run.ended, run.outcome, run.counts) == (T0, None, None, {Finding.NEW: 1})
    assert archive.page(URL) == page()


def test_a_run_that_is_over_takes_nothing(archive: Archive) -> None:
    run = archive.begin("cac", T0)
    archive.finish(run, Outcome.OK)
    with pytest.raises(ArchiveError, match="not open"):
        archive.put(run, page())
    archive.begin("cac", T0 + HOUR)
    with pytest.raises(ArchiveError, match="not open"):
        archive.put(run, page())


def test_a_source_has_one_writer_and_others_are_free(archive: Archive, tmp_path: Path) -> None:
    run = archive.begin("cac", T0)
    with Archive(tmp_path) as other:
        with pytest.raises(ArchiveBusy, match="source cac"):
            other.begin("cac", T0)
        with pytest.raises(ArchiveBusy, match="source cac"):
            repair(tmp_path)
        other.finish(other.begin("miit", T0), Outcome.EMPTY)
        archive.finish(run, Outcome.OK)
        other.begin("cac", T0)


@pytest.mark.parametrize("source", ["", "..", "a/b", "/etc", "Cac", "网信办", "a b", "-a", "a--b", "a\n", "a" * 101])
def test_what_is_no_source_id_never_becomes_a_path(archive: Archive, tmp_path: Path, source: str) -> None:
    for use in (lambda: archive.begin(source, T0), lambda: archive.runs(source), lambda: list(archive.pages(source))):
        with pytest.raises(ArchiveError, match="no id of a source"):
            use()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "wrong",
    [
        page("ftp://www.example.gov.cn/"),
        page("file:///etc/passwd"),
        page("//www.example.gov.cn/"),
        page("https://www.example.gov.cn/\ud800"),
        replace(page(), final_url="javascript:0"),
        page(at=T0.replace(tzinfo=None)),
        page(status=2**70),
        page(status=-200),
        page(status=0),
    ],
)
def test_a_page_that_nothing_can_hold_is_refused_and_the_run_goes_on(archive: Archive, wrong: Page) -> None:
    run = archive.begin("cac", T0)
    with pytest.raises(ValueError, match=r"address|zone|surrogates|status"):
        archive.put(run, wrong)
    archive.put(run, page())
    archive.finish(run, Outcome.OK)
    assert list(archive.pages("cac")) == [page()]


def test_a_failure_that_nothing_can_hold_is_refused_and_the_run_goes_on(archive: Archive) -> None:
    run = archive.begin("cac", T0)
    with pytest.raises(ValueError, match="no status of HTTP"):
        archive.fail(run, URL, T0, "status", status=2**70)
    archive.fail(run, URL, T0, "status", status=503)
    assert archive.finish(run, Outcome.PARTIAL).counts == {Finding.FAILED: 1}


def test_what_could_not_be_entered_is_not_counted(tmp_path: Path) -> None:
    with closing(Ledger(tmp_path / "ledger.sqlite", "cac")) as ledger:
        run = ledger.start_run(T0)
        ledger.begin()
        with pytest.raises(OverflowError):
            ledger.add_sighting(run.id, Sighting(URL, T0, Finding.FAILED, 2**70), Known())
        ledger.add_sighting(run.id, Sighting(URL, T0, Finding.FAILED, 503), ledger.known(URL, T0))
        ledger.commit()
        entered = ledger.run(run.id)
        assert entered is not None
        assert entered.counts == {Finding.FAILED: len(list(ledger.visits(run.id)))} == {Finding.FAILED: 1}


def test_a_number_too_large_for_the_ledger_is_an_error_in_words(archive: Archive, tmp_path: Path) -> None:
    keep(archive, page())
    (file,) = warcs(tmp_path)
    ended = Run("cac", "20261120T083000123456Z", T0, T0, Outcome.OK, {}, {Finding.NEW: 2**70})
    with file.open("ab") as warc:
        warc.write(pack_note({"run": to_json(ended)}, ended.id))
    with pytest.raises(ArchiveError, match="too large for the ledger"):
        archive.begin("cac", T0 + HOUR)


# Any page comes back as it was

urls = st.builds(
    str.__add__, st.sampled_from(["http://", "https://", "HTTP://", "hTTps://"]), st.text(max_size=60)
) | st.sampled_from(
    [URL, "https://a.cn/?q=%E4%BA%BA#x", "https://a.cn/人工智能.html", 'http://a.cn/"<>\\^`{|}\x00\r\n ']
)
names = st.from_regex(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,20}", fullmatch=True) | st.sampled_from(
    [
        "Content-Length",
        "content-encoding",
        "Transfer-Encoding",
        "ETag",
        "X-Archive-Orig-Content-Length",
        "x-archive-orig-",
    ]
)
values = st.text(st.characters(max_codepoint=0xFF, exclude_characters="\r\n\0"), max_size=40).map(
    lambda v: v.strip(" \t")
)
bodies = (
    st.binary(max_size=500)
    | st.builds(bytes.__mul__, st.binary(max_size=30), st.integers(0, 10_000))
    | st.sampled_from([b"", b"\r\n\r\n", b"WARC/1.1\r\n", b"\x1f\x8b\x08\x00", b"HTTP/1.1 200 OK\r\n\r\n"])
    | st.integers(0, 2**32).map(lambda seed: seed.to_bytes(5, "big") * 60_000)
)
pages = st.builds(
    Page,
    url=urls,
    fetched=st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),  # noqa: DTZ001 - made UTC here
    status=st.sampled_from([200, 201, 203]),
    headers=st.lists(st.tuples(names, values), max_size=8).map(tuple),
    body=bodies,
    final_url=st.none() | urls,
    imported=st.booleans(),
)
many = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


@many
@given(kept=st.lists(pages, min_size=1, max_size=5, unique_by=lambda kept: (kept.url, kept.fetched)))
def test_any_page_comes_back_as_it_was_and_again_from_the_warc_files_alone(tmp_path: Path, kept: list[Page]) -> None:
    folder = fresh(tmp_path / "archive")
    with Archive(folder) as archive:
        visits = keep(archive, *kept)
        for put, visit in zip(kept, visits, strict=True):
            # The same bytes again are not kept again, and an older page put later may come before them.
            assert visit.finding is Finding.SAME or archive.page(put.url, put.fetched) == put
        before = everything(archive)
        (folder / "cac" / "ledger.sqlite").unlink()
        (report,) = repair(folder)
        assert (report.rebuilt, report.damages) == (True, ())
        assert everything(archive) == before
    check_files(folder)


def everything(archive: Archive) -> list[object]:
    versions = [archive.versions(url) for url in sorted({kept.url for kept in archive.pages("cac")})]
    return [list(archive.pages("cac")), versions, list(archive.changed_since("cac", None)), archive.runs("cac")]


@many
@given(headers=st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=5).map(tuple))
def test_headers_that_http_cannot_carry_do_not_lose_the_page(
    tmp_path: Path, headers: tuple[tuple[str, str], ...]
) -> None:
    folder = fresh(tmp_path / "archive")
    with Archive(folder) as archive:
        keep(archive, replace(page(), headers=headers))
        expected = tuple(clean_header(name, value) for name, value in headers)
        assert list(archive.pages("cac")) == [replace(page(), headers=expected)]
    check_files(folder)


def test_headers_are_cleaned_as_little_as_can_be() -> None:
    assert clean_header("Set-Cookie", "a=\xe5\x85\xad; b") == ("Set-Cookie", "a=\xe5\x85\xad; b")
    assert clean_header("X Y:é", " a\r\nb\0 \t") == ("X_Y__", "a  b")
    assert clean_header("", "六") == ("_", "\xe5\x85\xad")


def test_a_time_in_another_zone_is_the_same_time(archive: Archive) -> None:
    beijing = T0.astimezone(timezone(timedelta(hours=8)))
    (visit,) = keep(archive, page(at=beijing))
    assert (visit.at, visit.at.tzinfo) == (T0, UTC)
    assert archive.page(URL, beijing) == page()


# Any web-archive tool reads the files


@pytest.mark.parametrize(
    "headers",
    [
        (("Content-Encoding", "gzip"), ("Content-Length", "7"), ("Transfer-Encoding", "chunked")),
        (("Content-Encoding", "br"), ("Content-Type", "text/html")),
        (("Content-Length", "11"), ("X-Odd", "\xe5\x85\xad\xff"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")),
        (),
    ],
)
def test_warcio_replays_what_was_kept(archive: Archive, tmp_path: Path, headers: tuple[tuple[str, str], ...]) -> None:
    redirected = replace(page(body=b"hello world"), headers=headers, final_url="https://www.example.gov.cn/final")
    keep(archive, redirected)
    with warcs(tmp_path)[0].open("rb") as file:
        records = [(record, record.content_stream().read()) for record in ArchiveIterator(file, check_digests="raise")]
    assert [record.rec_type for record, _ in records] == ["warcinfo", "response", "metadata"]
    response, body = records[1]
    assert body == b"hello world"
    assert response.rec_headers["WARC-Target-URI"] == "https://www.example.gov.cn/final"
    assert response.rec_headers["WARC-Date"] == "2026-11-20T08:30:00.123456Z"
    assert response.http_headers.get_statuscode() == "200"
    assert response.http_headers.get_header("Content-Length", "11") == "11"
    assert list(archive.pages("cac")) == [redirected]


def test_files_are_rolled_by_size_and_each_stands_for_itself(tmp_path: Path) -> None:
    kept = [page(f"https://www.example.gov.cn/{n}", os.urandom(3000)) for n in range(12)]
    with Archive(tmp_path, file_bytes=10_000) as archive:
        keep(archive, *kept[:7])
        keep(archive, *kept[7:])
        assert list(archive.pages("cac")) == kept
        assert [path.name for path in warcs(tmp_path)] == [f"cac-0000{n}.warc.gz" for n in (1, 2, 3, 4, 5)]
        for path in warcs(tmp_path):
            with path.open("rb") as file:
                assert next(iter(ArchiveIterator(file))).rec_type == "warcinfo"
        (tmp_path / "cac" / "ledger.sqlite").unlink()
        assert repair(tmp_path)[0].versions == 12
        assert list(archive.pages("cac")) == kept
    check_files(tmp_path)


# Crashes and damage, made by hand


def test_a_row_is_in_the_ledger_only_after_its_bytes_are_on_the_disk(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        with Archive(tmp_path) as reader:
            seen.append(len(reader.versions(URL)))
        real(handle)

    run = archive.begin("cac", T0)
    archive.put(run, page(body=b"0"))
    archive.commit(run)
    monkeypatch.setattr("data.warc_file.os.fsync", fsync)
    archive.put(run, page(body=b"1", at=T0 + HOUR))
    archive.commit(run)
    assert seen == [1]
    assert len(archive.versions(URL)) == 2


@pytest.mark.parametrize(("setting", "value", "committed"), [("BATCH", 2, [0, 2, 2]), ("WAIT", 0, [1, 2, 3])])
def test_commits_happen_by_themselves(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, setting: str, value: int, committed: list[int]
) -> None:
    monkeypatch.setattr(f"data.recording.{setting}", value)
    monkeypatch.setattr("data.recording.WAIT", 0 if setting == "WAIT" else 1000)
    run = archive.begin("cac", T0)
    seen = []
    for number in range(3):
        archive.put(run, page(body=b"%d" % number, at=T0 + number * HOUR))
        seen.append(len(archive.versions(URL)))
    assert seen == committed


@many
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_torn_end_is_cut_and_nothing_older_is_lost(tmp_path: Path, share: float) -> None:
    folder = fresh(tmp_path / "archive")
    with Archive(folder) as archive:
        keep(archive, page(), page("https://www.example.gov.cn/2", os.urandom(70_000)))
        whole = warcs(folder)[0].read_bytes()
        keep(archive, page("https://www.example.gov.cn/3", os.urandom(70_000)))
        ledger = folder / "cac" / "ledger.sqlite"
        kept = list(archive.pages("cac"))
        torn = warcs(folder)[0].read_bytes()[len(whole) :][: int(70_000 * share)]
        ledger.unlink()
        warcs(folder)[0].write_bytes(whole)
        repair(folder)
        with warcs(folder)[0].open("ab") as file:
            file.write(torn)
        assert list(archive.pages("cac")) == kept[:2]
        keep(archive, page(at=T0 + HOUR))
        assert list(archive.pages("cac")) == kept[:2]
        assert warcs(folder)[0].read_bytes().startswith(whole)
    check_files(folder)


def test_whole_records_that_the_ledger_does_not_know_are_taken_in(archive: Archive, tmp_path: Path) -> None:
    ledger = tmp_path / "cac" / "ledger.sqlite"
    keep(archive, page())
    saved = ledger.read_bytes()
    keep(archive, page(body=b"amended", at=T0 + HOUR), page(status=404, at=T0 + 2 * HOUR), outcome=Outcome.PARTIAL)
    versions, runs, changes = archive.versions(URL), archive.runs("cac"), list(archive.changed_since("cac", None))
    ledger.write_bytes(saved)
    assert len(archive.versions(URL)) == 1
    archive.finish(archive.begin("cac", T0 + 3 * HOUR), Outcome.OK)
    assert archive.versions(URL) == versions
    assert archive.runs("cac")[:2] == runs
    assert list(archive.changed_since("cac", None)) == changes


def test_a_lost_ledger_is_named_when_reading_and_made_again_when_writing(archive: Archive, tmp_path: Path) -> None:
    keep(archive, page())
    mark = archive.mark("cac")
    (tmp_path / "cac" / "ledger.sqlite").unlink()
    with pytest.raises(ArchiveDamaged, match="repair"):
        archive.page(URL)
    keep(archive, page(at=T0 + HOUR))
    assert list(archive.pages("cac")) == [page()]
    assert len(list(archive.changed_since("cac", mark))) == 1


def test_what_the_warc_cannot_know_is_counted_with_the_run(archive: Archive, tmp_path: Path) -> None:
    tagged = replace(page(at=T0 + HOUR), headers=(("ETag", "new"),))
    keep(archive, page(), tagged, page(status=304, at=T0 + 2 * HOUR))
    (run,) = archive.runs("cac")
    assert len(list(archive.visits(run))) == 3
    (tmp_path / "cac" / "ledger.sqlite").unlink()
    repair(tmp_path)
    assert archive.runs("cac") == [run]
    assert [visit.finding for visit in archive.visits(run)] == [Finding.NEW]
    assert archive.validators("cac", URL) is None


def test_repair_leaves_a_ledger_that_fits_with_all_its_rows(archive: Archive, tmp_path: Path) -> None:
    keep(archive, page(), page(at=T0 + HOUR))
    mark = archive.mark("cac")
    (report,) = repair(tmp_path)
    assert (report.source, report.versions, report.rebuilt, report.damages) == ("cac", 1, False, ())
    assert len(list(archive.visits(archive.runs("cac")[0]))) == 2
    assert archive.mark("cac") == mark


def lose_the_end(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-700])


@pytest.mark.parametrize("lose", [lose_the_end, Path.unlink])
def test_lost_bytes_are_an_error_that_repair_settles(
    archive: Archive, tmp_path: Path, lose: Callable[[Path], None]
) -> None:
    keep(archive, page())
    keep(archive, page("https://www.example.gov.cn/2", os.urandom(5000)))
    lose(warcs(tmp_path)[0])
    with pytest.raises(ArchiveDamaged, match="missing"):
        archive.begin("cac", T0 + HOUR)
    (report,) = repair(tmp_path)
    assert report.rebuilt
    assert report.versions == len(list(archive.pages("cac"))) <= 1
    keep(archive, page("https://www.example.gov.cn/3", at=T0 + HOUR))
    assert repair(tmp_path)[0].versions == report.versions + 1


def test_a_damaged_record_in_the_middle_costs_that_record_only(archive: Archive, tmp_path: Path) -> None:
    kept = [page(f"https://www.example.gov.cn/{n}", os.urandom(100_000)) for n in range(3)]
    keep(archive, *kept)
    (path,) = warcs(tmp_path)
    content = bytearray(path.read_bytes())
    content[150_000] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(ArchiveDamaged, match="repair"):
        list(archive.pages("cac"))
    (report,) = repair(tmp_path)
    assert (report.rebuilt, report.versions) == (True, 2)
    (damage,) = report.damages
    assert not damage.torn
    assert damage.offset <= 150_000 < damage.offset + damage.length
    assert path.read_bytes() == content
    assert list(archive.pages("cac")) == [kept[0], kept[2]]
    assert not repair(tmp_path)[0].rebuilt


def test_a_file_that_is_not_ours_is_not_cut(archive: Archive, tmp_path: Path) -> None:
    keep(archive, page())
    foreign = tmp_path / "cac" / "cac-00002.warc.gz"
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True)
    writer.write_record(
        writer.create_warc_record("http://a.cn/", "response", payload=io.BytesIO(b"HTTP/1.1 200 OK\r\n\r\n"), length=19)
    )
    foreign.write_bytes(buffer.getvalue())
    (report,) = repair(tmp_path)
    assert foreign.read_bytes() == buffer.getvalue()
    assert (report.versions, [damage.torn for damage in report.damages]) == (1, [False])


def test_a_file_with_nothing_whole_in_it_is_removed(archive: Archive, tmp_path: Path) -> None:
    keep(archive, page())
    start = warcs(tmp_path)[0].read_bytes()[:100]
    (tmp_path / "miit").mkdir()
    (tmp_path / "miit" / "miit-00001.warc.gz").write_bytes(start)
    keep(archive, page(), source="miit")
    assert list(archive.pages("miit")) == [page()]
    (tmp_path / "most").mkdir()
    (tmp_path / "most" / "most-00001.warc.gz").write_bytes(start)
    assert [damage.torn for report in repair(tmp_path) for damage in report.damages] == [True]
    assert not (tmp_path / "most" / "most-00001.warc.gz").exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"WARC-Type: response", b"WARC-Type: resource"),
        (b"the bytes", b"new bytes"),
        (b"WARC-JSON-Metadata: {", b"WARC-JSON-Metadata: ["),
        (b"WARC-Date: 2026", b"WARC-Date: some"),
        (b"HTTP/1.1 200 OK", b"\r\n"),
        (b"WARC/1.1", b"ARCW/1.1"),
        (b"Content-Length: ", b"Content-Length: 9"),
    ],
)
def test_a_record_that_was_altered_is_not_read_as_a_page(old: bytes, new: bytes) -> None:
    record = gzip.decompress(pack_page(page(body=b"the bytes"), "20261120T083000000000Z"))
    assert unpack(record).page == page(body=b"the bytes")
    assert old in record
    with pytest.raises(BrokenRecordError):
        unpack(record.replace(old, new))


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with (
        Archive(tmp_path / "file") as archive,
        pytest.raises(ArchiveError, match=r"file.cac: cannot be read or written"),
    ):
        archive.begin("cac", T0)


def test_a_damaged_ledger_is_an_error_that_repair_settles(archive: Archive, tmp_path: Path) -> None:
    keep(archive, page())
    ledger = tmp_path / "cac" / "ledger.sqlite"
    ledger.write_bytes(b"no database" * 1000)
    for use in (lambda: archive.page(URL), lambda: archive.begin("cac", T0)):
        with pytest.raises(ArchiveDamaged, match="repair"):
            use()
    assert repair(tmp_path)[0].rebuilt
    assert list(archive.pages("cac")) == [page()]
    assert (tmp_path / "cac" / "ledger.broken.sqlite").read_bytes().startswith(b"no database")


def test_the_log_of_a_lost_ledger_does_not_spoil_the_new_one(archive: Archive, tmp_path: Path) -> None:
    ledger, log = (tmp_path / "cac" / f"ledger.sqlite{suffix}" for suffix in ("", "-wal"))
    run = archive.begin("cac", T0)
    archive.put(run, page())
    archive.commit(run)
    old = log.read_bytes()
    archive.put(run, page(body=b"amended", at=T0 + HOUR))
    archive.finish(run, Outcome.OK)
    ledger.unlink()
    log.write_bytes(old)
    repair(tmp_path)
    assert len(archive.versions(URL)) == 2
    assert not repair(tmp_path)[0].rebuilt


def test_a_ledger_of_another_layout_is_refused_and_repaired(archive: Archive, tmp_path: Path) -> None:
    keep(archive, page())
    with closing(sqlite3.connect(tmp_path / "cac" / "ledger.sqlite")) as ledger:
        ledger.execute("PRAGMA user_version = 99")
    for use in (lambda: archive.page(URL), lambda: archive.begin("cac", T0)):
        with pytest.raises(ArchiveError, match="layout 99"):
            use()
    assert repair(tmp_path)[0].rebuilt
    assert list(archive.pages("cac")) == [page()]
