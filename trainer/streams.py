"""From graded responses to reward streams: which reward each token of a response gets, and of which kind."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from trainer import rewards
from trainer.algorithms import kl, on_last_token
from trainer.reward_config import RewardConfig
from trainer.rollouts import Rollout
from verifier.types import Outcome, Reason, Verdict


@dataclass(frozen=True, kw_only=True)
class Streams:
    """The rewards of B responses, right-padded to T tokens, in K streams.

    rewards     -- [B, T, K], 0 outside the mask
    mask        -- [B, T], true on the tokens of responses that are learnt from
    gamma, lam  -- the K discounts
    included    -- [B], false where the verifier could not decide and no reward is set for that
    outcome, repetition, kl -- [B], what each response was given in all, 0 where it is not included; `kl` also where
                   its reward is spread over the other streams
    repeated    -- [B], tokens that were penalised as repeated
    """

    names: tuple[str, ...]
    rewards: Tensor
    mask: Tensor
    gamma: tuple[float, ...]
    lam: tuple[float, ...]
    included: Tensor
    outcome: Tensor
    repetition: Tensor
    kl: Tensor
    repeated: Tensor


def reward_streams(
    rollouts: Sequence[Rollout],
    verdicts: Sequence[Verdict],
    config: RewardConfig,
    *,
    max_tokens: int,
    completions: Sequence[str],
    log_ratio: Tensor | None = None,
) -> Streams:
    """Streams in the order of `config.streams`. What the verifier did not read or decide is never a wrong answer.

    log_ratio    -- [B, T], policy less reference, where the KL divergence is part of the reward
    completions  -- the responses as text
    """
    given = [
        _outcome(rollout, verdict, text, config, max_tokens=max_tokens)
        for rollout, verdict, text in zip(rollouts, verdicts, completions, strict=True)
    ]
    device = log_ratio.device if log_ratio is not None else torch.device("cpu")
    lengths = torch.tensor([len(rollout.ids) for rollout in rollouts], device=device)
    width = int(lengths.max()) if log_ratio is None else log_ratio.shape[1]
    included = torch.tensor([reward is not None for reward in given], device=device)
    mask = (torch.arange(width, device=device) < lengths[:, None]) & included[:, None]
    outcome = on_last_token(torch.tensor([reward or 0.0 for reward in given], device=device), mask)
    repetition = _repetition(rollouts, config, width).to(device) * mask
    limit = config.clip if config.clip is not None else torch.inf
    dense = {"outcome": outcome.clamp(-limit, limit), "repetition": repetition.clamp(-limit, limit)}
    distance = _kl(log_ratio, mask, config)
    streams = {name: dense.get(name, distance) for name in config.streams}
    stacked = torch.stack(list(streams.values()), -1)
    if config.kl.stream == "split" and config.kl.in_reward:
        stacked = (stacked + distance[..., None] / len(streams)) * mask[..., None]
    return Streams(
        names=tuple(streams),
        rewards=stacked,
        mask=mask,
        gamma=tuple(discount.gamma for discount in config.streams.values()),
        lam=tuple(discount.lam for discount in config.streams.values()),
        included=included,
        outcome=dense["outcome"].sum(-1),
        repetition=dense["repetition"].sum(-1),
        kl=distance.sum(-1),
        repeated=(repetition != 0).sum(-1),
    )


def _outcome(
    rollout: Rollout, verdict: Verdict, completion: str, config: RewardConfig, *, max_tokens: int
) -> float | None:
    """The reward at the end of a response; None leaves it out. The budget comes first: it needs no verdict."""
    length, truncated = len(rollout.ids), rollout.finish == "length"
    if config.exceed is not None and rewards.exceeded(
        length, max_length=max_tokens, margin=config.margin, truncated=truncated
    ):
        return config.exceed
    if verdict.outcome is Outcome.UNDECIDED:
        return config.undecided
    if verdict.reason is Reason.NO_ANSWER and config.no_answer is not None:
        return config.no_answer
    is_correct = verdict.outcome is Outcome.CORRECT
    if config.cosine:
        shape = config.cosine
        reward = rewards.cosine(
            is_correct,
            length,
            max_length=max_tokens,
            correct_at_0=shape.correct_at_0,
            correct_at_max=shape.correct_at_max,
            wrong_at_0=shape.wrong_at_0,
            wrong_at_max=shape.wrong_at_max,
        )
    else:
        assert config.classic is not None
        reward = rewards.classic(is_correct, correct=config.classic.correct, wrong=config.classic.wrong)
    if config.word_repetition and not is_correct:
        words = config.word_repetition
        reward += rewards.word_repetition(completion, ngram=words.ngram, max_penalty=words.max_penalty)
    return reward


def _repetition(rollouts: Sequence[Rollout], config: RewardConfig, width: int) -> Tensor:
    penalties = np.zeros((len(rollouts), width), dtype=np.float32)
    if config.repetition:
        ngram, penalty = config.repetition.ngram, config.repetition.penalty
        for row, rollout in zip(penalties, rollouts, strict=True):
            row[: len(rollout.ids)] = rewards.repetition_penalty(rollout.ids, ngram=ngram, penalty=penalty)
    return torch.from_numpy(penalties)


def _kl(log_ratio: Tensor | None, mask: Tensor, config: RewardConfig) -> Tensor:
    """[B, T]: the reward against leaving the reference, detached, 0 where it is not part of the reward."""
    if not config.kl.in_reward:
        return torch.zeros(mask.shape, device=mask.device)
    assert log_ratio is not None, "a KL divergence in the reward needs the reference's log-probabilities"
    return -config.kl.coef * kl(log_ratio.detach(), config.kl.estimator).masked_fill(~mask, 0.0)
