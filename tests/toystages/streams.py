"""Toy stream stages: answers that cost nothing, every request written down when it is asked."""

import asyncio
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import Context, OutageError, Reject, StreamStage
from pipeline.journal import request_key
from pipeline.responder import Responder
from pipeline.stage import Ask, StreamFn
from tests.toystages.records import Num


@dataclass(frozen=True)
class Question:
    text: str
    sample: int

    def payload(self) -> Mapping[str, Any]:
        return {"text": self.text, "sample": self.sample}


@dataclass(frozen=True)
class Words:
    text: str

    def payload(self) -> Mapping[str, Any]:
        return {"text": self.text}


@dataclass(frozen=True)
class Logged:
    """Hands requests to a responder, and first appends the key of each to a file, as a bill would."""

    inner: Any
    log: Path

    @property
    def digest(self) -> str:
        return str(self.inner.digest)

    @property
    def slots(self) -> int:
        return int(self.inner.slots)

    async def start(self) -> None:
        await self.inner.start()

    async def respond(self, request: Any) -> Any:
        line = request_key(self.digest, request.payload()) + "\n"
        descriptor = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, line.encode())
        os.close(descriptor)
        return await self.inner.respond(request)

    async def close(self) -> None:
        await self.inner.close()

    def decode(self, payload: Mapping[str, Any]) -> Any:
        return self.inner.decode(payload)


@dataclass(frozen=True)
class Echo:
    """Answers `text#sample`; `trouble` says which texts fail, and how."""

    model: str
    trouble: Mapping[str, str]
    delay_s: float = 0.0
    slots: int = 4

    @property
    def digest(self) -> str:
        return self.model

    async def start(self) -> None:
        if "start" in self.trouble:
            raise RuntimeError("weights are missing")

    async def respond(self, request: Question) -> Words:
        await asyncio.sleep(self.delay_s)
        how = self.trouble.get(request.text)
        if how == "outage":
            raise OutageError("the endpoint is gone")
        if how == "fault":
            raise ValueError("prompt too long")
        return Words(f"{request.text}#{request.sample}")

    async def close(self) -> None:
        pass

    def decode(self, payload: Mapping[str, Any]) -> Words:
        return Words(**payload)


@dataclass(frozen=True, kw_only=True)
class Inquire(StreamStage[Num, Num]):
    """`samples` answers for each row, asked one after the other if `in_turn`."""

    log: Path
    samples: int = 2
    model: str = "echo"
    trouble: dict[str, str] | None = None
    reject: str | None = None
    delay_s: float = 0.0
    in_turn: bool = False

    def responder(self, ctx: Context) -> Responder:
        return Logged(Echo(self.model, self.trouble or {}, self.delay_s), self.log)

    @contextmanager
    def open(self, ctx: Context) -> Iterator[StreamFn[Num, Num]]:
        async def fn(row: Num, ask: Ask) -> list[Num] | Reject:
            questions = [Question(row.text, sample) for sample in range(self.samples)]
            if self.in_turn:
                answers = [await ask(question) for question in questions]
            else:
                answers = await asyncio.gather(*(ask(question) for question in questions))
            ctx.count("tokens", len(answers))
            if row.text == self.reject:
                return Reject("unwanted", row.text)
            return [Num(id=f"{row.id}/{i}", n=row.n, text=answer.text) for i, answer in enumerate(answers)]

        yield fn
