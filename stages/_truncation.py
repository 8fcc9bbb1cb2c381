"""What becomes of a text that its teacher did not end: it is kept as it is, gone on with, or made to answer.

Each part is a request of its own, with the text so far as the beginning of the answer. The teacher's words stay its
own: of ours there is only the sentence that ends a reasoning which would not end, and a column says that it is there.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Literal

from stages.records import Extended
from teachers import Completion, PromptTooLongError, TeacherConfig, TeacherRequest
from teachers.think import CLOSE, OPEN, split, thought_of
from teachers.types import ThinkStyle

Truncated = Literal["keep", "continue", "force_answer"]
Answered = Callable[[TeacherRequest], Awaitable[Completion]]

# Ends a reasoning that its budget has run out on. A change of these words is a change of requests.
END_OF_THINKING = f"\n\nThat is as long as I may think about this. I give my answer now.\n{CLOSE}\n\n"
SEEDS = 1 << 31


@dataclass(frozen=True, slots=True)
class Whole:
    """An answer with all its parts; `completion.num_tokens` is their sum."""

    completion: Completion
    extended: Extended = Extended.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncation:
    """The options of `distil` of the same names; raises `ValueError` where they do not fit one another."""

    teacher: TeacherConfig
    truncated: Truncated
    continue_tokens: int | None
    continue_times: int
    think_tokens: int | None

    def __post_init__(self) -> None:
        self._check_continue()
        self._check_force()
        if self.truncated != "keep" and self.teacher.backend == "replay":
            raise ValueError(f"truncated is {self.truncated!r}, but a recording cannot go on with a text; use keep")

    def _check_continue(self) -> None:
        if self.truncated != "continue" and (self.continue_tokens is not None or self.continue_times != 1):
            raise ValueError("continue_tokens and continue_times are for `truncated: continue`")
        if self.continue_times < 1 or (self.continue_tokens is not None and self.continue_tokens < 1):
            raise ValueError("continue_times and continue_tokens must be at least 1")

    def _check_force(self) -> None:
        if (self.truncated == "force_answer") != (self.think_tokens is not None):
            raise ValueError("`truncated: force_answer` and think_tokens, the tokens to think at most, go together")
        if self.think_tokens is None:
            return
        most = self.teacher.sampling.max_tokens
        if not 1 <= self.think_tokens < most:
            raise ValueError(
                f"think_tokens is {self.think_tokens}; the rest of sampling.max_tokens ({most}) is for the answer"
            )
        if self.teacher.think in ("plain", "heading"):
            raise ValueError(f"a teacher whose think is {self.teacher.think!r} has no end of thinking to force")

    @property
    def parts(self) -> int:
        """The most requests that one answer takes."""
        return {"keep": 1, "continue": 1 + self.continue_times, "force_answer": 2}[self.truncated]

    async def answer(self, request: TeacherRequest, ask: Answered) -> Whole:
        match self.truncated:
            case "keep":
                return Whole(await ask(request))
            case "continue":
                return await self._continued(request, ask)
            case "force_answer":
                return await self._forced(request, ask)

    async def _continued(self, request: TeacherRequest, ask: Answered) -> Whole:
        first = await ask(request)
        whole = Whole(first)
        tokens = self.continue_tokens or request.sampling.max_tokens
        for part in range(1, self.parts):
            if whole.completion.finish_reason != "length":
                break
            more = await _more(request, ask, begun=_spelled(whole.completion), tokens=tokens, part=part)
            if more is None:
                break
            whole = Whole(_joined(whole.completion, more), Extended.CONTINUED)
        return replace(whole, completion=_as_given(first, whole.completion))

    async def _forced(self, request: TeacherRequest, ask: Answered) -> Whole:
        assert self.think_tokens is not None
        first = await ask(replace(request, sampling=replace(request.sampling, max_tokens=self.think_tokens)))
        if first.finish_reason != "length":
            return Whole(first)
        added = END_OF_THINKING if _is_thinking(first, style=self.teacher.think) else ""
        left = request.sampling.max_tokens - self.think_tokens
        more = await _more(request, ask, begun=_spelled(first) + added, tokens=left, part=1)
        if more is None:
            return Whole(first)
        whole = _as_given(first, _joined(first, more, added=added))
        return Whole(whole, Extended.FORCED if added else Extended.CONTINUED)


async def _more(request: TeacherRequest, ask: Answered, *, begun: str, tokens: int, part: int) -> Completion | None:
    """The next part; None where the text so far leaves no room for one. With the same seed it would draw alike."""
    sampling = replace(request.sampling, max_tokens=tokens)
    try:
        return await ask(replace(request, begun=begun, sampling=sampling, seed=(request.seed + part) % SEEDS))
    except PromptTooLongError:
        return None


def _is_thinking(completion: Completion, *, style: ThinkStyle) -> bool:
    thought = thought_of(completion, style=style)
    return bool(thought.reasoning) and not thought.final and not completion.text.rstrip().endswith(CLOSE)


def _spelled(completion: Completion) -> str:
    """The text with the tags around a reasoning that an endpoint gave apart."""
    if completion.reasoning is None:
        return completion.text
    return f"{OPEN}\n{completion.reasoning}" + (f"\n{CLOSE}\n\n{completion.text}" if completion.text.strip() else "")


def _joined(before: Completion, more: Completion, *, added: str = "") -> Completion:
    begun = _spelled(before) + added
    going_on = more.text
    if more.reasoning is not None:
        # An endpoint's parser takes what goes on with a text for reasoning until it meets an end tag.
        is_ended = CLOSE in begun or not more.text.strip()
        going_on = more.reasoning + (more.text if is_ended else f"\n{CLOSE}\n\n{more.text}")
    return replace(
        before,
        text=begun + going_on,
        reasoning=None,
        finish_reason=more.finish_reason,
        num_tokens=before.num_tokens + more.num_tokens,
    )


def _as_given(first: Completion, whole: Completion) -> Completion:
    """With the reasoning apart where the endpoint gave it so: a style without tags would not find it in the text."""
    if first.reasoning is None or whole is first:
        return whole
    thought = split(whole.text, style="tagged")
    return replace(whole, text=thought.final, reasoning=thought.reasoning or "")
