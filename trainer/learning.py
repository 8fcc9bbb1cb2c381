"""The updates of one step: actor and critic learn from its experience in minibatches.

Each process backpropagates its share of a minibatch, micro-batch by micro-batch, divided by the count of the whole
minibatch; the gradients are summed. So neither the number of processes nor `micro_batch` changes an update.
"""

import math
from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import Any

import numpy as np
import torch

from trainer.algorithms import aggregate, kl, normaliser, policy_loss, value_loss
from trainer.config import OptimConfig
from trainer.errors import TrainerError
from trainer.experience import Experience, batches
from trainer.optim import learning_rate, update
from trainer.policy import log_probs
from trainer.rl_job import Job

Facts = dict[str, float]
SUMMED = ("loss", "clip_low", "clip_high", "approx_kl")
LEARNT = (
    *(f"policy/{name}" for name in (*SUMMED, "ratio_max")),
    *("grad_norm/actor", "lr", "value/loss", "grad_norm/critic"),
)


def learn(job: Job, experience: Experience, step: int) -> dict[str, Any]:
    """Takes `policy.epochs` passes in minibatches of like size; its part of the metrics."""
    policy, rows = job.config.policy, experience.streams.included.nonzero().squeeze(1).numpy()
    if not len(rows):
        return dict.fromkeys(LEARNT)
    actor, critic = [], []
    for epoch in range(policy.epochs):
        order = np.random.default_rng([job.config.seed, step, epoch]).permutation(rows)
        for part in np.array_split(order, -(-len(order) // (policy.minibatch or len(order)))):
            if step >= _warmup(job):
                actor.append(_update_actor(job, experience, part.tolist(), step))
            if job.critic is not None:
                critic.append(_update_critic(job, experience, part.tolist(), step))
    return _metrics(job, actor, critic, tokens=policy.epochs * int(experience.streams.mask.sum()))


def _warmup(job: Job) -> int:
    """Steps before the actor learns."""
    return job.config.critic.warmup_steps if job.critic is not None else 0


def _update_actor(job: Job, experience: Experience, rows: list[int], step: int) -> Facts:
    config, facts = job.config, dict.fromkeys(SUMMED, 0.0)
    policy, kl_loss = config.policy, config.reward.kl
    count = normaliser(experience.streams.mask[rows], policy.aggregate, max_tokens=config.rollout.max_tokens)
    ratio_max = 0.0
    for batch in batches(job.group.share(rows), experience.rollouts, policy.micro_batch):
        rollouts = [experience.rollouts[row] for row in batch]
        shared: dict[str, Any] = {"pad_id": job.tokenizer.pad_token_id, "dtype": config.model.dtype}
        scored = log_probs(job.model, rollouts, temperature=config.rollout.temperature, **shared)
        told = policy_loss(
            scored.logps,
            _of(experience.logps, batch, scored.mask),
            _of(experience.advantages.advantages, batch, scored.mask),
            scored.mask,
            clip_low=policy.clip_low,
            clip_high=policy.clip_high,
            weights=None if experience.weights is None else _of(experience.weights, batch, scored.mask),
        )
        losses = told.losses
        if kl_loss.coef and kl_loss.where == "loss":
            assert experience.reference is not None
            apart = scored.logps - _of(experience.reference, batch, scored.mask)
            losses = losses + kl_loss.coef * kl(apart, kl_loss.estimator)
        loss = aggregate(losses, scored.mask, policy.aggregate, normaliser=count)
        loss.backward()  # type: ignore[no-untyped-call]
        ratio_max = max(ratio_max, told.ratio_max)
        for name, value in zip(SUMMED, (loss.item(), told.clip_low, told.clip_high, told.approx_kl), strict=True):
            facts[name] += value
    rate = learning_rate(config.optim, step=step - _warmup(job), num_steps=job.num_steps - _warmup(job))
    norm = _take(job, job.optimizer, job.model.parameters(), config.optim, rate, f"step {step + 1}: the policy's")
    return {**facts, "ratio_max": ratio_max, "norm": norm, "lr": rate}


def _update_critic(job: Job, experience: Experience, rows: list[int], step: int) -> Facts:
    assert job.critic is not None
    assert job.critic_optimizer is not None
    assert experience.values is not None
    assert experience.advantages.targets is not None
    config, loss_sum = job.config, 0.0
    count = normaliser(experience.streams.mask[rows], "token", max_tokens=config.rollout.max_tokens)
    for batch in batches(job.group.share(rows), experience.rollouts, config.policy.micro_batch):
        rollouts = [experience.rollouts[row] for row in batch]
        values = job.critic.values(rollouts, pad_id=job.tokenizer.pad_token_id, dtype=config.model.dtype)
        mask = _of(experience.streams.mask, batch, values)
        before, targets = (_of(one, batch, values) for one in (experience.values, experience.advantages.targets))
        losses = value_loss(values, before, targets, clip=config.critic.clip)
        loss = aggregate(losses, mask, "token", normaliser=count)
        loss.backward()  # type: ignore[no-untyped-call]
        loss_sum += loss.item()
    optim = config.critic.optim
    rate = learning_rate(optim, step=step, num_steps=job.num_steps)
    norm = _take(job, job.critic_optimizer, job.critic.parameters(), optim, rate, f"step {step + 1}: the critic's")
    return {"loss": loss_sum, "norm": norm}


def _of(whole: torch.Tensor, batch: Sequence[int], like: torch.Tensor) -> torch.Tensor:
    """The rows of a micro-batch, as wide as `like` and on its device."""
    return whole[list(batch), : like.shape[1]].to(like.device)


def _take(
    job: Job,
    optimizer: torch.optim.Optimizer,
    parameters: Iterable[torch.nn.Parameter],
    config: OptimConfig,
    rate: float,
    whose: str,
) -> float:
    """An update along the gradients of all processes. Raises `TrainerError` where they are no numbers."""
    job.group.sum_gradients(parameters)
    norm = update(optimizer, rate=rate, clip_norm=config.clip_norm)
    if not math.isfinite(norm):
        raise TrainerError(
            f"{whose} gradient is {norm}; lower its learning rate or lengthen its warm-up, and look at the rewards of "
            f"the steps before: resume from a checkpoint to go on"
        )
    return norm


def _metrics(job: Job, actor: Sequence[Facts], critic: Sequence[Facts], *, tokens: int) -> dict[str, Any]:
    """Losses and norms are means over updates, the rest shares of tokens; None for whoever took no update."""
    everyone = job.group.gather([(actor, critic)])

    def total(which: int, name: str) -> float:
        return sum(update[name] for one in everyone for update in one[which])

    row: dict[str, Any] = dict.fromkeys(LEARNT)
    if actor:
        row |= {"policy/loss": total(0, "loss") / len(actor)}
        row |= {f"policy/{name}": total(0, name) / tokens for name in ("clip_low", "clip_high", "approx_kl")}
        row["policy/ratio_max"] = max(update["ratio_max"] for one in everyone for update in one[0])
        row |= {"grad_norm/actor": fmean(update["norm"] for update in actor), "lr": actor[0]["lr"]}
    if critic:
        row["value/loss"] = total(1, "loss") / len(critic)
        row["grad_norm/critic"] = fmean(update["norm"] for update in critic)
    return row
