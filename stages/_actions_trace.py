"""Asks for the thoughts of one trace, one by one, and makes an attempt of them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import teachers
from pipeline.stage import Ask
from stages._actions_prompts import Action, action_style
from stages._actions_reply import Objection, Said, Unread, read
from stages._actions_responder import ToReflector
from stages._actions_walk import Budget, Walk
from stages.records import Attempt, Problem
from teachers import Completion, NotRecordedError, PromptTooLongError, TeacherConfig, TeacherRequest
from teachers.think import thought_of

# The prompt is the whole turn, so a teacher's own style for questions would only wrap it.
BARE = "question-v1"
# A reply that cannot be used is asked for once more, as another sample of the same prompt.
TRIES = 2
# Of two replies that are not as they should be, the first of the better kind is used.
WORSE = {
    Objection.NO_NEW_GOAL: 0,
    Objection.UNBOXED: 0,
    Unread.UNREADABLE: 1,
    Unread.LOOPING: 2,
    Objection.REPEATED: 2,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A teacher, and where it is one of two its digest, by which its requests are told `apart`."""

    teacher: TeacherConfig
    apart: str | None = None

    def request(self, prompt: str, *, answer: str | None, sample: int, seed: int) -> TeacherRequest:
        bare = replace(self.teacher, prompt_style=BARE)
        return teachers.request(bare, question=prompt, answer=answer, sample=sample, seed=seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What all traces have in common."""

    writes: Asked
    reflects: Asked
    style: str
    budget: Budget
    seed: int
    revision: str


@dataclass
class Trace:
    """One trace of one problem; `missing` says what a recording did not hold of it."""

    script: Script
    problem: Problem
    number: int
    ask: Ask
    count: Callable[[str, float], None]
    missing: str = ""
    num_prompt_tokens: int = 0
    walk: Walk = field(init=False)

    def __post_init__(self) -> None:
        self.walk = Walk(self.problem.question, action_style(self.script.style), self.script.budget)

    async def attempt(self) -> Attempt | None:
        """None where a recording lacks a reply. Raises `PromptTooLongError` where not even the first prompt fits."""
        walk, seed = self.walk, self._request(Action.CLARIFY, 0).seed
        while walk.action is not None:
            try:
                said, density = await self._said(walk.action)
            except NotRecordedError as missing:
                self.missing = str(missing)
                return None
            except PromptTooLongError:
                if not walk.path:
                    raise
                walk.break_off()
            else:
                walk.take(said, density=density)
        for name, amount in _outcome(walk).items():
            self.count(name, amount)
        return self._row(seed)

    async def _said(self, action: Action) -> tuple[Said | Unread, float]:
        """A reply that can be used, or else the better one of two, and its tokens a character."""
        poor = []
        for attempt in range(TRIES):
            said, density = await self._reply(action, attempt)
            objection = self.walk.objection(action, said)
            if objection is None:
                return said, density
            self.count(f"{objection}_replies", 1)
            poor.append((WORSE[objection], attempt, said, density))
        return min(poor, key=lambda reply: reply[:2])[2:]

    async def _reply(self, action: Action, attempt: int) -> tuple[Said | Unread, float]:
        request, asked = self._request(action, attempt), self._asked(action)
        answer: Completion = await self.ask(ToReflector(request, asked.apart) if asked.apart else request)
        for whose in ("", "reflector_") if asked.apart else ("",):
            self.count(f"{whose}tokens", answer.num_tokens)
            self.count(f"{whose}prompt_tokens", answer.num_prompt_tokens)
        self.num_prompt_tokens += answer.num_prompt_tokens
        thought = thought_of(answer, style=asked.teacher.think)
        said = read(action, thought.final, finish_reason=answer.finish_reason)
        return said, _density(answer.num_tokens, len(thought.final) + len(thought.reasoning or ""))

    def _asked(self, action: Action) -> Asked:
        return self.script.reflects if action is Action.REFLECTION else self.script.writes

    def _request(self, action: Action, attempt: int) -> TeacherRequest:
        return self._asked(action).request(
            self.walk.prompt(action),
            answer=self.problem.answer if action is Action.ANSWER else None,
            sample=self.number * TRIES + attempt,
            seed=self.script.seed,
        )

    def _row(self, seed: int) -> Attempt:
        walk, teacher = self.walk, self.script.writes.teacher
        assert walk.ended is not None
        return Attempt(
            id=f"{self.problem.id}/{teacher.name}-{self.number:02d}",
            problem_id=self.problem.id,
            teacher=teacher.name,
            revision=self.script.revision,
            prompt_style=self.script.style,
            temperature=teacher.sampling.temperature,
            top_p=teacher.sampling.top_p,
            max_tokens=self.script.budget.max_tokens,
            top_k=teacher.sampling.top_k,
            min_p=teacher.sampling.min_p,
            repetition_penalty=teacher.sampling.repetition_penalty,
            seed=seed,
            sample=self.number,
            reasoning="\n\n".join(walk.thoughts),
            final=walk.final,
            finish_reason=walk.ended,
            num_prompt_tokens=self.num_prompt_tokens,
            num_tokens=walk.tokens,
        )


def _outcome(walk: Walk) -> dict[str, int]:
    """What became of a trace and its goals, by name, to be counted."""
    goals = [] if walk.goal is None else list(walk.goal.root.tree())
    states = Counter(f"goals_{goal.state}" for goal in goals)
    return {"traces": 1, "actions": len(walk.path), f"ended_{walk.ended}": 1, **states}


def _density(tokens: int, chars: int) -> float:
    """Tokens a character: at most one, for a service may count thinking that it does not show."""
    return min(tokens / max(chars, 1), 1.0)
