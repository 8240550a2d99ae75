"""Fields of an answer: name, schema, meaning and value in one row, so that description and answer are one.

Amounts are whole yuan, rates percent, dates YYYY-MM-DD, absent is null. Beside each stands the Chinese text as people
write it (`…_text`), 未载明 where it is absent.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Generic, TypeVar

from data.model import Span, Yuan
from data.tables import Tables
from index.words import ABSENT, say_date, say_money

Schema = dict[str, Any]
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Field(Generic[Value]):
    """One field. value: makes it from what the answer is about and from the tables."""

    name: str
    schema: Schema
    value: Callable[[Value, Tables], Any]


Fields = Sequence[Field[Value]]
Get = Callable[[Value], Any]


def schema_of(fields: Fields[Any], about: str = "") -> Schema:
    """Return the schema of an object with these fields, all of which are always there."""
    described = {"description": about} if about else {}
    return {
        "type": "object",
        **described,
        "required": [field.name for field in fields],
        "properties": {field.name: field.schema for field in fields},
        "additionalProperties": False,
    }


def value_of(fields: Fields[Value], value: Value, tables: Tables) -> dict[str, Any]:
    """Return the object that the fields make of `value`."""
    return {field.name: field.value(value, tables) for field in fields}


def text(name: str, get: Get[Value], about: str, *, always: bool = False) -> list[Field[Value]]:
    """Return a field of text; `always`: it is never absent."""
    return [Field(name, _typed("string", about, always=always), lambda value, _: get(value))]


def whole(name: str, get: Get[Value], about: str, *, always: bool = False) -> list[Field[Value]]:
    """Return a field with a whole number that is no money."""
    return [Field(name, _typed("integer", about, always=always), lambda value, _: get(value))]


def flag(name: str, get: Get[Value], about: str) -> list[Field[Value]]:
    """Return a field that is true or false."""
    return [Field(name, _typed("boolean", about, always=True), lambda value, _: get(value))]


def said(name: str, say: Callable[[Value, Tables], Any], about: str) -> list[Field[Value]]:
    """Return a field of text that is always there and made with the tables."""
    return [Field(name, _typed("string", about, always=True), say)]


def texts(name: str, get: Get[Value], about: str) -> list[Field[Value]]:
    """Return a field with a list of texts."""
    items = {"type": "array", "items": {"type": "string"}, "description": about}
    return [Field(name, items, lambda value, _: list(get(value)))]


def money(name: str, get: Get[Value], about: str, *, key: str | None = None) -> list[Field[Value]]:
    """Return an amount in whole yuan and the same in words. key: the field's name, `<name>_cny` if not given."""

    def say(value: Value, _: Tables) -> str:
        amount: Yuan | None = get(value)
        return ABSENT if amount is None else say_money(amount)

    amount = _typed("integer", f"{about} In whole yuan.")
    return [Field(key or f"{name}_cny", amount, lambda value, _: get(value)), *said(f"{name}_text", say, SAID)]


def day(name: str, get: Get[Value], about: str) -> list[Field[Value]]:
    """Return a date and the same in words."""

    def iso(value: Value, _: Tables) -> str | None:
        found: date | None = get(value)
        return found.isoformat() if found else None

    schema = _typed("string", about) | {"format": "date"}
    return [Field(name, schema, iso), *said(f"{name}_text", lambda value, _: say_date(get(value)), SAID)]


def code(name: str, members: type[StrEnum], get: Get[Value], about: str, *, always: bool = False) -> list[Field[Value]]:
    """Return one of a table's codes and its name."""

    def say(value: Value, tables: Tables) -> str:
        found: StrEnum | None = get(value)
        return ABSENT if found is None else tables.terms[found].zh

    codes = [str(member) for member in members]
    schema = _typed("string", about, always=always) | {"enum": codes if always else [*codes, None]}
    return [Field(name, schema, lambda value, _: get(value)), *said(f"{name}_text", say, SAID)]


def rows(
    name: str, inner: Fields[Any], get: Callable[[Value], Iterable[Any]], about: str, most: int | None = None
) -> list[Field[Value]]:
    """Return a field with a list of objects, at most `most`."""
    schema: Schema = {"type": "array", "items": schema_of(inner), "description": about}
    bounded = schema | ({"maxItems": most} if most else {})

    def make(value: Value, tables: Tables) -> list[Mapping[str, Any]]:
        return [value_of(inner, item, tables) for item in list(get(value))[:most]]

    return [Field(name, bounded, make)]


def one(name: str, inner: Fields[Any], get: Get[Value], about: str) -> list[Field[Value]]:
    """Return a field with an object or null."""
    schema: Schema = {"anyOf": [schema_of(inner), {"type": "null"}], "description": about}

    def make(value: Value, tables: Tables) -> Mapping[str, Any] | None:
        found = get(value)
        return None if found is None else value_of(inner, found, tables)

    return [Field(name, schema, make)]


def span(name: str, get: Callable[[Value], Span | None], about: str) -> list[Field[Value]]:
    """Return a place in the document's text."""
    ends: list[Field[Span]] = [
        *whole("start", lambda place: place.start, "First character.", always=True),
        *whole("end", lambda place: place.end, "Character after the last.", always=True),
    ]
    return one(name, ends, get, about)


SAID = "The same as people write it; 未载明 if absent."


def _typed(kind: str, about: str, *, always: bool = False) -> Schema:
    return {"type": kind if always else [kind, "null"], "description": about}
