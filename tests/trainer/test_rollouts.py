from typing import Any

import pytest
import torch
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM

from tests.trainer.digits import TINY
from trainer.errors import TrainerError
from trainer.policy import log_probs
from trainer.rollouts import Rollout, TransformersSampler, Wanted, _InverseCdf, check_parity

PAD, BOS, END, OTHER_END = 0, 1, 2, 3


def made(seed: int = 0, **options: Any) -> Any:
    torch.manual_seed(seed)
    return LlamaForCausalLM(LlamaConfig(vocab_size=15, **TINY, **options)).eval()


@pytest.fixture(scope="module")
def model() -> Any:
    return made()


def sampler(model: Any, *, batch_size: int | None = None) -> TransformersSampler:
    return TransformersSampler(model, end_ids=[END, OTHER_END], pad_id=PAD, batch_size=batch_size, dtype="float32")


def wanted(count: int) -> list[Wanted]:
    return [Wanted(prompt_ids=[BOS, *range(4, 5 + row % 4)], seed=row * 7919) for row in range(count)]


def draw(model: Any, asked: list[Wanted], *, temperature: float = 1.0, batch_size: int | None = None) -> list[Rollout]:
    return sampler(model, batch_size=batch_size).draw(asked, temperature=temperature, max_tokens=8)


def test_a_response_depends_on_its_seed_and_not_on_what_is_drawn_beside_it(model: Any) -> None:
    asked = wanted(24)
    together = draw(model, asked)
    assert len({tuple(one.ids) for one in together}) > 12
    for others in (draw(model, asked, batch_size=5), [draw(model, [one])[0] for one in asked]):
        assert [one.ids for one in others] == [one.ids for one in together]
        for one, other in zip(others, together, strict=True):
            assert one.logps == pytest.approx(other.logps, abs=1e-5)
    assert draw(model, asked[::-1])[::-1] == together


def test_tokens_come_as_often_as_the_policy_says(model: Any) -> None:
    asked = [Wanted(prompt_ids=[BOS, 5], seed=seed) for seed in range(4000)]
    drawn = sampler(model).draw(asked, temperature=0.5, max_tokens=1)
    with torch.no_grad():
        expected = (model(torch.tensor([[BOS, 5]])).logits[0, -1] / 0.5).softmax(dim=-1)
    found = torch.bincount(torch.tensor([one.ids[0] for one in drawn]), minlength=15) / len(drawn)
    error = (found - expected).abs() / (expected * (1 - expected) / len(drawn)).sqrt()
    assert error.max() < 4
    assert drawn[0].logps[0] == pytest.approx(float(expected[drawn[0].ids[0]].log()), abs=1e-5)


def test_unlikely_tokens_of_a_large_vocabulary_come_too() -> None:
    """After a token of almost all the mass, each adds less than float32 could hold; those without mass never come."""
    scores = torch.full((1, 150_000), -30.0)
    scores[0, 0], scores[0, 1], scores[0, -1] = -torch.inf, 0.0, -torch.inf
    tail = 1 - 1 / float(scores.double().exp().sum())
    for uniform, token in ((0.0, 1), (0.9, 1), (1 - tail / 2, 75_000), (1 - 2.0**-53, 149_998)):
        draw = _InverseCdf(torch.tensor([[uniform]], dtype=torch.float64), 1.0)
        found = int(draw(torch.tensor([[0]]), scores.clone()).argmax())
        assert found == pytest.approx(token, rel=0.01)


def test_a_response_ends_with_any_end_token_or_with_its_budget(model: Any) -> None:
    drawn = draw(model, wanted(200))
    assert {one.ids[-1] for one in drawn if one.finish == "stop"} == {END, OTHER_END}
    assert any(one.finish == "length" for one in drawn)
    for one in drawn:
        assert not {END, OTHER_END} & set(one.ids[:-1])
        assert one.finish == "stop" or (len(one.ids) == 8 and one.ids[-1] not in (END, OTHER_END))
        assert len(one.logps) == len(one.ids)


def test_what_a_model_ships_for_generation_bends_nothing_and_stays_as_it_was(model: Any) -> None:
    shipped = GenerationConfig(
        do_sample=True, top_k=2, top_p=0.3, temperature=0.1, repetition_penalty=2.0, min_new_tokens=7, eos_token_id=9
    )
    other = made(attention_dropout=0.9)
    other.generation_config = shipped
    other.train()
    assert draw(other, wanted(20)) == draw(model, wanted(20))
    assert other.generation_config is shipped
    assert other.training


def test_without_temperature_the_likeliest_tokens_come(model: Any) -> None:
    (one,) = draw(model, wanted(1), temperature=0)
    ids = torch.tensor([one.prompt_ids + one.ids])
    with torch.no_grad():
        likeliest = model(ids).logits.argmax(dim=-1)[0, len(one.prompt_ids) - 1 : -1]
    assert one.ids == likeliest.tolist()


def test_a_sampler_with_other_weights_is_stopped_by_the_gate(model: Any) -> None:
    drawn = draw(model, wanted(16))

    def gate(trained: Any) -> float:
        scored = log_probs(trained, drawn, temperature=1.0, pad_id=PAD, dtype="float32")
        return check_parity(drawn, scored.logps, scored.mask, 1e-4).k3

    assert gate(model) < 1e-10
    with pytest.raises(TrainerError, match=r"mean k3 .* where 0\.0001 is allowed .*may hold other weights"):
        gate(made(1))


def test_a_gate_without_numbers_is_closed(model: Any) -> None:
    drawn = draw(model, wanted(2))
    mask = torch.ones(2, max(len(one.ids) for one in drawn), dtype=torch.bool)
    for row, one in enumerate(drawn):
        mask[row, len(one.ids) :] = False
    with pytest.raises(TrainerError, match="mean k3 nan"):
        check_parity(drawn, torch.full(mask.shape, torch.nan), mask, 1e-4)
