"""What a crawl may be told from outside, and what Scrapy is told in turn.

Scrapy's own defaults are impolite and verify no certificates; everything that matters is set here.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from data.model import Source
from data.tables import TABLES

NAME = "ai-policy-kb"
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
DELAY = 2.0
"""Seconds between two requests to one host where the source says nothing else."""


class SettingError(ValueError):
    """A setting cannot be used; the text names it and what it may be."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a crawl is run.

    archive, tables: folders. contact: address in the User-Agent, where a webmaster can complain. hosts: a file of
    lines `host address` that is asked before DNS. allow_private: loopback and private addresses may be asked (tests).
    delay: seconds between requests to a host, over what sources say. at_once: sources crawled side by side.
    max_bytes: largest body, unpacked. timeout: seconds a request may take. retries: tries after the first one.
    list_pages: most pages of one list. retry_after_max: longest wait, in seconds, that a server may ask for.
    resume_hours: how long the pages of a run that was stopped count as fetched.
    """

    archive: Path = Path("var/archive")
    tables: Path = TABLES
    contact: str = "contact-not-set"
    hosts: Path | None = None
    allow_private: bool = False
    delay: float | None = None
    at_once: int = 8
    max_bytes: int = 32 * 1024 * 1024
    timeout: int = 60
    retries: int = 2
    list_pages: int = 20
    retry_after_max: int = 120
    resume_hours: int = 24

    @property
    def user_agent(self) -> str:
        """Who we are, in every request."""
        return f"Mozilla/5.0 (compatible; {NAME}/{version(NAME)}; +{self.contact})"


_READERS: Mapping[str, Callable[[str], Any]] = {
    "archive": Path,
    "tables": Path,
    "contact": str,
    "hosts": Path,
    "allow_private": lambda text: {"1": True, "0": False}[text],
    "delay": float,
    **dict.fromkeys(
        ("at_once", "max_bytes", "timeout", "retries", "list_pages", "retry_after_max", "resume_hours"), int
    ),
}


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read `CRAWLER_ARCHIVE`, `CRAWLER_CONTACT` and so on, one for each field. Raises `SettingError`."""
    values: dict[str, Any] = {}
    for field, read in _READERS.items():
        name = f"CRAWLER_{field.upper()}"
        if text := environment.get(name):
            try:
                values[field] = read(text)
            except (ValueError, KeyError):
                raise SettingError(f"{name}: {text!r} cannot be used") from None
    settings = Settings(**values)
    if not re.fullmatch(r"[!-~]+", settings.contact):
        raise SettingError("CRAWLER_CONTACT: must be a mail address or a web address without blanks")
    if settings.hosts is not None and not settings.hosts.is_file():
        raise SettingError(f"CRAWLER_HOSTS: {settings.hosts} is no file")
    if (settings.delay or 0) < 0 or min(settings.at_once, settings.max_bytes, settings.timeout) < 1:
        raise SettingError("CRAWLER_DELAY, CRAWLER_AT_ONCE, CRAWLER_MAX_BYTES, CRAWLER_TIMEOUT: must be above zero")
    return settings


def for_scrapy(settings: Settings, source: Source) -> dict[str, Any]:
    """Return the Scrapy settings for the crawl of one source."""
    delay = settings.delay if settings.delay is not None else source.delay or DELAY
    return {
        **_OF_ALL,
        "USER_AGENT": settings.user_agent,
        "DOWNLOAD_DELAY": delay,
        "AUTOTHROTTLE_ENABLED": delay > 0,
        "AUTOTHROTTLE_START_DELAY": delay,
        "DOWNLOAD_TIMEOUT": settings.timeout,
        "DOWNLOAD_MAXSIZE": settings.max_bytes,
        "DOWNLOADER_CLIENT_TLS_CIPHERS": "DEFAULT@SECLEVEL=1" if source.weak_ciphers else "DEFAULT",
        "DOWNLOAD_HANDLERS": {
            "http": "crawler.downloads.BoundedHTTP",
            "https": "crawler.tls.LegacyHTTPS" if source.legacy_renegotiation else "crawler.downloads.BoundedHTTP",
        },
        "RETRY_TIMES": settings.retries,
        "CRAWL_SETTINGS": settings,
    }


_RETRIED = [
    # Not names that are unknown: asking again in half a minute finds the same.
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadTimeoutError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.ResponseDataLossError",
    "builtins.OSError",
]
# What has nothing to do here is left out: most of it is passed, or told, at every request and page.
_EXTENSIONS: dict[str, int | None] = {
    f"scrapy.extensions.{name}": None
    for name in (
        "corestats.CoreStats",
        "feedexport.FeedExporter",
        "logstats.LogStats",
        "memusage.MemoryUsage",
        "remote_control.RemoteControl",
        "spiderstate.SpiderState",
    )
}
_SPIDER_MIDDLEWARES: dict[str, int | None] = {
    f"scrapy.spidermiddlewares.{name}": None
    for name in (
        "depth.DepthMiddleware",
        "httperror.HttpErrorMiddleware",
        "metacopy.MetaCopyDetectionMiddleware",
        "start.StartSpiderMiddleware",
    )
}
_SCRAPY = "scrapy.downloadermiddlewares"
_MIDDLEWARES: dict[str, int | None] = {
    f"{_SCRAPY}.httpauth.HttpAuthMiddleware": None,
    f"{_SCRAPY}.offsite.OffsiteMiddleware": None,
    f"{_SCRAPY}.robotstxt.RobotsTxtMiddleware": None,
    f"{_SCRAPY}.retry.RetryMiddleware": None,
    f"{_SCRAPY}.redirect.RedirectMiddleware": None,
    f"{_SCRAPY}.redirect.MetaRefreshMiddleware": None,
    f"{_SCRAPY}.httpcompression.HttpCompressionMiddleware": None,
    "crawler.fences.HostFence": 50,
    "crawler.robots.StrictRobots": 100,
    "crawler.fences.FencedMetaRefresh": 520,
    # After whatever may wait for long, as a large body holds up the others.
    "crawler.unpacking.WholeBodies": 530,
    "crawler.politeness.DeadHosts": 540,
    "crawler.fences.FencedRedirect": 600,
    # Nearest to the server: waits and retries before anything else sees the answer, one request a host at a time.
    "crawler.politeness.PatientRetry": 550,
    "crawler.politeness.OneAtATime": 990,
}

_OF_ALL: Mapping[str, Any] = {
    # Sites with several languages are asked for the one in which the documents are in force.
    "DEFAULT_REQUEST_HEADERS": {"Accept": ACCEPT, "Accept-Language": "zh-CN,zh;q=0.9"},
    "ROBOTSTXT_OBEY": True,
    "ROBOTSTXT_USER_AGENT": NAME,
    # What is in flight is waited for when a crawl is stopped, and goes before the next page of a list.
    "CONCURRENT_REQUESTS": 4,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_WARNSIZE": 0,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "RETRY_EXCEPTIONS": _RETRIED,
    "REDIRECT_MAX_TIMES": 5,
    "REFERER_ENABLED": False,
    "COOKIES_ENABLED": False,
    "HTTPPROXY_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    # A server on loopback that runs the Python code it is sent; Scrapy 2.19 starts one for each crawl by default.
    "REMOTE_CONTROL_ENABLED": False,
    "EXTENSIONS": _EXTENSIONS,
    "HTTPERROR_ALLOW_ALL": True,
    "DNS_RESOLVER": "crawler.addresses.PublicResolver",
    "DOWNLOADER_MIDDLEWARES": _MIDDLEWARES,
    "SPIDER_MIDDLEWARES": _SPIDER_MIDDLEWARES,
    # The pipeline does one thing at a time; by default a hundred tasks are started for each answer.
    "CONCURRENT_ITEMS": 1,
    # Reads the source of the callback again for each answer.
    "WARN_ON_GENERATOR_RETURN_VALUE": False,
    "ITEM_PIPELINES": {"crawler.pipelines.ArchivePipeline": 0},
    "MEMDEBUG_ENABLED": False,
    "LOG_LEVEL": "ERROR",
    "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
    "DOWNLOADER_STATS": False,
}
"""Settings that no source and no setting of ours changes."""
