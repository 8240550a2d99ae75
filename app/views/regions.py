"""地区对比: one tile for each province, coloured by what it pays, and the ten highest of each kind."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape

import streamlit as st

from app import cards
from app.address import go, href, parameters
from app.controls import meant, show
from app.coverage_parts import table
from app.language import absent, amount_of, brief, english, money, say, text
from app.language import day as say_day
from app.language import kind as name_of
from app.service import searcher, tables
from app.sheets import provinces_csv, provinces_name, regions_csv, regions_name
from data.tables import TABLES
from index.overview import Place, hits_of, provinces, ranked
from index.validity import today

MEASURES = {"most": "最高备案奖励", "count": "激励数量", "newest": "最近发布"}
SHADES = 5
TOP = 10
TOP_HEADS = ("名次", "地区", "最高金额", "奖励事项", "出自", "激励数", "最近发布")
ABOUT = "每省一格，不表示疆界。颜色越深，数值越大或日期越近；点一格看该省的激励。"
PROVINCES_CSV = "下载各省数据（CSV）"


@dataclass(frozen=True, slots=True)
class Tile:
    """Where a province stands in the grid, and its one-character name. No borders are drawn."""

    code: str
    row: int
    column: int
    short: str


@cache
def tiles() -> tuple[Tile, ...]:
    """Return the tiles of `province_tiles.csv`."""
    with (TABLES / "province_tiles.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Tile(row["code"], int(row["row"]), int(row["column"]), row["short"]) for row in csv.DictReader(file)
        )


def page() -> None:
    """Draw the page."""
    st.html(cards.page_head(say("地区对比"), say(ABOUT)))
    asked = parameters().get("by", "most")
    measure = st.segmented_control(
        say("按"), list(MEASURES), key="measure", default=asked if asked in MEASURES else "most", required=True,
        format_func=lambda one: say(MEASURES[one]), label_visibility="collapsed",
    )  # fmt: skip
    go(parameters() | {"by": measure})
    kinds = ("filing_reward",) if measure == "most" else ()
    places = provinces(hits_of(searcher(), today(), kinds=kinds), tables().regions)
    st.html(grid(places, measure) + legend(measure))
    file, name = provinces_csv(places, tables(), today()), provinces_name(MEASURES[measure], today())
    st.download_button(say(PROVINCES_CSV), file, name, "text/csv", key="provinces_csv")
    _top()


def grid(places: Mapping[str, Place], measure: str) -> str:
    """Return the tiles as a grid of links."""
    shade = _shades(places, measure)
    cells = [_tile(tile, places[tile.code], measure, shade.get(tile.code, 0)) for tile in tiles()]
    return f'<div class="kb-grid">{"".join(cells)}</div>'


def _tile(tile: Tile, place: Place, measure: str, shade: int) -> str:
    spot = f"grid-row:{tile.row + 1};grid-column:{tile.column + 1}"
    return (
        f'<a class="kb-tile shade{shade}" target="_self" href="{_e(_address(tile.code, measure))}" style="{spot}" '
        f'title="{_e(_title(place, measure))}"><b>{text(tile.short)}</b><span>{_e(_short(place, measure))}</span></a>'
    )


def legend(measure: str) -> str:
    """Return what the colours mean."""
    words = {"most": ("未见备案奖励金额", "金额高"), "count": ("没有", "多"), "newest": ("日期未载明", "近")}[measure]
    steps = "".join(f'<i class="shade{step}"></i>' for step in range(SHADES + 1))
    return f'<div class="kb-legend">{say(words[0])} {steps} {say(words[1])}</div>'


def _value(place: Place, measure: str) -> float | None:
    if measure == "count":
        return place.count or None
    if measure == "newest":
        return place.newest.toordinal() if place.newest else None
    return place.most


def _shades(places: Mapping[str, Place], measure: str) -> dict[str, int]:
    """Return a shade from 1 to 5 for each place that has a value, by its rank among the different values."""
    values = {code: value for code, place in places.items() if (value := _value(place, measure)) is not None}
    order = sorted(set(values.values()))
    return {code: 1 + order.index(value) * SHADES // len(order) for code, value in values.items()}


def _short(place: Place, measure: str) -> str:
    if measure == "count":
        return str(place.count)
    if measure == "newest":
        return f"{place.newest:%y.%m}" if place.newest else "—"
    return brief(place.most) if place.most else "—"


def _title(place: Place, measure: str) -> str:
    name = tables().regions[place.code].name
    said = {
        "most": money(place.most) if place.most else absent(),
        "count": say("{n} 项", n=place.count),
        "newest": say_day(place.newest),
    }[measure]
    return f"{name}{': ' if english() else '：'}{say(MEASURES[measure])} {said}"


def _address(code: str, measure: str) -> str:
    kind = {"kind": "filing_reward"} if measure == "most" else {}
    return href("./", {"region": code} | kind)


def _top() -> None:
    """Draw the regions that pay most for one kind, as bars and a table, and hand them out as a file."""
    kinds = tables().kinds
    st.html(f'<h2 class="kb-section">{say("每类激励金额最高的 {top} 个地区", top=TOP)}</h2>')
    asked = parameters().get("kind", "")
    show("top_kind", asked if asked in kinds else next(iter(kinds)))
    kind = st.selectbox(
        say("激励类型"), list(kinds), key="top_kind", format_func=lambda code: name_of(kinds[code]), on_change=_turn
    )
    places = ranked(hits_of(searcher(), today(), kinds=(kind,)))
    st.html(bars(places[:TOP], kind) + top_table(places[:TOP], kind))
    file, name = regions_csv(places, kind, tables(), today()), regions_name(kind, tables(), today())
    st.download_button(say("下载全部地区（CSV）"), file, name, "text/csv", key="regions_csv")


def _turn() -> None:
    go(parameters() | {"kind": meant("top_kind")})


def top_table(places: Sequence[Place], kind: str) -> str:
    """Return the same regions as a table, with what the highest amount is paid for and where that is said."""
    if not places:
        return ""
    rows = (_top_row(number, place, kind) for number, place in enumerate(places, 1))
    name = say("{kind}：前 {top} 个地区", kind=name_of(tables().kinds[kind]), top=TOP)
    return table(name, list(map(say, TOP_HEADS)), rows)


def _top_row(number: int, place: Place, kind: str) -> list[str]:
    region = f'<a href="{_e(href("./", {"region": place.code, "kind": kind}))}" target="_self">'
    best = place.best
    source = absent()
    if best:
        address = _e(href("document", {"id": best.document.id}))
        source = f'<a href="{address}" target="_self">{text(cards.title(best.document, tables()))}</a>'
    return [
        str(number),
        f"{region}{text(tables().regions.full_name(place.code))}</a>",
        text(amount_of(best.incentive) if best else absent()),
        text(best.incentive.trigger if best else absent()),
        source,
        say("{n} 项", n=place.count),
        say_day(place.newest),
    ]


def bars(places: list[Place], kind: str) -> str:
    """Return the bars; a region whose amount is not stated has none, and says so."""
    longest = max((place.most or 0 for place in places), default=0) or 1
    rows = "".join(_bar(place, kind, (place.most or 0) / longest) for place in places)
    return f'<div class="kb-bars">{rows}</div>' if rows else f'<p class="kb-muted">{say("没有现行的这类激励。")}</p>'


def _bar(place: Place, kind: str, share: float) -> str:
    address = _e(href("./", {"region": place.code, "kind": kind}))
    said = amount_of(place.best.incentive) if place.best else say("金额未载明")
    return (
        f'<a href="{address}" target="_self"><span>{text(tables().regions.full_name(place.code))}</span>'
        f'<i style="--share:{share:.4f}"></i><b>{text(said)}</b><em>{say("{n} 项", n=place.count)}</em></a>'
    )


def _e(value: object) -> str:
    return escape(str(value), quote=True)
