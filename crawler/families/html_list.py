"""`html_list`: lists that are plain HTML, with the selectors in the source's YAML. Other families are presets of it.

| option | meaning | default |
|---|---|---|
| `rows` | CSS of one row | around each link to an article |
| `link` | CSS of the link in the row | the link with the longest title, or the row if it is one |
| `title` | CSS of the title in the row | the link's text or, if it is fuller, its `title` |
| `date` | CSS of the date in the row; `+li.time`: in the element after the row | the row's last full date |
| `number` | CSS of the 发文字号 in the row | the first one beside the title |
| `keep` | CSS of what a row must hold to count | every row counts |
| `keep_text` | text that the element of `keep` must have | any |
| `drop` | CSS of what is cut out before reading | nothing |
| `article` | regular expression an entry's address must match | any with `rows`, else the usual forms |
| `paging` | `auto` as stated or 下一页, `probe` on until nothing comes, `none` | `auto` |
| `page_url` | address of later pages, relative, `{n}` for the number | `index_{n}.html` after the first page's name |
| `page_param` | query parameter with the page's number | |
| `second` | number that the second page's address has | `1` |
| `referer` | Referer to send | none |
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from crawler.families.listing import Answer, Ask, LayoutChangedError, Listed, is_past_the_end
from crawler.families.options import (
    REFERER,
    Options,
    Settings,
    as_number,
    check_choice,
    check_pattern,
    check_selectors,
    headers,
    settle,
)
from crawler.families.paging import PAGING_OPTIONS, PAGING_WAYS, next_address, stated
from crawler.families.rows import ROW_OPTIONS, Rows, read_rows
from crawler.markup import Markup
from data.model import Listing

HTML_OPTIONS: Options = {**ROW_OPTIONS, **PAGING_OPTIONS, **REFERER}

CHOICES = {"paging": PAGING_WAYS, "script": ("yes", "no")}
"""Options that are one of a few words."""


def rows_of_page(page: Markup, settings: Settings) -> Rows:
    """Read the rows that stand in the page's mark-up."""
    return read_rows(page.tree, page.base, settings)


@dataclass(frozen=True, slots=True)
class HtmlList:
    """A family whose lists are HTML pages. Families differ in the defaults of their options, and in how rows stand."""

    name: str
    options: Options
    rows_of: Callable[[Markup, Settings], Rows] = rows_of_page

    def first(self, listing: Listing) -> tuple[Ask, ...]:
        """Return the request for the first page."""
        return (Ask(listing.url, headers=headers(self._settings(listing))),)

    def read(self, answer: Answer, listing: Listing, ask: Ask) -> Listed:
        """Return the rows of a page. A meta refresh is followed as the same page of the list."""
        settings = self._settings(listing)
        if is_past_the_end(answer, ask):
            return Listed((), None)
        page = Markup(answer.url, answer.headers, answer.body)
        rows = self.rows_of(page, settings)
        if not rows.entries:
            return nothing_listed(page, ask, settings)
        check_usable(rows, answer, settings)
        states = stated(page)
        following = next_address(page, ask.page, settings, states, listing.url)
        turned = replace(ask, url=following, page=ask.page + 1) if following else None
        return Listed(rows.entries, turned, states.total, states.pages)

    def _settings(self, listing: Listing) -> Settings:
        settings = settle(listing, self.options)
        check_row_options(listing, settings)
        for name in CHOICES.keys() & settings.keys():
            check_choice(listing, settings, name, CHOICES[name])
        as_number(listing, settings, "second")
        return settings


def check_row_options(listing: Listing, settings: Settings) -> None:
    """Raise `OptionError` for selectors and patterns that are none."""
    check_selectors(listing, settings, "rows", "link", "title", "date", "number", "keep", "drop")
    check_pattern(listing, settings, "article")


def nothing_listed(page: Markup, ask: Ask, settings: Settings) -> Listed:
    """Say what a page without rows is: a stub that sends on, the end of the list, or a changed layout (raises)."""
    target = page.refresh()
    if target is not None and target != page.url:
        return Listed((), replace(ask, url=target))
    if ask.page > 1 and not page.is_only_script():
        return Listed((), None)
    raise LayoutChangedError(page.url, f"at least one row ({describe(settings)})", page.description())


def check_usable(rows: Rows, answer: Answer, settings: Settings) -> None:
    """Raise `LayoutChangedError` if most rows that the selector matched are no entries."""
    if rows.unusable > len(rows.entries):
        found = f"{rows.unusable} rows without, {len(rows.entries)} with them"
        raise LayoutChangedError(answer.url, f"rows with an address and a title ({describe(settings)})", found)


def describe(settings: Settings) -> str:
    """Say by what rows are found."""
    if settings["rows"]:
        return f"selector {settings['rows']!r}"
    return f"links that match {settings['article']!r}" if settings["article"] else "links to articles"


FAMILY = HtmlList("html_list", HTML_OPTIONS)
