"""Responders with something to kill: an engine in a process of its own, and one that obeys orders in its requests."""

import asyncio
import contextlib
import itertools
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import ConfigError, Context, OutageError, StreamStage
from pipeline.responder import Responder
from pipeline.stage import Ask, StreamFn
from tests.toystages.records import Num
from tests.toystages.streams import Question, Words


class Engined:
    """Lets `inner` answer once the engine has echoed: a real process on a pipe, whose death is an outage."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.engine: asyncio.subprocess.Process | None = None
        self.echoes: dict[int, asyncio.Future[None]] = {}
        self.numbers = itertools.count()
        self.listening: asyncio.Task[None] | None = None

    @property
    def digest(self) -> str:
        return str(self.inner.digest)

    @property
    def slots(self) -> int:
        return int(self.inner.slots)

    async def start(self) -> None:
        pipe = asyncio.subprocess.PIPE
        self.engine = await asyncio.create_subprocess_exec("/bin/cat", stdin=pipe, stdout=pipe)
        self.listening = asyncio.create_task(self._listen())
        await self.inner.start()

    async def _listen(self) -> None:
        assert self.engine is not None
        assert self.engine.stdout is not None
        async for line in self.engine.stdout:
            if echo := self.echoes.pop(int(line), None):
                echo.set_result(None)
        for echo in self.echoes.values():
            echo.cancel()

    async def respond(self, request: Any) -> Any:
        assert self.engine is not None
        assert self.engine.stdin is not None
        assert self.listening is not None
        number, echo = next(self.numbers), asyncio.get_running_loop().create_future()
        self.echoes[number] = echo
        self.engine.stdin.write(b"%d\n" % number)
        answer = await self.inner.respond(request)  # takes its time, in which the engine may die
        await asyncio.wait({echo, self.listening}, return_when=asyncio.FIRST_COMPLETED)
        if self.listening.done():
            raise OutageError("the engine died")
        return answer

    async def close(self) -> None:
        if self.engine is None:
            return
        if self.engine.returncode is None:
            self.engine.kill()
        await self.engine.wait()
        self.engine = None
        await self.inner.close()

    def decode(self, payload: Mapping[str, Any]) -> Any:
        return self.inner.decode(payload)


class OddError(Exception):
    """Does not open again once it is pickled."""

    def __init__(self, part: str, whole: str) -> None:
        super().__init__(f"{part} of {whole}")


@dataclass(frozen=True)
class Obedient:
    """Answers `pid mask text`, after it has done what `text` orders; `once PATH ORDER` only where PATH is not yet."""

    slots: int
    order: str
    ctx: Context

    @property
    def digest(self) -> str:
        return "obedient"

    async def start(self) -> None:
        await self._obey(self.order)

    async def respond(self, request: Question) -> Any:
        answer = await self._obey(request.text)
        return answer or Words(f"{os.getpid()} {os.environ.get('CUDA_VISIBLE_DEVICES')} {request.text}")

    async def close(self) -> None:
        pass

    def decode(self, payload: Mapping[str, Any]) -> Words:
        return Words(**payload)

    async def _obey(self, order: str) -> Any:
        match order.split(" "):
            case ["once", path, *rest]:
                with contextlib.suppress(FileExistsError):  # of several workers at once only one is to see none
                    Path(path).touch(exist_ok=False)
                    return await self._obey(" ".join(rest))
            case ["engine", path]:
                engine = await asyncio.create_subprocess_exec("/bin/sleep", "600")  # does not look who asks it
                Path(path).write_text(str(engine.pid))
            case ["daemon", path]:  # leaves the group of its worker and keeps its outputs open
                away = await asyncio.create_subprocess_exec("/bin/sleep", "60", start_new_session=True)
                Path(path).write_text(str(away.pid))
            case ["hold", path]:
                Path(path).write_text(str(os.getpid()))
                await asyncio.to_thread(time.sleep, 600)  # as a model that loads in a thread, which cannot be stopped
            case ["wait", path]:
                try:
                    await asyncio.sleep(600)
                finally:
                    Path(path).touch()
            case [word]:
                return self._do(word)
        return None

    def _do(self, word: str) -> Any:
        errors = {
            "outage": OutageError("the engine died"),
            "wrong": ConfigError("there is no such model"),
            "fault": ValueError("prompt too long"),
            "odd": OddError("half", "it"),
            "cancel": asyncio.CancelledError(),
        }
        if word in errors:
            raise errors[word]
        if word in ("die", "stall"):
            sys.stderr.write("memory is short\n")
            os.kill(os.getpid(), signal.SIGKILL if word == "die" else signal.SIGSTOP)
        if word == "count":
            self.ctx.count("looked", 2)
        return (lambda: None) if word == "lambda" else None


@dataclass(frozen=True, kw_only=True)
class Order(StreamStage[Num, Num]):
    """Asks what its rows say; `order` is obeyed when a responder starts."""

    gpus: int = 0
    slots: int = 4
    order: str = ""

    def gpus_per_responder(self) -> int:
        return self.gpus

    def responder(self, ctx: Context) -> Responder:
        return Obedient(self.slots, self.order, ctx)

    @contextmanager
    def open(self, ctx: Context) -> Iterator[StreamFn[Num, Num]]:
        async def fn(row: Num, ask: Ask) -> Num:
            answer = await ask(Question(row.text, 0))
            return Num(id=row.id, n=row.n, text=answer.text)

        yield fn
