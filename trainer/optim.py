"""AdamW with a warm-up and a cosine, and one update of it: what every loop of the trainer takes its steps with."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from trainer.config import OptimConfig

if TYPE_CHECKING:
    import torch


def adamw(parameters: "Iterable[torch.nn.Parameter]", config: OptimConfig) -> "torch.optim.Optimizer":
    """Over the parameters that are trained; of a model with adapters those alone."""
    import torch

    trained = [parameter for parameter in parameters if parameter.requires_grad]
    betas = (config.beta1, config.beta2)
    # The fused update makes one pass over the weights, which on a CPU is most of what an update costs.
    return torch.optim.AdamW(trained, lr=config.lr, betas=betas, weight_decay=config.weight_decay, fused=True)


def learning_rate(config: OptimConfig, *, step: int, num_steps: int) -> float:
    """The rate of one step, counted from 0: linear warm-up, then half a cosine that ends at the last step."""
    warmup = config.warmup_steps or math.ceil(config.warmup_share * num_steps)
    if step < warmup:
        return config.lr * (step + 1) / (warmup + 1)
    progress = (step - warmup) / max(1, num_steps - 1 - warmup)
    cosine = (1 + math.cos(math.pi * progress)) / 2
    return config.lr * (config.min_lr_share + (1 - config.min_lr_share) * cosine)


def update(optimizer: "torch.optim.Optimizer", *, rate: float, clip_norm: float) -> float:
    """Takes a step along the gradients that stand, forgets them, and returns their norm before clipping."""
    import torch
    from torch.distributed.tensor import DTensor

    trained = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    norm = torch.nn.utils.clip_grad_norm_(trained, clip_norm)
    if isinstance(norm, DTensor):  # of weights that are shared out over processes
        norm = norm.full_tensor()
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return float(norm)
