"""What a training file may say. `trainer.options` reads it; every option is written out into the run folder."""

from dataclasses import dataclass, field
from typing import Any, Literal

from trainer.errors import TrainConfigError

RESOLVED = "config.resolved.yaml"  # in the run folder


@dataclass(frozen=True, kw_only=True)
class DataConfig:
    """`path` is a version of an export, as a folder or as `demo@v0003`; `validation: null` means no evaluation.

    view  -- None: `sft` for fine-tuning, `rl` for reinforcement learning
    train -- the split to learn from
    """

    path: str
    view: str | None = None
    train: str = "train"
    validation: str | None = "validation"

    @property
    def paths(self) -> list[str]:
        return [self.path]


@dataclass(frozen=True, kw_only=True)
class SourceConfig:
    """A part of a mix; `share` is relative to the sum of all shares.

    path, view -- as those of `data`
    """

    path: str
    share: float
    view: str | None = None

    def __post_init__(self) -> None:
        if self.share <= 0:
            raise TrainConfigError(f"data.mix: {self.path} has the share {self.share}; it must be above 0")


@dataclass(frozen=True, kw_only=True)
class SftDataConfig:
    """Exactly one of `path`, a version or an export for any trainer, and `mix`; `validation: null` means no evaluation.

    mix   -- sources with a share each. An epoch sees all rows of the scarcest and as many of the others as keep the
             shares, in the next epoch others of them
    view  -- None: `sft`
    train -- the split to learn from
    """

    path: str | None = None
    mix: tuple[SourceConfig, ...] = ()
    view: str | None = None
    train: str = "train"
    validation: str | None = "validation"

    def __post_init__(self) -> None:
        if (self.path is None) == (not self.mix):
            raise TrainConfigError("give either `data.path` or `data.mix`, sources with a share each")

    @property
    def sources(self) -> tuple[SourceConfig, ...]:
        return (SourceConfig(path=self.path, share=1.0, view=self.view),) if self.path is not None else self.mix

    @property
    def paths(self) -> list[str]:
        return [source.path for source in self.sources]


@dataclass(frozen=True, kw_only=True)
class LoraConfig:
    """Low-rank adapters instead of all weights; needs peft. `targets` are module names; empty: all linear layers.

    rank    -- of the two matrices of an adapter
    alpha   -- what they add is scaled by alpha / rank
    dropout -- on what goes into them, while training
    """

    rank: int = 16
    alpha: float = 32.0
    dropout: float = 0.0
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """Exactly one of `path` (a folder or hub id) and `from_scratch` (options of a Llama, random weights).

    tokenizer          -- folder or hub id; needed with `from_scratch`, else the model's own
    dtype              -- of the computation; weights and optimizer states are always float32
    device             -- "auto": a GPU where there is one
    gradient_checkpointing -- activations are computed again in the backward pass: less memory, a third more time
    rope_theta_factor  -- multiplies the base of the rotary embedding, and with it the context that the model says it
                          has; done once, when `path` is loaded, and saved with the model
    """

    path: str | None = None
    from_scratch: dict[str, Any] | None = None
    tokenizer: str | None = None
    dtype: Literal["float32", "bfloat16"] = "float32"
    device: Literal["auto", "cpu", "cuda"] = "auto"
    gradient_checkpointing: bool = False
    rope_theta_factor: float = 1.0
    lora: LoraConfig | None = None

    def __post_init__(self) -> None:
        exactly_one("model.path", self.path, "model.from_scratch", self.from_scratch)
        if self.from_scratch is not None and self.tokenizer is None:
            raise TrainConfigError("model.from_scratch needs model.tokenizer: the folder of a tokenizer")


@dataclass(frozen=True, kw_only=True)
class OptimConfig:
    """AdamW. The rate rises over the warm-up, then follows a cosine to `min_lr_share` of `lr` at the last step.

    lr            -- the highest rate
    warmup_steps, warmup_share -- at most one; a share of all steps
    beta1, beta2, weight_decay -- AdamW's own
    clip_norm     -- longer gradients are shortened to it
    """

    lr: float = 5e-6
    warmup_steps: int = 0
    warmup_share: float = 0.0
    min_lr_share: float = 0.1
    beta1: float = 0.9
    beta2: float = 0.95
    weight_decay: float = 0.0
    clip_norm: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.warmup_share <= 1 or (self.warmup_share and self.warmup_steps):
            raise TrainConfigError("optim: give warmup_steps, or warmup_share as a share of all steps from 0 to 1")


@dataclass(frozen=True, kw_only=True)
class SftConfig:
    """A run of supervised fine-tuning.

    out               -- the run folder
    steps, epochs     -- exactly one; a step is one optimizer update on `batch_size` x `accumulation` rows, `batch_size`
                         at once; of several processes each reads its share of them
    max_length        -- in tokens; longer rows are left out and counted, never cut
    packing           -- the rows of a batch are laid end to end, each attending to itself alone, instead of padded
    shard             -- processes share out weights and optimizer states, for a model that one device cannot hold
    eval_rows         -- at most so many rows of the validation split, the first in order
    checkpoint_every  -- in steps; the last `keep_checkpoints` stay
    log_to            -- besides metrics.jsonl
    seed              -- of the order of rows and of whatever else is drawn
    """

    data: SftDataConfig
    model: ModelConfig
    out: str
    optim: OptimConfig = field(default_factory=OptimConfig)
    steps: int | None = None
    epochs: int | None = None
    batch_size: int = 8
    accumulation: int = 1
    max_length: int = 16_384
    packing: bool = False
    shard: bool = False
    eval_rows: int = 256
    checkpoint_every: int | None = None
    keep_checkpoints: int = 2
    log_to: tuple[Literal["tensorboard", "trackio", "wandb"], ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        exactly_one("steps", self.steps, "epochs", self.epochs)
        if self.shard and self.model.lora:
            raise TrainConfigError("shard: a model with adapters is not shared out; leave out shard or model.lora")
        counts = ("steps", "epochs", "batch_size", "accumulation", "max_length", "eval_rows")
        at_least_one(self, *counts, "checkpoint_every", "keep_checkpoints")


def at_least_one(config: Any, *names: str) -> None:
    """Raises `ValueError`, which `trainer.options` tells with the place of the group."""
    for name in names:
        if (value := getattr(config, name)) is not None and value < 1:
            raise ValueError(f"{name} is {value}; it must be at least 1")


def exactly_one(first: str, left: Any, second: str, right: Any) -> None:
    if (left is None) == (right is None):
        raise TrainConfigError(f"give either `{first}` or `{second}`")
