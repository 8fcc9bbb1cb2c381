"""An event loop that a signal to terminate ends as an interrupt from the keyboard does: everything is closed first."""

import asyncio
import signal
import sys
import threading
from collections.abc import Coroutine
from typing import Any


def is_cancelled() -> bool:
    """Whether the present task was told to end: a `CancelledError` in one that was not is its own work's trouble."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def run_until_told(work: Coroutine[Any, Any, None]) -> None:
    """Runs `work`. At the first SIGTERM it is cancelled and, when it has closed what it opened, the process exits."""
    try:
        asyncio.run(_terminable(work))
    except asyncio.CancelledError:
        sys.exit(128 + signal.SIGTERM)


async def _terminable(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.current_task()
    if task is None or threading.current_thread() is not threading.main_thread():
        return await work  # only the main thread has a say about signals
    before, loop = signal.getsignal(signal.SIGTERM) or signal.SIG_DFL, asyncio.get_running_loop()

    def terminate(*_: Any) -> None:
        signal.signal(signal.SIGTERM, before)
        loop.call_soon_threadsafe(task.cancel)

    signal.signal(signal.SIGTERM, terminate)
    try:
        await work
    finally:
        signal.signal(signal.SIGTERM, before)
