"""Fuzz the readers: `python -m tests.fuzz.read [--minutes 5] [--engine hypothesis|atheris] [--what text|page]`.

hypothesis: texts and pages made of the words that rules look for; a failure is made small and printed. atheris: bytes
that reach new code, from the golden pages on (`pip install atheris`; it has wheels for CPython 3.11 to 3.13 on Linux).
"""

import argparse
import sys
import time
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from tests.fuzz.words import clauses, pages

GOLDEN = Path(__file__).parents[1] / "pages"
SLOW = 5.0
"""Seconds of a core over which one input of some thousand characters is a find, though it raised nothing."""


class TooSlowError(AssertionError):
    """An input took too long."""


def check_of(what: str) -> Callable[[Any], None]:
    """Return the check of texts or pages. It is imported here, as atheris instruments what is imported under it."""
    from tests.fuzz.checks import check_page, check_text

    return check_text if what == "text" else check_page


def timed(check: Callable[[Any], None], made: str | bytes) -> None:
    """Run a check and hold its time against `SLOW`."""
    before = time.process_time()
    check(made)
    if (took := time.process_time() - before) > SLOW:
        raise TooSlowError(f"{took:.1f} s for {made!r}")


def with_hypothesis(what: str, seconds: float) -> int:
    """Try examples in rounds until the time is over. Returns how many were tried; a find is raised."""
    check, made = check_of(what), {"text": clauses, "page": pages}[what]
    end, tried = time.monotonic() + seconds, 0

    @settings(
        max_examples=500, database=None, derandomize=False, print_blob=False, report_multiple_bugs=False,
        phases=(Phase.generate, Phase.target, Phase.shrink), suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(made)
    def try_one(example: str | bytes) -> None:
        nonlocal tried
        tried += 1
        timed(check, example)

    while time.monotonic() < end:
        try_one()
    return tried


def with_atheris(what: str, seconds: float) -> None:
    """Try bytes until the time is over. Ends the process, as libFuzzer does; an input that fails is kept beside it."""
    atheris = import_module("atheris")  # not among the pinned packages: it is for this only

    with atheris.instrument_imports(include=["index.read"]):
        check = check_of(what)

    def try_one(data: bytes) -> None:
        timed(check, data if what == "page" else data.decode("utf-8", "replace"))

    with TemporaryDirectory() as seeds:
        for page in GOLDEN.glob("*/*.html"):
            (Path(seeds) / page.name).write_bytes(page.read_bytes()[:4000])
        atheris.Setup([sys.argv[0], seeds, f"-max_total_time={int(seconds)}", "-max_len=6000", "-timeout=60"], try_one)
        atheris.Fuzz()


def main() -> int:
    """Fuzz for so many minutes. Returns 1 after a find."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--engine", choices=("hypothesis", "atheris"), default="hypothesis")
    parser.add_argument("--what", choices=("text", "page"), default="text")
    options = parser.parse_args()
    if options.engine == "atheris":
        with_atheris(options.what, 60 * options.minutes)
        return 0
    try:
        tried = with_hypothesis(options.what, 60 * options.minutes)
    except Exception as error:  # noqa: BLE001 - anything raised is what is looked for
        traceback.print_exception(error, limit=-4)
        return 1
    print(f"{tried} examples of {options.what} in {options.minutes:g} minutes, nothing found")
    return 0


if __name__ == "__main__":
    sys.exit(main())
