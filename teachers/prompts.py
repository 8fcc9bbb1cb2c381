"""Prompt styles: versioned constants in our own words. A changed word is a new style, since it is a new request."""

import hashlib
import json
from dataclasses import asdict, dataclass
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


STYLES: dict[str, PromptStyle] = {
    "boxed-v1": PromptStyle(user="{question}\n\nWork it out step by step, then give the final answer in \\boxed{}."),
    "question-v1": PromptStyle(user="{question}"),
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
        seed=_sample_seed(seed, [asdict(turn) for turn in messages], sample),
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
