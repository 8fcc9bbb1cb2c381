"""What a training file for reinforcement learning may say. Constants of the seed paper are named where they stand."""

from dataclasses import dataclass, field
from typing import Literal

from trainer.config import DataConfig, ModelConfig, OptimConfig, at_least_one, exactly_one
from trainer.errors import TrainConfigError
from trainer.reward_config import RewardConfig

Algorithm = Literal["ppo", "reinforce++", "grpo", "rloo"]


@dataclass(frozen=True, kw_only=True)
class RolloutConfig:
    """How responses are drawn. Log-probabilities are those at `temperature`; nothing is cut from the distribution.

    prompts            -- prompts a step, each answered `samples` times
    max_tokens         -- the budget of a response, its end token included: L_max of the rewards
    max_prompt_length  -- in tokens; longer prompts are left out and counted
    batch_size         -- responses that grow at once; None: all of a step
    backend            -- who draws them; vLLM takes `gpu_memory_utilization` of the memory of the GPU while it draws
    mismatch_limit     -- mean k3 between sampler and trainer at which the run stops; None: 1e-4, in bfloat16 0.05
    correction         -- importance weights exp(trainer - sampler) of tokens, cut at `correction_cap`; or sequences
                          outside [1/cap, cap] are left out
    """

    prompts: int = 32
    samples: int = 8
    max_tokens: int = 1024
    max_prompt_length: int = 2048
    temperature: float = 1.0
    batch_size: int | None = None
    backend: Literal["transformers", "vllm"] = "transformers"
    gpu_memory_utilization: float = 0.4
    mismatch_limit: float | None = None
    correction: Literal["none", "token_truncate", "sequence_mask"] = "none"
    correction_cap: float = 2.0

    def __post_init__(self) -> None:
        at_least_one(self, "prompts", "samples", "max_tokens", "max_prompt_length", "batch_size")
        if self.temperature <= 0:
            raise TrainConfigError("rollout.temperature must be above 0: a policy that is learnt from must explore")


@dataclass(frozen=True, kw_only=True)
class VerifierConfig:
    """Who decides. "rule": this project's verifier. "model": a judge asked about every response that it may be asked
    about, as `teacher` (a file as in configs/teachers) says; "cascade": the rules first, the judge where they doubt.

    extraction -- the rules' policy; None: the one the data set was verified with
    weights    -- a folder of weights for the judge, where its file names none
    kind       -- "rule", "model" or "cascade"
    style      -- the judge's prompt, see `verifier/judge/`; None: the default
    """

    kind: Literal["rule", "model", "cascade"] = "rule"
    extraction: Literal["lenient", "strict"] | None = None
    teacher: str | None = None
    weights: str | None = None
    style: str | None = None

    def __post_init__(self) -> None:
        if (self.kind == "rule") != (self.teacher is None):
            raise TrainConfigError("verifier.teacher names the judge of the kinds model and cascade, and only of those")


@dataclass(frozen=True, kw_only=True)
class PolicyConfig:
    """The policy's loss and how a step's responses are learnt from.

    clip_low, clip_high -- the ratio is clipped to [1 - clip_low, 1 + clip_high]
    aggregate    -- "token": mean over all tokens of an update; "sequence": mean over tokens of a response, then over
                    responses, as the paper's code does; "constant": sum over tokens through responses x budget
    epochs       -- passes over a step's responses
    minibatch    -- responses of one update; None: all of a step
    micro_batch  -- responses in one forward pass; changes memory and speed, not the result
    group_std    -- GRPO: whether advantages are divided by the group's standard deviation
    whiten       -- PPO and REINFORCE++: mean 0 and variance 1 over all tokens of the step
    """

    clip_low: float = 0.2
    clip_high: float = 0.2
    aggregate: Literal["token", "sequence", "constant"] = "token"
    epochs: int = 1
    minibatch: int | None = None
    micro_batch: int = 4
    group_std: bool = True
    whiten: bool = True

    def __post_init__(self) -> None:
        at_least_one(self, "epochs", "minibatch", "micro_batch")


@dataclass(frozen=True, kw_only=True)
class CriticConfig:
    """PPO's value function: a copy of the policy's trunk with a linear head that begins at zero.

    heads         -- "per_stream": one value a reward stream; "shared": one, which needs equal discounts or lam 1
    warmup_steps  -- steps in which the critic alone learns
    clip          -- bound on how far a value moves in one step; None: none
    """

    heads: Literal["per_stream", "shared"] = "per_stream"
    warmup_steps: int = 0
    clip: float | None = None
    optim: OptimConfig = field(default_factory=lambda: OptimConfig(lr=9e-6, min_lr_share=1.0))


@dataclass(frozen=True, kw_only=True)
class HeldOutConfig:
    """Accuracy on the validation prompts while training: before the first step, every `every` steps and at the end.

    rows         -- at most so many prompts, the first in order
    samples      -- answers to each
    temperature  -- of these answers; 0: the likeliest
    """

    every: int | None = None
    rows: int = 256
    samples: int = 1
    temperature: float = 1.0

    def __post_init__(self) -> None:
        at_least_one(self, "every", "rows", "samples")
        if self.temperature < 0:
            raise TrainConfigError(f"held_out.temperature is {self.temperature}; it must be 0, the likeliest, or above")


@dataclass(frozen=True, kw_only=True)
class RlConfig:
    """A run of reinforcement learning.

    out               -- the run folder
    algorithm         -- how advantages come from rewards; ppo alone has a critic
    steps, epochs     -- exactly one; a step is one round of rollouts and the updates on them
    checkpoint_every  -- in steps; the last `keep_checkpoints` stay
    keep_rollouts     -- every so many steps the responses are written to rollouts/; None: never
    log_to            -- besides metrics.jsonl
    seed              -- of prompts' order and of all that is drawn
    """

    data: DataConfig
    model: ModelConfig
    out: str
    reward: RewardConfig
    algorithm: Algorithm = "ppo"
    steps: int | None = None
    epochs: int | None = None
    rollout: RolloutConfig = field(default_factory=RolloutConfig)
    verifier: VerifierConfig = field(default_factory=VerifierConfig)
    policy: PolicyConfig = field(default_factory=PolicyConfig)
    optim: OptimConfig = field(default_factory=lambda: OptimConfig(lr=5e-7))
    critic: CriticConfig = field(default_factory=CriticConfig)
    held_out: HeldOutConfig = field(default_factory=HeldOutConfig)
    checkpoint_every: int | None = None
    keep_checkpoints: int = 2
    keep_rollouts: int | None = 10
    log_to: tuple[Literal["tensorboard", "trackio", "wandb"], ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        exactly_one("steps", self.steps, "epochs", self.epochs)
        at_least_one(self, "steps", "epochs", "checkpoint_every", "keep_checkpoints", "keep_rollouts")
        if self.algorithm in ("grpo", "rloo") and self.rollout.samples < 2:
            raise TrainConfigError(f"{self.algorithm} compares answers to one prompt; rollout.samples must be above 1")
        discounts = set(self.reward.streams.values())
        if self.critic.heads == "shared" and len(discounts) > 1 and any(each.lam < 1 for each in discounts):
            raise TrainConfigError(
                "critic.heads: shared needs lam 1 or the same discount for all reward streams; write per_stream"
            )
