"""A signal to terminate: what is open is closed first, and it is never overheard."""

import asyncio
import os
import signal
from collections.abc import Coroutine
from typing import Any

import pytest

from pipeline.interrupt import run_until_told, to_its_end


def _told() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def ended(work: Coroutine[Any, Any, None]) -> Any:
    """With which code the process would exit."""
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as exits:
        run_until_told(work)
    assert signal.getsignal(signal.SIGTERM) is before
    return exits.value.code


def test_work_is_broken_off_and_closes_what_it_opened() -> None:
    closed = []

    async def work() -> None:
        try:
            _told()
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0)
            closed.append("responder")

    assert ended(work()) == 128 + signal.SIGTERM
    assert closed == ["responder"]


def test_a_signal_in_the_moment_in_which_all_is_done_is_heeded() -> None:
    async def work() -> None:
        _told()

    assert ended(work()) == 128 + signal.SIGTERM


def test_a_signal_does_not_cut_short_a_close_that_is_under_way() -> None:
    closed = []

    async def close() -> None:
        _told()
        await asyncio.sleep(0.05)
        closed.append("responder")

    assert ended(to_its_end(close())) == 128 + signal.SIGTERM
    assert closed == ["responder"]
