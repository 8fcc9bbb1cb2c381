"""Stages for `bench/distillation/throughput.py`: every answer has exactly the length that its row asks for."""

import asyncio
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.context import Context
from pipeline.schema import Record
from pipeline.stage import Ask, Reject, SourceStage, StreamFn
from stages._teacher import TeacherResponder, TeacherStage
from teachers import ChatTurn, Sampling, TeacherRequest
from teachers.chat import load_chat
from teachers.vllm_engine import SETTINGS, VllmTeacher

WARMING = 8
CLOCK: dict[str, float] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted(Record):
    id: str
    question: str
    length: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Written(Record):
    id: str
    num_tokens: int
    finish_reason: str


@dataclass(frozen=True, kw_only=True)
class ReadWanted(SourceStage[Wanted]):
    path: Path

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return {"path": digest(self.path)}

    def shards(self) -> Sequence[Any]:
        return [0]

    def read(self, shard: Any) -> Iterator[Wanted | Reject]:
        for row in json.loads(self.path.read_text()):
            yield Wanted(**row)


def request_for(row: Wanted, sampling: Sampling) -> TeacherRequest:
    turn = ChatTurn(role="user", content=row.question)
    return TeacherRequest(messages=(turn,), sampling=replace(sampling, max_tokens=row.length), sample=0, seed=row.seed)


class ForcedTeacher(VllmTeacher):
    """The product's engine, except that no token ends an answer; it is warm when it has started."""

    async def start(self) -> None:
        await super().start()
        self.end_nothing()
        await asyncio.gather(*map(self.respond, self.warming()))
        CLOCK["warm"] = time.perf_counter()

    def prepared(self) -> dict[str, Any]:
        """The engine's options, for who starts it himself."""
        os.environ |= {name: os.environ.get(name, value) for name, value in SETTINGS.items()}
        self._chat = load_chat(self.weights)
        self._lora = None
        return self._options()

    def end_nothing(self) -> None:
        self._chat = replace(self._chat, ends=frozenset())

    def asked_plainly(self, request: TeacherRequest) -> tuple[list[int], Any]:
        prompt = self._chat.prompt(request)
        return prompt, self._sampling(prompt, request)

    def warming(self) -> list[TeacherRequest]:
        rows = [Wanted(id="", question=f"Warm-up {number}.", length=16, seed=number) for number in range(WARMING)]
        return [request_for(row, self.config.sampling) for row in rows]


@dataclass(frozen=True, kw_only=True)
class WriteAtLength(TeacherStage[Wanted, Written]):
    """`CLOCK` tells when the engine was warm, and when the last answer's journal line was on disk."""

    def responder(self, ctx: Context) -> TeacherResponder:
        slots = self.teacher.engine.max_num_seqs or 1
        return TeacherResponder(ForcedTeacher(self.teacher, weights=self.weights, slots=slots))

    @contextmanager
    def open(self, ctx: Context) -> Iterator[StreamFn[Wanted, Written]]:
        async def write(row: Wanted, ask: Ask) -> Written:
            answer = await ask(request_for(row, self.teacher.sampling))
            CLOCK["ended"] = time.perf_counter()
            return Written(id=row.id, num_tokens=answer.num_tokens, finish_reason=answer.finish_reason)

        yield write
