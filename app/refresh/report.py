"""What a refresh tells: one JSON file for programs, one Markdown file for people, under `var/reports/`."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from app.refresh.crawl import SourceResult
from data.model import Change
from data.records import to_json
from data.tables import Tables
from index.changes.words import say_change


@dataclass(frozen=True, slots=True)
class Step:
    """One step. error: why it failed, `None` if it did not. skipped: why it was not made."""

    name: str
    seconds: float
    error: str | None = None
    skipped: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All of one refresh.

    set_aside: documents without rows in the index, and why. messages: titles put into the outbox.
    undelivered: (title, recipient, error, tries).
    """

    refresh: str
    started: datetime
    ended: datetime
    day: date
    code: int
    steps: tuple[Step, ...]
    sources: tuple[SourceResult, ...]
    documents: int
    changes: tuple[Change, ...]
    set_aside: tuple[str, ...]
    messages: tuple[str, ...]
    delivered: int
    undelivered: tuple[tuple[str, str, str, int], ...]


def write(report: Report, folder: Path, tables: Tables) -> Path:
    """Write both files and return the path of the one for people. A half-written report never has its name."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"refresh-{report.refresh}.md"
    _write(path.with_suffix(".json"), json.dumps(as_json(report), ensure_ascii=False, indent=2) + "\n")
    _write(path, "\n".join(markdown(report, tables)) + "\n")
    return path


def as_json(report: Report) -> dict[str, Any]:
    """Return the report as JSON values."""
    value = asdict(report)
    value |= {name: getattr(report, name).isoformat() for name in ("started", "ended", "day")}
    value["changes"] = [to_json(change) for change in report.changes]
    value["counts"] = dict(Counter(str(change.kind) for change in report.changes))
    return value


def markdown(report: Report, tables: Tables) -> Iterator[str]:
    """Yield the lines of the report for people."""
    ended = {0: "成功", 1: "已完成，有来源或通知待处理"}.get(report.code, "有步骤失败")
    moment = report.started.astimezone(UTC)
    yield f"# 更新报告 {report.day}（{ended}）"
    yield ""
    yield f"编号 {report.refresh}，开始于 {moment:%Y-%m-%d %H:%M} UTC，共 {report.documents} 份文件，"
    yield f"{len(report.changes)} 处变化，发出 {report.delivered} 封，未送达 {len(report.undelivered)} 封。"
    yield from _steps(report.steps)
    yield from _sources(report.sources, tables)
    if report.set_aside:
        yield from ("", "## 未能收入索引的文件", "", *(f"- {_plain(one)}" for one in report.set_aside))
    yield from _changes(report.changes, tables)
    yield from _messages(report)


def _steps(steps: Sequence[Step]) -> Iterator[str]:
    yield from ("", "## 步骤", "", "| 步骤 | 秒 | 结果 |", "|---|---:|---|")
    for step in steps:
        result = f"失败：{_cell(step.error)}" if step.error else f"未做：{step.skipped}" if step.skipped else "完成"
        yield f"| {step.name} | {step.seconds:.1f} | {result} |"


def _sources(sources: Sequence[SourceResult], tables: Tables) -> Iterator[str]:
    if not sources:
        return
    yield from ("", "## 来源", "", "| 来源 | 发布机关 | 结果 | 网页 | 新 | 改 | 撤 | 失败 | 原因 |")
    yield "|---|---|---|---:|---:|---:|---:|---:|---|"
    for one in sources:
        known = tables.sources.get(one.source)
        outcome = f"{one.outcome or '未结束'}{'（此前正常）' if one.fell else ''}"
        counts = " | ".join(map(str, (one.pages, one.new, one.changed, one.gone, one.failed)))
        yield f"| {one.source} | {known.publisher if known else ''} | {outcome} | {counts} | {_cell(one.cause)} |"


def _changes(changes: Sequence[Change], tables: Tables) -> Iterator[str]:
    yield from ("", "## 变化", "")
    if not changes:
        yield "没有变化。"
    for change in changes:
        first, *rest = say_change(change, tables)
        yield f"- **{_plain(change.title or '题名未恢复')}** `{change.document}`：{_plain(first)}"
        yield from (f"  - {_plain(line)}" for line in rest)
        for ground in change.grounds:
            if ground.what == "visit":
                before, after = ((digest or "无")[:12] for digest in (ground.before, ground.after))
                yield f"  - 依据：{ground.url}，{ground.at}，{before} → {after}"


def _messages(report: Report) -> Iterator[str]:
    yield from ("", "## 通知", "")
    yield from (f"- {_plain(title)}" for title in report.messages)
    for title, recipient, error, tries in report.undelivered:
        yield f"- 未送达：{_plain(title)}，{recipient}，已试 {tries} 次：{_plain(error)}"
    if not report.messages and not report.undelivered:
        yield "没有通知。"


def _cell(text: str | None) -> str:
    return _plain(text or "").replace("|", "\\|")


def _plain(text: str) -> str:
    """Return text from the web or a service as one line that Markdown leaves alone."""
    return " ".join(text.split()).replace("<", "&lt;").replace("[", "\\[").replace("*", "\\*").replace("`", "\\`")


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
