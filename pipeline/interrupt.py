"""An event loop that a signal to terminate ends as an interrupt from the keyboard does: everything is closed first."""

import asyncio
import signal
import sys
import threading
from collections.abc import Coroutine
from typing import Any

from pipeline.errors import OutageError
from pipeline.responder import Answer, Responder


def is_cancelled() -> bool:
    """Whether the present task was told to end: a `CancelledError` in one that was not is its own work's trouble."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def response_of(responder: Responder, request: Any) -> Answer:
    """What the responder answers; one that breaks off a request which nobody took back is in trouble itself."""
    try:
        return await responder.respond(request)
    except asyncio.CancelledError:
        if is_cancelled():
            raise
        raise OutageError("the teacher broke off a request that nobody took back") from None


async def to_its_end(closing: Coroutine[Any, Any, None]) -> None:
    """Awaits what must not be left half done; a cancellation meanwhile is heeded after it."""
    task = asyncio.create_task(closing)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise


def run_until_told(work: Coroutine[Any, Any, None]) -> None:
    """Runs `work`. At the first SIGTERM it is cancelled and, when it has closed what it opened, the process exits.

    So it does where the signal came in the moment in which the work was done: it is for what comes next as well.
    """
    try:
        asyncio.run(_terminable(work))
    except asyncio.CancelledError:
        sys.exit(128 + signal.SIGTERM)


async def _terminable(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.current_task()
    if task is None or threading.current_thread() is not threading.main_thread():
        return await work  # only the main thread has a say about signals
    before, loop = signal.getsignal(signal.SIGTERM) or signal.SIG_DFL, asyncio.get_running_loop()
    is_told = False

    def terminate(*_: Any) -> None:
        nonlocal is_told
        is_told = True
        signal.signal(signal.SIGTERM, before)
        loop.call_soon_threadsafe(task.cancel)

    signal.signal(signal.SIGTERM, terminate)
    try:
        await work
    finally:
        signal.signal(signal.SIGTERM, before)
    if is_told:
        raise asyncio.CancelledError
