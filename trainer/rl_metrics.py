"""What is written down of a step and of an evaluation. Shares are 0..1; what there was nothing of is None."""

import gzip
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import torch

from teachers.think import CLOSE, OPEN
from trainer.algorithms import explained_variance, kl
from trainer.evaluation.scores import accuracy
from trainer.experience import Experience, Response
from trainer.keywords import keyword_rates
from trainer.rl_config import RlConfig
from verifier.types import Outcome, Reason


def step_row(experience: Experience, config: RlConfig, *, seconds: float) -> dict[str, Any]:
    """Rewards, lengths and values of one step's responses."""
    streams, responses, reward = experience.streams, experience.responses, config.reward
    included, mask, tokens = streams.included, streams.mask, sum(len(one.rollout.ids) for one in responses)
    outcome, repetition, distance = (one[included] for one in (streams.outcome, streams.repetition, streams.kl))
    advantage, reference = experience.advantages.advantages[mask], experience.reference
    return {
        "reward/outcome": mean(outcome),
        "reward/repetition": mean(repetition) if reward.repetition else None,
        "reward/kl": mean(distance) if reward.kl.in_reward else None,
        "reward/total": mean(outcome + repetition + distance),
        "accuracy": _share(responses, Outcome.CORRECT, of=decided(responses)),
        **_lengths(responses),
        **_kinds(responses),
        "repeated_tokens": float(streams.repeated.sum()) / max(1, int(mask.sum())),
        "zero_std_groups": _alike(streams.outcome, included, config.rollout.samples),
        "adv/mean": mean(advantage),
        "adv/std": float(advantage.std()) if len(advantage) > 1 else None,
        "kl_ref": None if reference is None else mean(kl(experience.logps - reference, "k3")[mask]),
        "entropy": mean(experience.entropy[mask]),
        **_values(experience),
        "mismatch/k3": experience.parity.k3,
        "mismatch/max": experience.parity.max,
        **{f"keyword/{word}": rate for word, rate in keyword_rates([one.text for one in responses]).items()},
        "tokens": tokens,
        "tokens_per_s": tokens / seconds,
        **{f"time/{part}": took for part, took in experience.seconds.items()},
        "seconds": seconds,
    }


def held_out_row(responses: Sequence[Response], *, samples: int) -> dict[str, Any]:
    """Accuracy with its interval at 95 percent, clustered by prompt."""
    kinds, groups = _kinds(responses), range(0, len(responses), samples)
    right = [[one.verdict.outcome is Outcome.CORRECT for one in decided(responses[at : at + samples])] for at in groups]
    found = accuracy(right)
    return {
        "eval/accuracy": found.mean if found else None,
        "eval/low": found.low if found else None,
        "eval/high": found.high if found else None,
        "eval/len": fmean(len(one.rollout.ids) for one in responses),
        **{f"eval/{name}": kinds[name] for name in ("truncated", "think", "undecided")},
        "eval/rows": len(responses) // samples,
    }


def write_responses(path: Path, experience: Experience, *, samples: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    streams = experience.streams
    with gzip.open(path, "wt", compresslevel=6, encoding="utf-8") as out:
        for row, one in enumerate(experience.responses):
            facts = {
                "id": one.prompt.id,
                "sample": row % samples,
                "question": one.prompt.gold.question,
                "answer": one.prompt.gold.answer,
                "text": one.text,
                "tokens": len(one.rollout.ids),
                "finish": one.rollout.finish,
                "outcome": one.verdict.outcome,
                "reason": one.verdict.reason,
                "extracted": one.verdict.extracted,
                "included": bool(streams.included[row]),
                "reward": {name: float(streams.rewards[row, :, k].sum()) for k, name in enumerate(streams.names)},
            }
            out.write(json.dumps(facts, ensure_ascii=False) + "\n")


def mean(values: torch.Tensor) -> float | None:
    return float(values.mean()) if len(values) else None


def decided(responses: Iterable[Response]) -> list[Response]:
    return [one for one in responses if one.verdict.outcome is not Outcome.UNDECIDED]


def _share(responses: Sequence[Response], outcome: Outcome, *, of: Sequence[Response]) -> float | None:
    return sum(one.verdict.outcome is outcome for one in responses) / len(of) if of else None


def _kinds(responses: Sequence[Response]) -> dict[str, float | None]:
    return {
        "truncated": fmean(one.rollout.finish == "length" for one in responses),
        "no_answer": fmean(one.verdict.reason is Reason.NO_ANSWER for one in responses),
        "undecided": _share(responses, Outcome.UNDECIDED, of=responses),
        "think": fmean(OPEN in one.text or CLOSE in one.text for one in responses),
    }


def _lengths(responses: Sequence[Response]) -> dict[str, float | None]:
    def of(kind: Outcome) -> float | None:
        chosen = [len(one.rollout.ids) for one in responses if one.verdict.outcome is kind]
        return fmean(chosen) if chosen else None

    lengths = [len(one.rollout.ids) for one in responses]
    return {
        "len/mean": fmean(lengths),
        "len/p50": float(np.percentile(lengths, 50)),
        "len/p95": float(np.percentile(lengths, 95)),
        "len/correct": of(Outcome.CORRECT),
        "len/wrong": of(Outcome.INCORRECT),
    }


def _alike(outcome: torch.Tensor, included: torch.Tensor, samples: int) -> float | None:
    """Of the prompts with several answers that count, those whose answers all earn the same, which teaches nothing."""
    starts = range(0, len(outcome), samples)
    groups = [outcome[at : at + samples][included[at : at + samples]] for at in starts]
    compared = [group for group in groups if len(group) > 1]
    return fmean(bool((group == group[0]).all()) for group in compared) if compared else None


def _values(experience: Experience) -> dict[str, float | None]:
    values, targets, mask = experience.values, experience.advantages.targets, experience.streams.mask
    if values is None or targets is None:
        return {"value/mean": None, "value/explained": None}
    return {"value/mean": mean(values.sum(-1)[mask]), "value/explained": explained_variance(values, targets, mask)}
