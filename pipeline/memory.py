"""Memory that allocators keep for later, given back to the system."""

import ctypes
from contextlib import suppress

import pyarrow as pa


def give_back() -> None:
    """Has pyarrow's pool and, where there is glibc, the heap let go of what nothing lies in.

    Neither does so by itself: a process that ran a table keeps the most it ever needed, beside the workers of all nodes
    that follow.
    """
    pa.default_memory_pool().release_unused()
    with suppress(OSError, AttributeError):  # another system, or another libc
        ctypes.CDLL("libc.so.6").malloc_trim(0)
