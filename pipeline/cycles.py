"""How often Python searches for cycles of objects while thousands of rows are in flight."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

GARBAGE = 20_000  # objects made and not dropped between two searches


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Thousands of rows in flight make and drop objects all the time; to search for cycles as often took a third."""
    before = gc.get_threshold()
    gc.freeze()  # what was loaded so far stays
    gc.set_threshold(GARBAGE, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
