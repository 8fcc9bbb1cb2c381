"""LLaMA-Factory: messages in JSON lines, and the entry in `dataset_info.json` that says how to read them."""

import json
from collections.abc import Mapping
from typing import Any

from stages._formats.columns import messages
from stages._formats.form import Form, Made

LINES = """\
```sh
llamafactory-cli train --stage sft --do_train true --dataset_dir . --dataset {name}{evaluation} \\
  --template YOUR_TEMPLATE --cutoff_len 16384 ...
```
"""
NOTES = """
`dataset_info.json` tells LLaMA-Factory the columns and roles. `cutoff_len` is 2048 unless set. Take the template of
your model: a template for reasoning writes an empty `<think>` block where a response has none.
"""
TAGS = {
    "role_tag": "role",
    "content_tag": "content",
    "user_tag": "user",
    "assistant_tag": "assistant",
    "system_tag": "system",
}


def stubs(made: Made) -> Mapping[str, str]:
    entries = {_entry(made, split): _described(file) for split, file in made.files["sft"].items()}
    return {"dataset_info.json": json.dumps(entries, indent=2, ensure_ascii=False) + "\n"}


def _entry(made: Made, split: str) -> str:
    return made.name if split == "train" else f"{made.name}_{split}"


def _described(file: str) -> dict[str, Any]:
    return {"file_name": file, "formatting": "sharegpt", "columns": {"messages": "messages"}, "tags": TAGS}


def lines(kind: str, made: Made) -> str:
    has_validation = "validation" in made.files[kind]
    evaluation = f" --eval_dataset {_entry(made, 'validation')}" if has_validation else ""
    return made.fill(LINES, kind, name=_entry(made, made.train(kind)), evaluation=evaluation)


FORM = Form(
    name="llama-factory",
    checked="llamafactory 0.9.5",
    suffix="jsonl",
    styles=("messages",),
    sft=messages,
    stubs=stubs,
    lines=lines,
    notes=NOTES,
)
