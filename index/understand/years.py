"""Years of documents: 2025年, 二〇二五年, and 2025 by itself. Spans of years and whole dates stay text."""

import re
from collections.abc import Iterator

from index.understand.numerals import chinese
from index.understand.parts import Part, PartKind
from index.understand.typed import Typed
from index.understand.vocabulary import Vocabulary

SAID = re.compile(
    r"(?<![\d.\-/:〔a-z])(?P<year>20[0-4]\d|19[89]\d)(?:\s?年度?|(?![\d.\-/:a-z%]|\s?[万亿元个家条]))"
    r"|(?<![零一二三四五六七八九〇十])(?P<chinese>二[〇零][〇零一二三四][零一二三四五六七八九〇])年度?"
)
NOT_ALONE = re.compile(r"\s?[\d\-~]")


def find_years(typed: Typed, vocabulary: Vocabulary) -> Iterator[Part]:
    """Yield years that nothing beside them makes a date, a span or a version."""
    for match in SAID.finditer(typed.open):
        after = typed.folded[match.end() :]
        if after.startswith(vocabulary.words.not_a_year_before) or (match[0].endswith("年") and NOT_ALONE.match(after)):
            continue
        year = int(match["year"]) if match["year"] else chinese(match["chinese"])
        if year is not None:
            yield Part(PartKind.YEAR, year, typed.words(match.span()), match.span())
