"""The programs this machine must have: found, or installed where we may, or named in one clear line.

`python -m index.system java maven chromium font` makes sure of them and ends with 0, or with 1 and the reason.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

JAVA_AT_LEAST = 21
JVM_FOLDER = Path("/usr/lib/jvm")
APT_SECONDS = 1200

Say = Callable[[str], None]


class MissingProgramError(RuntimeError):
    """A program is not on this machine. The text says what was looked for, where, and what to install."""


@dataclass(frozen=True, slots=True)
class Need:
    """A program: how to find it, where that looks, and the package sets that bring it, best first."""

    name: str
    find: Callable[[], Path | None]
    looked: str
    packages: tuple[tuple[str, ...], ...]

    def missing(self) -> str:
        """Return the line that tells a person what to do."""
        choices = " or ".join(" ".join(packages) for packages in self.packages)
        return f"{self.name} not found: looked for {self.looked}; install {choices}"


def print_line(line: str) -> None:
    """Tell the person at the terminal, on standard error."""
    print(line, file=sys.stderr, flush=True)


def say_nothing(_: str) -> None:
    """Tell nobody."""


def find(need: str) -> Path | None:
    """Return where a program of `NEEDS` is (for `font`: the first font file), or `None`."""
    return NEEDS[need].find()


def ensure(needs: Sequence[str], say: Say = print_line) -> None:
    """Make sure of every program; what is missing is installed if we are root and have apt-get.

    Raises `MissingProgramError` with one line for each program that is still missing.
    """
    missing = [NEEDS[need] for need in needs if find(need) is None]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        _apt(["update"], say)
        missing = [need for need in missing if not _install(need, say)]
    if missing:
        raise MissingProgramError("\n".join(need.missing() for need in missing))


def wait(process: "subprocess.Popen[bytes]", progress: Callable[[int], None], limit: float, every: float = 2) -> int:
    """Return the exit status of `process`; `progress` is told the seconds so far, `every` so many.

    The process is killed if it takes longer than `limit` (raises `subprocess.TimeoutExpired`) or we are interrupted.
    """
    began = time.monotonic()
    try:
        while True:
            left = began + limit - time.monotonic()
            try:
                return process.wait(max(0, min(every, left)))
            except subprocess.TimeoutExpired:
                if left <= every:
                    raise
                progress(round(time.monotonic() - began))
    except BaseException:
        process.kill()
        process.wait()
        raise


def _find_java() -> Path | None:
    for place in _java_places():
        suitable = [(version, java) for java in place if (version := _java_version(java)) >= (JAVA_AT_LEAST,)]
        if suitable:
            return max(suitable)[1]
    return None


def _java_places() -> Iterator[list[Path]]:
    for variable in ("ES_JAVA_HOME", "JAVA_HOME"):
        if home := os.environ.get(variable):
            yield [Path(home) / "bin" / "java"]
    yield sorted(JVM_FOLDER.glob("*/bin/java"))
    if java := shutil.which("java"):
        yield [Path(java).resolve()]


def _java_version(java: Path) -> tuple[int, ...]:
    """Return a version such as (25, 0, 3); (0,) for what does not run or lacks the vector module."""
    modules = _output([str(java), "--list-modules"])
    version = re.search(r"^java\.base@(\d+(?:\.\d+)*)", modules, re.MULTILINE)
    if version is None or not re.search(r"^jdk\.incubator\.vector\b", modules, re.MULTILINE):
        return (0,)
    return tuple(int(part) for part in version[1].split("."))


def _output(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def _find_on_path(*names: str) -> Path | None:
    found = next(filter(None, map(shutil.which, names)), None)
    return Path(found) if found else None


def _find_chromium() -> Path | None:
    named = shutil.which(os.environ.get("CHROMIUM", ""))
    return Path(named) if named else _find_on_path("chromium", "chromium-browser", "google-chrome")


def _find_font() -> Path | None:
    files = _output(["fc-list", "-f", "%{file}\n", ":lang=zh"]).splitlines()
    return Path(files[0]) if files else None


NEEDS = {
    need.name: need
    for need in (
        Need(
            "java",
            _find_java,
            f"Java {JAVA_AT_LEAST} or newer with module jdk.incubator.vector in ES_JAVA_HOME, JAVA_HOME, "
            f"{JVM_FOLDER} and PATH",
            (("openjdk-25-jre-headless",), ("openjdk-21-jre-headless",)),
        ),
        Need("maven", lambda: _find_on_path("mvn"), "mvn in PATH", (("maven",),)),
        Need(
            "chromium",
            _find_chromium,
            "the program that CHROMIUM names, else chromium, chromium-browser or google-chrome in PATH",
            (("chromium",), ("chromium-browser",)),
        ),
        Need(
            "font",
            _find_font,
            "a font with Chinese characters by fc-list",
            (("fontconfig", "fonts-noto-cjk"), ("fontconfig", "fonts-wqy-microhei")),
        ),
    )
}


def _install(need: Need, say: Say) -> bool:
    """Try the package sets in order; returns whether the program is there now."""
    for packages in need.packages:
        done = _apt(["install", "--yes", "--no-install-recommends", *packages], say)
        if done and need.find() is not None:
            return True
    return False


def _apt(arguments: Sequence[str], say: Say) -> bool:
    """Run apt-get without questions; its output is shown only when it fails."""
    command = ["apt-get", "-o", "DPkg::Lock::Timeout=120", *arguments]
    doing = f"apt-get {arguments[0]} {' '.join(word for word in arguments[1:] if word[0] != '-')}".strip()
    say(doing)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            status = wait(process, lambda seconds: say(f"{doing}: {seconds} s"), APT_SECONDS, every=5)
        except subprocess.TimeoutExpired:
            status = -1
        output.seek(0)
        if status != 0:
            say(f"{doing} failed:\n{output.read().decode(errors='replace').strip()}")
    return status == 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Make sure of the programs named on the command line; returns 0 or 1."""
    parser = argparse.ArgumentParser(prog="python -m index.system", description=__doc__)
    parser.add_argument("needs", nargs="+", choices=sorted(NEEDS))
    try:
        ensure(parser.parse_args(arguments).needs)
    except MissingProgramError as error:
        print_line(str(error))
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
