"""What each place of a page says of the document, as `Said`: its labels, and its text."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from data.model import Origin, Said
from index.read.characters import fold
from index.read.metadata.dates import DAY, Masked, mask, parse_day
from index.read.metadata.issuers import is_issuer, issuers_of_title, only_issuers, split_issuers
from index.read.metadata.labels import field_of, value_of
from index.read.metadata.numbers import Number, find_numbers
from index.read.metadata.own_number import own_number
from index.read.metadata.signatures import Signed, find_page_day, find_printed, find_signatures
from index.read.metadata.titles import clean_title, find_heading
from index.read.metadata.validity import Statement, read_period, read_validity
from index.read.metadata.words import words
from index.read.parts import Label

BETWEEN = "、"
"""Between several offices in the value of one `Said`."""

_LONGEST_HEAD = 8000
_CUT_OFF = re.compile(r"(?:…|\.{2,})$")
_ORDER = re.compile(r"^(.+?)(?:令|公告|通告)(?:〔[^〕]+〕)?(?:20\d\d年)?第\d+号$")
_PROMULGATED = re.compile(
    rf"^[^\S\n]*（\s*(?P<day>{DAY})[^（）\n]{{2,60}}?(?:公布|发布)(?![^）]*(?:修订|修正|修改))", re.MULTILINE
)


def label_claims(labels: Iterable[Label]) -> Iterator[Said]:
    """Yield what labels say; names that are not in the table and values that cannot be read say nothing."""
    known = tuple(labels)
    columns = {label.value.strip() for label in known if field_of(label.name) == "column"}
    for label in known:
        field, value = field_of(label.name), value_of(fold(label.value))
        if field is None or value is None or (field == "title" and label.value.strip() in columns):
            continue
        if field == "validity":
            yield from (_stated(item, label.origin) for item in read_period(mask(value)))
        elif (reader := _LABEL_READERS.get(field)) and (read := reader(value)):
            yield Said(field, label.origin, read, label.value)


def title_claims(title: str | None, origin: Origin) -> Iterator[Said]:
    """Yield a heading as the page shows it."""
    read = _title(fold(title)) if title else None
    if title and read:
        yield Said("title", origin, read, title)


def text_claims(head: str, whole: str, title: str | None) -> Iterator[Said]:
    """Yield what a text says. head: the part above the body; whole: all of it; both folded.

    title: what labels or the page's heading say, for the offices in it; without one it is looked for in the head.
    """
    masked_head, masked = mask(head[:_LONGEST_HEAD]), mask(whole)
    own = own_number(masked_head.text)
    if own is not None:
        yield Said("doc_number", Origin.TEXT, own.value, masked_head.unmask(masked_head.text[own.start : own.end]))
    heading = find_heading(_pieces(masked_head.text))
    if heading is not None:
        yield Said("title", Origin.TEXT, heading.title, masked_head.unmask(heading.words))
    signed = tuple(find_signatures(masked))
    yield from _signed_days(signed, masked, masked_head)
    named = (heading.issuers if heading else ()) or issuers_of_title(title or "")
    yield from _issuers(named, own, signed, masked_head, masked)
    own_title = title or (heading.title if heading else None)
    yield from (_stated(item, Origin.TEXT) for item in read_validity(masked, own_title))


def _pieces(head: str) -> list[str]:
    """Return the lines of a head, those with a number or a day behind a blank cut there."""
    cuts = [item.start for item in find_numbers(head) if head[item.start - 1 : item.start] in {" ", "\t"}]
    for cut in cuts:
        head = head[: cut - 1] + "\n" + head[cut:]
    return re.sub(rf"(?<![ \t])[ \t]+(?={DAY} *$)", "\n", head, flags=re.MULTILINE).split("\n")


def _issuers(
    named: tuple[str, ...], own: Number | None, signed: tuple[Signed, ...], head: Masked, whole: Masked
) -> Iterator[Said]:
    """Yield the offices of title and signature; where there are none, those of weaker places."""
    signature = next((item for item in signed if item.issuers), None)
    both = [Said("issuers", Origin.TEXT, BETWEEN.join(named), "、".join(named))] if named else []
    if signature:
        value = BETWEEN.join(signature.issuers)
        said = Said("issuers", Origin.TEXT, value, signature.words)
        both.insert(0 if set(named) <= set(signature.issuers) else len(both), said)
    yield from both
    if both:
        return
    order = _ORDER.match(own.value) if own else None
    if order and is_issuer(order[1]):
        yield Said("issuers", Origin.TEXT, order[1], order[0])
    for line in head.text.split("\n"):
        names = _letterhead(line.strip())
        if names:
            yield Said("issuers", Origin.TEXT, BETWEEN.join(names), line.strip())
    yield from (
        Said("issuers", Origin.TEXT, BETWEEN.join(item.issuers), item.words)
        for item in find_printed(whole)
        if item.issuers
    )


def _letterhead(line: str) -> tuple[str, ...]:
    if len(line) > 120:
        return ()
    plain = re.sub(r"\s", "", line)
    if plain.endswith(words().letterheads):
        return split_issuers(re.sub("文件$", "", plain))
    return split_issuers(line) if only_issuers(line) else ()


def _signed_days(signed: tuple[Signed, ...], masked: Masked, head: Masked) -> Iterator[Said]:
    with_names = [item for item in signed if item.issuers]
    yield from (_dated("written", item) for item in [*with_names, *signed])
    promulgated = _PROMULGATED.search(head.text)
    if promulgated:
        day = head.day(promulgated["day"])
        yield Said("written", Origin.TEXT, day.isoformat(), head.unmask(promulgated[0].strip()))
    yield from (_dated("printed", item) for item in find_printed(masked))
    page_day = find_page_day(head)
    if page_day:
        yield _dated("published", page_day)


def _dated(field: str, signed: Signed) -> Said:
    return Said(field, Origin.TEXT, signed.day.isoformat(), signed.words)


def _stated(item: Statement, origin: Origin) -> Said:
    value = item.value.isoformat() if isinstance(item.value, date) else str(item.value)
    return Said(item.field, origin, value, item.words)


def _title(value: str) -> str | None:
    return None if _CUT_OFF.search(value) else clean_title(value)


def _number(value: str) -> str | None:
    found = find_numbers(mask(value).text)
    return found[0].value if found else None


def _offices(value: str) -> str | None:
    return BETWEEN.join(split_issuers(value)) or None


def _day(value: str) -> str | None:
    day = parse_day(value)
    return day.isoformat() if day else None


_LABEL_READERS: Mapping[str, Callable[[str], str | None]] = {
    "index_number": str.strip,
    "doc_number": _number,
    "title": _title,
    "issuers": _offices,
    "publisher": _offices,
    **dict.fromkeys(("written", "printed", "published", "effective", "expires"), _day),
}
