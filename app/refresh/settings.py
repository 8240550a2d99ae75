"""Where a refresh finds and leaves things, from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crawler.settings import from_environment as crawler_settings

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Settings:
    """Folders and files; all are made when they are needed.

    archive, tables: those of the crawler. read: cache of pages read. folder: state and locks. reports: for people.
    subscriptions: the file. app: address of the app for links in messages; `None`: no links.
    scheduler: address of a Dask scheduler for reading; `None`: processes of this machine.
    """

    archive: Path
    tables: Path
    read: Path
    folder: Path
    reports: Path
    subscriptions: Path
    app: str | None
    scheduler: str | None = None

    @property
    def state(self) -> Path:
        """Return the file that holds what is kept between refreshes."""
        return self.folder / "state.sqlite"


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; names that are not set have their default. Raises `crawler.settings.SettingError`.

    `CRAWLER_ARCHIVE`, `CRAWLER_TABLES`, `REFRESH_READ`, `REFRESH_FOLDER`, `REFRESH_REPORTS`, `ALERTS_FILE`, `APP_URL`,
    `INDEX_SCHEDULER`.
    """
    crawler = crawler_settings(environment)
    named = {
        name: environment.get(name) for name in ("REFRESH_READ", "REFRESH_FOLDER", "REFRESH_REPORTS", "ALERTS_FILE")
    }

    def path(name: str, default: Path) -> Path:
        return Path(named[name] or default)

    return Settings(
        archive=ROOT / crawler.archive,
        tables=ROOT / crawler.tables,
        read=path("REFRESH_READ", ROOT / "var" / "read"),
        folder=path("REFRESH_FOLDER", ROOT / "var" / "refresh"),
        reports=path("REFRESH_REPORTS", ROOT / "var" / "reports"),
        subscriptions=path("ALERTS_FILE", ROOT / "subscriptions.yml"),
        app=(environment.get("APP_URL") or "").rstrip("/") or None,
        scheduler=environment.get("INDEX_SCHEDULER") or None,
    )
