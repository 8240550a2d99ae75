"""From changes to messages: what each subscription has not been told yet, as far as its search finds it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from app.alerts.digest import Message, digest
from app.alerts.outbox import Outbox, Told
from app.alerts.subscriptions import WAITS, Subscription
from data.model import Change, ChangeKind, Incentive
from data.tables import Tables
from index.changes.facts import PAST
from index.changes.match import Matcher
from index.changes.store import Store

ENDED = PAST | {ChangeKind.WITHDRAWN}
"""Changes after which a document may not be found by a search for what is in force; see `index.changes.match`."""


class Group(StrEnum):
    """How a change is looked for: as the search is, without its amounts, or in whatever state of validity."""

    PRESENT = "present"
    AMENDED = "amended"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Announced:
    """What one subscription is told. message: `None` if nothing fits, or not before `due`. changes: in the message."""

    subscription: str
    number: int
    message: Message | None
    changes: int = 0


def register(store: Store, outbox: Outbox, subscriptions: Sequence[Subscription], *, refresh: str = "") -> None:
    """Enter subscriptions that are new; they are told what the refresh of this id finds, and nothing earlier."""
    for one in subscriptions:
        outbox.register(one.name, store.last_number(without=refresh))


@dataclass(frozen=True, slots=True)
class Announcer:
    """Makes digests. app: address of the app for links, `None` for none. day: the day that searches are asked for."""

    store: Store
    outbox: Outbox
    matcher: Matcher
    tables: Tables
    day: date
    app: str | None

    def announce(self, subscriptions: Sequence[Subscription], now: datetime) -> Iterator[Announced]:
        """Put each digest that is due into the outbox and yield what was done."""
        for one in subscriptions:
            made = self.prepare(one, now)
            if made is not None:
                self.outbox.post(one.name, made.number, now, made.message, one.to)
                yield made

    def prepare(self, subscription: Subscription, now: datetime, *, early: bool = False) -> Announced | None:
        """Return the digest of `subscription`, `None` if it is not due. early: even so. Changes nothing."""
        told = self.outbox.told(subscription.name) or Told(self.store.last_number(), None)
        if not early and told.sent is not None and now - told.sent < WAITS[subscription.often]:
            return None
        found = list(self.store.changes(told.number))
        number = found[-1].number if found else told.number
        wanted = [one.change for one in found if not subscription.changes or one.change.kind in subscription.changes]
        grants = self._found(subscription, wanted)
        fitting = [change for change in wanted if (change.document, _group(change)) in grants]
        if not fitting:
            return Announced(subscription.name, number, None)
        shown = {document: found for (document, _), found in grants.items()}
        search, tables = subscription.search, self.tables
        message = digest(subscription.name, fitting, shown, search, tables, day=self.day, app=self.app)
        return Announced(subscription.name, number, message, len(fitting))

    def _found(
        self, subscription: Subscription, changes: Sequence[Change]
    ) -> dict[tuple[str, Group], tuple[Incentive, ...]]:
        """Return what the search finds, by document and the group of changes for which it was asked."""
        query = subscription.query(self.tables, self.day)
        found: dict[tuple[str, Group], tuple[Incentive, ...]] = {}
        for group in Group:
            documents = {change.document for change in changes if _group(change) is group}
            if documents:
                # The amount may be what was amended, so an amended document need not reach the least one any more.
                asked = replace(query, min_amount=None, max_amount=None) if group is Group.AMENDED else query
                hits = self.matcher.found(asked, documents, ended=group is Group.ENDED)
                found |= {(document, group): grants for document, grants in hits.items()}
        return found


def _group(change: Change) -> Group:
    if change.kind in ENDED:
        return Group.ENDED
    return Group.AMENDED if change.kind is ChangeKind.AMENDED else Group.PRESENT
