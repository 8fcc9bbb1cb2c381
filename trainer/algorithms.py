"""The arithmetic of reinforcement learning: pure functions of tensors, each with the source of its formula.

B responses of at most T tokens, K reward streams. `mask` [B, T] is true on the tokens of a response, its end token
included, and false after them; a response that is left out of a step has no token in it. What stands where the mask is
false changes nothing. "The paper" is Yeo et al., Demystifying Long Chain-of-Thought Reasoning (arXiv 2502.03373).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn.functional import pad

Aggregate = Literal["token", "sequence", "constant"]
Estimator = Literal["k1", "k2", "k3"]
Correction = Literal["token_truncate", "sequence_mask"]
BLOCK = 64


@dataclass(frozen=True)
class Advantages:
    """`advantages` [B, T], and what the critic's heads should have said: `targets` [B, T, heads], None without one."""

    advantages: Tensor
    targets: Tensor | None = None


def advantages(
    rewards: Tensor,
    mask: Tensor,
    *,
    algorithm: Literal["ppo", "reinforce++", "grpo", "rloo"],
    gamma: Sequence[float],
    lam: Sequence[float],
    values: Tensor | None = None,
    samples: int = 1,
    whitened: bool = True,
    group_std: bool = True,
) -> Advantages:
    """Those of any algorithm from `rewards` [B, T, K] and, for PPO, `values` [B, T, K or 1].

    The first stream is the outcome: GRPO and RLOO compare its sums among the `samples` responses to each prompt, which
    stand together, and put what comes of it on the last token. The other streams enter there as their own discounted
    return less its mean over all tokens, since a group says nothing of single tokens.
    """
    if algorithm == "ppo":
        assert values is not None, "PPO needs the critic's values"
        found = vector_gae(rewards, values, mask, gamma=gamma, lam=lam)
        return Advantages(whiten(found.advantages, mask), found.targets) if whitened else found
    if algorithm == "reinforce++":
        summed = returns(rewards, mask, gamma=gamma).sum(-1)
        return Advantages(whiten(summed, mask) if whitened else summed)
    included, outcome = mask.any(-1), (rewards[..., 0] * mask).sum(-1)
    if algorithm == "grpo":
        compared = group_advantages(outcome, included, samples=samples, std=group_std)
    else:
        compared = leave_one_out(outcome, included, samples=samples)
    streams = torch.cat([on_last_token(compared, mask)[..., None], rewards[..., 1:]], -1)
    outcomes, *others = returns(streams, mask, gamma=gamma).unbind(-1)
    return Advantages((outcomes + sum(each - masked_mean(each, mask) for each in others)) * mask)


def on_last_token(terminal: Tensor, mask: Tensor) -> Tensor:
    """[B, T] that is `terminal` [B] on the last token of each response and 0 elsewhere."""
    is_last = mask & ~pad(mask[:, 1:], (0, 1), value=False)
    return torch.where(is_last, terminal[:, None], 0.0)


def returns(rewards: Tensor, mask: Tensor, *, gamma: Sequence[float]) -> Tensor:
    """[B, T, K]: G_k(t) = r_k(t) + gamma_k G_k(t + 1), each stream with its own discount (the paper, section 4.6)."""
    return _discounted(rewards.masked_fill(~mask[..., None], 0.0), rewards.new_tensor(gamma))


def vector_gae(
    rewards: Tensor, values: Tensor, mask: Tensor, *, gamma: Sequence[float], lam: Sequence[float]
) -> Advantages:
    """Generalised advantage estimation (Schulman et al. 2016) of each stream, summed over the streams.

    With lam 1 it is the paper's sum of discounted returns less the values. After the last token the value is 0. One
    value for all streams, [B, T, 1], has a meaning only where lam is 1 throughout or gamma and lam are the same for
    all; otherwise raises `ValueError`.
    """
    rewards, values = (each.masked_fill(~mask[..., None], 0.0) for each in (rewards, values))
    if values.shape[-1] < rewards.shape[-1]:
        if len(set(zip(gamma, lam, strict=True))) == 1:
            return vector_gae(rewards.sum(-1, keepdim=True), values, mask, gamma=gamma[:1], lam=lam[:1])
        if set(lam) != {1.0}:
            raise ValueError(f"one value for streams of gamma {gamma} and lam {lam}: needs lam 1 or equal discounts")
        targets = returns(rewards, mask, gamma=gamma).sum(-1, keepdim=True)
        return Advantages((targets - values).squeeze(-1), targets)
    discounts = rewards.new_tensor(gamma)
    deltas = rewards + discounts * pad(values[:, 1:], (0, 0, 0, 1)) - values
    found = _discounted(deltas, discounts * rewards.new_tensor(lam))
    return Advantages(found.sum(-1), found + values)


def _discounted(terms: Tensor, factors: Tensor) -> Tensor:
    """Sum over j >= t of factor^(j - t) term(j), for `terms` [B, T, K] and `factors` [K].

    A product with a triangular matrix inside each block of tokens and a loop over the blocks: a loop over 16,000
    tokens would start as many kernels.
    """
    batch, length, streams = terms.shape
    steps = torch.arange(BLOCK, device=terms.device)
    distance = steps[None, :] - steps[:, None]
    weights = factors[:, None, None] ** distance.clamp(min=0) * (distance >= 0)
    blocks = pad(terms, (0, 0, 0, -length % BLOCK)).view(batch, -1, BLOCK, streams)
    sums = torch.einsum("bnjk,ktj->bntk", blocks, weights)
    reach = factors ** (BLOCK - steps)[:, None]
    for index in reversed(range(sums.shape[1] - 1)):
        sums[:, index] += reach * sums[:, index + 1, :1]
    return sums.reshape(batch, -1, streams)[:, :length]


def masked_mean(values: Tensor, mask: Tensor) -> Tensor:
    """The mean of `values` where `mask` is true; 0 where it nowhere is."""
    return values.masked_fill(~mask, 0.0).sum() / mask.sum().clamp(min=1)


def whiten(values: Tensor, mask: Tensor) -> Tensor:
    """Mean 0 and variance 1 over all tokens of the step, as OpenRLHF and the paper do it; 0 outside the mask."""
    exact = values.double()  # where all are equal, what float32 rounds would be divided by next to nothing
    centred = (exact - masked_mean(exact, mask)).masked_fill(~mask, 0.0)
    return (centred * torch.rsqrt(masked_mean(centred**2, mask) + 1e-8)).to(values.dtype)


def group_advantages(rewards: Tensor, included: Tensor, *, samples: int, std: bool = True) -> Tensor:
    """[B]: GRPO (Shao et al. 2024), z = (r - mean) / (std + 1e-4) among the responses to one prompt.

    Without `std` it is Dr. GRPO's (Liu et al. 2025). Responses that are not `included` [B] count nowhere and get 0.
    """
    centred, count = _centred(rewards, included, samples)
    spread = ((centred**2).sum(1, keepdim=True) / (count - 1).clamp(min=1)).sqrt()
    return (centred / (spread + 1e-4) if std else centred).view(-1).to(rewards.dtype)


def leave_one_out(rewards: Tensor, included: Tensor, *, samples: int) -> Tensor:
    """[B]: RLOO (Ahmadian et al. 2024), the reward less the mean of the other responses to the same prompt."""
    centred, count = _centred(rewards, included, samples)
    return (centred * count / (count - 1).clamp(min=1)).view(-1).to(rewards.dtype)


def _centred(rewards: Tensor, included: Tensor, samples: int) -> tuple[Tensor, Tensor]:
    """Rewards less the mean of their group, [B / samples, samples], and how many are included, [B / samples, 1]."""
    grouped, counted = rewards.double().view(-1, samples), included.view(-1, samples)  # float64 as in `whiten`
    count = counted.sum(1, keepdim=True)
    return (grouped - (grouped * counted).sum(1, keepdim=True) / count.clamp(min=1)) * counted, count


@dataclass(frozen=True)
class PolicyLoss:
    """`losses` [B, T]. The rest are facts without gradient, `ratio_max` the largest ratio.

    clip_low, clip_high -- tokens whose gradient a bound cut off
    approx_kl           -- sum over tokens of the k3 estimate of KL(old, new)
    """

    losses: Tensor
    clip_low: int
    clip_high: int
    approx_kl: float
    ratio_max: float


def policy_loss(
    logps: Tensor,
    old_logps: Tensor,
    advantages: Tensor,
    mask: Tensor,
    *,
    clip_low: float,
    clip_high: float,
    weights: Tensor | None = None,
) -> PolicyLoss:
    """PPO's clipped objective (Schulman et al. 2017) for each token; `weights` [B, T] correct for a foreign sampler."""
    log_ratio = (logps - old_logps).masked_fill(~mask, 0.0)
    ratio = log_ratio.exp()
    losses = -torch.minimum(ratio * advantages, ratio.clamp(1 - clip_low, 1 + clip_high) * advantages)
    if weights is not None:
        losses = losses * weights
    with torch.no_grad():
        return PolicyLoss(
            losses=losses,
            clip_low=int(((ratio < 1 - clip_low) & (advantages < 0) & mask).sum()),
            clip_high=int(((ratio > 1 + clip_high) & (advantages > 0) & mask).sum()),
            approx_kl=float(kl(-log_ratio, "k3").sum()),
            ratio_max=float(ratio.max()),
        )


def normaliser(mask: Tensor, kind: Aggregate, *, max_tokens: int) -> float:
    """What the losses of one update are divided by, from the `mask` of all of its responses on all processes."""
    responses = int(mask.any(-1).sum())
    counts = {"token": int(mask.sum()), "sequence": responses, "constant": responses * max_tokens}
    return float(max(counts[kind], 1))


def aggregate(losses: Tensor, mask: Tensor, kind: Aggregate, *, normaliser: float) -> Tensor:
    """One number from `losses` [B, T]. The shares of micro-batches and processes with one normaliser add up.

    token     -- mean over all tokens of the update
    sequence  -- mean over the tokens of a response, then over responses: what the paper's code does
    constant  -- sum over tokens through responses x budget (Dr. GRPO)
    """
    kept = losses.masked_fill(~mask, 0.0)
    if kind == "sequence":
        kept = kept / mask.sum(-1, keepdim=True).clamp(min=1)
    return kept.sum() / normaliser


def value_loss(values: Tensor, old_values: Tensor, targets: Tensor, *, clip: float | None) -> Tensor:
    """[B, T]: half the squared error, summed over the heads; with `clip` the larger of that and the clipped value's."""
    errors = (values - targets) ** 2
    if clip is not None:
        near = old_values + (values - old_values).clamp(-clip, clip)
        errors = torch.maximum(errors, (near - targets) ** 2)
    return 0.5 * errors.sum(-1)


def explained_variance(values: Tensor, targets: Tensor, mask: Tensor) -> float | None:
    """1 - Var(targets - values) / Var(targets) of the sums over the heads; None where the targets do not vary."""
    wanted, error = targets.sum(-1)[mask], (targets - values).sum(-1)[mask]
    if len(wanted) < 2 or not wanted.var():
        return None
    return 1.0 - float(error.var() / wanted.var())


def kl(log_ratio: Tensor, estimator: Estimator) -> Tensor:
    """Estimates of KL(p, q) a token from log p - log q of tokens drawn from p (Schulman, Approximating KL, 2020)."""
    if estimator == "k1":
        return log_ratio
    if estimator == "k2":
        return log_ratio**2 / 2
    return torch.expm1(-log_ratio) + log_ratio


def sampler_weights(old_logps: Tensor, sampler_logps: Tensor, mask: Tensor, kind: Correction, *, cap: float) -> Tensor:
    """[B, T]: importance weights trainer / sampler, for responses that the policy's own probabilities did not draw.

    token_truncate  -- of each token, at most `cap` (Yao et al. 2025)
    sequence_mask   -- 1 where the weight of the whole response is within [1 / cap, cap], else 0
    """
    log_weight = (old_logps - sampler_logps).masked_fill(~mask, 0.0)
    if kind == "token_truncate":
        return log_weight.exp().clamp(max=cap)
    inside = log_weight.sum(-1, keepdim=True).exp()
    return ((inside >= 1 / cap) & (inside <= cap)).to(log_weight.dtype).expand_as(log_weight)
