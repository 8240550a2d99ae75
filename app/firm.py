"""The address holds the form of 算一算: URL parameters to `Firm` and back, amounts and dates as people type them.

Parameters: region; filed, registered, algorithm (`no`, `yes`, or the day it was done) each with `…_n` for how many;
compute, model, data, rnd (amounts); staff, sector, startup, own (1 or 0); all (1: kinds that the form does not ask
too); order (low, high). What cannot be read is left out and said.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from data.model import Yuan
from data.strict import UNITS
from data.tables import Tables
from index.match import Filing, Firm, Paper, Spend, match_words
from index.read.characters import fold

MOST_YUAN = 10**12
MOST_COUNT = 10_000
ORDERS = ("high", "low")
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)(亿|万)?元?")
_DAY = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?")


@dataclass(frozen=True, slots=True)
class Form:
    """What an address asks for: the firm, what to show, and (parameter, value) of what could not be read."""

    firm: Firm
    everything: bool = False
    order: str = ORDERS[0]
    ignored: tuple[tuple[str, str], ...] = ()


def read_amount(typed: str) -> Yuan:
    """Read an amount as people write it: 80、80万、80万元 are all 800,000 yuan; 1.5亿, 5000元. Raises ValueError."""
    text = re.sub(r"(?<=\d)[,，]|\s|人民币|[¥￥]", "", fold(typed))
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise ValueError(f"{typed!r} is no amount")
    unit = UNITS[match[2]] if match[2] or text.endswith("元") else UNITS["万"]
    yuan = int(Decimal(match[1]) * unit)
    if yuan > MOST_YUAN:
        raise ValueError(f"{typed!r} is too much")
    return Yuan(yuan)


def write_amount(amount: Yuan) -> str:
    """Return an amount as `read_amount` reads it back: 80万元, 1234元."""
    if amount % 100:
        return f"{amount}元"
    return f"{(Decimal(amount) / UNITS['万']).normalize():f}万元"


def read_day(typed: str) -> date:
    """Read a day: 2026-03-01, 2026.3.1, 2026年3月1日. Raises ValueError."""
    match = _DAY.fullmatch(re.sub(r"\s", "", fold(typed)))
    if match is None:
        raise ValueError(f"{typed!r} is no day")
    return date(*map(int, match.groups()))


def read_form(parameters: Mapping[str, str], tables: Tables) -> Form:
    """Read URL parameters. Anything unknown or wrong is ignored and listed, never an error."""
    values: dict[str, Any] = {}
    ignored = []
    readers = _readers(tables)
    for name, typed in parameters.items():
        try:
            values[name] = readers[name](typed)
        except (ValueError, KeyError, ArithmeticError):
            ignored.append((name, typed[:60]))
    firm = Firm(
        region=values.get("region"),
        filings={paper: _filing(values, paper) for paper in Paper if paper in values},
        spends={spend: values[spend] for spend in Spend if spend in values},
        staff=values.get("staff"),
        sectors=values.get("sector", ()),
        startup=values.get("startup"),
        own=values.get("own"),
    )
    return Form(firm, bool(values.get("all")), values.get("order", ORDERS[0]), tuple(ignored))


def write_form(form: Form) -> dict[str, str]:
    """Return the URL parameters of `form`; what was not filled in is left out."""
    firm = form.firm
    parameters = {"region": firm.region or ""}
    for paper, filing in firm.filings.items():
        done = filing.on.isoformat() if filing.on else "yes"
        parameters[paper] = done if filing.done else "no"
        parameters[f"{paper}_n"] = str(filing.number) if filing.done and filing.number != 1 else ""
    parameters |= {str(spend): write_amount(amount) for spend, amount in firm.spends.items()}
    parameters["staff"] = "" if firm.staff is None else str(firm.staff)
    parameters["sector"] = ",".join(firm.sectors)
    parameters |= {
        name: "" if value is None else str(int(value)) for name, value in (("startup", firm.startup), ("own", firm.own))
    }
    parameters |= {"all": "1" if form.everything else "", "order": "" if form.order == ORDERS[0] else form.order}
    return {name: value for name, value in parameters.items() if value}


def _readers(tables: Tables) -> dict[str, Callable[[str], Any]]:
    flag = {"1": True, "0": False}.__getitem__
    codes = {sector.code for sector in match_words().sectors}
    readers: dict[str, Callable[[str], Any]] = {
        "region": lambda code: tables.regions[code].code,
        "staff": lambda typed: _count(typed, least=0),
        "sector": lambda typed: tuple(_one_of(codes, code) for code in dict.fromkeys(typed.split(","))),
        "startup": flag,
        "own": flag,
        "all": flag,
        "order": lambda typed: _one_of(set(ORDERS), typed),
    }
    readers |= {str(paper): _done for paper in Paper} | {f"{paper}_n": _count for paper in Paper}
    return readers | {str(spend): read_amount for spend in Spend}


def _filing(values: Mapping[str, Any], paper: Paper) -> Filing:
    done, on = values[paper]
    return Filing(done, on, values.get(f"{paper}_n", 1) if done else 1)


def _done(typed: str) -> tuple[bool, date | None]:
    if typed in {"yes", "no"}:
        return typed == "yes", None
    return True, read_day(typed)


def _count(typed: str, least: int = 1) -> int:
    number = int(typed.strip())
    if not least <= number <= MOST_COUNT:
        raise ValueError(f"{typed!r} is no number from {least} to {MOST_COUNT}")
    return number


def _one_of(known: set[str], code: str) -> str:
    if code not in known:
        raise ValueError(f"{code!r} is unknown")
    return code
