"""A teacher as the engine sees it: a start that is broken off leaves nothing that nobody closes."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import pytest

from stages._teacher import TeacherResponder


@dataclass
class Loading:
    """Loads in a thread, as engines do."""

    log: list[str] = field(default_factory=list)
    is_loaded: bool = False

    async def start(self) -> None:
        self.log.append("start")
        await asyncio.to_thread(time.sleep, 0.1)
        self.is_loaded = True

    async def close(self) -> None:
        if self.is_loaded:
            self.log.append("close")


def test_a_model_that_is_loaded_after_all_is_closed() -> None:
    teacher: Any = Loading()

    async def run() -> None:
        responder = TeacherResponder(teacher)
        starting = asyncio.create_task(responder.start())
        while not teacher.log:
            await asyncio.sleep(0.001)
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting
        await responder.close()

    asyncio.run(run())
    assert teacher.log == ["start", "close"]
