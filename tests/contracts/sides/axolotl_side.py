"""axolotl: `prepare_datasets`, with its chat template strategy and its sample packing off."""

import tempfile
from typing import Any

from axolotl.utils.data.sft import prepare_datasets
from axolotl.utils.dict import DictDefault
from side import Request, serve, tokenizer_of, trained


def sft(request: Request) -> list[Any]:
    tokenizer = tokenizer_of(request)
    config = {
        "datasets": [{"path": request["sft"], **request["dataset"]}],
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
