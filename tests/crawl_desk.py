"""A place to crawl from: tables with sources of one's own, an archive, and `python -m crawler` in a subprocess."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from data.archive import Archive
from data.model import Outcome, Run, Visit
from data.tables import TABLES
from tests.site_server import Reply, SiteServer, article, listing

ROOT = Path(__file__).parents[1]
CONTACT = "https://contact.test/crawler"
PATIENCE = 60
"""Seconds after which a crawl that does not end is a fault."""

PUBLISHER = "测试局"

FILING = {
    "about": "无",
    **{name: [] for name in ("routes", "materials", "steps", "requirements", "figures", "local_steps", "legal_basis")},
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table at the end of a crawl."""

    outcome: str
    pages: int
    new: int
    changed: int


@dataclass(frozen=True, slots=True)
class Crawled:
    """How a crawl ended. peak: most memory the process had at one time, in bytes."""

    code: int
    out: str
    err: str
    peak: int

    @property
    def rows(self) -> dict[str, Row]:
        """The table, by source."""
        lines = self.out.splitlines()
        heads = [number for number, line in enumerate(lines) if re.match(r"source +publisher +outcome ", line)]
        rows: dict[str, Row] = {}
        for line in lines[heads[-1] + 1 :] if heads else []:
            if not line.strip():
                break
            name, _, outcome, pages, new, changed, *_ = re.split(r" {2,}", line)
            rows[name] = Row(outcome, int(pages), int(new), int(changed))
        return rows


class Desk:
    """Tables, archive and crawls in `folder`, against `sites`."""

    def __init__(self, folder: Path, sites: SiteServer) -> None:
        self.folder = folder
        self.sites = sites
        self.names: dict[str, str] = {}
        self._tables = folder / "tables"
        ignored = shutil.ignore_patterns("sources", "catalog", "filing_procedure.yml")
        shutil.copytree(TABLES, self._tables, ignore=ignored)
        (self._tables / "sources").mkdir()
        (self._tables / "catalog").mkdir()
        self._write("filing_procedure.yml", FILING)

    def add(
        self,
        name: str,
        *lists: str | tuple[str, dict[str, str]],
        family: str = "html_list",
        hosts: Sequence[str] | None = None,
        expected: int | None = 1,
        **keys: object,
    ) -> None:
        """Add a source. lists: addresses, or (address, options). hosts: those of the lists if not given."""
        listings = [(entry, {}) if isinstance(entry, str) else entry for entry in lists]
        own = list(hosts or dict.fromkeys(urlsplit(url).netloc for url, _ in listings))
        record = {
            "id": name,
            "publisher": PUBLISHER,
            "region": "000000",
            "family": family,
            "hosts": own,
            "listings": [{"url": url, "options": options} for url, options in listings],
            "verified": "never",
            "confidence": "low",
            **({} if expected is None else {"expected": expected}),
            **keys,
        }
        self._write(f"sources/{name}.yml", record)
        for host in own:
            self.names.setdefault(host.rpartition(":")[0] or host, self.sites.address)

    def cite(self, *urls: str) -> None:
        """Let the catalog cite documents at these addresses."""
        documents = [
            {
                "id": f"doc-{number}",
                "title": f"第{number}号文件",
                "title_status": "verified",
                "kind": "policy",
                "confidence": "high",
                "region": "000000",
                "level": "central",
                "url": url,
            }
            for number, url in enumerate(urls, 1)
        ]
        self._write("catalog/test.yml", documents)

    def start(
        self, *arguments: str, program: Sequence[str] = ("-m", "crawler"), **environment: str
    ) -> subprocess.Popen[bytes]:
        """Start the command line of the crawler. environment: settings without CRAWLER_, and SSL_CERT_FILE."""
        hosts = self.folder / "hosts"
        hosts.write_text("".join(f"{name} {address}\n" for name, address in self.names.items()), encoding="utf-8")
        settings = {
            "ARCHIVE": str(self.folder / "archive"),
            "TABLES": str(self._tables),
            "HOSTS": str(hosts),
            "CONTACT": CONTACT,
            "ALLOW_PRIVATE": "1",
            "DELAY": "0",
            "TIMEOUT": "5",
            "RETRIES": "1",
            **environment,
        }
        given = {name: value for name, value in os.environ.items() if not name.startswith("CRAWLER_")}
        given |= {name if name == "SSL_CERT_FILE" else f"CRAWLER_{name}": settings[name] for name in settings}
        number = len(list(self.folder.glob("*.out")))
        with (self.folder / f"{number}.out").open("wb") as out, (self.folder / f"{number}.err").open("wb") as err:
            command = [sys.executable, *program, *arguments]
            process = subprocess.Popen(command, cwd=ROOT, env=given, stdout=out, stderr=err)
        self._outputs = {**getattr(self, "_outputs", {}), process.pid: number}
        return process

    def run(self, *arguments: str, **environment: str) -> Crawled:
        """Run a command to its end."""
        return self.end(self.start(*arguments, **environment))

    def crawl(self, *sources: str, code: int = 0, **environment: str) -> Crawled:
        """Crawl, and expect this exit code and nothing said of errors."""
        crawled = self.run("crawl", *sources, **environment)
        assert (crawled.code, crawled.err) == (code, ""), crawled.out
        return crawled

    def end(self, process: subprocess.Popen[bytes]) -> Crawled:
        """Wait for the end of a command. One that takes longer than `PATIENCE` is killed, which is a fault."""
        peak, until = 0, time.monotonic() + PATIENCE
        while process.poll() is None:
            peak = max(peak, _peak(process.pid))
            if time.monotonic() > until:
                process.kill()
                process.wait()
                raise AssertionError(f"the crawl did not end in {PATIENCE} s\n{self._said(process)}")
            time.sleep(0.02)
        out, err = self._said(process)
        assert "Traceback" not in out + err, out + err
        return Crawled(process.returncode, out, err, peak)

    @property
    def archive(self) -> Archive:
        """The archive, for reading."""
        return Archive(self.folder / "archive")

    def last(self, source: str) -> Run:
        """Return the newest run."""
        with self.archive as archive:
            return archive.runs(source)[-1]

    def outcomes(self, source: str) -> list[Outcome | None]:
        """Return how the runs of a source ended, oldest first."""
        with self.archive as archive:
            return [run.outcome for run in archive.runs(source)]

    def visits(self, source: str, run: int = -1) -> list[Visit]:
        """Return the visits of a run, of the newest one if not said otherwise."""
        with self.archive as archive:
            runs = archive.runs(source)
            return list(archive.visits(runs[run])) if runs else []

    def findings(self, source: str, run: int = -1) -> dict[str, str]:
        """Return what a run found, by path and query of the address."""
        return {_target(visit.url): str(visit.finding) for visit in self.visits(source, run)}

    def held(self, source: str) -> dict[str, bytes]:
        """Return the newest version of each page of a source, by path and query."""
        with self.archive as archive:
            return {_target(page.url): page.body for page in archive.pages(source)}

    def versions(self, source: str) -> Counter[str]:
        """Return the number of versions of each page, by path and query."""
        with self.archive as archive:
            return Counter(
                {_target(page.url): len(archive.versions(page.url, source)) for page in archive.pages(source)}
            )

    def _said(self, process: subprocess.Popen[bytes]) -> tuple[str, str]:
        number = self._outputs[process.pid]
        out, err = ((self.folder / f"{number}.{kind}").read_text(encoding="utf-8") for kind in ("out", "err"))
        return out, err

    def _write(self, name: str, content: object) -> None:
        (self._tables / name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def script_site(
    sites: SiteServer,
    name: str,
    pages: int,
    *,
    wait: float = 0,
    first: int = 1,
    answer: Callable[[int], Reply] | None = None,
) -> list[str]:
    """Script a site of one list, `/zc/`, and its articles; returns the articles' paths. answer: for a number."""
    numbers = range(first, first + pages)
    paths = [f"/zc/t20261102_{number}.html" for number in numbers]
    sites.script(name, "/zc/", listing((path, f"人工智能办法第{path[14:-5]}号") for path in paths))
    for number, path in zip(numbers, paths, strict=True):
        reply = (
            answer(number) if answer else article(f"人工智能办法第{number}号", f"第{number}条　制定本办法。").modified()
        )
        sites.script(name, path, Reply(reply.body, reply.status, reply.headers, wait))
    return paths


def wait_for(condition: Iterator[bool], seconds: float = 30) -> None:
    """Wait until `condition` yields True."""
    until = time.monotonic() + seconds
    while not next(condition):
        assert time.monotonic() < until, "what was waited for did not come"
        time.sleep(0.01)


def kill(process: subprocess.Popen[bytes], number: signal.Signals = signal.SIGKILL) -> None:
    """Send a signal and wait for the end."""
    process.send_signal(number)
    process.wait(PATIENCE)


def _peak(pid: int) -> int:
    with suppress(OSError):
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
        return int(found[1]) * 1024 if found else 0
    return 0


def _target(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
