"""Returns, advantages and losses against definitions written out, and against what must not change them."""

from collections.abc import Sequence
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from trainer.algorithms import (
    advantages,
    aggregate,
    explained_variance,
    group_advantages,
    kl,
    leave_one_out,
    normaliser,
    on_last_token,
    policy_loss,
    returns,
    sampler_weights,
    value_loss,
    vector_gae,
    whiten,
)

LENGTHS = (17, 9, 1, 12, 5)
GAMMA, LAM = (1.0, 0.9), (0.95, 0.8)


def masked(lengths: Sequence[int], width: int) -> Tensor:
    return torch.arange(width) < torch.tensor(lengths)[:, None]


@pytest.fixture
def step() -> tuple[Tensor, Tensor, Tensor]:
    """Rewards and values of 5 responses in 2 streams, with noise where there is padding."""
    draw = torch.Generator().manual_seed(0)
    rewards, values = torch.randn(2, 5, 17, 2, generator=draw)
    return rewards, values, masked(LENGTHS, 17)


def by_definition(
    rewards: Tensor, values: Tensor, lengths: Sequence[int], *, gamma: Sequence[float], lam: Sequence[float]
) -> Tensor:
    """A_k(t) = sum over j >= t of (gamma lam)^(j - t) delta_k(j), term by term, summed over k."""
    found = torch.zeros(rewards.shape[:2])
    for row, length in enumerate(lengths):
        for stream, (discount, decay) in enumerate(zip(gamma, lam, strict=True)):
            for start in range(length):
                for at in range(start, length):
                    after = float(values[row, at + 1, stream]) if at + 1 < length else 0.0
                    delta = float(rewards[row, at, stream]) + discount * after - float(values[row, at, stream])
                    found[row, start] += (discount * decay) ** (at - start) * delta
    return found


def the_papers(
    rewards: Tensor, values: Tensor, lengths: Sequence[int], *, gamma: Sequence[float]
) -> tuple[Tensor, Tensor]:
    """As the paper tells it: one value for all streams, lam 1, from the last token to the first."""
    found, targets = torch.zeros(2, *values.shape)
    for row, length in enumerate(lengths):
        after = [0.0] * len(gamma)
        for at in reversed(range(length)):
            after = [float(rewards[row, at, k]) + gamma[k] * after[k] for k in range(len(gamma))]
            targets[row, at] = sum(after)
            found[row, at] = sum(after) - float(values[row, at])
    return found, targets


def close(left: Tensor, right: Tensor) -> None:
    torch.testing.assert_close(left, right, atol=4e-6, rtol=0)


def test_with_lam_1_it_is_the_papers_formula(step: tuple[Tensor, Tensor, Tensor]) -> None:
    rewards, values, mask = step
    expected, targets = the_papers(rewards, values.sum(-1), LENGTHS, gamma=GAMMA)
    per_stream = vector_gae(rewards, values, mask, gamma=GAMMA, lam=(1.0, 1.0))
    shared = vector_gae(rewards, values.sum(-1, keepdim=True), mask, gamma=GAMMA, lam=(1.0, 1.0))
    close(per_stream.advantages, expected)
    close(shared.advantages, expected)
    assert shared.targets is not None
    assert per_stream.targets is not None
    close(shared.targets[..., 0], targets)
    close(per_stream.targets.sum(-1), targets)


def test_with_equal_discounts_it_is_ordinary_gae_of_the_sums(step: tuple[Tensor, Tensor, Tensor]) -> None:
    rewards, values, mask = step
    whole = [each.sum(-1, keepdim=True) for each in (rewards, values)]
    expected = by_definition(whole[0], whole[1], LENGTHS, gamma=(0.97,), lam=(0.9,))
    for head in (values, whole[1]):
        close(vector_gae(rewards, head, mask, gamma=(0.97,) * 2, lam=(0.9,) * 2).advantages, expected)


def test_streams_have_their_own_discounts(step: tuple[Tensor, Tensor, Tensor]) -> None:
    rewards, values, mask = step
    found = vector_gae(rewards, values, mask, gamma=GAMMA, lam=LAM)
    close(found.advantages, by_definition(rewards, values, LENGTHS, gamma=GAMMA, lam=LAM))
    assert found.targets is not None
    close(found.targets[:, 0].sum(-1), found.advantages[:, 0] + values[:, 0].sum(-1))


def test_one_value_for_streams_of_unlike_discounts_is_refused(step: tuple[Tensor, Tensor, Tensor]) -> None:
    rewards, values, mask = step
    with pytest.raises(ValueError, match="needs lam 1 or equal discounts"):
        vector_gae(rewards, values[..., :1], mask, gamma=GAMMA, lam=LAM)


@pytest.mark.parametrize("length", [1, 63, 64, 65, 200])
@pytest.mark.parametrize("factor", [0.0, 0.9, 1.0])
def test_blocks_of_tokens_equal_a_loop_over_them(length: int, factor: float) -> None:
    rewards = torch.randn(3, length, 1, generator=torch.Generator().manual_seed(length))
    expected, after = torch.zeros(3, length, 1), torch.zeros(3, 1)
    for at in reversed(range(length)):
        after = expected[:, at] = rewards[:, at] + factor * after
    torch.testing.assert_close(returns(rewards, masked([length] * 3, length), gamma=(factor,)), expected)


@pytest.mark.parametrize("noise", [7.0, float("nan")])
def test_padding_changes_nothing(step: tuple[Tensor, Tensor, Tensor], noise: float) -> None:
    rewards, values, mask = step
    wide = [torch.nn.functional.pad(each, (0, 0, 0, 6), value=noise) for each in (rewards, values)]
    wide = [torch.where(masked(LENGTHS, 23)[..., None], each, noise) for each in wide]
    clean = vector_gae(rewards, values, mask, gamma=GAMMA, lam=LAM)
    padded = vector_gae(wide[0], wide[1], masked(LENGTHS, 23), gamma=GAMMA, lam=LAM)
    close(padded.advantages[:, :17], clean.advantages)
    assert padded.advantages[:, 17:].abs().max() == 0
    close(whiten(wide[0][..., 0], masked(LENGTHS, 23))[:, :17], whiten(rewards[..., 0], mask))


def test_the_papers_illustration_of_discounts() -> None:
    """3,000 tokens, +1.5 at the end, tokens 1000 to 1399 repeated: the return at tokens 0, 999 and 1400."""
    rewards = torch.zeros(1, 3000, 2)
    rewards[0, -1, 0], rewards[0, 1000:1400, 1] = 1.5, -0.05
    told = {
        (1.0, 1.0): (-18.5, -18.5, 1.5),
        (1.0, 0.999): (-4.6, -15.0, 1.5),
        (1.0, 0.99): (1.5, -3.4, 1.5),
        (0.99, 0.99): (0.0, -4.9, 0.0),
    }
    for gamma, expected in told.items():
        found = returns(rewards, masked([3000], 3000), gamma=gamma).sum(-1)[0, [0, 999, 1400]]
        assert [round(value, 1) + 0.0 for value in found.tolist()] == list(expected)


def test_a_discounted_penalty_is_bounded() -> None:
    rewards = torch.full((1, 14_336, 1), -0.05)
    for gamma, bound in ((0.99, -5.0), (0.999, -50.0)):
        found = returns(rewards, masked([14_336], 14_336), gamma=(gamma,))
        assert float(found.min()) == pytest.approx(bound, rel=1e-4)


def test_whitened_tokens_have_mean_0_and_variance_1(step: tuple[Tensor, Tensor, Tensor]) -> None:
    rewards, _, mask = step
    found = whiten(rewards[..., 0], mask)
    assert float(found[mask].mean()) == pytest.approx(0.0, abs=1e-6)
    assert float(found[mask].var(correction=0)) == pytest.approx(1.0, abs=1e-5)
    close(whiten(3.0 * rewards[..., 0] + 5.0, mask), found)
    assert whiten(torch.ones(2, 3), torch.zeros(2, 3, dtype=torch.bool)).abs().max() == 0


def test_groups_are_compared_within_themselves() -> None:
    rewards, included = torch.tensor([1.0, 0.0, 0.0, 1.0, 5.0, 5.0, 5.0, 5.0]), torch.ones(8, dtype=torch.bool)
    found = group_advantages(rewards, included, samples=4)
    expected = 0.5 / (torch.tensor([1.0, 0.0, 0.0, 1.0]).std() + 1e-4)
    close(found[:4], torch.tensor([1.0, -1.0, -1.0, 1.0]) * expected)
    assert found[4:].abs().max() == 0
    close(group_advantages(rewards, included, samples=4, std=False)[:4], torch.tensor([0.5, -0.5, -0.5, 0.5]))
    close(leave_one_out(rewards, included, samples=4)[:4], torch.tensor([2 / 3, -2 / 3, -2 / 3, 2 / 3]))


@pytest.mark.parametrize("reward", [-9.8746, -5.3, 1.1])
def test_equal_values_are_no_better_than_each_other(reward: float) -> None:
    """The rounding of their mean is no difference, though it is divided by next to nothing."""
    for count in range(2, 17):
        equal, included = torch.full((count,), reward), torch.ones(count, dtype=torch.bool)
        assert float(group_advantages(equal, included, samples=count).abs().max()) < 1e-9
    equal = torch.full((1, 100_000), reward)
    assert float(whiten(equal, torch.ones_like(equal, dtype=torch.bool)).abs().max()) < 1e-5


def test_an_undecided_response_is_no_member_of_its_group() -> None:
    rewards, included = torch.tensor([1.0, -99.0, 0.0, 3.0, 99.0, 99.0]), torch.tensor([1, 0, 1, 1, 0, 0]).bool()
    for found in (
        group_advantages(rewards, included, samples=3, std=False),
        leave_one_out(rewards, included, samples=3) / 2,
    ):
        close(found, torch.tensor([0.5, 0.0, -0.5, 0.0, 0.0, 0.0]))
    options: dict[str, Any] = {"algorithm": "rloo", "gamma": (1.0,), "lam": (1.0,), "samples": 3}
    told = advantages(rewards[:, None, None], included[:, None], **options).advantages
    close(told[:, 0], torch.tensor([1.0, 0.0, -1.0, 0.0, 0.0, 0.0]))


def test_group_algorithms_compare_outcomes_and_discount_dense_streams() -> None:
    mask = masked((3, 2), 3)
    rewards = torch.zeros(2, 3, 2)
    rewards[0, 2, 0], rewards[1, 0, 1] = 1.0, -0.5
    found = advantages(rewards, mask, algorithm="rloo", gamma=(1.0, 0.9), lam=(1.0, 1.0), samples=2).advantages
    close(found, torch.tensor([[1.1, 1.1, 1.1], [-1.4, -0.9, 0.0]]))
    grpo = advantages(rewards, mask, algorithm="grpo", gamma=(1.0, 0.9), lam=(1.0, 1.0), samples=2).advantages
    assert float(grpo[0, 0]) == pytest.approx(0.5 / (0.5**0.5 + 1e-4) + 0.1)


def test_reinforce_whitens_the_returns(step: tuple[Tensor, Tensor, Tensor]) -> None:
    rewards, _, mask = step
    options: dict[str, Any] = {"algorithm": "reinforce++", "gamma": GAMMA, "lam": LAM}
    summed = returns(rewards, mask, gamma=GAMMA).sum(-1)
    close(advantages(rewards, mask, **options).advantages, whiten(summed, mask))
    close(advantages(rewards, mask, **options, whitened=False).advantages, summed)


def test_ppo_whitens_unless_told_otherwise(step: tuple[Tensor, Tensor, Tensor]) -> None:
    rewards, values, mask = step
    options: dict[str, Any] = {"algorithm": "ppo", "gamma": GAMMA, "lam": LAM, "values": values}
    plain = vector_gae(rewards, values, mask, gamma=GAMMA, lam=LAM)
    close(advantages(rewards, mask, **options, whitened=False).advantages, plain.advantages)
    close(advantages(rewards, mask, **options).advantages, whiten(plain.advantages, mask))


def test_the_end_of_a_response_is_its_last_real_token() -> None:
    mask = masked((3, 1, 0), 3)
    found = on_last_token(torch.tensor([1.0, 2.0, 3.0]), mask)
    assert found.tolist() == [[0.0, 0.0, 1.0], [2.0, 0.0, 0.0], [0.0, 0.0, 0.0]]


def test_on_policy_the_gradient_is_that_of_reinforce() -> None:
    logps = torch.randn(2, 4, generator=torch.Generator().manual_seed(1)).requires_grad_()
    wanted, mask = torch.tensor([[1.0, -2.0, 3.0, 9.0], [0.5, 9.0, 9.0, 9.0]]), masked((3, 1), 4)
    found = policy_loss(logps, logps.detach(), wanted, mask, clip_low=0.2, clip_high=0.2)
    aggregate(found.losses, mask, "token", normaliser=4.0).backward()
    assert logps.grad is not None
    assert torch.equal(logps.grad, -wanted * mask / 4)
    assert (found.ratio_max, found.clip_low, found.clip_high, found.approx_kl) == (1.0, 0, 0, 0.0)


def test_a_bound_stops_the_gradient_where_it_would_lead_further() -> None:
    old, mask = torch.zeros(1, 5), torch.tensor([[True, True, True, True, False]])
    logps = torch.tensor([[1.5, 1.5, 0.5, 0.5, 1e9]]).log().requires_grad_()
    found = policy_loss(logps, old, torch.tensor([[1.0, -1.0, 1.0, -1.0, 1.0]]), mask, clip_low=0.2, clip_high=0.3)
    close(found.losses, torch.tensor([[-1.3, 1.5, -0.5, 0.8, -1.0]]))
    found.losses.masked_fill(~mask, 0).sum().backward()
    assert logps.grad is not None
    assert (logps.grad != 0).tolist() == [[False, True, True, False, False]]
    assert (found.clip_low, found.clip_high, found.ratio_max) == (1, 1, 1.5)


@given(
    st.lists(st.integers(0, 6), min_size=2, max_size=8),
    st.integers(1, 7),
    st.sampled_from(["token", "sequence", "constant"]),
)
@settings(max_examples=40, deadline=None)
def test_micro_batches_and_processes_add_up(lengths: list[int], size: int, kind: Any) -> None:
    mask = masked(lengths, 6)
    losses = torch.randn(mask.shape, generator=torch.Generator().manual_seed(0))
    whole = normaliser(mask, kind, max_tokens=6)
    parts = [
        aggregate(each, part, kind, normaliser=whole)
        for each, part in zip(losses.split(size), mask.split(size), strict=True)
    ]
    close(torch.stack(parts).sum(), aggregate(losses, mask, kind, normaliser=whole))


def test_a_long_response_weighs_by_its_tokens_or_as_one() -> None:
    mask, losses = masked((3, 1, 0), 4), torch.tensor([[1.0] * 4, [5.0] * 4, [9.0] * 4])
    expected = {"token": 8 / 4, "sequence": (1 + 5) / 2, "constant": 8 / (2 * 4)}
    for kind, mean in expected.items():
        assert float(aggregate(losses, mask, kind, normaliser=normaliser(mask, kind, max_tokens=4))) == mean


def test_values_move_at_most_by_the_clip() -> None:
    values, old, targets = torch.tensor([[[2.0, 0.0]]]), torch.zeros(1, 1, 2), torch.tensor([[[2.0, 3.0]]])
    assert float(value_loss(values, old, targets, clip=None)) == 4.5
    assert float(value_loss(values, old, targets, clip=0.5)) == pytest.approx((1.5**2 + 3**2) / 2)


def test_explained_variance_is_that_of_the_sums() -> None:
    targets, mask = torch.tensor([[[1.0, 0.0], [2.0, 1.0], [5.0, 5.0]]]), masked((2,), 3)
    assert explained_variance(targets, targets, mask) == 1.0
    assert explained_variance(torch.zeros_like(targets), targets, mask) == 0.0
    assert explained_variance(targets, torch.ones_like(targets), mask) is None


def test_estimates_of_a_known_divergence() -> None:
    p, q = torch.tensor([0.7, 0.2, 0.1]), torch.tensor([0.5, 0.3, 0.2])
    exact = float((p * (p / q).log()).sum())
    assert exact == pytest.approx(0.0851, abs=1e-4)
    drawn = torch.multinomial(p, 400_000, replacement=True, generator=torch.Generator().manual_seed(0))
    log_ratio = (p / q).log()[drawn]
    mean = {name: float(kl(log_ratio, name).mean()) for name in ("k1", "k2", "k3")}
    spread = {name: float(kl(log_ratio, name).std()) for name in mean}
    assert mean["k1"] == pytest.approx(exact, abs=2e-3)
    assert mean["k3"] == pytest.approx(exact, abs=5e-4)
    assert mean["k2"] == pytest.approx(0.080, abs=1e-3)
    assert spread == pytest.approx({"k1": 0.39, "k2": 0.05, "k3": 0.08}, abs=0.01)
    assert kl(torch.tensor([-3.0, 0.0, 3.0]), "k3").min() >= 0


def test_weights_correct_for_a_foreign_sampler() -> None:
    mask = masked((2, 2, 1), 2)
    old = torch.tensor([[3.0, 0.5], [1.2, 0.9], [0.4, 1e9]]).log()
    token = sampler_weights(old, torch.zeros(3, 2), mask, "token_truncate", cap=2.0)
    close(token, torch.tensor([[2.0, 0.5], [1.2, 0.9], [0.4, 1.0]]))
    whole = sampler_weights(old, torch.zeros(3, 2), mask, "sequence_mask", cap=2.0)
    assert whole.tolist() == [[1.0, 1.0], [1.0, 1.0], [0.0, 0.0]]
