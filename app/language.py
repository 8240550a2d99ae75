"""The language of a page: Chinese, or English where the address says `lang=en`.

Pages write what they say in Chinese, `say("共 {n} 条", n=3)`; `data/tables/labels.yml` has the English. What documents
say stays Chinese in both, and is marked as such on an English page: `text` does that.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from enum import StrEnum
from html import escape
from types import ModuleType

from data.labels import labels
from data.model import Incentive, IncentiveKind, Yuan
from data.tables import Tables, Term
from index import words, words_en
from index.said import Said, SaidDate, SaidMoney, SaidRow, SaidTerm


class Language(StrEnum):
    """Values of `lang` in an address."""

    ZH = "zh"
    EN = "en"


_SPOKEN: ContextVar[Language] = ContextVar("spoken", default=Language.ZH)
_CJK = r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]"
_CHINESE = re.compile(rf"{_CJK}(?:[^a-z]*{_CJK})?")
"""From one Chinese character to the last before a small letter: capitals and figures between them belong to it."""


_MARKS = {"；": "; ", "，": ", ", "、": ", "}


def spoken() -> Language:
    """Return the language that the page is drawn in."""
    return _SPOKEN.get()


def english() -> bool:
    """Return whether the page is drawn in English."""
    return spoken() is Language.EN


def speak(language: Language) -> None:
    """Draw the page in `language` from here on."""
    _SPOKEN.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak `language` inside the block."""
    before = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def say(chinese: str, /, **values: object) -> str:
    """Return a text of the page in its language, with the values put in for the names in braces.

    The text is given in Chinese and has its English in labels.yml; the value `n` decides between one and many.
    """
    label = labels().get(chinese) if english() else None
    told = chinese if label is None else label.one if values.get("n") == 1 else label.many
    return told.format(**values) if values else told


def retell(said: str) -> str:
    """Return a sentence of the index in the language of the page; words that know no other stay as they are."""
    if isinstance(said, SaidMoney):
        return money(said.amount)
    if isinstance(said, SaidDate):
        return day(said.day)
    if isinstance(said, SaidTerm):
        return term(said.term)
    if isinstance(said, SaidRow):
        return (_MARKS.get(said.mark, said.mark) if english() else said.mark).join(map(retell, said.parts))
    if isinstance(said, Said):
        values = {name: retell(value) if isinstance(value, str) else value for name, value in said.values.items()}
        return say(said.template, **values)
    return said


def text(value: object) -> str:
    """Return `value` as HTML text, not for attributes: escaped, and what is Chinese on an English page marked so."""
    safe = escape(str(value), quote=True)
    return _CHINESE.sub(r'<span lang="zh">\g<0></span>', safe) if english() else safe


def term(word: Term) -> str:
    """Return the name of a fixed word."""
    return word.en if english() else word.zh


def meaning(word: Term) -> str:
    """Return what a fixed word means."""
    return say(word.meaning)


def kind(one: IncentiveKind) -> str:
    """Return the name of a kind of incentive."""
    return one.english if english() else one.name


def money(amount: Yuan) -> str:
    """Return an amount: 100 万元, CNY 1,000,000."""
    return str(_words().say_money(amount))


def brief(amount: Yuan) -> str:
    """Return an amount in as few letters as a tile takes: 100万, 1M."""
    return str(_words().say_brief(amount))


def amount_of(grant: Incentive) -> str:
    """Return what an incentive gives; 未载明, not stated where nothing is known."""
    return str(_words().say_amount(grant))


def terms_of(grant: Incentive, tables: Tables) -> list[str]:
    """Return what qualifies the amount."""
    return list(_words().say_terms(grant, tables.terms))


def day(value: date | None) -> str:
    """Return a date: 2026年11月20日, 20 Nov 2026; 未载明, not stated for none."""
    return str(_words().say_date(value))


def absent() -> str:
    """Return what stands where nothing is known."""
    return str(_words().ABSENT)


def listed(names: list[str]) -> str:
    """Return names in a row: 甲、乙; A, B."""
    return (", " if english() else "、").join(names)


def _words() -> ModuleType:
    return words_en if english() else words
