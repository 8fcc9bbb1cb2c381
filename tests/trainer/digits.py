"""Prompts of two digits whose answer is the last, in a vocabulary of 15 tokens."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from tests.trainer.conftest import MESSAGES

SPECIAL = ("<pad>", "<bos>", "<eos>")
VOCABULARY = (*SPECIAL, *"0123456789", "=", "w")
TEXTS = ("question", "answer", "answer_type", "data_source")
SCHEMA = pa.schema([("id", pa.string()), ("prompt", MESSAGES), *((name, pa.string()) for name in TEXTS)])
TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}{{ m.content }}{{ '=' if m.role == 'user' else eos_token }}{% endfor %}"
)
TINY = {
    "hidden_size": 16,
    "intermediate_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 2,
    "max_position_embeddings": 64,
    "tie_word_embeddings": True,
}


def digit_tokenizer() -> PreTrainedTokenizerFast:
    words = models.WordLevel({token: index for index, token in enumerate(VOCABULARY)}, unk_token="<pad>")
    tokenizer = Tokenizer(words)
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.decoder = decoders.Fuse()
    names = dict(zip(("pad_token", "bos_token", "eos_token"), SPECIAL, strict=True))
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, chat_template=TEMPLATE, **names)


def prompt_row(number: int) -> dict[str, Any]:
    text = f"{number:02d}"
    return {
        "id": f"n{text}",
        "prompt": [{"role": "user", "content": text}],
        "question": text,
        "answer": text[-1],
        "answer_type": "integer",
        "data_source": "digits",
    }


def write_prompts(folder: Path, rows: dict[str, list[dict[str, Any]]], *, digest: str = "d1") -> Path:
    (folder / "rl").mkdir(parents=True, exist_ok=True)
    for split, content in rows.items():
        table = pa.Table.from_pylist(content, schema=SCHEMA)
        pq.write_table(table, folder / "rl" / f"{split}-00000-of-00001.parquet")
    (folder / "manifest.json").write_text(json.dumps({"name": "digits", "digest": digest}))
    return folder


def assert_close(row: dict[str, Any], other: dict[str, Any], *, tolerance: float) -> None:
    """That two rows of metrics have the same numbers, and none where the other has none."""
    assert row.keys() == other.keys()
    for name, value in row.items():
        if value is None or other[name] is None:
            assert value is other[name], name
        else:
            assert value == pytest.approx(other[name], rel=tolerance, abs=tolerance), name


def rl_options(folder: Path) -> dict[str, Any]:
    """A training file's content: 10 prompts in steps of 4, so that epochs end inside of steps."""
    rows = {"train": [prompt_row(n) for n in range(10)], "validation": [prompt_row(n) for n in range(50, 56)]}
    export = write_prompts(folder / "export", rows)
    digit_tokenizer().save_pretrained(folder / "tokenizer")
    return {
        "data": {"path": str(export)},
        "model": {"from_scratch": TINY, "tokenizer": str(folder / "tokenizer"), "device": "cpu"},
        "out": str(folder / "run"),
        "reward": {"classic": {}, "exceed": -1.0, "kl": {"coef": 0.01}},  # it is worth most to end
        "steps": 6,
        "rollout": {"prompts": 4, "samples": 4, "max_tokens": 6},
        "policy": {"minibatch": 8, "micro_batch": 3},
        "optim": {"lr": 0.01},
        "critic": {"optim": {"lr": 0.01}},
        "keep_rollouts": 2,
    }
