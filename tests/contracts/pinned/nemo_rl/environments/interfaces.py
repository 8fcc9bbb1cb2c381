"""What an environment returns of a step."""

from typing import Any, NamedTuple


class EnvironmentReturn(NamedTuple):
    """All of them for a batch; `rewards` and `terminateds` are tensors."""

    observations: list[dict[str, str]]
    metadata: list[Any]
    next_stop_strings: list[Any]
    rewards: Any
    terminateds: Any
    answers: list[str | None] | None = None
