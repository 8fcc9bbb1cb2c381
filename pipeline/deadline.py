"""A limit of time for one row: what hangs is broken off where it stands, and the row is set aside."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from pipeline.errors import ConfigError

Work = Callable[[Any], Any]


class OverdueError(BaseException):
    """Raised in the midst of a row. No `Exception`, or a stage's own handlers would take it for one of theirs."""


@contextmanager
def limiting(seconds: float | None) -> Iterator[Callable[[Work], Work]]:
    """Yields what gives a function its limit for each call: an alarm, which reaches whatever comes back to Python."""
    if seconds is None:
        yield lambda work: work
        return
    if threading.current_thread() is not threading.main_thread():
        raise ConfigError("run.row_timeout_s needs the main thread of a process: leave it out with --executor dask")

    def overdue(number: int, frame: FrameType | None) -> None:
        raise OverdueError(f"no end within {seconds:g} s (run.row_timeout_s)")

    def limited(work: Work) -> Work:
        def run(given: Any) -> Any:
            signal.setitimer(signal.ITIMER_REAL, seconds)
            try:
                return work(given)
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)

        return run

    before = signal.signal(signal.SIGALRM, overdue)
    try:
        yield limited
    finally:
        signal.signal(signal.SIGALRM, before or signal.SIG_DFL)  # None: not of Python, which cannot put it back
