"""What ranks: the topic in three fields that are summed, other names of it, and what must come first.

That sum is dear, so of all but short texts it is worked out for the best rows of a cheaper order alone (`held_part`),
see `index.fetch`.

Every weight is one of `WEIGHTS`; docs/decisions/ranking.md names the run that set it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from index.query.meaning import Meaning
from index.tokens import Tokenizer, letters, normalise

MAX_TERMS = 400
MAX_CHARACTERS = 800
LONGEST_TITLE = 120
"""Characters; a longer text is pasted: it is not compared with titles, and searched by some of its pieces only."""

MOST_PIECES = 48
"""Of a pasted text so many are searched, the longest, which are the rarest too: a page has hundreds."""

Clause = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part of the sum counts.

    characters, pairs, words: the three forms of the searched text. title: pairs of the title.
    others: other names of what was typed. near: names that it is one character off.
    exact: the very number or title. begins: a number that begins so. year, region, kind: a row that is of the year,
    in the very place or of the kind that the text names. maybe: of a kind that the text may mean. figure: one that
    grants just the amount or rate that it names.
    enough: least share of the needed pieces, percent; most: so many are enough of a long text.
    """

    characters: float = 1.0
    pairs: float = 1.0
    words: float = 0.5
    title: float = 0.3
    others: float = 0.5
    near: float = 0.5
    exact: float = 1000.0
    begins: float = 500.0
    year: float = 15.0
    region: float = 20.0
    kind: float = 10.0
    maybe: float = 3.0
    figure: float = 15.0
    enough: int = 30
    most: int = 4


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Topic:
    """The words that rank. plain: normalised text; words: cut, blanks between; pieces: see `Tokenizer.asked`.

    pasted: the text is too long for a title.
    """

    plain: str
    words: str
    pieces: tuple[tuple[str, ...], ...]
    pasted: bool

    @property
    def empty(self) -> bool:
        """Say whether there is no letter or figure to search."""
        return not any(map(str.isalnum, self.plain))


def topic_of(text: str, tokenizer: Tokenizer) -> Topic:
    """Return `text` ready to be searched; of a pasted text the first 800 characters."""
    plain = " ".join(normalise(text[: MAX_CHARACTERS * 2]).split()[:MAX_TERMS])[:MAX_CHARACTERS]
    return _topic(plain, tokenizer, tokenizer.asked(plain), pasted=len(plain) > LONGEST_TITLE)


def shortened(topic: Topic, tokenizer: Tokenizer) -> Topic:
    """Return the longest pieces of a pasted text, in its order; a text that is not pasted or has no pieces as it is."""
    if not (topic.pasted and topic.pieces):
        return topic
    longest = set(sorted(topic.pieces, key=lambda piece: -sum(map(len, piece)))[:MOST_PIECES])
    pieces = [piece for piece in topic.pieces if piece in longest]
    return _topic(" ".join(outermost(["".join(piece) for piece in pieces])), tokenizer, pieces, pasted=True)


def topic_part(topic: Topic, weights: Weights = WEIGHTS, *, under: str = "") -> list[Clause]:
    """Return the matches of one text that are summed. under: path of the fields, `passages.` or nothing."""
    if topic.empty:
        return []
    return [
        _match(f"{under}text", topic.plain, weights.characters),
        _match(f"{under}text.pairs", topic.plain, weights.pairs),
        _match(f"{under}text_words", topic.words, weights.words),
    ]


def names_part(meaning: Meaning, tokenizer: Tokenizer, weights: Weights = WEIGHTS, *, under: str = "") -> list[Clause]:
    """Return the matches of other names; of several names of one thing the best one counts."""
    return [
        *_any_name(meaning.others, tokenizer, weights.others, under),
        *_any_name(tuple(near.meant for near in meaning.near), tokenizer, weights.near, under),
    ]


def enough_part(
    needed: Topic,
    meaning: Meaning,
    tokenizer: Tokenizer,
    weights: Weights = WEIGHTS,
    *,
    also: Sequence[Clause] = (),
    least: int | None = None,
) -> list[Clause]:
    """Return what a row must hold: some of what is needed, another name with all its words, or the very number.

    also: what is enough beside. least: so many pieces, in place of what the weights say.
    """
    if not needed.pieces:
        return []
    least = least or max(1, min(weights.most, len(needed.pieces) * weights.enough // 100))
    some = {"bool": {"should": [_held(piece) for piece in needed.pieces], "minimum_should_match": least}}
    near = tuple(one.meant for one in meaning.near)
    names = _held_names(widest((*meaning.others, *near), tokenizer), tokenizer)
    ways = [some, *names, *first_part(meaning, weights), *also]
    return [{"bool": {"should": ways, "minimum_should_match": 1}}]


def held_part(topic: Topic, meaning: Meaning, tokenizer: Tokenizer, weights: Weights = WEIGHTS) -> list[Clause]:
    """Return what orders rows cheaply: which pieces of the topic they hold, not where and how often."""
    others = _held_names(widest(meaning.others, tokenizer), tokenizer)
    near = _held_names((one.meant for one in meaning.near), tokenizer)
    ways = [(others, weights.others), (near, weights.near)]
    names: list[Clause] = [
        {"dis_max": {"queries": found, "boost": weight}} for found, weight in ways if found and weight
    ]
    return [*map(_held, topic.pieces), *names]


def first_part(meaning: Meaning, weights: Weights = WEIGHTS) -> list[Clause]:
    """Return what comes before all else: the very number, the very title, a number that begins as typed."""
    numbers = {letters(number) for number in (*meaning.numbers, meaning.whole) if any(map(str.isnumeric, number))}
    titles = {letters(title) for title in (meaning.whole, meaning.topic, *meaning.titles)} - {""}
    return [
        *(
            _constant({"terms": {field: sorted(values)}}, weights.exact)
            for field, values in (("number", numbers), ("exact_title", titles))
            if values
        ),
        *(_constant({"prefix": {"number": letters(number)}}, weights.begins) for number in meaning.numbers),
    ]


def beside_part(meaning: Meaning, weights: Weights = WEIGHTS, *, kind: str = "kind") -> list[Clause]:
    """Return what lifts a row: its year, place and kind are those that the text names. kind: field of kinds."""
    wanted: list[tuple[str, list[Any], float]] = [
        ("years", list(meaning.years), weights.year),
        ("region", list(meaning.regions), weights.region / 4),
        ("region_path", list(meaning.regions), weights.region),
        (kind, list(meaning.kinds), weights.kind),
        ("document_kind", list(meaning.document_kinds), weights.kind),
        (kind, [code for code in meaning.maybe if code not in meaning.kinds], weights.maybe),
    ]
    return [_constant({"terms": {field: values}}, weight) for field, values, weight in wanted if values]


def figures_part(meaning: Meaning, weights: Weights = WEIGHTS) -> list[Clause]:
    """Return what lifts an incentive: it grants just what the text names."""
    wanted = (("amount_max", meaning.figures.amounts), ("rate", meaning.figures.rates))
    return [_constant({"terms": {field: list(values)}}, weights.figure) for field, values in wanted if values]


def granted_figures_part(meaning: Meaning, weights: Weights = WEIGHTS) -> list[Clause]:
    """Return what lifts a document: it grants just the amount that the text names, of the kind if it names one."""
    if not meaning.figures.amounts:
        return []
    wanted: list[Clause] = [{"terms": {"grants.amount": list(meaning.figures.amounts)}}]
    kinds: list[Clause] = [{"terms": {"grants.kind": list(meaning.kinds)}}] if meaning.kinds else []
    nested = {"path": "grants", "query": {"bool": {"filter": [*wanted, *kinds]}}, "score_mode": "none"}
    return [_constant({"nested": nested}, weights.figure)]


def title_part(topic: Topic, weights: Weights = WEIGHTS) -> list[Clause]:
    """Return the match of the title; a pasted paragraph is none."""
    return [] if topic.empty or topic.pasted else [_match("title.pairs", topic.plain, weights.title)]


def _topic(plain: str, tokenizer: Tokenizer, pieces: Sequence[tuple[str, ...]], *, pasted: bool) -> Topic:
    return Topic(plain, " ".join(dict.fromkeys(tokenizer.cut(plain))), tuple(pieces), pasted)


def _any_name(names: tuple[str, ...], tokenizer: Tokenizer, weight: float, under: str) -> list[Clause]:
    ways = []
    for name in names:
        topic = topic_of(name, tokenizer)
        phrase = {"match_phrase": {f"{under}text": {"query": topic.plain, "boost": 1.0}}}
        ways.append({"bool": {"must": [phrase], "should": [_match(f"{under}text_words", topic.words, 0.5)]}})
    return [{"dis_max": {"queries": ways, "boost": weight, "tie_breaker": 0.0}}] if ways and weight else []


def _held(piece: tuple[str, ...]) -> Clause:
    """Return the match of rows that hold all words of a piece."""
    words: list[Clause] = [{"term": {"held": word}} for word in piece]
    return words[0] if len(words) == 1 else {"bool": {"must": words}}


def _held_names(names: Iterable[str], tokenizer: Tokenizer) -> list[Clause]:
    """Return a match for each name, of rows that hold all its pieces."""
    held = (outermost(words_of(name, tokenizer)) for name in dict.fromkeys(names))
    return [{"bool": {"must": [_held((word,)) for word in words]}} for words in held if words]


def words_of(name: str, tokenizer: Tokenizer) -> tuple[str, ...]:
    """Return all words that a row with this name holds."""
    return tuple(dict.fromkeys(word for piece in tokenizer.asked(normalise(name)) for word in piece))


def outermost(words: Sequence[str]) -> list[str]:
    """Leave out the words inside of others: a row that holds a word holds all words in it (`Tokenizer.held`)."""
    return [word for word in words if word.isascii() or not any(word != other and word in other for other in words)]


def widest(names: Sequence[str], tokenizer: Tokenizer) -> list[str]:
    """Leave out the names whose rows another name finds too, as it asks for fewer of the same words."""
    asked = {frozenset(words_of(name, tokenizer)): name for name in reversed(names)}
    return [name for words, name in asked.items() if not any(fewer < words for fewer in asked if fewer)]


def _match(field: str, text: str, weight: float) -> Clause:
    return {"match": {field: {"query": text, "boost": weight}}}


def _constant(clause: Clause, weight: float) -> Clause:
    return {"constant_score": {"filter": clause, "boost": weight}}
