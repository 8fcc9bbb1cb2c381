"""The reward of an exported data set for NeMo-RL: the environment "tracemill", after `register()`.

The ground truth that NeMo-RL's processor makes of the column `output` holds the answer, its type and the question.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tracemill import Gold, Grader, Outcome

# What a completion gets that could not be decided (a timeout, an answer nobody can parse); NeMo-RL takes numbers only.
UNDECIDED = 0.0
# What the data set was verified with; it is written in when this file is exported.
MADE_WITH: dict[str, str] = {}

NAME = "tracemill"
ACTOR = f"{__name__}.RemoteEnvironment"

_grader = Grader(MADE_WITH)


def register() -> None:
    """Makes `env_name: tracemill` known. Call it in the driver, before the trainer builds its environments."""
    from nemo_rl.distributed.ray_actor_environment_registry import ACTOR_ENVIRONMENT_REGISTRY  # type: ignore[import-not-found]
    from nemo_rl.distributed.virtual_cluster import PY_EXECUTABLES  # type: ignore[import-not-found]
    from nemo_rl.environments.utils import register_env  # type: ignore[import-not-found]

    ACTOR_ENVIRONMENT_REGISTRY[ACTOR] = PY_EXECUTABLES.SYSTEM
    register_env(NAME, ACTOR)


def rewards(message_logs: Sequence[Sequence[Mapping[str, Any]]], ground_truths: Sequence[str]) -> list[float]:
    """1, 0 or `UNDECIDED` for what the assistant said in each log; the turns before it are the rendered prompt."""
    said = [_said(log, "assistant") for log in message_logs]
    prompts = [_said(log, "user") for log in message_logs]
    verdicts = _grader.grade([Gold.of(truth) for truth in ground_truths], said, prompts=prompts)
    return [verdict.reward(undecided=UNDECIDED) or 0.0 for verdict in verdicts]


def _said(log: Sequence[Mapping[str, Any]], role: str) -> str:
    return "".join(str(message["content"]) for message in log if message["role"] == role)


class TracemillEnvironment:
    """One turn: the response is graded and the episode ends. The methods are those of `EnvironmentInterface`."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.config = config

    def step(self, message_log_batch: Sequence[Any], metadata: Sequence[Mapping[str, Any]], *_: Any) -> Any:
        import torch
        from nemo_rl.environments.interfaces import EnvironmentReturn  # type: ignore[import-not-found]

        found = rewards(message_log_batch, [one["ground_truth"] for one in metadata])
        return EnvironmentReturn(
            observations=[{"role": "environment", "content": f"Environment: reward {reward:g}"} for reward in found],
            metadata=metadata,
            next_stop_strings=[None] * len(found),
            rewards=torch.tensor(found),
            terminateds=torch.ones(len(found)),
            answers=None,
        )

    def global_post_process_and_metrics(self, batch: Any) -> tuple[Any, dict[str, float]]:
        metrics = {"accuracy": batch["rewards"].mean().item(), "num_problems_in_batch": len(batch["rewards"])}
        total = _grader.counts.total()
        return batch, metrics | {"undecided": _grader.counts[Outcome.UNDECIDED] / total if total else 0.0}

    def shutdown(self) -> None:
        _grader.close()


def __getattr__(name: str) -> Any:
    """`RemoteEnvironment`, the Ray actor, is made when it is asked for: this file can be read without Ray."""
    if name != "RemoteEnvironment":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import ray  # type: ignore[import-not-found]

    return ray.remote(max_restarts=-1, max_task_retries=-1)(TracemillEnvironment)
