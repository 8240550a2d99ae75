"""What kind of document a title names, and what its page says of its validity."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from data.model import DocumentKind
from data.strict import read_record, read_records
from data.tables import TABLES
from index.read.parts import Label


@dataclass(frozen=True, slots=True)
class TitleRule:
    """A row of `document_kinds.yml`."""

    kind: DocumentKind
    words: tuple[str, ...] = ()
    ending: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusWords:
    """The words of `status.yml`."""

    labels: tuple[str, ...]
    in_force: tuple[str, ...]
    over: tuple[str, ...]


@cache
def _rules() -> tuple[TitleRule, ...]:
    return tuple(read_records(TABLES / "reading" / "document_kinds.yml", TitleRule, key="kind"))


@cache
def _status() -> StatusWords:
    return read_record(TABLES / "reading" / "status.yml", StatusWords)


def kind_of_title(title: str | None) -> DocumentKind:
    """Return the kind of document that `title` names; `policy` if no rule of the table says another."""
    name = (title or "").rstrip("》）")
    for rule in _rules():
        if any(word in name for word in rule.words) or name.endswith(rule.ending or ("\0",)):
            return rule.kind
    return DocumentKind.POLICY


def stated_validity(labels: Iterable[Label]) -> bool | None:
    """Return whether the page's table calls the document valid; `None` if it does not say."""
    words = _status()
    for label in labels:
        if label.name in words.labels:
            value = "".join(label.value.split())
            if value in words.over:
                return False
            if value in words.in_force:
                return True
    return None
