"""LLaMA-Factory: `get_dataset` by the exported dataset_info.json, with its own ChatML template, which is SmolLM2's."""

import json
import tempfile
from pathlib import Path
from typing import Any

from llamafactory.data import get_dataset, get_template_and_fix_tokenizer
from llamafactory.hparams import get_train_args
from side import Request, serve, tokenizer_of, trained


def sft(request: Request) -> list[Any]:
    tokenizer = tokenizer_of(request)
    described = json.loads(Path("dataset_info.json").read_text(encoding="utf-8"))
    entries = {entry["file_name"]: name for name, entry in described.items()}
    options = {
        "model_name_or_path": request["tokenizer"],
        "stage": "sft",
        "do_train": True,
        "dataset_dir": ".",
        "dataset": entries[request["sft"]],
        "template": "chatml",
        "cutoff_len": 1_000_000,
        "output_dir": tempfile.mkdtemp(),
        "cache_dir": tempfile.mkdtemp(),
        "report_to": "none",
        "use_cpu": True,
        "bf16": False,
    }
    model_args, data_args, training_args, _, _ = get_train_args(options)
    template = get_template_and_fix_tokenizer(tokenizer, data_args)
    data = get_dataset(template, model_args, data_args, training_args, stage="sft", tokenizer=tokenizer)
    return [trained(tokenizer, row["input_ids"], row["labels"]) for row in data["train_dataset"]]


if __name__ == "__main__":
    serve(sft=sft)
