"""`subscriptions.yml`: who is told what, how often and where. Read strictly; no secret stands in it.

A search is the app's own address or its parameters, read by the code that reads the address in the app.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cattrs import ClassValidationError, IterableValidationError

from app.filters import read_address
from data.model import ChangeKind
from data.strict import TableError, TableProblem, faults, load_yaml, structure
from data.tables import Tables
from index.query import Query

VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")


class Often(StrEnum):
    """How often a digest is sent: after each refresh, or when so much time has passed since the last one."""

    REFRESH = "refresh"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


WAITS = {
    Often.REFRESH: timedelta(0),
    # An hour less than the name says: a refresh that begins a little earlier than last time is still in time.
    Often.DAILY: timedelta(hours=23),
    Often.WEEKLY: timedelta(days=7, hours=-1),
    Often.MONTHLY: timedelta(days=28),
}


@dataclass(frozen=True, slots=True)
class Subscription:
    """One stored search. name: unique; it is in the title of each message, and what was sent is known by it.

    search: parameters of the app's address. to: names of environment variables that hold apprise URLs.
    changes: kinds; empty means all.
    """

    name: str
    search: Mapping[str, str]
    to: tuple[str, ...]
    often: Often = Often.REFRESH
    changes: tuple[ChangeKind, ...] = ()

    def query(self, tables: Tables, day: date) -> Query:
        """Return the search for `day`. The file was checked, so all of it can be read."""
        return read_address(self.search, tables, day).query


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """All of the file. operators: variables with the URLs of those who are told of failures."""

    subscriptions: tuple[Subscription, ...] = ()
    operators: tuple[str, ...] = ()


def read_subscriptions(path: Path, tables: Tables) -> Subscriptions:
    """Read the file; nobody is told anything if it is not there. Raises `TableError` with a line for each fault."""
    if not path.exists():
        return Subscriptions()
    found = load_yaml(path)
    if not isinstance(found, dict):
        raise TableError([TableProblem(path.name, "-", "-", "must hold `subscriptions` and `operators`")])
    try:
        read = structure(_plain(found), Subscriptions)
    except (ClassValidationError, IterableValidationError, TypeError, ValueError, KeyError) as error:
        raise TableError(TableProblem(path.name, "-", *fault) for fault in faults(error)) from error
    if problems := _problems(read, tables):
        raise TableError(TableProblem(path.name, name, field, problem) for name, field, problem in problems)
    return read


def parameters(address: str) -> dict[str, str]:
    """Return the parameters of an address of the app; of `?q=…` alone too."""
    return dict(parse_qsl(urlsplit(address).query, keep_blank_values=False))


def _plain(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the file with each search as parameters, and numbers in them as text."""
    rows = found.get("subscriptions")
    if not isinstance(rows, list):
        return dict(found)
    plain = [dict(row) if isinstance(row, dict) else row for row in rows]
    for row in plain:
        search = row.get("search") if isinstance(row, dict) else None
        if isinstance(search, str):
            row["search"] = parameters(search)
        elif isinstance(search, dict):
            row["search"] = {str(name): _text(value) for name, value in search.items()}
    return {**found, "subscriptions": plain}


def _text(value: object) -> object:
    if value is True:
        return "1"
    return str(value) if isinstance(value, int) else value


def _problems(read: Subscriptions, tables: Tables) -> list[tuple[str, str, str]]:
    problems = [("operators", "to", problem) for problem in _targets(read.operators)]
    names: list[str] = []
    for one in read.subscriptions:
        if one.name in names:
            problems.append((one.name, "name", "stands twice"))
        names.append(one.name)
        problems += [(one.name, "to", problem) for problem in _targets(one.to)]
        if not one.to:
            problems.append((one.name, "to", "names nobody"))
        ignored = read_address(one.search, tables, date.min).ignored
        problems += [(one.name, "search", f"{key}={value} cannot be read") for key, value in ignored]
        if not one.search:
            problems.append((one.name, "search", "is empty: it would find everything; write `q: 备案` or the like"))
    return problems


def _targets(names: Sequence[str]) -> list[str]:
    hint = "write the name of an environment variable that holds the apprise URL; no secret stands in this file"
    return [f"{name.partition('://')[0]!r}…: {hint}" for name in names if not VARIABLE.fullmatch(name)]
