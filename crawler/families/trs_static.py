"""`trs_static`: lists of TRS WCM, `index.html`, then `index_1.html` for the *second* page.

`createPageHTML(pages, current, "index", "html")` or one of its kin states how many pages there are and what they are
called. Options are those of `html_list`, and:

| option | meaning | default |
|---|---|---|
| `script` | `yes`: rows are written by `document.writeln` with `url`, `title`, `FILENUM` (Wuhan) | `no` |

Sites that count from 2 (`index_2.html` is the second page: Shanghai, Hunan, nfcms) set `second` to `2`. Sites that put
all rows into the first page and slice them in the browser (Beijing, Fujian) set `paging` to `none`.
"""

import re
from collections.abc import Iterator

from crawler.families.dates import listed_date
from crawler.families.html_list import HTML_OPTIONS, HtmlList, rows_of_page
from crawler.families.listing import Entry
from crawler.families.options import Options, Settings
from crawler.families.rows import Rows
from crawler.families.titles import clean_number, clean_title
from crawler.links import resolve
from crawler.markup import Markup

TRS_OPTIONS: Options = {
    **HTML_OPTIONS,
    "script": ("no", "`yes`: rows are written by `document.writeln` with `url`, `title`, `FILENUM`"),
}

ROW_START = re.compile(r"(?m)^.*?\burl\s*=\s*[\"']([^\"']+\.s?html?)[\"']")


def rows_of(page: Markup, settings: Settings) -> Rows:
    """Read rows out of the mark-up or, with `script`, out of the scripts that would write them."""
    if settings["script"] != "yes":
        return rows_of_page(page, settings)
    entries = {entry.url: entry for entry in _written(page)}
    return Rows(tuple(entries.values()))


def _written(page: Markup) -> Iterator[Entry]:
    """Yield a row for each `url = "…"`, with what is set and written up to the next one."""
    scripts = page.scripts()
    starts = list(ROW_START.finditer(scripts))
    ends = [start.start() for start in starts[1:]] + [len(scripts)]
    for start, end in zip(starts, ends, strict=True):
        row = scripts[start.start() : end]
        url, title = resolve(start[1], page.base), clean_title(_last_set(row, "title") or "")
        if url and title:
            yield Entry(url, title, listed_date(_written_text(row), url), clean_number(_last_set(row, "FILENUM") or ""))


def _last_set(row: str, name: str) -> str | None:
    """Return what a variable holds in the end: later assignments, in an `if` or not, replace an empty first one."""
    values = re.findall(rf"\b{name}\s*=\s*\"([^\"]*)\"|\b{name}\s*=\s*'([^']*)'", row, re.IGNORECASE)
    return next((double or single for double, single in reversed(values) if double or single), None)


def _written_text(row: str) -> str:
    return " ".join(re.findall(r"writeln\(\s*[\"']([^<\"']*)[\"']\s*\)", row))


FAMILY = HtmlList("trs_static", TRS_OPTIONS, rows_of)
