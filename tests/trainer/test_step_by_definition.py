"""One step, from its responses to losses and gradients, against the definitions written out in float64."""

import copy
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.trainer.digits import prompt_row, rl_options, write_prompts
from tests.trainer.test_learning import job_of
from trainer.experience import Experience, collect
from trainer.learning import _update_actor, _update_critic
from trainer.rl_job import Job
from trainer.rl_metrics import step_row
from trainer.rollouts import Rollout

Array = np.ndarray[Any, Any]
BUDGET, SAMPLES, TEMPERATURE = 9, 5, 0.8
DISCOUNTS = {
    "outcome": {"gamma": 0.97, "lam": 0.9},
    "repetition": {"gamma": 0.9, "lam": 0.8},
    "kl": {"gamma": 0.5, "lam": 0.7},
}
DENSE = {"cosine": {}, "exceed": -10.0, "margin": 1, "repetition": {"ngram": 1}, "discount": DISCOUNTS}
SPARSE = {"classic": {"wrong": -0.5}, "no_answer": -1.0}
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "ppo": (DENSE | {"kl": {"coef": 0.3}}, {"aggregate": "token"}),
    "grpo": (DENSE | {"kl": {"coef": 0.3, "stream": "split", "estimator": "k3"}}, {"group_std": False}),
    "rloo": (SPARSE | {"kl": {"coef": 0.3, "where": "loss", "estimator": "k2"}}, {"aggregate": "constant"}),
    "reinforce++": (DENSE | {"kl": {"coef": 0.3, "estimator": "k2"}}, {"aggregate": "sequence", "whiten": False}),
}
ESTIMATES: dict[str, Any] = {
    "k1": lambda apart: apart,
    "k2": lambda apart: apart**2 / 2,
    "k3": lambda apart: (-apart).exp() - 1 + apart,
}


@pytest.fixture
def options(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "run").mkdir()
    found = rl_options(tmp_path)
    rows = [prompt_row(n) | ({"answer": ""} if n == 3 else {}) for n in range(10)]  # an answer that decides nothing
    write_prompts(Path(found["data"]["path"]), {"train": rows})
    return found | {
        "rollout": {"prompts": 10, "samples": SAMPLES, "max_tokens": BUDGET, "temperature": TEMPERATURE},
        "optim": {"lr": 0.03},
        "critic": {"clip": 0.1, "optim": {"lr": 0.03}},
    }


def collected(job: Job) -> Experience:
    """With values other than 0, far from the policy as it began, and as if another sampler had drawn."""
    if job.critic is not None:
        _update_critic(job, collect(job, 0), list(range(10)), 0)
    job.model.load_state_dict({name: 3 * one for name, one in job.model.state_dict().items()})
    experience, drawn = collect(job, 1), torch.Generator().manual_seed(0)
    return replace(experience, weights=2 * torch.rand(experience.logps.shape, generator=drawn))


def in_float64(job: Job) -> tuple[Any, Any]:
    """The policy and the policy as it began."""
    assert job.reference is not None
    return tuple(copy.deepcopy(model).double() for model in (job.model, job.reference._model))


def logps(model: Any, rollout: Rollout) -> tuple[Tensor, Tensor]:
    """[L] of the response's tokens, and [L] of the entropy where they stand."""
    logits = model(torch.tensor([rollout.prompt_ids + rollout.ids])).logits[0] / TEMPERATURE
    found = logits.log_softmax(-1)[len(rollout.prompt_ids) - 1 : -1]
    return found[range(len(rollout.ids)), rollout.ids], -(found.exp() * found).sum(-1)


def outcome_of(one: Any, reward: Any) -> float | None:
    length, right = len(one.rollout.ids), one.verdict.outcome == "correct"
    if reward.exceed is not None and (one.rollout.finish == "length" or length + reward.margin >= BUDGET):
        return float(reward.exceed)
    if one.verdict.outcome == "undecided":
        return None
    if reward.classic:
        silent = one.verdict.reason == "no_answer"
        return 1.0 if right else -1.0 if silent else -0.5
    at_0, at_max = (2.0, 1.0) if right else (-10.0, 0.0)
    return float(at_max + 0.5 * (at_0 - at_max) * (1 + np.cos(np.pi * length / BUDGET)))


def streams_of(one: Any, reward: Any, outcome: float, apart: Tensor) -> dict[str, Array]:
    """What each token earns."""
    ids, own = one.rollout.ids, reward.kl.stream == "own"
    found = {name: np.zeros(len(ids)) for name in reward.streams}
    found["outcome"][-1] = outcome
    if reward.repetition:
        found["repetition"] = np.array([-0.05 * (token in ids[:at]) for at, token in enumerate(ids)])
    if reward.kl.in_reward:
        cost = reward.kl.coef * ESTIMATES[reward.kl.estimator](apart).numpy()
        for name in ["kl"] if own else list(found):
            found[name] = found[name] - cost / (1 if own else len(found))
    return found


def discounted(terms: Array, factor: float) -> Array:
    return np.array([sum(factor ** (j - t) * terms[j] for j in range(t, len(terms))) for t in range(len(terms))])


def gae(streams: dict[str, Array], values: Array, discounts: Any) -> Array:
    """[L, K]."""
    parts = []
    for k, (name, discount) in enumerate(discounts.items()):
        delta = streams[name] + discount.gamma * np.append(values[1:, k], 0.0) - values[:, k]
        parts.append(discounted(delta, discount.gamma * discount.lam))
    return np.stack(parts, -1)


def without_critic(algorithm: str, streams: dict[int, Any], discounts: Any) -> dict[int, Array]:
    dense = {
        name: {row: discounted(one[name], discount.gamma) for row, one in streams.items()}
        for name, discount in discounts.items()
    }
    if algorithm == "reinforce++":
        return {row: np.sum([dense[name][row] for name in discounts], axis=0) for row in streams}
    sums, found = {row: float(one["outcome"].sum()) for row, one in streams.items()}, {}
    for row, one in streams.items():
        group = [sums[other] for other in sums if other // SAMPLES == row // SAMPLES]
        if algorithm == "grpo":
            z = sums[row] - np.mean(group)
        else:
            z = sums[row] - (sum(group) - sums[row]) / (len(group) - 1) if len(group) > 1 else 0.0
        found[row] = z * discounts["outcome"].gamma ** np.arange(len(one["outcome"]))[::-1]
        for name in list(discounts)[1:]:
            found[row] = found[row] + dense[name][row] - np.concatenate(list(dense[name].values())).mean()
    return found


def whitened(found: dict[int, Array]) -> dict[int, Array]:
    every = np.concatenate(list(found.values()))
    return {row: (one - every.mean()) / np.sqrt(every.var() + 1e-8) for row, one in found.items()}


def actors_facts(job: Job, experience: Experience, old: Sequence[Tensor], wanted: dict[int, Array]) -> dict[str, float]:
    """The loss and its gradient as the weights stand now, and what is told of the ratios."""
    policy, kl = job.config.policy, job.config.reward.kl
    model, reference = in_float64(job)
    facts, loss = dict.fromkeys(("clip_low", "clip_high", "approx_kl"), 0.0), torch.zeros(())
    for row, numbers in wanted.items():
        rollout, advantage = experience.rollouts[row], torch.from_numpy(numbers.copy())
        now = logps(model, rollout)[0]
        ratio = (now - old[row]).exp()
        clipped = ratio.clamp(1 - policy.clip_low, 1 + policy.clip_high)
        assert experience.weights is not None
        losses = -torch.minimum(ratio * advantage, clipped * advantage) * experience.weights[row, : len(now)]
        if kl.where == "loss":
            losses = losses + kl.coef * ESTIMATES[kl.estimator](now - logps(reference, rollout)[0].detach())
        count = {"token": sum(map(len, wanted.values())), "sequence": len(wanted) * len(losses)}
        loss = loss + losses.sum() / count.get(policy.aggregate, len(wanted) * BUDGET)
        facts["clip_low"] += int(((ratio < clipped) & (advantage < 0)).sum())
        facts["clip_high"] += int(((ratio > clipped) & (advantage > 0)).sum())
        facts["approx_kl"] += float((ratio - 1 - ratio.log()).detach().sum())
    loss.backward()
    norm = torch.cat([one.grad.flatten() for one in model.parameters()]).norm()
    return facts | {"loss": float(loss.detach()), "norm": float(norm)}


def critics_loss(job: Job, experience: Experience, targets: dict[int, Array], bound: float) -> float:
    assert job.critic is not None
    assert experience.values is not None
    now, errors = job.critic.values(experience.rollouts, pad_id=0, dtype="float32").detach().double().numpy(), []
    for row, target in targets.items():
        value, before = now[row, : len(target)], experience.values[row, : len(target)].double().numpy()
        near = before + np.clip(value - before, -bound, bound)
        errors += list(np.maximum((value - target) ** 2, (near - target) ** 2).sum(-1) / 2)
    return float(np.mean(errors))


def expected_advantages(job: Job, experience: Experience, streams: dict[int, Any]) -> tuple[dict[int, Array], Any]:
    """[L] of each response that counts, and what the critic's heads should have said, [L, K]."""
    discounts = job.config.reward.streams
    if experience.values is None:
        return without_critic(job.config.algorithm, streams, discounts), None
    whole = experience.values.double().numpy()
    values = {row: whole[row, : len(one["outcome"])] for row, one in streams.items()}
    parts = {row: gae(one, values[row], discounts) for row, one in streams.items()}
    return whitened({row: one.sum(-1) for row, one in parts.items()}), {row: parts[row] + values[row] for row in parts}


@pytest.mark.parametrize("algorithm", CASES)
def test_a_step_is_what_its_definition_says(options: dict[str, Any], algorithm: str) -> None:
    reward, policy = CASES[algorithm]
    policy = policy | {"micro_batch": 7, "clip_high": 0.3}
    with job_of(options, algorithm=algorithm, reward=reward, policy=policy) as job:
        experience, (model, reference) = collected(job), in_float64(job)
        with torch.no_grad():
            old, entropies = zip(*(logps(model, one) for one in experience.rollouts), strict=True)
            far = [logps(reference, one)[0] for one in experience.rollouts]
        apart = [one - other for one, other in zip(old, far, strict=True)]
        said = [[token for token in one.ids if token != job.tokenizer.eos_token_id] for one in experience.rollouts]
        assert [one.text for one in experience.responses] == [job.tokenizer.decode(ids) for ids in said]
        outcomes = [outcome_of(one, job.config.reward) for one in experience.responses]
        rows = [row for row, outcome in enumerate(outcomes) if outcome is not None]
        assert 0 < len(rows) < len(outcomes)
        responses = experience.responses
        streams = {row: streams_of(responses[row], job.config.reward, outcomes[row], apart[row]) for row in rows}
        wanted, targets = expected_advantages(job, experience, streams)
        expected = np.zeros(experience.advantages.advantages.shape)
        for row, one in wanted.items():
            expected[row, : len(one)] = one
        np.testing.assert_allclose(experience.advantages.advantages.numpy(), expected, atol=1e-4)

        told = step_row(experience, job.config, seconds=1.0)
        assert told["reward/total"] == pytest.approx(np.mean([sum(map(np.sum, streams[row].values())) for row in rows]))
        assert told["entropy"] == pytest.approx(float(torch.cat([entropies[row] for row in rows]).mean()))
        assert told["kl_ref"] == pytest.approx(float(ESTIMATES["k3"](torch.cat([apart[row] for row in rows])).mean()))
        for _ in range(2):  # the second time the ratios are no longer 1
            facts = actors_facts(job, experience, old, {row: wanted[row] for row in rows[::2]})
            updated = _update_actor(job, experience, rows[::2], 0)
            assert {name: updated[name] for name in facts} == pytest.approx(facts, rel=1e-3, abs=1e-4)
            if targets:
                loss = critics_loss(job, experience, {row: targets[row] for row in rows[::2]}, bound=0.1)
                assert _update_critic(job, experience, rows[::2], 0)["loss"] == pytest.approx(loss, rel=1e-4)
