"""What happened, for programs: one JSON object a line, with the run that it belongs to, and never a secret.

People read what a command prints; a log collector reads this. `LOG_TO` says where it goes: a file, which is appended
to (default `var/log/events.jsonl`), `stderr`, or `none`. Each line has `at` (UTC), `level`, `event`, `run`, and what
the event tells; an error that nobody foresaw has its `trace`. Why the standard library: `docs/decisions/logs.md`.
"""

import json
import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from pathlib import Path
from secrets import token_hex
from typing import Any

DEFAULT = Path(__file__).resolve().parents[1] / "var" / "log" / "events.jsonl"
LOGGERS = ("policy", "app", "elastic_transport")
HIDDEN = "***"
LEAST_SECRET = 6
"""Characters; shorter values of variables are no secrets, and would tear words apart."""

_SECRET_NAME = re.compile(r"PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|CREDENTIAL", re.IGNORECASE)
_OPEN_NAMES = {"ELASTICSEARCH_URL", "APP_URL", "INDEX_SCHEDULER", "CRAWLER_CONTACT"}
_USER = re.compile(r"(?<=://)[^/\s@]+@")
_QUERY = re.compile(r"(?i)([?&;](?:[\w-]*(?:key|token|secret|password|passwd|sign|auth)[\w-]*)=)[^&\s\"']+")
_HEADER = re.compile(r"(?i)\b((?:basic|bearer|apikey)\s+)[A-Za-z0-9+/=._~-]{6,}")

_log = logging.getLogger("policy")
_run: ContextVar[str | None] = ContextVar("run", default=None)


def event(name: str, *, error: str | None = None, **told: object) -> None:
    """Enter one event. error: what went wrong; it makes the line an error. told: JSON values, or things with a name."""
    values = told if error is None else {**told, "error": error}
    _log.log(logging.INFO if error is None else logging.ERROR, name, extra={"told": values})


@contextmanager
def run(name: str | None = None) -> Iterator[str]:
    """Give all events of the block the id of a run: `name`, or a new one."""
    token = _run.set(name or token_hex(6))
    try:
        yield _run.get() or ""
    finally:
        _run.reset(token)


def write_to(where: str | None = None, environment: Mapping[str, str] = os.environ) -> None:
    """Send events to `where`, by default to what `LOG_TO` names; what was set before is taken back."""
    handler = _handler(where or environment.get("LOG_TO") or str(DEFAULT))
    handler.setFormatter(Lines(environment))
    for name in LOGGERS:
        logger = logging.getLogger(name)
        for old in logger.handlers[:]:
            logger.removeHandler(old)
            old.close()
        logger.addHandler(handler)
        logger.propagate = False
    _log.setLevel(logging.INFO)


class Lines(logging.Formatter):
    """Makes the line of an event. environment: of whose secret variables no value is ever written."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__()
        self._secrets = sorted(_secrets(environment), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        value: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "run": _run.get(),
            **getattr(record, "told", {}),
        }
        if record.name != _log.name:
            value["logger"] = record.name
        if record.exc_info:
            value["trace"] = self.formatException(record.exc_info)
        return json.dumps(self._clean(value), ensure_ascii=False, default=str)

    def _clean(self, value: object) -> object:
        """Return a value without any secret in it, whatever it is made of."""
        if isinstance(value, Mapping):
            return {str(name): self._clean(one) for name, one in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._clean(one) for one in value]
        return value if isinstance(value, bool | int | float | None) else self._cleaned(str(value))

    def _cleaned(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        text = _HEADER.sub(rf"\1{HIDDEN}", _QUERY.sub(rf"\1{HIDDEN}", _USER.sub(f"{HIDDEN}@", text)))
        return text.encode("utf-8", "replace").decode()


def _secrets(environment: Mapping[str, str]) -> Iterator[str]:
    """Yield the values that nobody may see: passwords, and the addresses of webhooks with each of their parts."""
    for name, value in environment.items():
        if _SECRET_NAME.search(name) and len(value) >= LEAST_SECRET:
            yield value
        elif "://" in value and name not in _OPEN_NAMES and not name.lower().endswith("_proxy"):
            parts = re.split(r"[/?&=:@,]+", value.partition("://")[2])
            yield from (value, *(part for part in parts if len(part) >= 2 * LEAST_SECRET))


def _handler(where: str) -> logging.Handler:
    if where == "none":
        return logging.NullHandler()
    if where == "stderr":
        return logging.StreamHandler(sys.stderr)
    try:
        Path(where).parent.mkdir(parents=True, exist_ok=True)
        # Appended line by line, so that several processes share it; whoever rotates it may move it away.
        return WatchedFileHandler(where, encoding="utf-8")
    except OSError as error:
        print(f"log: {where} cannot be written ({error.strerror}): events go to standard error", file=sys.stderr)
        return logging.StreamHandler(sys.stderr)
