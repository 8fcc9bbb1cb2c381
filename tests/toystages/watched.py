"""Stream stages whose responder writes down how many requests it has at once, dies when told to, or is outrun."""

import asyncio
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline import Context, OutageError, StreamStage
from pipeline.responder import Responder
from pipeline.stage import Ask, StreamFn
from tests.toystages.records import Num
from tests.toystages.streams import Question, Words

PATIENCE_S = 3.0


def delay_of(text: str, longest: float) -> float:
    """Long-tailed: most are a tenth of the longest or less."""
    return float(longest * (zlib.crc32(text.encode()) % 1000 / 1000) ** 4)


@dataclass
class Watched:
    """Writes `text in-flight` when a request comes; dies at the requests of `deaths`, each time it is born one less."""

    log: Path
    slots: int
    longest: float
    deaths: list[str]
    in_flight: int = 0
    dead: bool = False
    digest: str = "watched"

    async def start(self) -> None:
        self.dead = False

    async def respond(self, request: Question) -> Words:
        self.in_flight += 1
        try:
            with self.log.open("a") as log:
                log.write(f"{request.text} {request.sample} {self.in_flight}\n")
            if request.text in self.deaths:
                self.deaths.remove(request.text)
                self.dead = True
            await asyncio.sleep(delay_of(f"{request.text}#{request.sample}", self.longest))
            if self.dead:
                raise OutageError("the engine died")
            return Words(f"{request.text}#{request.sample}")
        finally:
            self.in_flight -= 1

    async def close(self) -> None:
        pass

    def decode(self, payload: Mapping[str, Any]) -> Words:
        return Words(**payload)


@dataclass
class Greedy(Watched):
    """Answers one request each time all its slots are full. Writes `hungry` when they stay empty, and answers all."""

    held: list[asyncio.Future[None]] = field(default_factory=list)
    patience: asyncio.TimerHandle | None = None

    async def respond(self, request: Question) -> Words:
        loop = asyncio.get_running_loop()
        turn = loop.create_future()
        self.held.append(turn)
        if self.patience is not None:
            self.patience.cancel()
        if len(self.held) == self.slots:
            self.held.pop(0).set_result(None)
        self.patience = loop.call_later(PATIENCE_S, self._starve)
        await turn
        return Words(f"{request.text}#{request.sample}")

    def _starve(self) -> None:
        with self.log.open("a") as log:
            log.write("hungry\n")
        while self.held:
            self.held.pop().set_result(None)

    async def close(self) -> None:
        if self.patience is not None:
            self.patience.cancel()


@dataclass(frozen=True, kw_only=True)
class Chase(StreamStage[Num, Num]):
    """`samples` answers a row, of which the first `wanted` to come in end the others.

    deaths -- texts at which the engine dies, once for each time they stand here
    leak   -- a text whose row ends in a cancellation of its own
    """

    log: Path
    slots: int = 4
    samples: int = 2
    wanted: int = 2
    longest: float = 0.02
    deaths: list[str] = field(default_factory=list)
    leak: str | None = None
    greedy: bool = False
    requests: int | None = None
    hard: list[int] = field(default_factory=list)

    def requests_per_row(self) -> int | None:
        return self.requests

    def effort(self, row: Num) -> float:
        return float(row.n in self.hard)

    def responder(self, ctx: Context) -> Responder:
        kind = Greedy if self.greedy else Watched
        return kind(self.log, self.slots, self.longest, list(self.deaths))

    @contextmanager
    def open(self, ctx: Context) -> Iterator[StreamFn[Num, Num]]:
        async def fn(row: Num, ask: Ask) -> Num:
            if row.text == self.leak:
                raise asyncio.CancelledError
            tasks = [asyncio.create_task(ask(Question(row.text, sample))) for sample in range(self.samples)]
            todo = set(tasks)
            while len(tasks) - len(todo) < self.wanted:
                _, todo = await asyncio.wait(todo, return_when=asyncio.FIRST_COMPLETED)
            for task in todo:
                task.cancel()
            return Num(id=row.id, n=row.n, text=tasks[0].result().text if not todo else row.text)

        yield fn
