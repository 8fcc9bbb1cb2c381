"""Attempts at every problem, sampled from a teacher."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import teachers
from pipeline.context import Context, Folder
from pipeline.stage import Ask, Reject, StreamFn, StreamStage
from stages._teacher import TeacherResponder, teacher_trouble
from stages.records import Attempt, FinishReason, Problem
from teachers import Completion, NotRecordedError, PromptTooLongError, TeacherConfig, TeacherRequest
from teachers.prompts import style
from teachers.think import split
from teachers.weights import deciding_files


@dataclass(frozen=True, kw_only=True)
class Distil(StreamStage[Problem, Attempt]):
    """`samples` attempts per problem, in the order of the samples.

    The teacher's weights are the side input `weights` (built by another node), or the folder `weights`, or the hub
    model its configuration names; a replay teacher reads `recording`, and of a problem with fewer traces than `samples`
    gives those there are. A problem with none, and one whose prompt leaves no room for an answer, is rejected.
    """

    # Bump when the same answers would give other rows: the splitting of reasoning, ids, seeds, the request's payload.
    version: ClassVar[int] = 1
    optional_side = {"weights": Folder}  # noqa: RUF012

    teacher: TeacherConfig
    samples: int = 4
    seed: int = 0
    recording: Path | None = None
    weights: Path | None = None

    def __post_init__(self) -> None:
        if self.samples < 1:
            raise ValueError(f"samples is {self.samples}; it must be at least 1")
        with teacher_trouble():
            style(self.teacher.prompt_style)

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        with teacher_trouble():
            files = deciding_files(self.weights) if self.weights else {}
        if self.recording:
            files["recording"] = self.recording
        return {name: digest(path) for name, path in files.items()}

    def requests_per_row(self) -> int:
        return self.samples

    def responder(self, ctx: Context) -> TeacherResponder:
        folder = ctx.side["weights"].folder if "weights" in ctx.side else self.weights
        with teacher_trouble():
            return TeacherResponder(
                teachers.load(self.teacher, weights=folder, recording=self.recording, slots=ctx.run.max_in_flight)
            )

    @contextmanager
    def open(self, ctx: Context) -> Iterator[StreamFn[Problem, Attempt]]:
        revision = self.responder(ctx).digest

        async def attempt(problem: Problem, ask: Ask) -> list[Attempt] | Reject:
            requests = [self._request(problem, sample) for sample in range(self.samples)]
            try:
                answers = await asyncio.gather(*(_recorded(ask, request) for request in requests))
            except PromptTooLongError as refused:
                return Reject("prompt_too_long", str(refused))
            attempts = [
                self._attempt(problem, request, answer, revision)
                for request, answer in zip(requests, answers, strict=True)
                if answer
            ]
            ctx.count("tokens", sum(row.num_tokens for row in attempts))
            return attempts or Reject("not_recorded", f"{self.teacher.name} holds no trace of this problem")

        yield attempt

    def _request(self, problem: Problem, sample: int) -> TeacherRequest:
        return teachers.request(
            self.teacher, question=problem.question, answer=problem.answer, sample=sample, seed=self.seed
        )

    def _attempt(self, problem: Problem, request: TeacherRequest, answer: Completion, revision: str) -> Attempt:
        thought = split(answer.text, style=self.teacher.think)
        return Attempt(
            id=f"{problem.id}/{self.teacher.name}-{request.sample:02d}",
            problem_id=problem.id,
            teacher=self.teacher.name,
            revision=revision,
            prompt_style=self.teacher.prompt_style,
            temperature=request.sampling.temperature,
            top_p=request.sampling.top_p,
            max_tokens=request.sampling.max_tokens,
            seed=request.seed,
            sample=request.sample,
            reasoning=thought.reasoning,
            final=thought.final,
            finish_reason=FinishReason(answer.finish_reason),
            num_prompt_tokens=answer.num_prompt_tokens,
            num_tokens=answer.num_tokens,
        )


async def _recorded(ask: Ask, request: TeacherRequest) -> Completion | None:
    try:
        answer: Completion = await ask(request)
    except NotRecordedError:
        return None
    return answer
