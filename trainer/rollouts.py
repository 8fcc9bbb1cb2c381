"""Responses drawn from the policy, and the proof that whoever drew them holds the trainer's weights."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One response wanted. `seed` decides the draw, whatever else is drawn beside it."""

    prompt_ids: list[int]
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """A response in tokens: `ids` end with an end token exactly where `finish` is "stop"; nothing is ever forged.

    `logps` are the log-probabilities of `ids` in the distribution they were drawn from.
    """

    prompt_ids: list[int]
    ids: list[int]
    logps: list[float]
    finish: Literal["stop", "length"]


class Sampler(Protocol):
    """Draws from the policy as it was at the last `sync`."""

    def sync(self, model: Any) -> None: ...

    def draw(self, wanted: Sequence[Wanted], *, temperature: float, max_tokens: int) -> list[Rollout]:
        """One rollout a request, in order."""

    def close(self) -> None: ...
