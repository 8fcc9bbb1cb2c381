"""From graded responses to reward streams: which reward each token of a response gets, and of which kind."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import Tensor

from trainer import rewards
from trainer.algorithms import kl, on_last_token
from trainer.reward_config import ClassicConfig, RepetitionConfig, RewardConfig
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
    repeated    -- [B], tokens of n-grams that stood before, penalised or not
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
    """Streams in the order of `config.streams`, on the CPU. What nobody could decide is never a wrong answer.

    completions  -- the responses as text
    log_ratio    -- [B, T], policy less reference, where the KL divergence is part of the reward
    """
    given = [
        _outcome(rollout, verdict, text, config, max_tokens=max_tokens)
        for rollout, verdict, text in zip(rollouts, verdicts, completions, strict=True)
    ]
    included = torch.tensor([reward is not None for reward in given])
    mask = _learnt_from(rollouts, included, width=None if log_ratio is None else log_ratio.shape[1])
    repetition = config.repetition or RepetitionConfig(penalty=0.0)
    repeated = _repeated(rollouts, repetition.ngram, mask.shape[1]) & mask
    parts = {
        "outcome": _bounded(on_last_token(torch.tensor([reward or 0.0 for reward in given]), mask), config),
        "repetition": _bounded(repeated * repetition.penalty, config),
        "kl": _kl(log_ratio, mask, config),
    }
    discounts = config.streams.values()
    return Streams(
        names=tuple(config.streams),
        rewards=_stacked(parts, config),
        mask=mask,
        gamma=tuple(one.gamma for one in discounts),
        lam=tuple(one.lam for one in discounts),
        included=included,
        outcome=parts["outcome"].sum(-1),
        repetition=parts["repetition"].sum(-1),
        kl=parts["kl"].sum(-1),
        repeated=repeated.sum(-1),
    )


def _learnt_from(rollouts: Sequence[Rollout], included: Tensor, *, width: int | None) -> Tensor:
    """[B, T], true on the tokens of responses that are included; T is the longest length unless given."""
    lengths = torch.tensor([len(rollout.ids) for rollout in rollouts])
    return (torch.arange(width or int(lengths.max())) < lengths[:, None]) & included[:, None]


def _outcome(
    rollout: Rollout, verdict: Verdict, completion: str, config: RewardConfig, *, max_tokens: int
) -> float | None:
    """The reward at the end of a response; None leaves it out. The budget comes first: it needs no verdict."""
    length, truncated = len(rollout.ids), rollout.finish == "length"
    near = rewards.exceeded(length, max_length=max_tokens, margin=config.margin, truncated=truncated)
    if near and config.exceed is not None:
        return config.exceed
    if verdict.outcome is Outcome.UNDECIDED:
        return config.undecided
    is_correct = verdict.outcome is Outcome.CORRECT
    if verdict.reason is Reason.NO_ANSWER and not is_correct and config.no_answer is not None:
        return config.no_answer
    if config.cosine:
        reward = rewards.cosine(is_correct, length, max_length=max_tokens, **asdict(config.cosine))
    else:
        reward = rewards.classic(is_correct, **asdict(config.classic or ClassicConfig()))
    if config.word_repetition and not is_correct:
        reward += rewards.word_repetition(completion, **asdict(config.word_repetition))
    return reward


def _bounded(rewards: Tensor, config: RewardConfig) -> Tensor:
    return rewards if config.clip is None else rewards.clamp(-config.clip, config.clip)


def _stacked(parts: Mapping[str, Tensor], config: RewardConfig) -> Tensor:
    """[B, T, K]; a divergence that is no stream of its own goes to all in equal shares, as in the paper's code."""
    stacked = torch.stack([parts[name] for name in config.streams], -1)
    if "kl" in config.streams:
        return stacked
    return stacked + parts["kl"][..., None] / stacked.shape[-1]


def _repeated(rollouts: Sequence[Rollout], ngram: int, width: int) -> Tensor:
    """[B, T], true on the tokens of n-grams that stood before."""
    found = np.zeros((len(rollouts), width), dtype=np.bool_)
    for row, rollout in zip(found, rollouts, strict=True):
        row[: len(rollout.ids)] = rewards.repetition_penalty(rollout.ids, ngram=ngram, penalty=1.0)
    return torch.from_numpy(found)


def _kl(log_ratio: Tensor | None, mask: Tensor, config: RewardConfig) -> Tensor:
    """[B, T]: the reward against leaving the reference, detached, 0 where it is not part of the reward."""
    if not config.kl.in_reward:
        return torch.zeros(mask.shape)
    assert log_ratio is not None, "a KL divergence in the reward needs the reference's log-probabilities"
    return -config.kl.coef * kl(log_ratio.detach(), config.kl.estimator).masked_fill(~mask, 0.0)
