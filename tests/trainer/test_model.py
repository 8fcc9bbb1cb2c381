import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM

from tests.trainer.conftest import TINY, byte_tokenizer
from trainer.config import LoraConfig, ModelConfig
from trainer.errors import TrainConfigError
from trainer.model import load_model, save_whole, whole_weights

LORA = LoraConfig(rank=2, dropout=0.1)
IDS = torch.arange(20).reshape(2, 10)


def made(*, folder: Path | None = None, dropout: bool = True, **changes: Any) -> Any:
    options = {"from_scratch": TINY, "tokenizer": "none", "device": "cpu"} | changes
    torch.manual_seed(0)
    return load_model(ModelConfig(**options), byte_tokenizer(), folder=folder, dropout=dropout)


def disturbed(model: Any) -> Any:
    """With adapters that do something: new ones are zero."""
    torch.manual_seed(1)
    for name, weight in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight)
    return model.eval()


def gradients(model: Any) -> dict[str, torch.Tensor]:
    model.train()
    torch.manual_seed(2)
    model(IDS, labels=IDS, use_cache=False).loss.backward()
    return {name: weight.grad for name, weight in model.named_parameters() if weight.requires_grad}


def test_of_a_model_with_an_adapter_the_adapter_alone_is_trained() -> None:
    assert {name.split(".")[-3] for name in gradients(made(lora=LORA))} == {"lora_A", "lora_B"}


@pytest.mark.parametrize("tied", [True, False])
def test_a_saved_model_is_whole_and_keeps_its_adapter_apart(tmp_path: Path, tied: bool) -> None:
    model = disturbed(made(lora=LORA, from_scratch=TINY | {"tie_word_embeddings": tied}))
    before = model(IDS).logits
    save_whole(model, tmp_path / "final")
    whole = AutoModelForCausalLM.from_pretrained(tmp_path / "final")
    torch.testing.assert_close(whole(IDS).logits, before, atol=1e-5, rtol=0)
    assert torch.equal(model(IDS).logits, before)
    assert (tmp_path / "final" / "adapter" / "adapter_model.safetensors").exists()
    assert dict(whole_weights(model)).keys() == whole.state_dict().keys()


def test_an_adapter_goes_on_from_a_checkpoint(tmp_path: Path) -> None:
    model = disturbed(made(lora=LORA))
    model.save_pretrained(tmp_path)
    again = made(lora=LORA, folder=tmp_path).eval()
    assert torch.equal(again(IDS).logits, model(IDS).logits)
    assert gradients(again).keys() == gradients(model).keys()


def test_a_layer_that_is_not_there_and_a_missing_peft_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {name.split(".")[-4] for name in gradients(made(lora=LoraConfig(targets=("q_proj",))))} == {"q_proj"}
    with pytest.raises(TrainConfigError, match=r"model\.lora: .*nothing_proj"):
        made(lora=LoraConfig(targets=("nothing_proj",)))
    monkeypatch.setitem(sys.modules, "peft", None)
    with pytest.raises(TrainConfigError, match=r"model\.lora needs peft: pip install"):
        made(lora=LORA)


def test_a_longer_rotary_base_is_set_once_and_saved(tmp_path: Path) -> None:
    before, longer = made(), made(rope_theta_factor=10.0)
    assert longer.config.rope_parameters["rope_theta"] == 10 * before.config.rope_parameters["rope_theta"]
    assert longer.config.max_position_embeddings == 5120
    assert not torch.equal(longer.eval()(IDS).logits, before.eval()(IDS).logits)
    save_whole(longer, tmp_path)
    for again in (
        AutoModelForCausalLM.from_pretrained(tmp_path),
        made(rope_theta_factor=10.0, folder=tmp_path),
        made(from_scratch=None, path=str(tmp_path)),
    ):
        assert again.config.rope_parameters == longer.config.rope_parameters
        assert again.config.max_position_embeddings == 5120
        assert torch.equal(again.eval()(IDS).logits, longer(IDS).logits)


def test_a_model_without_a_rotary_base_is_refused_a_longer_one(tmp_path: Path) -> None:
    from transformers import GPT2Config, GPT2LMHeadModel

    GPT2LMHeadModel(GPT2Config(n_layer=1, n_head=1, n_embd=8, vocab_size=9)).save_pretrained(tmp_path)
    with pytest.raises(TrainConfigError, match="a gpt2 model has no single rotary base; leave it out"):
        made(from_scratch=None, path=str(tmp_path), rope_theta_factor=10.0)


@pytest.mark.parametrize("lora", [None, LORA])
def test_checkpointed_gradients_are_the_same(lora: LoraConfig | None) -> None:
    plain, saving = (gradients(made(lora=lora, gradient_checkpointing=saves)) for saves in (False, True))
    assert plain.keys() == saving.keys()
    assert all(torch.equal(saving[name], gradient) for name, gradient in plain.items())


def test_without_dropout_training_computes_what_evaluation_does() -> None:
    for lora in (None, LORA):
        model = disturbed(made(lora=lora, dropout=False))
        expected = model(IDS).logits
        assert torch.equal(model.train()(IDS).logits, expected)
    assert not torch.equal(disturbed(made()).train()(IDS).logits, made(dropout=False)(IDS).logits)
