"""What the project is built from: `python -m tests.supply` lists the licences and asks for known vulnerabilities.

Every pinned package must state a licence that lets everybody use and change the whole (table `ALLOWED`). pip-audit is
asked for what is known against the pins; where its service does not answer, or only for some, that is said and is no
failure: a check must not hang on the network. Exit code 1: a licence that is not allowed, a
lock file that does not fit, or a known vulnerability.
"""

import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
FILES = (ROOT / "requirements.txt", ROOT / "requirements-dev.txt")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)", re.MULTILINE)
AUDIT_SECONDS = 120

ALLOWED = re.compile(
    r"(0BSD|3-Clause BSD|Apache|BSD|CC0|CNRI|ISC|MIT|Mozilla Public|MPL|PSF|Python Software Foundation|Zlib|ZPL)"
    r"[\w .()-]*",
    re.IGNORECASE,
)
"""Of each licence the beginning of its name, as packages state it."""

READ = {"axe-playwright-python": "MIT AND MPL-2.0"}
"""Packages whose metadata state none, and what the licence files in them say (axe.min.js is under MPL-2.0)."""

NOISE = {"OSI Approved", "DFSG approved", "dependency licenses"}


@dataclass(frozen=True, slots=True)
class Audit:
    """What pip-audit said. known: lines; skipped: packages nothing was said about. answered: whether it did at all."""

    known: tuple[str, ...] = ()
    skipped: int = 0
    answered: bool = True


def pinned(files: Iterable[Path] = FILES) -> list[str]:
    """Return the names of all pinned packages."""
    return sorted({name for file in files for name, _ in PIN.findall(file.read_text(encoding="utf-8"))}, key=str.lower)


def unlocked(files: Iterable[Path] = FILES) -> list[str]:
    """Return what is wrong with the lock files: pins that they have and the requirements have not, and the reverse."""
    wrong = []
    for file in files:
        wanted, locked = (
            {(name_of(name), version) for name, version in PIN.findall(one.read_text(encoding="utf-8"))}
            for one in (file, file.with_suffix(".lock"))
        )
        lines = [f"{name}=={version}" for name, version in sorted(wanted ^ locked)]
        wrong += [f"{file.stem}.lock and .txt differ: {', '.join(lines)}: run `make lock`"] if lines else []
    return wrong


def name_of(package: str) -> str:
    """Return the name of a package in the form in which names are compared."""
    return re.sub(r"[-_.]+", "-", package).lower()


def licence(found: Distribution) -> str:
    """Return what a package states, empty if nothing."""
    stated = found.metadata
    names = [line.split(" :: ")[-1] for line in stated.get_all("Classifier") or [] if line.startswith("License ::")]
    (expression,), (free,) = (stated.get_all(name) or [""] for name in ("License-Expression", "License"))
    return expression or "; ".join(names) or free.strip().split("\n")[0]


def allowed(stated: str) -> bool:
    """Return whether one of the choices (OR) has allowed parts only (AND, commas, semicolons)."""
    return any(
        bool(parts) and all(ALLOWED.fullmatch(part) for part in parts)
        for choice in re.split(r"\s+OR\s+", stated.strip("() "))
        for parts in [[part.strip(" ()") for part in re.split(r"\s+AND\s+|[;,]", choice) if part.strip() not in NOISE]]
    )


def licences(names: Iterable[str]) -> tuple[dict[str, list[str]], list[str]]:
    """Return the packages by licence, and what is wrong."""
    by_licence: dict[str, list[str]] = defaultdict(list)
    wrong = []
    for name in names:
        try:
            stated = licence(distribution(name)) or READ.get(name, "")
        except PackageNotFoundError:
            wrong.append(f"{name}: pinned, and not installed")
            continue
        by_licence[stated].append(name)
        if not allowed(stated):
            wrong.append(f"{name}: {stated or 'states no licence'}")
    return by_licence, wrong


def audit(files: Sequence[Path] = FILES, seconds: int = AUDIT_SECONDS) -> Audit:
    """Ask pip-audit; nothing is installed for it."""
    options = ["--no-deps", "--disable-pip", "--progress-spinner=off", "--format=json", "--timeout=10"]
    try:
        with TemporaryDirectory() as folder:
            plain = [f"--requirement={file}" for file in _plain(files, Path(folder))]
            command = [sys.executable, "-m", "pip_audit", *options, *plain]
            done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
        return read_audit(done.stdout)
    except (subprocess.TimeoutExpired, OSError):
        return Audit(answered=False)


def read_audit(output: str) -> Audit:
    """Return what pip-audit's JSON says; anything else is no answer."""
    try:
        packages = json.loads(output)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Audit(answered=False)
    known = tuple(
        f"{package['name']} {package['version']}: {found['id']}, fixed in {', '.join(found['fix_versions']) or 'none'}"
        for package in packages
        for found in package.get("vulns", ())
    )
    return Audit(known, sum("skip_reason" in package for package in packages))


def _plain(files: Iterable[Path], folder: Path) -> Iterator[Path]:
    """Yield files with the pins alone: pip-audit takes no `-e` and no `-r`."""
    for file in files:
        pins = "".join(f"{name}=={pin}\n" for name, pin in PIN.findall(file.read_text(encoding="utf-8")))
        beside = folder / file.name
        beside.write_text(pins, encoding="utf-8")
        yield beside


def main() -> int:
    """Print both; returns 1 if something is wrong."""
    by_licence, wrong = licences(names := pinned())
    for stated, packages in sorted(by_licence.items()):
        print(f"{len(packages):4} {stated or 'none stated'}: {', '.join(packages)}")
    said = audit()
    if not said.answered:
        print("vulnerabilities: not asked: pip-audit is missing, or its service does not answer here")
    else:
        print(f"vulnerabilities: {len(said.known)} known; no answer for {said.skipped} of {len(names)} packages")
    for line in (*(wrong := wrong + unlocked()), *said.known):
        print(f"error: {line}", file=sys.stderr)
    return int(bool(wrong or said.known))


if __name__ == "__main__":
    sys.exit(main())
