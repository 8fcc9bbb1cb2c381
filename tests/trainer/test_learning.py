"""Single steps: what responses are worth, and what is learnt from them."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
import torch

from tests.trainer.digits import assert_close, prompt_row, rl_options, write_prompts
from trainer.errors import TrainerError
from trainer.experience import Experience, _weights, collect
from trainer.learning import learn
from trainer.options import build
from trainer.parallel import Group
from trainer.rl_config import RlConfig
from trainer.rl_job import Job, open_job
from trainer.rl_metrics import held_out_row, step_row
from verifier.types import Outcome


@pytest.fixture
def options(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "run").mkdir()
    return rl_options(tmp_path)


@contextmanager
def job_of(options: dict[str, Any], **changes: Any) -> Iterator[Job]:
    with open_job(build(options | changes, RlConfig), Group(), None) as job:
        yield job


def step(job: Job, number: int) -> tuple[Experience, dict[str, Any]]:
    experience = collect(job, number)
    return experience, step_row(experience, job.config, seconds=1.0) | learn(job, experience, number)


@pytest.mark.parametrize("algorithm", ["ppo", "reinforce++", "grpo", "rloo"])
def test_what_is_rewarded_is_learnt(options: dict[str, Any], algorithm: str) -> None:
    """To end: an untrained model does so within the budget one time in three."""
    rollout, policy = options["rollout"] | {"prompts": 8, "samples": 8}, {"minibatch": 32, "micro_batch": 32}
    with job_of(options, algorithm=algorithm, rollout=rollout, policy=policy) as job:
        truncated = [step(job, number)[1]["truncated"] for number in range(12)]
    assert truncated[0] > 0.5
    assert truncated[-1] < 0.25


def test_micro_batches_and_the_samplers_batches_change_nothing(options: dict[str, Any]) -> None:
    rows = []
    for size, drawn in ((3, None), (8, 5)):
        policy, rollout = {"minibatch": 8, "micro_batch": size}, options["rollout"] | {"batch_size": drawn}
        with job_of(options, policy=policy, rollout=rollout) as job:
            told = [step(job, number)[1] for number in range(3)]
        rows.append([{key: one for key, one in row.items() if not key.startswith("time/")} for row in told])
    for left, right in zip(*rows, strict=True):
        assert_close(left, right, tolerance=1e-5)


def test_the_first_update_is_on_policy_and_the_sampler_agrees(options: dict[str, Any]) -> None:
    with job_of(options, policy={"micro_batch": 4}) as job:
        for number in range(2):
            row = step(job, number)[1]
            assert row["policy/ratio_max"] == pytest.approx(1, abs=1e-5)
            assert row["policy/clip_low"] == row["policy/clip_high"] == 0
            assert row["policy/approx_kl"] == pytest.approx(0, abs=1e-9)
            assert row["mismatch/k3"] < 1e-10


def test_a_step_takes_its_passes_in_minibatches(options: dict[str, Any]) -> None:
    with job_of(options, policy={"epochs": 2, "minibatch": 6}) as job:
        row = step(job, 0)[1]
        taken = {int(one["step"]) for which in (job.optimizer, job.critic_optimizer) for one in which.state.values()}
    assert taken == {2 * 3}  # 16 responses in parts of 5 or 6, twice
    assert 0 < row["policy/approx_kl"] < row["policy/ratio_max"]


def test_no_two_responses_are_drawn_alike(options: dict[str, Any]) -> None:
    write_prompts(Path(options["data"]["path"]), {"train": [prompt_row(3)]})
    rollout = options["rollout"] | {"prompts": 1, "samples": 16}

    def drawn(seed: int, number: int) -> list[list[int]]:
        with job_of(options, rollout=rollout, seed=seed) as job:
            job.model.load_state_dict({name: torch.zeros_like(one) for name, one in job.model.state_dict().items()})
            return [one.ids for one in collect(job, number).rollouts]

    first = drawn(0, 0)
    assert len({tuple(one) for one in first}) > 12
    assert first == drawn(0, 0)
    for other in (drawn(0, 1), drawn(1, 0)):
        assert sum(one in first for one in other) < 4


def test_what_another_sampler_drew_is_weighed(options: dict[str, Any]) -> None:
    rollout = options["rollout"] | {"correction": "token_truncate", "correction_cap": 3.0, "mismatch_limit": 99.0}
    with job_of(options, rollout=rollout) as job:
        experience = collect(job, 0)
        mask = experience.streams.mask
        torch.testing.assert_close(experience.weights, torch.ones(mask.shape))
        for apart, expected in ((0.5, math.exp(-0.5)), (-2.0, 3.0)):
            foreign = [replace(one, logps=[logp + apart for logp in one.logps]) for one in experience.rollouts]
            weights = _weights(job, foreign, experience.logps, mask)
            assert weights is not None
            torch.testing.assert_close(weights[mask], torch.full_like(weights[mask], expected))
            assert bool((weights[~mask] == 1).all())


def test_answers_that_all_earn_the_same_teach_nothing(options: dict[str, Any]) -> None:
    with job_of(options, algorithm="grpo", reward={"classic": {"correct": 1.0, "wrong": 1.0}}) as job:
        experience, row = step(job, 0)
    assert not experience.advantages.advantages.any()
    assert (row["zero_std_groups"], row["grad_norm/actor"]) == (1, 0)


def test_while_the_critic_warms_up_the_policy_stays(options: dict[str, Any]) -> None:
    critic, optim = {"warmup_steps": 1, "optim": {"lr": 0.02, "min_lr_share": 1.0}}, {"lr": 0.01, "warmup_steps": 1}
    with job_of(options, critic=critic, optim=optim) as job:
        rows = [step(job, number)[1] for number in range(3)]
        assert job.critic_optimizer is not None
        assert job.critic_optimizer.param_groups[0]["lr"] == 0.02
    assert [row.get("lr") for row in rows] == [None, 0.005, 0.01]  # the policy's own warm-up begins when it does
    assert [row["policy/loss"] is not None for row in rows] == [False, True, True]
    assert [row["kl_ref"] > 1e-6 for row in rows] == [False, False, True]
    assert all(row["grad_norm/critic"] > 0 for row in rows)


def test_responses_that_could_not_be_decided_are_left_out(options: dict[str, Any]) -> None:
    options["reward"] = {"classic": {"wrong": -1.0}}
    rows = [prompt_row(n) | {"answer": ""} if n % 2 else prompt_row(n) for n in range(10)]
    write_prompts(Path(options["data"]["path"]), {"train": rows})
    with job_of(options, rollout={"prompts": 10, "samples": 24, "max_tokens": 1}) as job:
        experience, row = step(job, 0)
        included = experience.streams.included
    undecided = [one.verdict.outcome == "undecided" for one in experience.responses]
    assert included.tolist() == [not one for one in undecided]
    assert 0 < sum(undecided) < 240
    assert row["undecided"] == sum(undecided) / 240
    assert not experience.advantages.advantages[~included].any()
    assert row["reward/outcome"] == pytest.approx(float(experience.streams.outcome[included].mean()))
    decided = [one for one in experience.responses if one.verdict.outcome != "undecided"]
    assert 0 < row["accuracy"] == fmean(one.verdict.outcome == "correct" for one in decided)
    grouped = zip(experience.streams.outcome.view(10, 24), included.view(10, 24), strict=True)
    groups = [outcome[kept].tolist() for outcome, kept in grouped if kept.sum() > 1]
    assert 0 < row["zero_std_groups"] == fmean(len(set(group)) == 1 for group in groups) < 1
    by_prompt: dict[str, list[bool]] = {}
    doubtful = [
        replace(one, verdict=replace(one.verdict, outcome=Outcome.UNDECIDED)) if row % 3 == 0 else one
        for row, one in enumerate(experience.responses)
    ]
    for one in [one for one in doubtful if one.verdict.outcome != "undecided"]:
        by_prompt.setdefault(one.prompt.id, []).append(one.verdict.outcome == "correct")
    told = held_out_row(doubtful, samples=24)
    assert told["eval/accuracy"] == pytest.approx(fmean(map(fmean, by_prompt.values())))


def test_what_is_left_out_is_in_no_mean(options: dict[str, Any]) -> None:
    with job_of(options, reward={"classic": {}, "repetition": {"ngram": 1}, "kl": {"coef": 0.01}}) as job:
        for number in range(2):  # so that values and distances are no longer 0
            experience, _ = step(job, number)
        experience = collect(job, 2)
        kept = experience.streams.mask & (torch.arange(16) % 3 > 0)[:, None]
        streams = replace(experience.streams, mask=kept, repeated=torch.arange(16))
        row = step_row(replace(experience, streams=streams), job.config, seconds=1.0)
    wrong = [one for one in experience.responses if one.verdict.outcome == "incorrect"]
    assert row["len/wrong"] == fmean(len(one.rollout.ids) for one in wrong) != row["len/correct"]
    assert experience.values is not None
    assert row["value/mean"] == pytest.approx(float(experience.values.sum(-1)[kept].mean()))
    assert row["repeated_tokens"] == pytest.approx(120 / int(kept.sum()))


def test_a_group_of_one_compares_nothing(options: dict[str, Any]) -> None:
    with job_of(options) as job:
        experience = collect(job, 0)
        experience.streams.included[:] = torch.arange(16) % 4 == 0
        assert step_row(experience, job.config, seconds=1.0)["zero_std_groups"] is None


def test_the_gate_is_as_wide_as_the_file_says(options: dict[str, Any]) -> None:
    with (
        job_of(options, rollout=options["rollout"] | {"mismatch_limit": -1.0}) as job,
        pytest.raises(TrainerError, match="where -1 is allowed"),
    ):
        collect(job, 0)


def test_a_step_without_a_response_that_counts_changes_nothing(options: dict[str, Any]) -> None:
    with job_of(options) as job:
        experience = collect(job, 0)
        experience.streams.included[:] = False
        before = [one.clone() for one in job.model.parameters()]
        learnt = learn(job, experience, 0)
        assert set(learnt.values()) == {None}
        assert all(map(torch.equal, before, job.model.parameters()))
        assert step_row(experience, job.config, seconds=1.0)["reward/total"] is None
        assert learnt.keys() == learn(job, collect(job, 1), 1).keys()


def test_an_update_without_numbers_stops_with_advice(options: dict[str, Any]) -> None:
    with job_of(options) as job:
        experience = collect(job, 0)
        experience.advantages.advantages[0, 0] = float("nan")
        with pytest.raises(TrainerError, match=r"step 1: the policy's gradient is nan; lower its learning rate"):
            learn(job, experience, 0)


def test_an_adapters_critic_shares_the_frozen_weights(options: dict[str, Any]) -> None:
    with job_of(options, model=options["model"] | {"lora": {"rank": 2}}) as job:
        assert job.critic is not None
        frozen = {one.data_ptr() for one in job.model.parameters() if not one.requires_grad}
        kept = {one.data_ptr() for one in job.critic.parameters() if not one.requires_grad}
        assert kept <= frozen
        assert all("lora" in name or name.startswith("head") for name in job.critic.state_dict())
        before = {name: one.clone() for name, one in job.critic.state_dict().items()}
        rows = [step(job, number)[1] for number in range(2)]
        assert [row["kl_ref"] > 1e-9 for row in rows] == [False, True]
        assert any(not torch.equal(one, before[name]) for name, one in job.critic.state_dict().items())
