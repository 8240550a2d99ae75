"""The machine: Python and its packages, Java and Maven for a local node, disk, memory."""

import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from app.doctor.finding import Finding, doubt, fault, good, some
from index.distribution import NAME
from index.node_folder import HOME
from index.system import NEEDS, find

PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)\s*(?:;\s*python_version\s*<\s*\"([\d.]+)\")?", re.MULTILINE)
LEAST_PYTHON = (3, 11)
GIGABYTE = 10**9
DISK_FAULT, DISK_DOUBT = 1.0, 5.0
"""Gigabytes free: a full crawl with its index takes less than the second, a WARC file may be as large as the first."""

MEMORY_DOUBT = 1.5


def python() -> Finding:
    """Look at the version of Python."""
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < LEAST_PYTHON:
        return fault("python", found, "install Python 3.11 or newer and run `make clean run PYTHON=python3.11`")
    return good("python", found)


def packages(requirements: Path) -> Finding:
    """Compare the installed packages with the pins."""
    if not requirements.exists():
        return doubt("packages", f"{requirements} is not there", "get the whole project: nothing says what it needs")
    pins = PIN.findall(requirements.read_text(encoding="utf-8"))
    wanted = {name: pin for name, pin, below in pins if not below or sys.version_info[:2] < _numbers(below)}
    wrong = [f"{name} {_installed(name)} (pinned {pin})" for name, pin in wanted.items() if _installed(name) != pin]
    if wrong:
        return fault("packages", some(wrong), f"run `{sys.executable} -m pip install -r {requirements}`")
    return good("packages", f"{len(wanted)} as pinned")


def programs() -> Iterator[Finding]:
    """Look for what a local node needs."""
    java = find("java")
    yield good("java", str(java)) if java else fault("java", "not found", NEEDS["java"].missing())
    unpacked = HOME / "dist" / NAME
    if unpacked.is_dir():
        yield good("distribution", f"{NAME} is unpacked")
    elif maven := find("maven"):
        yield good("maven", f"{maven}; {NAME} will be fetched with it")
    else:
        yield fault("maven", "not found", NEEDS["maven"].missing())


def disk(folders: Sequence[Path]) -> Iterator[Finding]:
    """Look at the room on each disk that is written to."""
    seen: set[int] = set()
    for folder in folders:
        there = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
        if (device := there.stat().st_dev) in seen:
            continue
        seen.add(device)
        free = shutil.disk_usage(there).free / GIGABYTE
        found, what = f"{free:.1f} GB free", f"disk of {folder}"
        if free < DISK_FAULT:
            yield fault(what, found, "make room, or move the folder; what is archived is never deleted by the project")
        elif free < DISK_DOUBT:
            yield doubt(what, found, f"make room: {DISK_DOUBT:.0f} GB let a full crawl and a rebuild beside run")
        else:
            yield good(what, found)


def memory(meminfo: Path = Path("/proc/meminfo")) -> Iterator[Finding]:
    """Look at the memory that programs can have; nothing is said where the system does not tell."""
    try:
        found = re.search(r"^MemAvailable:\s+(\d+) kB", meminfo.read_text(encoding="ascii"), re.MULTILINE)
    except OSError:
        return
    if found:
        free = int(found[1]) * 1024 / GIGABYTE
        said = f"{free:.1f} GB available"
        if free < MEMORY_DOUBT:
            yield doubt("memory", said, "end other programs, or give the local node less with ES_HEAP=512m")
        else:
            yield good("memory", said)


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))
