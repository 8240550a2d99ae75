"""`json_list`: lists that a server gives as JSON or JSONP, with the fields in the source's YAML.

Paths are names joined by dots (`data.list`, `groupData.0.data`, `.` for the whole); where several are given, parted by
blanks, the first that is there counts. Other families are presets of it.

| option | meaning | default |
|---|---|---|
| `rows` | paths of the list of rows | `data` |
| `record` | paths of the record within a row | `.` |
| `url` | fields of the address | `url` |
| `link` | address made of fields, `https://…/detail?iid={iid}`, where `url` is not there | |
| `title` | fields of the title | `title` |
| `date` | fields of the day of publication | |
| `number` | fields of the 发文字号 | |
| `total` | paths of the number of entries | |
| `pages` | paths of the number of pages | |
| `size` | rows on a full page | those on the page that came |
| `form` | fields of a POST as `a=1&b=2` | no form |
| `method` | `GET` or `POST` | `POST` with a form, else `GET` |
| `page_param` | field or parameter with the page's number | all rows are in one answer |
| `second` | number that the second page is asked for by | `2` |
| `referer` | Referer to send | none |
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, urlsplit

from w3lib.url import add_or_replace_parameter

from crawler.decode import decode
from crawler.families.dates import date_in_url, read_date
from crawler.families.listing import Answer, Ask, Entry, LayoutChangedError, Listed, goes_on, is_past_the_end
from crawler.families.options import REFERER, OptionError, Options, Settings, as_number, check_choice, headers, settle
from crawler.families.titles import clean_number, clean_title
from crawler.links import resolve
from crawler.markup import Markup
from data.model import Listing

JSON_OPTIONS: Options = {
    "rows": ("data", "paths of the list of rows; `.` is the whole answer"),
    "record": (".", "paths of the record within a row"),
    "url": ("url", "fields of the address"),
    "link": ("", "address made of fields, {field} for each, where `url` is not there"),
    "title": ("title", "fields of the title"),
    "date": ("", "fields of the day of publication"),
    "number": ("", "fields of the 发文字号"),
    "total": ("", "paths of the number of entries"),
    "pages": ("", "paths of the number of pages"),
    "size": ("", "rows on a full page; not set: those on the page that came"),
    "form": ("", "fields of a POST as a=1&b=2"),
    "method": ("", "GET or POST; not set: POST with a form, else GET"),
    "page_param": ("", "field or parameter with the page's number; not set: all rows are in one answer"),
    "second": ("2", "number that the second page is asked for by"),
    **REFERER,
}

JSONP = re.compile(
    r"(?:/\*.*?\*/)?\s*(?:[\w$.]+\s*\(|(?:var\s+)?[\w$.]+\s*=)\s*([\[{].*[\]}])\s*\)?\s*;?\s*", re.DOTALL
)
"""`callback({…});` and `var data = […];`."""

TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[\]}])')
"""Static JSON is written by a template, which leaves a comma behind the last row."""

Record = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class JsonList:
    """A family whose lists are JSON. Families differ in the defaults of their options only."""

    name: str
    options: Options

    def first(self, listing: Listing) -> tuple[Ask, ...]:
        """Return the request for the first page, with its number in it."""
        settings = self._settings(listing)
        form = tuple(parse_qsl(settings["form"], keep_blank_values=True))
        method = settings["method"] or ("POST" if form else "GET")
        ask = Ask(listing.url, method, form, headers(settings))
        return (turn(ask, settings["page_param"], int(settings["second"]) - 1),)

    def read(self, answer: Answer, listing: Listing, ask: Ask) -> Listed:
        """Return the rows of a page; a first page without rows is one only if the server says that there are none."""
        settings = self._settings(listing)
        if is_past_the_end(answer, ask):
            return Listed((), None)
        data = load_json(answer)
        rows = _rows(data, settings, answer.url)
        total, pages = number_at(data, settings["total"]), number_at(data, settings["pages"])
        entries = _entries(rows, settings, answer.url)
        if not rows and ask.page == 1 and total != 0:
            raise LayoutChangedError(answer.url, f"rows at {settings['rows']}", f"none, though the total is {total}")
        return Listed(entries, self._next(ask, settings, len(rows), total, pages), total, pages)

    def _next(self, ask: Ask, settings: Settings, rows: int, total: int | None, pages: int | None) -> Ask | None:
        size = int(settings["size"]) if settings["size"] else None
        ended = pages is not None and ask.page >= pages
        if not settings["page_param"] or ended or not goes_on(ask.page, rows, None if pages else total, size):
            return None
        number = int(settings["second"]) + ask.page - 1
        return turn(replace(ask, page=ask.page + 1), settings["page_param"], number)

    def _settings(self, listing: Listing) -> Settings:
        settings = settle(listing, self.options)
        check_choice(listing, settings, "method", ("", "GET", "POST"))
        for name in ("second", "size"):
            as_number(listing, settings, name)
        if settings["second"] in {"", "0"}:
            raise OptionError(listing, "second", "must be 1 or more")
        return settings


def turn(ask: Ask, parameter: str, number: int) -> Ask:
    """Return the request with a page's number: in the form of a POST, unless the address has the parameter already."""
    if not parameter:
        return ask
    in_address = any(name == parameter for name, _ in parse_qsl(urlsplit(ask.url).query, keep_blank_values=True))
    if ask.method == "GET" or in_address:
        return replace(ask, url=add_or_replace_parameter(ask.url, parameter, str(number)))
    form = [(name, value) for name, value in ask.form if name != parameter]
    return replace(ask, form=(*form, (parameter, str(number))))


def load_json(answer: Answer) -> object:
    """Return what an answer holds: JSONP, control characters and trailing commas are read over."""
    text = decode(answer.body, answer.headers).strip()
    wrapped = JSONP.fullmatch(text)
    bare = wrapped[1] if wrapped else text
    for attempt in (bare, TRAILING_COMMA.sub(lambda match: match[1] or "", bare)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    found = Markup(answer.url, answer.headers, answer.body).description() if text else "an empty answer"
    raise LayoutChangedError(answer.url, "JSON", found)


def at(data: object, path: str) -> object:
    """Return what is at a path; `None` if it is not there."""
    for name in path.split(".") if path != "." else ():
        if isinstance(data, Mapping):
            data = data.get(name)
        elif isinstance(data, list) and name.isdigit() and int(name) < len(data):
            data = data[int(name)]
        else:
            return None
    return data


def number_at(data: object, paths: str) -> int | None:
    """Return the whole number at the first path that has one, also if it is written as text."""
    values = (str(at(data, path)) for path in paths.split())
    return next((int(value) for value in values if re.fullmatch(r"\d{1,9}", value)), None)


def first_text(record: Record, fields: str) -> str:
    """Return the first field that is not empty, as text; empty if there is none."""
    values = (at(record, field) for field in fields.split())
    texts = (str(value).encode("utf-8", "replace").decode() for value in values if isinstance(value, str | int))
    return next((text for text in texts if text.strip() and text != "null"), "")


def _rows(data: object, settings: Settings, url: str) -> list[object]:
    for path in settings["rows"].split():
        rows = at(data, path)
        if isinstance(rows, list):
            return rows
    keys = ", ".join(sorted(map(str, data))[:12]) if isinstance(data, Mapping) else ""
    found = f"an object with {keys}" if keys else f"{type(data).__name__} without it"
    raise LayoutChangedError(url, f"a list at {settings['rows']}", found)


def _entries(rows: list[object], settings: Settings, url: str) -> tuple[Entry, ...]:
    entries: dict[str, Entry] = {}
    read = [entry for row in rows if (entry := _entry(row, settings, url))]
    if len(read) * 2 < len(rows):
        fields = f"{settings['url'] or settings['link']} and {settings['title']}"
        raise LayoutChangedError(url, f"rows with {fields}", f"{len(rows) - len(read)} of {len(rows)} rows without")
    for entry in read:
        entries.setdefault(entry.url, entry)
    return tuple(entries.values())


def _entry(row: object, settings: Settings, base: str) -> Entry | None:
    record = next(_records(row, settings["record"]), {})
    title = clean_title(first_text(record, settings["title"]))
    address = first_text(record, settings["url"]) or _made(record, settings["link"])
    url = resolve(address, base) if address else None
    if url is None or not title:
        return None
    days = (read_date(first_text(record, field)) for field in settings["date"].split())
    published = next((day for day in days if day), None) or date_in_url(url)
    return Entry(url, title, published, clean_number(clean_title(first_text(record, settings["number"]))))


def _records(row: object, paths: str) -> Iterator[Record]:
    for path in paths.split():
        record = at(row, path)
        if isinstance(record, Mapping):
            yield record


def _made(record: Record, link: str) -> str:
    """Fill an address with fields; empty if one of them is."""
    fields = re.findall(r"\{(\w+)\}", link)
    values = {field: quote(first_text(record, field), safe="") for field in fields}
    if not all(values.values()):
        return ""
    return re.sub(r"\{(\w+)\}", lambda match: values[match[1]], link)


FAMILY = JsonList("json_list", JSON_OPTIONS)
