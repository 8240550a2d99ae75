"""Times and memory as numbers: percentiles of searches, the peak of a process, the seconds of a core."""

import os
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from platform import machine, platform, python_version
from statistics import quantiles
from typing import TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Milliseconds that half, 95 % and 99 % of the calls did not exceed."""

    p50: float
    p95: float
    p99: float


def percentiles(seconds: Sequence[float]) -> Percentiles:
    """Return the percentiles of at least two times, in milliseconds."""
    cuts = [1000 * cut for cut in quantiles(seconds, n=100, method="inclusive")]
    return Percentiles(round(cuts[49], 2), round(cuts[94], 2), round(cuts[98], 2))


def timed(call: Callable[[], Value]) -> tuple[float, Value]:
    """Return the seconds that a call took, and what it returned."""
    began = time.perf_counter()
    value = call()
    return time.perf_counter() - began, value


def peak_megabytes() -> float:
    """Return the most memory that this process ever held, or one of the processes it started and waited for."""
    kilobytes = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return round(kilobytes / 1000, 1)


def core_seconds(process: int) -> float | None:
    """Return the seconds of a core that a process has used; `None` where the system does not tell."""
    try:
        values = Path("/proc", str(process), "stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    except OSError:
        return None
    return (int(values[11]) + int(values[12])) / os.sysconf("SC_CLK_TCK")


def machine_lines() -> dict[str, str]:
    """Return what the figures depend on: processor, cores, Python, and how busy the machine is."""
    model = "unknown"
    if (known := Path("/proc/cpuinfo")).exists():
        names = [line for line in known.read_text(encoding="utf-8").splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return {
        "processor": f"{model} ({machine()})",
        "cores": str(os.cpu_count()),
        "system": platform(),
        "python": python_version(),
        "load": load,
    }
