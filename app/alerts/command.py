"""`python -m app alerts`: deliver what waits, or with `--dry-run` show what would be sent."""

import argparse
import os
from contextlib import ExitStack, closing
from datetime import UTC, datetime

from app.alerts.announce import Announcer
from app.alerts.delivery import deliver
from app.alerts.outbox import Entry, Outbox
from app.alerts.subscriptions import read_subscriptions
from app.refresh.lock import locked
from app.refresh.settings import Settings, from_environment
from data.tables import load
from index.changes.match import Matcher
from index.changes.store import Store
from index.client import connect
from index.cluster import cluster
from index.tokens import tokenizer
from index.validity import today


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser of `python -m app`."""
    command = commands.add_parser("alerts", help="send the messages that wait; --dry-run shows what would be sent")
    command.add_argument("--dry-run", action="store_true", help="print each digest as it would be now; change nothing")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Deliver or show; returns 1 if something is still not delivered."""
    settings = from_environment()
    return show(settings) if options.dry_run else send(settings)


def send(settings: Settings) -> int:
    """Deliver what is due, and say what waits."""
    with locked(settings.folder / "delivery.lock"), closing(Outbox(settings.state)) as outbox:
        done = deliver(outbox)
        waiting = outbox.waiting()
    print(f"{done.messages} delivered, {len(waiting)} waiting")
    for entry in waiting:
        print(_waits(entry))
    return int(bool(waiting))


def show(settings: Settings) -> int:
    """Print what waits and the digest of each subscription as it would be now."""
    tables = load(settings.tables)
    subscriptions = read_subscriptions(settings.subscriptions, tables).subscriptions
    with ExitStack() as stack:
        store = stack.enter_context(closing(Store(settings.state)))
        outbox = stack.enter_context(closing(Outbox(settings.state)))
        for entry in outbox.waiting():
            print(f"{_waits(entry)}\n\n{entry.title}\n\n{entry.body}\n")
        found = stack.enter_context(cluster(lambda _: None))
        client = stack.enter_context(closing(connect(found.reader)))
        announcer = Announcer(store, outbox, Matcher(client, tables, tokenizer()), tables, today(), settings.app)
        for one in subscriptions:
            made = announcer.prepare(one, datetime.now(UTC), early=True)
            message = made.message if made else None
            print(f"=== {one.name} ({one.often}) -> {', '.join(_named(name) for name in one.to)}")
            print(f"{message.title}\n\n{message.body}\n" if message else "nothing to tell\n")
    return 0


def _named(variable: str) -> str:
    return variable if os.environ.get(variable) else f"{variable} (not set)"


def _waits(entry: Entry) -> str:
    error = f": {entry.error}" if entry.error else ""
    return f"waiting: {entry.id} {entry.title} -> {entry.recipient}, {entry.tries} tries, next {entry.due[:16]}{error}"
