"""How often Python looks for objects that hold each other, while very many are made that do not."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

MADE = 50_000
"""Objects made between two looks at the youngest of them, each of which is dear; Python's own number is hundreds."""


@contextmanager
def looked_for_rarely() -> Iterator[None]:
    """Look through what is made in the block rarely, and never through what is there before it. Not for two threads.

    Documents hold no cycle: they go when nothing names them any more. One look through 20,000 of them takes 0.7 s
    (docs/performance.md). Within another such block it does nothing.
    """
    before = gc.get_threshold()
    if before[0] == MADE:
        yield
        return
    gc.freeze()
    gc.set_threshold(MADE, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
