from typing import Any

import pytest
import torch
from torch.nn import functional
from transformers import LlamaConfig, LlamaForCausalLM, MambaConfig, MambaForCausalLM

from tests.trainer.conftest import TINY, sum_row
from trainer.errors import TrainConfigError
from trainer.loss import Batch, check_packing, completion_loss, packed, padded
from trainer.template import Encoded, Template

UNUSED = 200  # a token that stands in no row


@pytest.fixture
def model(tokenizer: Any) -> Any:
    torch.manual_seed(0)
    return LlamaForCausalLM(LlamaConfig(vocab_size=len(tokenizer), **TINY)).eval()


@pytest.fixture
def rows(tokenizer: Any) -> list[Encoded]:
    template = Template(tokenizer)
    given = [sum_row(3), sum_row(1234), sum_row(56)]
    return [template.encode(row["id"], row["prompt"], row["completion"]) for row in given]


def loss(model: Any, batch: Batch, dtype: str = "float32") -> torch.Tensor:
    return completion_loss(model, batch, dtype=dtype)


def gradients(model: Any, batch: Batch) -> list[torch.Tensor]:
    model.zero_grad()
    loss(model, batch).backward()
    return [parameter.grad.clone() for parameter in model.parameters()]


def test_the_loss_is_the_cross_entropy_of_the_completion_with_its_end_token(model: Any, rows: list[Encoded]) -> None:
    row = rows[0]
    logits = model(torch.tensor([row.ids])).logits[0]
    chosen = slice(row.num_prompt - 1, len(row.ids) - 1)
    expected = functional.cross_entropy(logits[chosen], torch.tensor(row.ids[row.num_prompt :]), reduction="sum")
    torch.testing.assert_close(loss(model, padded([row], pad_id=0)), expected)


def test_padding_and_batching_change_nothing(model: Any, rows: list[Encoded]) -> None:
    apart = sum(loss(model, padded([row], pad_id=0)) for row in rows)
    torch.testing.assert_close(loss(model, padded(rows, pad_id=0)), apart)
    torch.testing.assert_close(loss(model, padded(rows, pad_id=9)), apart)


def test_packed_rows_have_the_loss_and_the_gradients_of_padded_ones(model: Any, rows: list[Encoded]) -> None:
    torch.testing.assert_close(loss(model, packed(rows)), loss(model, padded(rows, pad_id=0)), rtol=1e-6, atol=0)
    pairs = zip(gradients(model, packed(rows)), gradients(model, padded(rows, pad_id=0)), strict=True)
    assert max(float((left - right).abs().max()) for left, right in pairs) < 1e-5


def test_neither_prompts_nor_padding_are_learnt(model: Any, rows: list[Encoded]) -> None:
    short = Encoded(rows[0].ids, len(rows[0].ids) - 2)
    loss(model, padded([short], pad_id=0)).backward()
    # The gradient of the head is a sum of one outer product per trained token, so its rank counts them.
    assert torch.linalg.matrix_rank(model.get_output_embeddings().weight.grad) == 2
    loss(model, padded(rows, pad_id=UNUSED)).backward()
    assert not model.get_input_embeddings().weight.grad[UNUSED].any()


def test_a_loss_taken_in_parts_is_the_same(model: Any, rows: list[Encoded], monkeypatch: pytest.MonkeyPatch) -> None:
    batch = padded(rows, pad_id=0)
    expected, whole = loss(model, batch), gradients(model, batch)
    monkeypatch.setattr("trainer.loss.LOGITS_AT_ONCE", 20 * model.config.vocab_size)
    torch.testing.assert_close(loss(model, batch), expected)
    for gradient, other in zip(gradients(model, batch), whole, strict=True):
        torch.testing.assert_close(gradient, other, rtol=1e-4, atol=1e-5)


def test_a_model_that_does_not_keep_packed_rows_apart_is_refused(model: Any, rows: list[Encoded]) -> None:
    check_packing(model, rows)
    torch.manual_seed(0)
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "state_size": 4, "vocab_size": model.config.vocab_size}
    with pytest.raises(TrainConfigError, match="packing: mamba does not keep packed rows apart"):
        check_packing(MambaForCausalLM(MambaConfig(**sizes, initializer_range=1.0)), rows)


def test_bfloat16_computes_roughly_and_leaves_the_weights_alone(model: Any, rows: list[Encoded]) -> None:
    exact, rough = loss(model, padded(rows, pad_id=0)), loss(model, padded(rows, pad_id=0), dtype="bfloat16")
    assert rough.item() != exact.item()
    assert rough.item() == pytest.approx(exact.item(), rel=0.01)
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}
