"""The table of sources: `tables/sources/<id>.yml`, one file a source, and the words that titles are watched for.

`docs/sources.md` says what each key means. `read_sources` reads all files or raises `TableError`, which lists every
fault of every file. The families named here are the modules of `crawler.families`, and `pages` for sites without lists.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cattrs import ClassValidationError

from data.model import Need, Source
from data.strict import TableError, TableProblem, faults, load_yaml, structure

PAGES = "pages"
"""The family of sites that are not listed: only documents that the catalog cites are fetched from them."""

FAMILIES = (
    "trs_static",
    "gkmlpt",
    "hanweb_jpage",
    "ucap",
    "jpaas_unit",
    "govcn_json",
    "cac_jsonlist",
    "jpaas_search_front",
    "trs_json",
    "trs_was",
    "nda",
    "html_list",
    "json_list",
    PAGES,
)

NEVER = "never"
"""What stands behind `verified` for a source that this project has not fetched yet."""

Fault = tuple[str, str]
"""A field's name and what is wrong with its value."""


def read_sources(folder: Path, regions: Collection[str]) -> dict[str, Source]:
    """Return all sources of `folder` by id, in the order of their ids. `regions`: codes that may be named."""
    read: list[tuple[str, Source]] = []
    problems: list[TableProblem] = []
    for path in sorted(folder.glob("*.yml"), key=lambda path: path.stem):
        try:
            read.append((path.name, _read(path)))
        except TableError as error:
            problems.extend(error.problems)
    problems.extend(check_sources(read, regions))
    if not read and not problems:
        problems.append(TableProblem(folder.name, "-", "-", "holds no source"))
    if problems:
        raise TableError(problems)
    return {source.id: source for _, source in read}


def check_sources(sources: Sequence[tuple[str, Source]], regions: Collection[str]) -> Iterator[TableProblem]:
    """Yield every fault of `sources`, given as (file name, source)."""
    listed = Counter(url for _, source in sources for url in {listing.url for listing in source.listings})
    for file, source in sources:
        for field, problem in (
            *_identity(source, file, regions),
            *(fault for rule in _RULES for fault in rule(source)),
            *(("listings", f"{url} is a list of another source too") for url in _urls(source) if listed[url] > 1),
        ):
            yield TableProblem(file, source.id, field, problem)


def by_host(sources: Iterable[Source]) -> dict[str, Source]:
    """Return for every host the source that fetches from it.

    The first of a source's hosts is its own. A host that several sources name goes to one that owns it, and among
    equals to the first in order.
    """
    known = tuple(sources)
    owners: dict[str, Source] = {}
    for source in known:
        owners.setdefault(source.hosts[0], source)
    for source in known:
        for host in source.hosts[1:]:
            owners.setdefault(host, source)
    return owners


def host_of(url: str) -> str | None:
    """Return the host of an http(s) address as sources write it: small letters, with a port if it has one.

    `None` for anything else: another scheme, no host, a user name in front, a port that is none.
    """
    try:
        parts = urlsplit(url)
        named, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not named or "@" in parts.netloc:
        return None
    return named if port is None else f"{named}:{port}"


def read_watch_words(path: Path) -> tuple[str, ...]:
    """Read the words, one a line, `#` starts a comment. They come back folded, ready for `watched_word`."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TableError([TableProblem(path.name, "-", "-", f"cannot be read: {error}")]) from error
    numbered = [(number, fold(line.partition("#")[0])) for number, line in enumerate(lines, 1)]
    words = [(number, word) for number, word in numbered if word]
    times = Counter(word for _, word in words)
    problems = [
        TableProblem(path.name, f"line {number}", "-", f"{word} stands {times[word]} times")
        for number, word in words
        if times[word] > 1
    ]
    if not words:
        problems.append(TableProblem(path.name, "-", "-", "holds no word, so no title would ever be watched"))
    if problems:
        raise TableError(problems)
    return tuple(word for _, word in words)


def watched_word(title: str, words: Iterable[str]) -> str | None:
    """Return the first of `words` that `title` holds, or `None`.

    Widths, blanks and capitals do not count. A word of Latin letters must stand alone: AI is not in `Shanghai`.
    """
    plain = unicodedata.normalize("NFKC", title).casefold()
    closed = fold(title)
    return next((word for word in words if (_alone(word, plain) if word.isascii() else word in closed)), None)


def fold(text: str) -> str:
    """Return `text` without blanks, in half-width forms and small letters."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _alone(word: str, text: str) -> bool:
    return re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text) is not None


def _read(path: Path) -> Source:
    row = load_yaml(path)
    if not isinstance(row, dict):
        raise TableError([TableProblem(path.name, "-", "-", "the file must hold one record with keys")])
    problems = list(_shape(row))
    if not problems:
        try:
            return structure(_spread(row), Source)
        except ClassValidationError as error:
            problems = list(faults(error))
    raise TableError(TableProblem(path.name, str(row.get("id", "-")), *fault) for fault in problems)


def _shape(row: Mapping[str, Any]) -> Iterator[Fault]:
    if row.get("verified") is None:
        yield "verified", f"must be {NEVER} or the day on which it was last fetched"
    listings = row.get("listings", [])
    if not isinstance(listings, list) or not all(isinstance(listing, dict) for listing in listings):
        yield "listings", "must be a list of records"
        return
    for field, record in (("options", row), *(("listings.options", listing) for listing in listings)):
        if not isinstance(record.get("options", {}), dict):
            yield field, f"{record['options']!r} is not a record with keys"


def _spread(row: Mapping[str, Any]) -> dict[str, Any]:
    # What the file says once for all lists goes into each of them; what a list says itself is stronger.
    shared = row.get("options", {})
    listings = [{**listing, "options": {**shared, **listing.get("options", {})}} for listing in row.get("listings", [])]
    verified = None if row["verified"] == NEVER else row["verified"]
    own = {key: value for key, value in row.items() if key != "options"}
    return {**own, "listings": listings, "verified": verified}


def _identity(source: Source, file: str, regions: Collection[str]) -> Iterator[Fault]:
    if source.id != Path(file).stem:
        yield "id", f"must be {Path(file).stem!r}, like the name of the file"
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", source.id):
        yield "id", "only small letters, digits and single hyphens"
    if source.region not in regions:
        yield "region", f"{source.region!r} is no region of regions.csv"
    if source.family not in FAMILIES:
        yield "family", f"{source.family!r} is none of {', '.join(FAMILIES)}"


def _hosts(source: Source) -> Iterator[Fault]:
    if not source.hosts:
        yield "hosts", "must name at least the site's own host"
    for host, times in Counter(source.hosts).items():
        if host_of(f"https://{host}") != host:
            yield "hosts", f"{host!r} is no host; write it like www.gov.cn"
        if times > 1:
            yield "hosts", f"{host} stands {times} times"


def _listings(source: Source) -> Iterator[Fault]:
    if (source.family == PAGES) != (not source.listings):
        yield "listings", f"must be empty for the family {PAGES}, and only for it"
    for listing in source.listings:
        host = host_of(listing.url)
        if host is None:
            yield "listings.url", f"{listing.url!r} is no http address"
        elif host not in source.hosts:
            yield "listings.url", f"{host} is none of the source's hosts"
    for number, listing in enumerate(source.listings):
        if any((other.url, other.options) == (listing.url, listing.options) for other in source.listings[:number]):
            yield "listings", f"{listing.url} stands twice with the same options"


def _expectations(source: Source) -> Iterator[Fault]:
    listable = bool(source.listings) and source.needs is not Need.BROWSER
    for field, value in (("expected", source.expected), ("interval_days", source.interval_days)):
        if value is not None and not listable:
            yield field, "says what a crawl of the lists brings, and nothing can be listed here"
    if listable and source.expected is None:
        yield "expected", "is missing: a source with lists says how many entries a healthy crawl yields at least"


def _numbers(source: Source) -> Iterator[Fault]:
    for field in ("expected", "interval_days", "delay"):
        value = getattr(source, field)
        if value is not None and value < 1:
            yield field, f"{value} must be above zero"


def _dates(source: Source) -> Iterator[Fault]:
    if source.as_of is not None and not _is_date(source.as_of):
        yield "as_of", f"{source.as_of!r} is no date; write it like 2026, 2026-08 or 2026-08-12"


def _is_date(text: str) -> bool:
    match = re.fullmatch(r"(\d{4})(-\d\d)?(-\d\d)?", text)
    try:
        return match is not None and bool(date.fromisoformat(f"{match[1]}{match[2] or '-01'}{match[3] or '-01'}"))
    except ValueError:
        return False


def _urls(source: Source) -> tuple[str, ...]:
    return tuple(dict.fromkeys(listing.url for listing in source.listings))


_RULES: tuple[Callable[[Source], Iterator[Fault]], ...] = (_hosts, _listings, _expectations, _numbers, _dates)
