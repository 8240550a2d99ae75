"""新规追踪: what refreshes brought, what ends within 60 days, and the feeds and the calendar of both."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from html import escape
from math import ceil
from urllib.parse import urlencode

import streamlit as st

from app import cards
from app.address import go, parameters
from app.change_cards import change_card, document_address
from app.controls import counts_style, meant, show
from app.language import day as say_day
from app.language import kind as name_of
from app.language import say, text
from app.language import term as say_term
from app.month import month_html
from app.readers import changes
from app.service import searcher, tables
from data.model import ChangeKind
from data.regions import COUNTRY
from data.tables import Tables
from index.agenda import month_of, soonest
from index.changes.rows import ChangeQuery, ChangeResults
from index.query import MAX_HITS, Query, Scope, Sort
from index.search import DocumentHit
from index.validity import today

SIZE = 20
PAGE = re.compile(r"[1-9][0-9]{0,5}")
MONTH = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])", re.ASCII)
DATED = {"kind", "region"}
"""What calendar and feed have in common."""

SOON_DAYS = 60
MOST_ENDING = 50
MOST_DATED = 500
KEPT_SECONDS = 60
CALENDAR = "日历：申报起止与到期"
CALENDAR_SAYS = "只列现行文件今后的日期，已过的见上面的变化；iCalendar 订阅另含已过的日期。"
ABOUT = "每次刷新发现的变化：新收录、条文改动、撤下、废止、到期，申报期开始和截止。"
NONE_YET = "还没有变化记录：网站要抓取过两次才有可比。按期更新（管理员运行 `make refresh`）后，变化会列在这里。"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what cannot be read is left out. grants: codes of kinds of incentive."""

    kinds: tuple[ChangeKind, ...] = ()
    region: str | None = None
    page: int = 1
    month: date | None = None
    grants: tuple[str, ...] = ()


def read_asked(parameters: Mapping[str, str], known: Tables) -> Asked:
    """Read URL parameters: change, kind, region, page, which are those of the feed, and month of the calendar."""
    codes, grants = (parameters.get(name, "").split(",") for name in ("change", "kind"))
    page = parameters.get("page", "1")
    region = parameters.get("region")
    return Asked(
        kinds=tuple(kind for kind in ChangeKind if kind in codes),
        region=region if region in known.regions else None,
        page=min(int(page), MAX_HITS // SIZE) if PAGE.fullmatch(page) else 1,
        month=date.fromisoformat(f"{month}-01") if MONTH.fullmatch(month := parameters.get("month", "")) else None,
        grants=tuple(code for code in known.kinds if code in grants),
    )


def write_asked(asked: Asked) -> dict[str, str]:
    """Return the URL parameters; what is at its default is left out."""
    values = {
        "change": ",".join(asked.kinds),
        "kind": ",".join(asked.grants),
        "region": asked.region or "",
        "page": str(asked.page) if asked.page > 1 else "",
        "month": f"{asked.month:%Y-%m}" if asked.month else "",
    }
    return {name: value for name, value in values.items() if value}


def page() -> None:
    """Draw the page."""
    st.html(cards.page_head(say("新规追踪"), say(ABOUT)))
    asked = read_asked(parameters(), tables())
    found = changes(ChangeQuery(kinds=asked.kinds, region=asked.region, page=asked.page, size=SIZE), asked.grants)
    _controls(asked, found)
    st.html(links_html(asked))
    if found is None:
        st.info(say(NONE_YET))
    else:
        _list(asked, found)
    _calendar(asked)
    _ending(asked)


def _go(asked: Asked) -> None:
    go(write_asked(asked))


def _apply() -> None:
    region = meant("n_region")
    grants = tuple(meant("n_grants") or ())
    _go(Asked(tuple(meant("n_kind") or ()), region if region in tables().regions else None, grants=grants))


def _controls(asked: Asked, found: ChangeResults | None) -> None:
    counts = found.kinds if found else {}
    left, right = st.columns(2)
    show("n_region", asked.region)
    left.selectbox(
        say("地区"),
        region_options(asked.region, tables()),
        index=None,
        key="n_region",
        placeholder=say("不限"),
        format_func=tables().regions.full_name,
        on_change=_apply,
    )
    show("n_grants", list(asked.grants))
    right.multiselect(
        say("激励类型"),
        list(tables().kinds),
        key="n_grants",
        placeholder=say("不限"),
        format_func=lambda code: name_of(tables().kinds[code]),
        on_change=_apply,
    )
    if counts or asked.kinds:
        _kinds(asked, counts)


def _kinds(asked: Asked, counts: Mapping[ChangeKind, int]) -> None:
    """Draw the kinds of change that there are, and those that are asked for."""
    terms = tables().terms
    show("n_kind", list(asked.kinds))
    st.pills(
        say("变化"),
        list(ChangeKind),
        key="n_kind",
        selection_mode="multi",
        format_func=lambda kind: say_term(terms[kind]),
        on_change=_apply,
    )
    shown = [counts.get(kind, 0 if kind in asked.kinds else None) for kind in ChangeKind]
    st.html(counts_style("n_kind", shown))


def region_options(chosen: str | None, known: Tables) -> list[str]:
    """Return the provinces, and below the chosen region and the ones above it also what lies in them."""
    path = [region.code for region in known.regions.path(chosen)] if chosen else [COUNTRY]
    found = dict.fromkeys(child.code for above in path for child in known.regions.children(above))
    return sorted({*found, *([chosen] if chosen else [])})


def links_html(asked: Asked) -> str:
    """Return the links to the feed and the calendar of what is shown."""
    said = write_asked(replace(asked, page=1, month=None))
    feed = f"feeds/changes.atom?{urlencode(said)}" if said else "feeds/changes.atom"
    dated = {name: value for name, value in said.items() if name in DATED}
    place = f"?{urlencode(dated)}" if dated else ""
    return (
        f'<div class="kb-links"><a href="{_e(feed)}" target="_blank">{say("订阅变化（Atom）")}</a>'
        f'<a href="feeds/calendar.ics{_e(place)}" target="_blank">{say("申报期与到期日历（iCalendar）")}</a></div>'
    )


def _list(asked: Asked, found: ChangeResults) -> None:
    if not found.changes:
        none = say("这一页没有内容。") if asked.page > 1 else say("没有这样的变化。")
        st.info(none if found.kinds or asked != Asked() else say(NONE_YET))
        return
    st.markdown(say("共 **{n}** 条变化，最新发现的在前", n=found.total))
    st.html("".join(change_card(change, tables()) for change in found.changes))
    pages = ceil(min(found.total, MAX_HITS) / SIZE)
    if pages > 1:
        show("n_page", min(asked.page, pages))
        st.pagination(pages, key="n_page", on_change=lambda: _go(replace(asked, page=st.session_state["n_page"])))


def _calendar(asked: Asked) -> None:
    """Draw the month that the address names, or this one. What lies behind is among the changes."""
    day = today()
    first = max(asked.month or day, day.replace(day=1)).replace(day=1)
    found = dated_documents(asked.region, asked.grants, day)
    entries = [one for one in month_of(found, first.year, first.month) if one.day >= day]
    others = write_asked(replace(asked, month=None))
    body = month_html(first, day, entries, others, tables())
    head = f'<h2 class="kb-section" id="calendar">{say(CALENDAR)}</h2><p class="kb-muted">{say(CALENDAR_SAYS)}</p>'
    st.html(head + body)


@st.cache_data(show_spinner=False, ttl=KEPT_SECONDS)
def dated_documents(region: str | None, kinds: tuple[str, ...], day: date) -> list[DocumentHit]:
    """Return the documents of a region with incentives of such kinds that end first, as of a minute ago at most."""
    return soonest(searcher(), Query(day, region=region, kinds=kinds), MOST_DATED)[0]


def _ending(asked: Asked) -> None:
    wanted = Query(today(), region=asked.region, kinds=asked.grants)
    query = replace(wanted, scope=Scope.VERIFIED, sort=Sort.ENDS_SOONEST, size=MOST_ENDING)
    st.html(ending_html(searcher().documents(query).hits, tables()))


def ending_html(hits: Sequence[DocumentHit], known: Tables) -> str:
    """Return the documents in force that end within 60 days, the first to end first."""
    left = [(hit.validity.days_left, hit) for hit in hits]
    soon = [(days, hit) for days, hit in left if days is not None and days <= SOON_DAYS]
    rows = "".join(_ending_row(days, hit, known) for days, hit in soon)
    more = _muted(say("只列最先到期的 {n} 份。", n=len(soon))) if len(soon) == MOST_ENDING else ""
    none = _muted(say("没有已知在 {days} 天内到期的文件；未载明终止日的不在此列。", days=SOON_DAYS))
    table = f'<div class="kb-wide"><table><tbody>{rows}</tbody></table></div>{more}'
    return f'<h2 class="kb-section">{say("{days} 天内到期", days=SOON_DAYS)}</h2>' + (table if rows else none)


def _ending_row(days: int, hit: DocumentHit, known: Tables) -> str:
    title = text(cards.title(hit.document, known))
    when = say("今天到期") if days == 0 else say("还有 {n} 天", n=days)
    place = text(cards.place(hit.document, known))
    grants = f" · {say('含 {n} 项激励', n=hit.incentives)}" if hit.incentives else ""
    return (
        f"<tr><td>{say_day(hit.validity.last_day)}<br><span class='kb-muted'>{when}</span></td>"
        f'<td><a href="{_e(document_address(hit.document.id))}" target="_self">{title}</a><br>'
        f"<span class='kb-muted'>{place}{grants}</span></td></tr>"
    )


def _muted(said: str) -> str:
    return f'<p class="kb-muted">{said}</p>'


def _e(value: object) -> str:
    return escape(str(value), quote=True)
