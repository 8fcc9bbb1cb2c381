"""A tokenizer of bytes, an export of sums and a model small enough to train in a second."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from tests.threads import one_thread  # noqa: F401
from trainer.config import SftConfig
from trainer.options import build

MESSAGES = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
SCHEMA = pa.schema([("id", pa.string()), ("prompt", MESSAGES), ("completion", MESSAGES)])
TINY = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "attention_dropout": 0.1,  # so that a resumed run must draw what the whole one did
}


def byte_tokenizer() -> PreTrainedTokenizerFast:
    vocabulary = {symbol: index for index, symbol in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|im_end|>")
    fast.add_special_tokens({"additional_special_tokens": ["<|im_start|>"]})
    return fast


@pytest.fixture
def tokenizer() -> PreTrainedTokenizerFast:
    return byte_tokenizer()


def sum_row(number: int) -> dict[str, Any]:
    thought = f"<think>\n{number} and 1\n</think>\n\n\\boxed{{{number + 1}}}"
    return {
        "id": f"p{number:03d}",
        "prompt": [{"role": "user", "content": f"{number}+1?"}],
        "completion": [{"role": "assistant", "content": thought}],
    }


def write_export(folder: Path, rows: dict[str, list[dict[str, Any]]], *, digest: str = "d1") -> Path:
    (folder / "sft").mkdir(parents=True, exist_ok=True)
    for split, content in rows.items():
        table = pa.Table.from_pylist(content, schema=SCHEMA)
        pq.write_table(table, folder / "sft" / f"{split}-00000-of-00001.parquet")
    (folder / "manifest.json").write_text(json.dumps({"digest": digest}))
    return folder


@pytest.fixture
def export(tmp_path: Path) -> Path:
    rows = {"train": [sum_row(number) for number in range(10)], "validation": [sum_row(number) for number in (50, 51)]}
    return write_export(tmp_path / "export", rows)


@pytest.fixture
def options(tmp_path: Path, export: Path) -> dict[str, Any]:
    """A training file's content for a tiny model on the export."""
    byte_tokenizer().save_pretrained(tmp_path / "tokenizer")
    return {
        "data": {"path": str(export)},
        "model": {"from_scratch": TINY, "tokenizer": str(tmp_path / "tokenizer"), "device": "cpu"},
        "out": str(tmp_path / "run"),
        "optim": {"lr": 0.01, "warmup_steps": 1},
        "steps": 6,
        "batch_size": 2,
        "accumulation": 2,
        "max_length": 256,
    }


def sft_config(options: dict[str, Any], **changes: Any) -> SftConfig:
    return build(options | changes, SftConfig)
