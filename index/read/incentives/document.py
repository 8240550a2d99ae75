"""Incentives of a clause, and of a whole document with its budgets and caps."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from data.model import Budget, BudgetKind, Clause, Incentive, OverallCap, Period, Span
from index.read.incentives.assemble import MOST_FIGURES as MOST_IN_SENTENCE
from index.read.incentives.assemble import Assembly, figures_in
from index.read.incentives.cues import has
from index.read.incentives.drafts import Figure
from index.read.incentives.facts import Context, read_part
from index.read.incentives.found import Found, NoReward
from index.read.incentives.kinds import kind_of
from index.read.incentives.leads import spread
from index.read.incentives.noise import Clean, clean
from index.read.incentives.rows import is_grade, joined, joins
from index.read.incentives.sentences import Part, Sentence, parts

_SCOPE = 80
_WORDS = 24
MOST_FIGURES = 20_000
"""Figures that are read of one text, so that a hostile one takes a bounded time. A law has some hundred."""
_BUDGETS = {"fund_size": BudgetKind.FUND, "pool": BudgetKind.POOL}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document promises. figures: amounts that nobody is paid. All spans count characters of the body.

    problems: what of the text was not read and why, for people.
    """

    incentives: tuple[Incentive, ...]
    budgets: tuple[Budget, ...]
    caps: tuple[OverallCap, ...]
    figures: tuple[NoReward, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _PartReading:
    part: Part
    found: tuple[Found, ...]
    assembly: Assembly


def read_clause(text: str, *, heading: str | None = None) -> tuple[Found, ...]:
    """Return the grants of `text`, numbered from 1, in its order.

    text: a clause or several paragraphs; rows of tables are lines with cells parted by tabs or `|`. heading: only helps
    to tell the kind. Never raises for any text.
    """
    cleaned = clean(text)
    found = _grants(cleaned, list(_read(cleaned, heading or "", [])))
    return tuple(_numbered(text, grant, number) for number, grant in enumerate(found, 1))


def read_body(body: str, clauses: tuple[Clause, ...]) -> Reading:
    """Return the incentives, budgets and caps of a document.

    The body is read as one text, so that a lead speaks for the clauses below it; each grant is filed under the
    innermost clause that holds its words. Without clauses the grants have no clause.
    """
    cleaned = clean(body)
    problems: list[str] = []
    readings = list(_read(cleaned, "", problems))
    grants = _grants(cleaned, readings)
    incentives = tuple(
        replace(_numbered(body, grant, number).incentive, clause=_clause_of(grant.incentive.span, clauses))
        for number, grant in enumerate(grants, 1)
    )
    figures = [(figure, reading) for reading in readings for figure in reading.assembly.figures]
    return Reading(
        incentives,
        tuple(_budgets(cleaned, figures, clauses)),
        tuple(_caps(cleaned, figures, clauses)),
        tuple(_no_reward(cleaned, figure) for figure, _ in figures),
        tuple(problems),
    )


def _read(cleaned: Clean, heading: str, problems: list[str]) -> Iterator[_PartReading]:
    """Yield what the parts say; add to `problems` what is left unread."""
    context = Context(heading, cleaned.text[:2000])
    figures = 0
    for part in parts(cleaned.text):
        figures += sum(figures_in(sentence.text) for sentence in part.sentences)
        if figures > MOST_FIGURES:
            problems.append(_too_many(cleaned, part))
            return
        found, assembly = read_part(cleaned, part, context)
        context = replace(context, before="".join(sentence.text for sentence in part.sentences)[-200:])
        problems += [_unread(sentence) for sentence in assembly.unread]
        yield _PartReading(part, tuple(found), assembly)


def _too_many(cleaned: Clean, part: Part) -> str:
    place = cleaned.place(part.sentences[0].start) if part.sentences else 0
    return f"正文数字超过{MOST_FIGURES}个，从第{place + 1}个字起没有读取激励条款，请人工查看"


def _unread(sentence: Sentence) -> str:
    words = sentence.text.strip()[:_WORDS]
    return f"有一句话数字超过{MOST_IN_SENTENCE}个，像是散了格的表格，没有读取激励条款，请人工查看：“{words}……”"


def _grants(cleaned: Clean, readings: list[_PartReading]) -> list[Found]:
    """Return the grants in order; rows that are grades of one grant are one."""
    grants: list[Found] = []
    table: str | None = None
    each = spread(cleaned, [(reading.part, reading.found) for reading in readings])
    for reading, found in zip(readings, each, strict=True):
        grade = is_grade(reading.part, found)
        if grade and table == reading.part.lead and joins(grants[-1], found[0]):
            grants[-1] = joined(grants[-1], found[0])
        else:
            grants += found
        table = reading.part.lead if grade else None
    return grants


def _numbered(text: str, found: Found, number: int) -> Found:
    span = found.incentive.span
    quote = text[span.start : span.end] if span else None
    return replace(found, incentive=replace(found.incentive, no=number, quote=quote))


def _clause_of(span: Span | None, clauses: tuple[Clause, ...]) -> str | None:
    inner = [clause for clause in clauses if span and clause.span.start <= span.start < clause.span.end and clause.path]
    return "".join(max(inner, key=lambda clause: clause.span.start).path) if inner else None


def _no_reward(cleaned: Clean, figure: Figure) -> NoReward:
    words = cleaned.text[figure.start : figure.end]
    return NoReward(figure.amount, figure.role, figure.rule, cleaned.span(figure.start, figure.end), words)


def _sentence_around(cleaned: Clean, figure: Figure) -> str:
    text = cleaned.text
    start = max(text.rfind(mark, max(0, figure.start - _SCOPE), figure.start) for mark in "。；\n")
    ends = [end for mark in "。；\n" if (end := text.find(mark, figure.end, figure.end + _SCOPE)) >= 0]
    return text[max(start + 1, figure.start - _SCOPE) : min(ends, default=figure.end + _SCOPE)].strip()


def _budgets(
    cleaned: Clean, figures: list[tuple[Figure, _PartReading]], clauses: tuple[Clause, ...]
) -> Iterator[Budget]:
    number = 0
    for figure, _ in figures:
        kind = _BUDGETS.get(figure.role)
        if kind is None or figure.amount is None:
            continue
        number += 1
        words = _sentence_around(cleaned, figure)
        rule = kind_of(words, weak=False)
        feeds = rule.kind if rule and kind is BudgetKind.POOL else None
        if kind is BudgetKind.POOL and has("yearly", words) and (feeds is None or has("general_money", words)):
            kind = BudgetKind.ANNUAL_BUDGET
        clause = _clause_of(cleaned.span(figure.start, figure.end), clauses)
        yield Budget(number, kind, figure.amount, words, feeds, clause)


def _caps(
    cleaned: Clean, figures: list[tuple[Figure, _PartReading]], clauses: tuple[Clause, ...]
) -> Iterator[OverallCap]:
    number = 0
    for figure, _ in figures:
        if figure.role != "overall_cap" or figure.amount is None:
            continue
        number += 1
        words = _sentence_around(cleaned, figure)
        period = Period.YEARLY if has("yearly", words) else None
        clause = _clause_of(cleaned.span(figure.start, figure.end), clauses)
        yield OverallCap(number, figure.amount, words, period=period, clause=clause)
