"""Other names of what was typed, from `data/tables/synonyms.txt`; for the query only, the index holds none."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from data.strict import TableError, TableProblem
from data.tables import TABLES
from index.tokens import normalise

PATH = TABLES / "synonyms.txt"
Group = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Synonym:
    """words: a name as it stands in the normalised text. others: its other names, the official one first."""

    words: str
    others: tuple[str, ...]


def synonyms(text: str) -> tuple[Synonym, ...]:
    """Return the other names of all names in `text`: the longest name at each place, each once, none that is there."""
    plain = normalise(text)
    found: dict[str, Synonym] = {}
    for word in _found(plain, _by_name()):
        others = tuple(name for name in _by_name()[word] if name not in plain)
        if others:
            found.setdefault(word, Synonym(word, others))
    return tuple(found.values())


@cache
def groups(path: Path = PATH) -> tuple[Group, ...]:
    """Read the table: one group a line, normalised, the official name first. Raises `TableError`."""
    made: list[Group] = []
    problems: list[TableProblem] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            group = _group(line)
            if not all(group) or len(set(group)) < len(group) or line.count("=") != 1:
                wrong = "must read 别称, 别称 = 正式名称, each name once"
                problems.append(TableProblem(path.name, f"line {number}", "-", wrong))
            made.append(group)
    if problems:
        raise TableError(problems)
    return tuple(made)


def _group(line: str) -> Group:
    aliases, _, official = line.partition("=")
    return tuple(normalise(name.strip()) for name in (official, *aliases.split(",")))


@cache
def _by_name() -> Mapping[str, Group]:
    """All other names of each name; a name in two groups has those of both."""
    others: defaultdict[str, list[str]] = defaultdict(list)
    for group in groups():
        for name in group:
            others[name] += [other for other in group if other != name and other not in others[name]]
    return {name: tuple(names) for name, names in others.items()}


@cache
def _lengths() -> Mapping[str, tuple[int, ...]]:
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for name in _by_name():
        lengths[name[0]].add(len(name))
    return {first: tuple(sorted(known, reverse=True)) for first, known in lengths.items()}


def _found(text: str, names: Mapping[str, Group]) -> Iterator[str]:
    place = 0
    while place < len(text):
        words = (text[place : place + length] for length in _lengths().get(text[place], ()))
        word = next((word for word in words if word in names and whole(text, place, place + len(word))), "")
        if word:
            yield word
        place += len(word) or 1


def whole(text: str, start: int, end: int) -> bool:
    """Say whether no Latin word or figure is cut at either end of `text[start:end]`."""
    return not (_joined(text[start - 1 : start], text[start]) or _joined(text[end - 1], text[end : end + 1]))


def _joined(left: str, right: str) -> bool:
    return bool(left and right) and all(letter.isascii() and letter.isalnum() for letter in (left, right))
