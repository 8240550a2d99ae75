"""Documents in a file: of each only its place there and its digest are held, so that a million fit in memory."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from data.model import Document
from data.records import from_json, to_json
from index.rows import digest_of


class StoredDocuments(Mapping[str, Document]):
    """Documents by id, in the order in which they came; one is read when it is asked for, and then forgotten.

    The file is as temporary as the object: nothing but this object knows what stands where in it.
    """

    def __init__(self, path: Path, documents: Iterable[Document]) -> None:
        """Write `documents` to a new file; of several with one id the last counts."""
        self._places: dict[str, tuple[int, int]] = {}
        self._digests: dict[str, str] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w+b", buffering=0)
        with os.fdopen(os.dup(self._file.fileno()), "wb") as file:
            for document in documents:
                self._keep(document, file.tell(), text := _packed(document))
                file.write(text)

    @property
    def digests(self) -> Mapping[str, str]:
        """Return what `index.rows.digest_of` says of each document."""
        return MappingProxyType(self._digests)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __getitem__(self, name: str) -> Document:
        start, size = self._places[name]
        return _unpacked(os.pread(self._file.fileno(), size, start))

    def _keep(self, document: Document, start: int, text: bytes) -> None:
        self._places[document.id] = (start, len(text))
        self._digests[document.id] = digest_of(document)


def _packed(document: Document) -> bytes:
    # Half a character, as a page may hold it, goes in and comes out: the build sets such a document aside.
    return json.dumps(to_json(document), ensure_ascii=False).encode(errors="surrogatepass")


def _unpacked(text: bytes) -> Document:
    return from_json(json.loads(text.decode(errors="surrogatepass")), Document)
