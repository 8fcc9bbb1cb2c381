"""Attempts at every problem, sampled from a teacher."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

import polars as pl

from pipeline.context import Context
from pipeline.stage import Ask, Reject, StreamFn
from stages._checking import checker, checker_pins
from stages._drawing import Drawing, Sample, expected_length
from stages._sampling import prefix
from stages._stopping import check_rule
from stages._teacher import TeacherStage, is_alike, teacher_trouble
from stages._truncation import Truncated, Truncation
from stages.records import Attempt, Draw, FinishReason, Problem, StopRule
from teachers import PromptTooLongError
from teachers.prompts import style
from verifier import MACHINE_REASONS

# Options that leave the length of an answer and the requests for a sample as they are.
ALIKE = frozenset({"samples", "seed"})


@dataclass(frozen=True, kw_only=True)
class Distil(TeacherStage[Problem, Attempt]):
    """Attempts per problem, in the order of the samples: `samples` of them, or fewer where `stop` says so.

    A replay teacher gives as many as are recorded, if fewer. A problem with none, and one whose prompt leaves no room
    for an answer, is rejected. See docs/sampling.md.

    samples         -- how many, or with `stop` how many at most
    stop            -- ends the sampling of a problem: {correct: k}, {interval: width}, {give_up: {attempts: n}}, or
                       several; what is drawn is verified beside the sampling, by the default policy of `verify`. Of
                       a recording it counts up to the first sample that is not there
    wave            -- with `stop`, samples of a problem under way at least: more waste tokens and save time. By default
                       as many as are needed for the rule to be able to stop. Never changes the rows
    truncated       -- what is done with a text cut off at its budget: `keep` it so; `continue` it by `continue_tokens`
                       (default: sampling.max_tokens) up to `continue_times`; or `force_answer`: reasoning is ended
                       after `think_tokens` and the answer has the rest of sampling.max_tokens
    """

    # v2: stop rules, texts gone on with, reasoning apart by what the template wrote and the endpoint said.
    # Bump when the same answers would give other rows: the splitting of reasoning, ids, seeds, the request's payload.
    version: ClassVar[int] = 2

    samples: int = 4
    stop: StopRule | None = None
    wave: int | None = field(default=None, metadata={"keyed": False})
    truncated: Truncated = "keep"
    continue_tokens: int | None = None
    continue_times: int = 1
    think_tokens: int | None = None

    def __post_init__(self) -> None:
        if self.samples < 1:
            raise ValueError(f"samples is {self.samples}; it must be at least 1")
        asks_model = self.teacher.backend not in ("replay", "scripted")
        if asks_model and self.samples > 1 and self.teacher.sampling.temperature == 0:
            raise ValueError(
                f"{self.samples} samples at temperature 0 would be one answer, paid for and counted as often; set "
                "samples to 1, or raise the teacher's sampling.temperature"
            )
        if self.stop is not None:
            check_rule(self.stop, budget=self.samples)
        if self.wave is not None and (self.stop is None or self.wave < 1):
            raise ValueError(f"wave is {self.wave}; it must be at least 1, and without `stop` all samples are one wave")
        _ = self.truncation
        with teacher_trouble():
            style(self.teacher.prompt_style)

    @property
    def truncation(self) -> Truncation:
        return Truncation(
            teacher=self.teacher,
            truncated=self.truncated,
            continue_tokens=self.continue_tokens,
            continue_times=self.continue_times,
            think_tokens=self.think_tokens,
        )

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return {**super().pins(digest), **(checker_pins() if self.stop else {})}

    def retryable(self) -> pl.Expr:
        """Attempts that the rule could not count because of the machine."""
        because = pl.col("draw").struct.field("because")
        return because.is_in([str(reason) for reason in sorted(MACHINE_REASONS)])

    def requests_per_row(self) -> int:
        return self.samples * self.truncation.parts

    def effort(self, row: Problem) -> float:
        return expected_length(row)

    def compared_with(self, config: Mapping[str, Any]) -> float | None:
        """Where a rule stops, at most: it seldom uses up a larger budget, and a smaller one spares it little."""
        if not is_alike(self, config, but=ALIKE):
            return None
        times = self.samples / float(config.get("samples", type(self).samples))
        return times if self.stop is None else max(times, 1.0)

    @contextmanager
    def open(self, ctx: Context) -> Iterator[StreamFn[Problem, Attempt]]:
        revision, truncation = self.responder(ctx).digest, self.truncation
        with checker() if self.stop else nullcontext() as checks:

            async def attempts(problem: Problem, ask: Ask) -> list[Attempt] | Reject:
                drawing = Drawing(self.teacher, self.seed, truncation, problem, ask, checks, ctx.count)
                try:
                    drawn = await prefix(drawing.sample, budget=self.samples, rule=self.stop, ahead=self.wave or 0)
                except PromptTooLongError as refused:
                    return Reject("prompt_too_long", str(refused))
                if drawn.surplus:
                    ctx.count("surplus", drawn.surplus)
                rows = [self._attempt(problem, sample, drawn.draw, revision) for sample in drawn.samples]
                wanted = "trace" if self.stop is None else "first trace"  # a rule counts from the first
                return rows or Reject("not_recorded", f"{self.teacher.name} holds no {wanted} of this problem")

            yield attempts

    def _attempt(self, problem: Problem, sample: Sample, draw: Draw, revision: str) -> Attempt:
        request, answer = sample.request, sample.whole.completion
        if sample.verdict is not None:
            draw = replace(draw, counted=sample.verdict.outcome, because=sample.verdict.reason)
        return Attempt(
            id=f"{problem.id}/{self.teacher.name}-{request.sample:02d}",
            problem_id=problem.id,
            teacher=self.teacher.name,
            revision=revision,
            prompt_style=self.teacher.prompt_style,
            temperature=request.sampling.temperature,
            top_p=request.sampling.top_p,
            max_tokens=request.sampling.max_tokens,
            top_k=request.sampling.top_k,
            min_p=request.sampling.min_p,
            repetition_penalty=request.sampling.repetition_penalty,
            seed=request.seed,
            sample=request.sample,
            reasoning=sample.thought.reasoning,
            final=sample.thought.final,
            finish_reason=FinishReason(answer.finish_reason),
            num_prompt_tokens=answer.num_prompt_tokens,
            num_tokens=answer.num_tokens,
            extended=sample.whole.extended,
            draw=draw,
        )
