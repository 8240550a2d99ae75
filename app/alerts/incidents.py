"""What those who run the collection are told: once when something breaks, once when it is well again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from app.alerts.digest import Message
from app.alerts.outbox import Outbox

REFRESH = "refresh"
"""Name of the incident that a refresh failed; all others are ids of sources."""


def tell_operators(
    outbox: Outbox, broken: Mapping[str, str], well: Iterable[str], now: datetime, operators: Sequence[str]
) -> tuple[Message, ...]:
    """Enter what broke and what is well, and one message each for what is new in that.

    broken: cause by name of source, or `REFRESH`. well: names that were seen to work.
    """
    known = outbox.incidents()
    new = {name: cause for name, cause in broken.items() if name not in known}
    healed = [name for name in dict.fromkeys(well) if name in known and name not in broken]
    messages = [message for message in (_broken(new), _healed(healed, known)) if message]
    outbox.turn(new, healed, now, messages, operators)
    return tuple(messages)


def _broken(new: Mapping[str, str]) -> Message | None:
    if not new:
        return None
    lines = [f"· {_named(name)}：{cause}" for name, cause in sorted(new.items())]
    return Message(f"【运行告警】{_titled(sorted(new))}", "\n".join([*lines, "", "恢复后另行通知一次；其间不再重复。"]))


def _healed(healed: Sequence[str], known: Mapping[str, str]) -> Message | None:
    if not healed:
        return None
    lines = [f"· {_named(name)}：已恢复（此前：{known[name]}）" for name in sorted(healed)]
    return Message(f"【运行恢复】{_titled(sorted(healed))}", "\n".join(lines))


def _titled(names: Sequence[str]) -> str:
    shown = "、".join(_named(name) for name in names[:3])
    return shown if len(names) <= 3 else f"{shown}等 {len(names)} 项"


def _named(name: str) -> str:
    return "更新任务" if name == REFRESH else f"来源 {name}"
