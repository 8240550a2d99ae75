"""What one refresh works on, and what it has found so far."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from time import monotonic
from types import TracebackType

from app.alerts.delivery import Delivered
from app.alerts.outbox import Outbox
from app.alerts.subscriptions import Subscriptions
from app.refresh.crawl import SourceResult
from app.refresh.ledger import Ledger, Refresh
from app.refresh.report import Step
from app.refresh.settings import Settings
from data import journal
from data.archive import ArchiveError
from data.strict import TableError
from data.tables import Tables
from index.build import BuildError
from index.changes.rows import ChangesNotLoadedError
from index.changes.store import StateError, Store
from index.client import SearchUnavailableError
from index.executors import SchedulerError
from index.local_server import NodeError
from index.query import QueryError

FORESEEN = (
    ArchiveError,
    BuildError,
    ChangesNotLoadedError,
    NodeError,
    OSError,
    QueryError,
    SchedulerError,
    SearchUnavailableError,
    StateError,
    TableError,
)
Say = Callable[[str], None]


@dataclass(slots=True)
class Work:
    """One refresh under way: what it works on, and what it has found so far."""

    settings: Settings
    tables: Tables
    store: Store
    outbox: Outbox
    ledger: Ledger
    refresh: Refresh
    day: date
    say: Say
    environment: Mapping[str, str]
    steps: list[Step] = field(default_factory=list)
    sources: list[SourceResult] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    delivered: Delivered = field(default_factory=lambda: Delivered(0, ()))
    subscriptions: Subscriptions = field(default_factory=Subscriptions)
    documents: int = 0
    set_aside: list[str] = field(default_factory=list)

    def step(self, name: str) -> "Doing":
        """Do one step: what is foreseen to fail in the block is entered and said, and the work goes on after it."""
        return Doing(self, name, monotonic())

    def skip(self, name: str, why: str) -> None:
        """Enter that a step was not made."""
        self.steps.append(Step(name, 0.0, skipped=why))
        journal.event("step skipped", step=name, why=why)

    @property
    def errors(self) -> list[str]:
        """What failed so far."""
        return [f"{step.name}: {step.error}" for step in self.steps if step.error]


@dataclass(frozen=True, slots=True)
class Doing:
    """One step under way, as a `with` block."""

    work: Work
    name: str
    began: float

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        foreseen = isinstance(error, FORESEEN)
        cause = None if error is None else str(error) if foreseen else f"{type(error).__name__}: {error}"
        seconds = monotonic() - self.began
        self.work.steps.append(Step(self.name, seconds, cause))
        journal.event("step ended", error=cause, step=self.name, seconds=round(seconds, 3))
        if foreseen:
            self.work.say(f"{self.name}: failed: {error}")
        return foreseen
