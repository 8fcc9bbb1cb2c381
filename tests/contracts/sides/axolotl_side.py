"""axolotl: `prepare_datasets` with the exported axolotl.yaml, and what a whole configuration would have beside it."""

import tempfile
from pathlib import Path
from typing import Any

import yaml
from axolotl.utils.data.sft import prepare_datasets
from axolotl.utils.dict import DictDefault
from side import Request, serve, tokenizer_of, trained


def sft(request: Request) -> list[Any]:
    tokenizer = tokenizer_of(request)
    exported = yaml.safe_load(Path("axolotl.yaml").read_text(encoding="utf-8"))
    config = {
        **exported,
        "test_datasets": None,
        "dataset_prepared_path": tempfile.mkdtemp(),
        "dataset_processes": 1,
        "sequence_len": 1_000_000,
        "micro_batch_size": 1,
        "gradient_accumulation_steps": 1,
        "batch_size": 1,
        "num_epochs": 1,
        "max_steps": 1,
        "shuffle_merged_datasets": False,
        "val_set_size": 0.0,
    }
    data, *_ = prepare_datasets(DictDefault(config), tokenizer)
    return [trained(tokenizer, row["input_ids"], row["labels"]) for row in data]


if __name__ == "__main__":
    serve(sft=sft)
