"""Command of the app: `python -m app run` does the main job, from tables to the open page."""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from app import schedule
from app.alerts import command as alerts_command
from app.doctor import command as doctor_command
from app.refresh import command as refresh_command
from app.refresh.lock import BusyError
from app.schedule import ScheduleError
from app.sign_in import SignInError
from app.sign_in import from_environment as sign_in_from_environment
from crawler.settings import SettingError
from data import journal
from data.archive import ArchiveError
from data.strict import TableError
from data.tables import load
from index.build import BuildError
from index.changes.store import StateError
from index.client import Connection, SearchUnavailableError, clear_errors, connect
from index.cluster import cluster
from index.corpus import ARCHIVE, READ, read_corpus
from index.coverage import keep_sources
from index.executors import SchedulerError
from index.local_server import NodeError
from index.tokens import tokenizer
from index.update import update
from index.versions.loading import keep_versions

ROOT = Path(__file__).resolve().parents[1]
ADDRESS = "127.0.0.1"
PORT = 8501
READY_SECONDS = 90
STOP_SECONDS = 10
WATCH_SECONDS = 5


class AppError(RuntimeError):
    """The app did not start; the text says why and what to do."""


FORESEEN = (
    AppError,
    ArchiveError,
    BuildError,
    BusyError,
    NodeError,
    ScheduleError,
    SchedulerError,
    SearchUnavailableError,
    SettingError,
    SignInError,
    StateError,
    TableError,
)


def say(line: str) -> None:
    """Tell the person at the terminal what is going on."""
    print(line, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns 0, or 1 after a one-line reason on standard error."""
    parser = argparse.ArgumentParser(prog="python -m app", description=__doc__)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("run", help="start what is needed, build the index, serve the pages")
    command.add_argument("--port", default=os.environ.get("APP_PORT") or str(PORT))
    command.set_defaults(run=lambda options: run(_port(options.port)))
    for module in (refresh_command, alerts_command, schedule, doctor_command):
        module.add_to(commands)
    options = parser.parse_args(arguments)
    journal.write_to()
    # SIGINT too: a shell that starts us in the background has it ignored. SIGHUP: the terminal was closed.
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, _interrupt)
    try:
        with journal.run():
            return int(options.run(options) or 0)
    except FORESEEN as error:
        journal.event("command failed", error=str(error))
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        say("stopped")
        return 0


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def run(port: int) -> None:
    """Read the tables, start or find Elasticsearch, bring the index up to date, serve until interrupted."""
    sign_in_from_environment()
    say("tables: reading and checking")
    tables = load()
    say(f"tables: {len(tables.documents)} documents, {len(tables.regions)} regions, no fault")
    corpus = read_corpus(tables, say=say)
    _check_free(port)
    with cluster(say) as found:
        client = connect(found.writer)
        with clear_errors(client):
            built = update(client, corpus, tokenizer(), say=say)
            keep_sources(client, tables, ARCHIVE, say)
            keep_versions(client, corpus, ARCHIVE, READ, say)
        done = "built" if built.fresh else "unchanged"
        say(f"index: {done}, {built.documents} documents, {built.incentives} incentives")
        for row in built.rejected:
            say(f"index: left out {row}")
        with _served(found.reader, port) as server:
            say(f"\nready: http://{ADDRESS}:{port}   (Ctrl-C stops everything)")
            _watch(server, found.revive)


def _watch(server: subprocess.Popen[bytes], revive: Callable[[], None]) -> None:
    """Stay until the app ends, and start a local node anew that died beside it."""
    while True:
        with suppress(subprocess.TimeoutExpired):
            code = server.wait(WATCH_SECONDS)
            raise AppError(f"the app ended with code {code}; its messages stand above")
        revive()


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65_536:
        raise AppError(f"APP_PORT or --port: {text!r} is no port; it must be 1 to 65535")
    return int(text)


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            raise AppError(
                f"port {port} is held by another program: stop it, or choose another port with APP_PORT=8601 make run"
            ) from None


@contextmanager
def _served(connection: Connection, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app" / "server.py")]
    options = [f"--server.address={ADDRESS}", f"--server.port={port}", "--browser.serverAddress=127.0.0.1"]
    # In its own session, so that Ctrl-C reaches it through us and in our order: first the app, then the node.
    server = subprocess.Popen(
        command + options,
        cwd=ROOT,
        env=os.environ | connection.settings(),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_ready(server, port)
        yield server
    finally:
        _stop(server)


def _wait_ready(server: subprocess.Popen[bytes], port: int) -> None:
    say("app: starting")
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise AppError(f"the app ended with code {server.returncode} while it started")
        try:
            with urllib.request.urlopen(f"http://{ADDRESS}:{port}/_stcore/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AppError(f"the app did not answer within {READY_SECONDS} seconds")


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is not None:
        return
    server.terminate()
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


if __name__ == "__main__":
    sys.exit(main())
