"""The table that windows are read with, `data/tables/reading/windows.yml`, and the patterns made of its lists."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from data.strict import read_record
from data.tables import TABLES

TABLE = TABLES / "reading" / "windows.yml"


@dataclass(frozen=True, slots=True)
class WindowWords:
    """The lists of `windows.yml`; the comments there say what each is for. kinds: cues by code of the incentive."""

    apply: tuple[str, ...]
    paper: tuple[str, ...]
    forward: tuple[str, ...]
    other: tuple[str, ...]
    vetoes: tuple[str, ...]
    no_windows: tuple[str, ...]
    firms: tuple[str, ...]
    forwarders: tuple[str, ...]
    rolling: tuple[str, ...]
    not_rolling: tuple[str, ...]
    remarks: tuple[str, ...]
    rewards: tuple[str, ...]
    filing_reward: tuple[str, ...]
    registration_reward: tuple[str, ...]
    algorithm_filing_reward: tuple[str, ...]
    not_filings: tuple[str, ...]
    kinds: Mapping[str, tuple[str, ...]]
    materials: tuple[str, ...]
    not_materials: tuple[str, ...]
    office_labels: tuple[str, ...]
    address_labels: tuple[str, ...]
    organ_endings: tuple[str, ...]
    not_organ_after: tuple[str, ...]
    address_endings: tuple[str, ...]


@cache
def words() -> WindowWords:
    """Return the table, read once a process. Raises `TableError`."""
    return read_record(TABLE, WindowWords)


def pattern(*lists: Iterable[str]) -> str:
    """Return a pattern that matches any of the words, of two that begin alike the longer."""
    together = {word for group in lists for word in group}
    return "|".join(re.escape(word) for word in sorted(together, key=lambda word: (-len(word), word)))
