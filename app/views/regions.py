"""地区对比: one tile for each province, coloured by what it pays, and the ten highest of each kind."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
from urllib.parse import urlencode

import streamlit as st

from app.controls import meant, show
from app.coverage_parts import table
from app.service import searcher, tables
from data.tables import TABLES
from index.overview import Place, hits_of, provinces, ranked
from index.rows import shown_title
from index.validity import today
from index.words import ABSENT, say_amount, say_date, say_money

MEASURES = {"most": "最高备案奖励", "count": "激励数量", "newest": "最近发布"}
SHADES = 5
TOP = 10
TOP_HEADS = ("名次", "地区", "最高金额", "奖励事项", "出自", "激励数", "最近发布")
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
    st.html(
        '<h1 class="kb-brand">地区对比</h1>'
        '<p class="kb-tagline">每省一格，不表示疆界。颜色越深，数值越大或日期越近；点一格看该省的激励。</p>'
    )
    asked = st.query_params.get("by", "most")
    measure = st.segmented_control(
        "按", list(MEASURES), key="measure", default=asked if asked in MEASURES else "most", required=True,
        format_func=MEASURES.__getitem__, label_visibility="collapsed",
    )  # fmt: skip
    st.query_params["by"] = measure
    kinds = ("filing_reward",) if measure == "most" else ()
    places = provinces(hits_of(searcher(), today(), kinds=kinds), tables().regions)
    st.html(grid(places, measure) + legend(measure))
    name = f"各省-{MEASURES[measure]}-{today()}.csv"
    st.download_button(PROVINCES_CSV, provinces_csv(places, today()), name, "text/csv", key="provinces_csv")
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
        f'title="{_e(_title(place, measure))}"><b>{_e(tile.short)}</b><span>{_e(_short(place, measure))}</span></a>'
    )


def legend(measure: str) -> str:
    """Return what the colours mean."""
    words = {"most": ("未见备案奖励金额", "金额高"), "count": ("没有", "多"), "newest": ("日期未载明", "近")}[measure]
    steps = "".join(f'<i class="shade{step}"></i>' for step in range(SHADES + 1))
    return f'<div class="kb-legend">{_e(words[0])} {steps} {_e(words[1])}</div>'


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
    return say_money(place.most).replace(" 万元", "万").replace(" 亿元", "亿") if place.most else "—"


def _title(place: Place, measure: str) -> str:
    name = tables().regions[place.code].name
    said = {
        "most": say_money(place.most) if place.most else ABSENT,
        "count": f"{place.count} 项",
        "newest": say_date(place.newest),
    }[measure]
    return f"{name}：{MEASURES[measure]} {said}"


def _address(code: str, measure: str) -> str:
    kind = {"kind": "filing_reward"} if measure == "most" else {}
    return "./?" + urlencode({"region": code} | kind)


def _top() -> None:
    """Draw the regions that pay most for one kind, as bars and a table, and hand them out as a file."""
    kinds = tables().kinds
    st.html(f'<h2 class="kb-section">每类激励金额最高的 {TOP} 个地区</h2>')
    asked = st.query_params.get("kind", "")
    show("top_kind", asked if asked in kinds else next(iter(kinds)))
    kind = st.selectbox(
        "激励类型", list(kinds), key="top_kind", format_func=lambda code: kinds[code].name, on_change=_turn
    )
    places = ranked(hits_of(searcher(), today(), kinds=(kind,)))
    st.html(bars(places[:TOP], kind) + top_table(places[:TOP], kind))
    name = f"{kinds[kind].name.replace('/', '、')}-各地-{today()}.csv"
    st.download_button("下载全部地区（CSV）", csv_of(places, kind, today()), name, "text/csv", key="regions_csv")


def _turn() -> None:
    st.query_params["kind"] = meant("top_kind")


def top_table(places: Sequence[Place], kind: str) -> str:
    """Return the same regions as a table, with what the highest amount is paid for and where that is said."""
    if not places:
        return ""
    rows = (_top_row(number, place, kind) for number, place in enumerate(places, 1))
    return table(f"{tables().kinds[kind].name}：前 {TOP} 个地区", TOP_HEADS, rows)


def _top_row(number: int, place: Place, kind: str) -> list[str]:
    region = f'<a href="{_e("./?" + urlencode({"region": place.code, "kind": kind}))}" target="_self">'
    best = place.best
    source = ABSENT
    if best:
        address = _e("document?" + urlencode({"id": best.document.id}))
        source = f'<a href="{address}" target="_self">{_e(shown_title(best.document, tables().regions))}</a>'
    return [
        str(number),
        f"{region}{_e(tables().regions.full_name(place.code))}</a>",
        _e(say_amount(best.incentive) if best else ABSENT),
        _e(best.incentive.trigger if best else ABSENT),
        source,
        f"{place.count} 项",
        _e(say_date(place.newest)),
    ]


def provinces_csv(places: Mapping[str, Place], day: date) -> bytes:
    """Return what the tiles show as CSV, one row a province; amounts in yuan, nothing where nothing is known."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["地区代码", "地区", "最高金额（元）", "激励数", "最近发布", "查询日"])
    for code, place in places.items():
        name = tables().regions[code].name
        writer.writerow([code, name, place.most or "", place.count, place.newest or "", day])
    return file.getvalue().encode("utf-8-sig")


def bars(places: list[Place], kind: str) -> str:
    """Return the bars; a region whose amount is not stated has none, and says so."""
    longest = max((place.most or 0 for place in places), default=0) or 1
    rows = "".join(_bar(place, kind, (place.most or 0) / longest) for place in places)
    return f'<div class="kb-bars">{rows}</div>' if rows else '<p class="kb-muted">没有现行的这类激励。</p>'


def _bar(place: Place, kind: str, share: float) -> str:
    address = _e("./?" + urlencode({"region": place.code, "kind": kind}))
    said = say_amount(place.best.incentive) if place.best else "金额" + ABSENT
    return (
        f'<a href="{address}" target="_self"><span>{_e(tables().regions.full_name(place.code))}</span>'
        f'<i style="--share:{share:.4f}"></i><b>{_e(said)}</b><em>{place.count} 项</em></a>'
    )


def csv_of(places: list[Place], kind: str, day: date) -> bytes:
    """Return all places as CSV that spreadsheets open: UTF-8 with a byte order mark; amounts in yuan."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["激励类型", "地区代码", "地区", "最高金额（元）", "说法", "激励数", "最近发布", "查询日"])
    for place in places:
        said = say_amount(place.best.incentive) if place.best else ABSENT
        full = tables().regions.full_name(place.code)
        name, most = tables().kinds[kind].name, place.most or ""
        writer.writerow([name, place.code, full, most, said, place.count, place.newest or "", day])
    return file.getvalue().encode("utf-8-sig")


def _e(text: object) -> str:
    return escape(str(text), quote=True)
