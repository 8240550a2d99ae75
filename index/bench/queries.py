"""Searches as people type them, about documents that were made up: titles, numbers, questions, amounts, mistakes."""

from collections.abc import Callable, Iterator
from datetime import date
from random import Random

from data.model import Document
from index.bench.synthetic import Synthetic
from index.query import Query

DAY = date(2026, 11, 20)
ALIASES = ("双备案", "上线备案", "大模型备案", "训力券", "算力券", "网信办", "语料券")
Typed = Callable[["Asker", Document], str]


class Asker:
    """Makes up searches; the same ones in the same order each time."""

    def __init__(self, made: Synthetic) -> None:
        self._made, self.dice = made, Random(8)  # noqa: S311 - the same searches each time
        self.kinds = [kind.name for kind in made.tables.kinds.values()]
        self.regions = [region.name for region in made.tables.regions.values() if region.parent]

    def queries(self, count: int) -> Iterator[tuple[Query, bool]]:
        """Yield searches, and whether each is for documents; of ten seven are, the others are for incentives."""
        for number in range(count):
            document = self._made[f"made-{self.dice.randrange(len(self._made))}"]
            text = FORMS[number % len(FORMS)](self, document)
            yield Query(DAY, text), number // len(FORMS) % 10 < 7


def _typo(asker: Asker, document: Document) -> str:
    title = _half(asker, document)
    place = asker.dice.randrange(len(title))
    return f"{title[:place]}错{title[place + 1 :]}"


def _half(asker: Asker, document: Document) -> str:  # noqa: ARG001 - of the same form as the others
    title = document.title or ""
    return title[len(title) // 2 :]


FORMS: tuple[Typed, ...] = (
    lambda _, document: document.title or "",
    _half,
    lambda _, document: (document.doc_number or "").replace("〔", " ").replace("〕", " "),
    lambda asker, document: f"{document.issuers[0]} {asker.dice.choice(asker.kinds)}",
    lambda asker, _: f"{asker.dice.choice(asker.regions)} {asker.dice.choice(asker.kinds)}",
    lambda asker, _: f"{asker.dice.choice(asker.kinds)}成功能拿多少钱",
    lambda asker, _: f"{asker.dice.choice(asker.kinds)}{asker.dice.randrange(1, 9)}00万以上",
    lambda asker, document: f"{document.published.year if document.published else 2025}年 {asker.dice.choice(ALIASES)}",
    lambda asker, _: asker.dice.choice(ALIASES),
    lambda asker, _: "".join(asker.dice.sample("算力模型数据智能企业研发", 1)),
    lambda asker, document: f"{asker.dice.choice(asker.kinds)} {(document.title or '')[-8:-2]}",
    _typo,
    lambda _, document: (document.text or "")[:300],
    lambda asker, _: f"{asker.dice.choice(asker.regions)}人工智慧產業發展",
    lambda *_: "",
)
