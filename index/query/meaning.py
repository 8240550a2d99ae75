"""What a search means: the conditions that its text names, beside those that were chosen, and what is left to rank."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from data.model import DocumentKind
from data.tables import Tables
from index.query.value import Query
from index.tokens import letters
from index.understand import (
    Amounts,
    Figures,
    Near,
    PartKind,
    Understood,
    figures,
    narrowest,
    near_names,
    synonyms,
    understand,
)
from index.understand.query_words import query_words
from index.understand.reading import LONGEST

NO_FIGURES = Figures((), (), "")
TITLE = re.compile(r"《([^《》]{8,})》")

SAID_BY_WORDS = (PartKind.DOC_NUMBER, PartKind.DOCUMENT_KIND)
"""Parts that no filter stands for: they only rank, so their words are needed."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the text of a search says.

    understood: its parts, each of which can be taken back by naming its words in `Query.kept_as_text`.
    regions, kinds, document_kinds, years, numbers, phrases, exclusions: values of its parts. amounts: all must hold.
    maybe: kinds of incentive that words may mean that are searched as text.
    figures: amounts and rates that are no conditions: rows of just these are lifted; none of a pasted text.
    needed: what no condition says, so that a row must have some of it; empty where all is said by conditions.
    kind_words: the words that its kinds were typed in. titles: what stands in 《》, of a text that is not pasted.
    topic: what ranks. others: other names of what is in it. near: names that it is one character off.
    whole: the text itself, for exact titles and numbers.
    """

    understood: Understood
    regions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    document_kinds: tuple[DocumentKind, ...] = ()
    years: tuple[int, ...] = ()
    numbers: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    amounts: tuple[Amounts, ...] = ()
    maybe: tuple[str, ...] = ()
    figures: Figures = NO_FIGURES
    needed: str = ""
    kind_words: str = ""
    titles: tuple[str, ...] = ()
    topic: str = ""
    others: tuple[str, ...] = ()
    near: tuple[Near, ...] = ()
    whole: str = ""

    @property
    def kind_is_enough(self) -> bool:
        """Say whether a grant of the kinds is found whatever the other words say: these only rank then.

        Words beside a kind (名单, 最高, 全国) are in few texts that make such a grant; needed, they hid most of these.
        """
        return bool(self.kinds) and not any(self.understood.of(kind) for kind in SAID_BY_WORDS)


def meaning(query: Query, tables: Tables) -> Meaning:
    """Return what the text of `query` says; nothing of it is lost: what is no condition ranks."""
    return _meaning(understand(query.text, tables, kept_as_text=query.kept_as_text), query.text, tables)


def without_conditions(text: str, tables: Tables) -> Meaning:
    """Return what `text` says if all of it only ranks: for collections that have no places, kinds or amounts."""
    kept: frozenset[str] = frozenset()
    while parts := understand(text, tables, kept_as_text=kept).parts:
        kept |= {part.words for part in parts}
    return _meaning(understand(text, tables, kept_as_text=kept), text, tables)


def _meaning(found: Understood, text: str, tables: Tables) -> Meaning:
    pasted = len(text.strip()) > LONGEST
    names, bare = synonyms(found.topic), NO_FIGURES if pasted else figures(found.rest)
    return Meaning(
        understood=found,
        regions=narrowest(_words(found, PartKind.REGION), tables.regions),
        kinds=_words(found, PartKind.INCENTIVE_KIND),
        document_kinds=tuple(DocumentKind(code) for code in _words(found, PartKind.DOCUMENT_KIND)),
        years=tuple(part.value for part in found.of(PartKind.YEAR) if isinstance(part.value, int)),
        numbers=_words(found, PartKind.DOC_NUMBER),
        phrases=_words(found, PartKind.PHRASE),
        exclusions=_words(found, PartKind.EXCLUSION),
        amounts=tuple(part.value for part in found.of(PartKind.AMOUNT) if isinstance(part.value, Amounts)),
        maybe=tuple(
            code for item in found.ambiguous if item.kind is PartKind.INCENTIVE_KIND for code in item.candidates
        ),
        figures=bare,
        needed=_needed(found, bare),
        kind_words=" ".join(part.words for part in found.of(PartKind.INCENTIVE_KIND)),
        titles=() if pasted else tuple(TITLE.findall(text)),
        topic=found.topic,
        others=tuple(dict.fromkeys(other for name in names for other in name.others)),
        near=near_names(text, tables),
        whole=text,
    )


def _needed(found: Understood, bare: Figures) -> str:
    """Return the words that a row must have some of. Kinds, places and years are seen to by filters; figures rank."""
    if any(found.of(kind) for kind in SAID_BY_WORDS):
        return found.topic
    if not found.parts:
        return found.rest
    return "" if bare.rest in query_words().kind_tails else bare.rest


def numbers_not_found(said: Meaning, numbers: Iterable[str | None]) -> tuple[str, ...]:
    """Return which document numbers that a search names (厦府办规〔2025〕3号) none of `numbers` is or begins with.

    Numbers of orders and standards are left out: documents write them in too many ways to say that one is not there.
    """
    held = [letters(number) for number in numbers if number]
    asked = (number for number in said.numbers if "〔" in number)
    return tuple(number for number in asked if not any(one.startswith(letters(number)) for one in held))


def _words(found: Understood, kind: PartKind) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.value for part in found.of(kind) if isinstance(part.value, str)))
