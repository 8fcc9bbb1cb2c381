"""The words of the teachers: how to sample, what is asked, what comes back, and who is asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, Protocol

from teachers.options import EndpointOptions, EngineOptions, Price, Terms

FinishReason = Literal["stop", "length", "loop"]
BackendName = Literal["auto", "vllm", "transformers", "openai", "replay", "scripted"]
ThinkStyle = Literal["auto", "tagged", "prefilled", "heading", "plain"]
# Fields that say how a teacher is run, or what is to be known of it, and not what it says: they never enter a key.
UNKEYED: Mapping[str, bool] = MappingProxyType({"keyed": False})


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """How one answer is drawn. `temperature` 0 is greedy; `max_tokens` bounds the answer, not the prompt.

    `top_p` 1, `top_k` 0, `min_p` 0 and `repetition_penalty` 1 are off.
    """

    temperature: float = 0.7
    top_p: float = 0.95
    max_tokens: int = 512
    top_k: int = 0
    min_p: float = 0.0
    repetition_penalty: float = 1.0

    def __post_init__(self) -> None:
        if self.temperature < 0 or not 0 < self.top_p <= 1 or self.max_tokens < 1:
            raise ValueError(f"{self}: wanted temperature >= 0, 0 < top_p <= 1, max_tokens >= 1")
        if self.top_k < 0 or not 0 <= self.min_p <= 1 or self.repetition_penalty <= 0:
            raise ValueError(f"{self}: wanted top_k >= 0, 0 <= min_p <= 1, repetition_penalty > 0")

    def payload(self) -> Mapping[str, Any]:
        """As JSON, without what is off."""
        extra = {"top_k": 0, "min_p": 0.0, "repetition_penalty": 1.0}
        told = {"temperature": self.temperature, "top_p": self.top_p, "max_tokens": self.max_tokens}
        return told | {name: value for name, off in extra.items() if (value := getattr(self, name)) != off}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatTurn:
    role: str
    content: str

    def payload(self) -> Mapping[str, str]:
        return {"role": self.role, "content": self.content}


@dataclass(frozen=True, slots=True, kw_only=True)
class TeacherRequest:
    """One answer wanted.

    `question` and `answer_hint` are for backends that look an answer up or make one up; `teachers.request` leaves
    them out for every language model, so that a gold answer can neither reach a model nor enter its request key.

    begun -- text the answer begins with, think tags and all, from which the teacher goes on; the completion holds only
             what is new, in its text and in its count of tokens
    """

    messages: tuple[ChatTurn, ...]
    sampling: Sampling
    sample: int
    seed: int
    question: str | None = None
    answer_hint: str | None = None
    begun: str = ""

    def payload(self) -> Mapping[str, Any]:
        """What decides the answer, as JSON: the request key is its digest together with the model's."""
        decides = {
            "messages": [turn.payload() for turn in self.messages],
            "sampling": self.sampling.payload(),
            "sample": self.sample,
            "seed": self.seed,
        }
        looked_up = {"question": self.question, "answer_hint": self.answer_hint, "begun": self.begun or None}
        return decides | {name: value for name, value in looked_up.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """One answer as the teacher gave it, think tags and all; token counts are the teacher's own.

    prefill   -- what the chat template wrote of the answer before the teacher began ("<think>\\n"); not in `text`
    reasoning -- where an endpoint gives the reasoning apart; None where it stands in `text`
    """

    text: str
    finish_reason: FinishReason
    num_prompt_tokens: int
    num_tokens: int
    prefill: str = ""
    reasoning: str | None = None

    def payload(self) -> Mapping[str, Any]:
        told: dict[str, Any] = {
            "text": self.text,
            "finish_reason": self.finish_reason,
            "num_prompt_tokens": self.num_prompt_tokens,
            "num_tokens": self.num_tokens,
        }
        if self.prefill:
            told["prefill"] = self.prefill
        if self.reasoning is not None:
            told["reasoning"] = self.reasoning
        return told

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "Completion":
        return cls(**payload)


@dataclass(frozen=True, kw_only=True)
class ScriptShares:
    """Shares of the outcomes a scripted teacher plays; they need not add up to one.

    `reasoning_words` is the length of the `<think>` part, 0 for none; `delay_s` makes every answer wait.

    right, wrong -- answers that end in the gold, or in something else
    truncated    -- that are cut off
    looping      -- that repeat themselves until they are cut off
    empty        -- that say nothing
    """

    right: float = 0.5
    wrong: float = 0.3
    truncated: float = 0.1
    looping: float = 0.05
    empty: float = 0.05
    reasoning_words: int = 40
    delay_s: float = 0.0


@dataclass(frozen=True, kw_only=True)
class ScriptedReply:
    """What a scripted teacher says to a prompt in which the regular expression `match` is found.

    `{name}` in `text` becomes what the group of that name caught, so that a script can copy from the prompt. A dot
    matches line breaks too. Sample n is told the n-th of `text` and the texts in `also`, round and round. Raises
    `ValueError` for a `match` that is no regular expression.

    finish_reason -- how the answer says that it ended
    """

    match: str
    text: str
    finish_reason: FinishReason = "stop"
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        try:
            re.compile(self.match)
        except re.error as error:
            raise ValueError(f"match {self.match!r} is no regular expression: {error}") from error


@dataclass(frozen=True, kw_only=True)
class TeacherConfig:
    """Who is asked, and how. Weights and recordings are given beside it: a model is its content, never a path.

    name           -- stands in the ids and the rows of its attempts
    backend        -- "auto": vLLM where it is installed, else transformers
    model          -- hub id, used where no folder of weights is given; then `revision` must be a commit
    dtype          -- "auto": as the weights are stored on a GPU; on a CPU bfloat16 where it computes that, else float32
    max_model_len  -- tokens of prompt and answer together; None takes what the model was made for
    lora           -- folder of a LoRA adapter put on the weights; pinned by content
    prompt_style   -- how a question is put, see `teachers/prompts.py`; attempts tell it
    chat_options   -- given to the chat template, such as {enable_thinking: false}
    think          -- how reasoning is marked in the text, see `teachers.think`
    engine, endpoint, price -- how it is run and what that costs; never part of a key
    terms          -- the licence of the model, as text or with its address and a note; never part of a key either
    script         -- the parts a scripted teacher plays where no reply fits
    replies        -- what a scripted teacher says to which prompt, the first that fits
    """

    name: str
    backend: BackendName = "auto"
    model: str | None = None
    revision: str | None = None
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    max_model_len: int | None = None
    lora: Path | None = None
    chat_options: Mapping[str, bool | int | float | str] = field(default_factory=dict)
    prompt_style: str = "boxed-v1"
    think: ThinkStyle = "auto"
    sampling: Sampling = field(default_factory=Sampling)
    engine: EngineOptions = field(default_factory=EngineOptions, metadata=UNKEYED)
    endpoint: EndpointOptions = field(default_factory=EndpointOptions, metadata=UNKEYED)
    price: Price = field(default_factory=Price, metadata=UNKEYED)
    terms: Terms | str | None = field(default=None, metadata=UNKEYED)
    script: ScriptShares = field(default_factory=ScriptShares)
    replies: tuple[ScriptedReply, ...] = ()

    def __post_init__(self) -> None:
        if self.replies and self.backend != "scripted":
            raise ValueError(f"{self.name}: replies are for the scripted backend, not {self.backend!r}")


class Teacher(Protocol):
    """A backend: cheap to make, loaded by `start()`. `slots` is how many requests it serves at once."""

    @property
    def digest(self) -> str: ...

    @property
    def slots(self) -> int: ...

    async def start(self) -> None: ...

    async def respond(self, request: TeacherRequest) -> Completion: ...

    async def close(self) -> None: ...

    def decode(self, payload: Mapping[str, Any]) -> Completion: ...
