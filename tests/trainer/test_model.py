from typing import Any

import pytest
import torch
from torch.nn import functional
from transformers import LlamaConfig, LlamaForCausalLM

from tests.trainer.conftest import TINY, sum_row
from trainer.loss import completion_loss, padded
from trainer.template import Encoded, Template


@pytest.fixture
def model(tokenizer: Any) -> Any:
    torch.manual_seed(0)
    return LlamaForCausalLM(LlamaConfig(vocab_size=len(tokenizer), **TINY)).eval()


@pytest.fixture
def rows(tokenizer: Any) -> list[Encoded]:
    template = Template(tokenizer)
    given = [sum_row(3), sum_row(1234)]
    return [template.encode(row["id"], row["prompt"], row["completion"]) for row in given]


def loss(model: Any, rows: list[Encoded], pad_id: int = 0) -> torch.Tensor:
    return completion_loss(model, padded(rows, pad_id=pad_id), dtype="float32")


def test_the_loss_is_the_cross_entropy_of_the_completion_with_its_end_token(model: Any, rows: list[Encoded]) -> None:
    (row, _) = rows
    logits = model(torch.tensor([row.ids])).logits[0]
    chosen = slice(row.num_prompt - 1, len(row.ids) - 1)
    expected = functional.cross_entropy(logits[chosen], torch.tensor(row.ids[row.num_prompt :]), reduction="sum")
    torch.testing.assert_close(loss(model, [row]), expected)


def test_padding_and_batching_change_nothing(model: Any, rows: list[Encoded]) -> None:
    apart = loss(model, rows[:1]) + loss(model, rows[1:])
    torch.testing.assert_close(loss(model, rows), apart)
    torch.testing.assert_close(loss(model, rows, pad_id=9), apart)


def test_the_prompt_is_not_learnt(model: Any, rows: list[Encoded]) -> None:
    (row, _) = rows
    head = model.get_output_embeddings().weight
    loss(model, [Encoded(row.ids, len(row.ids) - 2)]).backward()
    # The gradient of the head is a sum of one outer product per trained token, so its rank counts them.
    assert torch.linalg.matrix_rank(head.grad) == 2
