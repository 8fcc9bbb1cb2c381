"""Prompt styles: versioned constants in our own words. A changed word is a new style, since it is a new request."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from teachers.errors import TeacherConfigError
from teachers.types import ChatTurn, TeacherConfig, TeacherRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptStyle:
    """`{question}` stands once in `user`; `shots` are worked questions, told as earlier turns of the chat."""

    user: str
    system: str | None = None
    shots: tuple[tuple[str, str], ...] = ()

    def turns(self, question: str) -> tuple[ChatTurn, ...]:
        told = [ChatTurn(role="system", content=self.system)] if self.system else []
        for asked, answered in self.shots:
            told += [
                ChatTurn(role="user", content=self.user.replace("{question}", asked)),
                ChatTurn(role="assistant", content=answered),
            ]
        return (*told, ChatTurn(role="user", content=self.user.replace("{question}", question)))


# Worked word problems for models too small to follow an instruction: they copy the form of what they were shown.
WORKED = (
    (
        "Mia has 14 stickers. She gives 5 to her brother and then buys 8 more. How many stickers does she have now?",
        "Mia starts with 14 stickers.\nAfter giving 5 away she has 14 - 5 = 9.\n"
        "After buying 8 more she has 9 + 8 = 17.\nThe answer is \\boxed{17}.",
    ),
    (
        "A box holds 6 pencils. How many pencils are in 7 boxes?",
        "Each box holds 6 pencils and there are 7 boxes.\n6 * 7 = 42.\nThe answer is \\boxed{42}.",
    ),
    (
        "There were 31 birds on a wire. Some flew away and 12 are left. How many birds flew away?",
        "There were 31 birds and 12 are left.\n31 - 12 = 19 birds flew away.\nThe answer is \\boxed{19}.",
    ),
    (
        "Omar reads 9 pages on Monday and twice as many on Tuesday. How many pages does he read on both days together?",
        "On Tuesday he reads 9 * 2 = 18 pages.\nOn both days together he reads 9 + 18 = 27 pages.\n"
        "The answer is \\boxed{27}.",
    ),
)

STYLES: dict[str, PromptStyle] = {
    "boxed-v1": PromptStyle(user="{question}\n\nWork it out step by step, then give the final answer in \\boxed{}."),
    "question-v1": PromptStyle(user="{question}"),
    "worked-v1": PromptStyle(user="{question}", shots=WORKED),
}


def request(config: TeacherConfig, *, question: str, answer: str | None, sample: int, seed: int) -> TeacherRequest:
    """The request for one sample of one problem.

    The seed of the sample derives from `seed`, the prompt and the sample index, not from the problem's id: the same
    question met on two pages is one request, and one answer.
    """
    messages = style(config.prompt_style).turns(question)
    return TeacherRequest(
        messages=messages,
        sampling=config.sampling,
        sample=sample,
        seed=_sample_seed(seed, [turn.payload() for turn in messages], sample),
        question=question if config.backend in ("replay", "scripted") else None,
        answer_hint=answer if config.backend == "scripted" else None,
    )


def style(name: str) -> PromptStyle:
    if name not in STYLES:
        raise TeacherConfigError(f"there is no prompt style {name!r}; styles: {', '.join(sorted(STYLES))}")
    return STYLES[name]


def _sample_seed(*parts: Any) -> int:
    """31 bits, which every generator takes as a seed."""
    spelled = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return int.from_bytes(hashlib.sha256(spelled.encode()).digest()[:4], "big") >> 1
