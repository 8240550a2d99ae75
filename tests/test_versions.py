"""The versions of a document: from the archive through the index to what differs between two of them."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from app.versions import original_command
from data.archive import Archive
from data.model import Document, Edit, Outcome, Page
from data.tables import Tables, load
from index.client import Connection, connect
from index.corpus import Corpus, read_corpus
from index.local_server import Node
from index.read.attachments import Worker
from index.read.document import Reader
from index.read.files import Held
from index.readings import Former
from index.versions import Version, loading, rows
from index.versions.history import MOST_READ, Historian, History
from index.versions.loading import keep_versions, load_versions
from index.versions.moments import moments
from index.versions.rows import VERSIONS, VersionReader
from index.versions.value import Versions
from tests.document_archive import AMENDED, BEGAN, FIRST, HTML, ID, SET_OTHERWISE, TITLE, URL, page, put

TABLES: Tables = load()
PROGRAMS = Path(sys.executable).parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An archive with a page in three states, of which the second only differs in punctuation and blanks."""
    put(tmp_path / "archive", FIRST, SET_OTHERWISE, AMENDED)
    return tmp_path / "archive"


def corpus_of(folder: Path) -> Corpus:
    return read_corpus(TABLES, archive=folder, cache=folder.parent / "read", say=lambda _: None)


def history_of(folder: Path, document: Document, reader: type[Reader] = Reader) -> History:
    cache = folder.parent / "read"
    with Archive(folder) as held, Worker() as worker, Former(cache) as former:
        ((found, times),) = moments([document], held)
        return Historian(TABLES, held, reader(TABLES, worker), former, cache / "versions").history(found, times)


class Unused(Reader):
    """Must not be asked for a wording."""

    def wording(self, page: Page, held: Held = lambda _: None, further: tuple[Page, ...] = ()) -> Document:
        raise AssertionError(page.url, held, further)


def test_only_what_is_said_makes_a_version(folder: Path) -> None:
    history = history_of(folder, corpus_of(folder).documents[ID])
    first, second = history.versions.all
    week = timedelta(weeks=1)
    assert (first.number, first.changed, second.number, second.changed) == (1, 0, 2, 2)
    assert [first.first.at - BEGAN, first.last.at - BEGAN, second.first.at - BEGAN] == [
        timedelta(seconds=3), week + timedelta(seconds=3), 2 * week + timedelta(seconds=3),
    ]  # fmt: skip
    assert first.first.digest == sha256(HTML.format(title=TITLE, body=FIRST).encode()).hexdigest()
    assert history.unread == 0


def test_a_capture_names_the_place_of_its_bytes(folder: Path) -> None:
    newest = history_of(folder, corpus_of(folder).documents[ID]).versions.all[-1].last
    assert (newest.source, newest.url, newest.file, newest.imported) == (
        "jiaxing", URL, "jiaxing-00001.warc.gz", False,
    )  # fmt: skip
    packed = (folder / newest.source / newest.file).read_bytes()[newest.offset : newest.offset + newest.length]
    assert packed.startswith(b"\x1f\x8b")


def test_the_command_takes_out_the_bytes_as_they_came(folder: Path) -> None:
    newest = history_of(folder, corpus_of(folder).documents[ID]).versions.all[-1].last
    words = (
        original_command(newest).replace("var/archive", str(folder)).replace(".venv/bin", str(PROGRAMS)).split(" > ")
    )
    taken = subprocess.run(words[0].split(), capture_output=True, check=True).stdout
    assert sha256(taken).hexdigest() == newest.digest


def test_what_was_read_is_kept_and_a_new_moment_adds_to_it(folder: Path) -> None:
    before = history_of(folder, corpus_of(folder).documents[ID])
    (kept,) = (folder.parent / "read" / "versions").glob("*.json")
    written = kept.stat().st_mtime_ns
    assert history_of(folder, corpus_of(folder).documents[ID]) == before
    assert kept.stat().st_mtime_ns == written
    put(folder, FIRST, began=BEGAN + timedelta(weeks=3))
    after = history_of(folder, corpus_of(folder).documents[ID])
    assert [version.number for version in after.versions.all] == [1, 2, 3]
    assert after.wordings[:2] == before.wordings
    kept.write_text("{", encoding="utf-8")
    assert history_of(folder, corpus_of(folder).documents[ID]) == after


def test_a_page_that_had_one_state_is_a_version_and_is_not_read_again(tmp_path: Path) -> None:
    put(tmp_path / "archive", FIRST, outcome=Outcome.IMPORTED)
    history = history_of(tmp_path / "archive", corpus_of(tmp_path / "archive").documents[ID])
    (only,) = history.versions.all
    assert only.last.imported
    assert only.characters > 60
    assert not (tmp_path / "read" / "versions").exists()


def test_of_a_long_past_the_newest_states_are_read_and_the_rest_is_counted(tmp_path: Path) -> None:
    put(tmp_path / "archive", *(f"{FIRST}<!-- {number} -->" for number in range(MOST_READ + 2)), AMENDED)
    history = history_of(tmp_path / "archive", corpus_of(tmp_path / "archive").documents[ID])
    assert history.unread == 3
    assert [version.number for version in history.versions.all] == [1, 2]


def test_what_was_read_before_a_page_changed_is_its_former_version(tmp_path: Path) -> None:
    """Also where reading it again would say something else: it was read by the same tables and code."""
    folder = tmp_path / "archive"
    put(folder, FIRST)
    corpus_of(folder)
    put(folder, AMENDED, began=BEGAN + timedelta(weeks=1))
    document = corpus_of(folder).documents[ID]
    known = history_of(folder, document, Unused)
    assert [(version.number, version.changed) for version in known.versions.all] == [(1, 0), (2, 2)]
    shutil.rmtree(tmp_path / "read" / "versions")
    corpus_of(folder)  # forgets what was there before the last change
    with pytest.raises(AssertionError):
        history_of(folder, document, Unused)
    assert history_of(folder, document) == known


def test_a_former_reading_counts_only_where_all_its_files_were_as_of_then(tmp_path: Path) -> None:
    """The page is read when its file was another already than at the page's first moment."""
    folder, file = tmp_path / "archive", "https://www.jiaxing.gov.cn/art/2024/12/5/plan.txt"
    cover = f'<p>现印发给你们，请认真贯彻执行。</p><p><a href="{file}">嘉兴市推动人工智能高质量发展实施方案.txt</a></p>'

    def week(number: int, body: str, text: str | None = None) -> None:
        at = BEGAN + timedelta(weeks=number)
        with Archive(folder) as held:
            run = held.begin("jiaxing", at)
            held.put(run, page(at, body))
            if text is not None:
                words = text.replace("<p>", "").replace("</p>", "\n").encode()
                held.put(run, Page(file, at + timedelta(seconds=9), 200, (("Content-Type", "text/plain"),), words))
            held.finish(run, Outcome.OK, at=at + timedelta(minutes=1))

    week(0, cover, FIRST)
    week(1, cover, FIRST.replace("50万元", "20万元"))
    corpus_of(folder)
    week(2, AMENDED)
    document = corpus_of(folder).documents[ID]
    with pytest.raises(AssertionError):
        history_of(folder, document, Unused)
    history = history_of(folder, document)
    texts = ["".join(clause.text for clause in wording.clauses) for wording in history.wordings]
    assert [("50万元" in text, "20万元" in text, "100万元" in text) for text in texts] == [
        (True, False, False),
        (False, False, True),
    ]


def test_a_part_in_a_file_that_changes_makes_a_version(tmp_path: Path) -> None:
    """The page is a cover; the measure lies in a text file, which comes in the same run, seconds later."""
    folder, file = tmp_path / "archive", "https://www.jiaxing.gov.cn/art/2024/12/5/plan.txt"
    cover = f'<p>现印发给你们，请认真贯彻执行。</p><p><a href="{file}">嘉兴市推动人工智能高质量发展实施方案.txt</a></p>'
    texts = [body.replace("<p>", "").replace("</p>", "\n") for body in (FIRST, SET_OTHERWISE, AMENDED)]
    with Archive(folder) as held:
        for week, text in enumerate(texts):
            at = BEGAN + timedelta(weeks=week)
            run = held.begin("jiaxing", at)
            held.put(run, page(at, cover))
            held.put(run, Page(file, at + timedelta(seconds=9), 200, (("Content-Type", "text/plain"),), text.encode()))
            held.finish(run, Outcome.OK, at=at + timedelta(minutes=1))
    document = corpus_of(folder).documents[ID]
    assert any(item.part for item in document.attachments), "the measure was not taken from the file"
    history = history_of(folder, document)
    assert [(version.number, version.changed) for version in history.versions.all] == [(1, 0), (2, 2)]


def test_a_document_that_no_page_was_read_of_has_no_versions(folder: Path) -> None:
    with Archive(folder) as held:
        assert list(moments(TABLES.documents.values(), held)) == []


@pytest.fixture
def writer(node: Node) -> Iterator[Elasticsearch]:
    """Writes to the node, in which no versions are yet: those of other tests are taken out."""
    client = connect(Connection(node.url, node.writer.user, node.writer.password))
    remove(client)
    yield client
    remove(client)


def remove(client: Elasticsearch) -> None:
    for name in client.indices.get(index=f"{VERSIONS}-*"):
        client.indices.delete(index=name)


@pytest.mark.node
def test_versions_go_through_the_index_and_two_are_held_against_each_other(folder: Path, writer: Elasticsearch) -> None:
    reader, corpus, cache = VersionReader(writer), corpus_of(folder), folder.parent / "read"
    assert reader.versions(ID) == Versions(())
    with Archive(folder) as held:
        assert load_versions(writer, corpus, held, cache)
        assert not load_versions(writer, corpus, held, cache)
    known = reader.versions(ID)
    assert known == history_of(folder, corpus.documents[ID]).versions
    found = reader.compare(ID, 1, 2)
    assert found is not None
    assert (found.old, found.new) == known.all
    assert [clause.path[-1:] for clause in found.clauses] == [("第二条",), ("第四条",)]
    words = [(piece.edit, piece.text) for piece in found.clauses[0].pieces if piece.edit is not Edit.KEPT]
    assert words == [(Edit.REMOVED, "50"), (Edit.ADDED, "100")]
    assert reader.compare(ID, 1, 9) is None
    assert reader.compare("no-such-thing", 1, 2) is None
    put(folder, FIRST, began=BEGAN + timedelta(weeks=3))
    keep_versions(writer, corpus_of(folder), folder, cache)
    assert len(reader.versions(ID).all) == 3


@pytest.mark.node
def test_only_rows_of_documents_that_changed_are_sent_again(folder: Path, writer: Elasticsearch) -> None:
    others = [f"https://www.jiaxing.gov.cn/art/2024/12/5/art_{number}.html" for number in range(5)]
    with Archive(folder) as held:
        run = held.begin("jiaxing", BEGAN)
        for number, url in enumerate(others):
            held.put(run, page(BEGAN, FIRST, url, f"嘉兴市第{number}号办法"))
        held.finish(run, Outcome.OK, at=BEGAN + timedelta(minutes=1))
    cache = folder.parent / "read"

    def loaded(corpus: Corpus) -> int:
        with Archive(folder) as held:
            return load_versions(writer, corpus, held, cache)

    def indices() -> set[str]:
        return set(writer.indices.get_alias(name=VERSIONS))

    assert loaded(corpus_of(folder)) == 6
    first = indices()
    put(folder, AMENDED.replace("100", "300"), began=BEGAN + timedelta(weeks=4))
    corpus = corpus_of(folder)
    assert loaded(corpus) == 1
    assert indices() == first, "one document is no reason to make all rows anew"
    assert len(VersionReader(writer).versions(ID).all) == 3
    gone = next(name for name, one in corpus.documents.items() if one.url == others[0])
    less = replace(corpus, documents={name: one for name, one in corpus.documents.items() if name != gone})
    assert VersionReader(writer).versions(gone).all
    assert loaded(less) == 1
    assert VersionReader(writer).versions(gone) == Versions(())
    assert loaded(less) == 0


@pytest.mark.node
def test_an_update_that_was_cut_short_is_made_good(
    folder: Path, writer: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The node starts again after a part of the rows of one document, and shows what was sent of them."""
    with Archive(folder) as held:
        run = held.begin("jiaxing", BEGAN)
        for number in range(5):
            url = f"https://www.jiaxing.gov.cn/art/2024/12/5/art_{number}.html"
            held.put(run, page(BEGAN, FIRST, url, f"嘉兴市第{number}号办法"))
        held.finish(run, Outcome.OK, at=BEGAN + timedelta(minutes=1))
    cache = folder.parent / "read"
    keep_versions(writer, corpus_of(folder), folder, cache)
    put(folder, AMENDED.replace("100", "300"), began=BEGAN + timedelta(weeks=4))
    corpus = corpus_of(folder)

    def two_rows(document: str, history: History, digest: str) -> Iterator[dict[str, Any]]:
        yield from list(rows.rows_of(document, history, digest))[:2]

    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut, Archive(folder) as held:
        cut.setattr(loading, "rows_of", two_rows)
        cut.setattr("index.side._finish", power_cut)
        with pytest.raises(KeyboardInterrupt):
            load_versions(writer, corpus, held, cache)
    writer.indices.refresh(index=VERSIONS)
    assert len(VersionReader(writer).versions(ID).all) == 2
    keep_versions(writer, corpus, folder, cache)
    assert len(VersionReader(writer).versions(ID).all) == 3


@pytest.mark.node
def test_what_stands_in_the_way_is_said_and_costs_nothing_else(
    folder: Path, writer: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, told = corpus_of(folder), list[str]()
    keep_versions(writer, corpus, folder, folder.parent / "read", told.append)
    monkeypatch.setitem(rows.MAPPING["properties"], "number", {"type": "date", "format": "strict_date"})
    monkeypatch.setattr(rows, "LAYOUT", rows.LAYOUT + 1)
    keep_versions(writer, corpus, folder, folder.parent / "read", told.append)
    assert len(told) == 1
    assert told[0].startswith("versions: they were not brought up to date: ")
    assert len(VersionReader(writer).versions(ID).all) == 2
    (folder / "jiaxing" / "ledger.sqlite").unlink()
    keep_versions(writer, corpus, folder, folder.parent / "read", told.append)
    assert "repair" in told[-1]


def test_a_version_tells_where_it_came_from_through_json(folder: Path) -> None:
    from data.records import from_json, to_json

    version = history_of(folder, replace(corpus_of(folder).documents[ID])).versions.all[0]
    assert from_json(to_json(version), Version) == version
