"""What a message says: plain text, so that it is alike everywhere and nothing in a document is markup."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from urllib.parse import urlencode

from data.model import Change, ChangeKind, Ground, Incentive
from data.tables import Tables
from index.changes.words import say_change
from index.words import ABSENT, say_amount

MOST_DOCUMENTS = 20
MOST_GRANTS = 3
GRANTS_SHOWN = {ChangeKind.NEW, ChangeKind.WINDOW_OPENED, ChangeKind.WINDOW_CLOSING}


@dataclass(frozen=True, slots=True)
class Message:
    """One message before it is addressed."""

    title: str
    body: str


def digest(
    name: str,
    changes: Sequence[Change],
    grants: Mapping[str, Sequence[Incentive]],
    search: Mapping[str, str],
    tables: Tables,
    *,
    day: date,
    app: str | None,
) -> Message:
    """Return the digest of `changes` for the subscription `name`.

    grants: of each document, the incentives that the search found. app: address of the app, for links; `None`: no
    links to it are made.
    """
    ordered = sorted(changes, key=lambda change: (change.document, list(ChangeKind).index(change.kind)))
    documents = [list(own) for _, own in groupby(ordered, key=lambda change: change.document)]
    parts = [
        _document(number, own, grants.get(own[0].document, ()), tables, app)
        for number, own in enumerate(documents[:MOST_DOCUMENTS], 1)
    ]
    if (more := len(documents) - MOST_DOCUMENTS) > 0:
        parts.append(f"另有 {more} 份文件有变化，未在此列出。")
    if app:
        parts.append(f"全部结果：{app}/?{urlencode(search)}")
    return Message(f"【政策订阅】{name}：{len(documents)} 份文件有变化（{day}）", "\n\n".join(parts))


def _document(
    number: int, changes: Sequence[Change], grants: Sequence[Incentive], tables: Tables, app: str | None
) -> str:
    first = changes[0]
    known = first.region is not None and first.region in tables.regions
    place = tables.regions.full_name(first.region) if known and first.region else ABSENT
    lines = [f"{number}. {first.title or '题名未恢复'}（{place}）"]
    for change in changes:
        lines += _indented(say_change(change, tables))
    if any(change.kind in GRANTS_SHOWN for change in changes):
        for grant in grants[:MOST_GRANTS]:
            lines += _grant(grant, tables)
        if (more := len(grants) - MOST_GRANTS) > 0:
            lines.append(f"   另有 {more} 项奖补")
    lines += [f"   文件页：{app}/document?{urlencode({'id': first.document})}"] if app else []
    lines += [f"   依据：{ground}" for ground in dict.fromkeys(_grounds(changes))]
    return "\n".join(lines)


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"   {'· ' if number == 0 else '  '}{line}" for number, line in enumerate(lines)]


def _grant(grant: Incentive, tables: Tables) -> list[str]:
    amount = say_amount(grant)
    shown = "金额未载明" if amount == ABSENT else amount
    quote = f"“{grant.quote}”" if grant.quote else "引文未收录，请核对来源"
    return [f"   · {tables.kinds[grant.kind].name}：{shown}", f"     原文（{grant.clause or '条款未载明'}）：{quote}"]


def _grounds(changes: Sequence[Change]) -> list[str]:
    return [said for change in changes for ground in change.grounds if (said := _ground(ground))]


def _ground(ground: Ground) -> str | None:
    if ground.what == "visit" and ground.at and ground.url:
        return f"{ground.at:%Y-%m-%d} 抓取 {ground.url}"
    return f"目录收录 {ground.url or ''}".rstrip() if ground.what == "catalog" else None
