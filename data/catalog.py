"""What must hold between the records of the catalog. Each rule yields the faults it finds."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import chain
from urllib.parse import urlsplit

from data.model import Budget, Document, Incentive, OverallCap, TitleStatus, Window
from data.strict import TableProblem

Fault = tuple[str, str]
"""A field's name and what is wrong with its value."""


def check_documents(
    documents: Sequence[tuple[str, Document]], regions: Collection[str], kinds: Collection[str]
) -> Iterator[TableProblem]:
    """Yield every fault of `documents`, given as (file, document). Region and kind codes must be in the other two."""
    seen = Counter(document.id for _, document in documents)
    for file, document in documents:
        problems = chain(
            (("id", f"stands {seen[document.id]} times"),) if seen[document.id] > 1 else (),
            _references(document, seen, regions, kinds),
            *(rule(document) for rule in _RULES),
            *(_grant(f"incentives, no {grant.no}:", grant) for grant in document.incentives),
            *(_window(window) for window in document.windows),
        )
        for field, problem in problems:
            yield TableProblem(file, document.id, field, problem)


def _references(
    document: Document, ids: Collection[str], regions: Collection[str], kinds: Collection[str]
) -> Iterator[Fault]:
    if document.region is not None and document.region not in regions:
        yield "region", f"{document.region!r} is no region of regions.csv"
    ending = document.ending
    for field, other in (("draft_of", document.draft_of), ("ending.by", ending.by if ending else None)):
        if other is not None and (other not in ids or other == document.id):
            yield field, f"{other!r} is no other document of the catalog"
    used = chain(
        ((f"incentives, no {grant.no}: kind", grant.kind) for grant in document.incentives),
        ((f"no {item.no}: incentive_kind", item.incentive_kind) for item in _no_grants(document)),
        (("windows: kinds", kind) for window in document.windows for kind in window.kinds),
    )
    for field, kind in used:
        if kind is not None and kind not in kinds:
            yield field, f"{kind!r} is no kind of incentives.yml"


def _identity(document: Document) -> Iterator[Fault]:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", document.id):
        yield "id", "only small letters, digits and single hyphens"
    if (document.title is None) != (document.title_status is TitleStatus.LOST):
        yield "title_status", "is lost exactly when there is no title"


def _dates(document: Document) -> Iterator[Fault]:
    begins = document.effective or document.published
    if begins and document.expires and begins > document.expires:
        yield "expires", f"{document.expires} is before the document begins on {begins}"
    if document.written and document.published and document.written > document.published:
        yield "published", f"{document.published} is before it was written on {document.written}"
    ending = document.ending
    if ending and begins and ending.on and begins > ending.on:
        yield "ending.on", f"{ending.on} is before the document begins on {begins}"
    if ending and not (ending.by or ending.by_title):
        yield "ending", "names neither by nor by_title"


def _addresses(document: Document) -> Iterator[Fault]:
    for address in (document.url, *document.evidence):
        if address is not None and (urlsplit(address).scheme not in {"http", "https"} or not urlsplit(address).netloc):
            yield "url", f"{address!r} is no http address"


def _numbers(document: Document) -> Iterator[Fault]:
    numbers = [grant.no for grant in document.incentives] + [item.no for item in _no_grants(document)]
    for number, times in Counter(numbers).items():
        if times > 1 or number < 1:
            yield "no", f"{number} must be above zero and given once"


def _no_grants(document: Document) -> tuple[Budget | OverallCap, ...]:
    return (*document.budgets, *document.caps)


def _grant(name: str, grant: Incentive) -> Iterator[Fault]:
    most = grant.amount_max
    if grant.tiers and (len(grant.tiers) < 2 or max(grant.tiers) != most):
        yield f"{name} tiers", "must be two or more, and amount_max the largest of them"
    if grant.floor is not None and most is not None and grant.floor >= most:
        yield f"{name} floor", "must be less than amount_max"
    if grant.cap_per_entity is not None and most is not None and grant.cap_per_entity < most:
        yield f"{name} cap_per_entity", "is less than one amount_max"
    if grant.pool is not None and most is not None and grant.pool < most:
        yield f"{name} pool", "is less than one amount_max"


def _window(window: Window) -> Iterator[Fault]:
    if window.opens and window.closes and window.opens > window.closes:
        yield "windows", f"closes on {window.closes}, before it opens on {window.opens}"
    if window.closes_at is not None and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", window.closes_at):
        yield "windows.closes_at", f"{window.closes_at!r} is no time of day; write it like 17:30"


_RULES: tuple[Callable[[Document], Iterator[Fault]], ...] = (_identity, _dates, _addresses, _numbers)
