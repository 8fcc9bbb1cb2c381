"""Long chains of thought constructed from short thoughts: action prompting."""

import asyncio
import hashlib
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from pipeline.context import Context, Folder
from pipeline.stage import Ask, Reject, StreamFn
from stages._actions_prompts import action_style
from stages._actions_responder import TwoTeachers
from stages._actions_trace import TRIES, Asked, Script, Trace
from stages._actions_walk import Budget
from stages._drawing import expected_length
from stages._teacher import TeacherResponder, TeacherStage, is_alike
from stages.records import Attempt, Problem
from teachers import PromptTooLongError, TeacherConfig

# Options that change how much is asked and not how long it takes.
FREE = frozenset({"traces", "seed"})


@dataclass(frozen=True, kw_only=True)
class ConstructCot(TeacherStage[Problem, Attempt]):
    """`traces` attempts per problem, each put together from thoughts that `teacher` was asked for one by one.

    The actions are clarify, decompose, solution_step, reflection and answer; the replies say which comes next and keep
    a tree of goals growing, see `stages/_actions_walk.py` and docs/action-prompting.md. An attempt's reasoning is the
    thoughts in order, its `final` the text of the answer. It ends with `length` where a budget ended first, and with
    `loop` where a thought came back word for word. A problem is rejected whose first prompt leaves no room.

    The teacher's `sampling` is that of one reply, and `max_tokens` there its longest. `num_tokens` of an attempt counts
    what stands in it, `num_prompt_tokens` all that was read for it; its `max_tokens` is that of this stage.

    reflector  -- who is asked for reflections; None: the teacher itself. Weights and recording as those of the teacher
    reflector_recording, reflector_weights -- as `recording` and `weights` of the teacher
    style      -- the prompts, see `stages/_actions_prompts.py`; the teacher's `prompt_style` does not apply
    max_steps  -- actions of a trace before the answer
    max_depth  -- levels of subgoals below the goal of the problem
    max_visits -- a goal not reached after so many steps for it is given up; so is one of which so many subgoals in a
                  row came to nothing
    max_tokens -- tokens of the thoughts of a trace
    """

    # v1: first version. Bump when the same replies would give other rows, or the same problem another request.
    version: ClassVar[int] = 1
    optional_side: ClassVar[Mapping[str, Any]] = {"weights": Folder, "reflector_weights": Folder}

    reflector: TeacherConfig | None = None
    reflector_recording: Path | None = None
    reflector_weights: Path | None = None
    style: str = "actions-v1"
    traces: int = 4
    max_steps: int = 40
    max_depth: int = 2
    max_visits: int = 4
    max_tokens: int = 8192

    def __post_init__(self) -> None:
        action_style(self.style)
        for name in ("traces", "max_steps", "max_depth", "max_visits", "max_tokens"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be at least 1")
        if self.reflector is None and (self.reflector_recording or self.reflector_weights):
            raise ValueError("reflector_weights and reflector_recording are those of a `reflector`; name one")

    @property
    def budget(self) -> Budget:
        return Budget(
            max_steps=self.max_steps,
            max_depth=self.max_depth,
            max_visits=self.max_visits,
            max_tokens=self.max_tokens,
        )

    @property
    def _reflecting(self) -> TeacherStage[Problem, Attempt] | None:
        """The stage as it would be with the reflector as its only teacher."""
        if self.reflector is None:
            return None
        return replace(
            self,
            teacher=self.reflector,
            recording=self.reflector_recording,
            weights=self.reflector_weights,
            reflector=None,
            reflector_recording=None,
            reflector_weights=None,
        )

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        other = self._reflecting.pins(digest) if self._reflecting else {}
        return {**super().pins(digest), **{f"reflector/{name}": pin for name, pin in other.items()}}

    def requests_per_row(self) -> int:
        return self.traces * TRIES * (self.max_steps + 1)

    def effort(self, row: Problem) -> float:
        return expected_length(row)

    def gpus_per_responder(self) -> int:
        """Two engines of one process share its GPUs."""
        return max(super().gpus_per_responder(), self._reflecting.gpus_per_responder() if self._reflecting else 0)

    def readings(self, counters: Mapping[str, float], seconds: float) -> list[str]:
        told = super().readings(counters, seconds)
        if traces := counters.get("traces", 0):
            told.append(f"{counters.get('actions', 0) / traces:.0f} actions a trace")
        return told

    def cost(self, counters: Mapping[str, float], gpu_hours: float) -> tuple[float, str] | None:
        """By the prices of both; None where they are in different currencies."""
        if self._reflecting is None:
            return super().cost(counters, gpu_hours)
        theirs = {name: counters.get(f"reflector_{name}", 0) for name in ("tokens", "prompt_tokens")}
        ours = {name: counters.get(name, 0) - amount for name, amount in theirs.items()}
        both = super().cost({**counters, **ours}, gpu_hours), self._reflecting.cost({**counters, **theirs}, 0)
        known = [cost for cost in both if cost]
        if len({currency for _, currency in known}) != 1:
            return None
        return sum(amount for amount, _ in known), known[0][1]

    def compared_with(self, config: Mapping[str, Any]) -> float | None:
        if not is_alike(self, config, but=FREE):
            return None
        return self.traces / float(config.get("traces", type(self).traces))

    def responder(self, ctx: Context) -> TeacherResponder | TwoTeachers:  # type: ignore[override]
        writer = super().responder(ctx)
        if self._reflecting is None:
            return writer
        side = {"weights": ctx.side["reflector_weights"]} if "reflector_weights" in ctx.side else {}
        return TwoTeachers(writer=writer, reflector=self._reflecting.responder(replace(ctx, side=side)))

    @contextmanager
    def open(self, ctx: Context) -> Iterator[StreamFn[Problem, Attempt]]:
        responder = self.responder(ctx)
        reflects = Asked(self.teacher)
        revision = responder.digest
        if isinstance(responder, TwoTeachers) and self.reflector:
            reflects = Asked(self.reflector, apart=responder.reflector.digest)
            revision = _both(revision, responder.reflector.digest)
        script = Script(
            writes=Asked(self.teacher),
            reflects=reflects,
            style=self.style,
            budget=self.budget,
            seed=self.seed,
            revision=revision,
        )

        async def attempts(problem: Problem, ask: Ask) -> list[Attempt] | Reject:
            traces = [Trace(script, problem, number, ask, ctx.count) for number in range(self.traces)]
            try:
                made = await _together([trace.attempt() for trace in traces])
            except PromptTooLongError as refused:
                return Reject("prompt_too_long", str(refused))
            whole = [attempt for attempt in made if attempt]
            return whole or Reject("not_recorded", traces[0].missing)

        yield attempts


async def _together(traces: Sequence[Coroutine[Any, Any, Attempt | None]]) -> list[Attempt | None]:
    """All of them; where one fails the others are taken back."""
    tasks = [asyncio.create_task(trace) for trace in traces]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _both(writer: str, reflector: str) -> str:
    return hashlib.sha256(f"{writer}+{reflector}".encode()).hexdigest()
