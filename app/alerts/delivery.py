"""Delivery through apprise: one message at a time, part by part, each entered in the outbox before and after.

The URLs come from environment variables and are never shown: what a service or apprise says of an error is cleaned of
every part of them first.
"""

import logging
import os
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from apprise import Apprise, AppriseAsset, LogCapture, NotifyFormat
from apprise.common import PersistentStoreMode

from app.alerts.outbox import Entry, Outbox
from data import journal

NAME = "ai-policy-kb"
NUMBER = "X-Message-Number"
BYTES_A_CHARACTER = 3
"""Services count bytes, and most of what is sent is Chinese."""

LEAST_PART = 500
TITLE_ROOM = 200
AGAIN = "（重发：上次发送时中断，此信可能已经收到，编号相同。）"


class UndeliverableError(RuntimeError):
    """A recipient cannot be reached as it is named; the text says which variable and why, without its value."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one round of deliveries did. failed: (title, recipient, error)."""

    messages: int
    failed: tuple[tuple[str, str, str], ...]


def deliver(outbox: Outbox, environment: Mapping[str, str] = os.environ, *, now: datetime | None = None) -> Delivered:
    """Send what is due. A failure is entered with its cause and when it is tried again; it never stops the others."""
    moment = now or datetime.now(UTC)
    sent, failed = 0, []
    for entry in outbox.due(moment):
        try:
            _send(entry, outbox, environment, moment)
            sent += 1
            journal.event("message delivered", message=entry.id, title=entry.title, recipient=entry.recipient)
        except UndeliverableError as error:
            outbox.failed(entry, str(error), moment)
            told = {"message": entry.id, "title": entry.title, "recipient": entry.recipient}
            journal.event("message not delivered", error=str(error), **told)
            failed.append((entry.title, entry.recipient, str(error)))
    return Delivered(sent, tuple(failed))


def parts_of(body: str, most: int) -> list[str]:
    """Return `body` in parts of at most `most` characters, cut between lines where that is possible."""
    parts = [""]
    for line in body.split("\n"):
        pieces = [line[start : start + most] for start in range(0, len(line), most)] or [""]
        for piece in pieces:
            joined = f"{parts[-1]}\n{piece}" if parts[-1] else piece
            if len(joined) <= most:
                parts[-1] = joined
            else:
                parts.append(piece)
    return parts


def _send(entry: Entry, outbox: Outbox, environment: Mapping[str, str], now: datetime) -> None:
    plugin, url = _plugin(entry.recipient, environment)
    most = max(LEAST_PART, plugin.body_maxlen // BYTES_A_CHARACTER - TITLE_ROOM)
    parts = parts_of(entry.body, most)
    if isinstance(getattr(plugin, "headers", None), dict):
        plugin.headers[NUMBER] = entry.id
    for number, part in enumerate(parts[entry.parts :], entry.parts + 1):
        again = entry.under_way and number == entry.parts + 1
        outbox.begin(entry)
        title = entry.title if len(parts) == 1 else f"{entry.title}（{number}/{len(parts)}）"
        body = "\n\n".join([*([AGAIN] if again else []), part, f"编号 {entry.id}"])
        _notify(plugin, title, body, url, entry.recipient)
        outbox.arrived(entry, number, now, last=number == len(parts))


def _notify(plugin: Any, title: str, body: str, url: str, recipient: str) -> None:  # noqa: ANN401 - apprise is untyped
    sender = Apprise(asset=_asset())
    sender.add(plugin)
    capture: Any = LogCapture
    with capture(level=logging.WARNING, fmt="%(message)s") as said:
        done = sender.notify(title=title, body=body, body_format=NotifyFormat.TEXT)
        cause = " ".join(said.getvalue().split())
    if not done:
        raise UndeliverableError(f"{recipient}: {_cleaned(cause, url) or 'the service refused it and said nothing'}")


def _plugin(recipient: str, environment: Mapping[str, str]) -> tuple[Any, str]:
    url = environment.get(recipient, "").strip()
    if not url:
        raise UndeliverableError(f"{recipient}: this environment variable is not set; it must hold an apprise URL")
    _load()
    plugin = Apprise.instantiate(url, asset=_asset())
    if plugin is None:
        raise UndeliverableError(f"{recipient}: its value is no URL that apprise knows; see docs/alerts.md")
    return plugin, url


@cache
def _load() -> None:
    """Load the services: one of apprise's modules imports `imghdr`, which Python 3.11 and 3.12 warn of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        Apprise.instantiate("json://127.0.0.1/")


@cache
def _asset() -> AppriseAsset:
    # Nothing of apprise's own is kept on the disk: the outbox knows what was sent.
    return AppriseAsset(app_id=NAME, app_desc=NAME, app_url="", storage_mode=PersistentStoreMode.MEMORY)


def _cleaned(text: str, url: str) -> str:
    """Return `text` without any part of `url` that may be secret."""
    for secret in _secrets(url):
        text = text.replace(secret, "***")
    return text[:300]


def _secrets(url: str) -> Iterator[str]:
    rest = url.partition("://")[2]
    yield url
    yield from sorted((part for part in re.split(r"[/?&=:@,]+", rest) if len(part) >= 6), key=len, reverse=True)
