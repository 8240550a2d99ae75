"""The tables in `data/tables/`, read strictly and checked against each other.

`load()` returns everything or raises `TableError` with one line a fault; nothing is dropped and nothing repaired.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from data import model
from data.catalog import check_documents
from data.filing import FilingProcedure
from data.model import Document, IncentiveKind, Source
from data.regions import Regions, read_regions
from data.sources import read_sources, read_watch_words
from data.strict import TableError, TableProblem, load_yaml, read_record, read_records, structure

TABLES = Path(__file__).parent / "tables"

TERM_GROUPS: Mapping[str, type[StrEnum]] = {
    "validity": model.ValidityState,
    "basis": model.Basis,
    "title_status": model.TitleStatus,
    "document_kind": model.DocumentKind,
    "issuer_level": model.IssuerLevel,
    "confidence": model.Confidence,
    "certainty": model.Certainty,
    "per": model.Per,
    "period": model.Period,
    "budget_kind": model.BudgetKind,
    "region_level": model.RegionLevel,
    "condition_kind": model.ConditionKind,
    "window_state": model.WindowState,
    "dated": model.Dated,
    "relation": model.Relation,
    "role": model.Role,
    "origin": model.Origin,
    "change_kind": model.ChangeKind,
    "edit": model.Edit,
}


@dataclass(frozen=True, slots=True)
class Term:
    """A fixed word: its Chinese and English name, and what it means, for readers."""

    zh: str
    en: str
    meaning: str


class Terms(Mapping[StrEnum, Term]):
    """Fixed words by member of an enumeration.

    Two members of different enumerations are equal if their codes are (`Basis.GUIDE`, `TitleStatus.GUIDE`), so the
    enumeration itself is part of the key.
    """

    def __init__(self, terms: Mapping[tuple[type[StrEnum], str], Term]) -> None:
        self._terms = dict(terms)

    def __getitem__(self, member: StrEnum) -> Term:
        return self._terms[type(member), str(member)]

    def __iter__(self) -> Iterator[StrEnum]:
        return (members(code) for members, code in self._terms)

    def __len__(self) -> int:
        return len(self._terms)


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables. `terms` is keyed by the enumerations' members, `kinds` by code, `documents` and `sources` by id.

    watch_words: for `data.sources.watched_word`.
    """

    regions: Regions
    kinds: Mapping[str, IncentiveKind]
    terms: Terms
    documents: Mapping[str, Document]
    filing: FilingProcedure
    sources: Mapping[str, Source]
    watch_words: tuple[str, ...]
    digest: str


def load(folder: Path = TABLES) -> Tables:
    """Read and check all tables of `folder`. Raises `TableError`. What has not changed since is not read again."""
    return _load(folder, digest(folder))


@lru_cache(maxsize=2)
def _load(folder: Path, digested: str) -> Tables:
    regions = read_regions(folder / "regions.csv")
    kinds = {kind.code: kind for kind in read_records(folder / "incentives.yml", IncentiveKind, key="code")}
    documents, problems = _catalog(folder / "catalog")
    filing = read_record(folder / "filing_procedure.yml", FilingProcedure)
    problems.extend(check_documents(documents, regions, kinds))
    by_id = {document.id: document for _, document in documents}
    problems.extend(_check_filing(filing, regions, by_id))
    if problems:
        raise TableError(problems)
    return Tables(
        regions=regions,
        kinds=kinds,
        terms=read_terms(folder / "terms.yml"),
        documents=by_id,
        filing=filing,
        sources=read_sources(folder / "sources", regions),
        watch_words=read_watch_words(folder / "watch_words.txt"),
        digest=digested,
    )


def read_terms(path: Path) -> Terms:
    """Read the fixed words. Every member of every enumeration has one, and none is left over."""
    groups = load_yaml(path)
    expected = {(group, str(member)) for group, members in TERM_GROUPS.items() for member in members}
    found = {(group, code) for group, terms in groups.items() for code in terms}
    problems = [TableProblem(path.name, group, code, "has no term") for group, code in sorted(expected - found)]
    problems += [TableProblem(path.name, group, code, "is no known code") for group, code in sorted(found - expected)]
    if problems:
        raise TableError(problems)
    return Terms({(TERM_GROUPS[group], code): structure(groups[group][code], Term) for group, code in found})


def digest(folder: Path = TABLES) -> str:
    """SHA-256 over names and bytes of all tables: the same digest means that nothing changed."""
    total = sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        total.update(str(path.relative_to(folder)).encode())
        total.update(sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _catalog(folder: Path) -> tuple[list[tuple[str, Document]], list[TableProblem]]:
    documents: list[tuple[str, Document]] = []
    problems: list[TableProblem] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            documents.extend((path.name, document) for document in read_records(path, Document))
        except TableError as error:
            problems.extend(error.problems)
    return documents, problems


def _check_filing(
    filing: FilingProcedure, regions: Regions, documents: Mapping[str, Document]
) -> Iterator[TableProblem]:
    for basis in filing.legal_basis:
        if basis.document not in documents:
            yield TableProblem("filing_procedure.yml", "legal_basis", "document", f"{basis.document} is not there")
    for local in filing.local_steps:
        if local.region is not None and local.region not in regions:
            yield TableProblem("filing_procedure.yml", "local_steps", "region", f"{local.region} is no region")
