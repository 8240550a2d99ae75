"""From what all places say to one value a field, with what the others say kept as conflicts.

Places come in the order of their strength (公开 table, meta tags, text) and the first wins. Offices are the exception:
a table may name the office that put the page there, or one of several issuers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from data.model import Conflict, Origin, Said
from index.read.metadata.claims import BETWEEN
from index.read.metadata.numbers import number_key
from index.read.metadata.validity import last_day

_EVENTS = {"印发": ("printed",), "下发": ("printed",), "发文": ("printed",), "发布": (), "公布": (), "公开": ()}
_NEAR = 1
_FIELDS = ("title", "doc_number", "index_number", "written", "printed", "published", "effective", "effective_words")
_COMPARED = (*_FIELDS, "valid_years", "expires")


@dataclass(frozen=True, slots=True)
class Chosen:
    """One `Said` for each field that has a value, and the conflicts."""

    said: Mapping[str, Said]
    conflicts: tuple[Conflict, ...]

    def text(self, field: str) -> str | None:
        """Return the value of a field as text."""
        return self.said[field].value if field in self.said else None

    def day(self, field: str) -> date | None:
        """Return the value of a field that holds a day."""
        value = self.text(field)
        return date.fromisoformat(value) if value else None

    def number(self, field: str) -> int | None:
        """Return the value of a field that holds a number."""
        value = self.text(field)
        return int(value) if value else None

    def names(self) -> tuple[str, ...]:
        """Return the issuers."""
        value = self.text("issuers")
        return tuple(value.split(BETWEEN)) if value else ()


def choose(claims: Iterable[Said]) -> Chosen:
    """Choose from `claims`, given strongest first."""
    by_field: dict[str, list[Said]] = {}
    for said in claims:
        by_field.setdefault(said.field, []).append(said)
    issuers = _issuers(by_field)
    if issuers:
        by_field["issuers"] = issuers
    _resolve_effective(by_field)
    _compute_expires(by_field)
    chosen = {field: said[0] for field, said in by_field.items() if field not in {"publisher", "valid_months"}}
    conflicts = (_conflict(field, by_field.get(field, [])) for field in (*_COMPARED, "issuers"))
    return Chosen(chosen, tuple(conflict for conflict in conflicts if conflict))


def _issuers(by_field: Mapping[str, Sequence[Said]]) -> list[Said]:
    """Text and table in order: the table first only where it names the text's offices and more, or is alone."""
    stated = by_field.get("issuers", [])
    text = [said for said in stated if said.origin is Origin.TEXT]
    table = [said for said in stated if said.origin is not Origin.TEXT]
    weak = list(by_field.get("publisher", ()))
    if text and table and _names(text[0]) < _names(table[0]):
        return [*table, *text, *weak]
    return [*text, *table, *weak]


def _resolve_effective(by_field: dict[str, list[Said]]) -> None:
    """自印发之日起 is a day where the day of 印发 is known; 自发布之日起 where the page's table names it."""
    relative = by_field.get("effective_words", [])
    if "effective" in by_field or not relative:
        return
    words = relative[0].value
    event = words.removesuffix("之日").removesuffix("日")
    if event not in _EVENTS:
        return
    named = [said for field in _EVENTS[event] for said in by_field.get(field, [])]
    if not _EVENTS[event]:
        named = [said for said in by_field.get("published", []) if said.origin is Origin.TABLE]
    if named:
        quote = f"{relative[0].words}\n{named[0].words}"
        by_field["effective"] = [Said("effective", named[0].origin, named[0].value, quote)]


def _compute_expires(by_field: dict[str, list[Said]]) -> None:
    """Add start + length - 1 day: the last day where none is printed, else only to be compared with it."""
    length = by_field.get("valid_years") or by_field.get("valid_months")
    starts = by_field.get("effective")
    if not length or not starts:
        return
    size = int(length[0].value)
    years, months = (size, 0) if length[0].field == "valid_years" else (0, size)
    try:
        last = last_day(date.fromisoformat(starts[0].value), years=years, months=months)
    except (ValueError, OverflowError):
        return
    quote = length[0].words if length[0].words == starts[0].words else f"{starts[0].words}\n{length[0].words}"
    by_field.setdefault("expires", []).append(Said("expires", length[0].origin, last.isoformat(), quote))


def _conflict(field: str, said: Sequence[Said]) -> Conflict | None:
    """Return the first and all that differ from it, each value once; `None` if all agree."""
    differing = {item.value: item for item in reversed(said) if _differs(field, said[0].value, item.value)}
    if not differing:
        return None
    return Conflict(field, (said[0], *(item for item in said if differing.get(item.value) is item)))


def _differs(field: str, one: str, other: str) -> bool:
    if field == "title":
        first, second = ("".join(filter(str.isalnum, value)) for value in (one, other))
        return first not in second and second not in first
    if field == "doc_number":
        return number_key(one) != number_key(other)
    if field == "issuers":
        first_names, other_names = set(one.split(BETWEEN)), set(other.split(BETWEEN))
        return not (first_names <= other_names or other_names <= first_names)
    if field == "expires":
        return abs((date.fromisoformat(one) - date.fromisoformat(other)).days) > _NEAR
    return one != other


def _names(said: Said) -> set[str]:
    return set(said.value.split(BETWEEN))
