"""Stages that ask a teacher about texts: one prompt, one reply, and what can go wrong on the way."""

from dataclasses import dataclass, replace
from typing import ClassVar, Generic, TypeVar

import teachers
from pipeline.context import Context
from pipeline.schema import Record
from pipeline.stage import Ask, Reject
from stages._asking_prompts import Prompt, check_style
from stages._asking_reply import Said
from stages._teacher import TeacherStage
from teachers import Completion, NotRecordedError, PromptTooLongError
from teachers.think import thought_of

In = TypeVar("In", bound=Record)
Out = TypeVar("Out", bound=Record)

# The prompt is the whole turn, so a teacher's own style for questions would only wrap it.
_BARE = "question-v1"


@dataclass(frozen=True, kw_only=True)
class AskingStage(TeacherStage[In, Out], Generic[In, Out]):
    """`teacher` is asked, its `prompt_style` aside."""

    async def answered(self, ask: Ask, prompt: Prompt, ctx: Context) -> Said | Reject:
        """The final text of the reply; a reply without one, and one that repeats the marks around data, is a reject."""
        bare = replace(self.teacher, prompt_style=_BARE)
        request = teachers.request(bare, question=prompt.text, answer=None, sample=0, seed=self.seed)
        try:
            answer: Completion = await ask(request)
        except NotRecordedError as missing:
            return Reject("not_recorded", str(missing))
        except PromptTooLongError as refused:
            return Reject("prompt_too_long", str(refused))
        ctx.count("tokens", answer.num_tokens)
        ctx.count("prompt_tokens", answer.num_prompt_tokens)
        said = Said(thought_of(answer, style=self.teacher.think).final, answer.finish_reason == "stop")
        if prompt.code in said.text:
            return Reject("marks_copied", "the reply repeats the marks around what was quoted")
        if not said.text:
            reason = "unparsable" if said.is_whole else "truncated"
            return Reject(reason, f"a reply without a final text ({answer.finish_reason})")
        return said


@dataclass(frozen=True, kw_only=True)
class AskingOnce(AskingStage[In, Out], Generic[In, Out]):
    """At most one request a row, worded by `style`, which quotes at most `max_chars` characters."""

    styles: ClassVar[dict[str, str]]

    style: str
    max_chars: int

    def __post_init__(self) -> None:
        check_style(self.style, self.styles)
        if self.max_chars < 1:
            raise ValueError(f"max_chars is {self.max_chars}; it must be at least 1")

    def requests_per_row(self) -> int:
        return 1
