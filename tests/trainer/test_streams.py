"""Which reward each token of a response gets."""

from typing import Any

import pytest
import torch

from trainer.algorithms import advantages
from trainer.errors import TrainConfigError
from trainer.options import build
from trainer.reward_config import RewardConfig
from trainer.rl_config import RlConfig
from trainer.rollouts import Rollout
from trainer.streams import Streams, reward_streams
from verifier.types import AnswerType, Outcome, Reason, Verdict

CORRECT = (Outcome.CORRECT, Reason.MATCHED_NUMBER)
WRONG = (Outcome.INCORRECT, Reason.DIFFERENT_VALUE)
SILENT = (Outcome.INCORRECT, Reason.NO_ANSWER)
HEARD = (Outcome.CORRECT, Reason.NO_ANSWER)  # by a judge where the rules found nothing
UNDECIDED = (Outcome.UNDECIDED, Reason.TIMEOUT)


def streams(
    reward: dict[str, Any],
    *responses: tuple[list[int], str, tuple[Outcome, Reason]],
    log_ratio: Any = None,
    texts: list[str] | None = None,
) -> Streams:
    rollouts = [Rollout(prompt_ids=[9], ids=ids, logps=[0.0] * len(ids), finish=end) for ids, end, _ in responses]
    verdicts = [
        Verdict(outcome=outcome, reason=reason, extracted=None, answer_type=AnswerType.INTEGER, ms=0.0, policy="")
        for _, _, (outcome, reason) in responses
    ]
    return reward_streams(
        rollouts,
        verdicts,
        build(reward, RewardConfig),
        max_tokens=20,
        completions=texts or [""] * len(rollouts),
        log_ratio=None if log_ratio is None else torch.tensor(log_ratio),
    )


def test_the_outcome_stands_on_the_last_real_token() -> None:
    found = streams({"classic": {}}, ([1, 2, 3], "stop", CORRECT), ([1], "stop", WRONG), ([4, 5], "length", CORRECT))
    assert found.names == ("outcome",)
    assert found.rewards[..., 0].tolist() == [[0, 0, 1], [0, 0, 0], [0, 1, 0]]
    assert found.mask.tolist() == [[True] * 3, [True, False, False], [True, True, False]]
    assert found.outcome.tolist() == [1, 0, 1]


def test_the_budget_comes_before_the_verdict_where_it_has_a_reward() -> None:
    cut, near = ([1, 2], "length", CORRECT), ([1] * 16, "stop", CORRECT)
    below, unread = ([1] * 15, "stop", CORRECT), ([1], "length", UNDECIDED)
    found = streams({"cosine": {}, "exceed": -10.0, "margin": 4}, cut, near, below, unread)
    assert found.outcome.tolist() == pytest.approx([-10, -10, 1.1464, -10], abs=1e-3)
    assert found.included.all()
    assert streams({"classic": {}, "margin": 4}, cut, near).outcome.tolist() == [1, 1]


def test_an_undecided_response_is_left_out_or_given_what_is_said() -> None:
    responses = (([1, 2], "stop", UNDECIDED), ([1], "stop", CORRECT))
    found = streams({"classic": {}, "repetition": {"ngram": 1}}, *responses, log_ratio=[[1.0, 1.0], [1.0, 1.0]])
    assert (found.included.tolist(), found.mask.sum(-1).tolist()) == ([False, True], [0, 1])
    assert found.rewards[0].abs().sum() == 0
    assert streams({"classic": {}, "undecided": -0.5}, *responses).outcome.tolist() == [-0.5, 1]


def test_no_answer_may_be_worse_than_a_wrong_one() -> None:
    """Base RL of the paper: +1, -0.5, -1."""
    responses = (([1], "stop", SILENT), ([1], "stop", WRONG), ([1], "stop", CORRECT))
    reward = {"classic": {"wrong": -0.5}, "no_answer": -1.0}
    assert streams(reward, *responses, ([1], "stop", HEARD)).outcome.tolist() == [-1, -0.5, 1, 1]
    assert streams({"classic": {"wrong": -0.5}}, *responses).outcome.tolist() == [-0.5, -0.5, 1]


def test_repeated_tokens_are_a_dense_stream_with_its_discount() -> None:
    reward = {
        "classic": {},
        "repetition": {"ngram": 2, "penalty": -0.25},
        "discount": {"repetition": {"gamma": 0.9, "lam": 0.8}, "kl": {"gamma": 0.1}},
    }
    found = streams(reward, ([1, 2, 1, 2, 3], "stop", CORRECT), ([1, 2, 3], "stop", CORRECT))
    assert (found.names, found.gamma, found.lam) == (("outcome", "repetition"), (1.0, 0.9), (1.0, 0.8))
    assert found.rewards[0, :, 1].tolist() == [0, 0, -0.25, -0.25, 0]
    assert (found.repetition.tolist(), found.repeated.tolist()) == ([-0.5, 0], [2, 0])


def test_what_is_repeated_is_counted_where_it_is_not_punished() -> None:
    long, short = ([1, 2, *[3] * 60], "stop", CORRECT), ([1, 2, 1, 2], "stop", CORRECT)
    found = streams({"classic": {}}, long, short, ([3] * 60, "stop", UNDECIDED))
    assert (found.names, found.repetition.tolist()) == (("outcome",), [0, 0, 0])
    assert found.repeated.tolist() == [59, 0, 0]  # of 21 40-grams that are alike, all but the first
    free = streams({"classic": {}, "repetition": {"ngram": 2, "penalty": 0}}, long, short)
    assert (free.repeated.tolist(), free.repetition.tolist()) == ([59, 2], [0, 0])


def test_repeated_words_cost_wrong_answers_alone() -> None:
    reward = {"classic": {}, "word_repetition": {"ngram": 1, "max_penalty": -0.5}}
    responses = (([1], "stop", WRONG), ([1], "stop", CORRECT))
    assert streams(reward, *responses, texts=["no no", "no no"]).outcome.tolist() == [-0.25, 1]


def test_clipping_bounds_rewards_before_the_divergence_joins() -> None:
    reward: dict[str, Any] = {"classic": {"correct": 50.0}, "clip": 10.0, "kl": {"coef": 2.0, "stream": "split"}}
    response = ([1, 2], "stop", CORRECT)
    assert streams(reward, response, log_ratio=[[1.0, -3.0]]).rewards[0, :, 0].tolist() == [-2, 16]
    harsh = {"classic": {}, "clip": 10.0, "repetition": {"ngram": 1, "penalty": -50.0}}
    assert streams(harsh, ([1, 1], "stop", CORRECT)).rewards[0, :, 1].tolist() == [0, -10]
    assert streams(reward | {"clip": None}, response, log_ratio=[[1.0, -3.0]]).rewards[0, :, 0].tolist() == [-2, 56]


def test_the_divergence_is_a_stream_or_spread_evenly() -> None:
    response, ratio = ([1, 1], "stop", CORRECT), [[0.5, -1.0, 99.0]]
    reward = {"classic": {}, "repetition": {"ngram": 1, "penalty": -0.25}}
    own = streams(reward | {"kl": {"coef": 0.1}}, response, log_ratio=ratio)
    assert own.names == ("outcome", "repetition", "kl")
    assert own.rewards[0, :, 2].tolist() == pytest.approx([-0.05, 0.1, 0])
    split = streams(reward | {"kl": {"coef": 0.1, "stream": "split"}}, response, log_ratio=ratio)
    assert split.names == ("outcome", "repetition")
    torch.testing.assert_close(split.rewards[0], torch.tensor([[-0.025, -0.025], [1.05, -0.2], [0, 0]]))
    for found in (own, split):
        assert float(found.kl) == pytest.approx(0.05)
        assert (float(found.outcome), float(found.repetition)) == (1.0, -0.25)
        assert float(found.rewards.sum()) == pytest.approx(0.8)


def test_a_divergence_in_the_loss_is_no_reward() -> None:
    reward = {"classic": {}, "kl": {"coef": 0.1, "where": "loss", "estimator": "k3"}}
    found = streams(reward, ([1], "stop", CORRECT), log_ratio=[[5.0]])
    assert (found.names, float(found.kl), float(found.rewards.sum())) == (("outcome",), 0.0, 1.0)


def test_no_gradient_runs_through_the_reward() -> None:
    rollout = Rollout(prompt_ids=[9], ids=[1], logps=[0.0], finish="stop")
    verdict = Verdict(
        outcome=Outcome.CORRECT,
        reason=Reason.MATCHED_NUMBER,
        extracted="1",
        answer_type=AnswerType.INTEGER,
        ms=0.0,
        policy="",
    )
    config = build({"classic": {}, "kl": {"coef": 0.1}}, RewardConfig)
    ratio = torch.zeros(1, 1, requires_grad=True)
    found = reward_streams([rollout], [verdict], config, max_tokens=9, completions=[""], log_ratio=ratio)
    assert not found.rewards.requires_grad


def test_the_same_reward_for_a_whole_group_teaches_nothing() -> None:
    found = streams({"classic": {}}, *[([1, 2, 3][:length], "stop", CORRECT) for length in (1, 2, 3)])
    for algorithm in ("grpo", "rloo"):
        options: dict[str, Any] = {"algorithm": algorithm, "gamma": found.gamma, "lam": found.lam, "samples": 3}
        assert advantages(found.rewards, found.mask, **options).advantages.abs().max() == 0


def test_a_shared_head_needs_discounts_that_it_can_serve() -> None:
    unlike = {"outcome": {"lam": 0.95}, "repetition": {"gamma": 0.99}}
    options: dict[str, Any] = {
        "data": {"path": "x"},
        "model": {"path": "x"},
        "out": "x",
        "steps": 1,
        "critic": {"heads": "shared"},
        "reward": {"classic": {}, "repetition": {}, "discount": unlike},
    }
    with pytest.raises(TrainConfigError, match=r"critic\.heads: shared needs lam 1 or the same discount"):
        build(options, RlConfig)
    del options["reward"]["repetition"]
    assert list(build(options, RlConfig).reward.streams) == ["outcome"]


@pytest.mark.parametrize(
    ("reward", "message"),
    [
        ({"repetition": {"ngram": 0}}, "ngram is 0"),
        ({"repetition": {"penalty": 0.05}}, r"repetition\.penalty is 0\.05, which would reward repetition"),
        ({"word_repetition": {"max_penalty": 0.5}}, r"max_penalty is 0\.5, which would reward repetition"),
        ({"kl": {"coef": -0.01}}, r"coef is -0\.01"),
        ({"kl": {"coef": 0.01, "where": "loss"}}, "k1 in the loss is 0 on average"),
    ],
)
def test_rewards_that_would_do_the_opposite_or_nothing_are_refused(reward: dict[str, Any], message: str) -> None:
    with pytest.raises(TrainConfigError, match=message):
        build({"classic": {}} | reward, RewardConfig)
