"""The words of the teachers: how to sample, what is asked, what comes back, and who is asked."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Protocol

FinishReason = Literal["stop", "length", "loop"]
BackendName = Literal["auto", "vllm", "transformers", "replay", "scripted"]
ThinkStyle = Literal["auto", "tagged", "prefilled", "plain"]


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """How one answer is drawn. `temperature` 0 is greedy; `max_tokens` bounds the answer, not the prompt."""

    temperature: float = 0.7
    top_p: float = 0.95
    max_tokens: int = 512

    def __post_init__(self) -> None:
        if self.temperature < 0 or not 0 < self.top_p <= 1 or self.max_tokens < 1:
            raise ValueError(f"{self}: wanted temperature >= 0, 0 < top_p <= 1, max_tokens >= 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatTurn:
    role: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeacherRequest:
    """One answer wanted.

    `question` and `answer_hint` are for backends that look an answer up or make one up; `teachers.request` leaves
    them out for every language model, so that a gold answer can neither reach a model nor enter its request key.
    """

    messages: tuple[ChatTurn, ...]
    sampling: Sampling
    sample: int
    seed: int
    question: str | None = None
    answer_hint: str | None = None

    def payload(self) -> Mapping[str, Any]:
        """What decides the answer, as JSON: the request key is its digest together with the model's."""
        decides = asdict(self)
        decides["messages"] = [asdict(turn) for turn in self.messages]
        return {name: value for name, value in decides.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """One answer as the teacher gave it, think tags and all; token counts are the teacher's own."""

    text: str
    finish_reason: FinishReason
    num_prompt_tokens: int
    num_tokens: int

    def payload(self) -> Mapping[str, Any]:
        return asdict(self)

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "Completion":
        return cls(**payload)


@dataclass(frozen=True, kw_only=True)
class ScriptShares:
    """Shares of the outcomes a scripted teacher plays; they need not add up to one.

    `reasoning_words` is the length of the `<think>` part, 0 for none; `delay_s` makes every answer wait.
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
    matches line breaks too. Raises `ValueError` for a `match` that is no regular expression.
    """

    match: str
    text: str
    finish_reason: FinishReason = "stop"

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
    think          -- how reasoning is marked in the text, see `teachers.think`
    script         -- the parts a scripted teacher plays where no reply fits
    replies        -- what a scripted teacher says to which prompt, the first that fits
    """

    name: str
    backend: BackendName = "auto"
    model: str | None = None
    revision: str | None = None
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    max_model_len: int | None = None
    prompt_style: str = "boxed-v1"
    think: ThinkStyle = "auto"
    sampling: Sampling = field(default_factory=Sampling)
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
