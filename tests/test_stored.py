"""Documents in a file come back as they were, one by one."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from data.tables import load
from index.rows import digest_of
from index.stored import StoredDocuments

DOCUMENTS = load().documents


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[StoredDocuments]:
    with closing(StoredDocuments(tmp_path / "new" / "documents", DOCUMENTS.values())) as found:
        yield found


def test_documents_come_back_whole_in_their_order(stored: StoredDocuments) -> None:
    assert list(stored) == list(DOCUMENTS)
    assert dict(stored) == dict(DOCUMENTS)
    assert len(stored) == len(DOCUMENTS)


def test_unknown_id(stored: StoredDocuments) -> None:
    assert "none" not in stored
    assert stored.get("none") is None


def test_digests_are_those_of_the_documents(stored: StoredDocuments) -> None:
    assert stored.digests == {name: digest_of(document) for name, document in DOCUMENTS.items()}


def test_last_of_one_id_counts_and_half_characters_come_back(tmp_path: Path) -> None:
    first = next(iter(DOCUMENTS.values()))
    half = replace(first, note="\ud800")
    with closing(StoredDocuments(tmp_path / "documents", [first, half])) as stored:
        assert dict(stored) == {first.id: half}
