import copy
from typing import Any

import pytest
import torch
from transformers import Gemma2Config, Gemma2ForCausalLM, LlamaConfig, LlamaForCausalLM

from tests.trainer.digits import TINY
from trainer import policy
from trainer.errors import TrainConfigError
from trainer.policy import Critic, Scored, check_head, log_probs
from trainer.rollouts import Rollout

ROLLOUTS = [
    Rollout(prompt_ids=[1, 5, 6], ids=[7, 8, 9, 2], logps=[0.0] * 4, finish="stop"),
    Rollout(prompt_ids=[1, 4], ids=[9], logps=[0.0], finish="length"),
]


@pytest.fixture
def model() -> Any:
    torch.manual_seed(0)
    return LlamaForCausalLM(LlamaConfig(vocab_size=15, **TINY | {"tie_word_embeddings": False})).eval()


def scored(model: Any) -> Scored:
    return log_probs(model, ROLLOUTS, temperature=0.7, pad_id=0, dtype="float32", with_entropy=True)


def test_log_probabilities_and_entropy_are_those_of_the_whole_pass(model: Any) -> None:
    found = scored(model)
    assert found.mask.tolist() == [[True] * 4, [True, False, False, False]]
    with torch.no_grad():
        logps = (model(torch.tensor([[1, 5, 6, 7, 8, 9, 2]])).logits[0] / 0.7).log_softmax(dim=-1)[2:6]
    assert found.entropy is not None
    torch.testing.assert_close(found.logps[0], logps[range(4), [7, 8, 9, 2]])
    torch.testing.assert_close(found.entropy[0], -(logps.exp() * logps).sum(dim=-1))
    assert not found.logps[1, 1:].any()
    assert not found.entropy[1, 1:].any()


def test_logits_taken_in_parts_give_the_same_gradient(model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    gradients = []
    for at_once in (policy.LOGITS_AT_ONCE, 2 * 15):
        monkeypatch.setattr(policy, "LOGITS_AT_ONCE", at_once)
        model.zero_grad()
        scored(model).logps.sum().backward()
        gradients.append([one.grad.clone() for one in model.parameters()])
    for whole, parts in zip(*gradients, strict=True):
        torch.testing.assert_close(parts, whole)


def test_only_response_tokens_teach(model: Any) -> None:
    """The gradient of one token's log-probability reaches what stands before it, and no padding."""
    loss = scored(model).logps[1, 0]
    loss.backward()
    taught = model.model.embed_tokens.weight.grad.abs().sum(dim=1) > 0
    assert taught.nonzero().squeeze(1).tolist() == [1, 4]
    drawn = torch.zeros(15)
    drawn[9] = 1
    head = model.lm_head.weight.grad  # of -log softmax: the token's own row rises, every other falls
    with torch.no_grad():
        hidden = model.model(torch.tensor([[1, 4]])).last_hidden_state[0, -1]
        pull = drawn - (model.lm_head(hidden) / 0.7).softmax(dim=-1)
    torch.testing.assert_close(head, pull[:, None] * hidden[None, :] / 0.7)


def test_values_begin_at_zero_and_the_critic_learns_alone(model: Any) -> None:
    critic, before = Critic(model, heads=2), copy.deepcopy(model.state_dict())
    values = critic.values(ROLLOUTS, pad_id=0, dtype="float32")
    assert values.shape == (2, 4, 2)
    assert not values.any()
    optimizer = torch.optim.SGD(critic.parameters(), lr=0.1)
    for _ in range(2):
        values = critic.values(ROLLOUTS, pad_id=0, dtype="float32")
        ((values - 1) ** 2).sum().backward()
        optimizer.step()
    assert all(torch.equal(one, before[name]) for name, one in model.state_dict().items())
    after = critic.values(ROLLOUTS, pad_id=0, dtype="float32")
    assert after.abs().sum() > 0
    assert not after[1, 1:].any()
    other = Critic(model, heads=2)
    other.load_state_dict(critic.state_dict())
    assert torch.equal(other.values(ROLLOUTS, pad_id=0, dtype="float32"), after)


def test_a_model_that_caps_its_logits_is_refused(model: Any) -> None:
    check_head(model)
    torch.manual_seed(0)
    config = {key: value for key, value in TINY.items() if key != "tie_word_embeddings"}
    capped = Gemma2ForCausalLM(Gemma2Config(vocab_size=15, head_dim=8, final_logit_softcapping=0.01, **config))
    with pytest.raises(TrainConfigError, match="a gemma2 model scales or caps its logits"):
        check_head(capped)
