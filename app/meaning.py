"""What was understood of a search, as links that take one part of it back: “已理解为：地区 杭州 ✕”.

A part that is taken back is searched as mere text from then on (`Query.kept_as_text`), and can be given back too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from app.filters import still_kept, write_address
from data.model import Document, DocumentKind
from data.tables import Tables
from index.query import Query, Sort
from index.query.meaning import Meaning, numbers_not_found
from index.understand import Amounts, Part, PartKind
from index.words import say_money

MOST_SHOWN = 40
NOT_HELD = "所选范围内没有文号为{numbers}的文件；以下按文字相近排列，请核对文号。"
NAMES = {
    PartKind.REGION: "地区",
    PartKind.INCENTIVE_KIND: "类型",
    PartKind.AMOUNT: "金额",
    PartKind.YEAR: "年份",
    PartKind.DOC_NUMBER: "文号",
    PartKind.PHRASE: "原样含有",
    PartKind.EXCLUSION: "不含",
    PartKind.DOCUMENT_KIND: "文件种类",
}
FURTHER: Mapping[str, tuple[str, Callable[[Any, Tables], str]]] = {
    "levels": ("发文层级", lambda level, tables: tables.terms[level].zh),
    "document_kinds": ("文件种类", lambda kind, tables: tables.terms[kind].zh),
    "states": ("效力", lambda state, tables: tables.terms[state].zh),
    "issuers": ("发文机关", lambda name, _: name),
    "years": ("年份", lambda year, _: f"{year} 年"),
}
"""Fields of `Query` with several values each, that a page may have no control for: name and how a value is said."""

NOTHING: Mapping[str, str] = MappingProxyType({})


def not_held(query: Query, said: Meaning | None, documents: Iterable[Document]) -> str:
    """Return the warning that no document found has the number that was typed; "" if one has, or none was typed.

    Only where the most relevant come first: there the very number would be.
    """
    if said is None or query.page > 1 or query.sort is not Sort.RELEVANCE:
        return ""
    missing = numbers_not_found(said, (document.doc_number for document in documents))
    named = "、".join(f"“{number}”" for number in missing)
    return f'<p class="kb-note" role="status">{escape(NOT_HELD.format(numbers=named))}</p>' if missing else ""


def chips(
    query: Query,
    said: Meaning | None,
    tables: Tables,
    *,
    path: str = "./",
    further: Iterable[str] = (),
    others: Mapping[str, str] = NOTHING,
) -> str:
    """Return the lines of what was understood and of what is filtered beside the controls; "" if there is nothing.

    path: of the page. further: fields of `Query` that the page has no control for: those of `FURTHER`, `max_amount`.
    others: parameters of the address that are no part of the search and stay.
    """

    def to(wanted: Query) -> str:
        return f"{path}?{urlencode(write_address(still_kept(replace(wanted, page=1))) | dict(others))}"

    parts = said.understood.parts if said else ()
    rows = [
        ("已理解为：", [_part(part, to(_taken_back(query, part)), tables) for part in parts]),
        ("只作文字检索：", [_kept(words, to(_given_back(query, words))) for words in sorted(query.kept_as_text)]),
        ("另限：", [_chip(text, to(wanted), "去掉这一条件") for text, wanted in _limits(query, tables, further)]),
    ]
    return "".join(_row(head, shown) for head, shown in rows if shown)


def say_part(part: Part, tables: Tables) -> str:
    """Return one part in words: 地区 杭州市, 金额 100 万元以上."""
    return f"{NAMES[part.kind]} {_value(part, tables)}"


def meant_line(texts: Sequence[str], query: Query, *, path: str = "./", others: Mapping[str, str] = NOTHING) -> str:
    """Return the line that offers other texts to search for; "" for none."""
    links = [_meant(text, replace(query, text=text, page=1), path, others) for text in texts]
    return f'<p class="kb-chips">您是不是要找：{"".join(links)}</p>' if links else ""


def _meant(text: str, wanted: Query, path: str, others: Mapping[str, str]) -> str:
    address = f"{path}?{urlencode(write_address(still_kept(wanted)) | dict(others))}"
    return f'<a href="{_e(address)}" target="_self">{_e(text)}</a>'


def _value(part: Part, tables: Tables) -> str:
    value = part.value
    if isinstance(value, Amounts):
        return say_amounts(value)
    if part.kind is PartKind.YEAR:
        return f"{value} 年"
    names: Mapping[PartKind, Callable[[str], str]] = {
        PartKind.REGION: tables.regions.full_name,
        PartKind.INCENTIVE_KIND: lambda code: tables.kinds[code].name,
        PartKind.DOCUMENT_KIND: lambda code: tables.terms[DocumentKind(code)].zh,
    }
    return names[part.kind](str(value)) if part.kind in names else f"“{value}”"


def say_amounts(amounts: Amounts) -> str:
    """Return limits in words: 100 万元以上, 50 万元以下, 50 万元至 100 万元."""
    if amounts.least is not None and amounts.most is not None:
        same = amounts.least == amounts.most
        return say_money(amounts.least) if same else f"{say_money(amounts.least)}至 {say_money(amounts.most)}"
    if amounts.least is not None:
        return f"{say_money(amounts.least)}以上"
    return f"{say_money(amounts.most)}以下" if amounts.most is not None else ""


def _taken_back(query: Query, part: Part) -> Query:
    return replace(query, kept_as_text=query.kept_as_text | {part.words})


def _given_back(query: Query, words: str) -> Query:
    return replace(query, kept_as_text=query.kept_as_text - {words})


def _limits(query: Query, tables: Tables, further: Iterable[str]) -> Iterator[tuple[str, Query]]:
    """Yield each value that filters, in words, with the search without it."""
    for field in further:
        if field == "max_amount":
            if query.max_amount:
                yield f"金额 {say_money(query.max_amount)}以下", replace(query, max_amount=None)
            continue
        name, say = FURTHER[field]
        values = getattr(query, field)
        for value in values:
            left: Any = {field: tuple(other for other in values if other != value)}
            yield f"{name} {say(value, tables)}", replace(query, **left)


def _part(part: Part, address: str, tables: Tables) -> str:
    return _chip(say_part(part, tables), address, f"取消：“{part.words}”只作文字检索")


def _kept(words: str, address: str) -> str:
    return _chip(f"“{words}”", address, "恢复为条件", sign="↺")


def _chip(text: str, address: str, title: str, sign: str = "✕") -> str:
    shown = text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"
    label = _e(f"{text}，{title}")
    return (
        f'<a class="kb-chip" href="{_e(address)}" target="_self" title="{_e(title)}" aria-label="{label}">'
        f'{_e(shown)} <span aria-hidden="true">{sign}</span></a>'
    )


def _row(head: str, shown: Iterable[str]) -> str:
    return f'<p class="kb-chips">{head}{"".join(shown)}</p>'


def _e(text: object) -> str:
    return escape(str(text), quote=True)
