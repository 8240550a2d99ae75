"""`govcn_json`: what www.gov.cn publishes as static JSON. Its search host forbids robots and is not asked.

- A file of rows (`/zhengce/zuixin/ZUIXINZHENGCE.json`: `[{TITLE, URL, DOCRELPUBTIME}]`): options of `json_list`, with
  `rows` `. data`, `url` `URL`, `title` `TITLE`, `date` `DOCRELPUBTIME`.
- The index of the State Council Gazette (`/gongbao/gbgl.json`: year → number → `gname`, the address of the issue). It
  is page 0; the issues are the pages, newest first, and each lists its documents.

| option | meaning | default |
|---|---|---|
| `issues` | of the gazette: how many issues, newest first | `36`, about a year |
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from crawler.families.html_list import HTML_OPTIONS, nothing_listed
from crawler.families.json_list import JSON_OPTIONS, JsonList, at, load_json
from crawler.families.listing import Answer, Ask, LayoutChangedError, Listed, is_past_the_end
from crawler.families.options import Options, as_number, override, settle
from crawler.families.rows import read_rows
from crawler.links import resolve
from crawler.markup import Markup
from data.model import Listing

FILE = JsonList(
    "govcn_json",
    override(JSON_OPTIONS, rows=". data", url="URL", title="TITLE", date="DOCRELPUBTIME", number="PCODE pcode"),
)

GAZETTE_OPTIONS: Options = {"issues": ("36", "of the gazette: how many issues, newest first")}

ISSUE_ROWS: Options = override(HTML_OPTIONS, article=r"/content_\d+\.htm")


@dataclass(frozen=True, slots=True)
class GovcnJson:
    """The reader of both kinds of files."""

    name: str = "govcn_json"

    @property
    def options(self) -> Options:
        """What a listing may set."""
        return {**FILE.options, **GAZETTE_OPTIONS}

    def first(self, listing: Listing) -> tuple[Ask, ...]:
        """Return the request for the file."""
        if not _is_gazette(listing):
            return FILE.first(listing)
        as_number(listing, settle(listing, GAZETTE_OPTIONS), "issues")
        return (Ask(listing.url, page=0),)

    def read(self, answer: Answer, listing: Listing, ask: Ask) -> Listed:
        """Return the rows of a file or of an issue; of the index of issues the request for the newest one."""
        if not _is_gazette(listing):
            return FILE.read(answer, listing, ask)
        if ask.page > 0:
            return _issue(answer, ask)
        is_past_the_end(answer, ask)
        issues = list(_issues(load_json(answer), answer.url))
        if not issues:
            raise LayoutChangedError(answer.url, "issues by year and number, each with gname", "none")
        newest = tuple(url for _, url in sorted(issues, key=lambda issue: issue[0], reverse=True))
        kept = newest[: int(settle(listing, GAZETTE_OPTIONS)["issues"])]
        return Listed((), _following(Ask(listing.url, page=0, then=kept)), pages=len(kept))


def _is_gazette(listing: Listing) -> bool:
    return listing.url.endswith("/gbgl.json")


def _issue(answer: Answer, ask: Ask) -> Listed:
    """Read one issue. One that is missing does not end the list: the others are known by address."""
    following = _following(ask)
    if is_past_the_end(answer, ask):
        return Listed((), following)
    page = Markup(answer.url, answer.headers, answer.body)
    settings = {name: default for name, (default, _) in ISSUE_ROWS.items()}
    rows = read_rows(page.tree, page.base, settings)
    if not rows.entries:
        nothing_listed(page, replace(ask, page=1), settings)
    return Listed(rows.entries, following)


def _following(ask: Ask) -> Ask | None:
    return replace(ask, url=ask.then[0], then=ask.then[1:], page=ask.page + 1) if ask.then else None


def _issues(data: object, base: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield ((year, number), address) of every issue. The years stand at the top, under `values`, or in a list."""
    for holder in data if isinstance(data, list) else [data]:
        for year, issues in _pairs(at(holder, "values") or holder):
            for number, issue in _pairs(issues):
                url = resolve(str(at(issue, "gname") or ""), base)
                if url is not None:
                    yield (_digits(year), _digits(number)), url


def _pairs(value: object) -> Iterable[tuple[str, object]]:
    return value.items() if isinstance(value, Mapping) else ()


def _digits(text: str) -> int:
    match = re.search(r"\d+", text)
    return int(match[0]) if match else 0


FAMILY = GovcnJson()
