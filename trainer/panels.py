"""What the pictures of a run show: which numbers of metrics.jsonl, in which axes, in which unit."""

from collections.abc import Mapping
from dataclasses import dataclass

from trainer.keywords import KEYWORDS


@dataclass(frozen=True)
class Panel:
    """One pair of axes. `lines` are keys of a row and their labels; those that a run does not have are left out.

    percent  -- values are shares
    held_out -- the key of the evaluations, and those of the lower and upper bound where there is an interval
    stacked  -- lines are parts of a whole
    budget   -- draws the budget of a response
    """

    title: str
    unit: str
    lines: Mapping[str, str]
    percent: bool = False
    held_out: tuple[str, ...] = ()
    stacked: bool = False
    budget: bool = False
    log: bool = False


LOSS = (
    Panel("Loss", "nats per completion token", {"loss": "training batch"}, held_out=("eval_loss",)),
    Panel("Gradient norm before clipping", "norm", {"grad_norm": ""}),
)

ACCURACY = (
    Panel(
        "Accuracy",
        "percent of responses",
        {"accuracy": "training prompts"},
        percent=True,
        held_out=("eval/accuracy", "eval/low", "eval/high"),
    ),
    Panel("Prompts whose answers all earn the same", "percent of prompts", {"zero_std_groups": ""}, percent=True),
)

LENGTH = (
    Panel(
        "Length",
        "tokens of a response",
        {"len/mean": "mean", "len/p95": "95th percentile", "len/correct": "correct", "len/wrong": "wrong"},
        held_out=("eval/len",),
        budget=True,
    ),
    Panel(
        "How responses end",
        "percent of responses",
        {"truncated": "truncated", "no_answer": "no answer", "undecided": "undecided"},
        percent=True,
    ),
)

REWARDS = (
    Panel("Reward", "mean over responses", {"reward/total": "total", "reward/outcome": "outcome"}),
    Panel("Dense streams", "mean over responses", {"reward/repetition": "repetition", "reward/kl": "KL"}),
    Panel("Repeated tokens", "percent of tokens", {"repeated_tokens": ""}, percent=True),
)

POLICY = (
    Panel("Distance to the initial policy", "nats per token (k3)", {"kl_ref": ""}),
    Panel("Entropy", "nats per token", {"entropy": ""}),
    Panel(
        "Ratios that are clipped",
        "percent of tokens",
        {"policy/clip_low": "below", "policy/clip_high": "above"},
        percent=True,
    ),
    Panel(
        "Gradient norm before clipping", "norm", {"grad_norm/actor": "actor", "grad_norm/critic": "critic"}, log=True
    ),
    Panel("Variance that the critic explains", "share", {"value/explained": ""}),
    Panel("Sampler against trainer", "nats per token (k3)", {"mismatch/k3": ""}, log=True),
)

WORDS = {f"keyword/{word}": word for word in KEYWORDS} | {"keyword/python_block": "```python"}
KEYWORD_PANELS = (
    Panel("Responses with a keyword", "percent of responses", WORDS, percent=True),
    Panel("Responses that think", "percent of responses", {"think": ""}, percent=True),
)

PARTS = {"time/draw": "draw", "time/grade": "grade", "time/forward": "forward", "time/update": "update"}
SPEED = (
    Panel("Time of a step", "seconds", PARTS, stacked=True),
    Panel("Speed", "tokens per second", {"tokens_per_s": ""}),
)

SFT: dict[str, tuple[Panel, ...]] = {"loss": LOSS}
RL: dict[str, tuple[Panel, ...]] = {
    "accuracy": ACCURACY,
    "length": LENGTH,
    "rewards": REWARDS,
    "policy": POLICY,
    "keywords": KEYWORD_PANELS,
    "speed": SPEED,
}
