"""What was understood of a search, as links that take one part of it back: “已理解为：地区 杭州 ✕”.

A part that is taken back is searched as mere text from then on (`Query.kept_as_text`), and can be given back too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any

from app.address import NOTHING, href
from app.filters import still_kept, write_address
from app.language import kind, money, say, term, text
from data.model import Document, DocumentKind
from data.tables import Tables
from index.query import Query, Sort
from index.query.meaning import Meaning, numbers_not_found
from index.understand import Ambiguity, Amounts, Part, PartKind

MOST_SHOWN = 40
MOST_OFFERED = 8
"""Places or kinds that words may mean; of more the first are offered and the number is told."""

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
    "levels": ("发文层级", lambda level, tables: term(tables.terms[level])),
    "document_kinds": ("文件种类", lambda one, tables: term(tables.terms[one])),
    "states": ("效力", lambda state, tables: term(tables.terms[state])),
    "issuers": ("发文机关", lambda name, _: name),
    "years": ("年份", lambda year, _: say("{year} 年", year=year)),
}
"""Fields of `Query` with several values each, that a page may have no control for: name and how a value is said."""


def not_held(query: Query, said: Meaning | None, documents: Iterable[Document]) -> str:
    """Return the warning that no document found has the number that was typed; "" if one has, or none was typed.

    Only where the most relevant come first: there the very number would be.
    """
    if said is None or query.page > 1 or query.sort is not Sort.RELEVANCE:
        return ""
    missing = numbers_not_found(said, (document.doc_number for document in documents))
    named = "、".join(f"“{number}”" for number in missing)
    return f'<p class="kb-note" role="status">{text(say(NOT_HELD, numbers=named))}</p>' if missing else ""


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
        return href(path, write_address(still_kept(replace(wanted, page=1))) | dict(others))

    parts = said.understood.parts if said else ()
    limits, away = _limits(query, tables, further), say("去掉这一条件")
    rows = [
        (say("已理解为："), [_part(part, to(_taken_back(query, part)), tables) for part in parts]),
        (say("只作文字检索："), [_kept(words, to(_given_back(query, words))) for words in sorted(query.kept_as_text)]),
        (
            say("另限："),
            [_chip(words, to(wanted), away) for words, wanted in limits],
        ),
    ]
    asked = (_choice(one, query, to, tables) for one in (said.understood.ambiguous if said else ()))
    return "".join(_row(head, shown) for head, shown in (*rows, *asked) if shown)


def say_part(part: Part, tables: Tables) -> str:
    """Return one part in words: 地区 杭州市, 金额 100 万元以上."""
    return f"{say(NAMES[part.kind])} {_value(part, tables)}"


def loose_line(*, loose: bool) -> str:
    """Return the line that says that nothing holds the words, "" where something does."""
    return f'<p class="kb-muted">{text(say("没有一条含这些词，以下按字面相近列出。"))}</p>' if loose else ""


def meant_line(texts: Sequence[str], query: Query, *, path: str = "./", others: Mapping[str, str] = NOTHING) -> str:
    """Return the line that offers other texts to search for; "" for none."""
    links = [_meant(words, replace(query, text=words, page=1), path, others) for words in texts]
    return f'<p class="kb-chips">{say("您是不是要找：")}{"".join(links)}</p>' if links else ""


def _meant(words: str, wanted: Query, path: str, others: Mapping[str, str]) -> str:
    address = href(path, write_address(still_kept(wanted)) | dict(others))
    return f'<a href="{_e(address)}" target="_self">{text(words)}</a>'


def _choice(one: Ambiguity, query: Query, to: Callable[[Query], str], tables: Tables) -> tuple[str, list[str]]:
    """Return the question which place or kind words mean, with a link for each; none where one alone may be meant."""
    names: Callable[[str], str] = (
        tables.regions.full_name if one.kind is PartKind.REGION else lambda code: tables.kinds[code].name
    )
    shown: Callable[[str], str] = names if one.kind is PartKind.REGION else lambda code: kind(tables.kinds[code])
    start, end = one.span
    offered = [
        f'<a href="{_e(to(replace(query, text=query.text[:start] + names(code) + query.text[end:])))}" target="_self">'
        f"{text(shown(code))}</a>"
        for code in one.candidates[:MOST_OFFERED]
    ]
    more = say("等 {n} 处", n=len(one.candidates)) if len(one.candidates) > MOST_OFFERED else ""
    head = text(say("“{words}”是指：", words=one.words))
    return head, [*offered, *([more] if more else [])] if len(one.candidates) > 1 else []


def _value(part: Part, tables: Tables) -> str:
    value = part.value
    if isinstance(value, Amounts):
        return say_amounts(value)
    if part.kind is PartKind.YEAR:
        return say("{year} 年", year=value)
    names: Mapping[PartKind, Callable[[str], str]] = {
        PartKind.REGION: tables.regions.full_name,
        PartKind.INCENTIVE_KIND: lambda code: kind(tables.kinds[code]),
        PartKind.DOCUMENT_KIND: lambda code: term(tables.terms[DocumentKind(code)]),
    }
    return names[part.kind](str(value)) if part.kind in names else f"“{value}”"


def say_amounts(amounts: Amounts) -> str:
    """Return limits in words: 100 万元以上, 50 万元以下, 50 万元至 100 万元."""
    if amounts.least is not None and amounts.most is not None:
        low, high = money(amounts.least), money(amounts.most)
        return low if low == high else say("{low}至 {high}", low=low, high=high)
    if amounts.least is not None:
        return say("{money}以上", money=money(amounts.least))
    return say("{money}以下", money=money(amounts.most)) if amounts.most is not None else ""


def _taken_back(query: Query, part: Part) -> Query:
    return replace(query, kept_as_text=query.kept_as_text | {part.words})


def _given_back(query: Query, words: str) -> Query:
    return replace(query, kept_as_text=query.kept_as_text - {words})


def _limits(query: Query, tables: Tables, further: Iterable[str]) -> Iterator[tuple[str, Query]]:
    """Yield each value that filters, in words, with the search without it."""
    for field in further:
        if field == "max_amount":
            if query.max_amount:
                yield say("金额 {money}以下", money=money(query.max_amount)), replace(query, max_amount=None)
            continue
        name, told = FURTHER[field]
        values = getattr(query, field)
        for value in values:
            left: Any = {field: tuple(other for other in values if other != value)}
            yield f"{say(name)} {told(value, tables)}", replace(query, **left)


def _part(part: Part, address: str, tables: Tables) -> str:
    return _chip(say_part(part, tables), address, say("取消：“{words}”只作文字检索", words=part.words))


def _kept(words: str, address: str) -> str:
    return _chip(f"“{words}”", address, say("恢复为条件"), sign="↺")


def _chip(words: str, address: str, title: str, sign: str = "✕") -> str:
    shown = words if len(words) <= MOST_SHOWN else f"{words[:MOST_SHOWN]}…"
    label = _e(f"{words}, {title}")
    return (
        f'<a class="kb-chip" href="{_e(address)}" target="_self" title="{_e(title)}" aria-label="{label}">'
        f'{text(shown)} <span aria-hidden="true">{sign}</span></a>'
    )


def _row(head: str, shown: Iterable[str]) -> str:
    return f'<p class="kb-chips">{head}{"".join(shown)}</p>'


def _e(value: object) -> str:
    return escape(str(value), quote=True)
