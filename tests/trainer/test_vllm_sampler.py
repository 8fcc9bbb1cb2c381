"""Responses drawn by vLLM itself; one engine for most of what is asked of it, since starting one takes long."""

from pathlib import Path

import pytest
import torch

pytest.importorskip("vllm", reason="vLLM is not installed")

from transformers import LlamaConfig, LlamaForCausalLM

from trainer.algorithms import sampler_weights
from trainer.config import ModelConfig
from trainer.errors import TrainConfigError, TrainerError
from trainer.model import save_whole
from trainer.policy import log_probs
from trainer.rl_config import RolloutConfig
from trainer.rollouts import Parity, Rollout, Wanted, check_parity
from trainer.vllm_sampler import VllmSampler

END, BUDGET = 2, 24
ROLLOUT = RolloutConfig(prompts=4, samples=4, max_tokens=BUDGET, max_prompt_length=16)
WANTED = [Wanted(prompt_ids=[1, 5, 6, 7, 8][: 2 + seed % 4], seed=seed) for seed in range(16)]


def policy() -> LlamaForCausalLM:
    """Tied, as most small models are, with heads of a size that vLLM knows on a CPU."""
    torch.manual_seed(0)
    sizes = {"hidden_size": 128, "intermediate_size": 256, "num_hidden_layers": 2, "num_attention_heads": 2}
    special = {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": END}
    config = LlamaConfig(vocab_size=40, num_key_value_heads=2, tie_word_embeddings=True, **sizes, **special)
    model = LlamaForCausalLM(config)
    moved(model, by=6.0)  # from so small an initialisation every token would be as likely as any
    return model.eval()


def moved(model: LlamaForCausalLM, *, by: float) -> None:
    """Noise of `by` times the weights' own spread."""
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(torch.randn_like(weight) * weight.std() * by)


def parity(model: LlamaForCausalLM, rollouts: list[Rollout], *, temperature: float, limit: float) -> Parity:
    with torch.no_grad():
        scored = log_probs(model, rollouts, temperature=temperature, pad_id=0, dtype="float32")
    return check_parity(rollouts, scored.logps, scored.mask, limit)


@pytest.mark.long
@pytest.mark.vllm
def test_the_engine_draws_from_the_policy_and_stale_weights_stop_the_run(tmp_path: Path) -> None:
    model = policy()
    sampler = VllmSampler(ModelConfig(path="unused"), ROLLOUT, end_ids=[END])
    try:
        sampler.sync(model)
        drawn = sampler.draw(WANTED, temperature=0.7, max_tokens=BUDGET)
        assert parity(model, drawn, temperature=0.7, limit=1e-6).max < 1e-4
        assert {one.finish for one in drawn} == {"stop", "length"}
        for one in drawn:
            assert (one.finish == "stop") == (one.ids[-1] == END)
            assert one.finish == "stop" or len(one.ids) == BUDGET
            assert END not in one.ids[:-1]
        assert len({tuple(one.ids) for one in drawn}) > 12, "each seed draws for itself"
        assert sampler.draw(WANTED[5:9], temperature=0.7, max_tokens=BUDGET) == drawn[5:9], "whatever stands beside it"
        likeliest = sampler.draw(WANTED[:4], temperature=0.0, max_tokens=4)
        assert all(one.logps == [0.0] * len(one.ids) for one in likeliest)

        moved(model, by=0.2)
        save_whole(model, tmp_path)
        # What every trainer calls to hand over weights; on a CPU it leaves a tied head as it was, and says nothing.
        sampler._engine.collective_rpc("reload_weights", kwargs={"weights_path": str(tmp_path)})
        stale = sampler.draw(WANTED, temperature=1.0, max_tokens=BUDGET)
        with pytest.raises(TrainerError, match="may hold other weights"):
            parity(model, stale, temperature=1.0, limit=1e-4)

        sampler.dtype = "bfloat16"  # the engine that starts now, with the weights as they are, rounds as on a GPU
        sampler.sync(model)
        rounded = sampler.draw(WANTED, temperature=1.0, max_tokens=BUDGET)
    finally:
        sampler.close()
    found = parity(model, rounded, temperature=1.0, limit=0.05)
    assert 1e-6 < found.k3 < 2e-3
    weights = token_weights(model, rounded)
    assert weights.mean() == pytest.approx(1.0, abs=0.02)
    assert 1e-3 < (weights - 1).abs().max() < 1.0


def token_weights(model: LlamaForCausalLM, rollouts: list[Rollout]) -> torch.Tensor:
    with torch.no_grad():
        scored = log_probs(model, rollouts, temperature=1.0, pad_id=0, dtype="float32")
    sampled = torch.zeros_like(scored.logps)
    sampled[scored.mask] = torch.tensor([logp for one in rollouts for logp in one.logps])
    return sampler_weights(scored.logps, sampled, scored.mask, "token_truncate", cap=2.0)[scored.mask]


def test_it_is_refused_where_several_processes_train(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(TrainConfigError, match="one process"):
        VllmSampler(ModelConfig(path="unused"), ROLLOUT, end_ids=[END])


def test_nothing_is_drawn_before_there_are_weights() -> None:
    sampler = VllmSampler(ModelConfig(path="unused"), ROLLOUT, end_ids=[END])
    with pytest.raises(TrainerError, match="sync comes before draw"):
        sampler.draw(WANTED, temperature=1.0, max_tokens=4)
