"""The tray of 对比: up to six incentives whose ids stand in the address, added and removed by links.

`compare` in the address of a search, `ids` in that of 对比 itself.
"""

import re
from collections.abc import Mapping, Sequence
from html import escape

from app.address import href
from app.language import say

MOST = 6
PARAMETER = "compare"
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\.[1-9]\d{0,5}")


def read_ids(typed: str) -> tuple[str, ...]:
    """Return the ids of an address, each once, at most six; what is no id of an incentive is left out."""
    found = dict.fromkeys(part for part in typed[:4000].split(",") if _ID.fullmatch(part))
    return tuple(found)[:MOST]


def toggled(ids: Sequence[str], incentive: str) -> tuple[str, ...]:
    """Return the tray with `incentive` added, or without it if it was there. A full tray stays as it is."""
    if incentive in ids:
        return tuple(other for other in ids if other != incentive)
    return (*ids, incentive) if len(ids) < MOST else tuple(ids)


def toggle_link(parameters: Mapping[str, str], incentive: str, *, path: str = "./") -> str:
    """Return the link that adds an incentive to the tray or takes it out, and keeps the rest of the address."""
    ids = read_ids(parameters.get(PARAMETER, ""))
    chosen = incentive in ids
    if not chosen and len(ids) >= MOST:
        return f'<span class="kb-muted">{say("对比已满 {most} 项", most=MOST)}</span>'
    rest = {name: value for name, value in parameters.items() if name != PARAMETER}
    tray = ",".join(toggled(ids, incentive))
    address = href(path, rest | ({PARAMETER: tray} if tray else {}))
    text = say("移出对比") if chosen else say("加入对比")
    return f'<a href="{escape(address)}" target="_self">{text}</a>'


def tray_bar(parameters: Mapping[str, str], *, path: str = "./") -> str:
    """Return the line that leads to the comparison; nothing while the tray is empty."""
    ids = read_ids(parameters.get(PARAMETER, ""))
    if not ids:
        return ""
    rest = {name: value for name, value in parameters.items() if name != PARAMETER}
    hint = "" if len(ids) > 1 else f'<span class="kb-muted">{say("再加一项即可对比")}</span>'
    return (
        f'<div class="kb-links kb-tray"><b>{say("对比（{count}/{most}）", count=len(ids), most=MOST)}</b>'
        f'<a href="{escape(compare_address(ids))}" target="_self">{say("并排查看")}</a>'
        f'<a href="{escape(href(path, rest))}" target="_self">{say("清空")}</a>{hint}</div>'
    )


def compare_address(ids: Sequence[str]) -> str:
    """Return the address of 对比 for these incentives."""
    return href("compare", {"ids": ",".join(ids)})
