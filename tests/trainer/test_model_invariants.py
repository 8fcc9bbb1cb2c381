"""What a model says of a token depends on the tokens before it and on nothing else."""

from typing import Any

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from tests.trainer.conftest import TINY
from trainer.algorithms import aggregate, normaliser, policy_loss
from trainer.policy import log_probs
from trainer.rollouts import Rollout, TransformersSampler, Wanted

PAD, END = 0, 3
PROMPTS = ([5, 6, 7, 8, 9, 10, 11], [12, 13], [14])


@pytest.fixture(scope="module")
def model() -> Any:
    torch.manual_seed(0)
    return LlamaForCausalLM(LlamaConfig(vocab_size=40, **TINY | {"attention_dropout": 0.0})).eval()


@pytest.fixture(scope="module")
def rollouts(model: Any) -> list[Rollout]:
    sampler = TransformersSampler(model, end_ids=[END], pad_id=PAD, batch_size=None, dtype="float32")
    wanted = [Wanted(prompt_ids=ids, seed=row) for row, ids in enumerate(PROMPTS)]
    return sampler.draw(wanted, temperature=0.7, max_tokens=12)


def scored(model: Any, rollouts: list[Rollout]) -> torch.Tensor:
    return log_probs(model, rollouts, temperature=0.7, pad_id=PAD, dtype="float32").logps


def test_padding_and_neighbours_do_not_change_log_probabilities(model: Any, rollouts: list[Rollout]) -> None:
    """Prompts of unlike lengths, scored together, alone, and left-padded as `generate` sees them."""
    together = scored(model, rollouts)
    for row, rollout in enumerate(rollouts):
        length = len(rollout.ids)
        torch.testing.assert_close(together[row, :length], scored(model, [rollout])[0], atol=2e-6, rtol=0)
        ids = torch.tensor([[PAD] * 5 + rollout.prompt_ids + rollout.ids])
        mask = torch.ones_like(ids)
        mask[0, :5] = 0
        places = (mask.cumsum(-1) - 1).clamp(min=0)
        logits = model(input_ids=ids, attention_mask=mask, position_ids=places).logits[0, -length - 1 : -1]
        found = (logits / 0.7).log_softmax(-1).gather(1, torch.tensor(rollout.ids)[:, None])[:, 0]
        torch.testing.assert_close(together[row, :length], found, atol=2e-6, rtol=0)


def test_generation_with_a_cache_is_the_full_pass(model: Any, rollouts: list[Rollout]) -> None:
    for row, rollout in enumerate(rollouts):
        found = scored(model, rollouts)[row, : len(rollout.ids)]
        torch.testing.assert_close(found, torch.tensor(rollout.logps), atol=2e-6, rtol=0)


def test_an_update_does_not_depend_on_how_it_is_split(model: Any, rollouts: list[Rollout]) -> None:
    lengths = torch.tensor([len(rollout.ids) for rollout in rollouts])
    mask = torch.arange(int(lengths.max())) < lengths[:, None]
    wanted = torch.randn(mask.shape, generator=torch.Generator().manual_seed(0))
    old = scored(model, rollouts).detach()

    def gradient(size: int, kind: Any) -> torch.Tensor:
        model.zero_grad()
        whole = normaliser(mask, kind, max_tokens=12)
        for start in range(0, len(rollouts), size):
            part = slice(start, start + size), slice(int(lengths[start : start + size].max()))
            logps = scored(model, rollouts[part[0]])
            found = policy_loss(logps, old[part], wanted[part], mask[part], clip_low=0.2, clip_high=0.2)
            aggregate(found.losses, mask[part], kind, normaliser=whole).backward()
        return torch.cat([weight.grad.flatten() for weight in model.parameters()])

    for kind in ("token", "sequence", "constant"):
        torch.testing.assert_close(gradient(1, kind), gradient(3, kind), atol=1e-6, rtol=0)


def test_padding_and_what_is_left_out_of_a_step_teach_nothing(model: Any) -> None:
    """By the gradient of the input embeddings: each token stands in one place."""
    learnt = Rollout(prompt_ids=[5, 6], ids=[7, 8, END], logps=[0.0] * 3, finish="stop")
    left_out = Rollout(prompt_ids=[20], ids=[21, 22], logps=[0.0] * 2, finish="length")
    logps = scored(model, [learnt, left_out])
    mask = torch.tensor([[True] * 3, [False] * 3])
    model.zero_grad()
    found = policy_loss(logps, logps.detach(), torch.ones_like(logps), mask, clip_low=0.2, clip_high=0.2)
    aggregate(found.losses, mask, "token", normaliser=3.0).backward()
    seen = model.get_input_embeddings().weight.grad.abs().sum(-1).nonzero().flatten().tolist()
    assert seen == [5, 6, 7, 8]
