"""Limits of time in tests. They tell work that is bounded from work that grows out of hand, and nothing else.

How fast something is, `bench/` measures. Limits are many times what is usual, as a machine may be slow and shared.
"""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

# A step that takes a moment on a quiet machine; one that waits for ever, or for what should have been stopped, takes
# longer.
SOON_S = 60.0


@contextmanager
def bounded(seconds: float = 20.0, *, what: str = "") -> Iterator[None]:
    """Of this thread's processor time, which other work on the machine does not lengthen much.

    Without the garbage collector: to go through all that a whole run of the tests has loaded may take seconds.
    """
    gc.disable()
    began = time.thread_time()
    try:
        yield
    finally:
        gc.enable()
    assert time.thread_time() - began < seconds, what
